"""Traces in ClickHouse, over a DB-API connection to it. Tried on the one inside a process (`chdb.dbapi`), on no server.

ClickHouse has no transactions. The session is told that it only reads, which it cannot take back, and how SQL is to be read where
ClickHouse has a way of its own: nulls stay nulls, names are columns before they are aliases, sums over nothing are null, time is UTC.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hotwash.adapters.relation_dbapi import Connection, Cursor, DbApiRelation
from hotwash.adapters.relation_reading import mixed
from hotwash.ports.relation import ColumnType

SECONDS = 600
"""The longest that one statement may take."""
SETTINGS = (
    "cast_keep_nullable = 1, prefer_column_name_to_alias = 1, aggregate_functions_null_for_empty = 1, join_use_nulls = 1, "
    "session_timezone = 'UTC', output_format_json_quote_64bit_floats = 0, output_format_json_quote_64bit_integers = 0"
)
COLUMNS = (
    "SELECT database, name, type FROM system.columns WHERE database = {database} AND table = {table} ORDER BY position"
)
FUNCTIONS = "SELECT name, ifNull(deterministic, 0) = 1 OR is_aggregate FROM system.functions"
UNLIKE = frozenset({"sleep", "sleepeachrow", "throwif", "__getscalar", "file"})
"""Functions that ClickHouse calls deterministic, and that do something beside."""
SCALES = ((10**11, "* 1000"), (10**14, "* 1"), (10**17, "/ 1000"), (1 << 62, "/ 1000000"))
"""What a number since 1970 counts, by its size: seconds, ms, µs, ns."""
WRAPPED = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")
KINDS: tuple[tuple[str, ColumnType], ...] = (
    ("Int", "integer"), ("UInt", "integer"), ("Float", "number"), ("Decimal", "number"), ("Bool", "flag"), ("Date", "time"),
    ("String", "text"), ("FixedString", "text"), ("Enum", "text"), ("UUID", "text"), ("Nothing", "text"),
)  # fmt: skip
"""By how the server's names of types begin."""
DAY = "^ *[0-9]{4}-[0-9]+-[0-9]+"
WHOLE = "Nullable(Int64)"
TIMED_OUT = re.compile(r"Code: 159\b|TIMEOUT_EXCEEDED")


class ClickHouseDialect:
    """ClickHouse's SQL. Implements `ports.relation.Dialect`."""

    def __init__(self, types: Mapping[str, str]) -> None:
        """`types` are the server's own names of types."""
        self._types = types

    def name(self, column: str) -> str:
        return "`" + column.replace("\\", "\\\\").replace("`", "\\`") + "`"

    def text(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\0") + "'"

    def as_text(self, expression: str) -> str:
        return f"CAST({expression} AS Nullable(String))"

    def as_number(self, expression: str) -> str:
        return f"CAST({expression} AS Nullable(Float64))"

    def distinct(self, expression: str) -> str:
        return f"COUNT(DISTINCT {expression})"

    def epoch_ms(self, column: str) -> str:
        named, kind = self.name(column), bare(self._types[column])
        match kind_of(kind):
            case "time" if kind in ("Date", "Date32"):
                days = f"CAST({'toInt32' if kind == 'Date32' else 'toUInt16'}({named}) AS {WHOLE})"
                return f"({days} * 86400000)"
            case "time":
                return _floored(f"CAST({named} AS Nullable(DateTime64(6, 'UTC')))")
            case "integer":
                size = f"CAST({named} AS {WHOLE})"
                scaled = " ".join(f"WHEN {size} < {most} THEN {size} {by.replace('/', 'DIV')}" for most, by in SCALES)
                return f"(CASE WHEN {size} < 0 THEN NULL {scaled} END)"
            case "number":
                size = self.as_number(named)
                scaled = " ".join(
                    f"WHEN {size} < {most} THEN CAST(FLOOR({size} {by}) AS {WHOLE})" for most, by in SCALES
                )
                return f"(CASE WHEN {size} < 0 OR isNaN({size}) THEN NULL {scaled} END)"
            case _:
                read = f"parseDateTime64BestEffortOrNull(trimBoth({named}), 6, 'UTC')"
                return _floored(f"CASE WHEN match({named}, {self.text(DAY)}) THEN {read} END")

    def reached(self, column: str, at_ms: int) -> str:
        return f"{self.epoch_ms(column)} >= {at_ms}"

    def matches(self, expression: str, pattern: str) -> str:
        return f"match({expression}, {self.text(pattern)})"

    def whole_quotient(self, expression: str, divisor: int) -> str:
        return f"CAST(FLOOR(({expression}) / {divisor}) AS {WHOLE})"

    def lot(self, expressions: Sequence[str], lots: int) -> str:
        first = [f"reinterpretAsUInt32(reverse(substring(MD5({self.as_text(one)}), 1, 4)))" for one in expressions]
        return mixed([f"CAST({one} AS {WHOLE})" for one in first], lots)


class ClickHouse:
    """A ClickHouse server, or the one inside this process. Implements `adapters.relation_dbapi.Engine`."""

    def __init__(self, refusals: tuple[type[Exception], ...], seconds: int = SECONDS) -> None:
        """`refusals` are what the driver raises (chdb: RuntimeError); `seconds` are the
        longest that one statement may take."""
        self.refusals, self._seconds = refusals, seconds
        self.told: Collection[str] = frozenset()

    def begin(self, cursor: Cursor) -> None:
        cursor.execute("SELECT getSetting('readonly') > 0")
        if not cursor.fetchall()[0][0]:
            cursor.execute("SET readonly = 2")  # settings may still be made, but not this one, and nothing is written
        cursor.execute(f"SET {SETTINGS}, max_execution_time = {self._seconds}")

    def described(self, cursor: Cursor, table: str) -> tuple[str, Mapping[str, str]]:
        dialect, (database, _, name) = ClickHouseDialect({}), table.rpartition(".")
        where = dialect.text(database) if database else "currentDatabase()"
        cursor.execute(COLUMNS.format(database=where, table=dialect.text(name)))
        rows = cursor.fetchall()
        if not rows:
            raise LookupError(table)
        return f"{dialect.name(str(rows[0][0]))}.{dialect.name(name)}", {
            str(column): str(kind) for _, column, kind in rows
        }

    def type(self, kind: str) -> ColumnType:
        return kind_of(bare(kind))

    def zoneless(self, kind: str) -> bool:  # noqa: ARG002 the engine's signature
        return False  # whatever zone it is shown in, a time is stored as a moment

    def code(self, code: Any) -> ColumnType:
        return kind_of(bare(str(code)))

    def source(self, table: str, types: Mapping[str, str]) -> str:
        dialect = ClickHouseDialect(types)
        columns = ", ".join(
            f"{_read(dialect, name, bare(kind))} AS {dialect.name(name)}" for name, kind in types.items()
        )
        return f"traces AS (SELECT {columns} FROM {table})"  # noqa: S608 the server's own names, quoted

    def dialect(self, types: Mapping[str, str]) -> ClickHouseDialect:
        return ClickHouseDialect(types)

    def run(self, cursor: Cursor, sql: str) -> None:
        cursor.execute(sql)

    def functions(self, cursor: Cursor) -> Mapping[str, bool]:
        cursor.execute(FUNCTIONS)
        found: dict[str, bool] = {}
        for name, may in cursor.fetchall():
            plain = str(name).casefold()
            found[plain] = bool(may) and plain not in UNLIKE and found.get(plain, True)
        return found

    def confine(self, cursor: Cursor, seconds: float) -> None:
        cursor.execute(f"SET max_execution_time = {seconds:g}")

    def late(self, refused: Exception) -> bool:
        return TIMED_OUT.search(str(refused)) is not None


def from_connection(
    connection: Connection, table: str, refusals: tuple[type[Exception], ...], source: str = "", seconds: int = SECONDS
) -> DbApiRelation:
    """The traces in a table, named as `database.table`. `source` is what the report calls it. The connection is the relation's from now on:
    it can only read. Raises LookupError when there is no such table."""
    return DbApiRelation(connection, table, ClickHouse(refusals, seconds), source or f"clickhouse {table}")


def bare(kind: str) -> str:
    """A type without what is wrapped around it."""
    while found := WRAPPED.fullmatch(kind):
        kind = found[1]
    return kind


def kind_of(kind: str) -> ColumnType:
    """What a bare type is to triage."""
    return next(
        (found for begins, found in KINDS if kind.startswith(begins) and not kind.startswith("Interval")), "other"
    )


def _read(dialect: ClickHouseDialect, column: str, kind: str) -> str:
    """A column as statements see it: enumerations and UUIDs as texts, lists as other engines write them."""
    named = dialect.name(column)
    if kind.startswith("Array"):
        return f"toJSONString({named})"
    return dialect.as_text(named) if kind_of(kind) == "text" else named


def _floored(moment: str) -> str:
    return f"CAST(FLOOR(toUnixTimestamp64Micro({moment}) / 1000) AS {WHOLE})"
