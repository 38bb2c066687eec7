"""The containment score: bounds, monotonicity, the worst segment, false alarms, luck."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.ports.outcome import Outcome
from hotwash.scoring.best_plan import BestPlan
from hotwash.scoring.containment import DUST, contain, false_alarm_score, regret_score, worst_segment

MINUTES = 10
amounts = st.lists(st.integers(0, 50_000), min_size=MINUTES, max_size=MINUTES)


def outcome(harm, collateral=0, segments=None, realised=None):
    harm = np.array(harm, np.int64)
    flat = np.zeros(MINUTES, np.int64)
    return Outcome(
        harm=harm if realised is None else np.array(realised, np.int64),
        expected_harm=harm,
        collateral=flat + np.int64(collateral),
        harm_from_cache=flat,
        by_segment=segments or {("tenant", "t-00"): (int(harm.sum()), collateral * MINUTES)},
        delivered={},
        near_misses=0,
        requests=1000,
        lost={},
    )


def case(team, nothing, best, *, incident=True, value=1_000_000, ended_min=8):
    return SimpleNamespace(
        team=team,
        nothing=nothing,
        best=BestPlan((), best, best.loss, 1, 3),
        traffic_value=value,
        start_min=2.0,
        ended_ms=ended_min * 60_000,
        design=SimpleNamespace(secret=SimpleNamespace(key=SimpleNamespace(incident=incident))),
    )


NOTHING, BEST = outcome([9_000] * MINUTES), outcome([9_000, 9_000] + [0] * (MINUTES - 2), collateral=100)


def test_hands_off_scores_zero_and_the_best_plan_one():
    assert regret_score(case(NOTHING, NOTHING, BEST)) == 0
    assert regret_score(case(BEST, NOTHING, BEST)) == 1


@given(amounts, st.integers(0, 5_000), st.integers(0, MINUTES - 1), st.integers(1, 5_000))
def test_less_harm_never_scores_less(harm, collateral, minute, less):
    eased = list(harm)
    eased[minute] = max(0, eased[minute] - less)
    before = regret_score(case(outcome(harm, collateral), NOTHING, BEST))
    assert regret_score(case(outcome(eased, collateral), NOTHING, BEST)) >= before


@given(amounts, st.integers(0, 50_000))
def test_the_mark_is_in_bounds_whatever_was_done(harm, collateral):
    found = contain(case(outcome(harm, collateral), NOTHING, BEST))
    assert 0 <= found.mark <= 1
    assert found.score <= 1 or outcome(harm, collateral).loss < BEST.loss


def test_switching_everything_off_is_worse_than_a_proportionate_plan():
    everything_off = outcome([9_000, 9_000] + [0] * (MINUTES - 2), collateral=6_000)
    assert regret_score(case(everything_off, NOTHING, BEST)) < regret_score(case(BEST, NOTHING, BEST)) / 2


def test_a_contained_majority_does_not_hide_a_minority_left_out():
    def split(majority, minority):
        return outcome(
            [majority + minority] + [0] * (MINUTES - 1),
            segments={("region", "eu"): (majority, 0), ("region", "apac"): (minority, 0)},
        )

    nothing, best = split(90_000, 10_000), split(0, 0)
    found = contain(case(split(0, 10_000), nothing, best))
    assert found.worst_segment.value == "apac"
    assert found.worst_segment.prevented == 0
    assert found.score == pytest.approx(0.9)
    assert found.mark == pytest.approx(0.63)


def test_a_segment_too_small_to_judge_is_not_the_worst():
    segments = {("tenant", "t-00"): (99_000, 0), ("tenant", "t-01"): (1_000, 0)}
    nothing = outcome([100_000] + [0] * (MINUTES - 1), segments=segments)
    best = outcome([0] * MINUTES, segments=dict.fromkeys(segments, (0, 0)))
    team = outcome([1_000] + [0] * (MINUTES - 1), segments={("tenant", "t-00"): (0, 0), ("tenant", "t-01"): (1_000, 0)})
    assert worst_segment(team, nothing, best).value == "t-00"


@given(st.permutations(["a", "b", "c"]))
def test_renaming_segments_changes_nothing(names):
    def named(amounts):
        return outcome(
            [sum(amounts)] + [0] * (MINUTES - 1),
            segments={("tenant", name): (amount, 0) for name, amount in zip(names, amounts, strict=True)},
        )

    found = contain(case(named([30_000, 5_000, 0]), named([60_000, 50_000, 40_000]), named([0, 0, 0])))
    assert (found.score, found.mark, found.worst_segment.prevented) == (0.7667, 0.6867, 0.5)


def test_in_a_false_alarm_hands_off_is_best_and_everything_off_is_near_zero():
    quiet = outcome([0] * MINUTES)
    value = 100_000 * MINUTES
    assert false_alarm_score(case(quiet, quiet, quiet, incident=False, value=value)) == 1
    off = Outcome(**{**vars(quiet), "collateral": np.array([0, 0] + [100_000] * 6 + [0, 0], np.int64)})
    assert false_alarm_score(case(off, quiet, quiet, incident=False, value=value)) == pytest.approx(0)


def test_no_score_is_made_of_dust():
    nothing, best = outcome([10] * MINUTES), outcome([0] * MINUTES)
    found = regret_score(case(best, nothing, best, value=1_000_000))
    assert found == pytest.approx(100 / (DUST * 1_000_000))


def test_luck_is_shown_and_not_scored():
    lucky = outcome([5_000] * MINUTES, realised=[0] * MINUTES)
    unlucky = outcome([5_000] * MINUTES, realised=[9_000] * MINUTES)
    one, other = contain(case(lucky, NOTHING, BEST)), contain(case(unlucky, NOTHING, BEST))
    assert one.score == other.score
    assert one.luck > 0 > other.luck
