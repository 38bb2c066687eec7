"""When it began: steps in shares and values, intervals that hold what they promise, series that people marked."""

import csv
import json

import numpy as np
import pytest

from hotwash.triage.onset import changes, onset, onset_of_values
from hotwash.triage.timeline import MINUTE, Timeline


def line(buckets):
    nothing = np.zeros(buckets, dtype=np.int64)
    return Timeline(0, MINUTE, nothing, {}, {})


def series(seed, *, begins=None, ends=None, factor=4.0, share=0.02, buckets=600, pace=25):
    made = np.random.default_rng(seed)
    asked = made.poisson(pace, buckets)
    rates = np.full(buckets, share)
    if begins is not None:
        rates[begins:ends] *= factor
    return made.binomial(asked, rates), asked


def test_a_step_is_found_with_its_shares_before_and_after():
    found, asked = series(1, begins=400)
    began = onset(found, asked, line(600))
    assert abs(began.at_ms / MINUTE - 400) <= 3
    assert began.low_ms <= 400 * MINUTE <= began.high_ms
    assert began.ended_ms is None
    assert began.before.share == pytest.approx(0.02, abs=0.005)
    assert began.after.share == pytest.approx(0.08, abs=0.015)
    assert began.p < 1e-6


def test_what_is_over_has_an_end():
    found, asked = series(2, begins=200, ends=260, factor=6)
    began = onset(found, asked, line(600))
    assert abs(began.at_ms / MINUTE - 200) <= 5
    assert abs(began.ended_ms / MINUTE - 260) <= 5


def test_intervals_hold_the_onset_as_often_as_they_say():
    places = np.random.default_rng(3).integers(100, 500, 120)
    held = 0
    for seed, place in enumerate(places):
        found, asked = series(1000 + seed, begins=int(place), factor=3)
        began = onset(found, asked, line(600))
        held += began is not None and began.low_ms <= place * MINUTE <= began.high_ms
    assert held >= 0.88 * len(places)


def test_quiet_series_have_no_onset_worth_the_name():
    false = sum((began := onset(*series(5000 + seed), line(600))) is not None and began.p < 0.05 for seed in range(120))
    assert false <= 6


@pytest.mark.parametrize("found, asked", [([0] * 50, [10] * 50), ([1] * 2, [10] * 2), ([0] * 9, [0] * 9), ([5], [9])])
def test_nothing_to_tell_is_none(found, asked):
    assert onset(np.array(found), np.array(asked), line(len(found))) is None


def test_a_share_that_falls_is_no_rise():
    found, asked = series(7, begins=300, factor=0.1, share=0.2)
    began = onset(found, asked, line(600))
    # Read backwards, the beginning of the series is the stretch that is higher; it is no step to the end.
    assert began is None or began.ended_ms is not None


def test_values_move_by_rank_whatever_their_unit():
    made = np.random.default_rng(4)
    at = np.sort(made.integers(0, 600 * MINUTE, 4000))
    values = made.lognormal(0, 2, 4000)
    values[at >= 350 * MINUTE] *= 3
    values[::50] = np.nan
    moved = onset_of_values(at, values)
    assert moved.low_ms <= 350 * MINUTE <= moved.high_ms
    assert abs(moved.at_ms / MINUTE - 350) < 15
    assert moved.after / moved.before == pytest.approx(3, rel=0.3)
    again = onset_of_values(at, values * 1000 + 7)
    assert (again.at_ms, again.low_ms, again.high_ms) == (moved.at_ms, moved.low_ms, moved.high_ms)


def test_quiet_values_do_not_move():
    made = np.random.default_rng(5)
    at = np.arange(2000) * 1000
    quiet = sum(onset_of_values(at, made.normal(size=2000)).p < 0.05 for _ in range(60))
    assert quiet <= 6
    assert onset_of_values(at, np.full(2000, 3.0)) is None
    assert onset_of_values(at[:9], np.arange(9.0)) is None


def test_levels_of_a_short_series_are_told_apart_and_noise_is_not():
    made = np.random.default_rng(6)
    steps = np.repeat([0.0, 3.0, 1.0, 4.0], 60) + made.normal(0, 0.5, 240)
    assert changes(steps) == [pytest.approx(place, abs=2) for place in (60, 120, 180)]
    assert sum(len(changes(made.normal(size=240))) for _ in range(40)) <= 2
    assert changes(np.array([1.0, 2.0])) == []
    holes = steps.copy()
    holes[::7] = np.nan
    assert len(changes(holes)) == 3


def test_real_series_change_where_people_marked_them(shared):
    folder = shared / "data" / "changepoint-series"
    marks = json.loads((folder / "run_log.annotations.json").read_text())["annotations_by_human_annotator_id"]
    with (folder / "run_log.csv").open() as file:
        pace = np.array([float(row["Pace"]) if row["Pace"] else np.nan for row in csv.DictReader(file)])
    found = changes(pace)
    # Four of five people agree on eight changes; each is met within five rows, and nothing else is claimed.
    assert len(found) == 8
    for person in ("6", "7", "8"):
        assert all(min(abs(one - mark) for one in found) <= 5 for mark in marks[person])

    marks = json.loads((folder / "uk_coal_employment.annotations.json").read_text())[
        "annotations_by_human_annotator_id"
    ]
    with (folder / "uk_coal_employment.csv").open() as file:
        jobs = np.array([float(row["Employment"]) for row in csv.DictReader(file)])
    found = changes(jobs)
    # A long decline on which people disagree: most of what each of them marked is met, and most of what is claimed somebody marked.
    anybody = {mark for marked in marks.values() for mark in marked}
    assert sum(min(abs(one - mark) for mark in anybody) <= 5 for one in found) >= 0.7 * len(found)
    for marked in (marks["6"], marks["7"], marks["9"], marks["13"]):
        assert sum(min(abs(one - mark) for one in found) <= 5 for mark in marked) >= len(marked) - 1
