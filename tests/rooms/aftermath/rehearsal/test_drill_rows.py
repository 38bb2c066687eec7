"""From a log to the row of a drill: whose word was waited for, and which duties were kept."""

from hotwash.aftermath.rehearsal.drill import duties, waits
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from tests.rooms.scoring.cases import LEAK, case

CALL = {"call": "x", "kind": "rollback", "scope": {}, "arguments": {}, "reason": "it leaks"}


def requested(call="x", needs=1):
    return e.LeverRequested.model_validate({**CALL, "call": call, "needs": needs, "approvers": ["ic", "legal"]})


def approved(call="x"):
    return e.LeverApproved.model_validate({"call": call})


def pulled(call="x"):
    more = {
        "effective_ms": 0,
        "authority": "approved",
        "waited_ms": 0,
        "provenance": "simulated",
        "destroys_evidence": False,
    }
    return e.LeverPulled.model_validate({**CALL, "call": call, **more})


def written():
    return e.DraftWritten.model_validate({"draft": "d", "template": "t", "variant": "customer", "text": "words"})


def review(*seats):
    return e.ReviewRequested.model_validate({"draft": "d", "reviewers": seats})


def test_a_lever_waits_for_whoever_answers():
    found = list(waits(case(LEAK, (10, "tech", requested()), (14, "ic", approved()), (15, "tech", pulled()))))
    assert [(one.seat, one.about, one.minutes, one.answered) for one in found] == [("ic", "lever", 4.0, True)]


def test_what_nobody_answers_waits_to_the_end_for_all_of_them():
    found = list(waits(case(LEAK, (10, "tech", requested()))))
    assert [(one.seat, one.minutes, one.answered) for one in found] == [("ic", 50.0, False), ("legal", 50.0, False)]


def test_a_lever_that_needs_nobody_waits_for_nobody():
    assert list(waits(case(LEAK, (10, "tech", requested(needs=0)), (11, "tech", pulled())))) == []


def test_a_new_version_waits_anew_for_the_same_readers():
    changes = e.ChangesRequested.model_validate({"draft": "d", "note": "no"})
    log = [(10, "comms", written()), (11, "comms", review("legal", "privacy")), (13, "legal", changes),
           (15, "comms", written()), (21, "legal", e.DraftApproved(draft="d"))]  # fmt: skip
    found = [(one.seat, one.minutes, one.answered) for one in waits(case(LEAK, *log))]
    assert found == [("legal", 2.0, True), ("legal", 6.0, True), ("privacy", 45.0, False)]


def test_a_duty_is_judged_when_the_team_could_know_of_it():
    def armed(duty, *, knowable=True):
        return e.RuleArmed(rule="r", duty=duty, seat="ic", what="", because=0, due_ms=30 * MINUTE, knowable=knowable)

    met = e.RuleMet(rule="r", duty="kept", seat="ic", by=3)
    missed = e.RuleMissed(rule="r", duty="missed", seat="ic", lacking="")
    log = [(1, "c", armed("kept")), (1, "c", armed("missed")), (18, "ic", written()), (20, "c", met), (31, "c", missed),
           (32, "c", armed("secret", knowable=False))]  # fmt: skip
    found = list(duties(case(LEAK, *log)))
    assert [(one.duty, one.met, one.left_min) for one in found] == [("kept", True, 12.0), ("missed", False, 0.0)]
