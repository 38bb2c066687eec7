"""The few rows that a text check must read whole: drawn from the engine by lot, bounded, with what stood aside counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Answer, Relation
from hotwash.triage import sql, stats
from hotwash.triage.ahead import Asked, knows
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
    """Rows read whole. `chance` is the share of the suspects that were: 1 when all. `suspects` counts them by period. Rows of tier
    1 are read before those of tier 2, and `chances` are those of either."""

    rows: tuple[Mapping[str, Any], ...]
    chance: float
    suspects: Mapping[str, int]
    chances: tuple[float, float] = (1.0, 1.0)


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


def together(first: Share, last: Share) -> Share:
    """Two tiers of the same rows as one: the first is counted, the last may be estimated."""
    if not first.asked or not last.estimated:
        return share(first.found + last.found, first.asked)
    more = first.found / first.asked
    low, high, most = (min(1.0, one + more) for one in (last.low, last.high, last.at_most))
    found = first.found + last.found
    return Share(found, first.asked, found / first.asked, low, high, most, estimated=True)


def period(relation: Relation, columns: TraceColumns, windows: Mapping[str, Window]) -> str:
    """An SQL expression: the name of the first window that holds the row's time, or null."""
    dialect = relation.dialect
    whens = " ".join(
        f"WHEN {' AND '.join(sql.within(dialect, columns.time, one.from_ms, one.to_ms))} THEN {dialect.text(name)}"
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
    known: Sequence[Readable] = (),
) -> tuple[Readable, ...]:
    """How much of each text column can be looked through, by period, in one pass without any pattern over whole texts. What is `known` of
    the same rows already is not asked again, when it is known of all."""
    there = {(one.column, one.period): one for one in known}
    if all((one, when) in there for one in texts for when in windows):
        return tuple(there[one, when] for one in texts for when in windows)
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
    tier: str = "1",
) -> Drawn:
    """The rows that fulfil a condition, `wanted` columns whole, at most `budget` of them: first those whose `tier` (an SQL
    expression) is 1, then those of 2, and of either the ones with the smallest lots, which is a fair sample. One pass; only
    when the budget is used up a second one counts them all. `reads` are the columns that condition and tier name. A row
    has `period`, `tier` and `at_ms` beside the columns."""
    early = anytime(relation, columns, condition, reads, wanted, where, budget, tier)
    if knows(relation, early[0]):
        found = _rows(relation.ask(*early), _kept(columns, wanted))
        if len(found) < budget:
            inside = tuple({**row, "period": when} for row in found if (when := _when(row["at_ms"], windows)))
            return Drawn(inside, 1.0, {one: sum(row["period"] == one for row in inside) for one in windows})
    when, kept = period(relation, columns, windows), _kept(columns, wanted)
    conditions = [within(relation, columns, windows), *where, condition]
    answer = relation.ask(
        _drawing(relation, columns, when, conditions, kept, budget, tier), [columns.time, *reads, *kept]
    )
    rows = _rows(answer, kept)
    if len(rows) < budget:
        return Drawn(rows, 1.0, {one: sum(row["period"] == one for row in rows) for one in windows})
    counted = relation.ask(
        sql.select([("period", when), ("tier", tier), ("n", "COUNT(*)")], conditions, ["period", "tier"]),
        [columns.time, *reads],
    )
    whens, tiers, ns = (counted[one].tolist() for one in ("period", "tier", "n"))
    suspects = {one: sum(int(n) for each, n in zip(whens, ns, strict=True) if each == one) for one in windows}
    totals = [sum(int(n) for each, n in zip(tiers, ns, strict=True) if each == one) for one in (1, 2)]
    first, last = (
        sum(row["tier"] == one for row in rows) / n if n else 1.0 for one, n in zip((1, 2), totals, strict=True)
    )
    return Drawn(rows, min(1.0, len(rows) / max(1, sum(suspects.values()))), suspects, (first, last))


def anytime(
    relation: Relation,
    columns: TraceColumns,
    condition: str,
    reads: Sequence[str],
    wanted: Sequence[str],
    where: Sequence[str] = (),
    budget: int = BUDGET,
    tier: str = "1",
) -> Asked:
    """What `draw` asks, of all dated rows, before anybody knows the windows. Where the budget is not used up, the rows of any windows are
    among the answer."""
    moment, kept = relation.dialect.epoch_ms(columns.time), _kept(columns, wanted)
    conditions = [f"{moment} IS NOT NULL", *where, condition]
    when = relation.dialect.text("")
    return _drawing(relation, columns, when, conditions, kept, budget, tier), [columns.time, *reads, *kept]


def _kept(columns: TraceColumns, wanted: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*wanted, *([columns.id] if columns.id else []))))


def _drawing(
    relation: Relation,
    columns: TraceColumns,
    when: str,
    conditions: Sequence[str],
    kept: Sequence[str],
    budget: int,
    tier: str,
) -> str:
    dialect = relation.dialect
    moment = dialect.epoch_ms(columns.time)
    lot = dialect.lot([dialect.name(columns.id)] if columns.id else [moment], LOTS)
    asked = [("period", when), ("tier", tier), ("at_ms", moment), ("lot", lot)]
    asked += [(f"c{number}", dialect.name(one)) for number, one in enumerate(kept)]
    return f"{sql.select(asked, conditions)} ORDER BY tier, lot, at_ms LIMIT {budget}"


def _when(at_ms: int, windows: Mapping[str, Window]) -> str:
    """The first window that holds a moment; empty where none does."""
    return next((name for name, one in windows.items() if one.from_ms <= at_ms < one.to_ms), "")


def _rows(answer: Answer, kept: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """In order of time."""
    lists = {one: answer[f"c{number}"].tolist() for number, one in enumerate(kept)}
    whens, tiers, moments = (answer[one].tolist() for one in ("period", "tier", "at_ms"))
    return tuple(
        {
            **{one: values[place] for one, values in lists.items()},
            "period": str(whens[place]),
            "tier": int(tiers[place]),
            "at_ms": int(moments[place]),
        }
        for place in sorted(range(len(whens)), key=lambda one: (moments[one], one))
    )
