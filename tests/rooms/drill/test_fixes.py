"""Temporary fixes: what is one, until when, and who is told."""

import pytest
from pydantic import ValidationError

from hotwash.drill import commands as c
from hotwash.drill.fixes import fixes
from hotwash.drill.payloads import Tripwire
from hotwash.drill.read import current, schema_of
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.event import Draft, seal
from tests.support.drills import bench

RECORD = {"approver": "ic", "trigger": "pii_hits", "effect": "none left", "expires_min": 20, "step_down": "tier A"}


def standing(one):
    return {fix.fix: fix for fix in fixes(one.session.state.journal.of)}


def pulled(one, call, kind, percent=None, **record):
    arguments = {"component": "index", "percent": percent} if percent else {}
    asked = {"call": call, "kind": kind, "arguments": arguments, "reason": "r", **record}
    one.do("tech", c.RequestLever.model_validate(asked))
    one.do("ic", c.ApproveLever(call=call))
    one.do("tech", c.PullLever.model_validate(asked))


@pytest.mark.parametrize("gap", RECORD)
def test_each_part_of_a_change_record_is_missed_by_name(gap):
    one = bench()
    one.to(3)
    record = {name: value for name, value in RECORD.items() if name != gap}
    with pytest.raises(RefusedError, match="guardrail is a production change; missing: the [a-z -]+") as refused:
        one.do("tech", c.RequestLever.model_validate(
            {"call": "x", "kind": "guardrail", "arguments": {"tier": "b"}, "reason": "r", **record}
        ))  # fmt: skip
    assert refused.value.rule == "change record"
    assert str(refused.value).count("the ") == 1


def test_a_record_names_the_seat_that_approved():
    kit = bench().session.design.kit
    lever = kit.levers["safe_mode"]
    two = lever.model_copy(update={"rights": lever.rights.model_copy(update={"approvers": ["ic", "legal"]})})
    one = bench(kit=kit.model_copy(update={"levers": {**kit.levers, "safe_mode": two}}))
    one.to(3)
    asked = {"call": "x", "kind": "safe_mode", "reason": "r", **RECORD, "approver": "legal"}
    one.do("tech", c.RequestLever.model_validate(asked))
    one.do("ic", c.ApproveLever(call="x"))
    with pytest.raises(RefusedError, match="names 'legal' as its approver, and it was approved by ic"):
        one.do("tech", c.PullLever.model_validate(asked))


def test_only_what_is_temporary_is_tracked():
    one = bench()
    one.to(3)
    pulled(one, "plain", "safe_mode")
    pulled(one, "timed", "safe_mode", **RECORD)
    pulled(one, "step", "rollback", percent=5)
    one.do("tech", c.PullLever(call="glass", kind="feature_off", reason="now", break_glass=True))
    assert {name: (fix.kind, (fix.expires_ms - fix.since_ms) // MINUTE) for name, fix in standing(one).items()} == {
        "timed": ("lever", 20), "step": ("canary", 60), "glass": ("override", 30),
    }  # fmt: skip


def test_a_larger_step_takes_the_place_of_a_smaller_one():
    one = bench()
    one.to(3)
    pulled(one, "five", "rollback", percent=5)
    one.to(4)
    pulled(one, "all", "rollback", percent=100)
    assert not standing(one)["five"].stands
    assert standing(one)["five"].ended_ms == 4 * MINUTE


def test_a_pause_moves_the_expiry_by_the_pause_in_wall_time_and_by_nothing_in_drill_time():
    one = bench()
    one.to(3)
    pulled(one, "timed", "safe_mode", **RECORD)
    one.do("facilitator", c.PauseDrill(reason="fire alarm"))
    one.clock.wait_until(one.clock.now() + 40 * MINUTE)
    one.do("facilitator", c.ResumeDrill())
    one.to(22)
    assert not one.all("fix_expired")
    one.to(24)
    assert [event.drill_ms for event in one.session.events if event.type == "fix_expired"] == [23 * MINUTE]


def test_what_is_stepped_down_in_time_raises_nothing():
    one = bench()
    one.to(3)
    pulled(one, "timed", "safe_mode", **RECORD)
    one.to(20)
    one.do("tech", c.RevertLever(call="timed", reason="as planned"))
    one.to(40)
    assert not one.all("fix_expired")
    assert not [line for line in one.all("inject_delivered") if line["inject"].startswith("expired-")]


def test_a_tripwire_is_written_as_people_say_it_and_read_back():
    wire = Tripwire.model_validate("pii_hits above 0.25 % in 15 min where tenant t-04")
    assert (wire.signal, wire.above_ppm, wire.minutes, wire.dim, wire.value) == ("pii_hits", 2500, 15, "tenant", "t-04")
    assert Tripwire.model_validate(wire.words) == wire
    with pytest.raises(ValidationError, match="write a tripwire like"):
        Tripwire.model_validate("when it feels wrong")


def test_harm_from_before_the_acceptance_does_not_trip_it():
    one = bench()
    one.system.hot(4, 500)
    one.to(6)
    one.do("ic", c.AcceptRisk.model_validate({
        "residual": "r", "exposed": "e", "why": "w", "expires_h": 1, "tripwires": ["pii_hits above 1 % in 5 min"],
    }))  # fmt: skip
    one.to(30)
    assert not one.all("tripwire_crossed")


def test_an_acceptance_of_an_older_log_is_read_with_nothing_that_watches_it():
    body = {"residual": "r", "exposed": "e", "why": "w", "conditions": "", "expires_h": 24}
    old = seal(Draft("risk_accepted", body, 0, 0, "ic", "ic"), "drill", 1, "0" * 64, "c1")
    new = current(old)
    assert (old.schema, new.schema) == (1, schema_of("risk_accepted")) == (1, 2)
    assert (new.data["tripwires"], new.data["owner"]) == ([], "")
    one = bench()
    one.do("ic", c.AcceptRisk(residual="r", exposed="e", why="w", conditions="c", expires_h=1))
    assert one.session.events[-1].schema == 2
