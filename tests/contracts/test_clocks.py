"""The clock suite, on each clock, and on clocks that are wrong in one way each."""

import threading
import time

import pytest

from hotwash.adapters.clock_manual import ManualClock
from hotwash.adapters.clock_paced import PacedClock
from hotwash.adapters.clock_wall import WallClock
from hotwash.conformance import failures
from hotwash.conformance.clock import ClockConformance
from hotwash.ports.clock import Clock


class TestManualClock(ClockConformance):
    def make(self) -> Clock:
        return ManualClock(1_000_000)


class TestPacedClock(ClockConformance):
    def make(self) -> Clock:
        return PacedClock(1_000_000, speed=1000)


class TestWallClock(ClockConformance):
    def make(self) -> Clock:
        return WallClock()


class Fractional(ManualClock):
    def now(self):
        return time.time() * 1000


class Deaf(ManualClock):
    """Does not wait."""

    def wait_until(self, wall_ms):
        return None


class Obedient(ManualClock):
    """Goes wherever it is sent."""

    def wait_until(self, wall_ms):
        self._now = wall_ms


class Jittery(ManualClock):
    """Reads a few milliseconds off, now in one direction, now in the other."""

    def now(self):
        self._now += (7, -5)[self._now % 2]
        return self._now


class PerThread(ManualClock):
    """Goes back on every second look from a thread other than the first."""

    def now(self):
        if threading.current_thread() is not threading.main_thread():
            self._now += -1 if self._now % 2 else 1
        return self._now


@pytest.mark.parametrize(
    ("wrong", "noticed"),
    [
        (Fractional, "test_time_is_whole_milliseconds"),
        (Deaf, "test_waiting_reaches_the_moment"),
        (Obedient, "test_waiting_for_the_past_returns_at_once"),
        (Jittery, "test_time_never_goes_back"),
        (PerThread, "test_no_thread_sees_time_go_back"),
    ],
)
def test_the_suite_notices_a_clock_that_is_wrong(wrong: type, noticed: str):
    class Suite(ClockConformance):
        def make(self) -> Clock:
            return wrong(1_000_000)

    assert failures(Suite).get(noticed)
