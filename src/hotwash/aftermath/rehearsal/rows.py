"""What one drill of a rehearsal came to, in as few numbers as the questions need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter


@dataclass(frozen=True)
class DutyRow:
    """A duty of an if/then rule that the team could know of. `left_min` is the time left when it was met."""

    rule: str
    duty: str
    seat: str
    met: bool
    left_min: float = 0.0


@dataclass(frozen=True)
class WaitRow:
    """Somebody waited for a seat: for its approval of a lever, or its word on a draft. What was never answered waited to the end."""

    seat: str
    about: Literal["lever", "draft"]
    minutes: float
    answered: bool


@dataclass(frozen=True)
class DrillRow:
    """One drill. `harm` and `collateral` in harm points; moments in minutes of drill time, None for never."""

    team: str
    total: float
    containment: float
    harm: float
    collateral: float
    detected_min: float | None
    contained_min: float | None
    ended_min: float
    duties: tuple[DutyRow, ...]
    waits: tuple[WaitRow, ...]


@dataclass(frozen=True)
class AlertRow:
    """One alert that is about the failure at hand, in one part of the traffic that is hit (empty: all traffic), while nobody acts.
    `fired_min` is the first minute at which the fault, and not chance, makes it stand; None: it never does. `traffic` and `harm` are
    the part's shares of requests and of harm."""

    alert: str
    dim: str
    value: str
    fired_min: int | None
    traffic: float
    harm: float


@dataclass(frozen=True)
class BoutRow:
    """One scenario, seed and variation: every team's drill on it, and the alerts. `variation` is empty for the kit as it is."""

    scenario: str
    number: int
    seed: int
    variation: str
    onset_min: float | None
    alerts: tuple[AlertRow, ...]
    drills: tuple[DrillRow, ...]


_ROW = TypeAdapter(BoutRow)


def to_json(row: BoutRow) -> dict[str, Any]:
    """A row as a line of a journal."""
    body: dict[str, Any] = _ROW.dump_python(row, mode="json")
    return body


def from_json(body: Any) -> BoutRow:
    """Read a row back. Raises pydantic's ValidationError, which is a ValueError, for what is none."""
    return _ROW.validate_python(body)
