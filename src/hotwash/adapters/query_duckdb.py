"""A person's own SQL over `traces`: one SELECT on the rows of that table, and nothing else of the engine or the machine.

The statement is judged by the engine's own parse of it before it runs. The database below is closed off as well (no file but the traces, no
setting, no network), so that what slips through one of the two meets the other.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hotwash.kernel.errors import QueryError

if TYPE_CHECKING:
    import duckdb

TABLE = "traces"
SHAPES = frozenset({"unnest", "range", "generate_series"})
"""Functions in the place of a table that make rows of values and reach nothing."""
MACROS = (
    "list_",
    "array_",
    "nullif",
    "if",
    "split_part",
    "fdiv",
    "fmod",
    "days_in_month",
    "date_add",
    "wavg",
    "geomean",
)
"""Macros of the engine that compute; others tell of the database and of who is logged in."""
TOLD = frozenset(
    {"user", "current_user", "session_user", "current_role", "current_catalog", "current_database", "current_schema"}
)
"""Names that the engine takes for functions where no column has them."""
HELD = 8 << 20
"""Characters of text in an answer from which on rows are left off: more is an export, and no look."""


@dataclass(frozen=True)
class Looked:
    """What a question came to: names and rows of plain values, whether rows were left off, and which columns it read."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool
    read: tuple[str, ...]


@dataclass
class _Found:
    """What stands in a parsed statement. `whole` means that it may read every column."""

    tables: list[Mapping[str, Any]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    makers: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    catalogue: bool = False
    whole: bool = False


def look(
    database: duckdb.DuckDBPyConnection, sql: str, columns: Collection[str], *, limit: int, seconds: float
) -> Looked:
    """Answer one question, at most `limit` rows of it, within `seconds`. Raises QueryError for what is refused, fails, or takes longer."""
    import duckdb

    read = reads(database, sql, columns)
    late = threading.Event()

    def stop() -> None:
        late.set()
        database.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        answer = database.execute(sql)
        rows, more = _rows(answer, limit)
        names = tuple(str(one[0]) for one in answer.description or ())
    except duckdb.InterruptException as stopped:
        if not late.is_set():
            raise KeyboardInterrupt from stopped
        said = f"stopped after {seconds:g} seconds: narrow it with WHERE, or allow more with --seconds"
        raise QueryError(said) from stopped
    except duckdb.OutOfMemoryException as full:
        raise QueryError(f"needs more memory than it may have: {str(full).splitlines()[0]}") from full
    except duckdb.Error as refused:
        raise QueryError(str(refused)) from refused
    finally:
        timer.cancel()
    return Looked(names, rows, more, read)


def reads(database: duckdb.DuckDBPyConnection, sql: str, columns: Collection[str]) -> tuple[str, ...]:
    """Columns that a statement may read, in the table's order, without running it. Raises QueryError unless it is one SELECT over
    `traces` with functions of its rows."""
    parsed = _parsed(database, sql)
    found = _Found()
    _walk(parsed, found)
    known = {one.casefold() for one in columns}
    if stray := found.alone & TOLD - known:
        raise QueryError(f"may not ask for {', '.join(sorted(stray))}: it is no column of the table")
    if found.catalogue:
        raise QueryError("may not ask about the database; `hotwash traces show` tells the columns")
    for one in found.tables:
        _allowed(one, found.given)
    if stray := found.makers - SHAPES:
        raise QueryError(f"may not read from {', '.join(sorted(stray))}(): only from the table {TABLE}")
    if stray := found.functions - _computing(database):
        raise QueryError(f"may not call {', '.join(sorted(stray))}(): only functions that depend on the rows alone")
    # The name of a table, as a value, is its whole row.
    whole = found.whole or bool((found.alone - known) & found.aliases)
    return tuple(one for one in columns if whole or one.casefold() in found.columns)


def _parsed(database: duckdb.DuckDBPyConnection, sql: str) -> Any:
    import duckdb

    try:
        statements = database.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError(f"not one SELECT statement over {TABLE}")
        told = database.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    except duckdb.Error as refused:
        raise QueryError(str(refused)) from refused
    parsed: dict[str, Any] = json.loads(told[0]) if told else {"error": True}
    if parsed["error"] or len(parsed["statements"]) != 1:
        raise QueryError(f"not one SELECT statement over {TABLE}: {parsed.get('error_message', 'it cannot be read')}")
    return parsed["statements"][0]


def _walk(node: Any, found: _Found) -> None:
    if isinstance(node, list):
        for one in node:
            _walk(one, found)
        return
    if not isinstance(node, dict):
        return
    _note(node, found)
    for name, one in node.items():
        if name == "map" and isinstance(one, list):
            found.given |= {str(entry["key"]).casefold() for entry in one if isinstance(entry, dict) and "key" in entry}
        _walk(one, found)


def _note(node: Mapping[str, Any], found: _Found) -> None:
    match node.get("type"):
        case "BASE_TABLE":
            found.tables.append(node)
            found.aliases |= {TABLE, str(node.get("alias") or "").casefold()}
        case "TABLE_FUNCTION":
            found.makers.add(str(node["function"]["function_name"]).casefold())
        case "SHOW_REF":
            found.catalogue = True
        case "STAR":
            found.whole = True
        case "POSITIONAL_REFERENCE":
            found.whole = True
        case "COLUMN_REF":
            path = [str(one).casefold() for one in node["column_names"]]
            found.columns |= set(path)
            found.alone |= {path[0]} if len(path) == 1 else set()
        case "JOIN":
            found.whole |= node.get("ref_type") == "NATURAL"
            found.columns |= {str(one).casefold() for one in node.get("using_columns") or ()}
        case "SUBQUERY" | "CTE_NODE" | "RECURSIVE_CTE_NODE":
            found.aliases.add(str(node.get("alias") or "").casefold())
        case "FUNCTION" if not node.get("is_operator"):
            found.functions.add(str(node["function_name"]).casefold())


def _allowed(table: Mapping[str, Any], given: Collection[str]) -> None:
    name, place = str(table["table_name"]), (table.get("schema_name"), table.get("catalog_name"))
    if any(place) or (name.casefold() != TABLE and name.casefold() not in given):
        said = ".".join(str(one) for one in (*reversed(place), name) if one)
        raise QueryError(f"may not read '{said}': only the table {TABLE}")


def _computing(database: duckdb.DuckDBPyConnection) -> set[str]:
    """Functions whose result depends on their arguments alone, as the engine's own catalogue says."""
    told = database.execute(
        "SELECT function_name, bool_or(function_type = 'macro') FROM duckdb_functions() GROUP BY 1 HAVING "
        "bool_and(function_type = 'macro' OR stability = 'CONSISTENT' OR function_type IN ('table', 'table_macro')) AND "
        "bool_or(function_type IN ('scalar', 'aggregate', 'window', 'macro'))"
    ).fetchall()
    return {str(name).casefold() for name, macro in told if not macro or str(name).startswith(MACROS)} | SHAPES


def _rows(answer: duckdb.DuckDBPyConnection, limit: int) -> tuple[tuple[tuple[Any, ...], ...], bool]:
    rows: list[tuple[Any, ...]] = []
    held = 0
    for row in _each(answer):
        if len(rows) == limit or held > HELD:
            return tuple(rows), True
        rows.append(tuple(plain(one) for one in row))
        held += sum(len(one) for one in row if isinstance(one, str))
    return tuple(rows), False


def _each(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := answer.fetchmany(500):
        yield from batch


def plain(value: Any) -> Any:
    """A value as JSON has it: times as ISO 8601, numbers that are none as null, bytes as hexadecimal digits."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if value - value == 0 else None
        case Decimal():
            return float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes():
            return value.hex()
        case dict():
            return {str(name): plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return str(value)
