"""The few rows that a text check must read whole: drawn from the engine by lot, bounded, with what stood aside counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql, stats
from hotwash.triage.timeline import Window

LOTS = 1 << 20
BUDGET = 10_000
"""Rows that are read whole, at most: a second or two in Python."""
REDACTED = "REDACTED"
MARKER = "^[^a-z]*(?:redacted|removed|masked|scrubbed|filtered|withheld)[^a-z]*$"
"""What exporters write in place of a text, in lower case."""
MARKER_CHARS = 24


@dataclass(frozen=True)
class Share:
    """`found` of `asked` with a Wilson interval. `estimated`: found among the rows that the lot drew, and scaled to all that the
    engine counted. `at_most` is what can be promised (Clopper and Pearson, one-sided 95 %): with nothing found about 3/n.
    Without anything asked, `share` is None."""

    found: int
    asked: int
    share: float | None
    low: float
    high: float
    at_most: float
    estimated: bool = False


@dataclass(frozen=True)
class Readable:
    """One text column in one period: rows, those without text, with a marker in place of the text, and with parts masked."""

    column: str
    period: str
    rows: int
    missing: int
    withheld: int
    masked_in_part: int

    @property
    def read(self) -> int:
        """Rows whose text could be looked through."""
        return self.rows - self.missing - self.withheld


@dataclass(frozen=True)
class Drawn:
    """Rows read whole. `chance` is the share of the suspects that were: 1 when all. `suspects` counts them by period."""

    rows: tuple[Mapping[str, Any], ...]
    chance: float
    suspects: Mapping[str, int]


def share(found: float, asked: int, chance: float = 1.0, drawn: int | None = None) -> Share:
    """A share, where `found` are those among a draw with this `chance`. `drawn`: how many rows were drawn; the interval then
    carries the draw's error on top of Wilson's."""
    if chance >= 1 or drawn is None:
        one = stats.rate(found, asked)
        return Share(int(found), asked, None if math.isnan(one.share) else one.share, one.low, one.high,
                     stats.promise(found, asked))  # fmt: skip
    within = stats.rate(found, drawn)
    scale = drawn / chance / max(1, asked)
    scaled = round(found / chance)
    return Share(scaled, asked, scaled / max(1, asked), within.low * scale, min(1.0, within.high * scale),
                 min(1.0, stats.promise(found, drawn) * scale), estimated=True)  # fmt: skip


def period(relation: Relation, columns: TraceColumns, windows: Mapping[str, Window]) -> str:
    """An SQL expression: the name of the first window that holds the row's time, or null."""
    moment = relation.dialect.epoch_ms(columns.time)
    whens = " ".join(
        f"WHEN {moment} >= {one.from_ms} AND {moment} < {one.to_ms} THEN {relation.dialect.text(name)}"
        for name, one in windows.items()
    )
    return f"CASE {whens} END"


def within(relation: Relation, columns: TraceColumns, windows: Mapping[str, Window]) -> str:
    """A condition: the row's time lies in one of the windows."""
    each = [sql.within(relation.dialect, columns.time, one.from_ms, one.to_ms) for one in windows.values()]
    return " OR ".join(f"({' AND '.join(one)})" for one in each)


def readable(
    relation: Relation,
    columns: TraceColumns,
    windows: Mapping[str, Window],
    texts: Sequence[str],
    where: Sequence[str] = (),
) -> tuple[Readable, ...]:
    """How much of each text column can be looked through, by period, in one pass without any pattern over whole texts."""
    name = relation.dialect.name
    asked = [("period", period(relation, columns, windows)), ("n", "COUNT(*)")]
    for number, one in enumerate(texts):
        marked = f"POSITION({relation.dialect.text(REDACTED)} IN {name(one)}) > 0"
        taken = relation.dialect.matches(f"LOWER({name(one)})", MARKER)
        whole = f"CASE WHEN LENGTH({name(one)}) <= {MARKER_CHARS} THEN {taken} ELSE FALSE END"
        asked += [
            (f"m{number}", sql.count(f"{name(one)} IS NULL")),
            (f"w{number}", sql.count(whole)),
            (f"p{number}", sql.count(f"{marked} AND NOT ({whole})")),
        ]
    statement = sql.select(asked, [within(relation, columns, windows), *where], ["period"])
    found = relation.ask(statement, [columns.time, *texts])
    places = {str(one): place for place, one in enumerate(found["period"])}

    def at(alias: str, when: str) -> int:
        return int(found[alias][places[when]]) if when in places else 0

    return tuple(
        Readable(one, when, at("n", when), at(f"m{number}", when), at(f"w{number}", when), at(f"p{number}", when))
        for number, one in enumerate(texts)
        for when in windows
    )


def draw(
    relation: Relation,
    columns: TraceColumns,
    windows: Mapping[str, Window],
    condition: str,
    reads: Sequence[str],
    wanted: Sequence[str],
    where: Sequence[str] = (),
    budget: int = BUDGET,
) -> Drawn:
    """The rows that fulfil a condition, `wanted` columns whole, at most `budget` of them: those with the smallest lots, which is
    a fair sample. One pass; only when the budget is used up a second one counts them all. `reads` are the columns that
    the condition names. A row has `period` and `at_ms` beside the columns."""
    dialect = relation.dialect
    moment = dialect.epoch_ms(columns.time)
    kept = list(dict.fromkeys((*wanted, *([columns.id] if columns.id else []))))
    lot = dialect.lot([dialect.name(columns.id)] if columns.id else [moment], LOTS)
    when = period(relation, columns, windows)
    asked = [("period", when), ("at_ms", moment), ("lot", lot)]
    asked += [(f"c{number}", dialect.name(one)) for number, one in enumerate(kept)]
    conditions = [within(relation, columns, windows), *where, condition]
    named = [columns.time, *reads, *kept]
    answer = relation.ask(f"{sql.select(asked, conditions)} ORDER BY lot, at_ms LIMIT {budget}", named)
    lists = {one: answer[f"c{number}"].tolist() for number, one in enumerate(kept)}
    whens, moments = answer["period"].tolist(), answer["at_ms"].tolist()
    rows = tuple(
        {
            **{one: values[place] for one, values in lists.items()},
            "period": str(whens[place]),
            "at_ms": int(moments[place]),
        }
        for place in sorted(range(len(whens)), key=lambda one: (moments[one], one))
    )
    if len(rows) < budget:
        return Drawn(rows, 1.0, {one: sum(row["period"] == one for row in rows) for one in windows})
    counted = relation.ask(
        sql.select([("period", when), ("n", "COUNT(*)")], conditions, ["period"]), [columns.time, *reads]
    )
    suspects = {str(one): int(n) for one, n in zip(counted["period"], counted["n"], strict=True)}
    return Drawn(
        rows, min(1.0, len(rows) / max(1, sum(suspects.values()))), {one: suspects.get(one, 0) for one in windows}
    )
