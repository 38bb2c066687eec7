"""The command line as people use it, and as machines do."""

import json
import re
from contextlib import closing

import pytest
from typer.testing import CliRunner

from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.cli.main import app
from hotwash.conductor.record import read_events
from tests.support.project import ROOT

pytestmark = pytest.mark.slow

RECORDED = str(ROOT / "tests" / "data" / "recorded")


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, list(map(str, words)))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "drill"
    hotwash("drill", "run", "order-number-alarm", "--players", "expert,comms=slow", "--seed", "2", "--out", str(out))
    return out


def test_a_newcomer_finds_the_scenarios():
    said = hotwash("scenario", "list")
    assert "cross-tenant-leak" in said
    listed = json.loads(hotwash("scenario", "list", "--json"))
    assert {"id", "title", "summary", "system"} <= set(listed[0])
    assert all(one["id"] in said for one in listed)  # whole, since people type what they read


def test_a_scenario_keeps_its_secret_unless_asked():
    shown = hotwash("scenario", "show", "order-number-alarm", "--json")
    assert "secret" not in json.loads(shown)
    assert "secret" in json.loads(hotwash("scenario", "show", "order-number-alarm", "--facilitator", "--json"))


def test_a_run_leaves_a_record_that_can_be_shown_and_verified(folder):
    names = {path.name for path in folder.iterdir()}
    assert names == {"events.jsonl", "scorecard.json", "report.html", "report.md", "design.json", "manifest.json",
                     "evidence"}  # fmt: skip
    card = json.loads(hotwash("drill", "show", str(folder), "--json"))
    assert card["players"]["comms"] == "slow"
    verdict = json.loads(hotwash("drill", "verify", str(folder), "--head", card["log_head"], "--json"))
    assert verdict["sound"] is True


def test_a_changed_record_is_named_with_exit_code_one(folder, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.glob("*.*"):
        (copy / path.name).write_bytes(path.read_bytes())
    card = (copy / "scorecard.json").read_text()
    (copy / "scorecard.json").write_text(card.replace('"seed": 2', '"seed": 3'))
    said = json.loads(hotwash("drill", "verify", str(copy), "--json", code=1))
    assert said["difference"] == "scorecard.json: seed: found 3, recomputed 2"


def test_a_replay_stops_where_it_is_told(folder):
    seen = json.loads(hotwash("drill", "replay", str(folder), "--as", "legal", "--until", "23", "--json"))
    assert seen
    assert max(one["drill_ms"] for one in seen) <= 23 * 60_000


def test_a_replay_is_told_in_words(folder):
    said = hotwash("drill", "replay", str(folder), "--as", "tech")
    assert "Technical Lead       Opened trace r-" in said
    assert not re.search(r"\b(True|False)\b|_ms \d| :", said)


def test_mistakes_say_what_to_write():
    assert "no stand-in plays 'genius'" in hotwash("drill", "run", "order-number-alarm", "--players", "genius", code=2)
    assert "order-number-alarm" in hotwash("drill", "run", "no-such-scenario", code=3)


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("three years of work")
    said = hotwash("drill", "run", "order-number-alarm", "--out", str(tmp_path), code=3)
    assert "holds no drill record" in said
    assert (tmp_path / "thesis.txt").exists()


def test_a_record_is_only_replaced_when_asked(folder):
    assert "--overwrite" in hotwash("drill", "run", "order-number-alarm", "--out", str(folder), code=3)


def test_scenario_check_proves_that_a_scenario_can_be_solved():
    proof = json.loads(hotwash("scenario", "check", "cross-tenant-leak", "--json"))
    assert proof["ready"] is True
    assert "rollback" in proof["proof"]["best plan"]


def test_events_can_be_kept_in_sqlite_while_playing(tmp_path):
    """The file alone holds the whole log: nothing is left behind in a side file."""
    kept, record = tmp_path / "drill.sqlite", tmp_path / "record"
    hotwash("drill", "run", "order-number-alarm", "--store", str(kept), "--out", str(record), "--json")
    moved = kept.rename(tmp_path / "moved.sqlite")
    with closing(SqliteStore(moved)) as store:
        assert store.read("drill") == read_events((record / "events.jsonl").read_bytes())


def test_watching_through_a_pipe_loses_no_word():
    """A terminal wraps; a file gets each event whole, on one line."""
    said = hotwash("drill", "run", "order-number-alarm", "--seed", "2", "--watch")
    assert "…" not in said
    assert max(map(len, said.splitlines())) > 120


def test_a_drill_on_recorded_runs_is_run_and_verified_like_any_other(tmp_path):
    out = str(tmp_path / "drill")
    card = json.loads(hotwash("drill", "run", "recorded", "--traces", RECORDED, "--seed", "2", "--out", out, "--json"))
    nothing = json.loads(hotwash("drill", "run", "recorded", "--traces", RECORDED, "--seed", "2",
                                 "--players", "does-nothing", "--json"))  # fmt: skip
    assert card["containment"]["score"] > 0.8 > 0.1 > nothing["containment"]["score"]
    assert "The timeline is composed" in (tmp_path / "drill" / "report.md").read_text()
    verdict = json.loads(hotwash("drill", "verify", out, "--json"))
    assert (verdict["sound"], verdict["design"], verdict["form"]) == (True, "unchanged", "")
    assert "name them with --traces FOLDER" in hotwash("gate", "new", "--from", out, "--to", tmp_path / "gate", code=2)
    gate = tmp_path / "gate"
    made = json.loads(hotwash("gate", "new", "--from", out, "--to", gate, "--traces", RECORDED, "--json"))
    assert made["suites"]["red-team"] >= 28
    cases = [json.loads(line) for line in (gate / "red-team.jsonl").read_text().splitlines()]
    assert all(any("planted-" in text for text in one["sources"]) for one in cases if "lacks_call" in one["checks"][0])
    hotwash("gate", "run", gate, "--target", gate / "proof" / "faulty.jsonl", code=1)
    hotwash("gate", "run", gate, "--target", gate / "proof" / "good.jsonl")


def test_a_scenario_on_recorded_runs_asks_for_them():
    assert "--traces" in hotwash("drill", "run", "recorded", code=2)
    assert "agent-1, agent-2" in hotwash("drill", "run", "recorded", "--traces", RECORDED, "--running", "x", code=2)
    assert "--traces" in hotwash("scenario", "check", "recorded")
    assert "ready" in hotwash("scenario", "check", "recorded", "--traces", RECORDED)


def test_a_scenario_of_ones_own_starts_from_one_that_works(tmp_path):
    folder = tmp_path / "our-alarm"
    hotwash("scenario", "new", str(folder), "--from", "order-number-alarm")
    assert json.loads(hotwash("scenario", "show", f"{folder}/", "--json"))["id"] == "our-alarm"
    assert "not an empty folder" in hotwash("scenario", "new", str(folder), code=3)
    assert "cannot be an id" in hotwash("scenario", "new", str(tmp_path / "Our Alarm"), code=3)
    assert "cross-tenant-leak" in hotwash("scenario", "new", str(tmp_path / "x"), "--from", "nothing", code=3)


def test_a_card_makes_a_drill_harder_and_its_record_still_verifies(tmp_path):
    assert "executive-pressure" in hotwash("scenario", "cards")
    cards = ("--constraint", "executive-pressure", "--constraint", "logs-missing")
    hotwash("drill", "run", "order-number-alarm", *cards, "--out", str(tmp_path / "drill"), "--json")
    assert json.loads(hotwash("drill", "verify", str(tmp_path / "drill"), "--json"))["sound"] is True
    assert "card-keep-it-on" in (tmp_path / "drill" / "events.jsonl").read_text()
    assert "holiday-staffing" in hotwash("drill", "run", "order-number-alarm", "--constraint", "rain", code=3)
