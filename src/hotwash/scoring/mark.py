"""One computed mark: a share of 1 or "not evaluated", with the events that earned or lost it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hotwash.scoring.case import Case, Entry


@dataclass(frozen=True)
class Mark:
    """`value` in [0, 1], or None: not evaluated. `evidence` are versions of events; `why` is for the report."""

    value: float | None
    why: str
    evidence: tuple[int, ...] = ()


Parameters = Mapping[str, float]
Measure = Callable[[Case, Parameters], Mark]


def cite(*entries: Entry[Any] | None) -> tuple[int, ...]:
    """Versions of the entries that exist."""
    return tuple(entry.version for entry in entries if entry is not None)


def cite_all(entries: Iterable[Entry[Any]]) -> tuple[int, ...]:
    """Versions of all entries."""
    return tuple(entry.version for entry in entries)


def promptness(at_min: float | None, due_min: float) -> float:
    """1 when done by the due minute, falling in a straight line to 0 at twice the allowance after it, 0 for never.

    `due_min` is the allowance in minutes; `at_min` counts from the same zero.
    """
    if at_min is None:
        return 0.0
    return min(1.0, max(0.0, 1 - (at_min - due_min) / (2 * due_min)))


def not_evaluated(why: str) -> Mark:
    """A mark that leaves the total alone."""
    return Mark(None, why)
