"""hotwash obligations: new, check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.cli.options import Json, Kit
from hotwash.cli.screen import emit, err, errors, say, write
from hotwash.comms.obligations.check import Candidate, Checked
from hotwash.comms.obligations.clock import ASAP
from hotwash.comms.obligations.moments import WORDS
from hotwash.comms.obligations.notice import NOT_ADVICE
from hotwash.comms.obligations.plain import as_calendar, as_data

app = typer.Typer(no_args_is_help=True)

HEADINGS = (
    ("candidate", "May apply"), ("open", "Open: answer the questions first"), ("no-duty", "No duty, on record"),
    ("not-in-force", "Not law on that day"), ("out", "Ruled out by the answers"),
)  # fmt: skip


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="New file for the facts of your incident.")] = Path("facts.yaml"),
) -> None:
    """Write an example of a facts file, to be changed: answers, moments with who and why, what is known for a notice."""
    with errors():
        bootstrap.start_incident(file)
    say(f"wrote {file}: change every line of it, then: hotwash obligations check {file}")  # fmt: skip


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Facts of your incident; `hotwash obligations new` writes an example.")],
    kit: Kit = None,
    ics: Annotated[
        Path | None, typer.Option(help="Write the deadlines to this calendar file too.", show_default=False)
    ] = None,
    notices: Annotated[bool, typer.Option("--notices", help="Print each notice, prefilled, with its gaps.")] = False,
    as_json: Json = False,
) -> None:
    """Ask what is open, list duties that may apply with deadline, rule and source, and say what a notice still lacks.

    Not legal advice: it counts and lists, people decide."""
    with errors(as_json=as_json):
        facts, checked = bootstrap.check_obligations(file, kit)
        if ics is not None:
            write(ics, as_calendar(checked, facts.title))
    if as_json:
        emit(as_data(checked, facts.title))
        return
    say(NOT_ADVICE, style="yellow")
    say(facts.title, style="bold")
    _questions(checked)
    for standing, heading in HEADINGS:
        found = [one for one in checked.candidates if one.standing == standing]
        if found:
            say(f"\n{heading}", style="bold")
        for one in found:
            _candidate(one, notices=notices)
    if ics is not None:
        err.print(f"calendar  {ics}", markup=False, soft_wrap=True)


def _questions(checked: Checked) -> None:
    if checked.to_ask:
        say("\nAsk next", style="bold")
    for one in checked.to_ask:
        say(f"  {one.id}: {one.asks}{f' {one.hint}' if one.hint else ''}")


def _candidate(one: Candidate, *, notices: bool) -> None:
    duty, clock = one.obligation, one.clock
    say(f"  {duty.id}  {duty.regime}. To: {duty.recipient}")
    for text in _why(one):
        say(f"      {text}", style="dim")
    if one.standing not in ("candidate", "open"):
        return
    if clock.earliest is not None and clock.latest is not None:
        say(f"      by {_when(clock.earliest.at)}", style="bold")
        _lines(clock.earliest.steps)
        if clock.latest.at != clock.earliest.at:
            say(f"      at the latest, on another reading: {_when(clock.latest.at)}")
            _lines(clock.latest.steps)
    elif duty.deadline is None and not clock.waits_for:
        say(f"      {ASAP}", style="bold")
    if clock.before is not None:
        say(f"      it was {_when(clock.before)} before the moment was changed")
    if clock.waits_for:
        say(f"      not on record yet: when {WORDS[clock.waits_for]} ({clock.waits_for})")
    _lines((*([clock.assumed] if clock.assumed and clock.assumed != ASAP else []), *clock.open_points))
    if one.notice is not None:
        lacks = ", ".join(_lowered(line.asks) for line in one.notice.missing)
        say(f"      the notice lacks: {lacks}" if lacks else "      the notice has everything that it must say")
        if notices:
            say("\n" + "\n".join(f"        {text}" if text else "" for text in one.notice.text.splitlines()) + "\n")
    say(
        f"      {duty.basis.rstrip('.')}. Confidence {duty.confidence}, checked {duty.checked_on}. {duty.source}",
        style="dim",
    )


def _why(one: Candidate) -> Sequence[str]:
    """Why it stands as it does, in words."""
    named = ", ".join(one.decided_by)
    clock = one.clock
    if one.no_duty is not None:
        return (f"{one.no_duty.reason.rstrip('.')} ({one.no_duty.who})",)
    if one.standing == "not-in-force":
        return (f"in force from {one.obligation.in_force_from or '…'} until {one.obligation.in_force_until or '…'}",)
    said = {"candidate": f"yes to {named}", "open": f"open: {named or 'people judge it'}", "out": f"because of {named}"}
    caution = ["two answers about a leak are unknown, which counts as yes"] if one.by_caution else []
    moment = clock.from_moment
    ran = (
        f"runs from {_when(moment.at)}: {WORDS[moment.anchor]} ({moment.who}: {moment.why.rstrip('.')})"
        if moment
        else ""
    )
    return (said[one.standing], *caution, *([ran] if ran and one.standing != "out" else []))


def _lines(texts: Sequence[str]) -> None:
    for text in texts:
        say(f"        {text}", style="dim")


def _when(moment: datetime) -> str:
    zone = f"UTC{moment:%z}"
    return f"{moment:%A} {moment.day} {moment:%B %Y}, {moment:%H:%M} ({zone[:-2]}:{zone[-2:]})"


def _lowered(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
