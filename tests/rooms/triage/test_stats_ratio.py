"""Intervals of ratios and of changes cover what they say."""

import numpy as np
import pytest

from hotwash.triage import stats


def drawn(n, p, trials, name):
    return [stats.rate(int(one), n) for one in np.random.default_rng((n, name)).binomial(n, p, trials)]


@pytest.mark.parametrize(("n", "p", "m", "q"), [(60, 0.1, 2000, 0.5), (300, 0.02, 900, 0.03), (40, 0.9, 40, 0.7)])
def test_the_interval_of_a_ratio_covers(n, p, m, q):
    pairs = zip(drawn(n, p, 1500, 1), drawn(m, q, 1500, 2), strict=True)
    found = [stats.ratio(one, other) for one, other in pairs]
    covered = [one.low <= p / q <= one.high for one in found if one.value is not None]
    assert np.mean(covered) >= 0.93


def test_a_ratio_of_large_counts_is_that_of_katz():
    one, other = stats.rate(4_000, 10_000), stats.rate(5_000, 10_000)
    error = np.sqrt(1 / 4_000 - 1 / 10_000 + 1 / 5_000 - 1 / 10_000)
    found = stats.ratio(one, other)
    assert found.low == pytest.approx(0.8 * np.exp(-1.96 * error), rel=2e-3)
    assert found.high == pytest.approx(0.8 * np.exp(1.96 * error), rel=2e-3)


def test_none_of_a_small_group_still_has_an_upper_end():
    found = stats.ratio(stats.rate(0, 30), stats.rate(500, 1000))
    assert (found.value, found.low) == (0, 0)
    assert 0.1 < found.high < 0.4
    assert stats.ratio(stats.rate(3, 30), stats.rate(0, 10)) == stats.Ratio(None, None, None)


def test_the_interval_of_a_change_covers_and_its_p_is_one_in_twenty():
    sizes = ((80, 0.3), (400, 0.5), (120, 0.4), (300, 0.6))
    draws = [drawn(n, p, 600, number) for number, (n, p) in enumerate(sizes)]
    covered, low_p = 0, 0
    for now, ref, before, ref_before in zip(*draws, strict=True):
        spread = stats.spread_of(now, ref, before, ref_before)
        found = stats.change(stats.difference(now, ref), stats.difference(before, ref_before), spread)
        covered += found.low <= 0 <= found.high
        low_p += found.p <= 0.05
    assert covered / 600 >= 0.93
    assert low_p / 600 == pytest.approx(0.05, abs=0.03)
