"""What one audience has been shown, folded: the part that players, facilitators and observers have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from hotwash.comms.cadence import Course, end_of
from hotwash.drill.kept import Kept
from hotwash.drill.views.project import ViewEvent

COURSE = (
    "severity_set", "audience_owed", "update_published", "recovery_declared", "incident_stood_down", "incident_opened",
)  # fmt: skip
"""Types that move the clocks of the audiences."""


@dataclass
class Fold:
    """View events in order. `latest` holds the newest event of each type that replaces its predecessor (severity, scope,
    label ...), `kept` what was made of them. Two folds that were shown the same events are equal."""

    events: list[ViewEvent] = field(default_factory=list, kw_only=True)
    latest: dict[str, ViewEvent] = field(default_factory=dict, kw_only=True)
    _by_type: dict[str, list[ViewEvent]] = field(default_factory=dict, kw_only=True)
    kept: Kept = field(default_factory=Kept, kw_only=True, compare=False, repr=False)

    def apply(self, event: ViewEvent) -> None:
        """Take in the next view event. Raises ValueError when one is missing or doubled."""
        if event.position != len(self.events) + 1:
            raise ValueError(f"view event {event.position} cannot follow {self.position}")
        self.events.append(event)
        self.latest[event.type] = event
        self._by_type.setdefault(event.type, []).append(event)
        self.kept.came(event.type)

    @property
    def position(self) -> int:
        """This audience's own position: what a stream resumes after."""
        return len(self.events)

    def of(self, *types: str) -> Iterator[ViewEvent]:
        """Events of some types, oldest first."""
        if len(types) == 1:
            return iter(self._by_type.get(types[0], ()))
        found = [one for kind in dict.fromkeys(types) if kind in self._by_type for one in self._by_type[kind]]
        return iter(sorted(found, key=attrgetter("position")))

    def said(self, kind: str) -> dict[str, Any]:
        """The data of the newest event of a type; empty when there is none."""
        event = self.latest.get(kind)
        return dict(event.data) if event else {}

    @property
    def inbox(self) -> tuple[ViewEvent, ...]:
        """Injects that this audience was shown."""
        return tuple(self.of("inject_delivered", "inject_improvised"))

    @property
    def severity(self) -> int | None:
        """The severity in force."""
        level = self.said("severity_set").get("level")
        return level if isinstance(level, int) else None

    @property
    def update_due_ms(self) -> int | None:
        """When the next update falls due, in drill time."""
        due = self.said("update_published").get("next_due_ms")
        return due if isinstance(due, int) else None

    @property
    def course(self) -> Course:
        """What the incident did to the clocks of its audiences, as far as this audience was shown it."""
        return self.kept.get("course", COURSE, self._course)

    def _course(self) -> Course:
        ends = [event.drill_ms for event in self.of("recovery_declared", "incident_stood_down")]
        return Course(
            levels=tuple((event.drill_ms, event.data["level"]) for event in self.of("severity_set")),
            owed={event.data["audience"]: event.data["since_ms"] for event in self.of("audience_owed")},
            sent=tuple((event.drill_ms, event.data["template"]) for event in self.of("update_published")),
            over_ms=end_of(ends, (event.drill_ms for event in self.of("incident_opened"))),
        )

    @property
    def reminders(self) -> dict[tuple[str, str], ViewEvent]:
        """Reminders that stand, by what they are and what they are about: the newest event of each, raised or snoozed."""
        found: dict[tuple[str, str], ViewEvent] = {}
        for event in self.of("reminder_raised", "reminder_snoozed", "reminder_cleared"):
            key = event.data["reminder"], event.data["about"]
            if event.type == "reminder_cleared":
                found.pop(key, None)
            else:
                found[key] = event
        return found

    @property
    def duties(self) -> dict[str, ViewEvent]:
        """Duties of if/then rules that run and are not settled, by duty."""
        running = {event.data["duty"]: event for event in self.of("rule_armed")}
        for event in self.of("rule_met", "rule_missed"):
            running.pop(event.data["duty"], None)
        return running
