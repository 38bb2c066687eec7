"""A clock for watching: it jumps like a manual clock, but takes real time over it."""

from __future__ import annotations

import time


class PacedClock:
    """Implements `ports.clock.Clock`. A wait of n ms takes n / `speed` ms; what is recorded stays reproducible."""

    def __init__(self, start: int, speed: float) -> None:
        if speed <= 0:
            raise ValueError("speed is a number above zero")
        self._now, self._speed = start, speed

    def now(self) -> int:
        """Wall time of the drill, in ms."""
        return self._now

    def wait_until(self, wall_ms: int) -> None:
        """Take the scaled time, then be there."""
        if wall_ms > self._now:
            time.sleep((wall_ms - self._now) / 1000 / self._speed)
            self._now = wall_ms
