"""Mistakes planted one by one in files of a kit, a scenario and a system, each named where it stands and nowhere else."""

from datetime import date
from pathlib import Path

import pytest

from hotwash.adapters.clock_manual import ManualClock
from hotwash.bootstrap import check_kit
from hotwash.kernel.errors import Problem
from hotwash.kit.lint import lint_library
from hotwash.kit.load import examine_kit, list_scenarios, list_systems, read_system
from tests.rooms.kit.copies import (
    kit_copy,
    kit_says,
    scenario_copy,
    scenario_says,
    system_copy,
    system_says,
)

LEAK = "cross-tenant-leak"
TODAY = date(2026, 11, 24)
TODAYS_CLOCK = ManualClock((TODAY - date(1970, 1, 1)).days * 86_400_000)
HERE = "«"
"""Stands in a planted text where the mistake is, if that is not where it begins to differ."""

SECOND_RULE = """- id: planted
  title: Planted
  when: {fact: cross_tenant_content}
  then:
    - id: «planted-duty
      seat: ic
      what: Something else.
      within_min: 10
      meet: MEET
  source: Planted.
- id: disparity-in-decisions
"""
EXCEPTIONS = """exceptions:
  - {id: no-scribe, what: Planted., why: Planted., approved_by: SEAT, until: UNTIL}
stop_conditions:
"""

KIT = [
    # files and their form
    ("kit.yaml", 'version: "1.0"', "version: 1.0", "'version' is 1.0"),
    ("kit.yaml", "title: Base kit", "titel: Base kit\ntitle: Base kit", "'titel' is not a key of this"),
    ("timeline.yaml", "by_min: 45", "by_min: soon", "'by_min' is 'soon'"),
    ("harm.yaml", "points: 60", "points: 0", "'points' is 0"),
    ("declaration.yaml", "  rights: Decisions", "  rights: Planted.\n  «rights: Decisions", "the key 'rights' stands here twice"),
    ("tiers.yaml", "    severity: 2\n", "    severity: 5\n", "'severity' is 5"),
    ("guides/first-30-minutes.md", "kind: runbook", "kind: book", "'kind' is 'book'"),
    ("rules.yaml", "meet: {event: snapshot_taken}", "meet: {evnt: snapshot_taken}", "'evnt' is not a condition"),
    ("alerts.yaml", "window_min: 10", "window_min: 90", "'window_min' is 90"),
    ("obligations.yaml", "checked_on: 2026-10-31", "checked_on: 2026-13-31", "'checked_on' is '2026-13-31'. Write a day that there is, as 2026-10-31."),
    # names that lead nowhere
    ("taxonomy.yaml", "scheme: mitre-atlas, id: AML.T0031", "scheme: mitre-atlsa, id: AML.T0031", "there is no scheme 'mitre-atlsa'"),
    ("severity.yaml", "must_inform: [ic, tech, ml]", "must_inform: [ic, boss, ml]", "there is no seat 'boss'"),
    ("severity.yaml", "  tool_misuse: 1", "  tool_use: 1", "there is no fact 'tool_use'"),
    ("rules.yaml", "event: update_corrected", "event: update_correct", "there is no event 'update_correct'"),
    ("rules.yaml", "where: {variant: vendor}", "where: {varient: vendor}", "'update_published' has no 'varient'"),
    ("rules.yaml", "when: {fact: vendor_origin}", "when: {fact: vendor_orgin}", "there is no fact 'vendor_orgin'"),
    ("rules.yaml", "kind: [tools_off, safe_mode,", "kind: [tool_off, safe_mode,", "there is no lever 'tool_off'"),
    ("rules.yaml", "alert: [feature-missing, feature-feed-lost", "alert: [feature-mising, feature-feed-lost", "there is no alert 'feature-mising'"),
    ("rules.yaml", "where: {reviewers: legal}", "where: {reviewers: lawyer}", "there is no seat 'lawyer'"),
    ("rules.yaml", "verdict: spurious}", "verdict: spurius}", "there is no verdict 'spurius'"),
    ("rules.yaml", "- id: cross-tenant\n", "- id: personal-data-in-output\n", "the id 'personal-data-in-output' is used twice"),
    ("roles.yaml", "run_suite: [tech, ml]", "run_suit: [tech, ml]", "there is no command 'run_suit'"),
    ("roles.yaml", "deputy: comms", "deputy: press", "there is no seat 'press'"),
    ("roles.yaml", "Containment: {ic: A,", "Containment: {ic: C,", "'Containment' has 0 seats with an A"),
    ("levers.yaml", "standing_order: {when_fact: cached_answer", "standing_order: {when_fact: cache", "there is no fact 'cache'"),
    ("levers.yaml", "arguments: {tier:", "arguments: {teir:", "there is no argument 'teir'"),
    ("harm.yaml", "fact: disparate_denials", "fact: disparate_denial", "there is no fact 'disparate_denial'"),
    ("alerts.yaml", "  signal: downvotes", "  signal: downvote", "there is no signal of a copilot 'downvote'"),
    ("alerts.yaml", "runbook: runbook-misuse", "runbook: runbook-missuse", "there is no guide 'runbook-missuse'"),
    ("messages/talk-track.md", "approvals: [legal]", "approvals: [lawyer]", "there is no seat 'lawyer'"),
    ("messages/status-page.md", "{impact}", "{impcat}", "there is no slot 'impcat'. Write 'impact'."),
    ("prohibited.yaml", "where: {applies: \"no\"}}", "where: {applies: nope}}", "there is no applies 'nope'"),
    ("prohibited.yaml", "suites: [replay, cache, bias]", "suites: [replay, cash, bias]", "there is no suite 'cash'"),
    ("wording.yaml", "please, kindly,", "please, '@seat',", "'@seat' stands for nothing"),
    ("wording.yaml", "tolerance: {exact_min: 3", "tolerance: {exact_min: soon", "'exact_min'"),
    ("prohibited.yaml", "pattern: '\\b(only|just|merely) (a )?", "pattern: '\\b(only|just|merely (a )?", "the pattern is not a regular expression"),
    ("rubric.yaml", "measure: second-signal", "measure: two-signals", "there is no measure 'two-signals'"),
    ("rubric.yaml", "check: made-worse", "check: worse", "there is no check 'worse'"),
    ("rubric.yaml", "stop: recovered}", "stop: healed}", "there is no milestone 'healed'"),
    ("guides/runbook-drift.md", "modes: [drift]", "modes: [drfit]", "there is no mode 'drfit'"),
    ("rules-of-engagement.yaml", "stop_conditions:\n", EXCEPTIONS.replace("SEAT", "«boss").replace("UNTIL", "2027-01-31"), "there is no seat 'boss'"),
    # sums and orders
    ("rubric.yaml", "share: 0.4, says: The primary", "share: 0.3, says: The primary", "the sum here is 0.9"),
    ("rubric.yaml", "P: 0.85", "P: 0.55", "ratings do not fall from P to U"),
    ("timeline.yaml", "by_min: 55", "by_min: 40", "this move ends at minute 40, before the one above it"),
    ("severity.yaml", "update_every_min: 240", "update_every_min: 20", "Sev-3 has 20 and the severer Sev-2 has 30"),
    # what nobody may do
    ("rules.yaml", "meet: {event: severity_set, where: {level: 1}}", "meet: {event: severity_set, by: [comms], where: {level: 1}}", "nobody may do 'leak-severity': comms may not set severity; ic may"),
    ("rules.yaml", "seat: ml\n      what: Show a replay", "seat: scribe\n      what: Show a replay", "'scribe' owes 'recovery-proved', and only ml or tech may do it"),
    ("rules.yaml", "meet: {event: update_corrected}", "meet: {event: drill_paused}", "nobody may do 'corrected': 'drill_paused' is written by exercise control"),
    ("rules.yaml", "where: {kind: [retrieval_off, safe_mode, feature_off]}", "where: {kind: [retrieval_off, safe_mode, feature_off]}, by: [legal]", "nobody may do 'leak-path-cut': legal may not pull lever"),
    ("roles.yaml", "run_suite: [tech, ml]", "run_suite: [tech, ml]\n  «open_trace: []", "no seat may open trace"),
    ("levers.yaml", "may_pull: [tech], approvals: 0, approvers: [ic]", "may_pull: [], approvals: 0, approvers: [ic]", "nobody may pull 'rate_limit'"),
    ("levers.yaml", "rights: {may_pull: [tech, ml], approvals: 1, approvers: [ic]}", "rights: {may_pull: [tech, ml], approvals: 1, approvers: «[scribe]}", "approvals asked for: 1; of the seats named, 0 may approve lever"),
    ("messages/regulator-notice.md", "approvals: [legal", "approvals: [scribe, legal", "'scribe' is to approve 'regulator-notice' and may not approve draft"),
    # thresholds that no value reaches
    ("rules.yaml", "where: {level: 2}}, minutes: 30}", "where: {level: 5}}, minutes: 30}", "there is no severity level 5"),
    ("rules.yaml", "{event: alert_fired}, minutes: 10}", "{event: alert_fired}, minutes: 500}", "no drill lasts 500 minutes"),
    ("rules.yaml", "within_min: 60\n", "within_min: 600\n", "'corrected' is never late: no drill lasts 600 minutes"),
    ("rules.yaml", "meet: {event: hypothesis_raised, times: 3}", "meet: {event: hypothesis_raised, times: 300}", "nothing happens 300 times"),
    ("rules.yaml", "when: {event: drill_started}", "when: {event: drill_started, times: 2}", "'drill_started' happens 2 times"),
    ("rules.yaml", "arguments.percent: {max: 5}", "arguments.percent: {min: 500}", "'arguments.percent' never reaches 500"),
    ("rules.yaml", "trials: {min: 300}", "trials: {min: 300, max: 30}", "no value is at least 300 and at most 30"),
    ("rules.yaml", "where: {state: recovered}", "where: {state: {min: 1}}", "'state' is no number, so no bounds fit"),
    ("rules.yaml", 'where: {applies: "yes"}', "where: {applies: true}", "there is no applies True"),
    ("obligations.yaml", "when: {fact: personal_data_exposed}", "when: {signal: pii_hits, above: 1}", "no share is above 1"),
    ("obligations.yaml", "needs: [breach, in-eu, controller]", "needs: [breach, in-eu, controler]", "there is no question 'controler'"),
    ("obligations.yaml", "calendar: england-wales", "calendar: england", "there is no calendar 'england'"),
    ("obligations.yaml", "notice: gdpr-34\n", "notice: gdpr-43\n", "there is no notice 'gdpr-43'"),
    ("obligations.yaml", "after: nis2-notification", "after: nis2-notified", "there is no obligation 'nis2-notified'"),
    ("questions.yaml", "all: [leakage, personal-data]", "all: [leakage, breach]", "'breach' does not stand above 'exposed'"),
    ("calendars.yaml", "zone: Europe/Dublin", "zone: Europe/Dubln", "there is no time zone 'Europe/Dubln'"),
    ("stakeholders.yaml", "templates: [update-executive]", "templates: [update-exec]", "there is no message template 'update-exec'. Write 'update-executive'."),
    ("stakeholders.yaml", "deputy: ic", "deputy: ice", "there is no seat 'ice'"),
    ("stakeholders.yaml", "rhythm: {1: {first_min: 10, every_min: 15}", "rhythm: {1: {first_min: 10, every_min: 45}", "Sev-2 has 30 and the severer Sev-1 has 45"),
    ("communication.yaml", "override: [ic, legal]", "override: [ic, lawyer]", "there is no seat 'lawyer'"),
    ("communication.yaml", "audience: customers-hit", "audience: customer-hit", "'customer-hit'. Write 'customers-hit'."),
    ("communication.yaml", "liab\\w+|", "liab\\w+(|", "the pattern is not a regular expression"),
    ("sentences.yaml", "Since about {since}, some answers contained", "Since about {sinse}, some answers contained", "there is no slot 'sinse'. Write 'since'."),
    ("sentences.yaml", "when: [confirmed], modes: [data-leakage]", "when: [confirmd], modes: [data-leakage]", "there is no state 'confirmd'. Write 'confirmed'."),
    ("alerts.yaml", "min_count: 15", "min_count: 900000", "'min_count' is 900000, and the busiest system has 120000 requests"),
    ("levers.yaml", "delay_s: 240", "delay_s: 24000", "24000 seconds are longer than any drill"),
    ("tiers.yaml", "threshold: 0.02", "threshold: 1", "no share is above 1"),
    ("tiers.yaml", "window_s: 120", "window_s: 0", "no requests are counted in a window of 0 seconds"),
    ("timeline.yaml", "by_min: 60", "by_min: 600", "no drill lasts 600 minutes"),
    ("rubric.yaml", "parameters: {count: 3}", "parameters: {cuont: 3}", "'enough-raised' has no parameter 'cuont'. Write 'count'."),
    ("rubric.yaml", "parameters: {within_h: 72}", "parameters: {within_h: 0}", "'within_h' is 0, and nothing is judged by that"),
    ("rubric.yaml", "check: made-worse, cap: 15", "check: made-worse, cap: 100", "a cap of 100 takes nothing away"),
    # rules that contradict each other, the matrix, or what may be said
    ("rules.yaml", "meet: {event: severity_set, where: {level: 1}}", "meet: {event: severity_set, where: {level: [3, 4]}}", "asks for Sev-3 or 4 where severity.yaml makes Sev-1 mandatory for 'cross_tenant_content'"),
    ("rules.yaml", "- id: disparity-in-decisions\n", SECOND_RULE.replace("MEET", "{all: [{not: {event: lever_pulled, where: {kind: cache_flush}}}, {event: decision_recorded}]}"), "'planted-duty' asks for the opposite of 'leak-cache-flushed'"),
    ("rules.yaml", "- id: disparity-in-decisions\n", SECOND_RULE.replace("when: {fact: cross_tenant_content}", "when: {any: [{fact: cross_tenant_content}, {fact: press_contact}]}").replace("within_min: 10", "within_min: 20").replace("MEET", "{event: severity_set, where: {level: 1}}"), "'planted-duty' allows 20 minutes for what 'leak-severity' of rule 'cross-tenant' asks for within 10"),
    ("messages/customer-notice.md", "{what_happened}", "{what_happened} It will never happen again.", "'customer-notice' says 'will never happen again', which 'never-again' prohibits"),
    # what has run out
    ("rules-of-engagement.yaml", "stop_conditions:\n", EXCEPTIONS.replace("SEAT", "ic").replace("UNTIL", "«2026-11-23"), "the exception 'no-scribe' ended on 2026-11-23"),
]  # fmt: skip

SCENARIO = [
    ("scenario.yaml", "difficulty: 3", "difficulty: 9", "'difficulty' is 9"),
    ("scenario.yaml", "coast_min: 30", "coast_minutes: 30", "'coast_minutes' is not a key of this"),
    ("scenario.yaml", "regions: [us, eu]", "regions: [us, moon]", "there is no region 'moon'"),
    ("scenario.yaml", "component: prompt,", "component: promt,", "there is no component 'promt'. Write 'prompt'."),
    ("player-brief.md", "## Your hour", "The rebuild wrote the shards of three shops anew.\n\n## Your hour", "players would read 'the rebuild wrote the shards of'"),
    ("world.yaml", "rate: 0.08", "rate: 8", "'rate' is 8"),
    ("world.yaml", "rate: 0.03", "rate: 0", "a rate of 0 does nothing"),
    ("world.yaml", "slice: {device: [ios]}", "slice: {surface: [api], device: [ios]}", "no request has surface api with device ios"),
    ("world.yaml", "carried_by: policy", "carried_by: polciy", "there is no component 'polciy'"),
    ("world.yaml", "value: t-06", "value: t-60", "there is no value of tenant 't-60'"),
    ("world.yaml", "to_min: 34", "to_min: 14", "it ends at 14, before it starts"),
    ("msel.yaml", "channel: phone", "channel: telegraph", "'channel' is 'telegraph'"),
    ("msel.yaml", "  to: [tech, comms]", "  to: [tech, press]", "there is no seat 'press'"),
    ("msel.yaml", "reveals: [press_contact, public_claim]", "reveals: [press_contact, public_clam]", "there is no fact 'public_clam'"),
    ("msel.yaml", "got an answer that talks", "got at {o_clock} an answer that talks", "there is no slot 'o_clock'"),
    ("msel.yaml", "in_reply_to: shop-owner-calls", "in_reply_to: shop-owner-writes", "there is no inject 'shop-owner-writes'"),
    ("msel.yaml", "{at_min: 50}", "{at_min: 90}", "minute 90 never comes: the drill has 60"),
    ("msel.yaml", "  at_min: 16", "  at_min: 61", "'support-first-odd-answer' would come after ENDEX"),
    ("msel.yaml", "obligation: gdpr-processor", "obligation: gdpr-procesor", "there is no obligation 'gdpr-procesor'"),
    ("answer-key.yaml", "cause: index", "cause: model", "the cause is 'model', and no fault is carried by it"),
    ("answer-key.yaml", "onset_min: 12", "onset_min: 13", "the onset is 13, and the first fault starts at 12"),
    ("answer-key.yaml", "severity_accepted: [1]", "severity_accepted: [2]", "Sev-1 is not accepted"),
    ("answer-key.yaml", "alarms_false: []", "alarms_false: [pii]", "there is no alert 'pii'"),
    ("answer-key.yaml", "dimension: recovery", "dimension: healing", "there is no dimension of the rubric 'healing'"),
    ("answer-key.yaml", "seat: tech\n    what: Put back", "seat: legal\n    what: Put back", "'legal' owes 'index-alone', and only tech may do it"),
    ("answer-key.yaml", "within_min: 12", "within_min: 0", "'leak-traces-read' must be met in the moment"),
    ("answer-key.yaml", "where: {suite: cache, failures: 0}", "where: {suite: cash, failures: 0}", "there is no suite 'cash'"),
    ("answer-key.yaml", "where: {suite: cache, failures: 0}", "where: {suite: cache, failures: -1}", "'failures' is never -1"),
    ("answer-key.yaml", "meet: {event: trace_opened, by: [tech, ml, privacy], times: 3}", "meet: {event: inject_held}", "nobody may do 'leak-traces-read': 'inject_held' is written by exercise control"),
]  # fmt: skip

SYSTEM = [
    ("system.yaml", "requests_per_second: 20", "requests_per_second: 2000", "'requests_per_second' is 2000"),
    ("system.yaml", "us: {en: 0.86, es: 0.14}", "us: {en: 0.86, es: 0.24}", "the sum here is 1.1"),
    ("system.yaml", "given: device", "given: devices", "there is no dimension 'devices'"),
    ("system.yaml", "  - cache_flush", "  - cash_flush", "there is no lever 'cash_flush'"),
    ("system.yaml", "protected: [group]", "protected: [origin]", "there is no dimension 'origin'"),
    ("system.yaml", "main_languages: [en]", "main_languages: [eng]", "there is no language 'eng'"),
    ("system.yaml", "hard_groups: [D]", "hard_groups: [E]", "there is no group 'E'"),
    ("system.yaml", "kind: copilot", "kind: pilot", "'kind' is 'pilot'"),
    ("system.yaml", "patience_s: 20", "patience: 20", "'patience' is not a key of this"),
]  # fmt: skip


def planted(folder: Path, file: str, old: str, new: str) -> int:
    """Plant a mistake; the line on which it stands."""
    path = folder / file
    text = path.read_text()
    assert old in text, f"{file} has no {old!r}"
    start, plain = text.index(old), new.replace(HERE, "")
    same = next((i for i, (a, b) in enumerate(zip(old, plain, strict=False)) if a != b), min(len(old), len(plain)))
    path.write_text(text.replace(old, plain, 1))
    at = start + (new.index(HERE) if HERE in new else same)
    return path.read_text().count("\n", 0, at) + 1


def named(problems: list[Problem], folder: Path) -> list[tuple[str, int]]:
    return [(one.where.file.relative_to(folder).as_posix(), one.where.line) for one in problems]


def check(problems: list[Problem], folder: Path, file: str, line: int, words: str) -> None:
    """One place is named, with these words, a column, and what to write instead."""
    shown = "\n".join(map(str, problems))
    assert set(named(problems, folder)) == {(file, line)}, shown
    assert words in shown
    assert all(one.where.column and one.found and one.write for one in problems)


@pytest.mark.parametrize(("file", "old", "new", "words"), KIT)
def test_a_mistake_in_a_kit_is_named_where_it_stands(tmp_path: Path, file: str, old: str, new: str, words: str):
    folder = kit_copy(tmp_path)
    line = planted(folder, file, old, new)
    check(kit_says(folder, TODAY), folder, file, line, words)


@pytest.mark.parametrize(("file", "old", "new", "words"), SCENARIO)
def test_a_mistake_in_a_scenario_is_named_where_it_stands(tmp_path: Path, file: str, old: str, new: str, words: str):
    folder = scenario_copy(tmp_path, LEAK)
    line = planted(folder, file, old, new)
    check(scenario_says(folder), folder, file, line, words)


@pytest.mark.parametrize(("file", "old", "new", "words"), SYSTEM)
def test_a_mistake_in_a_system_is_named_where_it_stands(tmp_path: Path, file: str, old: str, new: str, words: str):
    folder = system_copy(tmp_path, "support-copilot")
    line = planted(folder, file, old, new)
    check(system_says(folder), folder, file, line, words)


def test_a_lever_that_can_do_nothing_is_named_at_the_lever(tmp_path: Path):
    folder = system_copy(tmp_path, "support-copilot")
    planted(folder, "system.yaml", "reviewers_available: 12", "reviewers_available: 0")
    line = planted(folder, "system.yaml", "  - review\n", "  - review # planted\n")
    check(system_says(folder), folder, "system.yaml", line, "'review' can do nothing: the system has no reviewers")


def test_enough_mistakes_are_planted():
    assert len({(file, new) for file, _, new, _ in KIT + SCENARIO + SYSTEM}) >= 100
    assert len({file for file, *_ in KIT}) >= 14
    assert {file for file, *_ in SCENARIO} >= {"scenario.yaml", "world.yaml", "msel.yaml", "answer-key.yaml"}


def test_a_dozen_mistakes_in_a_dozen_files_are_named_in_one_run(tmp_path: Path):
    """In a kit and in a scenario on it: form, names, sums, rights, thresholds, contradictions, an end that has passed."""
    kit, scenario = kit_copy(tmp_path), scenario_copy(tmp_path / "library", LEAK)
    chosen = [
        "'by_min' is 'soon'",
        "'points' is 0",
        "'kind' is 'book'",
        "there is no scheme 'mitre-atlsa'",
        "there is no seat 'boss'",
        "there is no fact 'vendor_orgin'",
        "'scribe' owes 'recovery-proved'",
        "no seat may open trace",
        "there is no signal of a copilot 'downvote'",
        "there is no slot 'impcat'",
        "the pattern is not a regular expression",
        "a cap of 100 takes nothing away",
        "24000 seconds are longer",
        "no share is above 1",
        "there is no calendar 'england'",
        "ended on 2026-11-23",
    ]
    picked = [next(one for one in KIT if one[3].startswith(words) or words in one[3]) for words in chosen]
    expected = {(kit / file, planted(kit, file, old, new)) for file, old, new, _ in picked}
    assert len({file for file, _ in expected}) >= 12
    wanted = (
        "'difficulty' is 9",
        "there is no component 'polciy'",
        "there is no seat 'press'",
        "there is no suite 'cash'",
    )
    for words in wanted:
        file, old, new, _ = next(one for one in SCENARIO if one[3].startswith(words))
        expected.add((scenario / file, planted(scenario, file, old, new)))
    _, problems = check_kit(kit, tmp_path / "library", clock=TODAYS_CLOCK)
    shown = "\n".join(map(str, problems))
    assert {(one.where.file, one.where.line) for one in problems} == expected, shown
    assert all(words in shown for words in (*chosen, *wanted)), shown


@pytest.mark.parametrize(
    "file",
    [
        "taxonomy.yaml", "severity.yaml", "declaration.yaml", "rules.yaml", "roles.yaml", "levers.yaml", "harm.yaml",
        "alerts.yaml", "prohibited.yaml", "wording.yaml", "rubric.yaml", "timeline.yaml", "obligations.yaml", "rules-of-engagement.yaml",
        "tiers.yaml", "kit.yaml", "messages/status-page.md", "guides/runbook-drift.md",
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["gone", "no YAML", "an entry that nobody knows"])
def test_a_file_that_cannot_be_read_makes_up_no_mistake_elsewhere(tmp_path: Path, file: str, how: str):
    """Nor in the scenarios that are checked on the kit."""
    folder, scenario = kit_copy(tmp_path), scenario_copy(tmp_path / "library", LEAK)
    path = folder / file
    if how == "gone" and path.suffix == ".yaml":
        path.unlink()
    elif how == "no YAML" or how == "gone":
        path.write_text("[")
    else:
        lines = path.read_text().splitlines(keepends=True)
        first = next(i for i, line in enumerate(lines) if line.strip() and line[0] not in "#-")
        indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        path.write_text("".join([*lines[:first], f"{indent}planted: 1\n", *lines[first:]]))
    line = planted(scenario, "world.yaml", "carried_by: policy", "carried_by: polciy")
    _, problems = check_kit(folder, tmp_path / "library", clock=TODAYS_CLOCK)
    elsewhere = [one for one in problems if one.where.file != path]
    assert [(one.where.file, one.where.line) for one in elsewhere] == [(scenario / "world.yaml", line)], "\n".join(
        map(str, problems)
    )
    assert len(problems) > len(elsewhere)


def test_an_entry_that_cannot_be_read_hides_no_mistake_in_the_same_file(tmp_path: Path):
    folder = kit_copy(tmp_path)
    files = {
        "rules.yaml": [("within_min: 30", "within_min: soon"), ("fact: vendor_origin", "fact: vendor_orgin"), ("within_min: 60\n", "within_min: 600\n")],
        "alerts.yaml": [("  layer: system", "  layer: sytem"), ("runbook: runbook-misuse", "runbook: runbook-missuse")],
        "roles.yaml": [("    deputy: tech", "    deputy: 4"), ("    deputy: comms", "    deputy: press"), ("run_suite: [tech, ml]", "run_suit: [tech, ml]")],
        "levers.yaml": [("delay_s: 30\n", "delay_s: -30\n"), ("when_fact: cached_answer", "when_fact: cache")],
        "taxonomy.yaml": [("    fast_containment: Route", "    fast_contianment: Route"), ("scheme: owasp-llm, id: \"LLM09", "scheme: owasp-lm, id: \"LLM09")],
    }  # fmt: skip
    expected = {(file, planted(folder, file, old, new)) for file, edits in files.items() for old, new in edits}
    problems = kit_says(folder, TODAY)
    said = set(named(problems, folder))
    assert expected <= said, f"{expected - said}\n" + "\n".join(map(str, problems))
    near = {
        (file, line - back) for file, line in expected for back in range(8)
    }  # a key that is missing stands at its item
    assert said <= near, f"{said - near}\n" + "\n".join(map(str, problems))


def test_what_ships_has_no_mistake():
    kit, problems = examine_kit(today=TODAY)
    assert (problems, kit.unread.partly, kit.unread.wholly) == ([], frozenset(), frozenset())
    assert {name: said for name, said in lint_library(list_scenarios()) if said} == {}
    assert len(list_scenarios()) >= 10
    assert all(read_system(name).system.id == name for name in list_systems())


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("scenario.yaml", "difficulty: 3", "difficulty: 9"),
        ("world.yaml", "rate: 0.08", "rate: 8"),
        ("msel.yaml", "channel: phone", "channel: telegraph"),
        ("answer-key.yaml", "declare: true", "declare: perhaps"),
        ("answer-key.yaml", "what_happened: >-", "planted: 1\nwhat_happened: >-"),
    ],
)
def test_a_file_of_a_scenario_that_cannot_be_read_hides_nothing_in_the_others(
    tmp_path: Path, file: str, old: str, new: str
):
    edits = [
        (file, old, new),
        ("scenario.yaml", "regions: [us, eu]", "regions: [us, moon]"),
        ("world.yaml", "carried_by: policy", "carried_by: polciy"),
        ("msel.yaml", "  to: [tech, comms]", "  to: [tech, press]"),
        ("answer-key.yaml", "dimension: recovery", "dimension: healing"),
    ]
    wholly = {"scenario.yaml", "answer-key.yaml"} & {file}
    folder = scenario_copy(tmp_path, LEAK)
    places = [(one, planted(folder, one, *texts)) for one, *texts in edits]
    problems = scenario_says(folder)
    hidden = {place for place in places[1:] if place[0] in wholly}
    assert set(named(problems, folder)) - hidden == set(places) - hidden, "\n".join(map(str, problems))


def test_an_alert_that_the_traffic_of_a_system_never_sets_off_is_named_once(tmp_path: Path):
    """Twelve thousand requests in ten minutes at twenty a second: the busiest system could have more."""
    kit = kit_copy(tmp_path)
    line = planted(kit, "alerts.yaml", "min_count: 15", "min_count: 12001")
    for slug in (LEAK, "hidden-instructions"):
        scenario_copy(tmp_path / "library", slug)
    assert kit_says(kit, TODAY) == []
    _, problems = check_kit(kit, tmp_path / "library", clock=TODAYS_CLOCK)
    check(
        problems,
        kit,
        "alerts.yaml",
        line,
        "'min_count' is 12001, and 'support-copilot' has 12000 requests in the window",
    )
    assert len(problems) == 1
