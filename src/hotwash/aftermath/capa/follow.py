"""What happens to an action after it was planned: looked at again at 30, 60 and 90 days, or given up for another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hotwash.aftermath.capa.facts import Entry, FollowedUp, Replaced
from hotwash.kernel.errors import HotwashError
from hotwash.kit.schema.capa import CapaFile

FOLLOW_UPS = (30, 60, 90)
"""Days after the plan was made, as the guide `capa-item` has them."""
WORKS = ("yes", "no", "unknown")
RESULTS = ("works", "fails")
"""What was found on the day that was planned for it."""
SHORTEST = 3
"""Words of a reason, and of what was seen."""


class FollowUpError(HotwashError):
    """A note on an action that cannot be made so."""

    code = "follow-up"
    permanent = False


def follow_ups(plan: CapaFile) -> dict[int, date]:
    """The days of the follow-ups."""
    return {days: plan.created + timedelta(days=days) for days in FOLLOW_UPS}


def followed_up(plan: CapaFile, noted: FollowedUp, today: date, *, was_closed: bool) -> FollowedUp:
    """The note, where it may be. Raises FollowUpError for another day than 30, 60 or 90, for one that is still to come, for nothing that was
    seen, and for an effect of what was never done."""
    when = follow_ups(plan).get(noted.days)
    if when is None:
        raise FollowUpError(f"There is no follow-up at {noted.days} days: write {', '.join(map(str, FOLLOW_UPS))}.")
    if today < when:
        raise FollowUpError(f"The follow-up at {noted.days} days is on {when}: it cannot be known today.")
    if noted.works not in WORKS:
        raise FollowUpError(f"'{noted.works}' says nothing of its effect: write {', '.join(WORKS)}.")
    if len(noted.seen.split()) < SHORTEST:
        raise FollowUpError("Say what was seen, in a few words with the numbers.")
    if noted.works == "yes" and not was_closed:
        raise FollowUpError(f"'{noted.action}' was never closed: it cannot be effective yet. Write no or unknown.")
    return noted


def replacements(journal: Sequence[Entry]) -> dict[str, str]:
    """Action → the one that stands in its place; the newest word counts."""
    return {one.fact.action: one.fact.by for one in journal if isinstance(one.fact, Replaced)}


def last_in_place(name: str, replaced: Mapping[str, str]) -> str:
    """The action that stands in the place of another in the end; itself where nothing replaced it."""
    seen = {name}
    while name in replaced and replaced[name] not in seen:
        name = replaced[name]
        seen.add(name)
    return name


def replaced(plan: CapaFile, journal: Sequence[Entry], wanted: Replaced, *, is_open: bool) -> Replaced:
    """The replacement, where it may be. Raises FollowUpError: the other action has to be there and whole, a reason is given, a closed action
    stays closed, and nothing may come to wait for itself, by replacing or by depending."""
    ids = [one.id for one in plan.actions]
    if not is_open:
        raise FollowUpError(f"'{wanted.action}' is closed: nothing has to stand in its place.")
    if wanted.by not in ids:
        known = ", ".join(one for one in ids if one != wanted.action) or "none yet: add it first"
        raise FollowUpError(f"There is no whole action '{wanted.by}' to stand in its place. There is: {known}.")
    if len(wanted.reason.split()) < SHORTEST:
        raise FollowUpError("An action is replaced for a reason: write it in a few words.")
    waits = {one.id: list(one.depends_on) for one in plan.actions}
    for name, by in (replacements(journal) | {wanted.action: wanted.by}).items():
        waits[name] = [by]
    if around := _way(wanted.by, wanted.action, waits):
        raise FollowUpError(f"'{wanted.action}' would wait for itself: {' → '.join([wanted.action, *around])}.")
    return wanted


def _way(start: str, end: str, waits: Mapping[str, Sequence[str]]) -> list[str]:
    """A way from one action to another along what each waits for; empty where there is none."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop()
        if way[-1] == end:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, one] for one in waits.get(way[-1], ())]
    return []
