"""References between obligations, questions, calendars and notices of a kit."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from zoneinfo import available_timezones

from hotwash.kit.names import check_name, check_unique
from hotwash.kit.partial import Unread
from hotwash.kit.schema.kit import Kit
from hotwash.kit.sources import Findings, Place


@cache
def zones() -> frozenset[str]:
    """Names of zones that this machine knows."""
    return frozenset(available_timezones())


def check_duties(findings: Findings, kit: Kit, unread: Unread, facts: Collection[str]) -> None:
    """Note names that lead nowhere, clocks that wait for something that no duty sends, and zones that do not exist."""
    calendars = unread.defined("calendars", lambda: {"weekends", *(one.id for one in kit.calendars)})
    questions = unread.defined("questions", lambda: [one.id for one in kit.questions])
    notices = unread.defined("notices", lambda: kit.notices)
    duties = unread.defined("obligations", lambda: [one.id for one in kit.obligations])
    check_unique(findings, ((("questions", i, "id"), one.id) for i, one in enumerate(kit.questions)))
    check_unique(findings, ((("calendars", i, "id"), one.id) for i, one in enumerate(kit.calendars)))
    for i, calendar in enumerate(kit.calendars):
        check_name(findings, ("calendars", i, "zone"), "time zone", calendar.zone, zones())
    for i, duty in enumerate(kit.obligations):
        place: Place = ("obligations", i)
        check_name(findings, (*place, "calendar"), "calendar", duty.calendar, calendars)
        if duty.notice is not None:
            check_name(findings, (*place, "notice"), "notice", duty.notice, notices)
        for field in ("needs", "unless"):
            for j, name in enumerate(getattr(duty, field)):
                check_name(findings, (*place, field, j), "question", name, questions)
        if duty.after is not None:
            check_name(findings, (*place, "after"), "obligation", duty.after, duties)
        if (duty.anchor == "submitted") != (duty.after is not None):
            found = "'after' names the notice whose submission starts the clock, and goes with the anchor 'submitted'"
            write = (
                "Name the earlier obligation."
                if duty.anchor == "submitted"
                else "Take it out, or write the anchor 'submitted'."
            )
            findings.add((*place, "after" if duty.after else "anchor"), found, write)
    _follows(findings, kit, unread, facts)


def _follows(findings: Findings, kit: Kit, unread: Unread, facts: Collection[str]) -> None:
    """An answer follows from questions above it, so that nothing follows from itself."""
    above: set[str] = set()
    every = [one.id for one in kit.questions]
    for i, one in enumerate(kit.questions):
        for field in ("any", "all"):
            for j, name in enumerate(getattr(one, field)):
                place: Place = ("questions", i, field, j)
                if name in every and name not in above:
                    findings.add(place, f"'{name}' does not stand above '{one.id}'", "Put it further up in the file.")
                elif not unread.touches("questions"):
                    check_name(findings, place, "question", name, every)
        for j, fact in enumerate(one.facts):
            check_name(findings, ("questions", i, "facts", j), "fact", fact, facts)
        above.add(one.id)
