"""What the team itself put on record. Never reads the answer key: a draft made of it gives nothing away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.aftermath.sections.words import NO_TITLES
from hotwash.drill.read import current
from hotwash.kernel.event import Event

SHOWN = frozenset(
    {
        "alert_fired", "authority_notified", "change_logged", "classified", "decision_recorded", "detector_adjusted",
        "evidence_collected", "hypothesis_raised", "impact_assessed", "incident_opened", "incident_stated", "lever_pulled",
        "major_incident_declared", "recovery_declared", "rule_armed", "rule_missed", "risk_accepted", "scope_set", "severity_set",
        "signal_validated", "snapshot_taken", "suite_run", "test_recorded", "update_published",
    }
)  # fmt: skip
"""What a draft is made of: events that every seat could see. None says what the answer key holds."""
CONDUCT = (
    "drill_",
    "seat_",
    "comms_",
    "expectation_",
    "inject_skipped",
    "inject_held",
    "reminder_",
    "speed_",
    "rating_",
)
"""Events of the exercise and its evaluation. They show nothing about the service."""


@dataclass(frozen=True)
class Noted:
    """One event of the team's own record."""

    version: int
    at_ms: int
    type: str
    seat: str
    data: Mapping[str, Any]

    @property
    def cite(self) -> str:
        """How papers cite it."""
        return f"e{self.version}"


class TeamRecord:
    """The events that every seat could see, by type."""

    def __init__(self, events: Iterable[Event], levers: Mapping[str, str] = NO_TITLES) -> None:
        self._levers = levers
        log = [current(one) for one in events]
        self.drill = str(log[0].data["drill"])
        self.head = log[-1].hash
        self._shown = [
            Noted(one.version, one.drill_ms, one.type, one.seat, one.data) for one in log if one.type in SHOWN
        ]

    def all(self, *types: str) -> Iterator[Noted]:
        """Events of some types, oldest first."""
        return (one for one in self._shown if one.type in types)

    def called(self, lever: str) -> str:
        """What a lever is called; by its kind where nobody said."""
        return self._levers.get(lever, lever.replace("_", " "))

    def last(self, kind: str) -> Noted | None:
        """The newest event of a type."""
        return next(iter([*self.all(kind)][::-1]), None)


class Evidence:
    """What may be cited: events of the log, evidence items, snapshots and traces that were opened."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._types = {one.version: one.type for one in events}
        self._items: dict[str, int] = {}
        for one in events:
            for name in {
                "evidence_collected": ("item", "ref"),
                "snapshot_taken": ("item",),
                "trace_opened": ("trace",),
            }.get(one.type, ()):
                self._items.setdefault(str(one.data[name]), one.version)  # fmt: skip

    def fault(self, cited: str) -> str:
        """Why a citation cannot stand; empty when it can."""
        if cited[:1] == "e" and cited[1:].isdigit():
            kind = self._types.get(int(cited[1:]))
            if kind is None:
                return f"the record has no event {cited[1:]}; its last is {max(self._types)}"
            if kind.startswith(CONDUCT):
                return f"event {cited[1:]} is '{kind.replace('_', ' ')}': it is about the exercise and shows nothing of the service"
            return ""
        return "" if cited in self._items else f"the record has no evidence '{cited}'"

    def version_of(self, cited: str) -> int | None:
        """The event behind a citation."""
        if cited[:1] == "e" and cited[1:].isdigit():
            number = int(cited[1:])
            return number if number in self._types else None
        return self._items.get(cited)

    def versions(self, cited: Iterable[str]) -> tuple[int, ...]:
        """The events behind citations, those that exist."""
        found = (self.version_of(one) for one in cited)
        return tuple(dict.fromkeys(one for one in found if one is not None))
