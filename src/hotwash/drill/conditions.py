"""When a condition of the kit's language began to hold, read from the log, the facts and the dashboards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from hotwash.drill.journal import Journal, Line
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.conditions import (
    AllOf,
    AnyOf,
    At,
    Between,
    Condition,
    Known,
    Not,
    Scalar,
    Seen,
    SignalAbove,
    Since,
)
from hotwash.kit.secret import TrueFact
from hotwash.ports.system import SignalFrame, SystemDescription


class Held(NamedTuple):
    """From when a condition holds, in ms of drill time, and the version of the event that made it hold (0: none)."""

    since_ms: int
    version: int


@dataclass(frozen=True)
class World:
    """What conditions are read from. `frame` is None between ticks: conditions over signals are judged at ticks."""

    journal: Journal
    now_ms: int
    system: SystemDescription
    true_facts: Sequence[TrueFact]
    frame: SignalFrame | None = None


TALK = frozenset({"message_sent", "draft_written", "review_requested", "update_published", "update_corrected"})
"""Words: said before a duty arose, they cannot have been about it."""


LONGEST = 60
"""Characters of a value that the account of a near miss repeats."""


def held(condition: Condition, world: World, after_ms: int = 0, *, talk_only: bool = False) -> Held | None:
    """Since when a condition holds; None when it does not. Events before `after_ms` do not count; with `talk_only`, only
    words before it do not."""
    match condition:
        case At(at_min=at_min):
            return _reached(round(at_min * MINUTE), 0, world)
        case Seen():
            old = talk_only and condition.event not in TALK
            return _seen(condition, world.journal, 0 if old else after_ms)
        case Known():
            return _known(condition, world, after_ms)
        case SignalAbove():
            return _above(condition, world, after_ms)
        case Since(since=inner, minutes=minutes):
            start = held(inner, world, after_ms, talk_only=talk_only)
            return _reached(start.since_ms + round(minutes * MINUTE), start.version, world) if start else None
        case AllOf(all=parts):
            found = []
            for part in parts:
                if (start := held(part, world, after_ms, talk_only=talk_only)) is None:
                    return None
                found.append(start)
            return max(found)
        case AnyOf(any=parts):
            return min(
                (one for part in parts if (one := held(part, world, after_ms, talk_only=talk_only))), default=None
            )
        case Not(not_=inner):
            return None if held(inner, world, after_ms, talk_only=talk_only) else Held(after_ms, 0)


def of_team(condition: Condition) -> Condition:
    """The same condition where everything true must be known to the team."""
    match condition:
        case Known(of="world"):
            return condition.model_copy(update={"of": "team"})
        case AllOf(all=parts):
            return condition.model_copy(update={"all": [of_team(part) for part in parts]})
        case AnyOf(any=parts):
            return condition.model_copy(update={"any": [of_team(part) for part in parts]})
        case Not(not_=inner):
            return condition.model_copy(update={"not_": of_team(inner)})
        case Since(since=inner):
            return condition.model_copy(update={"since": of_team(inner)})
        case _:
            return condition


def lacking(condition: Condition, journal: Journal, after_ms: int = 0) -> str:
    """What would have had to happen, in words, and what came nearest to it from `after_ms` on."""
    match condition:
        case At(at_min=at_min):
            return f"minute {at_min:g} was not reached"
        case Seen(event=event, by=by, where=where):
            who = f" by {' or '.join(by)}" if by else ""
            what = ", ".join(f"{path} {_bound(bound)}" for path, bound in where.items())
            said = f"no {event.replace('_', ' ')}{who}" + (f" with {what}" if what else "")
            return said + _nearest(condition, journal, after_ms)
        case Known(fact=fact):
            return f"'{fact}' was not known"
        case SignalAbove(signal=signal, above=above):
            return f"{signal} did not rise above {above:.1%}"
        case Since(since=inner, minutes=minutes):
            return f"{lacking(inner, journal, after_ms)} for {minutes:g} minutes"
        case AllOf(all=parts):
            return "; ".join(lacking(part, journal, after_ms) for part in parts)
        case AnyOf(any=parts):
            return " and ".join(lacking(part, journal, after_ms) for part in parts)
        case Not(not_=inner):
            said = lacking(inner, Journal()).removeprefix("no ")
            return f"it should not have been so that there is: {said}"


def _nearest(wanted: Seen, journal: Journal, after_ms: int) -> str:
    """The event of the same type that differs in fewest fields, and in which; with `times`, how many there were."""
    lines = [line for line in journal.of(wanted.event) if line.at_ms >= after_ms]
    if not lines:
        return ""
    wrong = {line.version: _differs(wanted, line) for line in lines}
    fit = sum(not found for found in wrong.values())
    if fit:
        return f" ({fit} of {wanted.times})"
    nearest = min(lines, key=lambda line: (len(wrong[line.version]), line.version))
    return f"; nearest was e{nearest.version}, where {' and '.join(wrong[nearest.version])}"


def _differs(wanted: Seen, line: Line) -> list[str]:
    found = [f"it was {line.seat}"] if wanted.by and line.seat not in wanted.by else []
    values = {
        path: _dig(line.data, path) for path, bound in wanted.where.items() if not _fits(_dig(line.data, path), bound)
    }
    return found + [f"{path} was {_short(value)}" for path, value in values.items()]


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _bound(bound: Scalar | Sequence[Scalar] | Between) -> str:
    if isinstance(bound, Between):
        text = f"containing '{bound.contains}'" if bound.contains else ""
        return (
            text
            or f"from {bound.min if bound.min is not None else 'any'} to {bound.max if bound.max is not None else 'any'}"
        )
    return " or ".join(map(str, bound)) if isinstance(bound, list) else str(bound)


def _reached(at_ms: int, version: int, world: World) -> Held | None:
    return Held(at_ms, version) if world.now_ms >= at_ms else None


def _seen(wanted: Seen, journal: Journal, after_ms: int) -> Held | None:
    left = wanted.times
    for line in journal.of(wanted.event):
        if line.at_ms < after_ms or (wanted.by and line.seat not in wanted.by):
            continue
        if all(_fits(_dig(line.data, path), bound) for path, bound in wanted.where.items()):
            left -= 1
            if not left:
                return Held(line.at_ms, line.version)
    return None


def _known(wanted: Known, world: World, after_ms: int) -> Held | None:
    if wanted.of == "world":
        start = [round(one.from_min * MINUTE) for one in world.true_facts if one.fact == wanted.fact]
        return _reached(max(after_ms, min(start)), 0, world) if start else None
    line: Line | None = world.journal.facts.get(wanted.fact)
    return Held(max(after_ms, line.at_ms), line.version) if line else None


def _above(wanted: SignalAbove, world: World, after_ms: int) -> Held | None:
    frame = world.frame
    if frame is None or wanted.signal not in frame.signals:
        return None
    spec = world.system.signals[wanted.signal]
    denominator = spec.denominator or "requests"
    # A delayed signal is compared with the traffic of the minutes that it is about, as alerts do.
    late = spec.delay_min if denominator == "requests" else 0
    top = np.cumsum(np.insert(frame.series(wanted.signal, wanted.dim, wanted.value), 0, 0), dtype=np.int64)
    under = np.cumsum(np.insert(frame.series(denominator, wanted.dim, wanted.value), 0, 0), dtype=np.int64)
    first = max(wanted.minutes + late, -(-after_ms // MINUTE))
    stops = np.arange(first, len(top))
    if not len(stops):
        return None
    x, n = top[stops] - top[stops - wanted.minutes], under[stops - late] - under[stops - late - wanted.minutes]
    hot = np.flatnonzero((n > 0) & (x > wanted.above * n))
    return Held(int(stops[hot[0]]) * MINUTE, 0) if len(hot) else None


def _dig(data: Mapping[str, Any], path: str) -> object:
    found: Any = data
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _fits(value: object, bound: Scalar | Sequence[Scalar] | Between) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_fits(one, bound) for one in value)
    if isinstance(bound, Between):
        if bound.contains:
            return bound.contains.lower() in str(value).lower()
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return False
        return (bound.min is None or value >= bound.min) and (bound.max is None or value <= bound.max)
    return value in bound if isinstance(bound, list) else value == bound
