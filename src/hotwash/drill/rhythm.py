"""Who is owed an update, what the room is reminded of, and how simulated readers take what was published: due at each tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from hotwash.comms.cadence import Course, end_of
from hotwash.comms.reminders import Scene, Standing, standing
from hotwash.drill import events as e
from hotwash.drill import fixes
from hotwash.drill.conditions import World, held
from hotwash.drill.design import DrillDesign
from hotwash.drill.journal import Journal
from hotwash.drill.payloads import Payload
from hotwash.drill.quiet import found
from hotwash.drill.state import PAPERWORK, DrillState
from hotwash.drill.views.fold import COURSE

Key = tuple[str, str]


RAISED = ("reminder_raised", "reminder_snoozed", "reminder_cleared")
REMINDED = frozenset((*COURSE, *RAISED, *fixes.READ, *PAPERWORK, "seat_taken", "seat_handed_over"))
"""Types on which it depends what the room is reminded of: clocks, what was raised, temporary fixes, drafts, who holds which seat."""


def course_of(journal: Journal) -> Course:
    """What the log did to the clocks of the audiences."""
    return journal.kept.get("course", COURSE, lambda: _course(journal))


def _course(journal: Journal) -> Course:
    ends = [line.at_ms for kind in ("recovery_declared", "incident_stood_down") for line in journal.of(kind)]
    return Course(
        levels=tuple((line.at_ms, line.data["level"]) for line in journal.of("severity_set")),
        owed={line.data["audience"]: line.data["since_ms"] for line in journal.of("audience_owed")},
        sent=tuple((line.at_ms, line.data["template"]) for line in journal.of("update_published")),
        over_ms=end_of(ends, (line.at_ms for line in journal.of("incident_opened"))),
    )


def owed(state: DrillState, design: DrillDesign, world: World) -> Iterator[Payload]:
    """Audiences that are owed updates from now on: a severity is set, and the condition of their row holds."""
    severities = state.journal.of("severity_set")
    if not severities:
        return
    told = {line.data["audience"] for line in state.journal.of("audience_owed")}
    for one in design.kit.stakeholders:
        if one.id in told or not one.rhythm:
            continue
        since, because = severities[0].at_ms, severities[0].version
        if one.when is not None:
            start = held(one.when, world)
            if start is None:
                continue
            since, because = max((since, because), (start.since_ms, start.version))
        yield e.AudienceOwed(audience=one.id, owner=one.owner, since_ms=since, because=because)


@dataclass(frozen=True)
class Raised:
    """A reminder of the log: who owes it, and until when it was put off (None: it was not)."""

    seat: str
    since_ms: int
    until_ms: int | None = None


def raised_reminders(journal: Journal) -> dict[Key, Raised]:
    """Reminders that were raised and not cleared, snoozed ones among them."""
    return journal.kept.get("reminders", RAISED, lambda: _raised(journal))


def _raised(journal: Journal) -> dict[Key, Raised]:
    lines = [(line, kind) for kind in RAISED for line in journal.of(kind)]
    found: dict[Key, Raised] = {}
    for line, kind in sorted(lines, key=lambda one: one[0].version):
        key = line.data["reminder"], line.data["about"]
        if kind == "reminder_raised":
            found[key] = Raised(line.data["seat"], line.data["since_ms"])
        elif kind == "reminder_cleared":
            found.pop(key, None)
        elif key in found:
            found[key] = Raised(found[key].seat, found[key].since_ms, line.data["until_ms"])
    return found


def open_reminders(journal: Journal, now_ms: int) -> dict[Key, Raised]:
    """Reminders that stand and are not put off."""
    return {
        key: one for key, one in raised_reminders(journal).items() if one.until_ms is None or one.until_ms <= now_ms
    }


def reminders(state: DrillState, design: DrillDesign, world: World) -> list[Payload]:
    """Reminders whose condition has come or gone, and those whose snooze is over. At one moment only an entry brings another."""
    look = partial(_reminders, state, design, world.now_ms)
    return found("reminders due", REMINDED, world, look, lambda: world.now_ms + 1)


def _reminders(state: DrillState, design: DrillDesign, now_ms: int) -> Iterator[Payload]:
    known = raised_reminders(state.journal)
    kit = design.kit
    holding = {
        one.key: one for one in standing(kit.communication.reminders, kit.stakeholders, _scene(state, design, now_ms))
    }
    titles = {one.id: one.title for one in kit.communication.reminders}
    for key, one in holding.items():
        before = known.get(key)
        if before is None or (before.until_ms is not None and before.until_ms <= now_ms):
            yield _raise(one, titles[one.reminder])
    for reminder, about in sorted(known.keys() - holding.keys()):
        yield e.ReminderCleared(reminder=reminder, about=about)


def _raise(one: Standing, title: str) -> e.ReminderRaised:
    return e.ReminderRaised(reminder=one.reminder, about=one.about, seat=one.seat, since_ms=one.since_ms, title=title)


def _scene(state: DrillState, design: DrillDesign, now_ms: int) -> Scene:
    level = design.kit.severity.levels.get(state.severity or 0)
    return Scene(
        course=course_of(state.journal),
        now_ms=now_ms,
        wanted=frozenset(level.must_inform if level else ()),
        held=frozenset(state.seats),
        waiting={
            (paper.draft, seat): paper.asked_ms
            for paper in state.papers.values()
            if paper.asked_ms is not None
            for seat in paper.waiting
        },
        expiring=fixes.expiring(state),
    )
