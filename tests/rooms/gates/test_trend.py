"""Whether a gate slides: the exact test against a count by hand, and what is and is not called sliding."""

from itertools import product
from math import comb

import pytest

from hotwash.gates.decide import earlier
from hotwash.gates.trend import flips, rising_p, trend
from tests.rooms.gates.suites import suite


def run(failed: int, cases: int = 60, unknown: int = 0):
    return {f"c{n}": "failed" if n < failed else "unknown" if n < failed + unknown else "held" for n in range(cases)}


@pytest.mark.parametrize(
    "counts", [[(0, 4), (1, 5), (3, 6)], [(2, 3), (0, 3), (1, 3), (2, 4)], [(3, 5), (1, 5), (0, 5)]]
)
def test_the_p_of_no_rise_is_the_share_of_arrangements_as_late_or_later(counts):
    total = sum(failed for failed, _ in counts)
    seen = sum(place * failed for place, (failed, _) in enumerate(counts))
    late = every = 0
    for placed in product(*(range(asked + 1) for _, asked in counts)):
        if sum(placed) != total:
            continue
        ways = 1
        for here, (_, asked) in zip(placed, counts, strict=True):
            ways *= comb(asked, here)
        every += ways
        late += ways * (sum(place * here for place, here in enumerate(placed)) >= seen)
    assert rising_p(counts) == pytest.approx(late / every)


def test_nothing_is_said_of_a_direction_before_the_third_run():
    assert trend(run(0), []) is None
    assert not trend(run(30), [run(0)]).sliding


def test_a_rise_is_sliding_and_a_level_or_a_fall_is_not():
    assert trend(run(5), [run(0), run(1), run(2)]).sliding
    assert trend(run(20), [run(0), run(0)]).sliding
    assert not trend(run(2), [run(2), run(2), run(2)]).sliding
    assert not trend(run(0), [run(5), run(3), run(1)]).sliding
    assert not trend(run(1), [run(0), run(0), run(0)]).sliding, "one case may be chance"


def test_what_is_unknown_now_is_no_slide():
    found = trend(run(0, unknown=30), [run(0), run(0)])
    assert (found.change, found.sliding) == (0.0, False)


def test_a_case_flips_where_its_trials_disagree_and_unknown_ones_do_not_count():
    asked = suite(trials=3)
    assert flips(asked, {"c0": 1, "c1": 3, "c2": 1}, {"c2": 2}) == ("c0",)


def test_runs_that_could_not_go_out_and_runs_of_another_suite_are_no_yardstick():
    rows = [{"gates": {"g": {"suite": suite_id, "outcome": outcome, "cases": run(n)}}} for n, (suite_id, outcome) in enumerate(
        [("a", "pass"), ("a", "blocked"), ("b", "pass"), ("a", "warning"), ("a", "not_enough"), ("a", "overridden")])]  # fmt: skip
    assert earlier(rows, "g", "a", 10) == [run(0), run(3), run(5)]
    assert earlier(rows, "g", "a", 2) == [run(3), run(5)]
