"""The log as conditions read it: by type, in order, with plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotwash.drill.kept import Kept
from hotwash.kernel.event import Event


@dataclass(frozen=True)
class Line:
    """One event: version, drill time in ms, seat, data."""

    version: int
    at_ms: int
    seat: str
    data: Mapping[str, Any]


Of = Callable[[str], Sequence[Line]]
"""Entries of a type, oldest first: of the log, or of one audience's view of it."""


@dataclass
class Journal:
    """Events by type, when each fact became known to the team, which seats know it, and when the newest event was. `kept` holds what was
    made of it."""

    by_type: dict[str, list[Line]] = field(default_factory=dict)
    facts: dict[str, Line] = field(default_factory=dict)
    knowers: dict[str, set[str]] = field(default_factory=dict)
    newest_ms: int = 0
    kept: Kept = field(default_factory=Kept, compare=False, repr=False)

    def apply(self, event: Event) -> None:
        """Add one event."""
        line = Line(event.version, event.drill_ms, event.seat, event.data)
        self.by_type.setdefault(event.type, []).append(line)
        self.newest_ms = event.drill_ms
        self.kept.came(event.type)
        if event.type == "fact_learned":
            self.facts.setdefault(event.data["fact"], line)
            self.knowers.setdefault(event.data["fact"], set()).update(event.data["seats"])

    def of(self, kind: str) -> Sequence[Line]:
        """All events of a type, oldest first."""
        return self.by_type.get(kind, ())

    def where(self, kind: str, **fields: object) -> Iterator[Line]:
        """Events of a type whose data have these values."""
        return (line for line in self.of(kind) if all(line.data.get(name) == value for name, value in fields.items()))

    def has(self, kind: str, **fields: object) -> bool:
        """Whether there is such an event."""
        return next(self.where(kind, **fields), None) is not None

    def last(self, kind: str, **fields: object) -> Line | None:
        """The newest such event."""
        newest = reversed(self.of(kind))
        return next(
            (line for line in newest if all(line.data.get(name) == value for name, value in fields.items())), None
        )
