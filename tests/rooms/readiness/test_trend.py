"""A trend is said only where chance would rarely look so, and like is compared with like."""

import math

import numpy as np
import pytest

from hotwash.readiness.trend import Point, trend_of


def points(values, group="a", step=30):
    return [Point(at * step, group, value) for at, value in enumerate(values)]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
def test_four_drills_of_one_scenario_can_show_nothing(n):
    assert trend_of(points([40.0 - 5 * at for at in range(n)])).direction == "cannot be told"


def test_five_that_fall_one_after_the_other_do():
    found = trend_of(points([50.0, 40.0, 30.0, 20.0, 10.0]))
    assert found.direction == "falling"
    assert found.p == pytest.approx(2 / 120)
    assert found.per_quarter == pytest.approx(-10 / 30 * 91)
    assert found.low <= found.per_quarter <= found.high


def test_kendalls_p_is_the_textbooks():
    # 1 2 4 3 5: S = 8 of 10; P(|S| >= 8) = 2 * (1 + 4) / 120.
    found = trend_of(points([1.0, 2.0, 4.0, 3.0, 5.0]))
    assert found.p == pytest.approx(10 / 120)
    assert found.direction == "no trend shown"


def test_an_easier_scenario_later_is_no_trend():
    hard, easy = points([50.0, 51.0, 49.0], "hard"), [Point(200 + at * 30, "easy", 10.0 + at % 2) for at in range(3)]
    found = trend_of([*hard, *easy])
    assert found.pairs == 6
    assert found.direction != "falling"


def test_groups_that_all_fall_are_added_up():
    found = trend_of([*points([30, 20, 10], "a"), *points([60, 50, 40], "b"), *points([9, 8, 7], "c")])
    assert found.direction == "falling"
    assert found.p == pytest.approx(2 / 6**3)


def test_never_is_longer_than_any_and_equal_to_itself():
    assert trend_of(points([math.inf, 40.0, 30.0, 20.0, 10.0])).direction == "falling"
    assert trend_of(points([math.inf] * 6)).direction == "no trend shown"


def test_many_drills_are_drawn_and_come_out_the_same_each_time():
    values = list(np.linspace(40, 10, 14))
    one, other = trend_of(points(values)), trend_of(points(values))
    assert one == other
    assert one.direction == "falling"
    assert one.p == pytest.approx(1e-4)


def test_equal_values_are_no_trend():
    assert trend_of(points([5.0] * 7)).direction == "no trend shown"


def test_order_of_the_points_does_not_matter():
    values = points([50.0, 40.0, 30.0, 20.0, 10.0])
    assert trend_of(values[::-1]) == trend_of(values)
