"""When each audience is owed the next update, and which ones came late: by the stakeholder map and the severity in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.comms import Rhythm, Stakeholder

GRACE_MS = 3 * MINUTE
"""An update this late still counts as on time: people talk to each other before they write."""


@dataclass(frozen=True)
class Course:
    """What an incident did to the clocks of its audiences, in ms of drill time, oldest first.

    `levels` are (moment, severity), `owed` since when each audience is owed updates, `sent` are (moment, template) of
    what was published. `over_ms` is the end of the incident, after which nobody is owed anything.
    """

    levels: tuple[tuple[int, int], ...] = ()
    owed: Mapping[str, int] = field(default_factory=dict)
    sent: tuple[tuple[int, str], ...] = ()
    over_ms: int | None = None
    _slots: dict[tuple[str, int], tuple[Stakeholder, tuple[Slot, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def slots(self, one: Stakeholder, until_ms: int) -> tuple[Slot, ...]:
        """Every update that an audience was owed until a moment, worked out once for all that ask at that moment."""
        row, known = self._slots.get((one.id, until_ms), (None, ()))
        if row is not one:
            known = slots(one, self, until_ms)
            self._slots[one.id, until_ms] = one, known
        return known

    def level_at(self, at_ms: int) -> int | None:
        """The severity in force at a moment; None before the first."""
        return next((level for since, level in reversed(self.levels) if since <= at_ms), None)


def end_of(ends: Iterable[int], openings: Iterable[int]) -> int | None:
    """When an incident was over, from moments at which somebody called its end and those at which one was opened: an end that
    was followed by an opening was none."""
    last, again = max(ends, default=None), max(openings, default=None)
    return None if last is None or (again is not None and again > last) else last


@dataclass(frozen=True)
class Slot:
    """One update that an audience was owed. `met_ms` is when it came (within the grace), None while it has not."""

    audience: str
    due_ms: int
    met_ms: int | None = None


def slots(one: Stakeholder, course: Course, until_ms: int) -> tuple[Slot, ...]:
    """Every update that an audience was owed until a moment or the end of the incident, oldest first; the last one may
    still be open. One that did not come within the grace is missed, and the next is due a rhythm later.

    A severer level brings the open update forward, to its own first minutes at the latest; a milder one leaves it where it was
    promised.
    """
    owed = course.owed.get(one.id)
    stop = until_ms if course.over_ms is None else min(until_ms, course.over_ms)
    if owed is None or owed > stop:
        return ()
    moments = [(at, 0, level, "") for at, level in course.levels if owed < at <= stop]
    moments += [(at, 1, 0, template) for at, template in course.sent if template in one.templates and owed < at <= stop]
    walk = _Walk(one, course.level_at(owed), owed)
    for at, _, level, template in sorted(moments, key=lambda moment: moment[:2]):
        walk.pass_by(at)
        walk.sent(at) if template else walk.changed(at, level)
    walk.pass_by(stop)
    return walk.all()


class _Walk:
    """One audience's clock, moved from one event to the next."""

    def __init__(self, one: Stakeholder, level: int | None, owed_ms: int) -> None:
        self._one, self._level = one, level
        self._done: list[Slot] = []
        rhythm = self._rhythm
        self._due = None if rhythm is None else owed_ms + _ms(rhythm.first_min)

    @property
    def _rhythm(self) -> Rhythm | None:
        return None if self._level is None else self._one.rhythm.get(self._level)

    def pass_by(self, at_ms: int) -> None:
        """Note what was missed before a moment."""
        while self._due is not None and self._due + GRACE_MS < at_ms:
            self._done.append(Slot(self._one.id, self._due))
            self._due = self._next(self._due)

    def sent(self, at_ms: int) -> None:
        """An update meets what is open, however early, and starts the next turn."""
        if self._due is not None:
            self._done.append(Slot(self._one.id, self._due, at_ms))
        self._due = self._next(at_ms)

    def changed(self, at_ms: int, level: int) -> None:
        """Another severity is in force."""
        severer = self._level is None or level < self._level
        self._level = level
        rhythm = self._rhythm
        if severer and rhythm is not None and (self._due is not None or rhythm.every_min is not None):
            soonest = at_ms + _ms(rhythm.first_min)
            self._due = soonest if self._due is None else min(self._due, soonest)

    def _next(self, from_ms: int) -> int | None:
        rhythm = self._rhythm
        return None if rhythm is None or rhythm.every_min is None else from_ms + _ms(rhythm.every_min)

    def all(self) -> tuple[Slot, ...]:
        """What was met, what was missed, and what is open."""
        return (*self._done, *(() if self._due is None else (Slot(self._one.id, self._due),)))


@dataclass(frozen=True)
class Due:
    """The next update that an audience is owed, and since when an earlier one has been missed, if nothing came after it."""

    audience: str
    title: str
    owner: str
    templates: tuple[str, ...]
    due_ms: int
    missed_ms: int | None = None


def next_due(stakeholders: Iterable[Stakeholder], course: Course, now_ms: int) -> tuple[Due, ...]:
    """Who is owed an update next, soonest first; an audience that missed one is due since then."""
    found = []
    for one in stakeholders:
        if course.over_ms is not None and course.over_ms <= now_ms:
            break
        turn = course.slots(one, now_ms)
        if not turn or turn[-1].met_ms is not None:
            continue
        missed = None
        for slot in reversed(turn[:-1]):
            if slot.met_ms is not None:
                break
            missed = slot.due_ms
        found.append(Due(one.id, one.title, one.owner, tuple(one.templates), turn[-1].due_ms, missed))
    return tuple(sorted(found, key=lambda due: (due.due_ms if due.missed_ms is None else due.missed_ms, due.audience)))


def settled(stakeholders: Sequence[Stakeholder], course: Course, until_ms: int) -> tuple[Slot, ...]:
    """Every update that can be judged: it came, or its grace has passed by the end. Soonest due first."""
    stop = until_ms if course.over_ms is None else min(until_ms, course.over_ms)
    every = [slot for one in stakeholders for slot in slots(one, course, until_ms)]
    judged = [slot for slot in every if slot.met_ms is not None or slot.due_ms + GRACE_MS <= stop]
    return tuple(sorted(judged, key=lambda slot: (slot.due_ms, slot.audience)))


def _ms(minutes: float) -> int:
    return round(minutes * MINUTE)
