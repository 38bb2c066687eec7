"""hotwash gate: new, check, run, show, override, trend, diff."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hotwash import bootstrap
from hotwash.cli.options import Html, Json, Junit, Markdown
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, err, errors, out, say, write, write_report
from hotwash.cli.suite import INTERRUPTED
from hotwash.conductor.gate_corpus_pages import trend_blocks
from hotwash.conductor.gate_pages import diff_json, diff_report, gates_json, gates_report
from hotwash.gates.decide import earlier, exit_code
from hotwash.gates.planned import cases_of
from hotwash.gates.trend import trend as trend_of
from hotwash.kernel.errors import ContentError

HISTORY = "history.jsonl"
app = typer.Typer(no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="Folder of gates.", show_default=False)]
Runs = Annotated[Path | None, typer.Option("--out", help="Folder of runs; runs/ in the folder of gates otherwise.", show_default=False)]  # fmt: skip
Root = Annotated[Path, typer.Option(help="Root of the repository, which paths in SARIF begin at.")]
Sarif = Annotated[Path | None, typer.Option(help="Write SARIF 2.1.0 for code scanning here.", show_default=False)]
KitFolder = Annotated[
    Path | None,
    typer.Option("--kit", help="Folder of your own kit, which says who may accept a risk.", show_default=False),
]
History = Annotated[Path | None, typer.Option(help="File of earlier runs; runs/history.jsonl in the folder of gates otherwise.", show_default=False)]  # fmt: skip


@app.command()
def new(
    drill: Annotated[Path, typer.Option("--from", help="A record, or a drill's folder.", show_default=False)],
    to: Annotated[Path | None, typer.Option(help="Folder to make; gate/ beside the record's other papers otherwise.", show_default=False)] = None,
    per: Annotated[int, typer.Option(min=14, max=1000, help="Cases that went wrong in a suite, and as many neighbours, at most.")] = 60,
    trials: Annotated[int, typer.Option(min=1, max=100, help="How often a run asks each case: two or more show which cases flip.")] = 1,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write into a folder that holds something.")] = False,
    traces: Annotated[Path | None, typer.Option(help="The recorded traces that the drill was played on (scenario `recorded`).", show_default=False)] = None,
    mapping: Annotated[Path | None, typer.Option(help="How to read --traces; mapping.yaml beside them otherwise.", show_default=False)] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Turn what went wrong in a drill into suites and gates, each case proved on the drill's own answers. Says what it could not make."""
    with errors(as_json=as_json):
        runs = bootstrap.RecordedTraces(traces, mapping) if traces else None
        made = bootstrap.gates_from(drill, to, per=per, trials=trials, overwrite=overwrite, traces=runs)
    if as_json:
        suites = {name: len(one.suite.cases) for name, one in made.corpus.suites.items()}
        not_made = [{"what": one.what, "count": one.count, "why": one.why} for one in made.corpus.not_made]
        emit(
            {
                "folder": str(made.folder),
                "suites": suites,
                "taken_out": dict(made.corpus.taken_out),
                "not_made": not_made,
            }
        )
        return
    say(f"wrote {made.folder}")
    for name, one in made.corpus.suites.items():
        near = sum("-near-" in case.id for case in one.suite.cases)
        out.print(f"  {name}  {len(one.suite.cases) - near} that went wrong, {near} neighbours", markup=False)
    for kind, n in sorted(made.corpus.taken_out.items()):
        out.print(f"  taken out  {kind}  {n:,}", style="dim", markup=False)
    for left in made.corpus.not_made:
        counted = f"{left.count:,}, " if left.count else ""
        say(f"  not made  {left.what}: {counted}{left.why}", style="dim")
    out.print(
        "names and addresses have no form that a rule could see: read the cases before you use them", style="yellow"
    )
    say(f"try it: hotwash gate run {made.folder} --target {made.folder / 'proof/faulty.jsonl'}")


@app.command()
def check(folder: Folder, kit: KitFolder = None, as_json: Json = False) -> None:
    """Lint gates and their suites, and say which overrides stand. Asks nobody."""
    with errors(as_json=as_json):
        loaded, problems = bootstrap.gate_problems(folder, kit)
        holding = bootstrap.standings(loaded, kit)
    plan = [
        {"gate": one.id, "decides": one.decides, "suite": one.suite, "owner": one.owner, "cases": len(cases_of(loaded.suites[one.id].suite)),
         "trials": loaded.suites[one.id].suite.trials, "least": one.least, "digest": loaded.digest_of(one),
         "limits": {name: limit.model_dump(exclude_defaults=True) for name, limit in loaded.suites[one.id].suite.limits.items()}}
        for one in loaded.spec.gates
    ]  # fmt: skip
    if as_json:
        overrides = {
            name: {"holds": one.holds, "why": one.why, **one.override.to_json()} for name, one in holding.items()
        }
        emit({"problems": [str(one) for one in problems], "gates": plan, "overrides": overrides})
    else:
        for problem in problems:
            say(str(problem))
        for row in plan:
            say(f"{row['gate']}  {row['decides']}, {row['cases']} cases, {row['trials']} trials, at least {row['least']} known; owner {row['owner']}; {str(row['digest'])[:12]}")  # fmt: skip
        for name, one in holding.items():
            say(f"{name}  override by {one.override.role} ({one.override.person}) {'holds until ' + _when(one.override.expires_ms) if one.holds else 'does not hold: ' + one.why}")  # fmt: skip
    if problems:
        raise typer.Exit(1)


@app.command()
def run(
    folder: Folder,
    target: Annotated[str, typer.Option(help="Address of a chat completions service, an endpoint's file (*.yaml), or recorded responses (*.jsonl).", show_default=False)],
    release: Annotated[str, typer.Option(help="What is tested, such as a commit: kept with the run, and part of what a broken-off run is known by.")] = "",
    model: Annotated[str, typer.Option(help="Model to name, where the target is an address.", show_default=False)] = "",
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the key, where the target is an address.", show_default=False)] = "",
    stream: Annotated[bool, typer.Option("--stream", help="Ask for streams, where the target is an address.")] = False,
    runs: Runs = None,
    history: History = None,
    at_once: Annotated[int | None, typer.Option(min=1, max=256, help="Questions at once; the endpoint's file says otherwise.", show_default=False)] = None,
    root: Root = Path(),
    kit: KitFolder = None,
    sarif: Sarif = None,
    junit: Junit = None,
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Ask a release everything in all gates: exit code 0 it may go, 1 blocked, 2 not enough evidence. Warnings and overrides do not block.

    Ctrl+C stops it; the same command goes on."""
    with errors(as_json=as_json):
        going = bootstrap.gate_run(folder, target, release, runs=runs, history=history, kit=kit)
        targets = _targets(target, model, key_env, stream)
        try:
            for name, opened in going.steps(targets, at_once):
                _ask(name, opened, quiet=as_json)
        except KeyboardInterrupt as stopped:
            err.print(
                f"stopped; the same command goes on from {going.journals}", style="yellow", markup=False, soft_wrap=True
            )
            raise typer.Exit(INTERRUPTED) from stopped
        name, code = going.finish()
        made = gates_report(going.loaded, name, going.release, going.decided)
        write(junit, going.junit())
        write(sarif, going.sarif(root))
        write_report(made, html, markdown)
    if as_json:
        emit(gates_json(name, target, release, code, going.decided))
    else:
        show_report(out, made)
        say(f"kept as {going.runs / name}", style="dim")
    raise typer.Exit(code)


def _targets(target: str, model: str, key: str, stream: bool) -> Iterator[bootstrap.Target]:
    """The target anew for every gate: a run closes the one that it used."""
    told = set[str]()
    while True:
        where = bootstrap.open_target(target, model=model, key=key, stream=stream)
        for name in where.sends:
            if name not in told:
                err.print(
                    f"the value of ${name} is sent to {where.endpoint.name}", style="dim", markup=False, soft_wrap=True
                )
            told.add(name)
        yield where


def _ask(name: str, opened: bootstrap.OpenRun, *, quiet: bool) -> None:
    shown = (TextColumn("[dim]{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
    total, left = len(opened.run.questions), opened.left
    if left < total and not quiet:
        err.print(f"{name}: going on, {total - left:,} of {total:,} are in the journal", style="dim", markup=False)
    with Progress(*shown, console=err, transient=True, disable=quiet or not err.is_terminal) as bar:
        task = bar.add_task(name, total=total, completed=total - left)
        for _ in opened.go():
            bar.update(task, advance=1)


@app.command("show")
def show_(
    folder: Folder,
    name: Annotated[str, typer.Argument(metavar="RUN", help="A run that is kept, such as 0003; the last one otherwise.", show_default=False)] = "",
    runs: Runs = None,
    history: History = None,
    root: Root = Path(),
    kit: KitFolder = None,
    sarif: Sarif = None,
    junit: Junit = None,
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show a run that is kept, as it was judged then, with each gate over its runs. Asks nobody; exit code 0 whatever it found."""
    with errors(as_json=as_json):
        loaded = bootstrap.checked_gates(folder, kit)
        kept = bootstrap.kept_run(loaded, name, runs=runs, history=history, kit=kit)
        if kept is None or not kept.decided:
            said = "no run is kept" if kept is None else f"every gate was changed since run {kept.name}"
            raise ContentError.at(loaded.file, said, "Run them: hotwash gate run.")
        rows = bootstrap.gate_history(loaded, history or (runs / HISTORY if runs else None))
        made = gates_report(loaded, kept.name, str(kept.row["release"]), kept.decided)
        made = replace(made, blocks=[*made.blocks, *trend_blocks(loaded, rows)])
        write(junit, kept.junit())
        write(sarif, kept.sarif(root))
        write_report(made, html, markdown)
    if as_json:
        emit(
            gates_json(
                kept.name, str(kept.row["target"]), str(kept.row["release"]), exit_code(kept.decided), kept.decided
            )
        )
        return
    show_report(out, made)
    for one in kept.changed:
        out.print(f"{one} was changed since: only its outcome is known", style="yellow", markup=False, soft_wrap=True)


@app.command()
def override(
    folder: Folder,
    gate: Annotated[str, typer.Argument(help="The gate to override.", show_default=False)],
    role: Annotated[str, typer.Option(help="Seat of the kit in whose role it is granted.", show_default=False)],
    person: Annotated[str, typer.Option("--by", help="Who grants it.", show_default=False)],
    wanted_by: Annotated[str, typer.Option("--for", help="Who wants the release: somebody else.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why the release goes all the same.", show_default=False)],
    expires: Annotated[str, typer.Option(help="When it ends: hours (24h), days (3d), or a moment (2026-12-01T12:00Z).", show_default=False)],
    watch: Annotated[str, typer.Option(help="What watches for the harm meanwhile.", show_default=False)],
    kit: KitFolder = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Let releases pass one gate for a while, on record. It holds for the gate as it stands now: a changed gate or suite ends it."""
    with errors(as_json=as_json):
        asked = bootstrap.Asked(gate, role, person, wanted_by, reason, watch, bootstrap.hours_until(expires))
        made = bootstrap.override_gate(folder, asked, kit)
    if as_json:
        emit(made.to_json())
        return
    say(f"{made.gate} is overridden by {made.role} ({made.person}) until {_when(made.expires_ms)}; watched by: {made.watch}")  # fmt: skip


@app.command()
def workflow(
    target: Annotated[Path | None, typer.Option("--to", help="File to write; printed otherwise.", show_default=False)] = None,
) -> None:  # fmt: skip
    """Write a workflow of plain shell steps that runs the gates of a repository in CI and keeps their history on a branch."""
    text = bootstrap.gate_workflow()
    if target is None:
        sys.stdout.write(text)
        return
    with errors():
        write(target, text)
    say(f"wrote {target}")


@app.command()
def trend(folder: Folder, history: History = None, as_json: Json = False) -> None:
    """Show each gate over its runs: shares that failed, the change with its interval, and cases that flip. Asks nobody."""
    with errors(as_json=as_json):
        loaded = bootstrap.checked_gates(folder)
        rows = bootstrap.gate_history(loaded, history)
    found = {}
    for gate in loaded.spec.gates:
        went = earlier(rows, gate.id, loaded.suites[gate.id].digest, loaded.spec.trend_over + 1)
        moved = trend_of(went[-1], went[:-1]) if went else None
        ran = [row["gates"][gate.id] for row in rows if gate.id in row["gates"]]
        flaky = [len(one["flipped"]) / max(1, len(one["cases"])) for one in ran[-50:]]
        found[gate.id] = {
            "runs": len(ran), "counted": len(went), "outcomes": [one["outcome"] for one in ran[-50:]],
            "shares": list(moved.shares) if moved else [], "change": moved.change if moved else None,
            "low": moved.low if moved else None, "high": moved.high if moved else None, "p_no_rise": moved.rising if moved else None,
            "sliding": bool(moved and moved.sliding), "flake_rate": sum(flaky) / len(flaky) if flaky else None,
        }  # fmt: skip
    if as_json:
        emit(found)
        return
    for name, one in found.items():
        shares = " ".join(f"{100 * share:.1f}" for share in one["shares"]) or "fewer than two runs that could go out"  # type: ignore[attr-defined]  # a list, or nothing
        say(f"{name}  {one['runs']} runs; % failing: {shares}{'; sliding' if one['sliding'] else ''}")


@app.command("diff")
def diff_(
    before: Annotated[Path, typer.Argument(help="A run of the release before, such as gate/runs/0001.", show_default=False)],
    after: Annotated[Path, typer.Argument(help="A run of the same gates on the release after.", show_default=False)],
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say what a release does differently, case by case: new failures, fixed, refused, tool calls, the worst segment; exit code 1 where it is
    worse for certain."""
    with errors(as_json=as_json):
        found = bootstrap.gate_diff(before, after)
        made = diff_report(found)
        write_report(made, html, markdown)
    if as_json:
        emit(diff_json(found))
    else:
        show_report(out, made)
    if found.worse:
        raise typer.Exit(1)


def _when(at_ms: int) -> str:
    return escape(f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC")
