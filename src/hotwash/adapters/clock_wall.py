"""The time in the room."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LONGEST_NAP_S = 0.5
"""A wait is cut into naps this long, so that a step of the machine's clock is noticed in time."""


class WallClock:
    """Implements `ports.clock.Clock` on the machine's clock, in ms since the Unix epoch.

    When the machine's clock is set back, this one goes on from where it was, at the same pace: it neither goes back nor
    stands still until the machine has caught up. `not_before` is the last wall time of a log that is resumed. `source`
    gives nanoseconds since the epoch and `sleep` waits for seconds. Safe for threads.
    """

    def __init__(
        self,
        not_before: int = 0,
        *,
        source: Callable[[], int] = time.time_ns,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._last_ns, self._shift_ns = not_before * 1_000_000, 0
        self._source, self._sleep, self._lock = source, sleep, threading.Lock()

    def now(self) -> int:
        """Wall time in ms."""
        with self._lock:
            shown = self._source() + self._shift_ns
            if shown < self._last_ns:
                self._shift_ns += self._last_ns - shown
                shown = self._last_ns
            self._last_ns = shown
            return shown // 1_000_000

    def wait_until(self, wall_ms: int) -> None:
        """Sleep until `now()` has reached `wall_ms`."""
        while (missing := wall_ms - self.now()) > 0:
            self._sleep(min(missing / 1000, LONGEST_NAP_S))
