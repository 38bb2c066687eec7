"""How long any test waits for anything: long enough that a machine with nothing to spare cannot fail a test.

A test waits for a condition, never for a time; this is only when it gives up. A sound program never takes it.
"""

import threading
import time
from collections.abc import Callable

PATIENCE_S = 90
PATIENCE_MS = PATIENCE_S * 1000


def until(true, seconds: float = PATIENCE_S, what: str = "it") -> None:
    """Wait until something is so; fail when it is not in time."""
    wait, limit = threading.Event(), time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"{what} did not happen in {seconds:.0f} s"
        wait.wait(0.02)


def at_some_pace(attempt: Callable[[float], None], seconds: float) -> None:
    """Try what is about real time with so many seconds, and with more of them while it fails.

    A busy machine makes a sound program miss a short limit; a wrong program misses every limit.
    """
    for longer in (1, 5):
        try:
            return attempt(seconds * longer)
        except AssertionError:
            continue
    return attempt(seconds * 25)
