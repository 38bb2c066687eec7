"""Mistakes between lines: duties nobody may do, bounds nothing reaches, contradictions, exceptions that have run out."""

from datetime import date
from pathlib import Path

import pytest

from hotwash.adapters.clock_manual import ManualClock
from hotwash.bootstrap import check_kit, content, lay_out
from hotwash.drill.decide import decide
from hotwash.kernel.errors import ContentError
from hotwash.kit.load import load_kit
from hotwash.kit.vocabulary import ACTIONS
from tests.rooms.kit.copies import kit_copy, kit_says, planted, shown
from tests.rooms.standins.plays import SEED, sit_down

EXCEPTION = """exceptions:
  - id: no-scribe
    what: Small teams play without a scribe.
    why: Two people are on parental leave.
    approved_by: ic
    until: 2026-12-31
"""
EXTRA = """- id: second-opinion
  title: The same fact, another view
  when: {fact: cross_tenant_content}
  then:
    - id: second-duty
      seat: ic
      what: Something else.
      within_min: 10
      meet: MEET
  source: Invented.
"""


@pytest.mark.parametrize(
    "file, old, new, message",
    [
        ("roles.yaml", "take_snapshot: [tech, ml, scribe]", "take_snapshot: []", "nobody may do 'configuration-frozen': no seat may take snapshot."),
        ("rules.yaml", "meet: {event: severity_set, where: {level: 1}}", "meet: {event: severity_set, by: [comms], where: {level: 1}}",
         "rules.yaml:{line}:13: nobody may do 'leak-severity': comms may not set severity; ic may."),
        ("rules.yaml", "meet: {event: severity_set, where: {level: 1}}", "meet: {event: severity_set, where: {level: 5}}",
         "rules.yaml:{line}:50: there is no severity level 5. Write one of: 1, 2, 3, 4."),
        ("rules.yaml", "meet: {event: severity_set, where: {level: 1}}", "meet: {event: severity_set, where: {level: 3}}",
         "asks for Sev-3 where severity.yaml makes Sev-1 mandatory for 'cross_tenant_content'. Ask for level 1, or change 'mandatory'."),
        ("rules.yaml", "within_min: 30", "within_min: 300", "rules.yaml:{line}:19: 'privacy-told' is never late: no drill lasts 300 minutes. Write at most 240."),
        ("rules.yaml", "where: {level: 2}}, minutes: 30}", "where: {level: 2}}, minutes: 300}", "no drill lasts 300 minutes. Write at most 240."),
        ("rules.yaml", "meet: {event: snapshot_taken}", "meet: {event: snapshot_taken, times: 500}", "nothing happens 500 times. Write at most 100."),
        ("rules.yaml", "meet: {event: snapshot_taken}", "meet: {event: suite_run, where: {failures: {min: 5, max: 2}}}", "no value is at least 5 and at most 2."),
    ],
)  # fmt: skip
def test_what_nobody_can_do_or_reach_is_located(tmp_path: Path, file: str, old: str, new: str, message: str):
    folder = kit_copy(tmp_path)
    line = planted(folder, file, old, new)
    said = shown(kit_says(folder), folder)
    assert any(message.format(line=line) in text for text in said), "\n".join(said)


@pytest.mark.parametrize(
    "meet, message",
    [
        ("{event: severity_set, where: {level: 2}}", "'second-duty' asks for Sev-2 where 'leak-severity' of rule 'cross-tenant' asks for Sev-1."),
        ("{not: {event: lever_pulled, where: {kind: cache_flush}}}", "'second-duty' asks for the opposite of 'leak-cache-flushed' of rule 'cross-tenant'."),
    ],
)  # fmt: skip
def test_rules_that_contradict_each_other_are_named_where_the_second_stands(tmp_path: Path, meet: str, message: str):
    folder = kit_copy(tmp_path)
    rules = folder / "rules.yaml"
    lines = rules.read_text().count("\n")
    rules.write_text(rules.read_text() + EXTRA.replace("MEET", meet))
    said = [text for text in shown(kit_says(folder), folder) if message in text]
    assert said
    assert all(
        text.startswith(f"rules.yaml:{lines + 5}:") for text in said if "opposite" in text or "'leak-sev" in text
    )


def test_one_duty_with_two_deadlines_is_a_contradiction(tmp_path: Path):
    folder = kit_copy(tmp_path)
    rules = folder / "rules.yaml"
    same = EXTRA.replace("MEET", "{event: severity_set, where: {level: 1}}")
    rules.write_text(rules.read_text() + same)
    assert kit_says(folder) == []
    rules.write_text(rules.read_text().replace(same, same.replace("within_min: 10", "within_min: 20")))
    said = shown(kit_says(folder), folder)
    assert [text for text in said if "'second-duty' allows 20 minutes for what 'leak-severity'" in text]


def test_an_exception_that_has_run_out_is_a_mistake_from_the_next_day_on(tmp_path: Path):
    folder = kit_copy(tmp_path)
    file = folder / "rules-of-engagement.yaml"
    line = file.read_text().count("\n") + 6
    file.write_text(file.read_text() + EXCEPTION)
    load_kit(folder, date(2026, 12, 31))
    with pytest.raises(ContentError) as wrong:
        load_kit(folder, date(2027, 1, 1))
    assert shown(wrong.value.problems, folder) == [
        (
            f"rules-of-engagement.yaml:{line}:12: the exception 'no-scribe' ended on 2026-12-31. "
            "Take it out, or have it approved again with a new date."
        )
    ]
    assert load_kit(folder).engagement.exceptions[0].approved_by == "ic"


def test_the_day_comes_from_the_clock(tmp_path: Path):
    folder = kit_copy(tmp_path)
    file = folder / "rules-of-engagement.yaml"
    file.write_text(file.read_text() + EXCEPTION)
    day = 86_400_000
    kit, problems = check_kit(folder, clock=ManualClock(20_453 * day))  # 31 December 2025
    assert kit is not None
    assert problems == []
    kit, problems = check_kit(folder, clock=ManualClock(20_819 * day))  # 1 January 2027
    assert kit is None
    assert [one.found for one in problems] == ["the exception 'no-scribe' ended on 2026-12-31"]


def test_an_exception_is_approved_by_a_seat(tmp_path: Path):
    folder = kit_copy(tmp_path)
    file = folder / "rules-of-engagement.yaml"
    file.write_text(file.read_text() + EXCEPTION.replace("approved_by: ic", "approved_by: boss"))
    assert [text for text in shown(kit_says(folder), folder) if "there is no seat 'boss'" in text]


def test_a_file_that_cannot_be_read_hides_no_mistake_elsewhere_and_makes_none_up(tmp_path: Path):
    folder = kit_copy(tmp_path)
    broken = planted(folder, "taxonomy.yaml", "  drift:\n    title: Drift", "  drift:\n    titel: Drift")
    rubric = planted(folder, "rubric.yaml", "weight: 8", "weight: 9")
    move = planted(folder, "timeline.yaml", "by_min: 20", "by_min: 5")
    deputy = planted(folder, "roles.yaml", "deputy: tech", "deputy: ic")
    said = shown(kit_says(folder), folder)
    places = {text.split(":")[0] for text in said}
    assert places == {"taxonomy.yaml", "rubric.yaml", "timeline.yaml", "roles.yaml"}, "\n".join(said)
    assert any(text.startswith(f"taxonomy.yaml:{broken + 1}:") for text in said)
    assert any(text.startswith(f"timeline.yaml:{move}:") for text in said)
    assert any(text.startswith(f"roles.yaml:{deputy}:") for text in said)
    assert rubric
    assert not [text for text in said if "there is no" in text]


def test_the_table_of_commands_and_events_is_what_the_engine_does(monkeypatch: pytest.MonkeyPatch):
    seen: dict[str, set[str]] = {}

    def watched(state, design, command, at, given):
        payloads = decide(state, design, command, at, given)
        for one in payloads:
            seen.setdefault(one.type, set()).add(command.action.do)
        return payloads

    monkeypatch.setattr("hotwash.conductor.session.decide", watched)
    for scenario in ("cross-tenant-leak", "bias-after-refresh", "order-number-alarm"):
        sit_down(lay_out(content(scenario), SEED), "expert")
    known = {event: commands for event, commands in seen.items() if event in ACTIONS}
    assert len(known) >= len(ACTIONS) - 8
    # Who pulls a lever that destroys evidence may take the snapshot that is offered with it: not what the command is for.
    assert known["snapshot_taken"] == {"take_snapshot", "pull_lever"}
    known["snapshot_taken"] -= {"pull_lever"}
    assert {event: {ACTIONS[event]} for event in known} == known
