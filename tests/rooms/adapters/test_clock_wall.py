import time

import pytest

from hotwash.adapters.clock_wall import LONGEST_NAP_S, WallClock


class Machine:
    """The machine's clock, which somebody may set, and its sleep."""

    def __init__(self, ms: int) -> None:
        self.ms, self.naps = ms, list[float]()

    def source(self) -> int:
        return self.ms * 1_000_000 + 999_999

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.ms += round(seconds * 1000)


@pytest.fixture
def machine() -> Machine:
    return Machine(1_000_000)


@pytest.fixture
def clock(machine: Machine) -> WallClock:
    return WallClock(source=machine.source, sleep=machine.sleep)


def test_it_shows_the_time_in_the_room():
    clock, before = WallClock(), time.time_ns() // 1_000_000
    assert before <= clock.now() <= time.time_ns() // 1_000_000


def test_a_machine_that_is_set_back_neither_turns_it_back_nor_stops_it(machine: Machine, clock: WallClock):
    before = clock.now()
    machine.ms -= 3_600_000
    assert clock.now() == before
    machine.ms += 250
    assert clock.now() == before + 250


def test_a_machine_that_slept_is_believed(machine: Machine, clock: WallClock):
    before = clock.now()
    machine.ms += 3_600_000
    assert clock.now() == before + 3_600_000


def test_a_resumed_log_is_never_in_the_future(machine: Machine):
    clock = WallClock(machine.ms + 5_000, source=machine.source)
    assert clock.now() == machine.ms + 5_000
    machine.ms += 10
    assert clock.now() == machine.ms + 5_000


def test_it_sleeps_exactly_as_long_as_needed_in_short_naps(machine: Machine, clock: WallClock):
    clock.wait_until(clock.now() + 1_200)
    assert machine.naps == [LONGEST_NAP_S, LONGEST_NAP_S, pytest.approx(0.2)]


def test_it_does_not_sleep_for_what_has_passed(machine: Machine, clock: WallClock):
    clock.wait_until(clock.now())
    assert machine.naps == []


def test_a_machine_that_is_set_back_during_a_wait_does_not_lengthen_it(machine: Machine):
    def sleep(seconds: float) -> None:
        machine.sleep(seconds)
        if len(machine.naps) == 2:
            machine.ms -= 3_600_000

    clock = WallClock(source=machine.source, sleep=sleep)
    clock.wait_until(clock.now() + 2_000)
    assert sum(machine.naps) <= 2.0 + LONGEST_NAP_S
