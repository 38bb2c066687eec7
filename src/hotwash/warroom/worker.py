"""A thread that works in order, and crosses to the event loop once for each piece of work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[Callable[[], Any], "asyncio.Future[Any] | None"]


class Worker:
    """Made on the event loop, which it serves. An executor of the standard library does the same with two futures for a piece of
    work and a wake-up of the loop for each message beside the answer; at twenty commands a second that is a tenth of all work."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._calls: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[], T]) -> T:
        """Have something done, and wait for what comes of it. It is done even if nobody waits any more."""
        answer: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((work, answer))
        return await answer

    def post(self, work: Callable[[], None]) -> None:
        """Have something done that raises nothing, and wait for nothing."""
        self._jobs.put((work, None))

    def then(self, call: Callable[..., object], *args: Any) -> None:
        """On the thread: have this called on the event loop after the present piece of work, before its answer is given."""
        self._calls.append((call, args))

    def stop(self) -> None:
        """Drop what waits, and wait for what is being done."""
        with suppress(Empty):
            while (job := self._jobs.get_nowait()) is not None:
                if job[1] is not None:
                    job[1].cancel()
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, answer = job
            found: Any = None
            failed: BaseException | None = None
            try:
                found = work()
            except BaseException as raised:  # noqa: BLE001 whoever waits for the answer gets it
                failed = raised
            calls, self._calls = self._calls, []
            if calls or answer is not None:
                self._loop.call_soon_threadsafe(_cross, calls, answer, found, failed)
            del job, work, answer, found, failed


def _cross(
    calls: list[tuple[Callable[..., object], tuple[Any, ...]]],
    answer: asyncio.Future[Any] | None,
    found: Any,
    failed: BaseException | None,
) -> None:
    try:
        for call, args in calls:
            call(*args)
    finally:
        if answer is not None and not answer.done():
            if failed is None:
                answer.set_result(found)
            else:
                answer.set_exception(failed)
