"""What triage will understand of a table: rows, range, and each column's roles and fill; no value of any column."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage.columns_file import roles_of
from hotwash.triage.sql import select


@dataclass(frozen=True)
class ColumnShown:
    """One column: its type, the roles that it has (none: it is not asked about), and the share of rows that fill it."""

    name: str
    type: str
    roles: tuple[str, ...]
    filled: float


@dataclass(frozen=True)
class Overview:
    """Times in ms since 1970 UTC, both None where no row has one; `untimed` rows have none."""

    rows: int
    first_ms: int | None
    last_ms: int | None
    untimed: int
    columns: tuple[ColumnShown, ...]


def overview(relation: Relation, columns: TraceColumns) -> Overview:
    """One query: it counts, and reads no value but times."""
    dialect, names = relation.dialect, list(relation.columns)
    moment = dialect.epoch_ms(columns.time)
    wanted = [
        ("n", "COUNT(*)"),
        ("timed", f"COUNT({moment})"),
        ("first_ms", f"MIN({moment})"),
        ("last_ms", f"MAX({moment})"),
    ]
    wanted += [(f"filled_{n}", f"COUNT({dialect.name(name)})") for n, name in enumerate(names)]
    said = relation.ask(select(wanted), names)
    rows = int(said["n"][0])
    given: dict[str, list[str]] = {}
    for name, role in roles_of(columns):
        given.setdefault(name, []).append(role)
    shown = tuple(
        ColumnShown(
            name,
            relation.columns[name],
            tuple(given.get(name, ())),
            int(said[f"filled_{n}"][0]) / rows if rows else 0.0,
        )
        for n, name in enumerate(names)
    )
    return Overview(rows, _whole(said["first_ms"][0]), _whole(said["last_ms"][0]), rows - int(said["timed"][0]), shown)


def _whole(value: Any) -> int | None:
    return None if value is None or not math.isfinite(float(value)) else int(value)
