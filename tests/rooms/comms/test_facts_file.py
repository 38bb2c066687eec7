"""A facts file of an organisation's own."""

from pathlib import Path

import pytest

from hotwash.comms.facts import Range
from hotwash.comms.facts_file import facts_of_file
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError
from hotwash.kit.incidents import load_incident
from hotwash.kit.load import load_facts, load_kit

FULL = """
now: 2026-11-23T10:43:00+01:00
severity: 1
severity_history: [2]
times: {onset: 2026-11-23T09:12:00Z}
people: {low: 40}
hypotheses: [{id: h1, statement: the index, component: index, state: supported}]
containment: [{kind: retrieval_off, since: 2026-11-23T09:35:00Z}]
proofs: [{suite: replay, trials: 30, failures: 0, at: 2026-11-23T09:40:00Z}]
suites: [replay]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "facts.yaml"
    file.write_text(text)
    return file


def test_a_file_becomes_facts_and_times_keep_their_zone(tmp_path: Path):
    facts = facts_of_file(load_facts(written(tmp_path, FULL)))
    assert facts.onset.value == -31 * MINUTE
    assert facts.at(facts.onset.value).isoformat() == "2026-11-23T10:12:00+01:00"
    assert [one.value for one in facts.severities] == [2, 1]
    assert facts.people.value == Range(40, None)
    assert facts.cause.component == "index"
    assert facts.proved("replay", 20)
    assert facts.declared is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("severity: 1", "'now' is missing"),
        ("now: 2026-11-23T10:43:00", "'now'"),
        ("now: 2026-11-23T10:43:00Z\npeople: {low: 9, high: 3}", "'high' is below 'low'"),
        ("now: 2026-11-23T10:43:00Z\nsevrity: 1", "Write 'severity'"),
        ("now: 2026-11-23T10:43:00Z\nclosing: fixed", "'closing'"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str):
    file = written(tmp_path, text)
    with pytest.raises(ContentError) as wrong:
        load_facts(file)
    assert said in str(wrong.value)
    assert f"{file}:{len(text.splitlines())}:" in str(wrong.value) or f"{file}:" in str(wrong.value)


BOTH = """
title: Orders of others
now: 2026-11-23T10:43:00+01:00
moments:
  - {moment: aware, at: "2026-11-23T10:20+01:00", who: S. Okafor, why: second trace}
  - {moment: aware, at: "2026-11-23T10:03+01:00", who: S. Okafor, why: the first left no doubt}
  - {moment: detected, at: "2026-11-23T09:55+01:00", who: support, why: a customer wrote in}
times: {detected: 2026-11-23T08:50:00Z}
"""


def test_one_file_serves_drafts_and_duties(tmp_path: Path):
    file = written(tmp_path, BOTH)
    facts = facts_of_file(load_facts(file))
    assert facts.aware.value == -40 * MINUTE, "the correction holds"
    assert facts.detected.value == -53 * MINUTE, "`times` is the draft's own"
    assert facts.onset is None
    assert load_incident(file, load_kit()).title == facts.title.value


def test_what_each_command_needs_is_named(tmp_path: Path):
    with pytest.raises(ContentError, match="'now' is missing"):
        load_facts(written(tmp_path, "title: Orders of others\nday: 2026-11-23"))
    with pytest.raises(ContentError, match="'title' is missing"):
        load_incident(written(tmp_path, "now: 2026-11-23T10:43:00Z\nday: 2026-11-23"), load_kit())
