"""What was running at a moment, held against the requests that ran on it."""

from functools import cache

import pytest

from hotwash import bootstrap
from hotwash.bootstrap.bundles import _counted
from hotwash.drill.journal import Line
from hotwash.drill.running import running_at
from hotwash.kernel.clock import MINUTE
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall


@cache
def content():
    return bootstrap.content("cross-tenant-leak")


def pulled(call, kind, at_min, scope=None, **arguments):
    return LeverCall(call, kind, at_min * MINUTE, Scope.of(scope or {}), tuple(sorted(arguments.items())))


def log(design, calls, until_ms, system, reverted=()):
    """Entries as the engine writes them, in order, numbered from 1."""
    found = [("change_logged", round(one.at_min * MINUTE), {"at_ms": round(one.at_min * MINUTE), "component": one.component,
              "from_version": one.from_version, "to_version": one.to_version, "note": one.note}) for one in design.scenario.changes]  # fmt: skip
    for call in calls:
        receipt = system.pull(call, mode="dry")
        data = {
            "call": call.id,
            "kind": call.kind,
            "scope": dict(call.scope.to_json()),
            "arguments": dict(call.arguments),
            "effective_ms": receipt.effective_ms,
        }
        found += [
            ("lever_pulled", call.at_ms, data),
            ("lever_took_effect", receipt.effective_ms, {"call": call.id, "kind": call.kind}),
        ]
    found += [
        ("lever_reverted", at, {"call": name, "kind": "rollback", "effective_ms": effective})
        for name, at, effective in reverted
    ]
    numbered = [
        (kind, Line(number, at, "tech", data))
        for number, (kind, at, data) in enumerate(sorted(found, key=lambda one: one[1]), 1)
    ]
    return lambda kind: [line for name, line in numbered if name == kind and line.at_ms <= until_ms]


def laid(calls, at_min, reverted=()):
    table = bootstrap.lay_out(content(), 1)
    found = running_at(log(table.design, calls, at_min * MINUTE, table.system, reverted), table.design, at_min * MINUTE)
    for call in calls:
        table.system.advance(call.at_ms)
        table.system.pull(call)
    table.system.advance(at_min * MINUTE)
    return found, table.system.requests((at_min - 2) * MINUTE, at_min * MINUTE)


PLANS = {
    "nothing": [],
    "one component": [pulled("a", "rollback", 20, component="index")],
    "a canary": [pulled("a", "rollback", 20, component="index", percent=5)],
    "the whole bundle in a scope": [pulled("a", "rollback", 20, {"tenant": ["t-04", "t-08"]}, component="bundle")],
    "scopes that meet": [
        pulled("a", "rollback", 20, {"tenant": ["t-04", "t-01"]}, component="index"),
        pulled("b", "rollback", 21, {"language": ["de"]}, component="policy"),
    ],
    "a canary in a canary": [
        pulled("a", "rollback", 20, component="index", percent=40),
        pulled("b", "rollback", 21, {"tenant": ["t-01"]}, component="model", percent=10),
    ],
}


@pytest.mark.parametrize("plan", PLANS)
def test_every_request_ran_on_the_bundle_of_its_part_of_the_traffic(plan):
    found, table = laid(PLANS[plan], 40)
    counts = _counted(found, table)
    assert sum(counts.values()) == len(table.at_ms) > 1_000
    for number, arm in enumerate(found.arms):
        if not arm.scopes and len(found.arms) > 1 and all(not one.scopes for one in found.arms):
            assert counts[number] / len(table.at_ms) == pytest.approx(arm.percent / 100, abs=0.02)
        assert arm.bundle is not None
        part = {"prompt": "prompts"}
        assert {name: getattr(arm.bundle.parts, part.get(name, name)).version for name in arm.versions} == dict(
            arm.versions
        )


def test_each_version_names_the_entry_that_brought_it():
    found, _ = laid(PLANS["one component"], 40)
    because = found.rest.because
    assert because["index"].said == "rollback index" and because["index"].at_ms == 28 * MINUTE
    assert because["policy"].said.startswith("Safety policy") and because["policy"].at_ms == 2 * MINUTE
    assert (because["tools"].version, because["tools"].said) == (0, "ran at STARTEX")


def test_before_a_change_the_earlier_version_runs_and_before_a_lever_is_in_effect_nothing_has_moved():
    early, _ = laid([], 10)
    assert early.rest.versions["index"] == "idx-2026-11-21" and early.rest.versions["policy"] == "policy-18"
    waiting, _ = laid(PLANS["one component"], 27)
    assert waiting.rest.versions["index"] == "idx-2026-11-23" and waiting.rest.levers == ()


def test_what_is_taken_back_runs_again_from_then_on():
    plan = PLANS["one component"]
    table = bootstrap.lay_out(content(), 1)
    entries = log(table.design, plan, 60 * MINUTE, table.system, [("a", 40 * MINUTE, 45 * MINUTE)])
    versions = [running_at(entries, table.design, at * MINUTE).rest.versions["index"] for at in (44, 46)]
    assert versions == ["idx-2026-11-21", "idx-2026-11-23"]


def test_the_cache_is_warm_after_a_switch_until_it_is_flushed_everywhere_or_runs_out():
    switch, flush = PLANS["one component"], pulled("f", "cache_flush", 30)
    assert laid(switch, 29)[0].warm_until_ms == 68 * MINUTE
    assert laid([*switch, flush], 32)[0].warm_until_ms is None
    assert laid([*switch, pulled("f", "cache_flush", 30, {"tenant": ["t-04"]})], 32)[0].warm_until_ms == 68 * MINUTE
    too_early = pulled("f", "cache_flush", 22)
    assert laid([*switch, too_early], 29)[0].warm_until_ms == 68 * MINUTE
