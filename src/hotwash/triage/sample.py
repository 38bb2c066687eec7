"""A small extract of traces as arrays: every row in which something went wrong (or a fair share of them), and a fair share of
the others, each with the weight that makes totals right. A search over segments and a look at distributions need no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql

LOTS = 1 << 20
MOST_ROWS = 50_000
"""Rows of either kind that are kept: enough to find a slice with ten failures, and to see a distribution."""


@dataclass(frozen=True)
class Coded:
    """A dimension: `codes` index `values`; shape (rows,), int32."""

    values: tuple[str, ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Sample:
    """Rows as arrays of shape (rows,). `weight` is one over the chance that a row of its kind was kept. In `signals` 1 is found,
    0 not found, -1 could not be asked. `numbers` are float64 with NaN for missing."""

    at_ms: NDArray[np.int64]
    weight: NDArray[np.float64]
    dims: Mapping[str, Coded]
    signals: Mapping[str, NDArray[np.int8]]
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


def coded(texts: NDArray[np.object_]) -> Coded:
    """Texts as codes, values in alphabetical order so that no order of rows shows through."""
    listed = texts.tolist()
    values = sorted(set(listed))
    places = {value: place for place, value in enumerate(values)}
    return Coded(tuple(values), np.fromiter(map(places.__getitem__, listed), dtype=np.int32, count=len(listed)))


def draw(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    wrong: int,
    right: int,
    most: int = MOST_ROWS,
) -> Sample:
    """Draw at most about `most` of the `wrong` rows (some signal found) and of the `right` ones, by lot. The lot depends on the
    row's own values only, so that every engine draws the same rows."""
    dialect, cuts = relation.dialect, columns.cuts()
    moment = dialect.epoch_ms(columns.time)
    numbers = list(dict.fromkeys((*columns.features, *([columns.score] if columns.score else ()))))
    amiss = " OR ".join(f"COALESCE({sql.holds(dialect, one)}, FALSE)" for one in signals) or "FALSE"
    keep = [min(LOTS, round(LOTS * most / max(1, total))) for total in (wrong, right)]
    wanted = [("at_ms", moment), ("amiss", f"CASE WHEN {amiss} THEN 1 ELSE 0 END")]
    wanted += [(f"d{number}", sql.value(dialect, one)) for number, one in enumerate(cuts)]
    wanted += [(f"s{number}", sql.answer(dialect, one)) for number, one in enumerate(signals)]
    wanted += [(f"x{number}", f"CAST({dialect.name(one)} AS DOUBLE)") for number, one in enumerate(numbers)]
    reads = [columns.time, *cuts, *(one.column for one in signals), *numbers]
    where = [f"{moment} IS NOT NULL"]
    if min(keep) < LOTS:
        lot_of = [columns.id] if columns.id else [columns.time]
        key = (
            f"COALESCE(CAST({dialect.name(columns.id)} AS VARCHAR(1000)), {dialect.text(sql.NONE)})"
            if columns.id
            else moment
        )
        lot = dialect.lot([key], LOTS)
        where.append(f"{lot} < CASE WHEN {amiss} THEN {keep[0]} ELSE {keep[1]} END")
        reads += lot_of
    answer = relation.ask(sql.select(wanted, where), reads)
    at_ms = np.asarray(answer["at_ms"], dtype=np.int64)
    chance = np.where(np.asarray(answer["amiss"]) == 1, keep[0] / LOTS, keep[1] / LOTS)
    dims = {one: coded(answer[f"d{number}"]) for number, one in enumerate(cuts)}
    told = {one.name: np.asarray(answer[f"s{number}"], dtype=np.int8) for number, one in enumerate(signals)}
    # Engines answer in any order; whatever is done with the rows must not depend on it.
    keys: list[NDArray[np.integer]] = [*(one.codes for one in dims.values()), at_ms]
    order = np.lexsort(keys)
    return Sample(
        at_ms[order],
        1.0 / chance[order],
        {one: Coded(kept.values, kept.codes[order]) for one, kept in dims.items()},
        {one: kept[order] for one, kept in told.items()},
        {one: np.asarray(answer[f"x{number}"], dtype=np.float64)[order] for number, one in enumerate(numbers)},
    )
