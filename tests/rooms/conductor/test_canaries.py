"""A canary inside a drill: promised before it runs, looked at each minute, stopped by its own plan."""

import numpy as np
import pytest

from hotwash.conductor.canaries import look, plan
from hotwash.drill import commands as c
from hotwash.kernel.clock import MINUTE
from hotwash.ports.scope import EVERYTHING
from hotwash.ports.system import ProbeResult
from tests.support.drills import bench

ASKED = 1_000


class Answers:
    """A system under drill whose canary answers with so many harmful answers of 1,000 a minute, against `contained` of 9,000."""

    def __init__(self, bench_, canary, contained=9):
        self.bench, self.canary, self.contained = bench_, canary, contained
        bench_.system.probe = self.probe
        bench_.system.requests = lambda start, stop, _scope: range(ASKED * (stop - start) // MINUTE)

    def probe(self, suite, scope=EVERYTHING, trials=200):
        since = next(one["effective_ms"] for one in self.bench.all("lever_pulled"))
        minutes = (self.bench.system.now_ms - since) // MINUTE
        arms = ((9 * ASKED, self.contained, ASKED, self.canary),) * max(0, minutes)
        return ProbeResult(suite, scope, trials, self.canary, 0, "", (), arms=arms)


def running(canary, *, auto_stop=True, percent=10):
    one = bench()
    system = Answers(one, canary)
    one.to(5)
    asked = {"call": "c1", "kind": "rollback", "arguments": {"component": "index", "percent": percent}, "reason": "try it",
             "auto_stop": auto_stop}  # fmt: skip
    one.do("tech", c.RequestLever.model_validate(asked))
    one.do("ic", c.ApproveLever(call="c1"))
    one.do("tech", c.PullLever.model_validate(asked))
    assert system.bench is one
    return one


def test_the_promise_is_on_the_request_before_anything_runs():
    one = running(1)
    said = one.all("lever_requested")[0]["promise"]
    assert said == one.all("lever_pulled")[0]["promise"]
    assert said["per_minute"] == 1000.0
    assert said["minutes"] == pytest.approx(said["requests"] / 1000, abs=0.1)
    assert said["before_endex"] is (said["minutes"] * MINUTE < one.session.design.endex_ms - 10 * MINUTE)
    assert [percent for percent, _ in said["steps"]] == [10, 25, 50, 100]


def test_a_share_that_is_too_small_says_so_and_a_larger_one_needs_less():
    small, large = plan(1, 1_000, 3_000, 1_000.0, 60 * MINUTE), plan(20, 1_000, 3_000, 1_000.0, 60 * MINUTE)
    assert not small.before_endex
    assert large.before_endex
    assert large.requests < small.requests / 5
    assert plan(5, 1_000, 3_000, 0.0, 60 * MINUTE).minutes is None
    assert plan(5, 1_000, 1_001, 1_000.0, 60 * MINUTE).requests is None


def test_a_harmful_canary_is_taken_back_by_its_plan_on_record():
    one = running(12)
    one.to(40)
    looks = one.all("canary_looked")
    assert looks[-1]["verdict"] == "stop"
    assert {look["verdict"] for look in looks[:-1]} <= {"not enough evidence"}
    back = [event for event in one.session.events if event.type == "lever_reverted"]
    assert [(event.seat, event.data["call"]) for event in back] == [("control", "c1")]
    assert back[0].data["effective_ms"] >= back[0].drill_ms + one.session.design.system.levers["rollback"].undo_s * 1000
    assert [call.kind for call in one.system.pulled] == ["rollback", "restore"]
    assert one.session.state.calls["c1"].status == "reverted"


def test_without_the_argument_the_verdict_is_told_and_the_canary_runs_on():
    one = running(12, auto_stop=False)
    one.to(40)
    assert one.all("canary_looked")[-1]["verdict"] == "stop"
    assert not one.all("lever_reverted")


def test_a_harmless_canary_is_looked_at_every_minute_until_it_is_cleared():
    one = running(1)
    one.to(58)
    looks = [event for event in one.session.events if event.type == "canary_looked"]
    assert looks[-1].data["verdict"] == "clear"
    gaps = np.diff([event.drill_ms for event in looks])
    assert set(gaps) == {MINUTE}
    assert looks[-1].data["asked_canary"] == ASKED * len(looks)
    assert not one.all("lever_reverted")


def test_every_step_of_a_bad_canary_goes_back():
    one = running(1, percent=10)
    one.to(12)
    asked = {"call": "c2", "kind": "rollback", "arguments": {"component": "index", "percent": 25}, "reason": "next",
             "auto_stop": True}  # fmt: skip
    one.do("tech", c.RequestLever.model_validate(asked))
    one.do("ic", c.ApproveLever(call="c2"))
    one.do("tech", c.PullLever.model_validate(asked))
    Answers(one, 40)
    one.to(40)
    assert [back["call"] for back in one.all("lever_reverted")] == ["c1", "c2"]


def test_a_suite_run_of_a_canary_carries_the_sequential_verdict_at_the_plans_rates():
    one = running(12, auto_stop=False)
    one.to(30)
    one.do("tech", c.RunSuite(suite="canary"))
    assert one.all("suite_run")[-1]["verdict"] == "stop"
    strict, lax = ({"contained_ppm": 1_000, "worse_ppm": worse} for worse in (3_000, 500_000))
    arms = ((9_000, 9, 1_000, 1),) * 12
    probe = ProbeResult("canary", EVERYTHING, 1, 0, 0, "", (), arms=arms)
    assert look("x", probe, strict).e_clear != look("x", probe, lax).e_clear
    assert look("x", ProbeResult("canary", EVERYTHING, 1, 0, 0, "", ()), strict) is None


def test_rates_that_make_no_plan_are_refused():
    one = bench()
    one.system.requests = lambda _from, _to, _scope: range(10_000)
    one.to(5)
    with pytest.raises(Exception, match="has to be above the contained one"):
        one.do("tech", c.RequestLever(
            call="c1", kind="rollback", arguments={"component": "index", "percent": 5}, reason="r", contained_ppm=3_000,
            worse_ppm=2_000,
        ))  # fmt: skip
