"""Drafts on the command line: checked on facts from a file and from a record, with bad input too."""

import json

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from tests.support.played import played_drill

FACTS = """now: 2026-11-23T09:43:00Z
severity: 1
times: {onset: 2026-11-23T09:12:00Z}
people: {low: 40, high: 90}
"""
WRONG = "EXERCISE.\n\nThe issue has been resolved.\n"
RIGHT = """**What happened.** Since 09:12 UTC, some answers hold details of strangers.
**Impact.** 40 to 90 people so far.
**Status.** Contained and watched.
**Next steps.** Next update by 10:00 UTC.
**Asks and risks.** Please decide by 09:55 UTC whether both shops may stay without search.
"""


def hotwash(*words, code=0, stdin=None):
    result = CliRunner().invoke(app, list(words), input=stdin)
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS)
    (tmp_path / "wrong.md").write_text(WRONG)
    (tmp_path / "right.md").write_text(RIGHT)
    return tmp_path


def on_facts(folder, draft, *words, variant="executive", code=0, stdin=None):
    file = "-" if draft == "-" else str(folder / draft)
    facts = ("--facts", str(folder / "facts.yaml"))
    return hotwash("draft", "check", file, "--variant", variant, *facts, *words, code=code, stdin=stdin)


def test_a_fit_draft_passes(folder):
    assert "nothing stops it" in on_facts(folder, "right.md")
    assert "nothing stops it" in on_facts(folder, "-", stdin=RIGHT)


def test_what_stops_a_draft_is_named_with_its_line_and_what_to_write(folder):
    said = on_facts(folder, "wrong.md", code=1)
    assert "wrong.md:3:5 stops fixed “issue has been resolved”" in said
    assert "Write that it is contained and being watched" in said


def test_findings_are_data_for_machines(folder):
    found = json.loads(on_facts(folder, "wrong.md", "--json", code=1))
    assert not found["ready"]
    first = found["findings"][0]
    assert (first["rule"], first["family"], first["line"], first["column"]) == ("fixed", "closing", 3, 5)
    assert WRONG[first["start"] : first["end"]] == first["words"]


def test_warnings_pass_unless_they_are_taken_strictly(folder):
    draft = RIGHT.replace("40 to 90", "400")
    assert "1 warnings" in on_facts(folder, "-", stdin=draft)
    on_facts(folder, "-", "--strict", stdin=draft, code=1)


def test_what_is_true_later_is_fit_later(folder):
    late = "closing: recovered\nsuites: [replay]\nproofs: [{suite: replay, trials: 300, failures: 0, at: 2026-11-23T09:40:00Z}]\n"
    (folder / "facts.yaml").write_text(FACTS + late)
    assert "fixed" not in on_facts(folder, "wrong.md", variant="vendor")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--variant", "press", "--facts", "facts.yaml"), "there is no variant 'press'. Write one of: executive"),
        (("--variant", "customer"), "Give one of the two: --facts facts.yaml, or --as-of RECORD@T+23."),
        (("--variant", "customer", "--facts", "facts.yaml", "--as-of", "x@T+1"), "two sources say what is known"),
        (("--variant", "customer", "--as-of", "record"), "'record' names no moment of a record"),
        (("--variant", "customer", "--facts", "none.yaml"), "none.yaml"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_write(folder, monkeypatch, words, said):
    monkeypatch.chdir(folder)
    assert said in hotwash("draft", "check", "wrong.md", *words, code=3)


def test_a_draft_that_is_not_there_or_is_empty_is_a_mistake(folder):
    assert "it cannot be read" in on_facts(folder, "gone.md", code=3)
    (folder / "empty.md").write_text(" \n")
    assert "the draft is empty" in on_facts(folder, "empty.md", code=3)
    (folder / "bytes.md").write_bytes(b"\xff\xfe\x00")
    assert "not text in UTF-8" in on_facts(folder, "bytes.md", code=3)


@pytest.mark.slow
def test_a_draft_is_judged_by_a_moment_of_a_record(tmp_path):
    record = played_drill("order-number-alarm").folder
    (tmp_path / "draft.md").write_text("Severity: Sev-3.\n\nNo customer data was affected.\n")
    check = ("draft", "check", str(tmp_path / "draft.md"), "--variant", "vendor", "--as-of")
    assert "no-data-affected" in hotwash(*check, f"{record}@T+3", code=1)
    assert "no-data-affected" not in hotwash(*check, f"{record}@T+59", code=1)


LEAK = (
    FACTS
    + """mode: data-leakage
scope: {tenant: [t-04]}
parts: {tenant: [t-01, t-04]}
"""
)


def composed(folder, variant, *words, code=0):
    (folder / "leak.yaml").write_text(LEAK)
    return hotwash("draft", "new", "--variant", variant, "--facts", str(folder / "leak.yaml"), *words, code=code)


def test_a_draft_is_composed_of_what_is_known_and_passes_its_check(folder):
    file = folder / "notice.md"
    assert "written" in composed(folder, "customer", "--out", str(file), "--reference", "INC-7")
    text = file.read_text()
    assert "Since about 09:12 UTC" in text
    assert "INC-7" in text
    checked = ("draft", "check", str(file), "--variant", "customer", "--facts", str(folder / "leak.yaml"))
    assert "nothing stops it" in hotwash(*checked)
    assert "is there already. Name another one" in composed(folder, "customer", "--out", str(file), code=3)


def test_each_variant_says_the_same_facts_in_its_own_words(folder):
    inside, outside = composed(folder, "executive"), composed(folder, "status")
    assert "40 to 90 people" in inside
    assert "90" not in outside


def test_a_draft_for_machines_has_its_sentences(folder):
    told = json.loads(composed(folder, "executive", "--json"))
    assert told["template"] == "update-executive"
    assert all(one["text"] in told["text"] for one in told["sentences"])
    assert {one["heading"] for one in told["sentences"]} == {"what_happened", "impact", "status", "next_steps", "asks"}


def test_a_draft_for_nobody_is_refused(folder):
    assert "there is no variant 'board'. Write one of: executive" in composed(folder, "board", code=3)
