"""Whom it touches: the fewest and simplest descriptions that explain the excess, each counted exactly.

The search works on a sample; what it proposes is then counted over all traces, in time and in its complement. A description that is
chosen takes its rows with it, and only what still stands out among the rest is described next: so redundant names of one thing are
not listed beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.ports.scope import Scope
from hotwash.triage.deciding import decided
from hotwash.triage.newcomers import came_into
from hotwash.triage.onset import Onset, episodes, onset
from hotwash.triage.pieces import MOST, Pieces, counted, pair
from hotwash.triage.sample import Sample
from hotwash.triage.search import Candidate
from hotwash.triage.shortlist import LEVEL_OF_FALSE_ALARMS, Proposed
from hotwash.triage.standing import Standing, standing
from hotwash.triage.stats import LEVEL, Rate, rate
from hotwash.triage.timeline import Series, Timeline, Window

LIKE = 3.0
"""Two descriptions that differ in one value are put together when their shares are within this factor of each other."""


@dataclass(frozen=True)
class Excess:
    """More than there would have been: `value` events, with an interval, of `found` where `expected` were usual."""

    found: int
    expected: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Alternative:
    """Another name for nearly the same rows. `overlap` is the part of the rows of either that lie in both while the segment was worse,
    `found` how many cases it holds there."""

    scope: Scope
    overlap: float
    found: int


@dataclass(frozen=True)
class Segment:
    """Part of the traffic in which a signal rose. `rate` and `usual` are its share inside the window and outside it, in the same
    segment; `complement` and `complement_usual` the same for all other traffic. `explains` is the part of all excess in the window that
    lies in this segment, None where it cannot be told. `others` are further stretches in which the same segment was worse. `p` is corrected for every description and stretch that was tried; where it takes a second signal, which rose in the same rows and
    time, to stand out beyond chance, it is the chance of both, and `together` names the second. `alternatives` are other descriptions that the traces do
    not tell from this one: the cause may be in any of them. Of a segment that was not there before, `usual` is the share of what it `came_into`, until it came."""

    scope: Scope
    onset: Onset | None
    window: Window
    rate: Rate
    usual: Rate
    complement: Rate
    complement_usual: Rate
    excess: Excess
    explains: float | None
    share_of_traffic: float
    others: tuple[Onset, ...]
    p: float
    together: str = ""
    alternatives: tuple[Alternative, ...] = ()
    came_into: Scope | None = None


@dataclass(frozen=True)
class Mix:
    """A rise that is none: the share of `scope` went up because the mix of `dim` in it changed, and no value of that got worse."""

    scope: Scope
    dim: str


@dataclass(frozen=True)
class Found:
    """What a search for one signal came to: segments by excess, standing differences, a rise that only the mix of traffic explains, and how
    much was tried."""

    signal: str
    segments: tuple[Segment, ...]
    standing: tuple[Standing, ...]
    mixes: tuple[Mix, ...]
    cells: int
    stretches: int


def count(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    line: Timeline,
    sample: Sample,
    proposed: Mapping[str, Proposed],
) -> tuple[Found, ...]:
    """Count what was proposed over all traces, in one pass for all signals, name what that bears out, and say when each began."""
    pools = _fitting({one.name: proposed[one.name].candidates for one in signals})
    scopes = tuple(dict.fromkeys(one.scope for pool in pools.values() for one in pool))
    pairs = sorted({pair(name, one.partner.signal) for name, pool in pools.items() for one in pool if one.partner})
    concerned = {name for name, pool in pools.items() if pool}.union(*pairs)
    with ThreadPoolExecutor(1) as beside:  # what the sample alone tells, while the engine counts
        own = {one.name: one.column for one in signals}
        always = beside.submit(standing, sample, own, columns.cuts())
        pieces = counted(relation, columns, [one for one in signals if one.name in concerned], line, scopes, pairs)
    long = always.result()
    units = {name: float(line.found[name].sum() / max(1, sample.cases[name].sum())) for name in pools}
    level, made = LEVEL_OF_FALSE_ALARMS / max(1, len(signals)), []
    for one in signals:
        name, searched = one.name, proposed[one.name]
        named = decided(pools[name], pieces, name, line, level, units)
        segments = list[Segment]()
        for scope, parts in _together(named.chosen):
            here = np.logical_or.reduce([pieces.within(each.scope) for each in parts])
            inside = pieces.series(name, here)
            past = came_into(relation, columns, one, line, scope, inside, min(each.from_ms for each in parts))
            segments.append(_segment(scope, parts, line, name, pieces, past))
        segments.sort(key=lambda segment: -segment.excess.value)
        mixes = tuple(Mix(kept.scope, kept.by) for kept in named.mixed[:1])
        made.append(Found(name, tuple(segments), long[name], mixes, searched.cells, searched.stretches))
    return tuple(made)


def _fitting(pools: Mapping[str, Sequence[Candidate]]) -> dict[str, list[Candidate]]:
    """As many candidates as can be counted together: of the longest lists the last go."""
    fitting = {name: list(pool) for name, pool in pools.items()}
    while sum(map(len, fitting.values())) > MOST:
        max(fitting.values(), key=len).pop()
    return fitting


def _segment(
    scope: Scope,
    parts: Sequence[Candidate],
    line: Timeline,
    signal: str,
    pieces: Pieces,
    past: tuple[Scope, Series] | None,
) -> Segment:
    """A description as all rows have it; one that was put together has several parts. One that is new has the `past` of what it came into."""
    asked, found, first = line.asked[signal], line.found[signal], parts[0]
    here = np.logical_or.reduce([pieces.within(one.scope) for one in parts])
    inside_asked, inside_found = pieces.series(signal, here)
    told_asked, told_found = past[1] if past else (inside_asked, inside_found)
    began = onset(told_found, told_asked, line)
    window = (
        began.window(line.end_ms)
        if began
        else Window(min(one.from_ms for one in parts), max(one.to_ms for one in parts))
    )
    during = line.during(window.from_ms, window.to_ms)
    now, before = _rate(inside_found, inside_asked, during), _rate(told_found, told_asked, ~during)
    rest_now = _rate(found - inside_found, asked - inside_asked, during)
    rest_before = _rate(found - inside_found, asked - inside_asked, ~during)
    over, rest_over = excess(now, before), excess(rest_now, rest_before)
    whole = over.value + max(0.0, rest_over.value if rest_over.low > 0 else 0.0)
    explains = None if over.value <= 0 else over.value / whole
    traffic = float(inside_asked[during].sum() / max(1, asked[during].sum()))
    others = tuple(one for one in episodes(told_found, told_asked, line) if began is None or one.at_ms != began.at_ms)
    beside = tuple(
        _alternative(one.scope, pieces.series(signal, pieces.within(one.scope)), pieces.series(signal, pieces.within(one.scope) & here),
                     (inside_asked, inside_found), during)
        for one in (first.rivals if len(parts) == 1 else ())
    )  # fmt: skip
    return Segment(
        scope,
        began,
        window,
        now,
        before,
        rest_now,
        rest_before,
        over,
        explains,
        traffic,
        others,
        first.p,
        first.together,
        beside,
        past[0] if past else None,
    )


def _rate(found: NDArray[np.int64], asked: NDArray[np.int64], where: NDArray[np.bool_]) -> Rate:
    return rate(float(found[where].sum()), float(asked[where].sum()))


def excess(now: Rate, before: Rate) -> Excess:
    """How many more were found than the share before would have given. The interval is the exact one for two Poisson counts, given their
    sum (Przyborowski and Wilenski 1940, by Clopper and Pearson's bounds); half a case is added before, for a share that was nil."""
    if not now.asked or not before.asked:
        return Excess(round(now.found), 0.0, 0.0, 0.0, now.found)
    ratio = now.asked / before.asked
    expected = ratio * before.found
    total, tail = now.found + before.found, (1 - LEVEL) / 2
    low = float(special.betaincinv(now.found, before.found + 1, tail)) if now.found else 0.0
    high = float(special.betaincinv(now.found + 1, before.found, 1 - tail)) if before.found else 1.0
    lift_low = low / max(1e-12, 1 - low) / ratio
    lift_high = high / max(1e-12, 1 - high) / ratio
    least = now.found * (1 - 1 / lift_low) if lift_low > 0 else -float(total)
    most = now.found * (1 - 1 / lift_high) if np.isfinite(lift_high) and lift_high > 0 else now.found
    return Excess(
        round(now.found),
        expected,
        now.found - expected,
        min(least, now.found - expected),
        max(most, now.found - expected),
    )


def _alternative(scope: Scope, alone: Series, both: Series, chosen: Series, here: NDArray[np.bool_]) -> Alternative:
    either = int((alone[0] + chosen[0] - both[0])[here].sum())
    return Alternative(scope, float(both[0][here].sum()) / max(1, either), int(alone[1][here].sum()))


def _together(candidates: Sequence[Candidate]) -> list[tuple[Scope, list[Candidate]]]:
    """Descriptions that differ in one value of one dimension, and rose alike, as one that allows both values."""
    made: list[tuple[Scope, list[Candidate]]] = []
    for one in candidates:
        for place, (other, parts) in enumerate(made):
            if (joined := _joined(one.scope, other)) is not None and _alike(one, parts[0]):
                made[place] = (joined, [*parts, one])
                break
        else:
            made.append((one.scope, [one]))
    return made


def _joined(one: Scope, other: Scope) -> Scope | None:
    if [name for name, _ in one.dims] != [name for name, _ in other.dims]:
        return None
    differ = [name for name, values in one.dims if values != other.values(name)]
    if len(differ) != 1:
        return None
    return Scope.of({name: {*values, *other.values(name)} for name, values in one.dims})


def _alike(one: Candidate, other: Candidate) -> bool:
    lift, other_lift = one.found / max(one.expected, 0.5), other.found / max(other.expected, 0.5)
    overlap = min(one.to_ms, other.to_ms) - max(one.from_ms, other.from_ms)
    shorter = min(one.to_ms - one.from_ms, other.to_ms - other.from_ms)
    return 1 / LIKE <= lift / max(other_lift, 1e-9) <= LIKE and overlap > shorter / 2
