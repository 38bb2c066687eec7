"""Traces in a database, where they lie: any connection of Python's DB-API 2.0. Only answers travel, and nothing is written.

What differs between databases is an `Engine`: `adapters.engine_postgres` is one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hotwash.adapters.query_duckdb import Looked, held, overdue
from hotwash.adapters.query_elsewhere import judged
from hotwash.adapters.relation_reading import Reading
from hotwash.kernel.errors import QueryError
from hotwash.ports.relation import Answer, ColumnType, Dialect, Provenance

NULLABLE = {"integer": np.float64, "number": np.float64, "flag": np.float64}
WHOLE = {"integer": np.int64, "number": np.float64, "flag": np.bool_}


class Cursor(Protocol):
    """What is used of a DB-API cursor. `description` has one tuple a column: name, type code, and more."""

    @property
    def description(self) -> Any: ...

    def execute(self, operation: Any, /) -> Any: ...

    def fetchall(self) -> Sequence[Sequence[Any]]: ...

    def close(self) -> None: ...


class Connection(Protocol):
    """What is used of a DB-API connection."""

    def cursor(self) -> Cursor: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


class Engine(Protocol):
    """One kind of database behind the DB-API."""

    @property
    def refusals(self) -> tuple[type[Exception], ...]:
        """What its driver raises for a statement that is refused, or takes too long."""
        ...

    def begin(self, cursor: Cursor) -> None:
        """The first words of each transaction: it reads, and does nothing else."""
        ...

    def described(self, cursor: Cursor, table: str) -> tuple[str, Mapping[str, str]]:
        """The table's full name as SQL, and name → the engine's own type of every column that may be read, in order. Raises LookupError
        when there is no such table."""
        ...

    def type(self, kind: str) -> ColumnType:
        """What one of its types is to triage."""
        ...

    def zoneless(self, kind: str) -> bool:
        """Whether times of one of its types say no zone."""
        ...

    def code(self, code: Any) -> ColumnType:
        """What a type code in a cursor's description is to triage."""
        ...

    def source(self, table: str, types: Mapping[str, str]) -> str:
        """`name AS (SELECT ...)`: the table as statements see it, under the name `traces`."""
        ...

    def dialect(self, types: Mapping[str, str]) -> Dialect:
        """How it writes what engines write differently."""
        ...

    def run(self, cursor: Cursor, sql: str) -> None:
        """Execute exactly one statement."""
        ...

    def functions(self, cursor: Cursor) -> Mapping[str, bool]:
        """Every function that a plain name reaches once `confine` was said: whether it depends on its arguments alone."""
        ...

    @property
    def told(self) -> Collection[str]:
        """Words of its own, besides those of most engines, that tell of it or of who is logged in."""
        ...

    def confine(self, cursor: Cursor, seconds: float) -> None:
        """For the rest of the transaction: plain names reach nothing that people made, and a statement takes so long at most."""
        ...

    def late(self, refused: Exception) -> bool:
        """Whether a statement was stopped for taking too long."""
        ...


class DbApiRelation(Reading):
    """One table, asked over one connection. Implements `ports.relation.Relation`.

    All statements are in one transaction, as long as none is refused: they see the same rows, whatever is written meanwhile.
    """

    def __init__(self, connection: Connection, table: str, engine: Engine, source: str) -> None:
        """`source` is what the report calls it. Raises LookupError when there is no such table, QueryError when it cannot be read."""
        self._connection, self._engine, self._cursor = connection, engine, connection.cursor()
        self._begun = False
        try:
            self._begin()
            full, types = engine.described(self._cursor, table)
        except engine.refusals as refused:
            raise QueryError(str(refused)) from refused
        zoneless = tuple(name for name, kind in types.items() if engine.zoneless(kind))
        super().__init__(
            {name: engine.type(kind) for name, kind in types.items()}, Provenance(source, zoneless=zoneless)
        )
        self._dialect, self._source = engine.dialect(types), engine.source(full, types)

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    def ask(self, sql: str, reads: Sequence[str]) -> Answer:
        self.note(reads)
        # As a subquery nothing but a SELECT can be read.
        whole = f"WITH {self._source} SELECT * FROM (\n{sql}\n) AS asked"
        try:
            self._begin()
            self._engine.run(self._cursor, whole)
            described = [(str(one[0]), self._engine.code(one[1])) for one in self._cursor.description]
            rows = self._cursor.fetchall()
        except self._engine.refusals as refused:
            self._connection.rollback()
            self._begun = False
            raise QueryError(str(refused)) from refused
        series = list(zip(*rows, strict=True)) if rows else [()] * len(described)
        return {name: _array(column, type_) for (name, type_), column in zip(described, series, strict=True)}

    def look(self, sql: str, *, limit: int, seconds: float) -> Looked:
        """A person's own question, one SELECT over `traces`; see `query_elsewhere`. Raises QueryError."""
        try:
            self._begin()
            self._engine.confine(self._cursor, seconds)
            functions = self._engine.functions(self._cursor)
            dialect = self._dialect
            one = judged(sql, self._columns, functions, dialect.name, dialect.text, self._engine.told)
            whole = f"WITH {self._source} SELECT * FROM (\n{one.sql}\n) AS asked LIMIT {limit + 1}"
            self._engine.run(self._cursor, whole)
            names = tuple(str(each[0]) for each in self._cursor.description)
            rows, more = held(self._cursor.fetchall(), limit)
        except self._engine.refusals as refused:
            said = overdue(seconds) if self._engine.late(refused) else str(refused)
            raise QueryError(said) from refused
        finally:  # what was said of names holds for this question alone
            self._connection.rollback()
            self._begun = False
        self.note(one.read)
        return Looked(names, rows, more, one.read)

    def _begin(self) -> None:
        if not self._begun:
            self._engine.begin(self._cursor)
            self._begun = True

    def close(self) -> None:
        """End the transaction and close the connection."""
        self._cursor.close()
        self._connection.rollback()
        self._connection.close()


def _array(column: Sequence[Any], type_: ColumnType) -> NDArray[Any]:
    """One column of an answer, of the types that the port names; times as datetime64[us]."""
    if type_ == "time":
        return np.array([_utc(one) for one in column], dtype="datetime64[us]")
    if type_ == "number" and column and all(isinstance(one, Decimal) and _whole(one) for one in column):
        type_ = "integer"  # a sum of whole numbers is an exact number of any size
    if type_ in WHOLE:
        holes = any(one is None for one in column)
        return np.array(column, dtype=NULLABLE[type_] if holes else WHOLE[type_])
    texts = np.empty(len(column), dtype=np.object_)
    texts[:] = column
    return texts


def _whole(one: Decimal) -> bool:
    exponent = one.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= 0 and abs(one) < 1 << 63


def _utc(one: Any) -> Any:
    return one.astimezone(UTC).replace(tzinfo=None) if isinstance(one, datetime) and one.tzinfo is not None else one
