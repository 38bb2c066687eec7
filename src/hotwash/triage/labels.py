"""When truth arrives: labels that come later than before look like a model that got worse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql
from hotwash.triage.ahead import Asked
from hotwash.triage.shares import MOVED, Counts, Shares, shares
from hotwash.triage.timeline import MINUTE

HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
AGES = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY)
"""Ages at which labels are counted, in ms: what had arrived by then, of the rows that are as old."""


@dataclass(frozen=True)
class LabelAge:
    """Of rows at least `age_ms` old when the last label arrived, the share whose label had come by that age."""

    age_ms: int
    shares: Shares
    later: bool


@dataclass(frozen=True)
class Labels:
    """When truth arrives. Rows are compared at the same age, so that young rows do not look like lost labels. `as_of_ms` is the last
    moment in the data. `impossible` counts labels that are older than their row. `ages` leaves out what one of the periods is too young
    for; `open_now` is the share of the incident that has no label yet, whatever its age."""

    as_of_ms: int
    ages: tuple[LabelAge, ...]
    open_before: float | None
    open_now: float | None
    impossible: int
    slower: bool


def labels(relation: Relation, columns: TraceColumns, period: str) -> Labels | None:
    """Look at labels; `period` is SQL that says of a row 0 before, 1 now, 2 at another time. None where no column tells when they came."""
    if not columns.label or not columns.label_time:
        return None
    dialect = relation.dialect
    at, came = dialect.epoch_ms(columns.time), dialect.epoch_ms(columns.label_time)
    reads = [columns.time, columns.label_time, columns.label.column]
    newest = relation.ask(*last(relation, columns))
    moments = [float(newest[one][0]) for one in ("label", "latest")]
    as_of = int(np.nanmax(moments)) if not np.isnan(moments).all() else 0
    labelled = f"{dialect.name(columns.label.column)} IS NOT NULL AND {came} IS NOT NULL"
    asked = [
        ("period", period),
        ("age", _step(f"{as_of} - {at}")),
        ("lag", f"CASE WHEN {labelled} THEN CASE WHEN {came} < {at} THEN -1 ELSE {_step(f'{came} - {at}', up=True)} END ELSE 99 END"),
        ("n", "COUNT(*)"),
    ]  # fmt: skip
    found = relation.ask(sql.select(asked, [f"{period} < 2"], ["period", "age", "lag"]), reads)
    which, age, lag, n = (np.asarray(found[one], dtype=np.int64) for one in ("period", "age", "lag", "n"))

    def counted(where: NDArray[np.bool_]) -> Counts:
        return np.array([n[where & (which == one)].sum() for one in (0, 1)], dtype=np.int64)

    ages = []
    for step, limit in enumerate(AGES):
        old = age > step
        part = shares(counted(old & (lag >= 0) & (lag <= step)), counted(old))
        if part.asked_before and part.asked_now:
            late = part.p is not None and part.p <= 0.05 / len(AGES) and (part.change or 0.0) <= -MOVED
            ages.append(LabelAge(limit, part, late))
    everyone, without = counted(n > 0), counted(lag == 99)
    share = [int(one) / int(of) if of else None for one, of in zip(without, everyone, strict=True)]
    return Labels(as_of, tuple(ages), share[0], share[1], int(counted(lag == -1).sum()), any(one.later for one in ages))


def last(relation: Relation, columns: TraceColumns) -> Asked:
    """The last moment in the data."""
    at, came = (relation.dialect.epoch_ms(one) for one in (columns.time, columns.label_time))
    return sql.select([("label", f"MAX({came})"), ("latest", f"MAX({at})")]), [columns.time, columns.label_time]


def _step(expression: str, *, up: bool = False) -> str:
    """How many of AGES a span has reached; with `up`, the first of them that is not below it."""
    compare = "<=" if up else "<"
    steps = " ".join(f"WHEN {expression} {compare} {limit} THEN {step}" for step, limit in enumerate(AGES))
    return f"CASE {steps} ELSE {len(AGES)} END"
