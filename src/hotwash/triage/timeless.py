"""Traces without any time: all of them lie in one window, at moment 0, and nothing is said about when."""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.ports.relation import Dialect, Relation
from hotwash.triage.through import Through


class TimelessDialect:
    """A dialect for which every row was at moment 0. Implements `ports.relation.Dialect`."""

    def __init__(self, inner: Dialect) -> None:
        self._inner = inner

    def name(self, column: str) -> str:
        return self._inner.name(column)

    def text(self, value: str) -> str:
        return self._inner.text(value)

    def as_text(self, expression: str) -> str:
        return self._inner.as_text(expression)

    def as_number(self, expression: str) -> str:
        return self._inner.as_number(expression)

    def distinct(self, expression: str) -> str:
        return self._inner.distinct(expression)

    def epoch_ms(self, column: str) -> str:  # noqa: ARG002 the dialect's signature
        return "CAST(0 AS BIGINT)"

    def reached(self, column: str, at_ms: int) -> str:
        return f"{self.epoch_ms(column)} >= {at_ms}"

    def matches(self, expression: str, pattern: str) -> str:
        return self._inner.matches(expression, pattern)

    def whole_quotient(self, expression: str, divisor: int) -> str:
        return self._inner.whole_quotient(expression, divisor)

    def lot(self, expressions: Sequence[str], lots: int) -> str:
        return self._inner.lot(expressions, lots)


class Timeless(Through):
    """A relation seen through such a dialect."""

    def __init__(self, inner: Relation) -> None:
        super().__init__(inner)
        self._dialect = TimelessDialect(inner.dialect)

    @property
    def dialect(self) -> Dialect:
        return self._dialect
