"""Means and paired differences, against textbook numbers."""

import pytest

from hotwash.triage.means import mean_of, paired


def test_a_mean_has_students_interval():
    found = mean_of([4.0, 5.0, 6.0, 7.0, 8.0])  # s = 1.5811, t(4) = 2.7764
    assert (found.n, found.mean) == (5, 6.0)
    assert (found.low, found.high) == (pytest.approx(4.0368, abs=1e-4), pytest.approx(7.9632, abs=1e-4))
    assert found.tells


def test_one_number_has_no_interval_and_none_has_no_mean():
    assert mean_of([3.0]).low is None
    assert not mean_of([3.0]).tells
    with pytest.raises(ValueError, match="no number"):
        mean_of([])


def test_pairs_are_made_by_what_they_have_in_common():
    before = {"a": 10.0, "b": 90.0, "c": 50.0, "only before": 1.0}
    found = paired({"c": 52.0, "a": 12.0, "b": 92.0, "only tried": 9.0}, before)
    assert (found.n, found.mean, found.low, found.high) == (3, 2.0, 2.0, 2.0)
    assert found.tells
