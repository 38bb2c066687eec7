"""Clocks as one audience may know them: updates owed, duties of rules, obligations, and what a seat is reminded of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from hotwash.aftermath.names import about_title
from hotwash.comms.cadence import next_due
from hotwash.comms.obligations.check import Checked, check
from hotwash.comms.obligations.moments import Moment
from hotwash.drill.design import FACILITATOR, OBSERVER, DrillDesign
from hotwash.drill.duty_facts import drill_ms, incident_of, moments_of, of_view
from hotwash.drill.known import seat_facts
from hotwash.drill.views.fold import Fold
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Kit
from hotwash.standins.room import Room


@dataclass(frozen=True)
class ClockCard:
    """Something with a deadline. `due_ms` is drill time; None: without undue delay."""

    title: str
    seat: str
    due_ms: int | None
    note: str = ""


@dataclass(frozen=True)
class ReminderCard:
    """Something that a seat owes, and is reminded of. `until_ms` is how long it was put off, with the reason."""

    reminder: str
    about: str
    seat: str
    title: str
    says: str
    since_ms: int
    until_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Clocks:
    """What one audience may know of what falls due, at a moment."""

    view: Fold
    design: DrillDesign
    who: str
    room: Room
    now_ms: int

    @property
    def running(self) -> list[ClockCard]:
        """What runs: the next update, duties of the kit's rules, obligations."""
        cards = _updates(self.design.kit, self.view, self.now_ms)
        cards += [
            ClockCard(event.data["what"], event.data["seat"], event.data["due_ms"], event.data["rule"])
            for event in self.view.duties.values()
        ]
        done = {one.data["obligation"] for one in self.view.of("authority_notified")}
        begun = {
            event.data["obligation"]: event.data
            for event in self.view.of("obligation_clock_started", "obligation_clock_changed")
        }
        regimes = {one.id: one.regime for one in self.design.kit.obligations}
        cards += [_clock_card(regimes.get(name, name), data) for name, data in begun.items() if name not in done]
        return sorted(cards, key=lambda one: one.due_ms if one.due_ms is not None else 1 << 60)

    @cached_property
    def obligations(self) -> Checked:
        """Questions to ask, duties that may apply with their clocks and notices, from what this audience was shown."""
        start = self.design.scenario.story_start
        facts = seat_facts(self.view, self.design.system, self.design.kit, start, self.now_ms)
        return check(self.design.kit, incident_of(of_view(self.view), facts))

    @cached_property
    def assessed_yes(self) -> frozenset[str]:
        """Obligations that were last assessed to apply, and stages whose clock an earlier notice started."""
        begun = {event.data["obligation"] for event in self.view.of("obligation_clock_started")}
        return frozenset(name for name in {*begun, *self.room.duties} if self.room.duties.get(name, "yes") == "yes")

    @cached_property
    def moments(self) -> Sequence[Moment]:
        """Moments that clocks may run from, in the order in which they were put on record."""
        return moments_of(of_view(self.view), self.design.scenario.story_start).recorded

    def drill_ms(self, moment: datetime) -> int:
        """Story time as drill time."""
        return drill_ms(self.design.scenario.story_start, moment)

    def day(self, moment: datetime) -> str:
        """A moment of the story with its day, in the story's own zone."""
        local = moment.astimezone(self.design.scenario.story_start.tzinfo)
        return f"{local:%a} {local.day} {local:%b} {local:%H:%M %Z}".strip()

    @property
    def reminders(self) -> list[ReminderCard]:
        """What this seat owes and is reminded of; for those who steer and watch, what everybody owes."""
        says = {one.id: one.says for one in self.design.kit.communication.reminders}
        raised = {(one.data["reminder"], one.data["about"]): one.data for one in self.view.of("reminder_raised")}
        cards = []
        for key, event in self.view.reminders.items():
            first, put_off = raised[key], event.type == "reminder_snoozed"
            until = event.data["until_ms"] if put_off else None
            if self.who not in (FACILITATOR, OBSERVER) and first["seat"] != self.who:
                continue
            cards.append(
                ReminderCard(
                    *key, first["seat"], first["title"], says.get(key[0], ""), first["since_ms"],
                    until, event.data["reason"] if put_off else "",
                )
            )  # fmt: skip
        return cards

    def audience(self, name: str) -> str:
        """What a reminder is about, in words."""
        return about_title(self.design.kit, name)


def _updates(kit: Kit, view: Fold, now_ms: int) -> list[ClockCard]:
    """The next update owed to each audience, those that fall due together on one clock; without a map, to the room."""
    if not kit.stakeholders:
        return [ClockCard("Next update", "comms", view.update_due_ms)] if view.update_due_ms is not None else []
    found: dict[tuple[int, str, bool], list[str]] = {}
    for due in next_due(kit.stakeholders, view.course, now_ms):
        missed = due.missed_ms is not None
        when = due.due_ms if due.missed_ms is None else due.missed_ms
        found.setdefault((when, due.owner, missed), []).append(due.title)
    return [
        ClockCard(f"Update for {', '.join(titles)}", owner, when, "late" if missed else "")
        for (when, owner, missed), titles in found.items()
    ]


def _clock_card(regime: str, data: Mapping[str, Any]) -> ClockCard:
    """The clock of an obligation. Records from before periods had units name hours alone."""
    ends, hours = data.get("deadline_ms"), data.get("hours")
    if ends is None and hours is not None:
        ends = data["aware_ms"] + hours * 60 * MINUTE
    return ClockCard(regime, "legal", ends, f"due {data['deadline']}" if data["deadline"] else "")
