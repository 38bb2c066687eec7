import pytest

from hotwash.adapters.clock_manual import ManualClock


def test_it_stands_still_until_it_is_moved():
    clock = ManualClock(5)
    assert [clock.now(), clock.now()] == [5, 5]
    clock.advance(10)
    assert clock.now() == 15
    clock.set(40)
    assert clock.now() == 40


def test_waiting_takes_no_time_and_arrives():
    clock = ManualClock()
    clock.wait_until(10**12)
    assert clock.now() == 10**12


def test_it_is_never_moved_back():
    clock = ManualClock(100)
    with pytest.raises(ValueError, match="cannot go back from 100 to 99"):
        clock.set(99)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)
