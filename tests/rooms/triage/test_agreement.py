"""Agreement against examples that were published with their results, or that can be counted by hand."""

import math

import pytest

from hotwash.triage.agreement import cohen, krippendorff


def table(**counts):
    return [pair for pair, count in counts.items() for pair in [tuple(pair)] * count]


def test_kappa_of_two_readers_of_fifty_applications():
    # 50 proposals, 20 both yes, 15 both no: 0.70 seen, 0.50 expected (0.5 * 0.6 + 0.5 * 0.4), so 0.2 / 0.5.
    found = cohen(table(yy=20, yn=5, ny=10, nn=15))
    assert found.value == pytest.approx(0.4)
    # by hand: on-diagonal 0.4 (0.5 - 1.1 * 0.3)^2 + 0.3 (0.5 - 0.9 * 0.3)^2 = 0.02743; off 0.09 (0.1 * 1.1^2 + 0.2 * 0.9^2);
    # less (0.35 - 1 + 0.7)^2 = 0.0025; over 50 * 0.5^4
    off = 0.09 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2)
    error = math.sqrt((0.4 * 0.17**2 + 0.3 * 0.23**2 + off - 0.05**2) / (50 * 0.5**4))
    assert found.high - found.value == pytest.approx(1.959964 * error, rel=1e-6)
    assert found.low == pytest.approx(found.value - 1.959964 * error, rel=1e-6)


def test_kappa_is_one_for_the_same_and_below_zero_for_the_contrary():
    assert cohen(table(aa=4, bb=6)).value == 1
    assert cohen(table(ab=5, ba=5)).value == pytest.approx(-1)


@pytest.mark.parametrize(("n", "low"), [(2, -0.683), (4, -0.205), (40, 0.824)])
def test_full_agreement_on_few_cases_is_not_certain(n, low):
    # Clopper and Pearson's lower bound for n of n is 0.025 ** (1 / n), over a chance of one half
    found = cohen(table(aa=n // 2, bb=n // 2))
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(low, abs=0.001) == 1 - (1 - 0.025 ** (1 / n)) / 0.5
    assert krippendorff(table(aa=n, bb=n)).low < 1


def test_one_case_that_was_read_differently_says_next_to_nothing():
    found = cohen(table(ab=1))
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(0.975)


@pytest.mark.parametrize("pairs", [[], table(aa=9)])
def test_without_difference_to_explain_there_is_no_coefficient(pairs):
    for found in (cohen(pairs), krippendorff(pairs)):
        assert math.isnan(found.value)
        assert (found.low, found.high) == (-1, 1)


def test_alpha_of_two_observers_and_ten_units_is_the_published_one():
    # Krippendorff 2011, example A: binary data, two observers, no missing data: 0.095
    first, second = "0100000010", "1110010000"
    assert krippendorff(list(zip(first, second, strict=True))).value == pytest.approx(0.095, abs=0.0005)


def test_alpha_of_four_observers_with_missing_data_is_the_published_one():
    # Krippendorff 2011, example C: nominal data, any number of observers, missing data: 0.743
    observers = [
        "1233214 12...".replace(" ", ""),
        "123322412 5.3".replace(" ", ""),
        ".33323422 51.".replace(" ", ""),
        "123324412 51.".replace(" ", ""),
    ]
    units = [[one for one in unit if one != "."] for unit in zip(*observers, strict=True)]
    found = krippendorff(units)
    assert found.value == pytest.approx(0.743, abs=0.0005)
    assert found.units == 11
    assert found.low < found.value < found.high


def test_more_cases_make_the_interval_narrower():
    few, many = (krippendorff(table(aa=8, ab=2, ba=2, bb=8) * times) for times in (1, 10))
    assert many.high - many.low < (few.high - few.low) / 2
