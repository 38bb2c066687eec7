"""A table of traces and what its columns mean: by a file, by our own schema, or by a proposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from hotwash.adapters import engine_postgres
from hotwash.adapters.relation_dbapi import DbApiRelation
from hotwash.adapters.relation_duckdb import DuckRelation, open_files
from hotwash.adapters.relation_spark import SparkRelation, from_table
from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.load import load_columns
from hotwash.kit.names import instead
from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage.canonical import FIELDS, columns_of, imported
from hotwash.triage.columns_file import described, roles_of
from hotwash.triage.propose import Proposal, propose

COLUMNS = "columns.yaml"
ENGINES: Mapping[str, Callable[[str], DbApiRelation]] = {"postgresql": engine_postgres.from_address, "postgres": engine_postgres.from_address}  # fmt: skip
"""Beginning of an address → what opens it."""
How = Literal["file", "beside", "schema", "proposal"]
"""Where the meaning of columns is from: the file that was named, `columns.yaml` beside the data, our own schema (what
an import wrote, or our columns alone), or a proposal that nobody has confirmed."""


class OpenedTraces(NamedTuple):
    """The table, what its columns mean, and how that is known. The relation is the caller's to close."""

    relation: DuckRelation
    columns: TraceColumns
    how: How


class OpenedTable(NamedTuple):
    """A table on Spark or in a database, what its columns mean, and how that is known. Closing it leaves a session as it was."""

    relation: SparkRelation | DbApiRelation
    columns: TraceColumns
    how: How


def open_spark(table: str, columns_file: Path | None = None) -> OpenedTable:
    """As `open_traces`, for a table or view that this machine's Spark session can read. Raises NotSupportedError without PySpark."""
    return _table(lambda: from_table(table), columns_file)


def open_address(address: str, columns_file: Path | None = None) -> OpenedTable:
    """As `open_traces`, for the table that an address of a database names after `#`. Raises NotSupportedError for another kind of
    address, or without the driver."""
    opens = _engine(address)
    return _table(lambda: opens(address), columns_file)


def _engine(address: str) -> Callable[[str], DbApiRelation]:
    scheme = address.partition("://")[0]
    if scheme not in ENGINES:
        known = ", ".join(f"{one}://" for one in ENGINES)
        raise ContentError([Problem(Located(Path(scheme)), "no database of this kind is known", f"Begin an address with {known}.")])  # fmt: skip
    return ENGINES[scheme]


def _table(opened: Callable[[], SparkRelation | DbApiRelation], columns_file: Path | None) -> OpenedTable:
    wanted = load_columns(columns_file) if columns_file is not None else None
    relation = opened()
    try:
        return OpenedTable(relation, *_meaning(relation, wanted, columns_file, beside=False))
    except BaseException:  # an interrupt too: nobody else holds the relation yet, so nobody else would close it
        relation.close()
        raise


def open_traces(path: Path, columns_file: Path | None = None) -> OpenedTraces:
    """A file, or the files of one kind in a folder, with the meaning of its columns. Raises ContentError for files that
    cannot be read, a columns file with mistakes or with columns that are not there, and a table in which nothing is a time."""
    beside = (path if path.is_dir() else path.parent) / COLUMNS
    named: Path | None = columns_file or (beside if beside.is_file() else None)
    wanted = load_columns(named) if named is not None else None
    relation = open_files(path)
    try:
        return OpenedTraces(relation, *_meaning(relation, wanted, named, beside=columns_file is None))
    except BaseException:  # an interrupt too: nobody else holds the relation yet, so nobody else would close it
        relation.close()
        raise


def _meaning(
    relation: Relation, wanted: TraceColumns | None, named: Path | None, *, beside: bool
) -> tuple[TraceColumns, How]:
    if named is not None and wanted is not None:
        _check(relation, wanted, named)
        return wanted, "beside" if beside else "file"
    if is_own(relation):
        return columns_of(relation.columns), "schema"
    return propose(relation).columns, "proposal"


def relation_at(place: str, *, spark: bool = False, spill: bool = True) -> DuckRelation | SparkRelation | DbApiRelation:
    """The table at a path, at an address of a database, or by its name on Spark; the caller's to close. Raises as what opens them does."""
    if spark:
        return from_table(place)
    return _engine(place)(place) if "://" in place else open_files(Path(place), spill=spill)


def propose_columns(place: str, *, spark: bool = False) -> Proposal:
    """What the columns of a table seem to mean; of a table in our own schema, what they mean. Raises ContentError."""
    relation = relation_at(place, spark=spark)
    try:
        if is_own(relation):
            counted = relation.ask("SELECT COUNT(*) AS n FROM traces", [])
            return described(columns_of(relation.columns), int(counted["n"][0]))
        return propose(relation)
    finally:
        relation.close()


def is_own(relation: Relation) -> bool:
    """Whether a table is in our own schema: one that an import wrote, or one of our columns alone. Many a table has an `id` and an `at`; what
    else it has would be passed over."""
    columns = relation.columns
    if "id" not in columns or columns.get("at") != "time":
        return False
    return columns.keys() <= FIELDS.keys() or imported(columns)


def _check(relation: Relation, columns: TraceColumns, file: Path) -> None:
    """Every column that has a role is there, and its time is no list."""
    missing = [(name, role) for name, role in dict.fromkeys(roles_of(columns)) if name not in relation.columns]
    problems = [
        Problem(Located(file), f"'{name}' ({role}) is no column of the table", instead(name, tuple(relation.columns)))
        for name, role in missing
    ]
    if not missing and relation.columns[columns.time] in ("other", "flag"):
        said = f"'{columns.time}' (time) holds no times"
        problems.append(
            Problem(Located(file), said, "Name a column of times, of ISO 8601 texts, or of numbers since 1970.")
        )
    if problems:
        raise ContentError(problems)
