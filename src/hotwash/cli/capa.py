"""hotwash capa: draft, check, list, show, verify, close, reschedule, effect, follow, replace, sync, export."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from hotwash import bootstrap
from hotwash.aftermath.capa.facts import Verified
from hotwash.aftermath.capa.follow import RESULTS, WORKS, follow_ups
from hotwash.aftermath.capa.plain import as_data, run_words, state_words
from hotwash.aftermath.capa.standing import Standing
from hotwash.bootstrap.verifying import Asked, NotConfirmedError
from hotwash.cli.options import DrillFolder, Json
from hotwash.cli.screen import emit, err, errors, out, say, write
from hotwash.kernel.errors import ContentError, HotwashError

app = typer.Typer(no_args_is_help=True)
NOT_RUN = 5
FORMS = ("oscal", "csv", "calendar")
COLOURS = {
    "closed": "green",
    "green": "green",
    "open": "",
    "red": "red",
    "reopened": "red",
    "not effective": "red",
    "replaced": "dim",
}

Name = Annotated[str, typer.Argument(help="Id of the action.", show_default=False)]
By = Annotated[str, typer.Option(help="Who does this; your name on this machine otherwise.", show_default=False)]


@app.command()
def draft(drill: DrillFolder, as_json: Json = False) -> None:
    """Draft an action for everything that the record shows was missed, each with its events; what only people know stays open.

    Run again, it adds what is new and leaves what you wrote alone."""
    with errors(as_json=as_json):
        file, found = bootstrap.draft_capa(drill)
    if as_json:
        emit({"file": str(file), "drafted": [one.id for one in found]})
        return
    for one in found:
        say(f"  {one.id}  {one.finding}")
    say(f"{len(found)} drafted in {file}: fill in what is marked OPEN, then: hotwash capa check {drill}", style="bold")


@app.command()
def check(drill: DrillFolder, as_json: Json = False) -> None:
    """Say what keeps each action from being one that can be proved: vague statement, no person, no verification, circles."""
    with errors(as_json=as_json):
        desk = bootstrap.open_capa(drill)
    problems = desk.loaded.problems
    if as_json:
        emit({"problems": [str(one) for one in problems], "actions": len(desk.loaded.plan.actions)})
    else:
        for one in problems:
            say(str(one))
        if not problems:
            say(f"{len(desk.loaded.plan.actions)} actions, each with a person, a day and a verification")
    if problems:
        raise typer.Exit(1)


@app.command(name="list")
def list_actions(drill: DrillFolder, as_json: Json = False) -> None:
    """List actions in the order in which to work: late first, then by score."""
    with errors(as_json=as_json):
        desk = bootstrap.open_capa(drill)
        found = desk.all()
    if as_json:
        emit({"drill": desk.loaded.plan.drill, "actions": [as_data(one) for one in found], "drafts": {name: list(lacks) for name, lacks in desk.loaded.drafts.items()}})  # fmt: skip
        return
    table = Table("Action", "State", "Due", "Owner", "Score", "Verification", box=None, pad_edge=False)
    for one in found:
        table.add_row(one.action.id, Text(state_words(one), style=COLOURS[one.state]), _due(one), one.action.owner, str(one.points), run_words(one))  # fmt: skip
    out.print("[bold white on red] EXERCISE [/]")
    out.print(table)
    for name, lacks in desk.loaded.drafts.items():
        say(f"draft {name}: {', '.join(lacks)} missing", style="dim")
    if found:
        days = ", ".join(f"{days} days: {day}" for days, day in follow_ups(desk.loaded.plan).items())
        say(f"follow-ups  {days}", style="dim")


@app.command()
def show(drill: DrillFolder, name: Name, as_json: Json = False) -> None:
    """Show one action whole: what it rests on, its verification, its history."""
    with errors(as_json=as_json):
        desk = bootstrap.open_capa(drill)
        one = desk.of(name)
    if as_json:
        emit(as_data(one))
        return
    action = one.action
    say(f"EXERCISE  {action.id}: {state_words(one)}", style="bold")
    for label, text in (
        ("finding", action.finding), ("events", ", ".join(map(str, action.cites))), ("cause", action.cause), ("action", action.action),
        ("type", f"{action.type}, {action.horizon}"), ("owner", action.owner), ("sponsor", action.sponsor),
        ("due", f"{one.deadline}{' (late)' if one.late else ''}"), ("score", f"{one.points} of 9"), ("until then", action.interim),
        ("depends on", ", ".join(action.depends_on)), ("verification", run_words(one)), ("side effects", action.side_effects),
        ("tickets", ", ".join(f"{tracker} {ref}" for tracker, ref in one.tickets.items())),
    ):  # fmt: skip
        if text:
            say(f"  {label:<13} {text}")
    if action.decision is not None:
        say(f"  {'decision':<13} {action.decision.what} ({action.decision.by}, by {action.decision.due})")
    if action.effect is not None:
        say(f"  {'effect':<13} on {action.effect.on}: {action.effect.metric}; works if {action.effect.works_if}")
    for line in desk.journal:
        if line.fact.action == name:
            say(f"  {_moment(line.at_ms)}  {_told(line.fact)}  {line.person}", style="dim")


@app.command()
def verify(
    drill: DrillFolder,
    name: Annotated[str, typer.Argument(help="Id of the action; every open one otherwise.", show_default=False)] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Run the commands of this file; you have read them.")] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Run verifications and record what came of them: exit code 0 all green, 1 one is red, 5 one could not be run.

    A command comes from a file that somebody may have sent: it is shown first, and runs only when you confirm it."""
    with errors(as_json=as_json):
        desk = bootstrap.open_capa(drill)
        names = [name] if name else [one.action.id for one in desk.all() if one.is_open]
        person = _person(by)
    came: dict[str, Verified | HotwashError] = {}
    for one in names:
        try:
            came[one] = desk.verify(one, person, lambda asked: yes or _asked(asked, as_json=as_json))
        except NotConfirmedError as wrong:
            came[one] = wrong
        except HotwashError as wrong:
            if name:
                with errors(as_json=as_json):
                    raise
            came[one] = wrong
        if not as_json:
            _verdict(one, came[one])
    if as_json:
        emit({one: _as_verdict(fact) for one, fact in came.items()})
    if any(isinstance(one, HotwashError) for one in came.values()):
        raise typer.Exit(NOT_RUN)
    if any(isinstance(one, Verified) and not one.green for one in came.values()):
        raise typer.Exit(1)


@app.command()
def close(drill: DrillFolder, name: Name, by: By = "", as_json: Json = False) -> None:
    """Close an action: only on a green verification of the action as it is now, and not by its owner."""
    with errors(as_json=as_json):
        one = bootstrap.open_capa(drill).close(name, _person(by))
    _done(one, f"{name} is closed", as_json=as_json)


@app.command()
def reschedule(
    drill: DrillFolder,
    name: Name,
    to: Annotated[str, typer.Option("--to", help="The new day, such as 2026-12-18.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why it moves.", show_default=False)] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Move a deadline, with a reason. Every earlier deadline stays on record."""
    with errors(as_json=as_json):
        one = bootstrap.open_capa(drill).reschedule(name, _day(to), reason, _person(by))
    _done(one, f"{name} is due on {one.deadline} now; moved {len(one.moves)} times", as_json=as_json)


@app.command()
def effect(
    drill: DrillFolder,
    name: Name,
    found: Annotated[str, typer.Option("--found", help="What was measured, with the numbers.", show_default=False)],
    result: Annotated[
        str, typer.Option("--result", help=f"Whether it does in practice: {', '.join(RESULTS)}.", show_default=False)
    ],
    harm: Annotated[str, typer.Option("--harm", help="What it broke, if anything.", show_default=False)] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Record whether a closed action works in practice. One that does not is open again."""
    with errors(as_json=as_json):
        if result not in RESULTS:
            said = f"'{result}' is no result"
            raise ContentError.at("--result", said, f"Write one of: {', '.join(RESULTS)}.")
        works = result == RESULTS[0]
        one = bootstrap.open_capa(drill).effect(name, works=works, found=found, harm=harm, person=_person(by))
    _done(one, f"{name}: {'works' if works else 'does not work, and is open again'}", as_json=as_json)


@app.command()
def follow(
    drill: DrillFolder,
    name: Name,
    at: Annotated[int, typer.Option("--at", help="Which follow-up: 30, 60 or 90 days after the plan.", show_default=False)],
    works: Annotated[str, typer.Option("--works", help=f"Whether it is still effective: {', '.join(WORKS)}.", show_default=False)],
    seen: Annotated[str, typer.Option("--seen", help="What was seen, with the numbers.", show_default=False)],
    by: By = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """Record what was seen of an action at a follow-up, and by whom. One that is no longer effective is open again."""
    with errors(as_json=as_json):
        one = bootstrap.open_capa(drill).follow(name, at, works=works, seen=seen, person=_person(by))
    _done(one, f"{name} at {at} days: {state_words(one)}", as_json=as_json)


@app.command()
def replace(
    drill: DrillFolder,
    name: Name,
    other: Annotated[str, typer.Option("--with", help="Id of the action that stands in its place.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why.", show_default=False)] = "",
    by: By = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """Give an action up for another one. What depends on it waits for that one; circles are refused."""
    with errors(as_json=as_json):
        one = bootstrap.open_capa(drill).replace(name, other, reason, _person(by))
    _done(one, f"{name} is {state_words(one)}", as_json=as_json)


@app.command()
def sync(
    drill: DrillFolder,
    to: Annotated[
        str, typer.Option("--to", help="github:OWNER/REPO, jira:KEY@https://SITE, or folder:PATH.", show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Make the tickets of a tracker agree with the actions. Try --dry-run first. Tokens come from the environment alone.

    What was closed there without a green verification here is opened again, never taken for closed."""
    with errors(as_json=as_json):
        desk = bootstrap.open_capa(drill)
        tracker = bootstrap.open_tracker(to, desk.clock)
        try:
            done = bootstrap.sync_capa(desk, tracker, _person(by), dry_run=dry_run)
        finally:
            tracker.close()
    if as_json:
        emit({"tracker": tracker.name, "dry_run": dry_run, "steps": [{"action": one.step.action, "deed": one.step.deed, "says": one.step.says, "ref": one.ref, "failed": one.failed} for one in done]})  # fmt: skip
    else:
        for one in done:
            said = one.failed or one.step.says
            say(
                f"{'would ' if dry_run and one.step.ticket else ''}{one.step.deed:<8} {one.step.action} {one.ref}: {said}",
                style="red" if one.failed else "",
            )
    if any(one.failed for one in done):
        raise typer.Exit(1)


@app.command()
def export(
    drill: DrillFolder,
    form: Annotated[str, typer.Option("--as", help=f"One of: {', '.join(FORMS)}.", show_default=False)],
    target: Annotated[
        Path | None, typer.Option("--out", help="File to write; printed otherwise.", show_default=False)
    ] = None,
) -> None:
    """Write the actions for another tool: OSCAL plan of action and milestones, CSV, calendar."""
    with errors():
        if form not in FORMS:
            raise ContentError.at("--as", f"'{form}' is no form", f"Write one of: {', '.join(FORMS)}.")
        text = bootstrap.export_capa(bootstrap.open_capa(drill), form)
        if target is None:
            sys.stdout.write(text)
            return
        write(target, text)
    say(f"wrote {target}")


def _asked(asked: Asked, *, as_json: bool) -> bool:
    err.print("This verification asks this machine to run:", style="yellow")
    err.print(f"  {asked.what}", markup=False, soft_wrap=True, style="bold")
    err.print(f"  in {asked.folder}, with {', '.join(asked.gets) or 'no variable'}, {asked.seconds or 'no'} s at most", markup=False, soft_wrap=True)  # fmt: skip
    if as_json or not out.is_terminal:
        return False
    return typer.confirm("Run it?", default=False, err=True)


def _verdict(name: str, fact: Verified | HotwashError) -> None:
    if isinstance(fact, HotwashError):
        say(f"not run  {name}: {fact}", style="yellow")
        return
    say(f"{'green' if fact.green else 'red  '}    {name}: {fact.said}", style="green" if fact.green else "red")


def _as_verdict(fact: Verified | HotwashError) -> dict[str, Any]:
    if isinstance(fact, HotwashError):
        return {"run": False, "why": str(fact)}
    return {
        "run": True,
        "green": fact.green,
        "said": fact.said,
        "exit_code": fact.exit_code,
        "output_sha256": fact.output_sha256,
    }


def _done(one: Standing, said: str, *, as_json: bool) -> None:
    if as_json:
        emit(as_data(one))
    else:
        say(said, style="bold")


def _told(fact: Any) -> str:
    data = {
        name: value for name, value in vars(fact).items() if name not in ("type", "action", "digest") and value != ""
    }
    return f"{fact.type.replace('_', ' ')}: {', '.join(f'{name} {value}' for name, value in data.items())}"


def _due(one: Standing) -> Text:
    return Text(f"{one.deadline}{' late' if one.late else ''}", style="bold red" if one.late else "")


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M}Z"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ContentError.at("--to", f"'{text}' is no day", "Write it as 2026-12-18.") from wrong


def _person(by: str) -> str:
    if by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError) as wrong:
        raise ContentError.at("--by", "this machine does not know your name", "Write it.") from wrong
