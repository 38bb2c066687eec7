"""Two arms side by side: before and after, canary and holdout, one bundle and another on the same requests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns
from hotwash.ports.relation import Answer, Relation
from hotwash.triage import sql, stats
from hotwash.triage.clocks import Clock, clock
from hotwash.triage.pairs import mcnemar
from hotwash.triage.stats import Difference, Rate
from hotwash.triage.timeline import Window

LEAST_SEGMENT = 20
"""Requests on either side below which a segment is not compared."""


@dataclass(frozen=True)
class Arm:
    """Some of the traffic, by a name: every test holds, and the time lies in the window, where there is one."""

    name: str
    where: tuple[Test, ...] = ()
    window: Window | None = None


@dataclass(frozen=True)
class Rates:
    """A signal in both arms, with Wilson intervals; `difference` is the other arm less the one, with Newcombe's interval, and `p` Fisher's
    exact one, two-sided. None where an arm has nothing that could be asked."""

    signal: str
    found_one: int
    asked_one: int
    one: float | None
    one_low: float
    one_high: float
    found_other: int
    asked_other: int
    other: float | None
    other_low: float
    other_high: float
    difference: float | None
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True)
class Means:
    """A number in both arms; `difference` is the other arm's mean less the one's, with Welch's 95 % interval. None where an arm has
    fewer than two values."""

    column: str
    n_one: int
    one: float | None
    n_other: int
    other: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True)
class WorseSegment:
    """A segment in which a signal is more frequent in the other arm, certain among all that were looked at; `p` is Fisher's, one-sided."""

    where: tuple[tuple[str, str], ...]
    rates: Rates
    p: float


@dataclass(frozen=True)
class Paired:
    """The same requests under both arms: in how many a signal was found in both, in one only, in neither. `p` is McNemar's exact
    one, two-sided. Requests that one arm did not answer, or that could not be asked there, are `unpaired`."""

    signal: str
    both: int
    only_one: int
    only_other: int
    neither: int
    unpaired: int
    p: float


@dataclass(frozen=True)
class Comparison:
    """`ambiguous` rows fit both arms and are in neither. `worse` is ordered by the lower bound of the increase: the largest increase that can be
    vouched for comes first. `segments` is how many cells shared the false discovery rate. `clock` says whether times lack their zone, where
    they tell the arms apart."""

    one: str
    other: str
    rows_one: int
    rows_other: int
    ambiguous: int
    rates: tuple[Rates, ...]
    means: tuple[Means, ...]
    worse: tuple[WorseSegment, ...]
    segments: int
    paired: tuple[Paired, ...]
    clock: Clock | None = None


def compare(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    one: Arm,
    other: Arm,
    *,
    cuts: Sequence[str] | None = None,
    numbers: Sequence[str] | None = None,
    level: float = 0.05,
) -> Comparison:
    """Compare rates, means and segments in one pass, and the same requests in a second one where `columns.request` names them.

    `cuts` are the dimensions of segments (all of the columns' by default, without those that define the arms), `numbers` what
    is averaged (features and score by default; tool calls a request is one of these).
    """
    fixed = {test.column for arm in (one, other) for test in arm.where}
    chosen = [name for name in (columns.cuts() if cuts is None else cuts) if name not in fixed]
    averaged = list(dict.fromkeys((*columns.features, *([columns.score] if columns.score else ())) if numbers is None else numbers))  # fmt: skip
    arm, reads = _arm(relation, columns, one, other)
    found = _count(relation, signals, chosen, averaged, arm, reads)
    arms = np.asarray(found["arm"], dtype=np.int64)
    n = np.asarray(found["n"], dtype=np.int64)
    whole = np.asarray(found["part"], dtype=np.int64) < 0
    totals = [int(n[whole & (arms == number)].sum()) for number in range(3)]
    worse, segments = _worse(found, signals, chosen, level)
    spans = [arm.window for arm in (one, other) if arm.window is not None]
    ends = min((each.from_ms for each in spans), default=0), max((each.to_ms for each in spans), default=0)
    return Comparison(
        one.name,
        other.name,
        totals[0],
        totals[1],
        totals[2],
        tuple(_rates(signal.name, *(_rate(found, number, whole & (arms == side)) for side in (0, 1))) for number, signal in enumerate(signals)),
        tuple(_means(name, found, number, whole, arms) for number, name in enumerate(averaged)),
        worse,
        segments,
        _paired(relation, columns, signals, arm, reads) if columns.request else (),
        clock(relation, columns, *ends) if spans else None,
    )  # fmt: skip


def _arm(relation: Relation, columns: TraceColumns, one: Arm, other: Arm) -> tuple[str, list[str]]:
    """Which arm a row is in: 0 one, 1 other, 2 both, 3 neither; and the columns that decide."""
    dialect = relation.dialect

    def fits(arm: Arm) -> str:
        conditions = [sql.holds(dialect, test) for test in arm.where]
        if arm.window:
            conditions += sql.within(dialect, columns.time, arm.window.from_ms, arm.window.to_ms)
        return "(" + " AND ".join(f"COALESCE({one}, FALSE)" for one in conditions or ["TRUE"]) + ")"

    first, second = fits(one), fits(other)
    reads = [test.column for arm in (one, other) for test in arm.where]
    reads += [columns.time] if one.window or other.window else []
    sides = f"WHEN {first} AND {second} THEN 2 WHEN {first} THEN 0 WHEN {second} THEN 1"
    return f"CASE {sides} ELSE 3 END", reads


def _count(
    relation: Relation,
    signals: Sequence[SignalColumn],
    cuts: Sequence[str],
    numbers: Sequence[str],
    arm: str,
    reads: Sequence[str],
) -> Answer:
    """Counts and sums of each arm, in all traffic (part -1) and in every value of every cut (part = number of the cut), in one pass."""
    dialect = relation.dialect
    inner = [("arm", arm), *((f"d{number}", sql.value(dialect, one)) for number, one in enumerate(cuts))]
    inner += [(f"s{number}", sql.answer(dialect, one)) for number, one in enumerate(signals)]
    inner += [(f"x{number}", dialect.as_number(dialect.name(one))) for number, one in enumerate(numbers)]
    dims = [f"d{number}" for number in range(len(cuts))]
    part = " ".join(f"WHEN {one} IS NOT NULL THEN {number}" for number, one in enumerate(dims))
    asked = ["arm", *dims, "COUNT(*) AS n", f"CASE {part} ELSE -1 END AS part" if dims else "-1 AS part"]
    for number in range(len(signals)):
        asked += [
            f"{sql.count(f's{number} >= 0')} AS a{number}",
            f"{sql.count(f's{number} = 1')} AS f{number}",
        ]
    for number in range(len(numbers)):
        asked += [
            f"COUNT(x{number}) AS c{number}",
            f"SUM(x{number}) AS t{number}",
            f"SUM(x{number} * x{number}) AS q{number}",
        ]
    sets = ", ".join(["(arm)", *(f"(arm, {one})" for one in dims)])
    statement = (
        f"SELECT {', '.join(asked)} FROM ({sql.select(inner)}) AS arms WHERE arm < 3 GROUP BY GROUPING SETS ({sets})"
    )
    return relation.ask(statement, [*reads, *cuts, *(one.column for one in signals), *numbers])


def _rate(found: Answer, number: int, where: NDArray[np.bool_]) -> Rate:
    return stats.rate(
        int(np.asarray(found[f"f{number}"])[where].sum()), int(np.asarray(found[f"a{number}"])[where].sum())
    )


def _rates(name: str, one: Rate, other: Rate) -> Rates:
    apart: Difference | None = stats.difference(other, one) if one.asked and other.asked else None
    return Rates(
        name,
        int(one.found),
        int(one.asked),
        one.share if one.asked else None,
        one.low,
        one.high,
        int(other.found),
        int(other.asked),
        other.share if other.asked else None,
        other.low,
        other.high,
        *((apart.value, apart.low, apart.high, apart.p) if apart else (None, None, None, None)),
    )


def _means(name: str, found: Answer, number: int, whole: NDArray[np.bool_], arms: NDArray[np.int64]) -> Means:
    def side(number_of_arm: int) -> tuple[int, float, float]:
        here = whole & (arms == number_of_arm)
        sums = (np.asarray(found[f"{one}{number}"], dtype=np.float64)[here] for one in "ctq")
        n, total, squares = (float(np.nansum(one)) for one in sums)
        mean = total / n if n else math.nan
        return int(n), mean, max(0.0, squares - n * mean * mean) / (n - 1) / n if n > 1 else math.nan

    (n, one, error), (m, other, other_error) = side(0), side(1)
    value = other - one
    low = high = p = None
    if error + other_error > 0:
        spread = math.sqrt(error + other_error)
        degrees = spread**4 / (error**2 / (n - 1) + other_error**2 / (m - 1))
        half = float(special.stdtrit(degrees, 0.975)) * spread
        low, high, p = value - half, value + half, 2 * float(special.stdtr(degrees, -abs(value) / spread))
    return Means(name, n, one if n else None, m, other if m else None, value if n and m else None, low, high, p)


def _worse(
    found: Answer, signals: Sequence[SignalColumn], cuts: Sequence[str], level: float
) -> tuple[tuple[WorseSegment, ...], int]:
    """Every segment with enough requests on both sides; those in which a signal grew for certain."""
    arms, part = (np.asarray(found[one], dtype=np.int64) for one in ("arm", "part"))
    cells: list[tuple[tuple[str, str], str, Rate, Rate]] = []
    for place, cut in enumerate(cuts):
        values = np.asarray(found[f"d{place}"], dtype=np.object_)
        sides = [
            {str(values[row]): int(row) for row in np.flatnonzero((part == place) & (arms == side))} for side in (0, 1)
        ]
        for value in sorted(sides[0].keys() & sides[1].keys()):
            for number, signal in enumerate(signals):
                rates = [
                    stats.rate(int(found[f"f{number}"][side[value]]), int(found[f"a{number}"][side[value]]))
                    for side in sides
                ]
                if min(one.asked for one in rates) >= LEAST_SEGMENT:
                    cells.append(((cut, value), signal.name, rates[0], rates[1]))
    p = np.array([stats.more(other, one) if other.share > one.share else 1.0 for _, _, one, other in cells])
    stand = stats.discoveries(p, level)
    worse = [
        WorseSegment((where,), _rates(name, one, other), float(chance))
        for (where, name, one, other), chance, ok in zip(cells, p, stand, strict=True)
        if ok
    ]
    return tuple(sorted(worse, key=lambda one: (-(one.rates.low or 0.0), one.p, one.where))), len(cells)


def _paired(
    relation: Relation, columns: TraceColumns, signals: Sequence[SignalColumn], arm: str, reads: Sequence[str]
) -> tuple[Paired, ...]:
    """The same requests: what each arm answered (the worst answer, when it was asked more than once), counted in pairs."""
    dialect, request = relation.dialect, relation.dialect.name(columns.request)
    inner = [("request", request), ("arm", arm)]
    inner += [(f"s{number}", sql.answer(dialect, one)) for number, one in enumerate(signals)]
    names = [f"{side}{number}" for number in range(len(signals)) for side in ("o", "t")]
    each = [
        f"COALESCE(MAX(CASE WHEN arm = {place} THEN s{number} END), -1) AS {side}{number}"
        for number in range(len(signals))
        for place, side in enumerate(("o", "t"))
    ]
    rows = f"SELECT request, {', '.join(each)} FROM ({sql.select(inner, [f'{request} IS NOT NULL'])}) AS arms WHERE arm < 2 GROUP BY request"
    if not signals:
        return ()
    grouped = ", ".join(names)
    statement = f"SELECT {grouped}, COUNT(*) AS n FROM ({rows}) AS requests GROUP BY {grouped}"
    found = relation.ask(statement, [*reads, columns.request, *(one.column for one in signals)])
    n = np.asarray(found["n"], dtype=np.int64)
    made = []
    for number, signal in enumerate(signals):
        one, other = (np.asarray(found[f"{side}{number}"], dtype=np.int64) for side in ("o", "t"))
        counted = [int(n[(one == x) & (other == y)].sum()) for x, y in ((1, 1), (1, 0), (0, 1), (0, 0))]
        both, only_one, only_other, neither = counted
        left = int(n.sum()) - sum(counted)
        made.append(Paired(signal.name, both, only_one, only_other, neither, left, mcnemar(only_one, only_other)))
    return tuple(made)
