"""What the room is reminded of by itself: silence, a changed severity, an empty seat, a due update, a draft that waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hotwash.comms.cadence import Course, next_due
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.comms import Reminder, Stakeholder


class Standing(NamedTuple):
    """A reminder whose condition holds: about what, who owes it, since when it has been so (drill ms)."""

    reminder: str
    about: str
    seat: str
    since_ms: int

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: the same reminder about the same thing is one."""
        return self.reminder, self.about


@dataclass(frozen=True)
class Scene:
    """What reminders are read from. `wanted` are seats that the severity in force calls for, `held` those that somebody
    holds, `waiting` are (draft, reviewer) → since when the review has been asked for, `expiring` temporary fixes that stand → (owner, until when)."""

    course: Course
    now_ms: int
    wanted: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    waiting: Mapping[tuple[str, str], int] = field(default_factory=dict)
    expiring: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def standing(reminders: Sequence[Reminder], stakeholders: Sequence[Stakeholder], scene: Scene) -> tuple[Standing, ...]:
    """Every reminder that holds now, in the order of the kit. Before the first severity and after the end there is none."""
    over, level = scene.course.over_ms, scene.course.level_at(scene.now_ms)
    if level is None or (over is not None and over <= scene.now_ms):
        return ()
    found: list[Standing] = []
    for one in reminders:
        if not one.levels or level in one.levels:
            found += KINDS[one.on](one, stakeholders, scene)
    return tuple(found)


def _no_update(one: Reminder, _: Sequence[Stakeholder], scene: Scene) -> Iterator[Standing]:
    first = scene.course.levels[0][0]
    last = max([first, *(at for at, _ in scene.course.sent)])
    if scene.now_ms - last >= one.minutes * MINUTE:
        yield Standing(one.id, "", one.seat or "", last)


def _severity_changed(one: Reminder, _: Sequence[Stakeholder], scene: Scene) -> Iterator[Standing]:
    changes = [
        (at, level)
        for (_, before), (at, level) in zip(scene.course.levels, scene.course.levels[1:], strict=False)
        if level != before
    ]
    if not changes:
        return
    at, level = changes[-1]
    told = any(sent >= at for sent, _ in scene.course.sent)
    if not told and scene.now_ms - at >= one.minutes * MINUTE:
        yield Standing(one.id, f"sev-{level}", one.seat or "", at)


def _seat_free(one: Reminder, _: Sequence[Stakeholder], scene: Scene) -> Iterator[Standing]:
    since = scene.course.levels[0][0]
    if scene.now_ms - since < one.minutes * MINUTE:
        return
    for seat in sorted(scene.wanted - scene.held):
        yield Standing(one.id, seat, one.seat or "", since)


def _update_due(one: Reminder, stakeholders: Sequence[Stakeholder], scene: Scene) -> Iterator[Standing]:
    for due in next_due(stakeholders, scene.course, scene.now_ms):
        when = due.due_ms if due.missed_ms is None else due.missed_ms
        if when - scene.now_ms <= one.minutes * MINUTE:
            yield Standing(one.id, due.audience, due.owner, when)


def _review_waiting(one: Reminder, _: Sequence[Stakeholder], scene: Scene) -> Iterator[Standing]:
    for (draft, seat), since in sorted(scene.waiting.items()):
        if scene.now_ms - since >= one.minutes * MINUTE:
            yield Standing(one.id, f"{draft} {seat}", seat, since)


def _fix_expiring(one: Reminder, _: Sequence[Stakeholder], scene: Scene) -> Iterator[Standing]:
    for fix, (owner, until) in sorted(scene.expiring.items()):
        if until - scene.now_ms <= one.minutes * MINUTE:
            yield Standing(one.id, fix, owner, until)


KINDS = {
    "no-update": _no_update,
    "severity-changed": _severity_changed,
    "seat-free": _seat_free,
    "update-due": _update_due,
    "review-waiting": _review_waiting,
    "fix-expiring": _fix_expiring,
}
