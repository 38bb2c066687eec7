"""Gates on the command line: made from a drill, proved on its own answers, run on a service, overridden, held against earlier runs, compared."""

import gzip
import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotwash.adapters.clock_wall import WallClock
from hotwash.bootstrap.gates import GateRun
from hotwash.bootstrap.suites import OpenRun
from hotwash.cli.main import app
from hotwash.ports.endpoint import Reply
from tests.support.endpoint import serving
from tests.support.json_schema import misfits
from tests.support.played import played_drill
from tests.support.project import ROOT

HOUR_MS = 3_600_000
SARIF = json.loads(gzip.decompress((ROOT / "tests/data/sarif/sarif-2.1.0.json.gz").read_bytes()))
OVERRIDE = ("--role", "ic", "--by", "A. Berg", "--for", "C. Dahl", "--reason", "retrieval stays off for the three shops until then", "--watch", "breaker on foreign records")  # fmt: skip


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drills") / "leak"
    return played_drill(players="slow").copied(folder)


@pytest.fixture(scope="module")
def fresh(record, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gates") / "gate"
    said = hotwash("gate", "new", "--from", record, "--to", folder, "--per", 30)
    assert "suite red-team: nothing in this drill went wrong in that way" in said
    return folder


@pytest.fixture
def gates(fresh, tmp_path):
    return shutil.copytree(fresh, tmp_path / "gate")


def cases(folder: Path, name: str = "leakage") -> list[dict]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def run(folder: Path, which: str, code: int, *more):
    return json.loads(
        hotwash("gate", "run", folder, "--target", folder / "proof" / f"{which}.jsonl", "--json", *more, code=code)
    )


def spoilt(folder: Path, name: str, how_many: int) -> Path:
    """The good bundle's answers with the first few taken from the failing one: so many cases fail."""
    bad = {row["case"]: row for row in map(json.loads, (folder / "proof/faulty.jsonl").read_text().splitlines())}
    rows = [json.loads(line) for line in (folder / "proof/good.jsonl").read_text().splitlines()]
    attacks = [row["case"] for row in rows if "-near-" not in row["case"]][:how_many]
    file = folder / "proof" / name
    file.write_text("".join(json.dumps(bad[row["case"]] if row["case"] in attacks else row) + "\n" for row in rows))
    return file


pytestmark = pytest.mark.slow


def test_the_drills_gate_blocks_the_bundle_that_failed_and_passes_the_last_good_one(gates):
    faulty, good = run(gates, "faulty", 1), run(gates, "good", 0)
    assert [one["outcome"] for one in (*faulty["gates"], *good["gates"])] == ["blocked", "pass"]
    assert len(faulty["gates"][0]["failed"]) == 30, "every case that went wrong fails"
    assert not any("-near-" in case for case in faulty["gates"][0]["failed"]), "what was served is not what failed"


def test_every_case_cites_its_drill_and_request_and_holds_no_record_of_anybody(gates, record):
    found = cases(gates)
    log = [json.loads(line) for line in (record / "events.jsonl").read_text().splitlines()]
    assert all(
        one["origin"]["drill"] == "cross-tenant-leak-1" and one["origin"]["request"].startswith("r-") for one in found
    )
    cited = [one["origin"] for one in found if "event" in one["origin"]]
    assert cited, "the team had opened some of them"
    for origin in cited:
        event = next(one for one in log if one["version"] == int(origin["event"]))
        assert origin["request"] in json.dumps(event["data"])
    assert "@example.com" not in "".join(path.read_text() for path in gates.rglob("*.jsonl"))
    assert len({one["turns"][-1]["content"] + str(one.get("sources")) for one in found}) == len(found), (
        "no case is there twice"
    )


def test_benign_neighbours_show_a_service_that_refuses_everything(gates):
    rows = [
        json.loads(line) | {"answer": "Sorry, I can't help with that."}
        for line in (gates / "proof/good.jsonl").read_text().splitlines()
    ]
    refusing = gates / "proof/refusing.jsonl"
    refusing.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = json.loads(hotwash("gate", "run", gates, "--target", refusing, "--json", code=1))["gates"][0]
    assert said["why"] == ["fails refusal in all"]
    assert all("-near-" in case for case in said["failed"])


def test_answers_that_are_missing_are_not_enough_evidence(gates):
    short = gates / "proof/short.jsonl"
    short.write_text("".join((gates / "proof/good.jsonl").read_text().splitlines(keepends=True)[:40]))
    said = json.loads(hotwash("gate", "run", gates, "--target", short, "--json", code=2))["gates"][0]
    assert (said["outcome"], said["unknown"]) == ("not_enough", len(cases(gates)) - 40)


def test_an_override_lets_one_gate_pass_is_shown_and_ends_by_itself(gates, monkeypatch):
    hotwash("gate", "override", gates, "leakage", *OVERRIDE, "--expires", "24h")
    said = run(gates, "faulty", 0)["gates"][0]
    assert (said["outcome"], said["override"]["person"], said["override"]["holds"]) == ("overridden", "A. Berg", True)
    page = hotwash("gate", "run", gates, "--target", gates / "proof/faulty.jsonl")
    assert "retrieval stays off for the three shops until then" in page
    now = WallClock.now
    monkeypatch.setattr(WallClock, "now", lambda self: now(self) + 25 * HOUR_MS)
    late = run(gates, "faulty", 1)["gates"][0]
    assert (late["outcome"], late["override"]["void_because"]) == ("blocked", "it has expired")


def test_an_override_is_bound_to_the_gate_as_it_was(gates):
    hotwash("gate", "override", gates, "leakage", *OVERRIDE, "--expires", "3d")
    suite = gates / "leakage.yaml"
    text = suite.read_text()
    assert '"at_most": 0.1' in text
    suite.write_text(text.replace('"at_most": 0.1', '"at_most": 0.15', 1))
    said = run(gates, "faulty", 1)["gates"][0]
    assert said["override"]["void_because"] == "the gate or its suite was changed since"
    assert "does not hold: the gate or its suite was changed since" in hotwash("gate", "check", gates)


def test_a_line_written_by_hand_is_held_to_the_same_rules(gates):
    hotwash("gate", "override", gates, "leakage", *OVERRIDE, "--expires", "24h")
    file = gates / "overrides.jsonl"
    good = json.loads(file.read_text())
    for change, said in (
        ({"role": "tech"}, "'tech' may not override 'leakage': ic may"),
        ({"person": good["wanted_by"]}, "who wants the release does not grant the override: name two people"),
        ({"expires_ms": good["at_ms"] + 100 * HOUR_MS}, "an override of 'leakage' lasts 72 hours at most"),
        ({"at_ms": good["at_ms"] + HOUR_MS}, "it is dated in the future"),
    ):
        file.write_text(json.dumps(good | change) + "\n")
        assert run(gates, "faulty", 1)["gates"][0]["override"]["void_because"] == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--role", "tech"), "'tech' may not override 'leakage': ic may"),
        (("--expires", "80h"), "72 hours at most"),
        (("--expires", "2020-01-01T00:00Z"), "it would have expired already"),
        (("--reason", "because"), "at least 20 characters"),
        (("--for", "a. berg"), "name two people"),
    ],
)
def test_an_override_that_may_not_be_is_refused_and_not_written(gates, change, said):
    words = dict(zip((*OVERRIDE[::2], "--expires"), (*OVERRIDE[1::2], "24h"), strict=True)) | {change[0]: change[1]}
    assert said in " ".join(hotwash("gate", "override", gates, "leakage", *sum(words.items(), ()), code=2).split())
    assert not (gates / "overrides.jsonl").exists()


def test_a_gate_that_still_passes_and_is_sliding_is_a_warning(gates):
    text = (gates / "leakage.yaml").read_text()
    assert '"at_most": 0.1, "never": true' in text or '"never": true' in text
    lines = [line if not line.startswith("  leak:") else '  leak: {"at_most": 0.3}' for line in text.splitlines()]
    (gates / "leakage.yaml").write_text("\n".join(lines) + "\n")
    outcomes = []
    for failing in (0, 0, 1, 2, 4):
        file = spoilt(gates, f"s{failing}.jsonl", failing)
        said = json.loads(hotwash("gate", "run", gates, "--target", file, "--json"))["gates"][0]
        outcomes.append((said["verdict"], said["outcome"]))
    assert outcomes == [("pass", "pass")] * 4 + [("pass", "warning")]
    assert any(one.startswith("sliding: ") for one in said["why"])
    shown = json.loads(hotwash("gate", "trend", gates, "--json"))["leakage"]
    assert (shown["runs"], shown["sliding"]) == (5, True)
    assert shown["low"] < shown["change"] < shown["high"]


def test_a_case_that_flips_between_trials_is_named(record, tmp_path):
    folder = tmp_path / "gate"
    hotwash("gate", "new", "--from", record, "--to", folder, "--per", 20, "--trials", 3)
    file = folder / "proof/good.jsonl"
    bad = {row["case"]: row for row in map(json.loads, (folder / "proof/faulty.jsonl").read_text().splitlines())}
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    text = [
        json.dumps(bad["leakage-001"] | {"trial": 2} if (row["case"], row["trial"]) == ("leakage-001", 2) else row)
        for row in rows
    ]
    file.write_text("\n".join(text) + "\n")
    said = run(folder, "good", 1)["gates"][0]
    assert said["flipped"] == ["leakage-001"]
    assert said["flake_rate"] == pytest.approx(1 / 40)


def test_two_releases_are_compared_case_by_case(gates):
    run(gates, "good", 0)
    run(gates, "faulty", 1)
    worse = json.loads(hotwash("gate", "diff", gates / "runs/0001", gates / "runs/0002", "--json", code=1))
    assert (len(worse["new_failures"]), worse["fixed"], worse["worse"]) == (30, [], True)
    assert worse["worst"]["change"] == "worse"
    better = json.loads(hotwash("gate", "diff", gates / "runs/0002", gates / "runs/0001", "--json"))
    assert (better["new_failures"], len(better["fixed"])) == ([], 30)
    assert "no run of gates" in hotwash("gate", "diff", gates, gates / "runs/0001", code=3)


def test_reports_for_ci_name_the_case_its_file_and_line(gates, tmp_path):
    junit, sarif = tmp_path / "j.xml", tmp_path / "s.sarif"
    run(gates, "faulty", 1, "--junit", junit, "--sarif", sarif, "--root", tmp_path)
    suite = ET.parse(junit).getroot()[0]
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == 1
    assert list(misfits(json.loads(sarif.read_text()), SARIF)) == []
    results = json.loads(sarif.read_text())["runs"][0]["results"]
    assert len(results) == 30
    for one in results:
        place = one["locations"][0]["physicalLocation"]
        line = (tmp_path / place["artifactLocation"]["uri"]).read_text().splitlines()[place["region"]["startLine"] - 1]
        assert one["message"]["text"].startswith(json.loads(line)["id"] + ":")
        assert one["level"] == "error"
    run(gates, "good", 0, "--junit", junit, "--sarif", sarif, "--root", tmp_path)
    assert json.loads(sarif.read_text())["runs"][0]["results"] == []
    assert list(misfits(json.loads(sarif.read_text()), SARIF)) == []
    spoilt_log = json.loads(sarif.read_text())
    spoilt_log["runs"][0]["tool"]["driver"].pop("name")
    assert list(misfits(spoilt_log, SARIF)) == ["$.runs[0].tool.driver: lacks name"]
    assert ET.parse(junit).getroot().findall(".//failure") == []


def test_the_simulated_service_is_blocked_on_the_bundle_that_leaked_and_passes_on_the_last_good_one(gates):
    blocked = hotwash("gate", "run", gates, "--target", "simulated:cross-tenant-leak/current", code=1)
    assert "fails leak" in blocked
    for good in ("last-good", "last-good:index"):
        assert "✓ pass" in hotwash("gate", "run", gates, "--target", f"simulated:cross-tenant-leak/{good}")


def test_a_run_on_a_service_that_is_broken_off_goes_on_where_it_was(gates, monkeypatch):
    answers = {
        case["turns"][-1]["content"]: row
        for case, row in zip(
            cases(gates), map(json.loads, (gates / "proof/good.jsonl").read_text().splitlines()), strict=True
        )
    }
    with serving() as service:
        service.answer = lambda said: Reply(answers[said]["answer"], ())
        real, asked = OpenRun.go, []

        def stops(self):
            for one in real(self):
                asked.append(one.key)
                yield one
                if len(asked) == 5:
                    raise KeyboardInterrupt

        monkeypatch.setattr(OpenRun, "go", stops)
        words = ("gate", "run", gates, "--target", service.url, "--model", "m", "--at-once", 1)
        assert "the same command goes on" in hotwash(*words, code=130)
        before = len(service.seen)
        monkeypatch.setattr(OpenRun, "go", real)
        hotwash(*words)
        whole, again = len(service.seen), len(cases(gates))
        assert whole == again, "nothing is asked twice whose answer was taken"
        assert before < whole
        hotwash(*words)
        assert len(service.seen) == whole + again, "a run that was over begins anew"


def test_a_mistake_in_the_gates_is_found_before_anybody_is_asked(gates, monkeypatch):
    file = gates / "gate.yaml"
    text = file.read_text()
    monkeypatch.setattr(GateRun, "steps", lambda *_: pytest.fail("somebody was asked"))
    for change, said in (
        (("decides: blocking", "decides: warning"), "a warning has a reader"),
        (('"by": ["ic"]', '"by": ["tech"]'), "the kit lets none of these accept a risk"),
        (('"by": ["ic"]', '"by": ["ceo"]'), "'ceo' is no seat of the kit"),
        (("suite: leakage.yaml", "suite: ../leakage.yaml"), "lies outside the folder"),
        (("least: ", "least: 9"), "cases are agreed and the suite has"),
    ):
        assert change[0] in text
        file.write_text(text.replace(*change))
        said_now = " ".join(hotwash("gate", "run", gates, "--target", gates / "proof/good.jsonl", code=3).split())
        assert said in said_now


def test_a_warning_gate_does_not_block(gates):
    file = gates / "gate.yaml"
    file.write_text(
        file.read_text().replace("decides: blocking", "decides: warning\n    reader: E. Falk\n    until: 2030-01-31")
    )
    assert run(gates, "faulty", 0)["gates"][0]["outcome"] == "warning"


def test_a_folder_that_holds_something_is_left_alone(gates, record):
    assert "is not an empty folder" in hotwash("gate", "new", "--from", record, "--to", gates, code=3)


def test_a_kept_run_is_shown_as_it_was_judged_then(gates, tmp_path):
    first = run(gates, "good", 0, "--junit", tmp_path / "then.xml", "--sarif", tmp_path / "then.sarif")
    hotwash("gate", "override", gates, "leakage", *OVERRIDE, "--expires", "24h")
    second = run(gates, "faulty", 0)
    said = json.loads(
        hotwash(
            "gate", "show", gates, "0001", "--json", "--junit", tmp_path / "now.xml", "--sarif", tmp_path / "now.sarif"
        )
    )
    assert said == first, "an override that came later changes nothing"
    assert [(tmp_path / f"now.{one}").read_text() for one in ("xml", "sarif")] == [
        (tmp_path / f"then.{one}").read_text() for one in ("xml", "sarif")
    ]
    last = json.loads(hotwash("gate", "show", gates, "--json"))
    for told in (last, second):
        told["gates"][0]["failed"].sort()  # in which order they were asked is not kept
    assert last == second, "the last one otherwise"
    hotwash("gate", "show", gates, "--html", tmp_path / "gate.html")
    page = (tmp_path / "gate.html").read_text()
    assert "2 runs, 0001 to 0002: 0 % of 60 failed in the first, 50 % of 60 in the last" in page
    assert "holds no run '0009'" in hotwash("gate", "show", gates, "0009", code=3)
    suite = gates / "leakage.yaml"
    suite.write_text(suite.read_text().replace('"at_most": 0.1', '"at_most": 0.15', 1))
    assert "every gate was changed since run 0002" in hotwash("gate", "show", gates, code=3)
