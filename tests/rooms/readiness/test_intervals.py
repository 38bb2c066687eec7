"""Intervals for few drills."""

import math

import numpy as np
import pytest

from hotwash.readiness.intervals import median_of, part_of


@pytest.mark.parametrize(
    ("n", "k", "covers"),
    # Order statistics for a 95 % interval of the median, as printed in tables (for example Conover, Practical Nonparametric Statistics, table A3).
    [
        (6, 1, 0.96875),
        (7, 1, 0.984375),
        (8, 1, 0.9921875),
        (9, 2, 0.9609375),
        (10, 2, 0.978515625),
        (15, 4, 0.96484375),
        (20, 6, 0.958610535),
    ],
)
def test_the_interval_is_the_printed_one(n, k, covers):
    found = median_of([float(one) for one in range(1, n + 1)])
    assert (found.low, found.high) == (k, n + 1 - k)
    assert found.covers == pytest.approx(covers)
    assert found.enough


@pytest.mark.parametrize(("n", "covers"), [(1, 0.0), (2, 0.5), (3, 0.75), (5, 0.9375)])
def test_few_values_say_how_little_they_cover(n, covers):
    found = median_of([float(one) for one in range(n)])
    assert found.covers == pytest.approx(covers)
    assert not found.enough
    assert (found.low, found.high) == (0, n - 1)


def test_a_time_that_never_ended_counts_as_longer_than_any():
    found = median_of([5.0, math.inf, 7.0, math.inf])
    assert found.middle == math.inf
    assert found.low == 5
    assert median_of([5.0, math.inf, 7.0]).middle == 7


def test_nothing_has_no_median():
    with pytest.raises(ValueError, match="at least one"):
        median_of([])


@pytest.mark.parametrize("n", [6, 9, 14])
def test_intervals_cover_what_they_say_for_a_skewed_distribution(n):
    g = np.random.default_rng(7)
    drawn = g.lognormal(3, 1, (3000, n))
    inside = sum(one.low <= np.exp(3) <= one.high for one in map(median_of, drawn.tolist()))
    assert inside / 3000 >= 0.945


@pytest.mark.parametrize(("found", "asked", "least"), [(4, 4, 0.47), (3, 4, 0.24), (10, 10, 0.74)])
def test_shares_have_the_bounds_that_the_kits_guide_prints(found, asked, least):
    assert part_of(found, asked).least == pytest.approx(least, abs=0.01)
    assert part_of(asked - found, asked).most == pytest.approx(1 - least, abs=0.01)
