"""The alert catalogue and the if/then rules: whole, without contradiction, and worth what they cost."""

import math
import re

import numpy as np
import pytest

from hotwash.drill.alerts import OVERDISPERSION, alerting
from hotwash.kit.load import load_kit, load_system
from hotwash.kit.schema.conditions import AllOf, AnyOf, At, Between, Condition, Known, Not, Seen, Since
from hotwash.kit.schema.kit import Alert
from hotwash.kit.schema.system import Distractor, Fault, World
from hotwash.kit.vocabulary import SIGNALS
from hotwash.simulator.system import SimulatedSystem
from tests.rooms.simulator.packs import Silent

KIT = load_kit()
ALERTS = {one.id: one for one in KIT.alerts}
DUTIES = [(rule, duty) for rule in KIT.rules for duty in rule.then]
MINUTES = 60
LOOKING = re.compile(r"^(investigate|check into|look into|monitor|observe|escalate|be aware|watch)\b", re.IGNORECASE)


def test_the_catalogue_covers_four_layers_and_every_failure_mode():
    assert len(KIT.alerts) >= 26
    layers = [one.layer for one in KIT.alerts]
    assert {layer: layers.count(layer) >= 4 for layer in set(layers)} == {
        "system": True, "quality": True, "safety-abuse": True, "data-privacy": True,
    }  # fmt: skip
    assert {mode for one in KIT.alerts for mode in one.modes} == set(KIT.taxonomy.modes)


@pytest.mark.parametrize("alert", KIT.alerts, ids=lambda one: one.id)
def test_an_alert_says_what_to_do_and_where_it_is_written(alert: Alert):
    guide = next(one for one in KIT.guides if one.id == alert.runbook)
    assert guide.kind == "runbook"
    assert not guide.modes or set(guide.modes) & set(alert.modes)
    assert not LOOKING.match(alert.first_action)
    assert len(alert.first_action.split()) >= 6
    assert len(alert.rationale.split()) >= 10
    assert alert.confirm_with
    assert alert.false_positive


@pytest.mark.parametrize("kind", SIGNALS)
def test_on_each_kind_of_system_an_alert_can_be_confirmed_by_a_signal_that_is_there(kind: str):
    for alert in KIT.alerts:
        if kind in alert.systems:
            assert set(alert.confirm_with) & SIGNALS[kind], alert.id


def test_an_alert_on_a_signal_of_both_kinds_names_both():
    """The engine tells systems apart by their signals, so one that names a single kind would page on the other as well."""
    for alert in KIT.alerts:
        assert {kind for kind, signals in SIGNALS.items() if alert.signal in signals} == set(alert.systems), alert.id


def needed(alert: Alert, rate: float, limit: float) -> float:
    """Events over a rate a minute that an alert needs within its window."""
    ordinary = rate * alert.window_min
    return max(alert.min_count - ordinary, limit * math.sqrt(OVERDISPERSION * ordinary + 1))


BESIDE = [(one, other) for one in KIT.alerts for other in KIT.alerts if one.signal == other.signal and one is not other]
SLOWER = [(one, other) for one, other in BESIDE if one.window_min > other.window_min and one.id.endswith(("-creep", "-decay"))]  # fmt: skip
FASTER = [(one, other) for one, other in BESIDE if one.id.endswith(("-step", "-drop", "-burst", "-wave")) and one.window_min < other.window_min]  # fmt: skip


def test_every_second_alert_on_a_signal_is_slower_faster_or_a_level():
    second = {one.id for one, _ in SLOWER} | {one.id for one, _ in FASTER}
    levels = {"queue-overflow", "pii-mass-exposure", "feature-feed-lost"}
    firsts = {one.signal: one.id for one in reversed(KIT.alerts)}
    assert set(ALERTS) - set(firsts.values()) == second | levels
    for name in levels:
        first = ALERTS[firsts[ALERTS[name].signal]]
        assert ALERTS[name].pages != first.pages or ALERTS[name].first_action != first.first_action
        assert ALERTS[name].z_overall >= 3 * first.z_overall


@pytest.mark.parametrize(("slow", "fast"), SLOWER, ids=lambda one: one.id)
def test_a_slow_alert_sees_a_smaller_shift(slow: Alert, fast: Alert):
    for limit in ("z_overall", "z_segment"):
        shifts = [needed(one, 10.0, getattr(one, limit)) / one.window_min for one in (slow, fast)]
        assert shifts[0] < 0.85 * shifts[1]


@pytest.mark.parametrize(("fast", "slow"), FASTER, ids=lambda one: one.id)
def test_a_fast_alert_needs_fewer_events(fast: Alert, slow: Alert):
    assert needed(fast, 10.0, fast.z_overall) < 0.85 * needed(slow, 10.0, slow.z_overall)


def paged(system: str, world: World, seed: int) -> set[str]:
    """Alerts that stand somewhere within an hour that nobody touches."""
    spec = load_system(system)
    played = SimulatedSystem(
        spec=spec, world=world, levers={str(kind): lever for kind, lever in KIT.levers.items()}, harm=KIT.harm,
        changes=(), minutes=MINUTES, coast_minutes=0, seed=seed, words=Silent(),
    )  # fmt: skip
    frame, baseline, description = played.replay_frame(()), played.baseline(), played.describe()
    catalogue = [one for one in KIT.alerts if one.signal in description.signals]
    return {name for minute in range(1, MINUTES) for name, _, _ in alerting(catalogue, description, frame, baseline, minute)}  # fmt: skip


@pytest.mark.parametrize("system", ["support-copilot", "eligibility-scoring"])
def test_a_healthy_service_pages_nobody(system: str):
    """`benchmarks/alert_noise.py` counts it over fifty seeds; here no more than one alert in ten hours."""
    assert sum(len(paged(system, World(), seed)) for seed in range(10)) <= 1


def fault(category: str, carrier: str, rate: float, where: dict[str, list[str]], path: str = "any") -> World:
    body = {"id": "weak", "category": category, "carried_by": carrier, "rate": rate, "slice": where, "path": path}
    return World(faults=[Fault.model_validate({**body, "onset_min": 2, "note": "weak"})])


def raised(signal: str, rate: float, to_min: int) -> World:
    body = {"signal": signal, "slice": {}, "from_min": 30, "to_min": to_min, "rate": rate, "note": "raised"}
    return World(distractors=[Distractor.model_validate(body)])


@pytest.mark.parametrize(
    ("system", "world", "reaches", "misses"),
    [
        ("support-copilot", fault("wrongful_refusal", "policy", 0.011, {"language": ["es"]}), "refusal-creep", "refusal-spike"),
        ("support-copilot", fault("ungrounded_answer", "prompt", 0.02, {}), "groundedness-creep", "groundedness-floor"),
        ("eligibility-scoring", fault("discriminatory_decision", "model", 0.14, {"group": ["D"]}), "denial-creep", "denial-shift"),
        ("support-copilot", fault("tool_misuse", "tools", 0.02, {"intent": ["refund_request"]}, "tools"), "tool-write-creep", "tool-write-spike"),
        ("eligibility-scoring", raised("denials", 0.16, 32), "denial-step", "denial-shift"),
        ("support-copilot", raised("refusals", 0.025, 32), "refusal-step", "refusal-spike"),
    ],
)  # fmt: skip
def test_a_second_alert_reaches_what_the_first_misses(system: str, world: World, reaches: str, misses: str):
    seen = [paged(system, world, seed) for seed in range(20, 30)]
    assert sum(reaches in one for one in seen) >= 5
    assert sum(reaches in one and misses not in one for one in seen) >= 3


def test_there_are_rules_for_the_whole_way_from_alert_to_the_end():
    assert len(KIT.rules) >= 22
    assert {duty.seat for _, duty in DUTIES} == set(KIT.roles.seats)
    armed = {one.event for rule in KIT.rules for one in seen_in(rule.when)}
    assert armed >= {
        "drill_started", "seat_handed_over", "alert_fired", "signal_validated", "incident_opened", "severity_set", "lever_pulled",
        "lever_took_effect", "inject_delivered", "obligation_assessed", "recovery_declared", "incident_stood_down",
    }  # fmt: skip
    known = {one.fact for rule in KIT.rules for one in parts(rule.when) if isinstance(one, Known)}
    assert known >= {one.fact for one in KIT.harm.categories.values()}


def parts(condition: Condition) -> list[Condition]:
    """A condition and everything inside it."""
    match condition:
        case AllOf(all=inner) | AnyOf(any=inner):
            return [condition, *(part for one in inner for part in parts(one))]
        case Not(not_=one) | Since(since=one):
            return [condition, *parts(one)]
        case _:
            return [condition]


def seen_in(condition: Condition) -> list[Seen]:
    return [one for one in parts(condition) if isinstance(one, Seen)]


@pytest.mark.parametrize(("rule", "duty"), DUTIES, ids=lambda one: one.id)
def test_a_duty_is_the_act_of_somebody_and_not_of_time_alone(rule, duty):
    """What meets a duty is an event that people cause; a duty that time or a fact met could not be missed."""
    assert not any(isinstance(one, (At, Since, Not, Known)) for one in parts(duty.meet))
    engine = {
        "alert_fired",
        "complaint_received",
        "change_logged",
        "lever_took_effect",
        "inject_delivered",
        "fact_learned",
    }
    assert not {one.event for one in seen_in(duty.meet)} & engine
    assert 5 <= duty.within_min <= 60
    assert len(rule.source.split()) >= 1
    assert duty.what.endswith(".")


@pytest.mark.parametrize(("rule", "duty"), DUTIES, ids=lambda one: one.id)
def test_whoever_owes_a_duty_may_do_it(rule, duty):
    """At least one way to meet it lies within the rights of the seat, or is open to it through somebody it may ask."""
    may = [one for one in seen_in(duty.meet) if allowed(one, duty.seat)]
    assert may, duty.id


COMMAND_OF = {
    "severity_set": "set_severity", "major_incident_declared": "declare_major_incident", "incident_stood_down": "stand_down",
    "classified": "classify", "detector_adjusted": "adjust_detector", "suite_run": "run_suite", "snapshot_taken": "take_snapshot",
    "lever_pulled": "request_lever", "update_published": "publish_update", "update_corrected": "correct_update",
    "obligation_assessed": "assess_obligation", "authority_notified": "notify_authority", "risk_accepted": "accept_risk",
    "recovery_declared": "declare_recovery",
}  # fmt: skip


def allowed(wanted: Seen, seat: str) -> bool:
    """A seat may do it itself: by its rights, and not only by somebody else's hand."""
    rights = KIT.roles.rights.get(COMMAND_OF.get(wanted.event, ""), [seat])
    return seat in rights


def test_no_two_rules_ask_for_contrary_things():
    """A severity is asked for by one level at a time, and what one rule has cut no other wants back."""
    levels = {
        one.where["level"]
        for _, duty in DUTIES
        for one in seen_in(duty.meet)
        if one.event == "severity_set" and "level" in one.where
    }
    assert levels == {1}
    undone = {duty.id for _, duty in DUTIES for one in seen_in(duty.meet) if one.event == "lever_reverted"}
    alone = {duty.id for _, duty in DUTIES if all(one.event == "lever_reverted" for one in seen_in(duty.meet))}
    assert undone == {"policy-put-back", "containment-reviewed"}
    assert not alone


def test_a_single_case_of_an_ordinary_day_arms_no_containment():
    """Healthy traffic holds ungrounded answers and wrong decisions too: reading one must not oblige anybody to pull a lever."""
    everyday = {
        "ungrounded_answer",
        "wrong_decision",
        "wrongful_refusal",
        "retrieval_empty",
        "feature_missing",
        "cached_answer",
    }
    for rule in KIT.rules:
        if any(isinstance(one, Known) and one.fact in everyday for one in parts(rule.when)):
            assert isinstance(rule.when, AllOf), rule.id
            assert any(seen_in(part) for part in rule.when.all), rule.id


def test_an_inform_deadline_is_not_later_than_the_severity_says():
    within = {duty.id: duty.within_min for _, duty in DUTIES}
    one, two = KIT.severity.levels[1], KIT.severity.levels[2]
    assert within["seats-told-at-one"] <= one.inform_within_min
    assert within["executives-told-at-one"] <= one.update_every_min
    assert within["cadence-at-one"] <= 2 * one.update_every_min + 2
    assert within["executives-told-at-two"] <= two.update_every_min


def test_a_bound_in_a_rule_bounds_something():
    for rule in KIT.rules:
        for condition in [rule.when, *(duty.meet for duty in rule.then)]:
            for one in seen_in(condition):
                for bound in one.where.values():
                    if isinstance(bound, Between):
                        assert bound.contains or bound.min is not None or bound.max is not None
                        assert not np.isinf(bound.max or 0)
