"""A person's own SQL over `traces`: one SELECT on the rows of that table, and nothing else of the engine or the machine.

The statement is judged by the engine's own parse of it before it runs. The database below is closed off as well (no file but the traces, no
setting, no network), so that what slips through one of the two meets the other.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hotwash.kernel.errors import QueryError

if TYPE_CHECKING:
    import duckdb

TABLE = "traces"
NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
"""Parts of a statement that ask. What WITH names may also delete, insert or copy to a file."""
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
NOW = frozenset({"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"})
"""Words that tell what time it is, and read no column."""
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

    tables: list[tuple[Mapping[str, Any], frozenset[str]]] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)
    makers: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
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
        rows, more = held(_each(answer), limit)
        names = tuple(str(one[0]) for one in answer.description or ())
    except duckdb.InterruptException as stopped:
        if not late.is_set():
            raise KeyboardInterrupt from stopped
        raise QueryError(overdue(seconds)) from stopped
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
    found, known = _within(database, sql, columns)
    if stray := found.functions - _computing(database):
        raise QueryError(_uncalled(stray))
    return _columns(found, columns, whole=bool((found.alone - known) & found.aliases))


def reads_elsewhere(
    sql: str, columns: Collection[str], functions: Mapping[str, bool], told: Collection[str] = ()
) -> tuple[str, ...]:
    """The same for a statement that another engine will run: which of its own `functions` may be called is given by name, and which of its
    words tell of it (`told`). Nothing may be named by its place, and a name that nobody here can account for counts as the whole row."""
    import duckdb

    with duckdb.connect(":memory:", config={"enable_external_access": "false"}) as database:
        found, known = _within(database, sql, columns, told)
        if found.placed:
            raise QueryError(f"may not name {', '.join(sorted(found.placed))} by its place: only what has a plain name")
        ours = {one for one in _computing(database) if one not in functions}
        if stray := found.functions - ours - {one for one, may in functions.items() if may}:
            raise QueryError(_uncalled(stray))
        # `traces.f` is f(traces) to some engines.
        unknown = found.columns - known - found.labels - NOW
        return _columns(found, columns, whole=bool(unknown))


def overdue(seconds: float) -> str:
    """What is said of a question that took too long."""
    return f"stopped after {seconds:g} seconds: narrow it with WHERE, or allow more with --seconds"


def _uncalled(names: Collection[str]) -> str:
    return f"may not call {', '.join(sorted(names))}(): only functions that depend on the rows alone"


def _columns(found: _Found, columns: Collection[str], *, whole: bool) -> tuple[str, ...]:
    # The name of a table, as a value, is its whole row.
    return tuple(one for one in columns if whole or found.whole or one.casefold() in found.columns)


def _within(
    database: duckdb.DuckDBPyConnection, sql: str, columns: Collection[str], told: Collection[str] = ()
) -> tuple[_Found, set[str]]:
    """What stands in a statement that keeps to the one table, and the columns' names without case."""
    found = _Found()
    _walk(_parsed(database, sql), found)
    known = {one.casefold() for one in columns}
    if stray := found.alone & {*TOLD, *told} - known:
        raise QueryError(f"may not ask for {', '.join(sorted(stray))}: it is no column of the table")
    if found.catalogue:
        raise QueryError("may not ask about the database; `hotwash traces show` tells the columns")
    for one, given in found.tables:
        _allowed(one, given)
    if stray := found.makers - SHAPES:
        raise QueryError(f"may not read from {', '.join(sorted(stray))}(): only from the table {TABLE}")
    return found, known


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


def _walk(node: Any, found: _Found, given: frozenset[str] = frozenset()) -> None:
    """`given` are the names that WITH has given to tables so far: around this node, or before it."""
    if isinstance(node, list):
        for one in node:
            _walk(one, found, given)
        return
    if not isinstance(node, dict):
        return
    for entry in (node.get("cte_map") or {}).get("map") or ():
        name, value = str(entry["key"]), entry["value"]
        found.labels.add(name.casefold())
        # Within its own definition a name is another table's, unless it recurs.
        _walk(value, found, given | {name} if _recurs(value) else given)
        given |= {name}
    if str(node.get("type")).endswith("_NODE") and node["type"] not in NODES:
        raise QueryError(f"not one SELECT statement over {TABLE}: a part of it does something else")
    _note(node, found, given)
    for name, one in node.items():
        if name != "cte_map":
            _walk(one, found, given)


def _recurs(entry: Mapping[str, Any]) -> bool:
    """Whether what WITH names refers to itself. Newer engines have the statement one step higher."""
    node = entry.get("query_node") or (entry.get("query") or {}).get("node") or {}
    return bool(node.get("type") == "RECURSIVE_CTE_NODE")


def _note(node: Mapping[str, Any], found: _Found, given: frozenset[str]) -> None:
    named = node.get("function_name") or node.get("type_name") or node.get("table_name")
    if place := node.get("catalog") or node.get("schema"):
        found.placed.add(f"{place}.{named or '?'}".casefold())
    named_here = (node.get("alias"), *(node.get("aliases") or ()), *(node.get("column_name_alias") or ()))
    found.labels |= {str(one).casefold() for one in named_here if one}
    if str(node.get("type")).startswith("WINDOW_"):
        found.functions.add(str(node["function_name"]).casefold())
    match node.get("type"):
        case "BASE_TABLE":
            found.tables.append((node, given))
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
    """A table that WITH names is meant as it is spelled there: whether case counts differs between engines."""
    name, place = str(table["table_name"]), (table.get("schema_name"), table.get("catalog_name"))
    if any(place) or (name.casefold() != TABLE and name not in given):
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


def held(answer: Iterable[Iterable[Any]], limit: int) -> tuple[tuple[tuple[Any, ...], ...], bool]:
    """Rows as plain values, at most `limit` and no more text than a look needs, and whether some were left off."""
    rows: list[tuple[Any, ...]] = []
    letters = 0
    for row in answer:
        if len(rows) == limit or letters > HELD:
            return tuple(rows), True
        rows.append(tuple(plain(one) for one in row))
        letters += sum(len(one) for one in rows[-1] if isinstance(one, str))
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
            return float(value) if value.is_finite() else None
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return value.hex()
        case dict():
            return {str(name): plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return str(value)
