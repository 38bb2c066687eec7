"""Obligations in a drill: clocks run from the right moment, are counted again when it changes, and keep both."""

import json
from datetime import datetime

import pytest

from hotwash.drill import commands as c
from hotwash.drill.duty_facts import incident_of, moments_of
from hotwash.drill.events import ANY_EVENT
from hotwash.drill.known import team_facts
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.clock import MINUTE
from tests.support.drills import bench


def started():
    one = bench()
    one.to(20)
    return one


def due(clock):
    return datetime.fromisoformat(clock["deadline"])


def test_a_clock_runs_from_the_moment_on_record_and_not_from_the_assessment():
    one = started()
    one.do("privacy", c.RecordMoment(moment="aware", at_ms=5 * MINUTE, reason="First trace read."))
    one.do("legal", c.AssessObligation(obligation="gdpr-authority", applies="yes", reason="People in the EU."))
    clock = one.all("obligation_clock_started")[-1]
    start = one.session.design.scenario.story_start
    assert clock["aware_ms"] == 5 * MINUTE
    assert (due(clock) - start).total_seconds() == 72 * 3600 + 5 * 60
    assert clock["deadline_ms"] == 72 * 60 * MINUTE + 5 * MINUTE
    assert datetime.fromisoformat(clock["latest"]) > due(clock)
    assert clock["counted"]


def test_a_corrected_moment_is_counted_again_and_both_stay_on_record():
    one = started()
    one.do("privacy", c.RecordMoment(moment="aware", at_ms=12 * MINUTE, reason="Second trace read."))
    one.do("legal", c.AssessObligation(obligation="gdpr-authority", applies="yes", reason="People in the EU."))
    before = one.all("obligation_clock_started")[-1]
    one.do("privacy", c.RecordMoment(moment="aware", at_ms=5 * MINUTE, reason="The first left no doubt."))
    changed = one.all("obligation_clock_changed")[-1]
    assert changed["before"] == before["deadline"]
    assert (due(before) - due(changed)).total_seconds() == 7 * 60
    assert changed["reason"] == "The first left no doubt."
    assert len(one.all("moment_recorded")) == 2
    one.do("privacy", c.RecordMoment(moment="aware", at_ms=5 * MINUTE, reason="Said again."))
    assert len(one.all("obligation_clock_changed")) == 1


@pytest.mark.parametrize("aware_ms", [None, 15 * MINUTE])
def test_awareness_recorded_for_the_whole_incident_moves_what_an_assessment_took(aware_ms):
    one = started()
    one.do(
        "legal", c.AssessObligation(obligation="contract-notice", applies="yes", reason="Clause 9.", aware_ms=aware_ms)
    )
    one.do("privacy", c.RecordMoment(moment="aware", at_ms=5 * MINUTE, reason="First trace read."))
    assert one.all("obligation_clock_changed")[-1]["deadline_ms"] == 24 * 60 * MINUTE + 5 * MINUTE


def test_a_moment_about_one_obligation_moves_no_other():
    one = started()
    for duty in ("contract-notice", "gdpr-authority"):
        one.do("legal", c.AssessObligation(obligation=duty, applies="yes", reason="It applies.", aware_ms=9 * MINUTE))
    about = c.RecordMoment(moment="aware", at_ms=MINUTE, reason="They told us.", obligation="contract-notice")
    one.do("privacy", about)
    assert [line["obligation"] for line in one.all("obligation_clock_changed")] == ["contract-notice"]


def test_what_can_be_argued_is_kept_as_earliest_and_latest():
    one = started()
    said = c.RecordMoment(
        moment="aware", at_ms=10 * MINUTE, earliest_ms=2 * MINUTE, latest_ms=18 * MINUTE, reason="Two traces."
    )
    one.do("privacy", said)
    one.do("legal", c.AssessObligation(obligation="contract-notice", applies="yes", reason="Clause 9."))
    clock = one.all("obligation_clock_started")[-1]
    assert (datetime.fromisoformat(clock["latest"]) - due(clock)).total_seconds() == 16 * 60
    assert any("can be argued" in point for point in clock["open_points"])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (dict(at_ms=21 * MINUTE), "has not happened"),
        (dict(at_ms=5 * MINUTE, earliest_ms=6 * MINUTE), "earliest and the latest"),
        (dict(at_ms=5 * MINUTE, latest_ms=30 * MINUTE), "earliest and the latest"),
        (dict(at_ms=5 * MINUTE, obligation="gdpr"), "no obligation 'gdpr'"),
        (dict(at_ms=5 * MINUTE, reason=" "), "empty"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(fields, words):
    one = started()
    with pytest.raises(RefusedError, match=words):
        one.do("privacy", c.RecordMoment(**{"moment": "aware", "reason": "x", **fields}))


def test_only_seats_with_the_right_answer_and_only_what_the_kit_asks():
    one = started()
    with pytest.raises(RefusedError):
        one.do("ml", c.AnswerQuestion(question="crossed", answer="yes", reason="Seen."))
    with pytest.raises(RefusedError, match="no question 'cros'"):
        one.do("legal", c.AnswerQuestion(question="cros", answer="yes", reason="Seen."))
    one.do("legal", c.AnswerQuestion(question="crossed", answer="unknown", reason="Not read yet."))
    one.do("privacy", c.AnswerQuestion(question="crossed", answer="yes", reason="Two tenants."))
    found = incident_of(one.session.state.journal.of, team_facts(one.session.state.journal, one.session.design, 0))
    assert (found.given["crossed"].answer, found.given["crossed"].before) == ("yes", "unknown")
    assert found.given["crossed"].who == "privacy"


def test_a_row_that_is_not_law_on_the_day_of_the_story_starts_no_clock():
    one = started()
    one.do(
        "legal", c.AssessObligation(obligation="ai-act-serious-incident", applies="yes", reason="Rights.", aware_ms=0)
    )
    one.do("privacy", c.RecordMoment(moment="aware", at_ms=MINUTE, reason="x"))
    assert one.all("obligation_clock_started") == []


def test_a_clock_waits_for_its_own_moment():
    one = started()
    one.do("legal", c.AssessObligation(obligation="us-bank-incident", applies="yes", reason="Operations are down."))
    assert one.all("obligation_clock_started") == []
    one.do("legal", c.RecordMoment(moment="determined", at_ms=18 * MINUTE, reason="The bank says so."))
    clock = one.all("obligation_clock_started")[-1]
    assert (clock["anchor"], clock["deadline_ms"]) == ("determined", (36 * 60 + 18) * MINUTE)


def test_submitting_one_stage_is_a_moment_on_record_for_the_next():
    one = started()
    one.do("legal", c.AssessObligation(obligation="contract-notice", applies="yes", reason="Clause 9.", aware_ms=0))
    one.do("legal", c.NotifyAuthority(obligation="contract-notice", recipient="them", text="EXERCISE. Notice."))
    journal = one.session.state.journal
    held = moments_of(journal.of, one.session.design.scenario.story_start).holds("submitted", "contract-notice")
    assert held is not None
    assert held.who == "legal"


def test_no_duty_stands_until_the_duty_is_assessed_to_apply_after_all():
    one = started()
    facts = team_facts(one.session.state.journal, one.session.design, 0)
    one.do("legal", c.RecordNoDuty(obligation="gdpr-authority", reason="We are the processor."))
    assert set(incident_of(one.session.state.journal.of, facts).no_duty) == {"gdpr-authority"}
    one.do("legal", c.AssessObligation(obligation="gdpr-authority", applies="yes", reason="We decide after all."))
    assert incident_of(one.session.state.journal.of, facts).no_duty == {}


def test_a_clock_of_a_log_from_before_periods_had_units_is_still_read():
    old = {"type": "obligation_clock_started", "obligation": "gdpr-authority", "aware_ms": 60_000, "hours": 72,
           "deadline": "2026-11-26T09:01:00+00:00"}  # fmt: skip
    read = ANY_EVENT.validate_json(json.dumps(old))
    assert (read.anchor, read.deadline_ms, read.counted) == ("aware", None, ())
