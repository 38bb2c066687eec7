"""A small extract of traces as arrays: rows in which something went wrong (all of a rare kind, a fair share of a frequent one), and a
fair share of the others, each with the weight that makes totals right. A search over segments and a look at distributions need no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Answer, Relation
from hotwash.ports.scope import Scope
from hotwash.triage import sql
from hotwash.triage.ahead import Asked
from hotwash.triage.timeline import Timeline

LOTS = 1 << 20
MOST_RIGHT = 40_000
"""Rows without any finding that are kept: enough to see a distribution, and how large a slice is."""
MOST_WRONG = 40_000
"""Findings that are kept, of all signals together: all of the rare ones, a fair share of the frequent ones."""
COARSE = 0.5
"""With more than this share of times on whole seconds, milliseconds tell rows apart no longer."""
CROWDED = 1.5
"""With more rows than so many to a moment, the rows of one moment are no draw of their own."""


@dataclass(frozen=True)
class Coded:
    """A dimension: `codes` index `values`; shape (rows,), int32."""

    values: tuple[str, ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Sample:
    """Rows as arrays of shape (rows,). `weight` is one over the chance that a row of its kind was kept. In `signals` 1 is found,
    0 not found, -1 could not be asked. `cases` are the rows that were drawn for a signal, by the same chance each: a row that is here for
    the sake of a rarer signal is no case of a frequent one. `numbers` are float64 with NaN for missing."""

    at_ms: NDArray[np.int64]
    weight: NDArray[np.float64]
    dims: Mapping[str, Coded]
    signals: Mapping[str, NDArray[np.int8]]
    cases: Mapping[str, NDArray[np.bool_]]
    numbers: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.at_ms)

    def during(self, from_ms: int, to_ms: int) -> NDArray[np.bool_]:
        """Which rows lie in [from_ms, to_ms); shape (rows,)."""
        return (self.at_ms >= from_ms) & (self.at_ms < to_ms)

    def inside(self, where: Sequence[tuple[str, str]]) -> NDArray[np.bool_]:
        """Which rows lie in a segment: pairs of dimension and value; shape (rows,)."""
        found = np.ones(len(self), dtype=np.bool_)
        for dim, value in where:
            coded = self.dims[dim]
            found &= coded.codes == (coded.values.index(value) if value in coded.values else -1)
        return found

    def only(self, rows: NDArray[np.bool_]) -> Sample:
        """Some of the rows; shape (rows,)."""
        return Sample(
            self.at_ms[rows],
            self.weight[rows],
            {name: Coded(one.values, one.codes[rows]) for name, one in self.dims.items()},
            {name: one[rows] for name, one in self.signals.items()},
            {name: one[rows] for name, one in self.cases.items()},
            {name: one[rows] for name, one in self.numbers.items()},
        )

    def evened(self) -> Sample:
        """Rows of little weight thinned, in order of time, until each stands for about half as many as the heaviest: of findings, which are
        drawn more densely, no more than a look at all traffic needs."""
        every = np.maximum(1.0, np.floor(self.weight.max(initial=1.0) / 2 / self.weight))
        passed = np.floor(np.cumsum(1 / every) + 1e-9)
        kept = np.diff(passed, prepend=0.0) > 0
        return replace(self.only(kept), weight=(self.weight * every)[kept])

    def within(self, scope: Scope) -> NDArray[np.bool_]:
        """Which rows lie in a scope; shape (rows,)."""
        found = np.ones(len(self), dtype=np.bool_)
        for dim, values in scope.dims:
            coded = self.dims[dim]
            found &= np.isin(coded.codes, [place for place, one in enumerate(coded.values) if one in values])
        return found


def coded(texts: NDArray[np.object_]) -> Coded:
    """Texts as codes, values in alphabetical order so that no order of rows shows through."""
    places: defaultdict[str, int] = defaultdict(count().__next__)
    met = np.fromiter(map(places.__getitem__, texts.tolist()), dtype=np.int32, count=len(texts))
    values = sorted(places)
    ranks = np.zeros(len(values), dtype=np.int32)
    ranks[[places[value] for value in values]] = np.arange(len(values))
    return Coded(tuple(values), ranks[met])


def kept(totals: Mapping[str, int], most: int) -> dict[str, int]:
    """Lots (of LOTS) in which a finding of each signal is kept, so that all together are at most about `most`: no signal gets more than
    the level at which what the others leave is shared evenly."""
    left, level = most, 0.0
    for number, total in enumerate(sorted(totals.values())):
        level = left / (len(totals) - number)
        if total > level:
            break
        left -= total
    else:
        level = float("inf")
    return {
        name: min(LOTS, max(1, int(LOTS * level / total))) if total > level else LOTS for name, total in totals.items()
    }


def draw(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    line: Timeline,
    *,
    wrong: int = MOST_WRONG,
    right: int = MOST_RIGHT,
) -> Sample:
    """Draw rows by lot: of each signal's findings by that signal's own chance, of the other rows `right` at the most. `line` says how many
    of each there are. The lot depends on the row's own values only, so that every engine draws the same rows: on its time where
    times tell rows apart, else on its id."""
    chances = _chances(signals, line, wrong, right)
    key = _key(columns, line, chances)
    sample = _drawn(relation, columns, signals, chances, key)
    by_id = columns.id and not key and not chances.all and not told_apart(sample.at_ms)
    return _drawn(relation, columns, signals, chances, columns.id) if by_id else sample


def drawing(relation: Relation, columns: TraceColumns, signals: Sequence[SignalColumn], line: Timeline) -> Asked:
    """What `draw` asks first."""
    chances = _chances(signals, line, MOST_WRONG, MOST_RIGHT)
    return _statement(relation, columns, signals, chances, _key(columns, line, chances))


def _chances(signals: Sequence[SignalColumn], line: Timeline, wrong: int, right: int) -> _Chances:
    rows = int(line.rows.sum())
    totals = {one.name: int(line.found[one.name].sum()) for one in signals}
    others = max(1, rows - min(rows - 1, sum(totals.values())))
    return _Chances(kept(totals, wrong), min(LOTS, max(1, round(LOTS * right / others))))


def _key(columns: TraceColumns, line: Timeline, chances: _Chances) -> str:
    """The column that lots come from; none for the time."""
    coarse = line.whole_seconds > COARSE * int(line.rows.sum())
    return columns.id if not chances.all and coarse else ""


def told_apart(at_ms: NDArray[np.int64]) -> bool:
    """Whether rows can be told apart by the milliseconds of their times; shape (rows,)."""
    if not len(at_ms):
        return False
    return bool(np.mean(at_ms % 1000 == 0) <= COARSE and len(at_ms) <= CROWDED * len(np.unique(at_ms)))


@dataclass(frozen=True)
class _Chances:
    """Lots (of LOTS) in which a finding of each signal is kept, and in which any row is."""

    lots: Mapping[str, int]
    plain: int

    @property
    def all(self) -> bool:
        """Whether every row is kept anyway."""
        return self.plain == LOTS and all(one == LOTS for one in self.lots.values())


def _drawn(
    relation: Relation, columns: TraceColumns, signals: Sequence[SignalColumn], chances: _Chances, key: str
) -> Sample:
    answer = relation.ask(*_statement(relation, columns, signals, chances, key))
    return _laid(answer, columns.cuts(), [one.name for one in signals], _numbers(columns), chances)


def _numbers(columns: TraceColumns) -> list[str]:
    return list(dict.fromkeys((*columns.features, *([columns.score] if columns.score else ()))))


def _statement(
    relation: Relation, columns: TraceColumns, signals: Sequence[SignalColumn], chances: _Chances, key: str
) -> Asked:
    """The rows of one draw, by lots out of a column with ids, or out of their time."""
    dialect, cuts, lots, plain = relation.dialect, columns.cuts(), chances.lots, chances.plain
    moment = dialect.epoch_ms(columns.time)
    numbers = _numbers(columns)
    lot = "0" if chances.all else sql.lot_of_moment(moment, LOTS)
    if key:
        lot = dialect.lot([sql.value(dialect, key)], LOTS)
    # The lot is named once: engines work out what is written twice twice.
    within = [str(plain), *(f"CASE WHEN {sql.holds(dialect, one)} THEN {lots[one.name]} ELSE 0 END" for one in signals)]
    chosen = f"{lot} < GREATEST({', '.join(within)})" if signals else f"{lot} < {plain}"
    wanted = [("at_ms", moment), ("lot", f"CAST({lot} AS BIGINT)")]
    wanted += [(f"d{number}", sql.value(dialect, one)) for number, one in enumerate(cuts)]
    wanted += [(f"s{number}", sql.answer(dialect, one)) for number, one in enumerate(signals)]
    wanted += [(f"x{number}", dialect.as_number(dialect.name(one))) for number, one in enumerate(numbers)]
    reads = [columns.time, *([key] if key else []), *cuts, *(one.column for one in signals), *numbers]
    return sql.select(wanted, [f"{moment} IS NOT NULL", chosen]), list(dict.fromkeys(reads))


def _laid(
    answer: Answer,
    cuts: Sequence[str],
    signals: Sequence[str],
    numbers: Sequence[str],
    chances: _Chances,
) -> Sample:
    lots, plain = chances.lots, chances.plain
    at_ms, lot = np.asarray(answer["at_ms"], dtype=np.int64), np.asarray(answer["lot"], dtype=np.int64)
    dims = {one: coded(answer[f"d{number}"]) for number, one in enumerate(cuts)}
    told = {one: np.asarray(answer[f"s{number}"], dtype=np.int8) for number, one in enumerate(signals)}
    within = np.full(len(at_ms), plain, dtype=np.int64)
    for name, found in told.items():
        within = np.maximum(within, np.where(found == 1, lots[name], 0))
    # Engines answer in any order; whatever is done with the rows must not depend on it.
    order = np.lexsort((lot, at_ms))
    same = (np.diff(at_ms[order]) == 0) & (np.diff(lot[order]) == 0)
    tied = np.flatnonzero(np.append(same, np.False_) | np.insert(same, 0, np.False_))
    if len(tied):
        rows = order[tied]
        keys: list[NDArray[np.integer]] = [*(one.codes[rows] for one in dims.values()), lot[rows], at_ms[rows]]
        order[tied] = rows[np.lexsort(keys)]
    return Sample(
        at_ms[order],
        LOTS / within[order],
        {one: Coded(kept.values, kept.codes[order]) for one, kept in dims.items()},
        {one: found[order] for one, found in told.items()},
        {one: ((found == 1) & (lot < lots[one]))[order] for one, found in told.items()},
        {one: np.asarray(answer[f"x{number}"], dtype=np.float64)[order] for number, one in enumerate(numbers)},
    )
