"""Stand-ins in real drills: experts contain, each profile shows its vice, nobody oversteps or tells a secret."""

import re

import pytest

from hotwash.kernel.clock import MINUTE
from hotwash.standins.cast import SEATS
from hotwash.standins.letters import ASKS
from hotwash.standins.profiles import PROFILES
from tests.rooms.standins.plays import INCIDENTS, SCENARIOS, SEED, drill

FIXES = ("rollback", "failover")


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
    assert (
        drill("cross-tenant-leak", players).events[-1].hash
        == drill("cross-tenant-leak", players, SEED, 1).events[-1].hash
    )


def test_another_seed_plays_another_drill():
    def moments(seed: int) -> list[tuple[int, str, str]]:
        return [
            (one.drill_ms, one.seat, one.type)
            for one in drill("cross-tenant-leak", "expert", seed).events
            if one.seat in SEATS
        ]

    assert moments(SEED) != moments(4)


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


def test_a_wrong_first_idea_is_refuted_by_proof_taken_back_and_followed_by_another():
    wrong = next(
        played
        for seed in range(1, 40)
        if len((played := drill("cross-tenant-leak", "expert", seed)).all("lever_pulled", kind="rollback")) > 1
    )
    first, second = [one.data["call"] for one in wrong.all("lever_pulled", kind="rollback")][:2]
    refuting = [one for one in wrong.all("test_recorded", result="refutes") if "suite" in one.data["method"]]
    assert refuting
    assert wrong.first("lever_reverted", call=first).version < wrong.first("lever_pulled", call=second).version


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
    assert max(later - sooner for sooner, later in zip(moments, moments[1:], strict=False)) <= allowance


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
    told = "\n".join(played.texts())
    assert [one for one in hidden if one in told] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_repeats_personal_data(scenario: str):
    told = "\n".join(drill(scenario).texts())
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
    assert played.loss > 0.8


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


def test_the_ml_engineer_steps_in_where_the_technical_lead_does_nothing():
    played = drill("cross-tenant-leak", "expert,tech=does-nothing")
    assert {one.seat for one in played.all("lever_pulled")} == {"ml"}
    assert played.loss < 0.6


def test_the_technical_lead_steps_in_where_the_ml_engineer_does_nothing():
    played = drill("bias-after-refresh", "expert,ml=does-nothing")
    assert {one.seat for one in played.all("scope_set")} == {"tech"}
    assert played.all("lever_pulled", kind="hold_adverse")
    assert played.loss < 0.6
