"""Stand-ins in real drills: experts contain, each profile shows its vice, nobody oversteps or tells a secret."""

import re
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from hotwash.bootstrap import content, lay_out
from hotwash.conductor.desk import SeatDesk
from hotwash.drill.journal import Journal
from hotwash.drill.lint import findings
from hotwash.kernel.clock import MINUTE
from hotwash.standins.cast import SEATS
from hotwash.standins.desk import Desk
from hotwash.standins.letters import ASKS
from hotwash.standins.profiles import PROFILES
from tests.rooms.standins.plays import INCIDENTS, SCENARIOS, SEED, drill, sit_down

FIXES = ("rollback", "failover")
LOOKING = ("trace_opened", "evidence_collected", "snapshot_taken", "suite_run")
NOISE_FIRST = 7
"""A seed of the leak in which an alert by chance is looked into and stood down before the leak shows."""


@pytest.mark.parametrize("scenario", INCIDENTS)
@pytest.mark.parametrize("seed", [SEED, 4])
def test_experts_prevent_most_of_what_happens_and_end_it_honestly(scenario: str, seed: int):
    played = drill(scenario, "expert", seed)
    assert played.loss < 0.2
    assert played.first("major_incident_declared")
    fix = [one for one in played.all("lever_pulled") if one.data["kind"] in FIXES][-1]
    effect = played.first("lever_took_effect", call=fix.data["call"])
    assert effect
    after = [one for one in played.all("suite_run") if one.version > effect.version]
    ended = played.first("recovery_declared")
    assert {one.data["suite"] for one in after if one.version < ended.version} >= {"replay"}
    assert ended.data["state"] == "recovered"


@pytest.mark.parametrize("seed", [SEED, 4])
def test_experts_leave_a_false_alarm_alone_and_mend_the_detector(seed: int):
    played = drill("order-number-alarm", "expert", seed)
    assert not played.all("lever_pulled")
    assert not played.all("major_incident_declared")
    assert {one.data["verdict"] for one in played.all("signal_validated")} <= {"spurious", "unclear"}
    assert played.first("detector_adjusted", alert="pii-in-output")
    assert played.first("incident_stood_down").data["evidence"]
    assert played.first("decision_recorded", kind="not-declare").data["evidence"]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_experts_are_never_refused(scenario: str):
    assert drill(scenario).refusals == {}


@pytest.mark.parametrize("players", sorted(PROFILES))
def test_nobody_is_refused_for_lack_of_rights(players: str):
    lines = [line for lines in drill("cross-tenant-leak", players).refusals.values() for line in lines]
    assert [one for one in lines if re.search(r"may not|does not let|approval|held by", one)] == []


@pytest.mark.parametrize("players", ["expert", "mixed"])
def test_the_same_seed_plays_the_same_drill(players: str):
    once, again = drill("cross-tenant-leak", players), sit_down(lay_out(content("cross-tenant-leak"), SEED), players)
    assert once.events[-1].hash == again.events[-1].hash


def test_another_seed_plays_another_drill():
    assert drill("cross-tenant-leak").acts() != drill("cross-tenant-leak", "expert", 4).acts()


@pytest.mark.parametrize("scenario", INCIDENTS)
def test_evidence_is_kept_before_anything_destroys_it(scenario: str):
    played = drill(scenario)
    destroying = next(one for one in played.all("lever_pulled") if one.data["destroys_evidence"])
    assert played.first("snapshot_taken").version < destroying.version
    assert played.first("evidence_collected", kind="trace").version < destroying.version


@pytest.mark.parametrize("scenario", INCIDENTS)
def test_experts_test_several_ideas_before_they_change_anything_for_good(scenario: str):
    played = drill(scenario)
    fix = next(one for one in played.all("lever_pulled") if one.data["kind"] in FIXES)
    before = [one for one in played.all("test_recorded") if one.version < fix.version]
    assert len(played.all("hypothesis_raised")) >= 3
    assert {one.data["result"] for one in before} >= {"supports", "refutes"}


def test_experts_find_the_slice_by_reading_and_leave_out_what_only_looks_alike():
    played = drill("cross-tenant-leak")
    truth = played.table.design.secret.key.scope
    scope = played.all("scope_set")[-1].data["scope"]
    assert set(scope["tenant"]) == set(truth["tenant"])


def test_experts_do_not_leave_the_path_cut_once_the_cause_is_out():
    played = drill("cross-tenant-leak")
    bridges = [one.data["call"] for one in played.all("lever_pulled") if one.data["kind"] == "retrieval_off"]
    assert set(bridges) <= {one.data["call"] for one in played.all("lever_reverted")}


def test_a_wrong_idea_is_refuted_by_proof_taken_back_and_followed_by_the_right_one():
    played = drill("cross-tenant-leak", "expert,ml=tunnel-vision")
    wrong, right = played.all("lever_pulled", kind="rollback")
    cause = played.table.design.secret.key.cause
    assert wrong.data["arguments"]["component"] != cause
    assert right.data["arguments"]["component"] == cause
    refuting = [one for one in played.all("test_recorded", result="refutes") if "suite" in one.data["method"]]
    assert refuting
    assert refuting[0].version < played.first("lever_reverted", call=wrong.data["call"]).version < right.version


@pytest.mark.parametrize("scenario", INCIDENTS)
def test_updates_keep_the_cadence_and_hold_nothing_prohibited(scenario: str):
    played = drill(scenario)
    updates = played.all("update_published")
    assert {one.data["variant"] for one in updates} >= {"executive", "support", "engineering", "customer"}
    assert not [one.data["problems"] for one in updates if one.data["problems"]]
    level = played.all("severity_set")[-1].data["level"]
    allowance = played.table.design.kit.severity.levels[level].update_every_min * MINUTE
    ended = played.first("recovery_declared").drill_ms
    moments = [
        played.first("severity_set").drill_ms,
        *(one.drill_ms for one in updates if not one.data["external"] and one.drill_ms < ended),
        ended,
    ]
    assert max(later - sooner for sooner, later in pairwise(moments)) <= allowance


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_letter_that_asks_gets_an_answer(scenario: str):
    played = drill(scenario)
    answered = {one.data["in_reply_to"] for one in played.all("message_sent")}
    late = played.table.design.endex_ms - 6 * MINUTE
    asking = [one for one in played.all("inject_delivered") if ASKS.search(one.data["body"]) and one.drill_ms < late]
    assert asking
    assert {one.data["inject"] for one in asking} <= answered


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("players", ["expert", "tunnel-vision"])
def test_nobody_tells_what_only_the_answer_key_knows(scenario: str, players: str):
    played = drill(scenario, players)
    secret = played.table.design.secret
    hidden = [fault.id for fault in secret.world.faults] + [fault.note for fault in secret.world.faults]
    hidden += [one.note for one in secret.world.distractors] + [secret.key.what_happened]
    told = "\n".join(played.written())
    assert [one for one in hidden if one in told] == []


@pytest.mark.parametrize("scenario", INCIDENTS)
@pytest.mark.parametrize("players", ["expert", "tunnel-vision"])
def test_another_answer_key_changes_nothing_that_a_seat_does(scenario: str, players: str):
    table = lay_out(content(scenario), SEED)
    design, key = table.design, table.design.secret.key
    other = key.model_copy(
        update={"bucket": "platform", "mode": "misuse", "severity": 4, "cause": "prompt", "scope": {}, "obligations": [],
                "expectations": [], "what_happened": "", "plan": [], "onset_min": 1, "alarms_false": []}
    )  # fmt: skip
    swapped = replace(design, secret=design.secret.model_copy(update={"key": other}))
    assert sit_down(replace(table, design=swapped), players).acts() == drill(scenario, players).acts()


def test_a_stand_in_works_with_its_desk_and_nothing_else(monkeypatch: pytest.MonkeyPatch):
    open_to_seats = {name for name in vars(Desk) if not name.startswith("_")}

    class Guarded(SeatDesk):
        def __getattribute__(self, name: str) -> object:
            caller = sys._getframe(1).f_globals["__name__"]
            if caller.startswith("hotwash.standins") and name not in open_to_seats:
                raise AssertionError(f"{caller} reaches for {name}")
            return super().__getattribute__(name)

    monkeypatch.setattr("hotwash.conductor.run.SeatDesk", Guarded)
    guarded = sit_down(lay_out(content("cross-tenant-leak"), SEED), "expert")
    assert guarded.events[-1].hash == drill("cross-tenant-leak").events[-1].hash


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_that_an_expert_writes_is_prohibited_by_the_kit(scenario: str):
    played = drill(scenario)
    rules = [(re.compile(one.pattern, re.IGNORECASE), one.external_only) for one in played.table.design.kit.prohibited]
    assert rules
    inside = [one for one in played.written() if any(rule.search(one) for rule, outside in rules if not outside)]
    letters = [
        one for one in played.all("message_sent") if one.data["channel"] in ("press", "e-mail", "phone", "letter")
    ]
    leaving = [one.data["text"] for one in [*letters, *played.all("update_published", external=True)]]
    assert leaving or scenario == "order-number-alarm"
    assert inside + [one for one in leaving if any(rule.search(one) for rule, _ in rules)] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_an_expert_publishes_is_clean_by_what_was_known_then(scenario: str):
    played, journal, found = drill(scenario), Journal(), []
    for event in played.events:
        if event.type == "update_published":
            design = played.table.design
            found += findings(event.data["text"], event.data["variant"], journal, design, event.drill_ms)
        journal.apply(event)
    assert len(journal.of("update_published")) >= 3
    assert [(one.rule, one.words, one.why) for one in found] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_repeats_personal_data(scenario: str):
    told = "\n".join(drill(scenario).written())
    assert "@example.com" not in told
    assert not re.search(r"\b(?:\d{4} ){3}\d{4}\b", told)


# ── vices ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_slow_are_late_with_everything():
    slow, expert = drill("cross-tenant-leak", "slow"), drill("cross-tenant-leak")
    for kind in ("incident_opened", "severity_set", "lever_pulled", "major_incident_declared"):
        assert slow.first(kind).drill_ms >= expert.first(kind).drill_ms + 4 * MINUTE
    assert slow.loss > expert.loss + 0.05


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_over_containers_switch_everything_off_at_the_first_red_light_and_keep_it_off(scenario: str):
    played = drill(scenario, "over-container")
    off = played.first("lever_pulled", kind="feature_off")
    assert off.data["scope"] == {}
    assert off.drill_ms <= played.first("alert_fired").drill_ms + 5 * MINUTE
    assert played.first("lever_pulled", kind="guardrail").data["arguments"] == {"tier": "c"}
    assert not played.all("trace_opened")
    assert not played.all("lever_reverted")
    assert played.loss > 0.3


@pytest.mark.parametrize("scenario", INCIDENTS)
def test_tunnel_vision_rolls_back_one_wrong_part_after_the_other(scenario: str):
    played = drill(scenario, "tunnel-vision")
    parts = [one.data["arguments"]["component"] for one in played.all("lever_pulled", kind="rollback")]
    assert len(parts) >= 2
    assert len(set(parts)) == len(parts)
    assert played.table.design.secret.key.cause not in parts
    assert {one.data["result"] for one in played.all("test_recorded")} == {"supports"}
    assert not [one for one in played.all("test_recorded") if one.data["evidence"]]
    assert played.loss > 0.8


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_tunnel_vision_acts_before_it_looks_and_waves_nothing_off(scenario: str):
    played = drill(scenario, "tunnel-vision")
    first = played.first("lever_pulled", kind="rollback")
    assert first.version < played.first("signal_validated").version
    assert first.version < min(one.version for one in played.events if one.type in LOOKING)
    assert "spurious" not in {one.data["verdict"] for one in played.all("signal_validated")}
    assert not played.all("incident_stood_down")


def test_a_rollback_without_a_flush_leaves_the_cache_serving_and_proves_itself_elsewhere():
    played, expert = drill("cross-tenant-leak", "rollback-without-cache-flush"), drill("cross-tenant-leak")
    assert played.all("lever_pulled", kind="rollback")
    assert not played.all("lever_pulled", kind="cache_flush")
    assert "cache" not in {one.data["suite"] for one in played.all("suite_run")}
    assert played.first("recovery_declared").data["state"] == "recovered"
    assert played.loss > 2 * expert.loss


@pytest.mark.parametrize("scenario", INCIDENTS)
def test_under_communicators_are_sound_and_silent(scenario: str):
    played, expert = drill(scenario, "under-communicator"), drill(scenario)
    assert played.loss < 0.2
    assert len(played.all("update_published")) < len(expert.all("update_published")) / 2
    assert not [one for one in played.all("decision_recorded") if one.data["evidence"] or one.data["options"]]
    assert len(played.all("obligation_assessed")) < len(expert.all("obligation_assessed"))


def test_who_does_nothing_leaves_no_trace_but_the_seat():
    played = drill("cross-tenant-leak", "does-nothing")
    assert {one.type for one in played.events if one.seat in SEATS} == {"seat_taken", "comms_checked"}


# ── teams of different habits ───────────────────────────────────────────────────────────────────────────────────────


def test_an_expert_commander_refuses_a_shutdown_that_nothing_supports():
    played = drill("order-number-alarm", "expert,tech=over-container")
    refused = {one.data["call"] for one in played.all("lever_refused")}
    assert {one.data["call"] for one in played.all("lever_requested", kind="feature_off")} <= refused
    assert not played.all("lever_pulled")


def test_an_expert_commander_refuses_a_rollback_before_anything_is_confirmed():
    played = drill("order-number-alarm", "expert,tech=tunnel-vision")
    asked = {one.data["call"] for one in played.all("lever_requested", kind="rollback")}
    assert asked
    assert asked <= {one.data["call"] for one in played.all("lever_refused")}


def test_a_slow_comms_lead_in_an_expert_team_slows_nothing_but_the_updates():
    mixed, expert = drill("cross-tenant-leak", "ic=expert,comms=slow"), drill("cross-tenant-leak")
    assert mixed.loss == pytest.approx(expert.loss, abs=0.05)
    assert mixed.first("update_published").drill_ms > expert.first("update_published").drill_ms


def test_a_false_alarm_that_was_stood_down_does_not_hide_the_incident_that_follows():
    played = drill("cross-tenant-leak", "expert", NOISE_FIRST)
    down = played.first("incident_stood_down")
    opened = played.first("incident_opened")
    assert down.version < opened.version
    cause = played.table.design.secret.key.cause
    assert played.first("hypothesis_raised", component=cause).version > opened.version
    last = {one.data["obligation"]: one.data["applies"] for one in played.all("obligation_assessed")}
    wanted = {one.obligation: "yes" if one.applies else "no" for one in played.table.design.secret.key.obligations}
    assert {name: last[name] for name in wanted} == wanted
    assert played.loss < 0.25


def test_the_ml_engineer_steps_in_where_the_technical_lead_does_nothing():
    played = drill("cross-tenant-leak", "expert,tech=does-nothing")
    assert {one.seat for one in played.all("lever_pulled")} == {"ml"}
    assert played.loss < 0.6


def test_the_technical_lead_steps_in_where_the_ml_engineer_does_nothing():
    played = drill("bias-after-refresh", "expert,ml=does-nothing")
    assert {one.seat for one in played.all("scope_set")} == {"tech"}
    assert played.all("lever_pulled", kind="hold_adverse")
    assert played.loss < 0.6
