"""A table's columns in numbers: fill, distinct values, average length, range, and how often a value is one of a few words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.ports.relation import Answer, ColumnType, Dialect, Relation
from hotwash.triage import roles
from hotwash.triage.sql import count, select

WORDS = tuple(
    dict.fromkeys(made for word in (*roles.BAD, *roles.FAVOURABLE) for made in (word, word.capitalize(), word.upper()))
)
FEW = 50
"""Distinct values up to which a text is asked for known words."""
SINCE_S = 946_684_800
"""The year 2000 in seconds: a smaller number is a duration or an hour of the day, whatever its name."""
NEARLY = 0.9
"""Share of distinct values, by estimate, from which they are counted exactly: estimates are off by a few per cent."""


@dataclass(frozen=True)
class Column:
    """One column. `distinct` is an estimate, `unique` exact; `times` counts values that can be read as a time; `words` how
    many values are each of the known words (of texts with few values), as they are written."""

    name: str
    type: ColumnType
    filled: int
    distinct: int = 0
    length: float = 0.0
    least: float | None = None
    most: float | None = None
    times: int = 0
    unique: bool = False
    words: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Profile:
    """How many rows, and every column in the table's order."""

    rows: int
    columns: tuple[Column, ...]


def profile(relation: Relation) -> Profile:
    """Two queries: one over every column, and one over those whose name or number of values asks for more."""
    dialect, types = relation.dialect, dict(relation.columns)
    names = list(types)
    wanted = [
        ("n", "COUNT(*)"),
        *(part for n, name in enumerate(names) for part in _first(dialect, n, name, types[name])),
    ]
    said = relation.ask(select(wanted), names)
    rows = int(said["n"][0])
    drafts = [_draft(said, n, name, types[name]) for n, name in enumerate(names)]
    more = [(n, part) for n, one in enumerate(drafts) for part in _second(dialect, n, one, rows)]
    again: Answer = {}
    if more:
        again = relation.ask(select([part for _, part in more]), [names[n] for n in dict.fromkeys(n for n, _ in more)])
    return Profile(rows, tuple(_finished(one, n, again, rows) for n, one in enumerate(drafts)))


def _first(dialect: Dialect, n: int, name: str, kind: ColumnType) -> list[tuple[str, str]]:
    column = dialect.name(name)
    asked = [(f"filled_{n}", f"COUNT({column})")]
    if kind != "other":
        asked.append((f"distinct_{n}", dialect.distinct(column)))
    if kind == "text":
        asked.append((f"length_{n}", f"AVG(LENGTH({column}))"))
    if kind in ("integer", "number"):
        size = dialect.as_number(column)
        asked += [(f"least_{n}", f"MIN({size})"), (f"most_{n}", f"MAX({size})")]
    return asked


def _draft(said: Answer, n: int, name: str, kind: ColumnType) -> Column:
    def number(part: str) -> float | None:
        found = said.get(f"{part}_{n}")
        value = None if found is None else found[0]
        return None if value is None or not math.isfinite(float(value)) else float(value)

    filled = int(number("filled") or 0)
    return Column(
        name, kind, filled, int(number("distinct") or 0), number("length") or 0.0, number("least"), number("most"),
        filled if kind == "time" else 0,
    )  # fmt: skip


def _second(dialect: Dialect, n: int, one: Column, rows: int) -> list[tuple[str, str]]:
    column = dialect.name(one.name)
    asked: list[tuple[str, str]] = []
    told = one.type == "text" or (one.type in ("integer", "number") and (one.least or 0) >= SINCE_S)
    if told and one.filled and roles.says(one.name, roles.TIME):
        asked.append((f"times_{n}", f"COUNT({dialect.epoch_ms(one.name)})"))
    if one.filled == rows and roles.says(one.name, roles.ID) and one.distinct >= NEARLY * rows:
        asked.append((f"unique_{n}", f"COUNT(DISTINCT {column})"))
    if one.type == "text" and 0 < one.distinct <= FEW and roles.says(one.name, _asked_for_words()):
        asked += [(f"word_{n}_{w}", count(f"{column} = {dialect.text(word)}")) for w, word in enumerate(WORDS)]
    return asked


def _asked_for_words() -> Sequence[str]:
    return (*roles.STATUS, *roles.DECISION, *roles.LABEL)


def _finished(one: Column, n: int, again: Answer, rows: int) -> Column:
    def whole(key: str) -> int:
        found: Any = again.get(key)
        return 0 if found is None else int(found[0])

    words = tuple((word, counted) for w, word in enumerate(WORDS) if (counted := whole(f"word_{n}_{w}")))
    return Column(
        one.name, one.type, one.filled, one.distinct, one.length, one.least, one.most, one.times or whole(f"times_{n}"),
        bool(rows) and whole(f"unique_{n}") == rows, words,
    )  # fmt: skip
