"""Bundles on the command line, and suites run on them."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from hotwash.cli.main import app
from hotwash.kit.bundle import content_id
from hotwash.kit.bundle_files import named_bundle
from tests.support.played import played_drill

GOOD = named_bundle("support-copilot/last-good")


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


def written(tmp_path, **update):
    file = tmp_path / "own.yaml"
    body = GOOD.model_dump(mode="json", by_alias=True, exclude_none=True) | {"id": "own"}
    body["parts"] |= update
    file.write_text(yaml.safe_dump(body))
    return file


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill") / "record"
    return played_drill(players="slow").copied(folder)


def test_a_bundle_is_shown_with_its_id_and_every_part():
    said = hotwash("bundle", "show", "support-copilot/last-good")
    assert content_id(GOOD) in said and "policy-17" in said and "tools.issue_refund.access" in said
    body = json.loads(hotwash("bundle", "show", "support-copilot/last-good", "--json"))
    assert body["content_id"] == content_id(GOOD) and body["parts"]["index"]["embedding"] == "lumen-embed-3"


def test_two_bundles_are_told_apart_part_by_part_with_what_a_rollback_takes_back():
    said = hotwash("bundle", "diff", "support-copilot/current", "support-copilot/last-good")
    assert "| version | policy-18 | policy-17 |" in said
    assert "loses the fix of policy: text on payment data" in said
    body = json.loads(hotwash("bundle", "diff", "support-copilot", "support-copilot/last-good", "--json"))
    assert {
        "part": "tools",
        "setting": "tools.get_order.schema",
        "before": "get-order-8",
        "after": "get-order-7",
    } in body["differences"]
    assert len(body["takes_back"]) == 6
    assert "The same bundle" in hotwash("bundle", "diff", "support-copilot", "support-copilot")


def test_long_texts_are_shown_where_they_differ(tmp_path):
    long = "Look orders up before you answer, and say which shop the answer is from. " * 2
    files = []
    for name in ("close politely", "never close"):
        folder = tmp_path / name.replace(" ", "-")
        folder.mkdir()
        file = written(folder)
        body = yaml.safe_load(file.read_text())
        body["parts"]["prompts"]["prompts"] = {"system": {"text": long + name}}
        file.write_text(yaml.safe_dump(body))
        files.append(file)
    said = hotwash("bundle", "diff", *files)
    assert "close politely" in said and "never close" in said


def test_a_file_with_a_mistake_fails_and_a_plan_with_warnings_fails_when_it_is_strict(tmp_path):
    hotwash("bundle", "check", written(tmp_path))
    bad = written(tmp_path, index={"version": "idx-1", "embedding": "lumen-embed-2"})
    assert "holds vectors of lumen-embed-2" in hotwash("bundle", "check", bad, code=1)
    plan = ("bundle", "check", "support-copilot/last-good", "--from", "support-copilot", "--component", "index")
    said = hotwash(*plan)
    assert "cache-warm" in said and "tool-still-on" in said
    hotwash(*plan, "--strict", code=1)
    found = json.loads(hotwash(*plan, "--flush", "--tools-off", "--json"))["found"]
    assert {one["code"] for one in found} == {"fix-lost", "never-released"}


def test_a_plan_needs_what_runs_and_components_that_exist():
    assert "Add --from" in hotwash("bundle", "check", "support-copilot", "--flush", code=3)
    assert "no component or part" in hotwash("bundle", "check", "support-copilot", "--from", "support-copilot", "--component", "indx", code=3)  # fmt: skip


@pytest.mark.slow
def test_the_record_says_what_was_running_and_why(record):
    body = json.loads(hotwash("bundle", "running", record, "--at", "T+59", "--json"))
    assert {one["where"] for one in body["arms"]} == {"everything else", "tenant t-04 or t-08 or t-12"}
    index = body["arms"][0]["because"]["index"]
    events = {one["version"]: one for one in map(json.loads, (record / "events.jsonl").read_text().splitlines())}
    assert events[index["event"]]["type"] == "lever_took_effect"
    assert all(one["requests"] > 100 and one["bundle"]["id"] == "mixture" for one in body["arms"])
    early = hotwash("bundle", "running", record, "--at", "3")
    assert "idx-2026-11-21" in early and "Safety policy: text on payment data" in early
    assert "Write one from" in hotwash("bundle", "running", record, "--at", "400", code=3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind, scenario, limit", [("smoke", "refused-after-upgrade", "refusal"), ("leak", "cross-tenant-leak", "leak")]
)
def test_the_faulty_bundle_of_a_scenario_fails_a_suite_that_the_last_good_one_passes(tmp_path, kind, scenario, limit):
    hotwash("suite", "new", tmp_path / kind, "--kind", kind, "--system", "support-copilot")
    file = tmp_path / kind / "suite.yaml"

    def run(bundle, code):
        said = hotwash("suite", "run", file, "--target", f"simulated:{scenario}/{bundle}", "--journal", tmp_path / f"{bundle}.jsonl", "--json", code=code)  # fmt: skip
        return json.loads(said)

    good, bad = run("last-good", 0), run("current", 1)
    assert (good["verdict"], bad["verdict"]) == ("pass", "fail")
    assert good["target"].startswith(f"simulated:{scenario}/tarnwick-2026-11-21 cd502810edec")
    assert limit in {one["outcome"] for one in bad["findings"] if one["verdict"] != "pass"}
    again = hotwash("suite", "run", file, "--target", f"simulated:{scenario}/current", "--journal", tmp_path / "again.jsonl", "--json", code=1)  # fmt: skip
    assert json.loads(again)["cases"] == bad["cases"]


def test_a_bundle_file_is_a_target_and_an_endpoint_file_still_one(tmp_path):
    hotwash("suite", "new", tmp_path / "smoke", "--kind", "smoke", "--system", "support-copilot")
    file = tmp_path / "smoke" / "suite.yaml"
    said = hotwash("suite", "run", file, "--target", written(tmp_path), "--journal", tmp_path / "j.jsonl", "--json")
    assert json.loads(said)["target"].startswith("simulated:support-copilot/own ")
    assert "no such suite" in hotwash("suite", "new", tmp_path / "x", "--kind", "bias", "--system", "support-copilot", code=3)  # fmt: skip
