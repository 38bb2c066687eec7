"""The two clocks. Drill time is a piecewise linear, whole-number function of wall time.

Every deadline, cadence, rule and inject counts drill time; wall time is only ever mapped to it here. Pausing for
thirty minutes therefore moves every later deadline by thirty minutes of wall time and by nothing in drill time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SECOND = 1_000
MINUTE = 60_000


def drill_ms(first: str, second: str | None = None, third: str | None = None) -> int:
    """Drill time in ms from what people write after T+, split at the colons: 23 is minutes, 07:30 minutes and seconds, 1:02:05 hours,
    minutes and seconds."""
    a, b, c = int(first), int(second or 0), int(third or 0)
    return (a * 60 + b) * MINUTE + c * SECOND if third else a * MINUTE + b * SECOND


@dataclass(frozen=True)
class DrillClock:
    """Drill time `drill_ms` was reached at wall time `wall_ms`; since then it runs at `num/den`, or not at all.

    `part` is the begun millisecond of drill time, in units of 1/`den` ms, at least 0 and below `den`. Without it every
    pause at a speed other than 1 would lose a little, and deadlines would no longer move by exactly the pause.
    """

    wall_ms: int = 0
    drill_ms: int = 0
    num: int = 1
    den: int = 1
    running: bool = False
    part: int = 0

    def at(self, wall_ms: int) -> int:
        """Drill time in ms at a wall time. Raises ValueError for a wall time before the last change."""
        return self.drill_ms + self._elapsed(wall_ms) // self.den

    def wall_for(self, drill_ms: int) -> int | None:
        """The earliest wall time at which drill time reaches `drill_ms`, or None while the clock stands still."""
        if drill_ms <= self.drill_ms:
            return self.wall_ms
        if not self.running:
            return None
        missing = (drill_ms - self.drill_ms) * self.den - self.part
        return self.wall_ms - (-missing // self.num)

    def start(self, wall_ms: int) -> DrillClock:
        """Let drill time run from here; starting a running clock changes nothing."""
        here = self._anchored(wall_ms)
        return self if self.running else replace(here, running=True)

    def pause(self, wall_ms: int) -> DrillClock:
        """Freeze drill time; pausing twice changes nothing."""
        here = self._anchored(wall_ms)
        return replace(here, running=False) if self.running else self

    def speed(self, wall_ms: int, num: int, den: int = 1) -> DrillClock:
        """Run at `num/den` times wall time from here; a paused clock stays paused and keeps the speed for later.

        Raises ValueError for a ratio that is not above zero.
        """
        if num <= 0 or den <= 0:
            raise ValueError("speed is a ratio of two whole numbers above zero; to stop the clock, pause it")
        here = self._anchored(wall_ms)
        return replace(here, num=num, den=den, part=here.part * den // here.den)

    def jump(self, wall_ms: int, to_drill_ms: int) -> DrillClock:
        """Move drill time forward at once. Raises ValueError for a jump back: what was played stays played."""
        here = self._anchored(wall_ms)
        if to_drill_ms < here.drill_ms:
            raise ValueError(f"drill time cannot go back from {here.drill_ms} to {to_drill_ms} ms")
        return here if to_drill_ms == here.drill_ms else replace(here, drill_ms=to_drill_ms, part=0)

    def _elapsed(self, wall_ms: int) -> int:
        """Drill time since the last change, in units of 1/`den` ms."""
        if wall_ms < self.wall_ms:
            raise ValueError(f"wall time {wall_ms} lies before the clock's last change at {self.wall_ms}")
        return self.part + (wall_ms - self.wall_ms) * self.num if self.running else self.part

    def _anchored(self, wall_ms: int) -> DrillClock:
        whole, part = divmod(self._elapsed(wall_ms), self.den)
        return replace(self, wall_ms=wall_ms, drill_ms=self.drill_ms + whole, part=part)


def stamp(drill_ms: int) -> str:
    """Drill time as people say it: T+07:30, T+1:02:05."""
    seconds = drill_ms // SECOND
    hours, rest = divmod(seconds, 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"T+{hours}:{clock}" if hours else f"T+{clock}"
