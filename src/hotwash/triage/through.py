"""A relation seen through something that answers in its own way: all else is the relation's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotwash.ports.relation import Answer, ColumnType, Dialect, Provenance, Relation


class Through:
    """Hands everything on. Implements `ports.relation.Relation`."""

    def __init__(self, inner: Relation) -> None:
        self._inner = inner

    @property
    def columns(self) -> Mapping[str, ColumnType]:
        return self._inner.columns

    @property
    def dialect(self) -> Dialect:
        return self._inner.dialect

    @property
    def provenance(self) -> Provenance:
        return self._inner.provenance

    @property
    def asked(self) -> Sequence[str]:
        return self._inner.asked

    @property
    def any_thread(self) -> bool:
        return self._inner.any_thread

    def interrupt(self) -> None:
        self._inner.interrupt()

    def ask(self, sql: str, reads: Sequence[str]) -> Answer:
        return self._inner.ask(sql, reads)
