"""hotwash suite: new, traffic, check, run, show."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hotwash import bootstrap
from hotwash.aftermath.triaged.about import legible
from hotwash.bootstrap import OpenRun
from hotwash.cli.options import Html, Json, Junit, Markdown
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, err, errors, out, say, write, write_report
from hotwash.conductor.suite_pages import suite_report
from hotwash.gates.junit import to_junit
from hotwash.gates.planned import questions
from hotwash.gates.result import Result, to_json
from hotwash.gates.suite_lint import lint_suite
from hotwash.gates.traffic import as_lines
from hotwash.gates.traffic import traffic as draw_traffic
from hotwash.kernel.errors import ContentError, HotwashError
from hotwash.kit.names import instead
from hotwash.kit.suites import KINDS, LoadedSuite, load_suite
from hotwash.ports.endpoint import Reply
from hotwash.triage.asking import window_of
from hotwash.triage.timeline import extent

NOT_ENOUGH, INTERRUPTED = 5, 130
EXITS = {"pass": 0, "fail": 1, "not_enough": NOT_ENOUGH}
app = typer.Typer(no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The suite's file.", show_default=False)]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; its name is the suite's id.", show_default=False)],
    kind: Annotated[str, typer.Option(help=f"Kind of suite: {', '.join(KINDS)}.")] = "smoke",
    system: Annotated[
        str, typer.Option(help="Simulated system that it is for, such as support-copilot.", show_default=False)
    ] = "",
) -> None:
    """Start a suite from the one of its kind that ships, with recorded responses and an endpoint's file to fill in."""
    with errors():
        if kind not in KINDS:
            raise ContentError.at(kind, "is no kind of suite", f"Write one of: {', '.join(KINDS)}.")
        file = bootstrap.start_suite(folder, kind, system)
        say(f"wrote {file}")
        say(
            f"try it: hotwash suite run {file} --target {f'simulated:{system}/last-good' if system else file.parent / 'responses.jsonl'}"
        )


@app.command()
def traffic(
    data: Annotated[Path, typer.Argument(help="File or folder of traces.", show_default=False)],
    target: Annotated[Path, typer.Option("--out", help="File of cases to write, for `cases_from`.", show_default=False)],
    per: Annotated[int, typer.Option(min=1, max=10_000, help="Cases in every segment, at most.")] = 60,
    by: Annotated[list[str] | None, typer.Option(help="Dimension that a limit will name in `by`; may be given again.", show_default=False)] = None,
    signal: Annotated[str, typer.Option(help="Requests alone in which this signal was found.", show_default=False)] = "",
    since: Annotated[str, typer.Option("--from", help="Where the incident begins.", show_default=False)] = "",
    until: Annotated[str, typer.Option("--to", help="Where it ends.", show_default=False)] = "",
    columns: Annotated[Path | None, typer.Option(help="What the columns mean; columns.yaml beside it otherwise.", show_default=False)] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Draw cases for a replay suite out of traces, with personal data and secrets taken out. Read them before you use them."""
    with errors(as_json=as_json):
        if target.exists() and not overwrite:
            raise ContentError.at(target, "is there already", "Name another file, or add --overwrite.")
        opened = bootstrap.open_traces(data, columns)
        with closing(opened.relation):
            named = {one.name: one for one in opened.columns.signals}
            if signal and signal not in named:
                raise ContentError.at("--signal", f"there is no signal '{signal}'", instead(signal, named))
            window = window_of(since, until, extent(opened.relation, opened.columns))
            found = draw_traffic(
                opened.relation, opened.columns, per=per, by=by or (), window=window, signal=named.get(signal)
            )
        write(target, as_lines(found.cases))
    if as_json:
        emit(
            {
                "file": str(target),
                "cases": len(found.cases),
                **{name: dict(getattr(found, name)) for name in ("segments", "taken_out", "left_out")},
            }
        )
        return
    say(f"wrote {target}: {len(found.cases):,} cases")
    for what, counted in (
        ("segment", found.segments),
        ("taken out", found.taken_out),
        ("left out", {name: n for name, n in found.left_out.items() if n}),
    ):
        for name, n in counted.items():
            say(f"  {what}  {legible(name.replace('_', ' '))}  {n:,}")
    out.print(
        "names and addresses have no form that a rule could see: read the cases before you use them", style="yellow"
    )


@app.command()
def check(file: File, as_json: Json = False) -> None:
    """Lint a suite and say what a run would ask. Asks nobody."""
    with errors(as_json=as_json):
        loaded = load_suite(file)
        problems = lint_suite(loaded)
    if as_json:
        emit({"problems": [str(one) for one in problems], **_plan(loaded)})
    else:
        for one in problems:
            say(str(one))
        if not problems:
            plan = _plan(loaded)
            out.print(
                f"ready: {plan['questions']:,} questions, {plan['cases']:,} cases; content id {loaded.digest[:16]}"
            )
    if problems:
        raise typer.Exit(1)


def _plan(loaded: LoadedSuite) -> dict[str, object]:
    asked = questions(loaded.suite, loaded.digest)
    cases = Counter(one.planned.case for one in asked)
    return {"suite": loaded.suite.id, "kind": loaded.suite.kind, "digest": loaded.digest, "cases": len(cases), "questions": len(asked)}  # fmt: skip


@app.command()
def run(
    file: File,
    target: Annotated[str, typer.Option(help="Address of a chat completions service, an endpoint's file (*.yaml), or recorded responses (*.jsonl), or a bundle of a simulated service: simulated:SYSTEM/last-good, or its file.", show_default=False)],
    model: Annotated[str, typer.Option(help="Model to name, where the target is an address.", show_default=False)] = "",
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the key, where the target is an address.", show_default=False)] = "",
    stream: Annotated[bool, typer.Option("--stream", help="Ask for streams, where the target is an address.")] = False,
    baseline: Annotated[Path | None, typer.Option(help="Result of the same suite on the last good bundle, for limits on what got worse.", show_default=False)] = None,
    journal: Annotated[Path | None, typer.Option(help="Where answers are kept; a run that was broken off goes on from it. Beside the suite otherwise.", show_default=False)] = None,
    result: Annotated[Path | None, typer.Option("--out", help="Write the result here, for `suite show` and as a baseline.", show_default=False)] = None,
    at_once: Annotated[int | None, typer.Option(min=1, max=256, help="Questions at once; the endpoint's file says otherwise.", show_default=False)] = None,
    most_requests: Annotated[int | None, typer.Option(min=1, help="Stop after so many requests.", show_default=False)] = None,
    most_minutes: Annotated[float | None, typer.Option(min=0.01, help="Stop after so many minutes.", show_default=False)] = None,
    most_cost: Annotated[float | None, typer.Option(min=0.0001, help="Stop when the tokens have cost so much.", show_default=False)] = None,
    junit: Junit = None,
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Ask a service everything in a suite and judge the answers: exit code 0 pass, 1 fail, 5 not enough evidence.

    Ctrl+C stops it; the same command goes on."""
    with errors(as_json=as_json):
        loaded = bootstrap.checked_suite(file)
        where = bootstrap.open_target(target, model=model, key=key_env, stream=stream)
        budget = bootstrap.with_budget(loaded, requests=most_requests, minutes=most_minutes, cost=most_cost)
        kept = journal or file.with_suffix(".journal.jsonl")
        with bootstrap.open_run(loaded, where, kept, baseline=baseline, budget=budget, at_once=at_once) as opened:
            for name in where.sends:
                err.print(
                    f"the value of ${name} is sent to {where.endpoint.name}", style="dim", markup=False, soft_wrap=True
                )
            broken_off = _ask(opened, quiet=as_json)
            found = opened.result()
        _keep(found, result, junit, html, markdown)
    _show(found, as_json=as_json)
    if broken_off:
        err.print(f"stopped; the same command goes on from {kept}", style="yellow", markup=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(EXITS[found.verdict])


def _ask(opened: OpenRun, *, quiet: bool) -> bool:
    """Ask what is left; whether somebody stopped it."""
    shown = (TextColumn("[dim]{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("[dim]{task.fields[lost]}"))  # fmt: skip
    total, left, lost = len(opened.run.questions), opened.left, 0
    if left < total and not quiet:
        err.print(f"going on: {total - left:,} of {total:,} are in the journal", style="dim")
    try:
        with Progress(*shown, console=err, transient=True, disable=quiet or not err.is_terminal) as bar:
            task = bar.add_task("asking", total=total, completed=total - left, lost="")
            for answered in opened.go():
                lost += not isinstance(answered.reply, Reply)
                bar.update(task, advance=1, lost=f"{lost} without an answer" if lost else "")
    except KeyboardInterrupt:
        return True
    return False


@app.command()
def show(
    result: Annotated[Path, typer.Argument(help="A result that `suite run --out` wrote.", show_default=False)],
    suite: Annotated[Path | None, typer.Option(help="The suite that it should be a result of: refused if it was changed since.", show_default=False)] = None,
    junit: Junit = None,
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show a result: verdict, limits with the worst segment first, failures, and what the graders cannot see."""
    with errors(as_json=as_json):
        found = bootstrap.load_result(result)
        if suite is not None and (now := load_suite(suite).digest) != found.digest:
            raise HotwashError(
                f"{suite} is not what this result was measured with: {found.digest[:12]} then, {now[:12]} now"
            )
        _keep(found, None, junit, html, markdown)
    _show(found, as_json=as_json)


def _show(found: Result, *, as_json: bool) -> None:
    if as_json:
        emit(json.loads(to_json(found)))
    else:
        show_report(out, suite_report(found))


def _keep(found: Result, result: Path | None, junit: Path | None, html: Path | None, markdown: Path | None) -> None:
    write(result, to_json(found))
    write(junit, to_junit(found))
    write_report(suite_report(found), html, markdown)
