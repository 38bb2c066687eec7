"""All content that ships loads, is free of problems, and is what it says."""

import re

import pytest

from hotwash.drill.alerts import standing
from hotwash.drill.design import DrillDesign
from hotwash.kernel.clock import MINUTE
from hotwash.kit.digest import content_digest
from hotwash.kit.lint import lint_scenario
from hotwash.kit.load import list_scenarios, list_systems, load_kit, load_phrases, load_scenario, load_system
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall
from hotwash.simulator.system import SimulatedSystem

SIMULATED = ("bias-after-refresh", "cross-tenant-leak", "order-number-alarm")
SEEDS = (1, 2, 3)


def test_the_three_simulated_scenarios_ship():
    assert set(SIMULATED) <= set(list_scenarios())


@pytest.mark.parametrize("slug", list_scenarios())
def test_every_scenario_lints_clean(slug: str):
    assert lint_scenario(slug) == []


@pytest.mark.parametrize("slug", list_systems())
def test_every_system_pack_loads_with_its_words(slug: str):
    spec = load_system(slug)
    assert spec.id == slug
    assert spec.recorded_runs == 0 or load_phrases(slug).topics


@pytest.mark.parametrize("slug", list_scenarios())
def test_a_scenario_is_whole(slug: str):
    scenario, secret = load_scenario(slug)
    assert 9 <= len(secret.msel) <= 14
    assert {inject.kind for inject in secret.msel} == {"contextual", "expected-action", "contingency"}
    assert all(inject.body.startswith("EXERCISE.") for inject in secret.msel)
    assert {"press"} <= {inject.channel for inject in secret.msel}
    for heading in (
        "Purpose",
        "What is true",
        "Reveal points",
        "What to watch",
        "Traps",
        "Hot wash",
        "Stop conditions",
    ):
        assert f"## {heading}" in secret.facilitator_guide
    assert len(scenario.changes) >= 3


def test_digests_follow_values_and_not_layout():
    kit = load_kit()
    assert content_digest(kit) == content_digest(load_kit())
    assert content_digest(kit) != content_digest(kit.model_copy(update={"version": "2"}))
    scenario, secret = load_scenario("cross-tenant-leak")
    changed = secret.model_copy(update={"facilitator_guide": "another"})
    assert content_digest(scenario, secret) != content_digest(scenario, changed)


@pytest.mark.parametrize(
    "text, statement",
    [
        ("We confirm that no customer data was affected.", "no-data-affected"),
        ("No personal information has been exposed.", "no-data-affected"),
        ("There is no evidence of misuse.", "no-evidence-of"),
        ("The root cause was a deploy.", "root-cause-early"),
        ("The issue has been fully resolved.", "fixed"),
        ("This cannot happen again.", "never-again"),
        ("Only a handful of customers saw it.", "only-few"),
        ("A minor glitch in our assistant.", "minimise"),
        ("This was user error.", "blame-users"),
        ("The AI hallucinated a policy.", "blame-model"),
        ("This was our vendor's fault.", "blame-vendor"),
        ("Our system does not discriminate.", "not-discriminatory"),
        ("About 3 % saw it.", "naked-percentage"),
        ("This is not a breach.", "legal-conclusion"),
    ],
)
def test_a_prohibited_statement_is_found(text: str, statement: str):
    found = [one.id for one in load_kit().prohibited if re.search(one.pattern, text, re.IGNORECASE)]
    assert statement in found


@pytest.mark.parametrize(
    "text",
    [
        "Since 09:12 UTC some answers in three shops may have shown order details of other people. The review is going on.",
        "We have switched off document search for three shops and are watching the effect.",
        "About 8 % of answers in three shops are affected; we will write again at 10:00.",
        "Decisions are under review, and adverse decisions are being held.",
    ],
)
def test_an_honest_statement_passes(text: str):
    assert [one.id for one in load_kit().prohibited if re.search(one.pattern, text, re.IGNORECASE)] == []


def test_no_template_holds_a_prohibited_statement():
    kit = load_kit()
    found = [
        (message.id, one.id)
        for message in kit.messages
        for one in kit.prohibited
        if re.search(one.pattern, message.text, re.IGNORECASE)
    ]
    assert found == []


def test_every_template_has_the_five_headings_and_is_marked():
    for message in load_kit().messages:
        assert message.text.startswith("EXERCISE")
        for heading in ("What happened", "Impact", "Status", "Next steps", "Asks and risks"):
            assert f"**{heading}.**" in message.text, message.id


def test_every_mode_has_its_fast_containment_and_its_question():
    kit = load_kit()
    assert len(kit.taxonomy.modes) == 7
    assert all(mode.diagnostic_question.endswith("?") for mode in kit.taxonomy.modes.values())
    assert len(kit.severity.dimensions) == 10
    assert len(kit.rules) >= 8


def simulated(slug: str, seed: int) -> tuple[DrillDesign, SimulatedSystem]:
    kit = load_kit()
    scenario, secret = load_scenario(slug)
    system = SimulatedSystem(
        spec=load_system(scenario.system), world=secret.world, harm=kit.harm, changes=scenario.changes,
        levers={str(kind): lever for kind, lever in kit.levers.items()},
        minutes=scenario.endex_min, coast_minutes=scenario.coast_min, seed=seed, words=None,
    )  # fmt: skip
    return DrillDesign(kit, scenario, secret, system.describe()), system


def first_stands(design: DrillDesign, system: SimulatedSystem, alerts: set[str]) -> dict[tuple[str, str], int]:
    """(dimension, value) → the first minute at which one of the alerts stands there."""
    found: dict[tuple[str, str], int] = {}
    baseline = system.baseline()
    for minute in range(1, design.scenario.endex_min):
        system.advance(minute * MINUTE)
        for alert in alerts:
            for dim, value, _ in standing(design.alerts[alert], design.system, system.frame(), baseline, minute):
                found.setdefault((dim, value), minute)
    return found


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "slug, alerts, cells",
    [
        ("cross-tenant-leak", {"pii-in-output"}, [("tenant", "t-04"), ("tenant", "t-08"), ("tenant", "t-12")]),
        ("bias-after-refresh", {"score-shift", "denial-shift"}, [("group", "D")]),
    ],
)
def test_the_alert_fires_soon_after_the_onset_and_shows_where(slug: str, alerts: set[str], cells: list, seed: int):
    design, system = simulated(slug, seed)
    onset = design.secret.key.onset_min
    first = first_stands(design, system, alerts)
    at = sorted(first[cell] for cell in cells if cell in first)
    assert onset + 3 <= at[0] <= onset + 10
    assert at[-1] <= onset + 20
    assert len(at) == len(cells)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_false_alarm_cries_at_one_shop(seed: int):
    design, system = simulated("order-number-alarm", seed)
    first = first_stands(design, system, {"pii-in-output"})
    assert 14 <= first["tenant", "t-01"] <= 25
    assert {cell for cell in first if cell[0] == "tenant"} == {("tenant", "t-01")}
    assert system.replay([]).loss == 0


def score(losses: dict[str, int], name: str) -> float:
    return (losses["nothing"] - losses[name]) / (losses["nothing"] - min(losses.values()))


def call(name: str, kind: str, at_min: float, scope: Scope = EVERYTHING, **arguments: str) -> LeverCall:
    return LeverCall(name, kind, int(at_min * MINUTE), scope, tuple(arguments.items()))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_leak_punishes_the_traps_that_the_guide_names(seed: int):
    design, system = simulated("cross-tenant-leak", seed)
    shops = Scope.of({"tenant": design.secret.key.scope["tenant"]})
    cut, undo = call("cut", "retrieval_off", 22, shops), call("undo", "restore", 36.5, target="cut")
    flush, again = call("f1", "cache_flush", 22.2, shops), call("f2", "cache_flush", 36, shops)
    back = call("back", "rollback", 28, component="index")
    whole = call("back", "rollback", 28, component="bundle")
    plans = {
        "nothing": [],
        "plan of the key": [cut, flush, back, again, undo],
        "no flush": [cut, back, undo],
        "whole bundle": [cut, flush, whole, again, undo],
        "all off": [call("off", "feature_off", 22)],
    }
    losses = {name: system.replay(plan).loss for name, plan in plans.items()}
    assert score(losses, "plan of the key") == 1
    assert score(losses, "no flush") < 0.8
    assert score(losses, "whole bundle") < 0.95
    assert score(losses, "all off") < 0.75
    assert losses["all off"] < losses["nothing"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bias_scenario_punishes_the_traps_that_the_guide_names(seed: int):
    _, system = simulated("bias-after-refresh", seed)
    hold, undo = call("hold", "hold_adverse", 24), call("undo", "restore", 37.5, target="hold")
    plans = {
        "nothing": [],
        "plan of the key": [hold, call("back", "rollback", 29, component="data"), undo],
        "whole bundle": [hold, call("back", "rollback", 29, component="bundle"), undo],
        "the model": [call("back", "rollback", 24, component="model")],
        "review": [call("review", "review", 24, reviewers=12, rule="adverse", overflow="open")],
        "all off": [call("off", "feature_off", 24)],
    }
    losses = {name: system.replay(plan).loss for name, plan in plans.items()}
    assert score(losses, "plan of the key") == 1
    assert score(losses, "whole bundle") < 0.93
    assert score(losses, "the model") < 0
    assert score(losses, "review") < 0.5
    assert score(losses, "all off") < 0.6
