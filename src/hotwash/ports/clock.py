"""Wall time, the only clock outside the engine."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Whole milliseconds that never go back. Drill time is computed from these by `kernel.clock`."""

    def now(self) -> int:
        """Wall time in ms since the Unix epoch, or since the clock was made, for a manual one."""
        ...

    def wait_until(self, wall_ms: int) -> None:
        """Return when `now()` has reached `wall_ms`; at once if it has already."""
        ...
