"""Questions asked ahead: what does not depend on what the search will find, while the search keeps one processor busy and the engine none.

One question at a time goes to the engine; the answers are the same whenever they are asked. An engine that answers to one thread alone
is asked nothing ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Self

from hotwash.ports.relation import Answer, Relation
from hotwash.triage.through import Through

Asked = tuple[str, Sequence[str]]
"""A statement and the columns that it reads."""

AGAIN_S = 0.02
"""How long to wait before an engine is told again."""


class Ahead(Through):
    """A relation that holds answers ready; on leaving it, what nobody asked for yet is dropped."""

    def __init__(self, inner: Relation) -> None:
        super().__init__(inner)
        self._lock = Lock()
        self._beside = ThreadPoolExecutor(1)
        self._ready: dict[str, Future[Answer]] = {}
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over = True
        self._beside.shutdown(wait=False, cancel_futures=True)
        # When somebody stopped, the engine need not come to its end; told before it began, it has not heard.
        while not self._lock.acquire(timeout=AGAIN_S):
            self._inner.interrupt()
        self._lock.release()
        self._beside.shutdown()

    def prepare(self, questions: Iterable[Asked]) -> None:
        """Ask these, in this order, beside whatever else is done; nothing where the engine answers to one thread alone."""
        for sql, reads in questions if self.any_thread else ():
            self._ready[sql] = self._beside.submit(self._one, sql, reads)

    def knows(self, sql: str) -> bool:
        """Whether a statement was prepared and not asked yet."""
        return sql in self._ready

    def ask(self, sql: str, reads: Sequence[str]) -> Answer:
        ready = self._ready.pop(sql, None)  # handed over and not kept: a draw is large
        return self._one(sql, reads) if ready is None else ready.result()

    def _one(self, sql: str, reads: Sequence[str]) -> Answer:
        with self._lock:
            if self._over:
                raise CancelledError
            return self._inner.ask(sql, reads)


def knows(relation: Relation, sql: str) -> bool:
    """Whether a relation has the answer to a statement ready, or soon."""
    return isinstance(relation, Ahead) and relation.knows(sql)
