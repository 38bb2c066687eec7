"""The two clocks over random sequences of pause, resume, speed and jump.

These are the acceptance tests of two complaints about another platform, where pausing moved injects by something else
than the pause, and triggering an inject after a pause fired it at the wrong time.
"""

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hotwash.kernel.clock import DrillClock

MS = st.integers(0, 10_000_000)
RATIO = st.tuples(st.integers(1, 500), st.integers(1, 50))


@dataclass(frozen=True)
class Step:
    """What a facilitator does, `after` ms of wall time later."""

    after: int
    what: str
    num: int = 1
    den: int = 1
    forward: int = 0

    def on(self, clock: DrillClock, wall: int) -> DrillClock:
        match self.what:
            case "pause":
                return clock.pause(wall)
            case "start":
                return clock.start(wall)
            case "speed":
                return clock.speed(wall, self.num, self.den)
            case "jump":
                return clock.jump(wall, clock.at(wall) + self.forward)
        return clock


def step(*kinds: str):
    return st.builds(
        lambda after, what, ratio, forward: Step(after, what, *ratio, forward), MS, st.sampled_from(kinds), RATIO, MS
    )


STEPS = st.lists(step("pause", "start", "speed", "jump", "look"), max_size=20)
WITHOUT_SPEED = st.lists(step("pause", "start", "jump", "look"), max_size=20)


def walk(steps, clock=None, wall=0):
    """The clock after every step, with the wall time of the step."""
    clock = clock or DrillClock()
    for one in steps:
        wall += one.after
        clock = one.on(clock, wall)
        yield wall, clock


def ended(steps, first=Step(0, "start")):
    *_, (wall, clock) = walk([first, *steps])
    return wall, clock


@given(STEPS, st.lists(MS, max_size=5))
def test_drill_time_never_goes_back(steps, looks):
    shown = [0]
    clock, wall = DrillClock(), 0
    for one in steps:
        shown += [clock.at(wall + look) for look in sorted(looks) if look <= one.after]
        wall += one.after
        shown.append(clock.at(wall))
        clock = one.on(clock, wall)
        shown.append(clock.at(wall))
    assert shown == sorted(shown)


@given(STEPS)
def test_only_a_jump_moves_drill_time_at_once(steps):
    clock, wall = DrillClock(), 0
    for one in steps:
        wall += one.after
        before, clock = clock.at(wall), one.on(clock, wall)
        assert clock.at(wall) == before + (one.forward if one.what == "jump" else 0)


@given(STEPS, RATIO, st.integers(0, 10**7), st.integers(1, 10**8))
def test_a_pause_moves_every_later_deadline_by_itself_and_drill_time_by_nothing(steps, ratio, until, pause):
    wall, clock = ended(steps, Step(0, "speed", *ratio))
    clock = clock.start(wall)
    at = wall + until
    paused = clock.pause(at)
    resumed = paused.start(at + pause)
    assert {paused.at(at), paused.at(at + pause), resumed.at(at + pause)} == {clock.at(at)}
    for ahead in (1, 2, 999, 60_000, 45 * 60_000):
        deadline = clock.at(at) + ahead
        assert paused.wall_for(deadline) is None
        assert resumed.wall_for(deadline) == clock.wall_for(deadline) + pause


@given(STEPS, STEPS, st.integers(1, 10**8))
def test_a_pause_in_the_middle_moves_the_whole_rest_of_the_drill(before, after, pause):
    """Everything a facilitator does later happens at the same drill time, `pause` later on the wall."""
    wall, clock = ended(before)
    clock = clock.start(wall)
    late = clock.pause(wall).start(wall + pause)
    straight = list(walk(after, clock, wall))
    moved = list(walk(after, late, wall + pause))
    for (here, one), (there, other) in zip(straight, moved, strict=True):
        assert there == here + pause
        assert (one.at(here), one.running) == (other.at(there), other.running)
        deadline = one.at(here) + 12_345
        expected = one.wall_for(deadline)
        assert other.wall_for(deadline) == (None if expected is None else expected + pause)


@given(STEPS, MS, MS)
def test_what_is_triggered_now_is_due_now(steps, later, lead):
    """After any history, `trigger now` is a deadline at the present drill time: it is never in the wall future."""
    wall, clock = ended(steps)
    now = wall + later
    due = clock.wall_for(clock.at(now))
    assert due is not None
    assert due <= now
    if clock.running:
        assert clock.wall_for(clock.at(now) + lead + 1) > now


@given(STEPS, st.integers(-(10**6), 10**9))
def test_a_deadline_is_reached_at_its_wall_time_and_not_a_millisecond_earlier(steps, ahead):
    _, clock = ended(steps)
    deadline = clock.drill_ms + ahead
    wall = clock.wall_for(deadline)
    if wall is None:
        assert not clock.running
        assert ahead > 0
        return
    assert clock.at(wall) >= deadline
    if wall > clock.wall_ms:
        assert clock.at(wall - 1) < deadline


@given(STEPS, MS, MS)
def test_pausing_twice_is_pausing_once(steps, first, second):
    wall, clock = ended(steps)
    once = clock.pause(wall + first)
    assert once.pause(wall + first + second) == once


@given(WITHOUT_SPEED, RATIO, MS)
def test_drill_time_is_running_time_times_speed_plus_jumps(steps, ratio, later):
    """Against exact fractions: however often a drill is paused, not a millisecond is lost."""
    clock, wall = DrillClock().speed(0, *ratio), 0
    running, exact = False, Fraction(0)
    for one in [*steps, Step(later, "look")]:
        wall += one.after
        exact += one.after * Fraction(*ratio) * running
        if one.what == "jump" and one.forward:
            exact = Fraction(int(exact) + one.forward)  # a jump lands on a whole millisecond
        clock = one.on(clock, wall)
        running = {"pause": False, "start": True}.get(one.what, running)
        assert clock.at(wall) == exact.numerator // exact.denominator


@given(STEPS, MS)
def test_a_change_of_speed_costs_less_than_a_millisecond(steps, later):
    clock, wall = DrillClock(), 0
    running, rate, exact, changes = False, Fraction(1), Fraction(0), 0
    for one in [Step(0, "start"), *steps, Step(later, "look")]:
        wall += one.after
        exact += one.after * rate * running
        if one.what == "jump" and one.forward:
            exact = clock.at(wall) + Fraction(one.forward)
            changes = 0
        clock = one.on(clock, wall)
        running = {"pause": False, "start": True}.get(one.what, running)
        if one.what == "speed":
            rate, changes = Fraction(one.num, one.den), changes + 1
        assert exact - changes - 1 < clock.at(wall) <= exact
