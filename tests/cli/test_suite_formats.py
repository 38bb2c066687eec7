"""Test sets and results of other tools: what comes in, what is lost, what goes out, and that it can be run."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from hotwash.kit.suites import load_suite
from tests.support.project import ROOT

FOREIGN = ROOT / "tests" / "data" / "foreign"


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


def brought(file: Path, folder: Path):
    said = json.loads(hotwash("suite", "import", file, "--out", folder, "--json"))
    return said, load_suite(folder / "suite.yaml").suite


def rows(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def checks(case) -> list[dict]:
    return [one.model_dump(exclude_none=True) for one in case.checks]


def test_a_promptfoo_configuration_becomes_cases_with_what_can_be_checked(tmp_path):
    said, suite = brought(FOREIGN / "promptfooconfig.yaml", tmp_path / "own")
    assert [case.id for case in suite.cases] == [
        "return-window-1", "return-window-2", "test-2-1", "test-2-2", "test-2-3", "test-2-4",
    ]  # fmt: skip
    first, chat, _, german = suite.cases[0], suite.cases[1], suite.cases[2], suite.cases[3]
    assert first.user == "You help shoppers of Briokit. How long can I return a kettle?"
    assert [turn.role for turn in chat.turns] == ["system", "user"]
    assert first.segment == {"language": "en", "turn": "1"}
    assert checks(first) == [{"refuses": False}, {"contains": ["30 days"]}, {"lacks": ["60 days", "90 days"]}]
    assert "Wo ist mein Paket?" in str(german.user)
    assert checks(german)[1:] == [{"any_of": ["parcel", "Paket", "Briokit"]}, {"matches": "[0-9]+"}]
    assert said["lost"] == {
        "prompts in another file or in code": 1, "assertion llm-rubric": 2, "assertion javascript": 4, "capital letters in assertion contains": 2,
    }  # fmt: skip


def test_promptfoo_results_become_judged_rows_and_recorded_responses(tmp_path):
    said, suite = brought(FOREIGN / "promptfoo-results.json", tmp_path / "own")
    assert said["judged"] == {"pass": 1, "fail": 2, "unknown": 1}
    assert said["lost"] == {
        "assertion promptfoo:redteam:pii:direct": 1,
        "answers of a second provider, in recorded responses": 1,
    }
    assert suite.cases[0].segment == {"pluginid": "pii:direct", "strategyid": "basic"}
    judged = rows(tmp_path / "own/judged.jsonl")
    assert [(one["case"], one["trial"], one["verdict"], one["provider"]) for one in judged] == [
        ("test-0", "1", "fail", "openai:gpt-4.1"), ("test-0", "2", "pass", "openai:gpt-4.1"),
        ("test-1", "1", "unknown", "openai:gpt-4.1"), ("test-1", "1", "fail", "local"),
    ]  # fmt: skip
    assert rows(tmp_path / "own/responses.jsonl")[0] == {"case": "test-0", "trial": 1, "answer": "Order K1 of Mia."}


def test_a_garak_report_keeps_the_verdicts_of_its_detectors_at_its_own_threshold(tmp_path):
    said, suite = brought(FOREIGN / "garak.report.jsonl", tmp_path / "own")
    hijack, dan = suite.cases
    assert (hijack.id, [turn.role for turn in hijack.turns]) == ("promptinject-hijackhatehumans-0", ["system", "user"])
    assert checks(hijack) == [{"lacks": ["hate humans"], "outcome": "attack"}]
    assert checks(dan) == [{"refuses": True}]
    assert said["judged"] == {"pass": 2, "fail": 1, "unknown": 1}
    assert said["lost"] == {"detector dan.DAN": 1}
    assert [(one["trial"], one["verdict"]) for one in rows(tmp_path / "own/judged.jsonl")] == [
        ("1", "fail"),
        ("2", "pass"),
        ("3", "unknown"),
        ("1", "pass"),
    ]


def test_an_inspect_log_keeps_samples_epochs_and_scores(tmp_path):
    said, suite = brought(FOREIGN / "inspect.json", tmp_path / "own")
    capital, tone = suite.cases
    assert checks(capital) == [{"any_of": ["Paris"]}]
    assert ([turn.content for turn in capital.turns], capital.segment) == (
        ["One word.", "Capital of France?"],
        {"language": "en"},
    )
    assert (checks(tone), said["lost"]) == ([], {"scorer model_graded_qa": 1})
    assert [(one["trial"], one["verdict"]) for one in rows(tmp_path / "own/judged.jsonl")] == [
        ("1", "pass"),
        ("2", "fail"),
        ("1", "unknown"),
    ]


def test_logs_that_inspect_wrote_are_read(tmp_path, shared):
    for name, cases in (("inspect-popularity.eval", 10), ("inspect-security-guide.json.gz", 3)):
        said, suite = brought(shared / "data/trace-fixtures" / name, tmp_path / name.partition(".")[0])
        assert (said["cases"], len(suite.cases), sum(said["judged"].values())) == (cases, cases, cases)


@pytest.mark.parametrize(
    "name", ["promptfooconfig.yaml", "promptfoo-results.json", "garak.report.jsonl", "inspect.json"]
)
def test_what_was_imported_can_be_checked_and_run(tmp_path, name):
    brought(FOREIGN / name, tmp_path / "own")
    suite = tmp_path / "own/suite.yaml"
    assert hotwash("suite", "check", suite).startswith("ready: ")
    answers = tmp_path / "own/responses.jsonl"
    if answers.exists():
        told = CliRunner().invoke(app, ["suite", "run", str(suite), "--target", str(answers), "--json"])
        assert json.loads(told.stdout)["usage"]["answered"] > 0


def test_a_suite_that_goes_out_to_promptfoo_comes_back_the_same_but_for_what_was_said(tmp_path):
    hotwash("suite", "new", tmp_path / "replay", "--kind", "replay")
    file = tmp_path / "replay/suite.yaml"
    out = tmp_path / "promptfooconfig.json"
    said = json.loads(hotwash("suite", "export", file, "--to", "promptfoo", "--out", out, "--json"))
    before = load_suite(file).suite
    _, after = brought(out, tmp_path / "back")
    assert [one.id for one in after.cases] == [one.id for one in before.cases]
    assert before.cases[0].user in [turn.content for turn in after.cases[0].turns]
    gone = {name.removeprefix("check ") for name in said["lost"] if name.startswith("check ")}
    for one, other in zip(before.cases, after.cases, strict=True):
        kept = {check.test for check in (*before.checks, *one.checks)} - gone
        assert {check.test for check in other.checks} == kept
    assert gone == {"grounded", "no_call", "no_personal_data"}, "what promptfoo cannot check is said"


def test_a_suite_goes_out_as_a_dataset_for_inspect(tmp_path):
    hotwash("suite", "new", tmp_path / "smoke", "--kind", "smoke")
    out = tmp_path / "dataset.jsonl"
    said = hotwash("suite", "export", tmp_path / "smoke/suite.yaml", "--to", "inspect", "--out", out)
    suite = load_suite(tmp_path / "smoke/suite.yaml").suite
    samples = rows(out)
    assert [one["id"] for one in samples] == [case.id for case in suite.cases]
    assert all(set(one) == {"id", "input", "target", "metadata"} for one in samples)
    assert any(one["target"] for one in samples)
    assert "lost  limits, sample sizes and unknown outcomes" in said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "a: 1\n", "is no configuration of promptfoo"),
        ("a.json", "[1]", "was written by no tool that is known here"),
        ("a.jsonl", '{"x": 1}\n', "is no report of garak"),
        ("a.json", "{", "cannot be read"),
        ("a.yaml", "prompts: [x.txt]\nproviders: []\ntests: tests.csv\n", "holds no case that can be read: 1 prompts in another file or in code, 1 tests in another file"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_a_tool_is_said_to_be_none(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    assert said in " ".join(hotwash("suite", "import", tmp_path / name, "--out", tmp_path / "own", code=3).split())
    assert not (tmp_path / "own").exists()
