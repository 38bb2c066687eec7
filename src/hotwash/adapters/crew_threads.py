"""Several pieces of work at once, on threads that nobody has to wait for when a run is broken off."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class ThreadCrew:
    """Implements `gates.running.Each` with a number of threads. The items are asked for by one thread at a time, and never more of
    them than there are threads are begun whose results nobody has taken: a run that is broken off loses no more than these."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __call__(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Results as they come. What a piece of work or the items raise is raised here."""
        waiting, lock, stop = iter(items), threading.Lock(), threading.Event()
        ahead = threading.Semaphore(self._size)
        done: queue.SimpleQueue[tuple[R | None, BaseException | None, bool]] = queue.SimpleQueue()

        def labour() -> None:
            try:
                while ahead.acquire() and not stop.is_set():
                    with lock:
                        item = next(waiting)
                    done.put((work(item), None, False))
            except StopIteration:
                done.put((None, None, True))
            except BaseException as wrong:  # noqa: BLE001 it is raised where the results are read
                done.put((None, wrong, True))
            else:
                done.put((None, None, True))

        for _ in range(self._size):
            threading.Thread(target=labour, daemon=True).start()
        left = self._size
        try:
            while left:
                result, wrong, last = done.get()
                if wrong is not None:
                    raise wrong
                if last:
                    left -= 1
                else:
                    yield result  # type: ignore[misc]  # a result of None is one
                    ahead.release()
        finally:
            stop.set()
            ahead.release(self._size)
