"""Traces in PostgreSQL: a read-only transaction with one view of the table, a limit on time, and nothing left behind.

Passwords come from where libpq keeps them (`PGPASSWORD`, `~/.pgpass`, a service file), never from an address: addresses are shown in process
lists, reports and logs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from hotwash.adapters.regex_postgres import translated
from hotwash.adapters.relation_dbapi import Cursor, DbApiRelation
from hotwash.adapters.relation_reading import mixed
from hotwash.kernel.errors import ContentError, Located, NotSupportedError, Problem, QueryError
from hotwash.ports.relation import ColumnType

INSTALL = "Traces in PostgreSQL need psycopg, which is not installed.\nNext: pip install 'hotwash[postgres]'"
EXAMPLE = "postgresql://analyst@db.example/prod#public.requests"
SECONDS = 600
"""The longest that one statement may take."""
PLACE = ("host", "hostaddr", "port", "dbname", "service")
SECRET = ("password", "sslpassword", "passfile", "oauth_client_secret")
"""Settings that hold a secret, or say where one is."""
TYPES: dict[str, ColumnType] = {
    "int2": "integer", "int4": "integer", "int8": "integer", "float4": "number", "float8": "number", "numeric": "number",
    "bool": "flag", "text": "text", "timestamp": "time", "timestamptz": "time", "date": "time",
}  # fmt: skip
"""By the server's own names. Other texts, enumerations and UUIDs are read as texts."""
CODES: dict[int, ColumnType] = {
    16: "flag", 20: "integer", 21: "integer", 23: "integer", 700: "number", 701: "number", 1700: "number",
    1082: "time", 1114: "time", 1184: "time",
}  # fmt: skip
"""Numbers of types, the same on every server (pg_type.dat). Whatever else an answer holds is a text."""
COLUMNS = """
SELECT n.nspname, c.relname, a.attname, COALESCE(b.typname, t.typname),
    CASE COALESCE(b.typtype, t.typtype) WHEN 'e' THEN 'S' ELSE COALESCE(b.typcategory, t.typcategory) END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
WHERE c.oid = to_regclass({table}) AND has_column_privilege(c.oid, a.attnum, 'SELECT')
ORDER BY a.attnum
"""
"""A domain counts as what it is made of. A column that the role may not read is not there."""
SCALES = ((10**11, "* 1000"), (10**14, "* 1"), (10**17, "/ 1000"), (1 << 62, "/ 1000000"))
"""What a number since 1970 counts, by its size: seconds, ms, µs, ns."""
DAY = (
    "([1-9][0-9]{3}-(0?[13578]|1[02])-(0?[1-9]|[12][0-9]|3[01])|[1-9][0-9]{3}-(0?[469]|11)-(0?[1-9]|[12][0-9]|30)"
    "|[1-9][0-9]{3}-0?2-(0?[1-9]|1[0-9]|2[0-8])"
    "|([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-0?2-29)"
)
"""A day that there is: a cast of any other would end the whole statement."""
CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
ZONE = " ?(Z|z|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?"
MOMENT = f"^ *{DAY}([T ]{CLOCK}{ZONE})? *$"


FUNCTIONS = """
SELECT proname, bool_and(provolatile = 'i' OR (provolatile = 's' AND proname = ANY(string_to_array({clocked}, ' '))))
FROM pg_catalog.pg_proc WHERE pronamespace = CAST('pg_catalog' AS regnamespace) GROUP BY proname
"""
CLOCKED = (
    "age array_to_string concat concat_ws date_part date_trunc extract format json_agg json_build_array json_build_object json_object_agg "
    "jsonb_agg jsonb_build_array jsonb_build_object jsonb_object_agg make_timestamptz now row_to_json timezone to_char to_date to_json "
    "to_jsonb to_number to_timestamp transaction_timestamp"
)
"""Functions that depend on nothing but their arguments, the clock and settings that `begin` makes; the server calls them stable."""


class PostgresDialect:
    """PostgreSQL's SQL. Implements `ports.relation.Dialect`."""

    def __init__(self, types: Mapping[str, str]) -> None:
        """`types` are the server's own names of types."""
        self._types = types

    def name(self, column: str) -> str:
        return '"' + column.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"  # `begin` sees to it that a backslash is a letter like any other

    def as_text(self, expression: str) -> str:
        return f"CAST({expression} AS TEXT)"

    def as_number(self, expression: str) -> str:
        return f"CAST({expression} AS DOUBLE PRECISION)"

    def distinct(self, expression: str) -> str:
        return f"COUNT(DISTINCT {expression})"

    def epoch_ms(self, column: str) -> str:
        named, kind = self.name(column), self._types[column]
        match _type(kind):
            case "time":
                return _floored(named)
            case "integer":
                size = f"CAST({named} AS BIGINT)"
                scaled = " ".join(f"WHEN {size} < {most} THEN {size} {by}" for most, by in SCALES)
                return f"(CASE WHEN {size} < 0 THEN NULL {scaled} END)"
            case "number":
                size = self.as_number(named)
                scaled = " ".join(
                    f"WHEN {size} < {most} THEN CAST(FLOOR({size} {by}) AS BIGINT)" for most, by in SCALES
                )
                return f"(CASE WHEN {size} < 0 THEN NULL {scaled} END)"
            case _:
                return f"(CASE WHEN {named} ~ {self.text(MOMENT)} THEN {_floored(f'CAST({named} AS TIMESTAMPTZ)')} END)"

    def reached(self, column: str, at_ms: int) -> str:
        return f"{self.epoch_ms(column)} >= {at_ms}"

    def matches(self, expression: str, pattern: str) -> str:
        return f"({expression} ~ {self.text(translated(pattern))})"

    def whole_quotient(self, expression: str, divisor: int) -> str:
        # Doubles, since exact division takes ten times as long: right to the last whole number up to 2^53.
        return f"CAST(FLOOR(CAST({expression} AS DOUBLE PRECISION) / {divisor}) AS BIGINT)"

    def lot(self, expressions: Sequence[str], lots: int) -> str:
        first = [f"CAST(CAST('x' || SUBSTR(MD5({self.as_text(one)}), 1, 8) AS BIT(32)) AS BIGINT)" for one in expressions]  # fmt: skip
        return mixed(first, lots)


class Postgres:
    """A PostgreSQL server. Implements `adapters.relation_dbapi.Engine`."""

    def __init__(self, seconds: int = SECONDS) -> None:
        """`seconds` are the longest that one statement may take."""
        import psycopg

        self._seconds = seconds
        self.refusals: tuple[type[Exception], ...] = (psycopg.Error,)
        self.told: Collection[str] = frozenset({"system_user"})

    def begin(self, cursor: Cursor) -> None:
        settings = {"TIME ZONE": "'UTC'", "statement_timeout": f"= {1000 * self._seconds}",
                    "standard_conforming_strings": "= on", "extra_float_digits": "= 1"}  # fmt: skip
        cursor.execute("ROLLBACK")
        cursor.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for name, value in settings.items():
            cursor.execute(f"SET LOCAL {name} {value}")

    def described(self, cursor: Cursor, table: str) -> tuple[str, Mapping[str, str]]:
        dialect = PostgresDialect({})
        cursor.execute(COLUMNS.format(table=dialect.text(table)))
        rows = cursor.fetchall()
        if not rows:
            raise LookupError(table)
        full = f"{dialect.name(rows[0][0])}.{dialect.name(rows[0][1])}"
        return full, {str(name): _kind(str(kind), str(category)) for _, _, name, kind, category in rows}

    def type(self, kind: str) -> ColumnType:
        return _type(kind)

    def zoneless(self, kind: str) -> bool:
        return kind == "timestamp"

    def code(self, code: Any) -> ColumnType:
        return CODES.get(int(code), "text")

    def source(self, table: str, types: Mapping[str, str]) -> str:
        dialect = self.dialect(types)
        columns = ", ".join(
            f"{_read(dialect.name(name), kind)} AS {dialect.name(name)}" for name, kind in types.items()
        )
        return f"traces AS NOT MATERIALIZED (SELECT {columns} FROM {table})"  # noqa: S608 the server's own names, quoted

    def dialect(self, types: Mapping[str, str]) -> PostgresDialect:
        return PostgresDialect(types)

    def run(self, cursor: Any, sql: str) -> None:
        cursor.execute(sql, binary=True)  # the protocol that carries one statement and no more

    def functions(self, cursor: Cursor) -> Mapping[str, bool]:
        cursor.execute(FUNCTIONS.format(clocked=PostgresDialect({}).text(CLOCKED)))
        return {str(name): bool(may) for name, may in cursor.fetchall()}

    def confine(self, cursor: Cursor, seconds: float) -> None:
        cursor.execute("SET LOCAL search_path = pg_catalog")
        cursor.execute(f"SET LOCAL statement_timeout = {max(1, round(1000 * seconds))}")

    def late(self, refused: Exception) -> bool:
        import psycopg

        return isinstance(refused, psycopg.errors.QueryCanceled)


def from_address(address: str, seconds: int = SECONDS) -> DbApiRelation:
    """The table that an address names after `#`. Raises ContentError for an address that names none, holds a password or cannot be reached,
    NotSupportedError without psycopg."""
    server, table = _parted(address)
    try:
        import psycopg
    except ImportError as absent:
        raise NotSupportedError(INSTALL) from absent
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=15, application_name="hotwash")
    except psycopg.Error as refused:
        said = f"cannot be reached: {_line(refused)}"
        raise _wrong(address, said, "Check host, database and role; a password belongs into PGPASSWORD or ~/.pgpass.") from refused  # fmt: skip
    try:
        return DbApiRelation(connection, table, Postgres(seconds), shown(address))
    except LookupError as absent:
        connection.close()
        said = f"there is no table or view '{table}' of which this role may read a column"
        raise _wrong(address, said, "Name it as schema.table after #.") from absent
    except QueryError as refused:
        connection.close()
        raise _wrong(address, f"cannot be read: {_line(refused)}", "Ask for the right to SELECT from it.") from refused


def shown(address: str) -> str:
    """An address without role and password, and without any setting but where the server is: what a report may say."""
    parts = urlsplit(address)
    where = urlencode([(name, said) for name, said in parse_qsl(parts.query) if name in PLACE], safe="/")
    table = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{'?' if where else ''}{where}{table}"


def _parted(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    settings = {name for name, _ in parse_qsl(parts.query)}
    if ":" in parts.netloc.rpartition("@")[0] or settings & set(SECRET):
        raise _wrong(address, "an address with a secret is seen by everybody who lists processes", "Leave the password out: PGPASSWORD, ~/.pgpass or a service file hold it.")  # fmt: skip
    if not parts.fragment:
        raise _wrong(address, "the address names no table", f"Write the table after #: {EXAMPLE}")
    return address.partition("#")[0], parts.fragment


def _wrong(address: str, said: str, write: str) -> ContentError:
    return ContentError([Problem(Located(Path(shown(address))), said, write)])


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _kind(name: str, category: str) -> str:
    """The server's name of a type, or `:` and its category for those that are read as something else."""
    if name in TYPES:
        return name
    return f":{category}" if category in {"S", "A"} else ":S" if name == "uuid" else name


def _type(kind: str) -> ColumnType:
    return "text" if kind == ":S" else TYPES.get(kind, "other")


def _read(named: str, kind: str) -> str:
    """A column as statements see it. Lists are written as other engines write them."""
    if kind == ":S":
        return f"CAST({named} AS TEXT)"
    return f"CAST(to_json({named}) AS TEXT)" if kind == ":A" else named


def _floored(moment: str) -> str:
    """Whole milliseconds. A double holds every µs exactly, once it is rounded to one; infinite moments are none."""
    micros = f"ROUND(DATE_PART('epoch', {moment}) * 1000000)"
    return f"(CASE WHEN ISFINITE({moment}) THEN CAST(FLOOR({micros} / 1000) AS BIGINT) END)"
