"""A clock that moves when it is told to: for tests, rehearsals and drills played as fast as they can be computed."""

from __future__ import annotations


class ManualClock:
    """Implements `ports.clock.Clock`. Waiting takes no time: it moves the clock."""

    def __init__(self, start: int = 0) -> None:
        self._now = start

    def now(self) -> int:
        """The time it was set to, in ms."""
        return self._now

    def wait_until(self, wall_ms: int) -> None:
        """Be there at once; a moment that has passed changes nothing."""
        self._now = max(self._now, wall_ms)

    def set(self, wall_ms: int) -> None:
        """Move to a time. Raises ValueError for one that has passed."""
        if wall_ms < self._now:
            raise ValueError(f"a clock cannot go back from {self._now} to {wall_ms} ms")
        self._now = wall_ms

    def advance(self, ms: int) -> None:
        """Move on by some milliseconds. Raises ValueError for fewer than none."""
        self.set(self._now + ms)
