"""Experts in drills on other failure modes: they name it, take out the part that has it, and leave the rest alone."""

import pytest

from tests.rooms.standins.plays import drill

MODES = {
    "worse-since-monday": ("drift", "data", "features", {"surface": ["partner_api"], "region": ["latam"]}),
    "invented-policy": ("hallucination", "platform", "retrieval", {"region": ["eu"]}),
    "refused-after-upgrade": ("refusal-regression", "model", "model", {"language": ["de", "fr"]}),
    "refund-ring": ("misuse", "platform", "tools", {}),
    "helpful-hands": ("agent-action", "platform", "tools", {}),
}
"""Scenario → mode, bucket, cause, and a part of the scope that must be in theirs."""


@pytest.mark.parametrize("scenario", MODES)
def test_experts_name_the_mode_and_take_out_its_cause(scenario: str):
    mode, bucket, cause, part = MODES[scenario]
    played = drill(scenario)
    label = played.all("classified")[-1].data
    assert (label["mode"], label["bucket"]) == (mode, bucket)
    arguments = [
        one.data["arguments"] for one in played.all("lever_pulled") if one.data["kind"] in ("rollback", "failover")
    ]
    assert [next(iter(one.values())) for one in arguments] == [cause]
    scopes = [one.data["scope"] for one in played.all("scope_set")]
    assert all(any(scope.get(dim) == values for scope in scopes) for dim, values in part.items())
    assert played.loss < 0.5


@pytest.mark.parametrize("scenario", MODES)
def test_commanders_freeze_changes_and_say_beforehand_what_recovered_means(scenario: str):
    played = drill(scenario)
    said = [one for one in played.all("message_sent") if one.seat == "ic"]
    assert sum("Freeze" in one.data["text"] for one in said) == 1
    works, ends = played.first("lever_took_effect"), played.first("recovery_declared")
    terms = next(one for one in said if "call it recovered when" in one.data["text"])
    assert works.version < terms.version < ends.version


def test_a_lever_that_fits_replaces_the_wider_one_that_came_first():
    played = drill("invented-policy")
    cuts = [one for one in played.all("lever_pulled") if one.data["kind"] == "safe_mode"]
    assert [set(one.data["scope"]) for one in cuts] == [{"region"}, {"region", "intent"}]
    assert played.first("lever_reverted", call=cuts[0].data["call"])
