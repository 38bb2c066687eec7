"""The columnar play against a discrete-event simulation of the same service, request by request."""

import numpy as np
import pytest

from benchmarks.service_in_simpy import simulate
from hotwash.ports.scope import Scope
from hotwash.simulator.levers import LeverLog
from tests.rooms.simulator.packs import call, fault, system, world

EU = Scope.of({"region": ["eu"]})
SEVERAL = world(
    fault(),
    fault(id="misuse", category="tool_misuse", carried_by="tools", path="tools", slice={}, rate=0.05),
    fault(
        id="old",
        category="ungrounded_answer",
        carried_by="model",
        version="previous",
        rate=0.1,
        onset_min=0,
        path="any",
    ),
    cache_ttl_min=4,
)
WITHOUT_QUEUES = [
    call("tools_off", 8, {"intent": ["refund"]}, name="t"), call("rollback", 9, component="index"),
    call("guardrail", 10, tier="b", name="g"), call("cache_flush", 17.1), call("restore", 15, target="t"),
    call("safe_mode", 16, {"language": ["de"]}), call("feature_off", 18, {"tenant": ["t-03"]}, name="f"),
    call("restore", 20, target="f"), call("rollback", 17, component="bundle", percent=20),
    call("retrieval_off", 21, {"tenant": ["t-02"]}), call("failover", 12), call("cache_flush", 22, EU),
]  # fmt: skip


def both(plan):
    one = system(SEVERAL)
    reference = simulate(one.tape, LeverLog(one.catalogue, plan))
    return one, one.what_if.play(plan).out, reference


def test_without_queues_every_request_ends_the_same():
    _, out, reference = both(WITHOUT_QUEUES)
    assert len(set(reference.status)) >= 4
    assert np.array_equal(out.status, reference.status)
    assert np.array_equal(out.category[out.status == 0], np.array(reference.category)[out.status == 0])
    assert np.array_equal(out.leader, reference.leader)
    assert np.array_equal(out.harm, reference.harm)


def test_reviewers_as_a_fluid_agree_with_reviewers_as_people():
    _, out, reference = both([call("review", 5, {"intent": ["refund"]}, reviewers=12, overflow="closed")])
    status = np.array(reference.status)
    # At the edge of the service level the two let different people in, but as many.
    assert (out.status == status).mean() > 0.95
    assert (out.status == 7).sum() == pytest.approx((status == 7).sum(), rel=0.05, abs=20)
    assert out.harm.sum() == pytest.approx(sum(reference.harm), rel=0.05)
    assert out.wait_ms.sum() == pytest.approx(sum(reference.wait_ms), rel=0.08)


def test_the_gateway_as_a_fluid_agrees_with_a_real_queue_and_real_retries():
    one, out, reference = both([call("queue", 5, per_second=7), call("restore", 22, target="queue-5")])
    dropped, real = (out.status == 3).sum(), (np.array(reference.status) == 3).sum()
    assert real > 2000
    assert dropped == pytest.approx(real, rel=0.05)
    inside = (one.tape.at_ms > 8 * 60_000) & (one.tape.at_ms < 22 * 60_000) & (out.status == 0)
    waits = np.array(reference.wait_ms)[inside & (np.array(reference.status) == 0)]
    assert out.wait_ms[inside].mean() == pytest.approx(waits.mean(), rel=0.10)
