"""What changed near the beginning: changes ranked by how they lie to it. Near is not because: a ranking is a list of what to test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.triage.health import VersionShare
from hotwash.triage.onset import Onset
from hotwash.triage.timeline import MINUTE

Place = Literal["inside the interval", "before it", "after it"]
NEAR_MIN = 24 * 60.0
"""Changes longer before the onset than this are left out: a day of normal service speaks against them."""
MOST = 10
LEAST_MISSED = 20


@dataclass(frozen=True)
class Change:
    """An entry of a change log, or the first sight of a version in the traces themselves. `scope` says what it touched, as far as
    known; `component` names model, prompt, index, data, flag, vendor ..."""

    at_ms: int
    what: str
    component: str = ""
    scope: Scope = EVERYTHING
    source: str = "change log"


@dataclass(frozen=True)
class RankedChange:
    """A change, how many minutes before the onset it was made (negative: after), where it lies to the onset's interval, and whether what
    it touched is (part of) the segment. A change after the interval cannot have begun it."""

    change: Change
    minutes_before: float
    place: Place
    touches_segment: bool


def rank(changes: Iterable[Change], onset: Onset, scope: Scope = EVERYTHING) -> tuple[RankedChange, ...]:
    """Changes in the order in which to test them: inside the interval first, then those before it by nearness, those known to touch the
    segment before others; those after it last."""
    ranked = [_ranked(one, onset, scope) for one in changes if onset.at_ms - one.at_ms <= NEAR_MIN * MINUTE]
    order: dict[Place, int] = {"inside the interval": 0, "before it": 1, "after it": 2}
    ranked.sort(key=lambda one: (order[one.place], not one.touches_segment, abs(one.minutes_before), one.change.what))
    return tuple(ranked[:MOST])


def _ranked(one: Change, onset: Onset, scope: Scope) -> RankedChange:
    place: Place = "inside the interval"
    if one.at_ms > onset.high_ms:
        place = "after it"
    elif one.at_ms < onset.low_ms:
        place = "before it"
    touches = bool(one.scope.dims) and any(set(values) & set(scope.values(dim)) for dim, values in one.scope.dims)
    return RankedChange(one, (onset.at_ms - one.at_ms) / MINUTE, place, touches)


def first_seen(versions: Sequence[VersionShare], from_ms: int, rows_a_ms: float) -> tuple[Change, ...]:
    """Versions that first came up after the traces began: releases that nobody may have logged. A rare version that merely had not been
    drawn yet is none: at its later share, LEAST_MISSED rows of it would have been seen before."""
    found = []
    for one in versions:
        usual = max(one.before or 0.0, one.now or 0.0)
        if usual * rows_a_ms * (one.first_ms - from_ms) >= LEAST_MISSED:
            scope = Scope.of({one.column: [one.version]})
            found.append(Change(one.first_ms, f"{one.column} {one.version} first seen", one.column, scope, "traces"))
    return tuple(found)
