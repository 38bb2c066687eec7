"""hotwash causes, meeting, controls: exit codes, files, JSON, papers that are not overwritten."""

import json

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from tests.support.papers import as_yaml, filled
from tests.support.played import played_drill


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, [str(one) for one in words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def record(tmp_path):
    return played_drill(players="slow").copied(tmp_path / "leak")


def test_causes_from_draft_to_page(record, tmp_path):
    paper = record.with_name("leak-improvement") / "causes.yaml"
    assert "hotwash causes new" in hotwash("causes", "check", record, code=3)
    assert str(paper) in hotwash("causes", "new", record).replace("\n", "")
    assert "is there already" in hotwash("causes", "new", record, code=3)
    found = json.loads(hotwash("causes", "check", record, "--json", code=1))
    assert not found["ok"]
    assert found["problems"][0].startswith(str(paper))
    paper.write_text(as_yaml(filled(paper.read_text())))
    assert json.loads(hotwash("causes", "check", record, "--json")) == {"ok": True, "problems": []}
    page, text = tmp_path / "c.html", tmp_path / "c.md"
    hotwash("causes", "show", record, "--html", page, "--md", text)
    assert "<title>EXERCISE" in page.read_text()
    assert text.read_text().startswith("**EXERCISE")
    assert "carried the fault" in hotwash("causes", "compare", record)


def test_meeting_and_controls_begin_from_a_record(record):
    hotwash("meeting", "new", record)
    assert "to mend" in hotwash("meeting", "check", record, code=1)
    assert "still open" in hotwash("meeting", "sign", record, "--role", "ic", "--name", "Noor", code=3)
    assert "Risk register" in hotwash("meeting", "show", record)
    hotwash("controls", "new", record)
    hotwash("controls", "check", record, code=1)
    assert "Who may change what" in hotwash("controls", "show", record)


def test_traceability_passes_or_fails_by_what_may_stay_untied(tmp_path):
    rows = [
        {"id": str(n), "at": f"2026-11-23T09:{n // 60:02d}:{n % 60:02d}Z", "tenant": f"t-{n % 4}", "model": "m1", "prompt_version": "p1",
         "policy_version": "g1" if n % 4 else "", "index_version": "i1"}
        for n in range(200)
    ]  # fmt: skip
    traces = tmp_path / "traces.jsonl"
    traces.write_text("".join(json.dumps(one) + "\n" for one in rows))
    found = json.loads(hotwash("controls", "traceability", traces, "--json", code=1))
    assert (found["untied"]["found"], found["untied"]["asked"]) == (50, 200)
    assert (found["segments"][0]["value"], found["segments"][0]["stands_out"]) == ("t-0", True)
    hotwash("controls", "traceability", traces, "--json", "--most", "0.25")
    assert "there is no column" in hotwash("controls", "traceability", traces, "--part", "model=modell", code=3)
    assert "is no part" in hotwash("controls", "traceability", traces, "--part", "tone=x", code=3)
