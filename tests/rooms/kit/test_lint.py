"""What would go wrong on stage is named before."""

from pathlib import Path

import pytest

from hotwash.kit.lint import holds_at_startex, lint
from hotwash.kit.load import load_kit, load_scenario, load_system
from hotwash.kit.schema.conditions import AllOf, AnyOf, At, Known, Not, Seen, SignalAbove, Since
from tests.rooms.kit.copies import planted, scenario_copy, scenario_says, shown

LEAK, BIAS, ALARM = "cross-tenant-leak", "bias-after-refresh", "order-number-alarm"
SNAPSHOT = "meet: {event: suite_run, where: {suite: cache, failures: 0}}"


@pytest.mark.parametrize(
    "slug, file, old, new, message",
    [
        (LEAK, "msel.yaml", "  at_min: 16\n", "", "msel.yaml:{item}:3: 'support-first-odd-answer' has both or neither of at_min and when"),
        (LEAK, "msel.yaml", "EXERCISE. Morning.", "EXERCISE. {morning}.", "'morning'"),
        (LEAK, "msel.yaml", "  at_min: 16", "  at_min: 60", "'support-first-odd-answer' would come after ENDEX. Write less than 60."),
        (LEAK, "msel.yaml", "kind: contextual", "kind: expected-action", "asks for an action and expects none"),
        (LEAK, "msel.yaml", "kind: contextual", "kind: contingency", "is a contingency that comes whatever players do"),
        (LEAK, "answer-key.yaml", SNAPSHOT, "meet: {not: {event: lever_reverted}}", "'cache-proved-clean' is met before anybody does anything"),
        (LEAK, "answer-key.yaml", SNAPSHOT, "meet: {signal: pii_hits, above: 0.0}", None),
        (BIAS, "answer-key.yaml", "meet: {event: major_incident_declared}", "meet: {signal: denials, above: 0.2}", "'rights-declared' is met before anybody does anything"),
        (LEAK, "answer-key.yaml", "within_min: 12", "within_min: 0", "'leak-traces-read' must be met in the moment in which it is armed"),
        (LEAK, "answer-key.yaml", "severity_accepted: [1]", "severity_accepted: [2]", "answer-key.yaml:{line}:20: Sev-1 is not accepted"),
        (LEAK, "answer-key.yaml", "severity: 1", "severity: 2", "'cross_tenant_content' is true, and the kit wants at least Sev-1"),
        (LEAK, "answer-key.yaml", "cause: index", "cause: model", "answer-key.yaml:{line}:8: the cause is 'model', and no fault is carried by it. Write 'index'."),
        (LEAK, "answer-key.yaml", "onset_min: 12", "onset_min: 15", "the onset is 15, and the first fault starts at 12. Write 12."),
        (LEAK, "answer-key.yaml", "tenant: [t-04, t-08, t-12]", "tenant: [t-04]", "the scope is not the slice of a fault"),
        (LEAK, "answer-key.yaml", "bucket: data", "bucket: null", "the incident has no bucket"),
        (LEAK, "answer-key.yaml", "incident: true", "incident: false", "the key says that there is no incident"),
        (LEAK, "answer-key.yaml", "- {step: recover,", "- {step: contain,", "nothing helps players to recover. Add a clue for 'recover'."),
        (LEAK, "answer-key.yaml", "{fact: change_suspected, from_min: 12}", "{fact: vendor_origin, from_min: 12}", "players cannot learn 'vendor_origin': no trace shows it, no inject reveals it"),
        (LEAK, "world.yaml", "onset_min: 12", "onset_min: 70", "the fault starts at 70, after ENDEX"),
        (BIAS, "world.yaml", "    version: current\n", "    version: previous\n", "there is an incident and no fault"),
        (ALARM, "answer-key.yaml", "alarms_false: [pii-in-output, downvote-spike]", "alarms_false: []", "no alert is named that fires for a harmless reason"),
        (ALARM, "answer-key.yaml", "declare: false", "declare: true", "a false alarm is to be declared"),
        (ALARM, "answer-key.yaml", "cause: null", "cause: index", "a false alarm has a cause"),
        (ALARM, "world.yaml", "  - signal: pii_hits", "  - signal: downvotes", None),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_named(tmp_path: Path, slug: str, file: str, old: str, new: str, message: str | None):
    folder = scenario_copy(tmp_path, slug)
    line = planted(folder, file, old, new)
    said = shown(scenario_says(folder), folder)
    if message is None:
        assert said == []
    else:
        assert any(message.format(line=line, item=1) in text for text in said), "\n".join(said)


@pytest.mark.parametrize(
    "condition, holds",
    [
        (At(at_min=0), True),
        (At(at_min=1), False),
        (Seen(event="snapshot_taken"), False),
        (Not(**{"not": Seen(event="snapshot_taken")}), True),
        (Not(**{"not": At(at_min=0)}), False),
        (AnyOf(any=[Seen(event="snapshot_taken"), At(at_min=0)]), True),
        (AllOf(all=[Seen(event="snapshot_taken"), At(at_min=0)]), False),
        (Since(since=At(at_min=0), minutes=0), True),
        (Since(since=At(at_min=0), minutes=5), False),
        (Known(fact="disparate_denials"), False),
        (Known(fact="disparate_denials", of="world"), False),
        (SignalAbove(signal="denials", above=0.1), True),
        (SignalAbove(signal="denials", above=0.3), False),
    ],
)
def test_what_holds_before_anybody_acts(condition, holds: bool):
    _, secret = load_scenario(BIAS)
    assert holds_at_startex(condition, secret.key, load_system("eligibility-scoring")) is holds


@pytest.mark.parametrize(
    "file, old, new, place",
    [
        ("player-brief.md", "## Your hour", "The rebuild wrote the shards of three shops anew.\n\n## Your hour", "player-brief.md"),
        ("scenario.yaml", "went live; 3 shops re-ingested", "went live without their tenant attribute, so the filter", "scenario.yaml"),
        ("player-brief.md", "## Your hour", "See unfiltered-shards.\n\n## Your hour", "player-brief.md"),
        ("player-brief.md", "## Your hour", "Roll back the index alone, never the bundle.\n\n## Your hour", "player-brief.md"),
        ("player-brief.md", "## Your hour", "Ask for the trace and not the screenshot.\n\n## Your hour", "player-brief.md"),
    ],
)  # fmt: skip
def test_a_spoiler_is_caught(tmp_path: Path, file: str, old: str, new: str, place: str):
    folder = scenario_copy(tmp_path, LEAK)
    planted(folder, file, old, new)
    said = shown(scenario_says(folder), folder)
    assert len(said) == 1
    assert said[0].startswith(place)
    assert "players would read" in said[0]


def test_without_sources_a_problem_still_says_where():
    scenario, secret = load_scenario(LEAK)
    key = secret.key.model_copy(update={"clues": secret.key.clues[:1]})
    broken = secret.model_copy(update={"key": key})
    said = lint(load_kit(), scenario, broken, load_system(scenario.system))
    assert {str(problem.where) for problem in said} == {"key"}


def test_recorded_traces_need_no_system_pack():
    scenario, secret = load_scenario(LEAK)
    recorded = scenario.model_copy(update={"system": "recorded"})
    said = lint(load_kit(), recorded, secret, None)
    assert said == []
