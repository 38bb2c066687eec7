"""The whole triage on a planted incident: what is named is right, once, and counted over all rows."""

import numpy as np
import pytest

from tests.support.triaged import WHERE, planted, triaged

pytestmark = pytest.mark.slow


def test_what_is_named_is_counted_exactly_over_all_rows():
    triage, _ = triaged()
    data, _ = planted()
    one = triage.main.segments[0]
    at_ms = data["at"].astype("datetime64[ms]").astype(np.int64)
    inside = np.logical_and.reduce([np.isin(data[dim], values) for dim, values in one.scope.dims])
    during = (at_ms >= one.window.from_ms) & (at_ms < one.window.to_ms)
    leaked = data["dlp_verdict"] == "hit"
    asked = np.array([value is not None for value in data["dlp_verdict"]])
    for rate, where in (
        (one.rate, inside & during),
        (one.usual, inside & ~during),
        (one.complement, ~inside & during),
        (one.complement_usual, ~inside & ~during),
    ):
        assert rate.asked == (asked & where).sum()
        assert rate.found == (leaked & where).sum()
    assert triage.inside.found["leaks"].sum() == (leaked & inside).sum()
    assert one.excess.found == (leaked & inside & during).sum()


def test_one_thing_has_one_name():
    triage, _ = triaged()
    names = [one.scope.to_json() for one in triage.main.segments]
    assert names == [{name: [value] for name, value in WHERE}]
