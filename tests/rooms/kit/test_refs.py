"""Every name in a kit or a scenario leads somewhere, and a broken one is located."""

from pathlib import Path

import pytest

from hotwash.kit.load import load_system
from hotwash.kit.refs import system_problems
from tests.rooms.kit.copies import kit_copy, kit_says, planted, scenario_copy, scenario_says, shown


@pytest.mark.parametrize(
    "file, old, new, message",
    [
        ("rules.yaml", "event: snapshot_taken", "event: snapshot_token", "rules.yaml:{line}:21: there is no event 'snapshot_token'. Write 'snapshot_taken'."),
        ("rules.yaml", "where: {level: 1}", "where: {levle: 1}", "rules.yaml:{line}:43: 'severity_set' has no 'levle'. Write 'level'."),
        ("rules.yaml", "kind: cache_flush", "kind: cache_flash", "rules.yaml:{line}:49: there is no lever 'cache_flash'. Write 'cache_flush'."),
        ("rules.yaml", "when: {fact: cross_tenant_content}", "when: {fact: cross_tenant}", "rules.yaml:{line}:16: there is no fact 'cross_tenant'. Write 'cross_tenant_content'."),
        ("rules.yaml", "seat: ic", "seat: commander", "rules.yaml:{line}:13: there is no seat 'commander'. Write one of: comms, ic, legal, ml, privacy, scribe, tech."),
        ("rules.yaml", "- id: cross-tenant\n", "- id: personal-data-in-output\n", "rules.yaml:{line}:7: the id 'personal-data-in-output' is used twice. Give it a name of its own."),
        ("roles.yaml", "deputy: tech", "deputy: ic", "roles.yaml:{line}:13: 'ic' is its own deputy. Name another seat."),
        ("roles.yaml", "set_severity: [ic]", "set_sevrity: [ic]", "roles.yaml:{line}:3: there is no command 'set_sevrity'. Write 'set_severity'."),
        ("roles.yaml", "Roles and room: {ic: A,", "Roles and room: {ic: R,", "roles.yaml:{line}:19: 'Roles and room' has 0 seats with an A. Give exactly one seat the A."),
        ("levers.yaml", "approvals: 1", "approvals: 2", "levers.yaml:{line}:59: 2 approvals are asked for, and 1 seats may give one. Name more approvers, or ask for fewer."),
        ("levers.yaml", "when_fact: tool_misuse", "when_fact: misuse", "levers.yaml:{line}:33: there is no fact 'misuse'. Write 'tool_misuse'."),
        ("alerts.yaml", "signal: downvotes", "signal: denials", "alerts.yaml:{line}:11: there is no signal of a copilot 'denials'."),
        ("alerts.yaml", "confirm_with: [latency_slow]", "confirm_with: [errors]", "alerts.yaml:{line}:17: 'errors' is to confirm itself. Name a signal that is independent of it."),
        ("alerts.yaml", "modes: [drift]", "modes: [shift]", "alerts.yaml:{line}:11: there is no mode 'shift'."),
        ("rubric.yaml", "weight: 8", "weight: 9", "rubric.yaml:3:3: the sum here is 101. Make it 100."),
        ("rubric.yaml", "share: 0.4", "share: 0.5", "rubric.yaml:7:7: the sum here is 1.1. Make it 1."),
        ("rubric.yaml", "measure: bucket-correct", "measure: bucket", "rubric.yaml:{line}:19: there is no measure 'bucket'."),
        ("rubric.yaml", "check: evidence-destroyed", "check: evidence", "rubric.yaml:{line}:68: there is no check 'evidence'."),
        ("rubric.yaml", "start: onset", "start: begin", "rubric.yaml:{line}:52: there is no milestone 'begin'."),
        ("rubric.yaml", "S: 0.65", "S: 0.95", "rubric.yaml:{line}:10: ratings do not fall from P to U. Write all four, falling."),
        ("prohibited.yaml", "pattern: '\\bno (", "pattern: '\\bno ((", "prohibited.yaml:{line}:12: the pattern is not a regular expression"),
        ("messages/customer-notice.md", "[legal, privacy]", "[legal, pravicy]", "messages/customer-notice.md:{line}:20: there is no seat 'pravicy'. Write 'privacy'."),
        ("timeline.yaml", "by_min: 20", "by_min: 5", "timeline.yaml:{line}:11: this move ends at minute 5, before the one above it. Put the moves in order."),
        ("obligations.yaml", "when: {fact: personal_data_exposed}", "when: {fact: personal_data}", "obligations.yaml:{line}:16: there is no fact 'personal_data'. Write 'personal_data_exposed'."),
        ("severity.yaml", "must_inform: [ic,", "must_inform: [boss,", "severity.yaml:{line}:19: there is no seat 'boss'."),
    ],
)  # fmt: skip
def test_a_broken_reference_of_a_kit_is_located(tmp_path: Path, file: str, old: str, new: str, message: str):
    folder = kit_copy(tmp_path)
    line = planted(folder, file, old, new)
    said = shown(kit_says(folder), folder)
    assert any(text.startswith(message.format(line=line)) for text in said), "\n".join(said)


@pytest.mark.parametrize(
    "file, old, new, message",
    [
        ("scenario.yaml", "system: support-copilot", "system: eligibility-scoring", "scenario.yaml:19:29: there is no component 'index'."),
        ("scenario.yaml", "regions: [us, eu]", "regions: [us, mars]", "scenario.yaml:{line}:15: there is no region 'mars'."),
        ("scenario.yaml", "09:00:00Z", "09:00:00", "scenario.yaml:5:14: the story's start has no time zone. End it with Z or +01:00."),
        ("scenario.yaml", "at_min: 19", "at_min: 75", "scenario.yaml:{line}:14: the change comes after ENDEX. Write at most 60."),
        ("world.yaml", "tenant: [t-04, t-08, t-12]", "tenant: [t-04, t-25]", "world.yaml:{line}:22: there is no value of tenant 't-25'."),
        ("world.yaml", "intent: [billing]", "inntent: [billing]", "world.yaml:{line}:7: there is no dimension 'inntent'. Write 'intent'."),
        ("world.yaml", "carried_by: index", "carried_by: indx", "world.yaml:{line}:17: there is no component 'indx'. Write 'index'."),
        ("world.yaml", "- signal: downvotes", "- signal: denials", "world.yaml:{line}:13: there is no signal 'denials'."),
        ("world.yaml", "to_min: 55", "to_min: 3", "world.yaml:{line}:13: it ends at 3, before it starts. Write above 4."),
        ("msel.yaml", "reveals: [customer_report, personal_data_exposed]", "reveals: [customer_rapport]", "msel.yaml:{line}:13: there is no fact 'customer_rapport'. Write 'customer_report'."),
        ("msel.yaml", "to: [tech, comms]", "to: [tech, press]", "msel.yaml:{line}:14: there is no seat 'press'."),
        ("msel.yaml", "obligation: gdpr-authority", "obligation: gdpr", "there is no obligation 'gdpr'."),
        ("answer-key.yaml", "cause: index", "cause: indexes", "answer-key.yaml:{line}:8: there is no component 'indexes'. Write 'index'."),
        ("answer-key.yaml", "mode: data-leakage", "mode: leak", "answer-key.yaml:{line}:7: there is no mode 'leak'."),
        ("answer-key.yaml", "alarms_false: []", "alarms_false: [pii]", "answer-key.yaml:{line}:16: there is no alert 'pii'."),
        ("answer-key.yaml", "dimension: harm-checks", "dimension: harm", "answer-key.yaml:{line}:16: there is no dimension of the rubric 'harm'."),
        ("answer-key.yaml", "arguments.component: index", "arguments.scope: index", "there is no argument of a lever 'scope'."),
    ],
)  # fmt: skip
def test_a_broken_reference_of_a_scenario_is_located(tmp_path: Path, file: str, old: str, new: str, message: str):
    folder = scenario_copy(tmp_path, "cross-tenant-leak")
    line = planted(folder, file, old, new)
    said = shown(scenario_says(folder), folder)
    assert any(message.format(line=line) in text for text in said), "\n".join(said)


def test_a_broken_system_pack_is_named():
    system = load_system("eligibility-scoring")
    language = system.dimensions["language"].model_copy(update={"given": "country"})
    broken = system.model_copy(
        update={
            "dimensions": {**system.dimensions, "language": language},
            "protected": ["origin"],
            "intents": {name: system.intents[name] for name in list(system.intents)[:3]},
        }
    )
    said = [problem.found for problem in system_problems(broken)]
    assert said == [
        "there is no dimension 'origin'",
        "there is no dimension 'country'",
        "the sum here is 0.85",
    ]
