"""Everything that a score is computed from, in one frozen object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar, cast

from hotwash.drill.design import DrillDesign
from hotwash.drill.payloads import Payload
from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Outcome
from hotwash.scoring.best_plan import BestPlan

P = TypeVar("P", bound=Payload)


@dataclass(frozen=True)
class Entry(Generic[P]):
    """One line of the log with its typed payload; times in ms of drill time."""

    version: int
    at_ms: int
    seat: str
    event: P

    @property
    def at_min(self) -> float:
        """Minutes of drill time."""
        return self.at_ms / MINUTE


@dataclass(frozen=True)
class Case:
    """A finished drill: what was planned, what was done, what it came to, what it could have come to.

    `first_signal_min` is the first minute in which an attentive team could have noticed; None when nothing ever showed.
    """

    design: DrillDesign
    log: tuple[Entry[Payload], ...]
    team: Outcome
    nothing: Outcome
    best: BestPlan
    traffic_value: int
    first_signal_min: int | None
    ended_ms: int
    without: Mapping[str, Outcome] = field(default_factory=dict)
    """Lever call with a change record → the same tape and everything else that was done, without it."""

    @cached_property
    def _by_type(self) -> dict[type[Payload], list[Entry[Payload]]]:
        index: dict[type[Payload], list[Entry[Payload]]] = {}
        for entry in self.log:
            index.setdefault(type(entry.event), []).append(entry)
        return index

    def all(self, kind: type[P], where: Callable[[P], bool] = lambda _: True) -> list[Entry[P]]:
        """Entries of one type for which `where` holds, oldest first."""
        entries = cast("Sequence[Entry[P]]", self._by_type.get(kind, ()))
        return [entry for entry in entries if where(entry.event)]

    def first(self, kind: type[P], where: Callable[[P], bool] = lambda _: True) -> Entry[P] | None:
        """The oldest such entry."""
        found = self.all(kind, where)
        return found[0] if found else None

    def last(self, kind: type[P], where: Callable[[P], bool] = lambda _: True) -> Entry[P] | None:
        """The newest such entry."""
        found = self.all(kind, where)
        return found[-1] if found else None

    @property
    def start_min(self) -> float:
        """Where a team's time begins to count: the first observable signal, or STARTEX when nothing ever showed."""
        return float(self.first_signal_min or 0)
