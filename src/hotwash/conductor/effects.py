"""What a lever did: measured exactly against the same tape without it (report, exercise control), estimated from signals (players).

An estimate compares the minutes before a lever took effect with those after, so that whatever else changed at the time is in it too.
That is what a team has in a real incident, and why the number has an interval and says what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hotwash.conductor.session import lever_call
from hotwash.drill.views.fold import Fold
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.event import Event
from hotwash.ports.outcome import Counterfactuals, Outcome
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall, SignalFrame, SystemDescription, SystemUnderDrill
from hotwash.triage.stats import Rate, difference, rate, ratio

WINDOW_MIN = 10
"""Complete minutes compared on each side of the moment at which a lever took effect."""
LEAST_MIN = 2
"""Fewer minutes than this after it say nothing."""
REFUSED = ("refusals", "denials")
"""Signals of requests that were served, and not as they were asked."""
ANSWERED = ("served", "approved", "edited")
"""Statuses of requests that got an answer; a feature that is off refuses nobody and serves nobody."""


@dataclass(frozen=True)
class Estimate:
    """What signals say about one lever. `fall` is by how much of itself the trigger's rate fell (1: to nothing), with a 95 % interval, None
    where there was nothing before it; `lost` how many more of 100 requests in its scope are refused, stopped, kept waiting or not served
    at all, with one too. `minutes` were compared."""

    call: str
    signal: str
    minutes: int
    before: Rate
    after: Rate
    fall: tuple[float, float, float] | None
    lost: tuple[float, float, float] | None
    expected_percent: int | None


def without(events: Sequence[Event], what_if: Counterfactuals) -> dict[str, Outcome]:
    """Call → the whole play of the same tape with everything that was done but this lever, for levers with a change record."""
    plan = [call for call in map(lever_call, events) if call is not None]
    return {name: what_if.replay(_less(plan, name)) for name in recorded(events)}


def recorded(events: Sequence[Event]) -> tuple[str, ...]:
    """Calls that were pulled with a change record, or without the right to."""
    pulls = [one.data for one in events if one.type == "lever_pulled"]
    return tuple(
        str(one["call"])
        for one in pulls
        if one.get("trigger") or one.get("expires_min") or one["authority"] == "break-glass"
    )


def _less(plan: Sequence[LeverCall], name: str) -> tuple[LeverCall, ...]:
    return tuple(one for one in plan if one.id != name and one.argument("target") != name)


def estimates(view: Fold, system: SystemUnderDrill) -> tuple[Estimate, ...]:
    """An estimate for each lever of a view that names a trigger and has been in effect long enough, oldest first."""
    ended = {one.data["call"]: int(one.data["effective_ms"]) for one in view.of("lever_reverted")}
    found = [_estimate(one.data, ended.get(one.data["call"]), system) for one in view.of("lever_pulled")]
    return tuple(one for one in found if one is not None)


def _estimate(data: Mapping[str, object], ended_ms: int | None, running: SystemUnderDrill) -> Estimate | None:
    frame, system, trigger = running.frame(), running.describe(), str(data.get("trigger") or "")
    if trigger not in frame.signals or not system.signals[trigger].denominator:
        return None
    starts = -(-int(str(data["effective_ms"])) // MINUTE)
    ends = frame.minutes if ended_ms is None else min(frame.minutes, ended_ms // MINUTE)
    late = system.signals[trigger].delay_min
    minutes = min(WINDOW_MIN, ends - starts - late)
    if minutes < LEAST_MIN or starts - 1 - WINDOW_MIN < 0:
        return None
    cells = _cells(data["scope"], frame)
    before = _rate(frame, system, trigger, cells, starts - 1 - WINDOW_MIN, starts - 1)
    after = _rate(frame, system, trigger, cells, starts + late, starts + late + minutes)
    against = ratio(after, before)
    low, high = against.low, against.high
    fall = None
    if against.value is not None and low is not None and high is not None:
        fall = (1 - against.value, 1 - high, 1 - low)
    scope = Scope.of(data["scope"])  # type: ignore[arg-type]  # an event's scope has been read as one
    was = _lost(running, scope, starts - 1 - WINDOW_MIN, starts - 1)
    more = difference(_lost(running, scope, starts, starts + minutes), was)
    lost = (100 * more.value, 100 * more.low, 100 * more.high) if was.asked else None
    wanted = data.get("fall_percent")
    return Estimate(
        str(data["call"]), trigger, minutes, before, after, fall, lost, wanted if isinstance(wanted, int) else None
    )


def _lost(running: SystemUnderDrill, scope: Scope, start: int, stop: int) -> Rate:
    """Requests of minutes [start, stop) that did not get what they asked for, as their traces tell."""
    seen = running.requests(start * MINUTE, stop * MINUTE, scope)
    lost = ~np.isin(seen.status, ANSWERED)
    for name in REFUSED:
        if name in seen.signals:
            lost |= seen.signals[name] == 1
    return rate(float(lost.sum()), float(len(seen)))


def _cells(scope: object, frame: SignalFrame) -> list[tuple[str, str]]:
    """The cells of the first dimension of a scope that dashboards count; all traffic where there is none."""
    dims = scope if isinstance(scope, Mapping) else {}
    for dim, values in sorted(dims.items()):
        cells = [(dim, value) for value in values if (dim, value) in frame.cells]
        if cells:
            return cells
    return [("", "")]


def _rate(
    frame: SignalFrame, system: SystemDescription, signal: str, cells: list[tuple[str, str]], start: int, stop: int
) -> Rate:
    """A signal's share of its denominator over minutes [start, stop). A delayed signal is set against the minutes it is about."""
    spec = system.signals[signal]
    late = spec.delay_min if spec.denominator == "requests" else 0
    at = [frame.cells.index(one) for one in cells]
    found = np.take(frame.total(signal, start, stop), at).sum()
    asked = np.take(frame.total(spec.denominator or "requests", start - late, stop - late), at).sum()
    return rate(float(min(found, asked)), float(asked))
