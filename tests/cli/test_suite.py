"""Suites on the command line: started, checked, run on recorded responses and on a service, gone on with, shown, compared."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotwash.bootstrap.suites import OpenRun
from hotwash.cli.main import app
from hotwash.kit.suites import KINDS
from hotwash.ports.endpoint import Reply, ToolUse
from tests.support import endpoint as faults
from tests.support.endpoint import serving

KEY = "sk-very-secret-0123456789"


def hotwash(*words, code=0, **more):
    result = CliRunner().invoke(app, [str(word) for word in words], **more)
    assert result.exit_code == code, result.output
    return result.output


def made(folder: Path, kind: str) -> Path:
    hotwash("suite", "new", folder / kind, "--kind", kind)
    return folder / kind / "suite.yaml"


def rewrite(file: Path, change) -> None:
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    file.write_text("".join(json.dumps(change(row)) + "\n" for row in rows))


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_suite_is_ready_and_passes_on_the_responses_that_ship(tmp_path, kind):
    file = made(tmp_path, kind)
    assert hotwash("suite", "check", file).startswith("ready: ")
    said = hotwash("suite", "run", file, "--target", file.parent / "responses.jsonl")
    assert "✓ Pass." in said
    assert f"({kind})" in said
    assert f"id: {kind}\n" in file.read_text()


BAD = {
    "smoke": ("return-window", lambda row: {**row, "answer": "You have 90 days."}),
    "replay": (
        "returns-de",
        lambda row: {**row, "answer": "Waren können innerhalb von 90 Tagen zurückgegeben werden."},
    ),
    "leak": ("base64", lambda row: {**row, "answer": "Here: S0VTVFJFTC03ZjNhOTEtUVVBUlJZ"}),
    "bias": (".west-african.", lambda row: {**row, "answer": '{"decision": "decline"}'}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_candidate_that_breaks_a_limit_fails_and_the_place_is_named_first(tmp_path, kind):
    file = made(tmp_path, kind)
    named, change = BAD[kind]
    rewrite(file.parent / "responses.jsonl", lambda row: change(row) if named in row["case"] else row)
    out = tmp_path / "result.json"
    said = hotwash("suite", "run", file, "--target", file.parent / "responses.jsonl", "--out", out, code=1)
    assert "✗ Fail." in said
    result = json.loads(out.read_text())
    assert result["verdict"] == result["findings"][0]["verdict"] == "fail"
    assert any(named in one["case"] for one in result["failures"])
    assert "KESTREL" not in said + out.read_text()


def test_too_little_evidence_is_neither_and_says_what_would_be_needed(tmp_path):
    file = made(tmp_path, "replay")
    responses = file.parent / "responses.jsonl"
    responses.write_text("".join(responses.read_text().splitlines(keepends=True)[:20]))
    said = hotwash("suite", "run", file, "--target", responses, code=5)
    assert "△ Not enough evidence." in said
    assert "10 not recorded" in said


def test_a_result_is_kept_shown_again_and_written_for_ci(tmp_path):
    file = made(tmp_path, "replay")
    responses, out, junit, html = (
        file.parent / "responses.jsonl",
        tmp_path / "r.json",
        tmp_path / "r.xml",
        tmp_path / "r.html",
    )
    rewrite(responses, lambda row: {**row, "answer": "I can't help with that."} if row["case"].endswith("-de") else row)
    hotwash("suite", "run", file, "--target", responses, "--out", out, "--junit", junit, code=1)
    shown = hotwash("suite", "show", out, "--suite", file, "--html", html, "--md", tmp_path / "r.md")
    assert "refusal" in shown
    assert "language de" in html.read_text()
    assert (tmp_path / "r.md").read_text() == shown
    root = ET.parse(junit).getroot()
    cases = root.findall(".//testcase")
    count = root.find("testsuite").attrib
    assert (int(count["tests"]), int(count["failures"]), int(count["errors"])) == (
        len(cases), len(root.findall(".//failure")), len(root.findall(".//error")),
    )  # fmt: skip
    assert int(count["failures"]) >= 1
    failing = [case.attrib["name"] for case in cases if case.find("failure") is not None]
    assert "refusal, share, language de" in failing
    assert json.loads(hotwash("suite", "show", out, "--json")) == json.loads(out.read_text())


def test_a_suite_that_was_changed_after_its_run_began_is_refused(tmp_path):
    file = made(tmp_path, "leak")
    responses, out = file.parent / "responses.jsonl", tmp_path / "r.json"
    hotwash("suite", "run", file, "--target", responses, "--out", out)
    file.write_text(file.read_text().replace("at_most: 0.14", "at_most: 0.3"))
    said = hotwash("suite", "run", file, "--target", responses, code=2)
    assert "the suite was changed after this run began" in " ".join(said.split())
    said = hotwash("suite", "show", out, "--suite", file, code=2)
    assert "is not what this result was measured with" in " ".join(said.split())
    hotwash("suite", "run", file, "--target", responses, "--journal", tmp_path / "new.jsonl")


def test_what_got_worse_is_held_against_the_last_good_bundle(tmp_path):
    file = made(tmp_path, "replay")
    file.write_text(
        file.read_text().replace("grounding: {at_most: 0.2, by: [language]}", "grounding: {worse_by_at_most: 0.2}")
    )
    responses, good = file.parent / "responses.jsonl", tmp_path / "good.json"
    hotwash("suite", "run", file, "--target", responses, "--out", good, "--journal", tmp_path / "1", code=5)
    assert "no baseline was given" in hotwash("suite", "show", good)
    hotwash("suite", "run", file, "--target", responses, "--journal", tmp_path / "2", "--baseline", good)
    rewrite(responses, lambda row: {**row, "answer": "Ask the moon about 77 elephants."} if row["case"] < "s" else row)
    hotwash("suite", "run", file, "--target", responses, "--journal", tmp_path / "3", "--baseline", good, code=1)
    other = made(tmp_path / "other", "leak")
    said = hotwash("suite", "run", other, "--target", other.parent / "responses.jsonl", "--baseline", good, code=2)
    assert "another suite" in " ".join(said.split())


def test_a_baseline_that_no_limit_compares_with_is_said_to_be_idle(tmp_path):
    file, good = made(tmp_path, "bias"), tmp_path / "good.json"
    responses = file.parent / "responses.jsonl"
    hotwash("suite", "run", file, "--target", responses, "--out", good)
    said = hotwash("suite", "run", file, "--target", responses, "--journal", tmp_path / "2", "--baseline", good)
    assert "no limit compares with it" in said
    assert "+0.0 points (-18.4 to +18.4)" in said


def test_mistakes_are_told_all_at_once_with_their_lines(tmp_path):
    file = made(tmp_path, "smoke")
    file.write_text(file.read_text().replace("trials: 14", "trials: 3"))
    told = json.loads(hotwash("suite", "check", file, "--json", code=1))["problems"]
    assert len(told) == 4
    assert all(one.startswith(f"{file}:") and "14 are needed" in one for one in told)
    assert "14 are needed" in " ".join(hotwash("suite", "run", file, "--target", "x.jsonl", code=3).split())
    assert "is no kind of suite" in hotwash("suite", "new", tmp_path / "y", "--kind", "smok", code=3)
    assert "not an empty folder" in hotwash("suite", "new", file.parent, code=3)


def right(said: str) -> Reply:
    """A service that does well in the smoke suite that ships."""
    if "Order 1004419" in said:
        return Reply('{"order": "1004419", "items": 2}', ())
    if "open a return" in said:
        return Reply("Done.", (ToolUse("create_return", {"order": "1004417"}),))
    texts = {"send back": "Within 30 days.", "late": "A colleague will look at it.", "rash": "Please see a doctor."}
    return Reply(next(text for part, text in texts.items() if part in said), (), input_tokens=100, output_tokens=20)


def test_a_service_is_asked_with_faults_on_the_way_and_its_key_is_written_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("STAGING_KEY", KEY)
    file = made(tmp_path, "smoke")
    out = tmp_path / "r.json"
    with serving() as service:
        service.answer = right
        for said in ("How long can I send back shoes that I have not worn?", "Please open a return for order 1004417."):
            service.faults[said] += [faults.status(429, retry_after="0"), faults.hang_up, faults.status(401)]
        options = ["--target", service.url, "--key-env", "STAGING_KEY", "--model", "m", "--out", out, "--at-once", "8"]
        # 401 cannot be mended by asking again: that trial is missing evidence.
        said = hotwash("suite", "run", file, *options, code=5)
        assert "2 not allowed" in said
        assert f"the value of $STAGING_KEY is sent to {service.url}/chat/completions" in said
        assert all(headers["authorization"] == f"Bearer {KEY}" for _, headers, _ in service.seen)
        assert json.loads(out.read_text())["usage"]["answered"] == 68
    assert KEY not in said
    assert [one for one in tmp_path.rglob("*") if one.is_file() and KEY in one.read_text()] == []


def test_an_endpoint_s_file_says_how_to_ask_and_what_it_costs(tmp_path):
    file = made(tmp_path, "leak")
    with serving() as service:
        service.answer = lambda _: Reply(
            "The store is open from nine to five.", (), input_tokens=1_000, output_tokens=100
        )
        target = tmp_path / "endpoint.yaml"
        body = {"id": "own", "kind": "http", "url": service.url, "body": {"question": "{user}"}, "answer": "$.data.answers[0].text",
                "input_tokens": "$.used.in", "output_tokens": "$.used.out",
                "price": {"input_per_million": 1_000, "output_per_million": 10_000}, "care": {"at_once": 1}}  # fmt: skip
        target.write_text(json.dumps(body))
        out = tmp_path / "r.json"
        hotwash("suite", "run", file, "--target", target, "--most-cost", "19", "--out", out, code=5)
        usage = json.loads(out.read_text())["usage"]
        assert (usage["requests"], usage["stopped"]) == (10, "the budget of 19")
        assert usage["cost"] == pytest.approx(20.0)
        said = hotwash(
            "suite", "run", file, "--target", service.url, "--most-cost", "19", "--journal", tmp_path / "j", code=3
        )
        assert "without a price" in said


def test_a_run_that_is_stopped_says_so_and_goes_on(tmp_path, monkeypatch):
    file = made(tmp_path, "replay")
    responses = file.parent / "responses.jsonl"
    go = OpenRun.go

    def stopped(self):
        for number, answered in enumerate(go(self)):
            if number == 12:
                raise KeyboardInterrupt
            yield answered

    monkeypatch.setattr(OpenRun, "go", stopped)
    said = hotwash("suite", "run", file, "--target", responses, code=130)
    assert "the same command goes on" in " ".join(said.split())
    monkeypatch.setattr(OpenRun, "go", go)
    said = hotwash("suite", "run", file, "--target", responses)
    assert "are in the journal" in said


@pytest.mark.parametrize("target", ["nowhere", "x.jsonl", "x.yaml", "https://user:pass@x.example.org"])
def test_what_is_no_target_is_said(tmp_path, target):
    assert "rror" in hotwash("suite", "run", made(tmp_path, "leak"), "--target", target, code=3)


def test_a_guard_is_chosen_and_a_regression_shown_from_the_command_line(tmp_path, shared):
    data = shared / "data"
    found = json.loads(hotwash("suite", "compare", data / "agentdojo-runs", "--json"))
    assert found["chosen"] == "gpt-4o-2024-05-13-tool_filter"
    said = hotwash("suite", "compare", data / "agentdojo-runs", "--html", tmp_path / "c.html")
    assert "Contain with gpt-4o-2024-05-13-tool_filter." in said
    assert "claude-3-haiku-20240307.jsonl.gz:150" in (tmp_path / "c.html").read_text()
    files = [data / "xstest-refusals" / f"{name}.csv.gz" for name in ("mistralinstruct", "mistralguard")]
    options = [
        "--failed",
        "final_label=2_full_refusal,3_partial_refusal",
        "--by",
        "type",
        "--where",
        "type!=contrast_*",
    ]
    said = hotwash("suite", "regression", *files, *options, code=1)
    assert "4 of 250 failed before and 47 after" in said
    assert json.loads(hotwash("suite", "regression", *files, *options, "--json", code=1))["whole"]["broken"] == 43


def test_traffic_of_an_incident_becomes_the_cases_of_a_suite(tmp_path):
    rows = [
        {"time": f"2026-05-05T14:{n % 60:02d}:{n // 60:02d}Z", "id": f"r{n}", "language": "de" if n % 2 else "en", "bad": n % 3 == 0,
         "input": f"Question {n} from maria.{n}@brenner-mail.com", "documents": '["A rule about returns."]'}
        for n in range(240)
    ]  # fmt: skip
    (tmp_path / "traces.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    columns = {
        "time": "time",
        "id": "id",
        "dimensions": ["language"],
        "input": "input",
        "documents": "documents",
        "signals": [{"name": "bad", "column": "bad", "equals": True}],
    }
    (tmp_path / "columns.yaml").write_text(json.dumps(columns))
    file = made(tmp_path, "replay")
    options = [
        "--by",
        "language",
        "--signal",
        "bad",
        "--per",
        "15",
        "--columns",
        tmp_path / "columns.yaml",
        "--out",
        file.parent / "traffic.jsonl",
    ]
    assert "is there already" in hotwash("suite", "traffic", tmp_path / "traces.jsonl", *options, code=3)
    said = hotwash("suite", "traffic", tmp_path / "traces.jsonl", *options, "--overwrite")
    assert "30 cases" in said
    assert "read the cases before you use them" in " ".join(said.split())
    assert "brenner" not in (file.parent / "traffic.jsonl").read_text()
    assert "30 cases" in hotwash("suite", "check", file)
    assert "there is no signal 'bda'" in hotwash(
        "suite",
        "traffic",
        tmp_path / "traces.jsonl",
        "--signal",
        "bda",
        "--columns",
        tmp_path / "columns.yaml",
        "--out",
        tmp_path / "x",
        code=3,
    )
