"""What many rows say: shares with intervals, pairs on the same traffic, and the same whatever the order."""

import random
from dataclasses import replace

import pytest

from hotwash.aftermath.html import to_html
from hotwash.aftermath.rehearsal.pages import answers_body, rehearsal_report
from hotwash.aftermath.rehearsal.rows import AlertRow, BoutRow, DrillRow, DutyRow, WaitRow, from_json, to_json
from hotwash.aftermath.rehearsal.sums import answers
from hotwash.kit.schema.rehearsal import RehearsalPlan, Team, Variation

PLAN = RehearsalPlan(
    scenarios=["leak"], seeds=4, teams=[Team(id="day"), Team(id="night", missing=["legal"])],
    variations=[Variation(id="reviewer", reviewers=1)],
)  # fmt: skip


def drill(team="day", total=80.0, contained=30.0, missed=False, waited=5.0, answered=True):
    return DrillRow(
        team, total, 0.8, harm=100.0, collateral=10.0, detected_min=20.0, contained_min=contained, ended_min=60.0,
        duties=(DutyRow("rule", "duty", "ic", met=not missed, left_min=0.0 if missed else 4.0),),
        waits=(WaitRow("legal", "draft", waited, answered), WaitRow("ic", "lever", 1.0, True)),
    )  # fmt: skip


def bout(number, variation="", drills=(), fired=18):
    alerts = (AlertRow("spike", "", "", 14, 1.0, 1.0), AlertRow("spike", "group", "D", fired, 0.05, 0.9))
    return BoutRow("leak", number, 100 + number, variation, 12.0, alerts, tuple(drills))


ROWS = [
    *(bout(n, drills=[drill(total=70.0 + 10 * n), drill("night", missed=n < 4, contained=None, answered=False, waited=20.0)],
           fired=None) for n in range(1, 5)),
    *(bout(n, "reviewer", [drill(total=73.0 + 10 * n), drill("night", contained=40.0)]) for n in range(1, 5)),
]  # fmt: skip


def test_a_threshold_that_never_fires_for_a_small_part_comes_first():
    first, second = answers(ROWS).alerts
    assert (first.alert, first.dim, first.value, first.fired.found, first.fired.asked) == ("spike", "group", "D", 0, 4)
    assert first.fired.high == pytest.approx(0.4899, abs=1e-4), "four seeds do not say never"
    assert (second.dim, second.fired.found, second.after_median_min) == ("", 4, 2.0)


def test_a_duty_is_late_in_a_share_of_the_drills_of_a_team():
    night, day = answers(ROWS).duties
    assert (night.team, night.missed.found, night.missed.asked, night.left_median_min) == ("night", 3, 4, 4.0)
    assert (day.team, day.missed.found) == ("day", 0)


def test_the_seat_that_is_waited_for_longest_comes_first():
    first = answers(ROWS).waits[0]
    assert (first.seat, first.team, first.minutes.mean, first.unanswered.share) == ("legal", "night", 20.0, 1.0)
    assert (first.levers, first.drafts) == (0.0, 20.0)


def test_a_variation_is_compared_drill_by_drill():
    day, night = answers(ROWS).trials
    assert (day.total.mean, day.total.low, day.total.high) == (3.0, 3.0, 3.0), (
        "scores spread by 30 points, pairs by none"
    )
    assert night.contained_min.mean == 40.0 - 60.0, "what was not contained counts until ENDEX"
    assert night.waited_min.mean == -15.0


def test_teams_are_compared_with_the_first_on_the_same_seeds():
    day, night = answers(ROWS).teams
    assert day.against is None
    assert night.against is not None
    assert night.against.mean == pytest.approx(80.0 - 95.0)
    assert (night.contained.found, night.contained.asked, day.contained_median_min) == (0, 4, 30.0)


def test_the_order_of_the_rows_does_not_matter():
    mixed = list(ROWS)
    random.Random(4).shuffle(mixed)
    assert answers(mixed) == answers(ROWS)
    assert answers_body(PLAN, mixed, "kit 1") == answers_body(PLAN, ROWS, "kit 1")


def test_without_a_drill_there_is_no_answer():
    with pytest.raises(ValueError, match="without a drill"):
        answers([])


def test_a_row_survives_its_journal():
    assert from_json(to_json(ROWS[0])) == ROWS[0]
    with pytest.raises(ValueError, match="onset_min"):
        from_json({**to_json(ROWS[0]), "onset_min": "soon"})


def test_the_report_names_what_it_found_and_is_marked():
    page = to_html(rehearsal_report(PLAN, ROWS, "base 1"))
    for said in ("EXERCISE", "blind here", "group D", "0% (0% to 49%)", "reviewer", "+3.0 (+3.0 to +3.0)", "<svg"):
        assert said in page
    quiet = [replace(one, alerts=(), drills=tuple(replace(d, waits=()) for d in one.drills)) for one in ROWS]
    assert "nobody" in to_html(rehearsal_report(PLAN, quiet, "base 1"))
