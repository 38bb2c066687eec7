"""What is counted, what is left out, what fades, what comes next."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hotwash.kit.load import load_programme
from hotwash.readiness.counts import controls, group_of, left
from hotwash.readiness.facts import TIMES, Action, IncidentFact, Papers, between
from tests.support.readied import TODAY, drill, state

PROGRAMME = load_programme()


def fast(found, time):
    return next(one for one in found.fast if one.time.id == time)


def test_drills_of_stand_ins_alone_are_left_out_and_counted_apart():
    drills = [drill(10), drill(20, people=0)]
    assert (len(state(drills).drills), state(drills).apart) == (1, 1)
    assert (len(state(drills, stand_ins=True).drills), state(drills, stand_ins=True).apart) == (2, 0)


def test_times_are_held_against_their_standard():
    drills = [drill(at, minutes={"contain": value}) for at, value in enumerate([20.0, 44.0, 46.0, math.inf])]
    found = fast(state(drills), "contain")
    assert (found.kept.found, found.kept.asked) == (2, 4)
    assert found.drills.worst == math.inf


def test_incidents_stand_beside_and_never_among_drills():
    real = IncidentFact("i1", TODAY, "Real", "drift", {"detect": 400.0})
    found = fast(state([drill(5)], (real,)), "detect")
    assert (found.drills.n, found.drills.worst) == (1, 9.0)
    assert (found.incidents.n, found.incidents.worst) == (1, 400.0)


def test_shares_count_full_marks():
    found = {one.share.measure: one.part for one in state([drill(1), drill(2, marks={"level-distance": 0.999})]).well}
    assert (found["level-distance"].found, found["level-distance"].asked) == (2, 2)
    assert (found["cadence-kept"].found, found["cadence-kept"].asked) == (0, 1)


@pytest.mark.parametrize(
    ("days", "kept"), [(None, 0.0), (0, 1.0), (90, 0.5), (180, 0.25), (364, 0.5 ** (364 / 90)), (365, 0.0)]
)
def test_confidence_halves_and_then_is_gone(days, kept):
    assert left(days, PROGRAMME) == pytest.approx(kept)


def test_controls_take_the_newest_use_and_the_least_sure_comes_first():
    found = {one.id: one for one in controls([drill(200), drill(10)], TODAY, PROGRAMME)}
    assert found["lever rollback"].days == 10
    assert found["lever queue"].last is None
    assert next(iter(found)) == "lever queue"


def test_coverage_has_every_scenario_and_card():
    found = state([drill(10, cards=("logs-missing",)), drill(40), drill(3)])
    leak = next(row for row in found.coverage if row[0].scenario == "leak")
    assert [(cell.card, cell.n) for cell in leak] == [("none", 2), ("logs-missing", 1), ("holiday-staffing", 0)]
    assert leak[0].last == TODAY - timedelta(days=3)
    assert all(cell.n == 0 for row in found.coverage for cell in row if cell.scenario != "leak")


def test_drills_with_other_cards_are_not_compared():
    assert group_of(drill(1)) != group_of(drill(1, cards=("logs-missing",)))
    assert group_of(drill(1, cards=("b", "a"))) == group_of(drill(2, cards=("a", "b")))


def test_a_mode_never_drilled_comes_before_one_that_was():
    found = state([drill(10)]).following
    assert found[0].scenario == "slide"
    assert any("never drilled" in why for _, why in found[0].reasons)
    assert found[0].points == pytest.approx(sum(points for points, _ in found[0].reasons))


def test_what_was_played_gets_the_card_that_was_longest_away():
    found = {one.scenario: one for one in state([drill(10), drill(5, cards=("holiday-staffing",))]).following}
    assert found["leak"].card == "logs-missing"
    assert found["slide"].card == "none"


def test_weak_dimensions_and_actions_that_nobody_proved_speak_for_again():
    action = Action("a1", "x", "control", "closed", None, verified=True, open=False)
    before = {one.scenario: one for one in state([drill(10, ratings={})]).following}["leak"]
    after = {one.scenario: one for one in state([drill(10, papers=Papers(actions=(action,)))]).following}["leak"]
    assert after.points == pytest.approx(before.points + 0.5 + 1.5)


def test_a_time_needs_its_beginning_and_never_ends_without_its_end():
    assert between({"a": 3.0, "b": 9.0}, "a", "b") == 6
    assert between({"a": 3.0, "b": None}, "a", "b") == math.inf
    assert between({"a": None, "b": 3.0}, "a", "b") is None
    assert between({"a": 9.0, "b": 3.0}, "a", "b") == 0


def test_every_standard_of_the_programme_is_a_time_that_is_measured():
    assert set(PROGRAMME.standards) <= {one.id for one in TIMES}


def test_the_same_day_from_the_same_drills_is_the_same_state():
    drills = [drill(10), drill(40), replace(drill(3), scenario="slide", mode="drift")]
    assert state(drills) == state(drills[::-1])
    assert state(drills).today == date(2026, 11, 28)
