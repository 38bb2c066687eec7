"""Requests with their texts, drawn by lot in every segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql
from hotwash.triage.sample import LOTS
from hotwash.triage.timeline import Window


@dataclass(frozen=True)
class Drawn:
    """One request: values of the dimensions that were asked for, in their order, and raw texts as the table has them."""

    dims: tuple[str, ...]
    said: str | None
    documents: str | None


def requests_by_lot(
    relation: Relation,
    columns: TraceColumns,
    per: int,
    by: Sequence[str] = (),
    window: Window | None = None,
    signal: SignalColumn | None = None,
) -> tuple[Drawn, ...]:
    """At most `per` requests in every combination of the values of `by`, in the order of a lot that depends on their own values: every
    engine draws the same ones. With a signal, only requests in which it was found. `columns` must name an input."""
    dialect = relation.dialect
    said, key = dialect.name(columns.input), dialect.name(columns.id or columns.input)
    lot = dialect.lot([f"COALESCE({dialect.as_text(key)}, {dialect.text(sql.NONE)})"], LOTS)
    dims = [(f"d{number}", sql.value(dialect, one)) for number, one in enumerate(by)]
    parts = f"PARTITION BY {', '.join(expression for _, expression in dims)} " if dims else ""
    place = f"ROW_NUMBER() OVER ({parts}ORDER BY {lot}, {said})"
    documents = dialect.name(columns.documents) if columns.documents else dialect.as_text("NULL")
    where = sql.within(dialect, columns.time, window.from_ms, window.to_ms) if window else []
    where += [sql.holds(dialect, signal)] if signal else []
    inner = sql.select([*dims, ("said", said), ("documents", documents), ("place", place)], where)
    named = [alias for alias, _ in dims]
    statement = (
        f"SELECT {', '.join([*named, 'said', 'documents'])} FROM ({inner}) AS drawn WHERE place <= {per} "
        f"ORDER BY {', '.join([*named, 'place'])}"
    )
    reads = [columns.input, *by, *([columns.time] if window else [])]
    reads += [one for one in (columns.documents, columns.id, signal.column if signal else "") if one]
    found = relation.ask(statement, list(dict.fromkeys(reads)))
    return tuple(
        Drawn(tuple(str(found[name][row]) for name in named), found["said"][row], found["documents"][row])
        for row in range(len(found["said"]))
    )
