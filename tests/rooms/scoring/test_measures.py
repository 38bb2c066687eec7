"""Single measures: nothing is earned without something that shows it, and what cannot be judged is not judged."""

import pytest

from hotwash.drill import events as e
from hotwash.drill.payloads import Payload
from hotwash.scoring.fail_fast import CHECKS
from hotwash.scoring.mark import Mark
from hotwash.scoring.measures import MEASURES
from tests.rooms.scoring.cases import (
    BIAS,
    FALSE_ALARM,
    LEAK,
    PLAY,
    case,
    idea,
    outcome,
    pulled,
    ran,
    result_of,
    said,
    stood_down,
    verdict,
)

CLASSIFIED = e.Classified.model_validate({"bucket": "data", "mode": "data-leakage", "reason": "r"})
SEVERE = e.SeveritySet.model_validate({"level": 1, "reason": "r"})
RECOVERED = e.RecoveryDeclared.model_validate({"state": "recovered", "statement": "s"})
CALL = ((15.0, "tech", verdict("spurious")), (18.0, "ic", stood_down()))


def mark(measure: str, scenario: str, *log: tuple, **outcomes) -> Mark:
    return MEASURES[measure](case(scenario, *log, **outcomes), {})


@pytest.mark.parametrize("measure", ["mode-correct", "level-distance", "honest-end", "proof-run", "risk-expiry"])
def test_what_a_false_alarm_has_not_is_not_evaluated(measure: str):
    assert mark(measure, FALSE_ALARM, *CALL).value is None


@pytest.mark.parametrize(
    "measure, event", [("mode-correct", CLASSIFIED), ("level-distance", SEVERE), ("honest-end", RECOVERED)]
)
def test_what_was_said_of_a_false_alarm_all_the_same_is_marked(measure: str, event: Payload):
    found = mark(measure, FALSE_ALARM, (20.0, "ic", event))
    assert found.value is not None
    assert found.value < 0.5
    assert found.evidence == (1,)


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_an_empty_log_earns_nothing_but_not_having_made_it_worse(measure: str):
    assert mark(measure, LEAK).value in (None, 0.0)
    assert mark(measure, FALSE_ALARM).value in (None, 1.0 if measure == "containment-score" else 0.0)


def test_a_stand_down_without_a_reading_is_worth_half():
    silent = e.IncidentStoodDown(reason="It is nothing.")
    assert mark("bucket-correct", FALSE_ALARM, (18.0, "ic", silent)).value == 0.5
    assert mark("bucket-correct", FALSE_ALARM, *CALL).value == 1.0


@pytest.mark.parametrize("measure", ["cadence-kept", "variants"])
def test_people_are_told_of_a_false_alarm_once_it_is_known_to_be_one(measure: str):
    assert mark(measure, FALSE_ALARM, (14.0, "tech", said("all")), *CALL).value == 0.0
    assert mark(measure, FALSE_ALARM, *CALL, (19.0, "tech", said("ml"))).value == 0.0
    found = mark(measure, FALSE_ALARM, *CALL, (19.0, "ic", said("all")))
    assert (found.value, found.evidence) == (1.0, (3,))


def test_a_scope_in_a_mark_is_a_sentence_that_people_read():
    scope = e.ScopeSet.model_validate(
        {"scope": {"tenant": ["t-08", "t-04"], "region": ["eu"]}, "since_ms": 0, "statement": "s"}
    )
    why = mark("segment-check", LEAK, (20.0, "tech", scope)).why
    assert why.startswith("the last scope was region eu and tenant t-04, t-08; what was hit was ")
    assert not set("{}[]'") & set(why)


def test_a_test_without_evidence_or_a_suite_is_an_assertion():
    raised = (20.0, "ml", idea("i-1", "index"))
    for measure in ("tested", "cause-found"):
        assert mark(measure, LEAK, raised, (21.0, "ml", result_of("i-1", "supports"))).value == 0.0
        assert mark(measure, LEAK, raised, (21.0, "ml", result_of("i-1", "supports", "x-1"))).value == 1.0
        suite = (21.0, "tech", ran("replay"))
        assert mark(measure, LEAK, raised, suite, (22.0, "tech", result_of("i-1", "supports"))).value == 1.0
        assert mark(measure, LEAK, suite, raised, (22.0, "tech", result_of("i-1", "supports"))).value == 0.0


@pytest.mark.parametrize("first, second", [("a", "b"), ("z", "y"), ("ml-idea-1", "1")])
@pytest.mark.parametrize("measure, value", [("enough-raised", 2 / 3), ("tested", 1.0), ("cause-found", 1.0)])
def test_the_names_of_hypotheses_and_evidence_earn_nothing(measure: str, value: float, first: str, second: str):
    log = (
        (20.0, "ml", idea(first, "index")),
        (20.0, "ml", idea(second, "prompt")),
        (21.0, "ml", result_of(second, "refutes", first)),
        (22.0, "ml", result_of(first, "supports", second)),
    )
    assert mark(measure, LEAK, *log).value == pytest.approx(value)


FIX = (30.0, "tech", pulled())
EFFECT = (35.0, "control", e.LeverTookEffect(call="c-1", kind="rollback"))


def proof(scenario: str, *runs: e.SuiteRun) -> float | None:
    return mark("proof-run", scenario, FIX, EFFECT, *((40.0, "tech", one) for one in runs)).value


def test_everyday_errors_do_not_spoil_a_proof_and_the_thing_itself_does():
    clean = ran("cache")
    assert proof(LEAK, clean, ran("replay", failures=1, shows=("ungrounded_answer",))) == 1.0
    assert proof(LEAK, clean, ran("replay", failures=1, shows=("cross_tenant_content",))) == 0.5
    assert proof(LEAK, clean, ran("replay", failures=1)) == 0.5


def test_a_handful_of_trials_proves_nothing():
    assert proof(LEAK, ran("cache", trials=19), ran("replay", trials=20)) == 0.5


def test_paired_probes_are_asked_for_where_a_group_of_people_was_hit():
    assert proof(LEAK, ran("replay"), ran("cache")) == 1.0
    assert proof(BIAS, ran("replay")) == 0.5
    assert proof(BIAS, ran("replay"), ran("bias")) == 1.0


def test_a_proof_before_the_fix_took_effect_is_none():
    assert mark("proof-run", LEAK, FIX, (32.0, "tech", ran("replay")), EFFECT).value == 0.0


# ── caps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_harm_that_ran_on_caps_whatever_was_written():
    check = CHECKS["harm-ran-on"]
    assert check(case(LEAK)) is not None
    assert check(case(LEAK, FIX, team=outcome(PLAY - 2))) == (1,)
    assert check(case(LEAK, FIX, team=outcome(30))) is None
    assert check(case(FALSE_ALARM)) is None


def test_a_response_worse_than_the_incident_caps_and_idleness_does_not():
    check = CHECKS["made-worse"]
    assert check(case(LEAK)) is None
    assert check(case(FALSE_ALARM)) is None
    assert check(case(LEAK, FIX, team=outcome(PLAY, collateral=500))) == (1,)
    assert check(case(FALSE_ALARM, FIX, team=outcome(0, collateral=1500))) == (1,)
    assert check(case(FALSE_ALARM, FIX, team=outcome(0, collateral=100))) is None


def kept_trace(at: float) -> tuple[float, str, e.EvidenceCollected]:
    return at, "tech", e.EvidenceCollected(item=f"t-{at}", kind="trace", ref="r-1", sha256="0", shows=())


def snapshot(at: float) -> tuple[float, str, e.SnapshotTaken]:
    return at, "tech", e.SnapshotTaken(item=f"s-{at}", sha256="0", configuration={})


@pytest.mark.parametrize(
    ("log", "value"),
    [
        ([kept_trace(20), snapshot(21), (30.0, "tech", pulled())], 1.0),
        ([kept_trace(20), (30.0, "tech", pulled())], 0.5),
        ([snapshot(21), (30.0, "tech", pulled()), kept_trace(31)], 0.5),
        ([(30.0, "tech", pulled()), kept_trace(31), snapshot(32)], 0.0),
        ([kept_trace(20), snapshot(21), (30.0, "tech", pulled()), (40.0, "tech", pulled("cache_flush"))], 0.75),
        ([kept_trace(20), snapshot(21), (30.0, "tech", pulled()), snapshot(35), (40.0, "tech", pulled("cache_flush"))], 1.0),
    ],
)  # fmt: skip
def test_every_lever_that_destroys_wants_a_snapshot_of_its_own(log, value: float):
    found = mark("preserved-before-change", LEAK, *log)
    assert found.value == value
    assert ("no snapshot before cache_flush" in found.why) == (value == 0.75)
