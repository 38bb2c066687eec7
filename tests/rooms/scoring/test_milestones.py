"""Milestones are about the incident that was, in an order that can have happened."""

import pytest

from hotwash.drill import events as e
from hotwash.scoring.milestones import detected, milestones, privacy_told, time_metrics
from tests.rooms.scoring.cases import FALSE_ALARM, LEAK, case, knows, pulled, said, stood_down, verdict

OPENED = e.IncidentOpened.model_validate({"title": "t", "observation": "o"})
UPDATE = e.UpdatePublished.model_validate(
    {"draft": "d", "template": "update-executive", "variant": "executive", "text": "t", "external": False,
     "approved_by": (), "problems": (), "next_due_ms": None}
)  # fmt: skip
NO_DUTY = e.NoDutyRecorded.model_validate(
    {"obligation": "gdpr-authority", "reason": "Nothing triggers it, as we read."}
)


def test_what_was_done_about_a_false_alarm_is_not_counted_for_the_incident_after_it():
    reached = milestones(
        case(
            LEAK,
            (12.5, "tech", verdict("spurious", "guardrail-spike")),
            (14.5, "ic", stood_down()),
            (16.0, "control", knows("personal_data_exposed")),
            (17.0, "privacy", NO_DUTY),
            (17.5, "comms", UPDATE),
            (19.0, "tech", verdict("confirmed")),
            (20.0, "ic", OPENED),
            (22.0, "ic", said("privacy", "legal")),
            (24.0, "comms", UPDATE),
        )
    )
    assert {name: reached[name] for name in ("detected", "validated", "opened", "privacy_told", "first_update")} == {
        "detected": 19.0, "validated": 19.0, "opened": 20.0, "privacy_told": 22.0, "first_update": 24.0,
    }  # fmt: skip
    assert reached["stood_down"] is None


def test_an_incident_that_stays_stood_down_says_so():
    reached = milestones(case(LEAK, (18.0, "tech", verdict("spurious")), (20.0, "ic", stood_down())))
    assert reached["stood_down"] == 20.0
    assert reached["detected"] is None


def test_nothing_is_detected_before_it_began():
    noise = (8.0, "tech", verdict("unclear", "guardrail-spike"))
    assert detected(case(LEAK, noise)) is None
    assert detected(case(LEAK, noise, (19.0, "tech", verdict("confirmed")))) == 19.0
    assert detected(case(LEAK, noise, (9.0, "ic", OPENED))) == 12.0


def test_in_a_false_alarm_the_verdict_is_the_detection_and_the_stand_down_counts():
    reached = milestones(case(FALSE_ALARM, (15.0, "tech", verdict("spurious")), (18.0, "ic", stood_down())))
    assert (reached["detected"], reached["stood_down"], reached["onset"]) == (15.0, 18.0, None)


def test_chatter_to_the_whole_room_is_not_telling_privacy():
    known = (16.0, "control", knows("personal_data_exposed"))
    assert privacy_told(case(LEAK, known, (17.0, "tech", said("all")))) is None
    confirmed = (19.0, "tech", verdict("confirmed"))
    assert privacy_told(case(LEAK, known, (17.0, "tech", said("all")), confirmed, (19.5, "ic", said("all")))) == 19.5
    assert privacy_told(case(LEAK, known, (17.0, "tech", said("privacy")))) == 17.0


@pytest.mark.parametrize("state, at", [("recovered", 50.0), ("contained-monitoring", None)])
def test_contained_and_monitoring_is_no_recovery(state: str, at: float | None):
    closing = e.RecoveryDeclared.model_validate({"state": state, "statement": "s"})
    assert milestones(case(LEAK, (50.0, "ic", closing)))["recovered"] == at


def test_a_time_metric_with_its_ends_the_wrong_way_round_is_not_measured():
    found = case(LEAK, (5.0, "ic", OPENED), (19.0, "tech", verdict("confirmed")), (20.0, "tech", pulled()))
    reached = milestones(found)
    metrics = time_metrics(found, {**reached, "detected": 30.0, "declared": 20.0})
    assert metrics["declare"] is None
