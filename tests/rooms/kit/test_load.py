"""Every mistake in a file is found in one go, with its place and what to write instead."""

from pathlib import Path

import pytest

from hotwash.kernel.errors import ContentError
from hotwash.kit.load import load_kit, load_phrases, load_scenario, load_severity, load_system, scenario_path
from tests.rooms.kit.copies import kit_copy, kit_says, planted, scenario_copy, scenario_says, shown


@pytest.mark.parametrize(
    "file, old, new, message",
    [
        (
            "alerts.yaml", "  layer: system", "  layer: sytem",
            "alerts.yaml:{line}:10: 'layer' is 'sytem'. Write 'system', 'quality', 'safety-abuse' or 'data-privacy'.",
        ),
        ("alerts.yaml", "  min_count: 20\n", "", "alerts.yaml:5:3: 'min_count' is missing. Add 'min_count:' with a whole number."),
        (
            "alerts.yaml", "  min_count: 20", "  min_cuont: 20\n  min_count: 20",
            "alerts.yaml:{line}:3: 'min_cuont' is not a key of this. Write 'min_count'.",
        ),
        ("alerts.yaml", "window_min: 5", "window_min: 0", "alerts.yaml:{line}:15: 'window_min' is 0. Write at least 1."),
        ("alerts.yaml", "window_min: 5", "window_min: five", "alerts.yaml:{line}:15: 'window_min' is 'five'. Write a whole number."),
        (
            "alerts.yaml", "- id: error-rate", "- id: Error rate",
            "alerts.yaml:{line}:7: 'id' is 'Error rate'. Write small letters, digits and hyphens, starting with a letter or digit.",
        ),
        (
            "rules.yaml", "when: {fact: cross_tenant_content}", "when: {fcat: cross_tenant_content}",
            "rules.yaml:{line}:9: 'fcat' is not a condition. Write a mapping with one of: at_min, event, fact, signal, since, all, any, not.",
        ),
        (
            "rules.yaml", "meet: {event: snapshot_taken}", "meet: {event: snapshot_taken, times: many}",
            "rules.yaml:{line}:44: 'times' is 'many'. Write a whole number.",
        ),
        ("kit.yaml", 'version: "1.0"', "version: 1.0", "kit.yaml:{line}:10: 'version' is 1.0. Write text; put quotes around something that looks like a number."),
        ("kit.yaml", "title: Base kit", "titel: Base kit", "kit.yaml:{line}:1: 'titel' is not a key of this. Write 'title'."),
        ("tiers.yaml", "breaker:", "braker:", "tiers.yaml:1:1: 'breaker' is missing. Add 'breaker:' with a mapping."),
        ("timeline.yaml", "by_min: 10", "by_min:", "timeline.yaml:{line}:10: 'by_min' is empty. Write a number."),
        ("messages/status-page.md", "variant: status", "variant: web", "messages/status-page.md:{line}:10: 'variant' is 'web'. Write 'executive', 'support', 'engineering', 'customer', 'status', 'regulator', 'vendor' or 'talk-track'."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_kit_is_located(tmp_path: Path, file: str, old: str, new: str, message: str):
    folder = kit_copy(tmp_path)
    line = planted(folder, file, old, new)
    assert message.format(line=line) in shown(kit_says(folder), folder)


def test_the_severity_matrix_comes_alone_and_from_a_kit_without_mistakes(tmp_path: Path):
    assert load_severity() == load_kit().severity
    folder = kit_copy(tmp_path)
    assert load_severity(folder) == load_severity()
    planted(folder, "alerts.yaml", "  layer: system", "  layer: sytem")
    with pytest.raises(ContentError, match="sytem"):
        load_severity(folder)


def test_mistakes_of_several_files_come_together(tmp_path: Path):
    folder = kit_copy(tmp_path)
    planted(folder, "alerts.yaml", "  layer: system", "  layer: sytem")
    planted(folder, "timeline.yaml", "by_min: 10", "by_min: soon")
    (folder / "harm.yaml").unlink()
    assert [Path(problem.where.file).name for problem in kit_says(folder)] == [
        "harm.yaml",
        "alerts.yaml",
        "timeline.yaml",
    ]


@pytest.mark.parametrize(
    "meet, message",
    [
        ("snapshot", "13: 'snapshot' is not a condition. Write a mapping with one of: at_min, event, fact, signal, since, all, any, not."),
        ("[a]", "13: a list is not a condition. Write a mapping with one of: at_min, event, fact, signal, since, all, any, not."),
        ("{event: snapshot_taken, fact: a}", "37: 'fact' is not a key of this. Write one of: event, by, where, times."),
        ("{event: snapshot_taken, where: level}", "44: 'where' is 'level'. Write a mapping, one 'key: value' a line."),
        ("{event: snapshot_taken, where: {item: {mni: 1}}}", "52: 'mni' is not a key of this. Write 'min'."),
        ("{event: snapshot_taken, where: {item: {min: x}}}", "57: 'min' is 'x'. Write a number."),
        ("{event: snapshot_taken, where: {item: }}", "51: None is nothing to compare with. Write a value, a list of values, or bounds such as {min: 1, max: 3}."),
        ("{event: snapshot_taken, where: {item: [{a: 1}]}}", "52: a mapping is nothing to compare with. Write a value, a list of values, or bounds such as {min: 1, max: 3}."),
        ("{all: [{not: {evnt: a}}]}", "26: 'evnt' is not a condition. Write a mapping with one of: at_min, event, fact, signal, since, all, any, not."),
        ("{any: []}", "19: 'any' is a list. Write at least this many: 1."),
    ],
)  # fmt: skip
def test_one_mistake_in_a_condition_is_one_problem(tmp_path: Path, meet: str, message: str):
    folder = kit_copy(tmp_path)
    line = planted(folder, "rules.yaml", "meet: {event: snapshot_taken}", f"meet: {meet}")
    assert shown(kit_says(folder), folder) == [f"rules.yaml:{line}:{message}"]


def test_a_kit_without_messages_is_refused(tmp_path: Path):
    folder = kit_copy(tmp_path)
    for file in (folder / "messages").iterdir():
        file.unlink()
    assert shown(kit_says(folder), folder) == ["messages: there are no messages. Add templates as *.md files."]


@pytest.mark.parametrize(
    "file, old, new, message",
    [
        ("world.yaml", "rate: 0.08", "rate: 8", "world.yaml:{line}:11: 'rate' is 8. Write at most 1."),
        ("msel.yaml", "  channel: chat", "  channel: pigeon", "msel.yaml:{line}:12: 'channel' is 'pigeon'. Write 'alert', 'chat', 'e-mail', 'phone', 'ticket', 'press' or 'portal'."),
        ("msel.yaml", "  to: [tech, comms]", "  to: []", "msel.yaml:{line}:7: 'to' is a list. Write at least this many: 1."),
        ("answer-key.yaml", "declare: true", "declare: perhaps", "answer-key.yaml:{line}:10: 'declare' is 'perhaps'. Write true or false."),
        ("scenario.yaml", "id: cross-tenant-leak", "id: other", "scenario.yaml:{line}:5: the id is 'other'. Write the folder's name: cross-tenant-leak."),
        ("scenario.yaml", "story_start: 2026-11-23T09:00:00Z", "story_start: Monday", "scenario.yaml:{line}:14: 'story_start' is 'Monday'."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_is_located(tmp_path: Path, file: str, old: str, new: str, message: str):
    folder = scenario_copy(tmp_path, "cross-tenant-leak")
    line = planted(folder, file, old, new)
    assert any(text.startswith(message.format(line=line)) for text in shown(scenario_says(folder), folder))


def test_an_empty_or_missing_text_is_named(tmp_path: Path):
    folder = scenario_copy(tmp_path, "cross-tenant-leak")
    (folder / "player-brief.md").write_text(" \n")
    (folder / "facilitator-guide.md").unlink()
    said = shown(scenario_says(folder), folder)
    assert said[0] == "player-brief.md: the file is empty. Write it."
    assert said[1].startswith("facilitator-guide.md: the file cannot be read")


def test_players_half_holds_nothing_of_the_other(tmp_path: Path):
    scenario, secret = load_scenario("cross-tenant-leak")
    told = scenario.model_dump_json()
    assert scenario.brief.startswith("# A Monday")
    assert secret.facilitator_guide.startswith("# Facilitator guide")
    assert not any(inject.body in told for inject in secret.msel)
    assert secret.key.what_happened not in told


def test_an_unknown_slug_names_those_that_exist():
    with pytest.raises(ContentError, match="scenarios/leak: no such content ships. Write one of: .*cross-tenant-leak"):
        scenario_path("leak")
    with pytest.raises(ContentError, match="systems/copilot: no such content ships. Write one of: .*support-copilot"):
        load_system("copilot")
    with pytest.raises(ContentError, match="there is no such folder"):
        load_system(Path("nowhere"))


def test_a_system_comes_by_slug_and_by_folder():
    by_slug = load_system("support-copilot")
    folder = scenario_path("cross-tenant-leak").parents[1] / "systems" / "support-copilot"
    assert load_system(folder) == by_slug
    assert len(load_phrases(folder).companies) >= len(by_slug.dimensions["tenant"].pattern)
