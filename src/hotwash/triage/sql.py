"""Portable SQL: what DuckDB, Spark and warehouses read alike. What they do not comes from the dialect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotwash.kit.schema.columns import Test, Value
from hotwash.ports.relation import Dialect, Quoting
from hotwash.ports.scope import Scope

PRIME = 2_147_483_647
"""2^31 - 1: the square of a rest fits in 64 bits."""
SOURCE = "traces"
"""What every statement selects from."""
NONE = "(none)"
"""How a missing value of a dimension is called: it is a segment like any other."""


def literal(dialect: Quoting, value: Value) -> str:
    """A constant."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return dialect.text(value)
    return repr(value)


def holds(dialect: Quoting, test: Test) -> str:
    """A boolean expression: the test is true. Null where the column is null, except for `missing`."""
    column = dialect.name(test.column)
    if test.missing is not None:
        return f"{column} IS {'' if test.missing else 'NOT '}NULL"
    if test.equals is not None:
        return f"{column} = {literal(dialect, test.equals)}"
    if test.among is not None:
        return f"{column} IN ({', '.join(literal(dialect, one) for one in test.among)})"
    if test.above is not None:
        return f"{column} > {test.above!r}"
    if test.below is not None:
        return f"{column} < {test.below!r}"
    sought = dialect.text((test.contains or "").lower())
    return f"POSITION({sought} IN LOWER({column})) > 0"


def answer(dialect: Quoting, test: Test) -> str:
    """1 where a test is true, 0 where it is false, -1 where the row cannot be asked."""
    return f"CASE WHEN {holds(dialect, test)} THEN 1 WHEN {asked(dialect, test)} THEN 0 ELSE -1 END"


def asked(dialect: Quoting, test: Test) -> str:
    """Whether a row can be asked at all."""
    return "TRUE" if test.missing is not None else f"{dialect.name(test.column)} IS NOT NULL"


def count(condition: str) -> str:
    """How many rows fulfil a condition, as a 64-bit integer."""
    return f"COUNT(CASE WHEN {condition} THEN 1 END)"


def value(dialect: Quoting, column: str) -> str:
    """A dimension's value as text, null as `(none)`."""
    return f"COALESCE({dialect.as_text(dialect.name(column))}, {dialect.text(NONE)})"


def lot_of_moment(moment: str, lots: int) -> str:
    """A lot in [0, lots) out of whole milliseconds, at a tenth of what `Dialect.lot` costs. Squared modulo a prime, so that no habit of
    clocks shows through; rows of one moment share their lot."""
    rest = f"MOD({moment}, {PRIME})"
    return f"MOD(MOD({rest} * {rest}, {PRIME}), {lots})"


def within(dialect: Dialect, time: str, from_ms: int | None, to_ms: int | None) -> list[str]:
    """Conditions for time in [from_ms, to_ms); an open end asks nothing."""
    found = [] if from_ms is None else [dialect.reached(time, from_ms)]
    return found if to_ms is None else [*found, f"NOT {dialect.reached(time, to_ms)}"]


def inside(dialect: Quoting, where: Iterable[tuple[str, str]]) -> list[str]:
    """Conditions for a segment: pairs of dimension and value."""
    return [
        f"{dialect.name(dim)} IS NULL"
        if sought == NONE
        else f"{dialect.as_text(dialect.name(dim))} = {dialect.text(sought)}"
        for dim, sought in where
    ]


def scope(dialect: Quoting, allowed: Scope) -> list[str]:
    """Conditions for a scope: every dimension has one of the values allowed for it."""
    return ["(" + " OR ".join(inside(dialect, [(dim, one) for one in values])) + ")" for dim, values in allowed.dims]


def select(columns: Sequence[tuple[str, str]], where: Sequence[str] = (), by: Sequence[str] = ()) -> str:
    """A SELECT over `traces`: pairs of alias and expression, conditions that all hold, aliases to group by."""
    chosen = ", ".join(f"{expression} AS {alias}" for alias, expression in columns)
    made = f"SELECT {chosen} FROM {SOURCE}"
    if where:
        made += " WHERE " + " AND ".join(f"({one})" for one in where)
    if by:
        grouped = dict(columns)
        made += " GROUP BY " + ", ".join(grouped[one] for one in by)
    return made
