"""Whom it touches: the fewest and simplest descriptions that explain the excess, each counted exactly.

The search works on a sample; what it proposes is then counted over all traces, in time and in its complement. A description that is
chosen takes its rows with it, and only what still stands out among the rest is described next: so redundant names of one thing are
not listed beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.ports.scope import Scope
from hotwash.triage import sql
from hotwash.triage.cells import Table
from hotwash.triage.onset import Onset, episodes, onset
from hotwash.triage.rivals import settled
from hotwash.triage.sample import Sample
from hotwash.triage.search import Candidate, Looked, look, unmixed, widened
from hotwash.triage.stats import LEVEL, Rate, rate
from hotwash.triage.timeline import Timeline, Window

LEVEL_OF_FALSE_ALARMS = 0.01
"""Chance that anything at all is named where nothing happened, shared by all signals: well below the one in twenty that is promised, since
the correction is a close one and no bound (`benchmarks/findings.py` counts the false alarms), and real traffic has moods."""
MOST_SEGMENTS = 4
LIKE = 3.0
"""Two descriptions that differ in one value are put together when their shares are within this factor of each other."""


Series = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows asked and cases found, both (buckets,)."""


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
    lies in this segment, None where it cannot be told. `others` are further stretches in which the same segment was worse. `p` is corrected for every description and stretch that was tried. `alternatives` are other descriptions that the traces do
    not tell from this one: the cause may be in any of them."""

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
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Standing:
    """A segment that is worse than the rest all the time: known trouble, or trouble that began before the data."""

    scope: Scope
    rate: Rate
    rest: Rate


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


@dataclass(frozen=True)
class Proposed:
    """Descriptions for one signal, each of what the ones before it leave unexplained; rises that a mix explains; what was tried."""

    candidates: tuple[Candidate, ...]
    mixes: tuple[Mix, ...]
    cells: int
    stretches: int


def propose(sample: Sample, signals: Sequence[str], dims: Sequence[str]) -> dict[str, Proposed]:
    """Descriptions for every signal. The chance of a false alarm is shared by all signals that are asked about."""
    table = Table(sample, signals, dims)
    level = LEVEL_OF_FALSE_ALARMS / max(1, len(signals))
    return {name: _peeled(sample, table, name, looked, level) for name, looked in look(table).items()}


def _peeled(sample: Sample, table: Table, signal: str, first: Looked, level: float) -> Proposed:
    chosen: list[Candidate] = []
    mixes: list[Mix] = []
    keep, looked = np.ones(len(sample), dtype=np.bool_), first
    while (best := _standing_out(table, signal, looked, level, mixes)) is not None:
        chosen.append(best)
        keep &= ~sample.within(best.scope)
        if not best.scope.dims or len(chosen) == MOST_SEGMENTS:
            break
        table = Table(sample, [signal], table.dims, keep)
        looked = look(table)[signal]
    return Proposed(tuple(chosen), tuple(mixes), first.cells, first.stretches)


def _standing_out(table: Table, signal: str, looked: Looked, level: float, mixes: list[Mix]) -> Candidate | None:
    firm = [one for one in looked.best if one.p <= level]
    for one in looked.best:
        if one.p <= level:
            against_mix, dim = unmixed(table, signal, one)
            if against_mix.p <= level:
                best, rivals = settled(table, signal, one, firm, looked.tried)
                scope = Scope.of({name: [value] for name, value in best})
                chosen = replace(against_mix, where=best, scope=scope, rivals=rivals)
                wider = widened(table, signal, chosen, looked.tried)
                return wider if wider.scope == scope else replace(wider, rivals=())
            mixes.append(Mix(one.scope, dim))
    return None


def count(
    relation: Relation,
    columns: TraceColumns,
    signal: SignalColumn,
    line: Timeline,
    sample: Sample,
    proposed: Proposed,
) -> Found:
    """Count what was proposed over all traces, in one pass, and say when each began."""
    scopes = _together(proposed.candidates)
    segments: list[Segment] = []
    if scopes:
        rivals = [(number, one.scope) for number, (_, kept) in enumerate(scopes) for one in kept.rivals]
        asked_for: list[tuple[Scope, ...]] = [(scope,) for scope, _ in scopes]
        asked_for += [part for number, one in rivals for part in ((one,), (scopes[number][0], one))]
        counted = _counted(relation, columns, signal, line, asked_for)
        asked, found = line.asked[signal.name], line.found[signal.name]
        for number, (scope, candidate) in enumerate(scopes):
            made = _segment(scope, candidate, line, asked, found, *counted[number])
            here = _buckets(line, made.window)
            beside = [
                _alternative(one, alone, both, counted[number], here)
                for (of, one), alone, both in zip(
                    rivals, counted[len(scopes) :: 2], counted[len(scopes) + 1 :: 2], strict=True
                )
                if of == number
            ]
            segments.append(replace(made, alternatives=tuple(beside)))
    segments.sort(key=lambda one: -one.excess.value)
    long = standing(sample, signal.name, columns.cuts())
    return Found(signal.name, tuple(segments), long, proposed.mixes[:1], proposed.cells, proposed.stretches)


def _segment(
    scope: Scope,
    candidate: Candidate,
    line: Timeline,
    asked: NDArray[np.int64],
    found: NDArray[np.int64],
    inside_asked: NDArray[np.int64],
    inside_found: NDArray[np.int64],
) -> Segment:
    began = onset(inside_found, inside_asked, line)
    window = began.window(line.end_ms) if began else Window(candidate.from_ms, candidate.to_ms)
    here = _buckets(line, window)
    now, before = _rate(inside_found, inside_asked, here), _rate(inside_found, inside_asked, ~here)
    rest_now = _rate(found - inside_found, asked - inside_asked, here)
    rest_before = _rate(found - inside_found, asked - inside_asked, ~here)
    over, rest_over = excess(now, before), excess(rest_now, rest_before)
    whole = over.value + max(0.0, rest_over.value if rest_over.low > 0 else 0.0)
    explains = None if over.value <= 0 else over.value / whole
    traffic = float(inside_asked[here].sum() / max(1, asked[here].sum()))
    others = tuple(
        one for one in episodes(inside_found, inside_asked, line) if began is None or one.at_ms != began.at_ms
    )
    return Segment(
        scope, began, window, now, before, rest_now, rest_before, over, explains, traffic, others, candidate.p
    )


def _buckets(line: Timeline, window: Window) -> NDArray[np.bool_]:
    starts = line.start_ms + np.arange(line.buckets) * line.width_ms
    return (starts + line.width_ms > window.from_ms) & (starts < window.to_ms)


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


def _counted(
    relation: Relation, columns: TraceColumns, signal: SignalColumn, line: Timeline, within: Sequence[tuple[Scope, ...]]
) -> list[Series]:
    """Asked and found by bucket where all of some scopes hold, in one statement that reads the rows of these scopes alone."""
    dialect = relation.dialect
    moment = dialect.epoch_ms(columns.time)
    inside = [" AND ".join(part for one in scopes for part in sql.scope(dialect, one)) or "TRUE" for scopes in within]
    asked = [("bucket", dialect.whole_quotient(f"{moment} - {line.start_ms}", line.width_ms))]
    for number, one in enumerate(inside):
        asked.append((f"a{number}", sql.count(f"({one}) AND {sql.asked(dialect, signal)}")))
        asked.append((f"f{number}", sql.count(f"({one}) AND {sql.holds(dialect, signal)}")))
    where = [f"{moment} IS NOT NULL", " OR ".join(f"({one})" for one in inside)]
    reads = [
        columns.time,
        signal.column,
        *dict.fromkeys(name for scopes in within for scope in scopes for name, _ in scope.dims),
    ]
    answer = relation.ask(sql.select(asked, where, ["bucket"]), reads)
    place = np.asarray(answer["bucket"], dtype=np.int64)

    def laid(name: str) -> NDArray[np.int64]:
        series = np.zeros(line.buckets, dtype=np.int64)
        series[place] = np.asarray(answer[name], dtype=np.int64)
        return series

    return [(laid(f"a{number}"), laid(f"f{number}")) for number in range(len(within))]


def _together(candidates: Sequence[Candidate]) -> list[tuple[Scope, Candidate]]:
    """Descriptions that differ in one value of one dimension, and rose alike, as one that allows both values."""
    made: list[tuple[Scope, Candidate]] = []
    for one in candidates:
        scope = one.scope
        for place, (other, kept) in enumerate(made):
            if (joined := _joined(scope, other)) is not None and _alike(one, kept):
                made[place] = (
                    joined,
                    replace(kept, rivals=(), from_ms=min(one.from_ms, kept.from_ms), to_ms=max(one.to_ms, kept.to_ms)),
                )
                break
        else:
            made.append((scope, one))
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


def standing(sample: Sample, signal: str, dims: Sequence[str], most: int = 3) -> tuple[Standing, ...]:
    """Values of one dimension with a higher share than all others together throughout, the largest contrasts first: at least twice the
    rest's share, and beyond chance after correction for all values. Counted on the sample, by weight."""
    asked = sample.signals[signal] >= 0
    case, weight = sample.signals[signal] == 1, np.where(asked, sample.weight, 0.0)
    total_found, total_asked = float(weight[case].sum()), float(weight.sum())
    drawn = float(sample.cases[signal].sum())
    if not drawn or not total_asked:
        return ()
    unit = total_found / drawn
    tried = float(np.log(20 * max(1, sum(len(sample.dims[one].values) for one in dims)))) + 3
    made: list[tuple[float, Standing]] = []
    for name in dims:
        coded = sample.dims[name]
        seen = np.bincount(coded.codes[case], weights=weight[case], minlength=len(coded.values))
        through = np.bincount(coded.codes, weights=weight, minlength=len(coded.values))
        there, rest = total_found - seen, total_asked - through
        large = (seen >= 20 * unit) & (rest > 0) & (seen * rest >= 2 * there * through)
        for place in np.flatnonzero(large).tolist():
            here, likely = float(seen[place] / unit), float(there[place] / rest[place] * through[place] / unit)
            gain = here * float(np.log(here / max(likely, 1e-9))) - (here - likely)
            if gain > tried:
                scope = Scope.of({name: [coded.values[place]]})
                now, others = (
                    rate(float(one[place]), float(of[place])) for one, of in ((seen, through), (there, rest))
                )
                made.append((gain, Standing(scope, now, others)))
    made.sort(key=lambda one: -one[0])
    return tuple(one for _, one in made[:most])
