"""Pairs: against published figures, against all outcomes counted out, and against what must always hold."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from hotwash.triage.pairs import Pairs, mcnemar, paired_difference
from hotwash.triage.stats import clean_needed, promise, stand, vouched

COUNTS = st.integers(0, 60)
PAIRS = st.builds(Pairs, COUNTS, COUNTS, COUNTS, COUNTS)


def test_the_worked_example_of_the_paper():
    """Newcombe 1998: 36 in both, 12 and 2 in one, none in neither: 0.20, from 0.0569 to 0.3404."""
    found = paired_difference(Pairs(36, 2, 12, 0))
    assert (found.value, round(found.low, 4), round(found.high, 4)) == (pytest.approx(0.2), 0.0569, 0.3404)
    assert found.p == pytest.approx(reference.binomtest(2, 14).pvalue)


@given(PAIRS)
def test_the_interval_holds_the_value_and_turns_round_with_the_pairs(pairs):
    found = paired_difference(pairs)
    back = paired_difference(Pairs(pairs.both, pairs.only_other, pairs.only_one, pairs.neither))
    if not pairs.asked:
        assert math.isnan(found.value)
        assert (found.low, found.high, found.p) == (-1.0, 1.0, 1.0)
        return
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    assert (back.value, back.low, back.high) == pytest.approx((-found.value, -found.high, -found.low))


def test_the_interval_covers_what_it_says():
    """Every outcome of 20 pairs with its chance: coverage near 95 % over shares and correlations."""
    n = 20
    found = {
        (a, b, c): paired_difference(Pairs(a, b, c, n - a - b - c))
        for a, b, c in product(range(n + 1), repeat=3)
        if a + b + c <= n
    }
    for both, one, other in ((0.1, 0.1, 0.1), (0.5, 0.05, 0.2), (0.05, 0.02, 0.3), (0.4, 0.1, 0.1), (0.0, 0.2, 0.4)):
        rest = 1 - both - one - other
        covered = sum(
            float(reference.multinomial.pmf([a, b, c, n - a - b - c], n, [both, one, other, rest]))
            for (a, b, c), got in found.items()
            if got.low <= other - one <= got.high
        )
        assert 0.93 < covered < 0.995


@given(st.integers(0, 80), st.integers(0, 80))
def test_mcnemar_is_a_fair_coin_on_the_pairs_that_differ(one, other):
    expected = reference.binomtest(one, one + other).pvalue if one + other else 1.0
    assert mcnemar(one, other) == pytest.approx(expected)


@given(st.integers(1, 200), st.data(), st.sampled_from([0.9, 0.95, 0.99]))
def test_bounds_are_those_of_clopper_and_pearson(asked, data, level):
    found = data.draw(st.integers(0, asked))
    low = reference.binomtest(found, asked, alternative="greater").proportion_ci(level, "exact").low
    high = reference.binomtest(found, asked, alternative="less").proportion_ci(level, "exact").high
    assert vouched(found, asked, level) == pytest.approx(low, abs=1e-9)
    assert promise(found, asked, level) == pytest.approx(high, abs=1e-9)


@given(st.floats(0.001, 0.9), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_sample_that_is_needed_is_the_smallest_that_does(most, level):
    need = clean_needed(most, level)
    assert promise(0, need, level) <= most
    assert need == 1 or promise(0, need - 1, level) > most
    assert clean_needed(0.01) == 299  # the rule of three says 300


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.001, 0.5))
def test_holm_is_step_down_and_never_less_strict_than_it_should_be(p, level):
    sure = stand(p, level)
    ordered = sorted(range(len(p)), key=lambda place: p[place])
    expected, going = [False] * len(p), True
    for rank, place in enumerate(ordered):
        going = going and p[place] <= level / (len(p) - rank)
        expected[place] = going
    assert sure == expected
    assert all(p[place] <= level for place, yes in enumerate(sure) if yes)
    assert all(yes for place, yes in enumerate(sure) if p[place] <= level / max(1, len(p)))
