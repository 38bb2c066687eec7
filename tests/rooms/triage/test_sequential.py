"""Canary sizes, and evidence that may be looked at often."""

import numpy as np
import pytest

from hotwash.triage.sequential import evidence, power, requests_needed


def outcome(rate_one, rate_other, runs, looks=80, each=250):
    """First looks at which the evidence was enough, for many canaries."""
    g = np.random.default_rng(7)
    asked = np.full(looks, each)
    firsts = []
    for _ in range(runs):
        one, other = g.binomial(each, rate_one, looks), g.binomial(each, rate_other, looks)
        firsts.append(evidence(one, asked, other, asked).first)
    return firsts


def test_looking_eighty_times_rejects_no_more_than_one_true_null_in_twenty():
    firsts = outcome(0.002, 0.002, 800)
    assert sum(one is not None for one in firsts) <= 40


def test_a_canary_three_times_as_bad_is_seen_early():
    firsts = outcome(0.002, 0.006, 100)
    seen = [one for one in firsts if one is not None]
    assert len(seen) >= 95
    assert np.median(seen) < 40


def test_a_better_canary_is_no_evidence_that_it_is_worse():
    found = evidence(np.full(20, 30), np.full(20, 1000), np.full(20, 3), np.full(20, 1000))
    assert found.first is None
    assert found.p[-1] > 0.5


def test_the_always_valid_p_never_grows_and_is_one_over_the_largest_evidence():
    found = evidence(np.array([0, 3, 0]), np.full(3, 100), np.array([9, 0, 0]), np.full(3, 100))
    assert found.p[0] == pytest.approx(1 / found.e[0])
    assert found.e[1] < found.e[0]
    assert found.p == (found.p[0],) * 3


def test_arms_of_changing_size_are_no_evidence_in_themselves():
    """A canary that grows has more events because it has more requests."""
    size = np.linspace(100, 2000, 30).astype(np.int64)
    found = evidence((2000 - size + 100) // 100, 2100 - size, size // 100, size)
    assert found.first is None


@pytest.mark.parametrize(
    ("one", "other", "target", "times", "published"),
    [(0.001, 0.003, 0.8, 1, 6_714), (0.001, 0.003, 0.9, 1, 8_900), (0.001, 0.003, 0.8, 10, 3_505)],
)
def test_requests_needed_agree_with_the_published_table(one, other, target, times, published):
    """The table's search was coarse: its numbers reach the power, and are within half a per cent of the fewest that do."""
    found = requests_needed(one, other, target, times)
    assert published * 0.995 <= found <= published
    assert power(one, other, found, times) >= target
    assert power(one, other, int(found * 0.97), times) < target


def test_power_is_the_sum_over_all_outcomes():
    """By hand, two requests an arm: Fisher's p is at most 0.2 only for 0 of 2 against 2 of 2 (p = 1/6)."""
    assert power(0.1, 0.9, 2, level=0.2) == pytest.approx(0.9**2 * 0.9**2, abs=1e-9)


def test_a_difference_that_is_none_has_no_number():
    with pytest.raises(ValueError, match="larger one"):
        requests_needed(0.2, 0.2)
