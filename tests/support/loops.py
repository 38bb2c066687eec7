"""Event loops of several owners in one thread."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_running_loop() -> Iterator[None]:
    """Code in the block may start an event loop of its own, as in a thread in which none runs.

    Playwright's blocking interface suspends its loop between two calls and leaves it marked as running for as long as its browser
    lives. Any later `asyncio.run` in that thread is then refused, and the coroutine that was never awaited is reported in whichever
    test happens to run when it is collected. The mark is set again at the end.
    """
    theirs = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(theirs)
