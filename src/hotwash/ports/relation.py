"""Traces where they lie: one table of requests or decisions, on an engine that answers portable SQL.

The analysis asks for aggregates and for small extracts, and does its statistics on these. Everything that differs
between engines is a `Dialect`; everything else is SQL that DuckDB, Spark and warehouses read alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from numpy.typing import NDArray

ColumnType = Literal["time", "text", "integer", "number", "flag", "other"]
"""`text` is any string, `other` what triage does not look into (lists, structures, blobs)."""

Answer = Mapping[str, NDArray[Any]]
"""Columns of equal length. Integers without nulls are int64, numbers (and integers with nulls) float64 with NaN, flags bool
(float64 with NaN where there are nulls; a comparison may come as 1 and 0), text objects (str or None)."""


class Quoting(Protocol):
    """How names and texts are written. Every method returns an SQL expression."""

    def name(self, column: str) -> str:
        """A quoted identifier; whatever is in it, it stays one."""
        ...

    def text(self, value: str) -> str:
        """A quoted string literal; whatever is in it, it stays one."""
        ...

    def as_text(self, expression: str) -> str:
        """Anything as a text of its full length; null stays null."""
        ...


class Dialect(Quoting, Protocol):
    """How one engine writes what engines write differently. Every method returns an SQL expression."""

    def as_number(self, expression: str) -> str:
        """A number as a double; null stays null."""
        ...

    def distinct(self, expression: str) -> str:
        """About how many different values there are, or exactly: an aggregate; nulls are not counted."""
        ...

    def epoch_ms(self, column: str) -> str:
        """A time column as whole milliseconds since 1970 UTC (64 bit). Times without a zone are UTC."""
        ...

    def reached(self, column: str, at_ms: int) -> str:
        """Whether a time column is at a moment (ms since 1970 UTC) or later: `epoch_ms` compared with it, written so that the engine can
        pass by what lies elsewhere where it knows how. Null stays null."""
        ...

    def matches(self, expression: str, pattern: str) -> str:
        """Whether an RE2 pattern is found somewhere in a text. Patterns keep to what RE2 and Java read alike.
        `$` is not: Java finds it before a last line break too."""
        ...

    def whole_quotient(self, expression: str, divisor: int) -> str:
        """Whole-number division, rounded down, as a 64-bit integer."""
        ...

    def lot(self, expressions: Sequence[str], lots: int) -> str:
        """A whole number in [0, lots) that depends on nothing but the values: the same row has the same lot on every
        engine, whatever its place, and lots are about equally full. Expressions are whole numbers or texts."""
        ...


@dataclass(frozen=True)
class Provenance:
    """What a relation was read from, for the report: where, how many files and bytes, what was said of rows that could
    not be read as they are (reason → count), and which columns of times are `zoneless`: they say no zone, and are read as UTC."""

    source: str
    files: int = 0
    size_bytes: int = 0
    set_aside: Mapping[str, int] | None = None
    zoneless: tuple[str, ...] = ()


class Relation(Protocol):
    """A table of traces. `columns` keeps the table's order."""

    @property
    def columns(self) -> Mapping[str, ColumnType]:
        """Name → type of every column."""
        ...

    @property
    def dialect(self) -> Dialect:
        """How to write SQL for it."""
        ...

    @property
    def provenance(self) -> Provenance:
        """Where it comes from."""
        ...

    @property
    def asked(self) -> Sequence[str]:
        """Columns that statements have named so far, in the table's order: what was read."""
        ...

    @property
    def any_thread(self) -> bool:
        """Whether another thread than the one that opened it may ask, one at a time: what can wait is then asked beside other work."""
        ...

    def interrupt(self) -> None:
        """End what another thread asks just now, which gets a KeyboardInterrupt. Nothing happens where only one thread may ask."""
        ...

    def ask(self, sql: str, reads: Sequence[str]) -> Answer:
        """Run one SELECT over `traces`; `reads` are the columns that it names. Raises QueryError for SQL that the engine
        refuses, KeyError for a column that is not there."""
        ...
