"""Drill time by example; tests/properties/test_clock.py has the rest."""

import pytest

from hotwash.kernel.clock import MINUTE, SECOND, DrillClock, stamp

RUNNING = DrillClock().start(1_000)


def test_a_new_clock_stands_still():
    assert DrillClock().at(10**12) == 0
    assert DrillClock().wall_for(1) is None


def test_a_started_clock_runs_at_wall_speed():
    assert RUNNING.at(1_000 + 90 * SECOND) == 90 * SECOND
    assert RUNNING.wall_for(90 * SECOND) == 1_000 + 90 * SECOND


def test_pausing_half_an_hour_moves_a_deadline_by_half_an_hour_and_drill_time_by_nothing():
    deadline = 45 * MINUTE
    paused = RUNNING.pause(10 * MINUTE)
    resumed = paused.start(40 * MINUTE)
    assert paused.wall_for(deadline) is None
    assert resumed.at(40 * MINUTE) == RUNNING.at(10 * MINUTE)
    assert resumed.wall_for(deadline) == RUNNING.wall_for(deadline) + 30 * MINUTE


def test_an_inject_triggered_after_a_pause_is_due_at_the_moment_of_the_trigger():
    resumed = RUNNING.pause(10 * MINUTE).start(40 * MINUTE)
    now = 41 * MINUTE
    assert resumed.wall_for(resumed.at(now)) == now


def test_speed_is_a_ratio_and_loses_nothing_over_pauses():
    clock = DrillClock().speed(0, 1, 3).start(0)
    for wall in range(1, 3_001, 2):
        clock = clock.pause(wall).start(wall)
    assert clock.at(3_000) == 1_000


def test_setting_the_same_speed_again_loses_nothing():
    clock = DrillClock().speed(0, 1, 3).start(0)
    for wall in range(1, 3_001):
        clock = clock.speed(wall, 2, 6).speed(wall, 1, 3)
    assert clock.at(3_000) == 1_000


def test_a_paused_clock_keeps_its_speed_for_later():
    clock = RUNNING.pause(2_000).speed(3_000, 10)
    assert clock.at(9_000) == 1_000
    assert clock.start(9_000).at(9_100) == 2_000


def test_a_jump_goes_forward_and_never_back():
    jumped = RUNNING.jump(2_000, 30 * MINUTE)
    assert jumped.at(2_000) == 30 * MINUTE
    assert jumped.at(3_000) == 30 * MINUTE + SECOND
    assert jumped.wall_for(10 * MINUTE) == 2_000
    with pytest.raises(ValueError, match="cannot go back from 1800000 to 1799999 ms"):
        jumped.jump(2_000, 30 * MINUTE - 1)


def test_pausing_or_starting_twice_changes_nothing():
    paused = RUNNING.pause(2_000)
    assert paused.pause(3_000) == paused
    assert RUNNING.start(5_000) == RUNNING


@pytest.mark.parametrize("change", ["start", "pause"])
def test_nothing_is_changed_in_the_past(change: str):
    with pytest.raises(ValueError, match="lies before the clock's last change"):
        getattr(RUNNING, change)(999)
    with pytest.raises(ValueError, match="lies before the clock's last change"):
        RUNNING.at(999)


@pytest.mark.parametrize("ratio", [(0, 1), (-1, 1), (1, 0), (1, -2)])
def test_a_speed_that_is_no_speed_is_refused(ratio: tuple[int, int]):
    with pytest.raises(ValueError, match="to stop the clock, pause it"):
        RUNNING.speed(2_000, *ratio)


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "T+00:00"), (450_999, "T+07:30"), (3_599_999, "T+59:59"), (3_725_000, "T+1:02:05")]
)
def test_drill_time_is_said_as_people_say_it(ms: int, said: str):
    assert stamp(ms) == said
