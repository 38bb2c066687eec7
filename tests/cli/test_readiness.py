"""hotwash readiness: over real records, with their figures, and mistakes told."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from tests.support.papers import as_yaml, rated
from tests.support.played import played_drill

DAY = ("--day", "2026-12-01")


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, [str(one) for one in words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("year")
    played_drill(players="slow", cards=("logs-missing",)).copied(folder / "leak")
    played_drill("order-number-alarm").copied(folder / "alarm")
    return folder


def state(folder, *more):
    return json.loads(hotwash("readiness", "report", folder, *DAY, "--stand-ins", "--json", *more))


def drill(found, scenario):
    return next(one for one in found["drills"] if one["scenario"] == scenario)


@pytest.mark.slow
def test_a_drills_figures_are_its_scorecards(records):
    card = json.loads((records / "leak" / "scorecard.json").read_text())
    found = drill(state(records), "cross-tenant-leak")
    assert found["minutes"]["contain"] == card["time_metrics"]["contain"]
    assert found["minutes"]["declare"] == card["time_metrics"]["declare"]
    assert found["total"] == card["total"]
    assert found["cards"] == ["logs-missing"]
    assert found["people"] == 0
    assert set(found["exercised"]) >= {"lever rollback", "runbook data-leakage"}


@pytest.mark.slow
def test_a_false_alarm_has_no_time_to_contain(records):
    found = drill(state(records), "order-number-alarm")
    assert set(found["minutes"]) <= {"seats", "label", "severity", "authority"}
    assert found["mode"] == ""


@pytest.mark.slow
def test_stand_ins_alone_are_said_to_prove_nothing_of_people(records):
    assert "stand-ins alone" in hotwash("readiness", "report", records, *DAY)


@pytest.mark.slow
def test_a_record_that_was_changed_is_named_and_left_out(records, tmp_path):
    broken = tmp_path / "leak"
    broken.mkdir()
    for file in (records / "leak").iterdir():
        if file.is_file():
            broken.joinpath(file.name).write_bytes(file.read_bytes().replace(b'"seat":"ic"', b'"seat":"pr"', 1))
    found = state(tmp_path)
    assert found["drills"] == []
    assert len(found["skipped"]) == 1


@pytest.mark.slow
def test_next_gives_reasons_that_add_up(records):
    found = json.loads(hotwash("readiness", "next", records, *DAY, "--stand-ins", "--json"))
    assert found == sorted(found, key=lambda one: (-one["points"], one["scenario"]))
    for one in found:
        assert one["points"] == pytest.approx(sum(points for points, _ in one["reasons"]), abs=0.01)
    played = next(one for one in found if one["scenario"] == "cross-tenant-leak")
    assert played["card"] not in ("none", "logs-missing")
    assert "never drilled" in hotwash("readiness", "next", records, *DAY)


@pytest.mark.slow
def test_it_is_written_as_a_page_for_print_and_as_a_calendar(records, tmp_path):
    hotwash(
        "readiness", "report", records, *DAY, "--stand-ins", "--html", tmp_path / "r.html", "--pdf", tmp_path / "r.pdf"
    )
    assert "EXERCISE" in (tmp_path / "r.html").read_text()
    assert 'class="heat"' in (tmp_path / "r.html").read_text()
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    hotwash("readiness", "calendar", "--to", tmp_path / "p.ics", records, *DAY, "--stand-ins")
    assert (tmp_path / "p.ics").read_text().startswith("BEGIN:VCALENDAR")
    assert hotwash("readiness", "metrics", records, *DAY, "--stand-ins").endswith("# EOF\n")


@pytest.mark.slow
def test_drills_before_a_day_can_be_left_out(records):
    assert state(records, "--since", "2026-12-01")["drills"] == []
    assert len(state(records, "--since", "2026-11-23")["drills"]) == 2


@pytest.mark.slow
def test_a_drill_after_the_day_is_named_and_left_out(records):
    found = state(records, "--day", "2026-11-24")
    assert [one["scenario"] for one in found["drills"]] == ["cross-tenant-leak"]
    assert "after the day" in found["skipped"][0][1]


def incidents(tmp_path, text):
    file = tmp_path / "incidents.yaml"
    file.write_text(text)
    return file


def test_real_incidents_are_shown_beside(tmp_path):
    file = incidents(
        tmp_path,
        "- {id: i-1, title: Answers of another shop, mode: data-leakage, onset: 2026-03-01T10:00Z, detected: 2026-03-01T12:30Z, contained: 2026-03-01T13:00Z}\n",
    )
    found = state(tmp_path, "--incidents", str(file))
    times = {one["time"]["id"]: one["incidents"]["middle"] for one in found["fast"]}
    assert times == {"detect": 150.0, "contain": 30.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- {id: i-1, title: t, mode: drift, onset: 2026-03-01T10:00Z, detected: 2026-02-01T10:00Z}\n",
            "at or after 'onset'",
        ),
        ("- {id: i-1, title: t, mode: drift, onset: 2026-03-01T10:00}\n", "timezone"),
        ("- {id: i-1, title: t, mode: drift}\n", "onset"),
    ],
)
def test_mistakes_in_incidents_are_placed(text, said, tmp_path):
    output = hotwash("readiness", "report", tmp_path, "--incidents", incidents(tmp_path, text), code=3)
    assert said in output
    assert "incidents.yaml:1" in output.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("/nowhere/at/all",), "is not a folder"),
        ((".", "--day", "yesterday"), "is no day"),
        ((".", "--since", "Q4"), "is no day"),
    ],
)
def test_what_cannot_be_done_is_said(words, said):
    assert said in hotwash("readiness", "report", *words, code=3)


def test_a_token_is_of_one_house(tmp_path):
    assert "is no folder of" in hotwash("readiness", "metrics", tmp_path, "--token", code=3)
    (tmp_path / "drills").mkdir()
    one = hotwash("readiness", "metrics", tmp_path, "--token")
    assert len(one.strip()) == 64
    assert hotwash("readiness", "metrics", tmp_path, "--token") == one


@pytest.mark.slow
def test_papers_beside_a_record_are_counted_and_broken_ones_named(records, tmp_path):
    shutil.copytree(records / "leak", tmp_path / "leak")
    hotwash("capa", "draft", tmp_path / "leak")
    home = tmp_path / "leak-improvement"
    (home / "postmortem.md").write_text("# What happened\n")
    (home / "capa.yaml").write_text(
        "drill: d\ncreated: 2026-11-24\nactions:\n"
        "- {id: runbook-flush, finding: The cache went on serving, type: preventive, horizon: fast, owner: R. Ito, deadline: 2026-11-26,\n"
        "   action: The runbook for leaks names the cache flush within 5 minutes of each rollback, score: {severities: 3, modes: 1, time_to_value: 3},\n"
        "   verification: {command: {run: [grep, -q, flush, runbook.md]}}}\n"
    )
    papers = drill(state(tmp_path), "cross-tenant-leak")["papers"]
    assert papers["postmortem"] is True
    assert [(one["id"], one["brings"], one["open"]) for one in papers["actions"]] == [
        ("runbook-flush", "runbook", True)
    ]
    assert "Open corrective actions: 1, of which 1 past their date." in hotwash("readiness", "report", tmp_path, *DAY, "--stand-ins")  # fmt: skip
    hotwash("meeting", "new", tmp_path / "leak")
    register = rated((home / "risks.yaml").read_text())
    (home / "risks.yaml").write_text(as_yaml(register))
    risks = drill(state(tmp_path), "cross-tenant-leak")["papers"]["risks"]
    assert [one["what"] for one in risks] == [one["title"] for one in register["risks"]]
    assert {(one["band"], one["owner"], one["until"]) for one in risks} == {("high", "Head of retrieval", "2027-03-03")}
    (home / "risks.yaml").write_text("risks: [")
    (home / "capa.yaml").write_text("- [")
    papers = drill(state(tmp_path), "cross-tenant-leak")["papers"]
    assert papers["unread"][-1].startswith("risks.yaml")
    assert papers["actions"] is None
    assert papers["unread"][0].startswith("capa.yaml")
