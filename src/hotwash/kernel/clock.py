"""The two clocks. Drill time is a piecewise linear, whole-number function of wall time.

Every deadline, cadence, rule and inject counts drill time; wall time is only ever mapped to it here. Pausing for
thirty minutes therefore moves every later deadline by thirty minutes of wall time and by nothing in drill time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SECOND = 1_000
MINUTE = 60_000


@dataclass(frozen=True)
class DrillClock:
    """Drill time `drill_ms` was reached at wall time `wall_ms`; since then it runs at `num/den`, or not at all."""

    wall_ms: int = 0
    drill_ms: int = 0
    num: int = 1
    den: int = 1
    running: bool = False

    def at(self, wall_ms: int) -> int:
        """Drill time in ms at a wall time. Raises ValueError for a wall time before the last change."""
        if wall_ms < self.wall_ms:
            raise ValueError(f"wall time {wall_ms} lies before the clock's last change at {self.wall_ms}")
        if not self.running:
            return self.drill_ms
        return self.drill_ms + (wall_ms - self.wall_ms) * self.num // self.den

    def wall_for(self, drill_ms: int) -> int | None:
        """The earliest wall time at which drill time reaches `drill_ms`, or None while the clock stands still."""
        if drill_ms <= self.drill_ms:
            return self.wall_ms
        if not self.running:
            return None
        return self.wall_ms - (-(drill_ms - self.drill_ms) * self.den // self.num)

    def start(self, wall_ms: int) -> DrillClock:
        """Let drill time run from here."""
        return replace(self._anchored(wall_ms), running=True)

    def pause(self, wall_ms: int) -> DrillClock:
        """Freeze drill time; pausing twice changes nothing."""
        return replace(self._anchored(wall_ms), running=False)

    def speed(self, wall_ms: int, num: int, den: int = 1) -> DrillClock:
        """Run at `num/den` times wall time from here; a paused clock stays paused and keeps the speed for later."""
        if num <= 0 or den <= 0:
            raise ValueError("speed is a ratio of two whole numbers above zero; to stop the clock, pause it")
        return replace(self._anchored(wall_ms), num=num, den=den)

    def jump(self, wall_ms: int, to_drill_ms: int) -> DrillClock:
        """Move drill time forward at once. Raises ValueError for a jump back: what was played stays played."""
        here = self._anchored(wall_ms)
        if to_drill_ms < here.drill_ms:
            raise ValueError(f"drill time cannot go back from {here.drill_ms} to {to_drill_ms} ms")
        return replace(here, drill_ms=to_drill_ms)

    def _anchored(self, wall_ms: int) -> DrillClock:
        return replace(self, wall_ms=wall_ms, drill_ms=self.at(wall_ms))


def stamp(drill_ms: int) -> str:
    """Drill time as people say it: T+07:30, T+1:02:05."""
    seconds = drill_ms // SECOND
    hours, rest = divmod(seconds, 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"T+{hours}:{clock}" if hours else f"T+{clock}"
