"""hotwash drill: run, show, replay, verify."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from hotwash import bootstrap
from hotwash.aftermath.knew_pages import knew_page
from hotwash.cli.feed import Feed
from hotwash.cli.late import Late, with_late
from hotwash.cli.moments import moment_of
from hotwash.cli.options import Html, Json, Kit
from hotwash.cli.pages import show_report
from hotwash.cli.results import show_scorecard
from hotwash.cli.screen import emit, err, errors, out, say, write, write_report
from hotwash.conductor.record import EVENTS, REPORT_HTML, SCORECARD, read_events
from hotwash.conductor.session import Session
from hotwash.kernel.audience import FACILITATOR, OBSERVER, Audience, player
from hotwash.kernel.clock import MINUTE, stamp
from hotwash.kernel.errors import ContentError
from hotwash.kernel.event import check_chain
from hotwash.ports.store import EventStore
from hotwash.scoring.scorecard import Scorecard, to_json

SOLO = (
    "Play a drill alone, in your browser: you hold one seat, stand-ins the others. The clock waits until you start it."
)
app = typer.Typer(cls=with_late([Late("drill solo", "hotwash.cli.solo:solo", SOLO)]), no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Folder that `hotwash drill run --out` wrote.")]


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="Scenario to play; `hotwash scenario list` names them.")],
    players: Annotated[
        str, typer.Option(help="Stand-ins: one profile for all seats, or seat=profile pairs: ic=expert,comms=slow.")
    ] = "expert",
    seed: Annotated[int, typer.Option(min=0, help="The same seed is the same drill, on any machine.")] = 1,
    kit: Kit = None,
    constraint: Annotated[
        list[str] | None, typer.Option(help="Card that makes it harder; may be given again.", show_default=False)
    ] = None,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder for log, scorecard and report.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the drill record in --out.")] = False,
    traces: Annotated[
        Path | None, typer.Option(help="Folder or file of recorded traces (scenario `recorded`).", show_default=False)
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="How to read --traces; mapping.yaml beside them otherwise.", show_default=False)
    ] = None,
    running: Annotated[str, typer.Option(help="Recorded configuration that runs at STARTEX.", show_default=False)] = "",
    fallback: Annotated[str, typer.Option(help="Recorded configuration a rollback brings.", show_default=False)] = "",
    store: Annotated[Path | None, typer.Option(help="SQLite file to keep events in while playing.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Print the drill as it is being played.")] = False,
    as_json: Json = False,
) -> None:
    """Play a whole drill with stand-ins in every seat, score it and write its record."""
    with errors(as_json=as_json):
        found = bootstrap.content(scenario, kit, constraint or ())
        table = (
            bootstrap.lay_out(found, seed)
            if traces is None
            else bootstrap.lay_out_recorded(found, bootstrap.RecordedTraces(traces, mapping, running, fallback), seed)
        )
        if out_dir is not None:
            bootstrap.check_free(out_dir, overwrite=overwrite)
            bootstrap.refuse_held(out_dir)
        played = _play(table, players, store, watch=watch, quiet=as_json)
        if out_dir is not None:
            bootstrap.save(played.files, out_dir, overwrite=overwrite)
            bootstrap.keep_evidence(played.files, out_dir, table.system)
    if as_json:
        emit({**to_json(played.closing.card), "refusals": played.refusals, "out": str(out_dir) if out_dir else None})
        return
    show_scorecard(out, played.closing.card)
    if out_dir is not None:
        out.print(f"report  {out_dir / REPORT_HTML}", markup=False)
        out.print(f"head    {played.closing.card.log_head}", markup=False)
    else:
        err.print("nothing was written; add --out DIR to keep log, scorecard and report", style="dim")


def _play(
    table: bootstrap.Table, players: str, store: Path | None, *, watch: bool, quiet: bool, speed: float = 0.0
) -> bootstrap.Played:
    with closing(bootstrap.open_store(store)) as opened:
        return _play_on(opened, table, players, watch=watch, quiet=quiet, speed=speed)


def _play_on(
    opened: EventStore, table: bootstrap.Table, players: str, *, watch: bool, quiet: bool, speed: float
) -> bootstrap.Played:
    seats = {seat: guide.title for seat, guide in table.design.kit.roles.seats.items()}
    titles = {str(kind): one.title for kind, one in table.design.kit.levers.items()}
    if watch:
        return bootstrap.run(table, players, store=opened, watch=Feed(out, seats, titles), speed=speed)
    columns = (
        TextColumn("[dim]playing {task.description}"),
        BarColumn(),
        TextColumn("{task.fields[now]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=quiet) as bar:
        task = bar.add_task(table.planned.drill, total=table.planned.endex_ms, now="")

        def step(session: Session) -> None:
            now = session.events[-1].drill_ms
            bar.update(task, completed=now, now=stamp(now))

        return bootstrap.run(table, players, store=opened, watch=step, speed=speed)


@app.command()
def show(folder: Folder, as_json: Json = False) -> None:
    """Show the scorecard of a drill that was run."""
    with errors(as_json=as_json):
        card = _card(folder)
    if as_json:
        emit(to_json(card))
        return
    show_scorecard(out, card)
    out.print(f"report  {folder / REPORT_HTML}", markup=False)


@app.command()
def pdf(
    folder: Folder,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", help="File to write; EXERCISE-<folder>.pdf beside the folder otherwise.", show_default=False
        ),
    ] = None,
) -> None:
    """Set the report of a drill for print. Written beside the record, which holds what can be recomputed and nothing else."""
    with errors():
        closing = bootstrap.score_again(bootstrap.load_record(folder))
        target = to or folder.with_name(f"EXERCISE-{folder.resolve().name}.pdf")
        with err.status("setting the report"):
            write(target, bootstrap.report_pdf(closing))
    out.print(f"report  {target}", markup=False)


@app.command()
def replay(
    folder: Folder,
    as_seat: Annotated[
        str, typer.Option("--as", help="A seat, or facilitator, or observer: what did they see?")
    ] = "facilitator",
    until: Annotated[float | None, typer.Option(help="Stop at this minute of drill time.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Play a drill back as one audience saw it: "what did legal know at T+23?"."""
    with errors(as_json=as_json):
        table, events = bootstrap.rebuild(bootstrap.load_record(folder))
        audience = _audience(as_seat, tuple(table.design.kit.roles.seats))
        shown = bootstrap.as_seen_by(table, events, audience, None if until is None else int(until * MINUTE))
    if as_json:
        emit([one.model_dump(mode="json") if hasattr(one, "model_dump") else vars(one) for one in shown])
        return
    seats = {seat: guide.title for seat, guide in table.design.kit.roles.seats.items()}
    feed = Feed(out, seats)
    for one in shown:
        feed.show_view(one, table.design.kit)


@app.command()
def view(
    folder: Annotated[Path, typer.Argument(help="Folder of a record, or a file that `hotwash evidence seal` wrote.")],
    at: Annotated[str, typer.Option(help="Moment of drill time: T+23, T+23:30 or T+1:02:05.")],
    as_seat: Annotated[str, typer.Option("--as", help="A seat, or facilitator, or observer.")],
    html: Html = None,
    as_json: Json = False,
) -> None:
    """Show what one audience knew at one moment: statement, severity, inbox, clocks, drafts, signals. "What did legal know at T+23?" has one answer."""
    with errors(as_json=as_json):
        moment = moment_of(at)
        files = bootstrap.sealed_files(folder) if folder.is_file() else bootstrap.load_record(folder)
        table, events = bootstrap.rebuild(files)
        audience = _audience(as_seat, tuple(table.design.kit.roles.seats))
        found = bootstrap.what_was_known(table, events, audience, moment)
        page = knew_page(found, table.design.kit, player=not audience.knows_answer_key)
        write_report(page, html)
    if as_json:
        emit({"exercise": True, **asdict(found)})
    elif html is None:
        show_report(out, page)
    else:
        say(f"wrote {html}")


def _audience(name: str, seats: tuple[str, ...]) -> Audience:
    known = {"facilitator": FACILITATOR, "observer": OBSERVER, **{seat: player(seat) for seat in seats}}
    if name not in known:
        raise ContentError.at("--as", f"there is no seat '{name}'", f"Write one of: {', '.join(known)}.")
    return known[name]


@app.command()
def verify(
    folder: Folder,
    head: Annotated[str, typer.Option(help="Head of the log that you noted elsewhere; shows a cut-off tail.")] = "",
    as_json: Json = False,
) -> None:
    """Check a record: play its log again, recompute chain, state, score and report, name the first difference.

    A drill on recorded traces is checked without them: its record holds the outcomes."""
    with errors(as_json=as_json):
        files = bootstrap.load_record(folder)
        verdict = bootstrap.verify(files, head)
        if verdict.sound:
            verdict = replace(verdict, difference=bootstrap.check_vault(folder, files))
    if as_json:
        emit({
            "sound": verdict.sound, "events": verdict.events, "head": verdict.head, "difference": verdict.difference, "design": verdict.design,
            "form": verdict.form, "engine": verdict.engine,
        })  # fmt: skip
    elif verdict.sound:
        out.print(f"[green]sound[/]  {verdict.events} events, {len(verdict.checked)} files, every byte recomputed")
        out.print(f"head   {verdict.head}", markup=False)
    else:
        err.print("[bold red]changed[/] ", end="")
        err.print(verdict.difference, markup=False)
    if verdict.design == "another version" and not as_json:
        said = f"design as another version wrote it ({verdict.engine}), true to its digests in the log; {verdict.form}"
        (out if verdict.sound else err).print(said, markup=False, soft_wrap=True)
    if not verdict.sound:
        raise typer.Exit(1)


def _card(folder: Path) -> Scorecard:
    files = bootstrap.load_record(folder)
    body: dict[str, Any] = json.loads(files[SCORECARD])
    check_chain(read_events(files[EVENTS]))
    return Scorecard.model_validate(body)
