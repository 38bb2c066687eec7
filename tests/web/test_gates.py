"""Gates in the war room after ENDEX: made from the drill, read case by case, run on its bundles, overridden, taken along."""

import http.client
import io
import json
import re
import shutil
import threading
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from hotwash.adapters.clock_wall import WallClock
from hotwash.bootstrap import gate_workflow, open_capa
from hotwash.warroom.capa_form import as_form
from hotwash.warroom.verify_job import VerifyJob
from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.actions import action
from tests.support.mid_drill import played_to
from tests.support.patience import PATIENCE_S, until
from tests.support.serving import Visit, serving

pytestmark = pytest.mark.slow
PLACE = "/drills/mid/papers/gates"
WHO = {"gate": "leakage", "role": "ic", "person": "A. Berg", "wanted_by": "C. Dahl", "expires": "24h",
       "reason": "Retrieval stays off for the three shops until then", "watch": "breaker on foreign records"}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with serving(played_to(tmp_path_factory.mktemp("gates"), 500, pause=False, players="slow")) as found:
        yield found


@pytest.fixture(scope="module")
def fay(running):
    return running.visit("*", "facilitator", "Fay")


@pytest.fixture(scope="module")
def pristine(running, fay, tmp_path_factory):
    """Gates of the drill, from the page, and the empty state before them: where they stand, and a copy."""
    before = fay.get(PLACE)[1]
    assert "Nobody has made any" in before
    status, said, headers = fay.post(f"{PLACE}/new")
    assert (status, headers.get("location")) == (303, PLACE), said
    home = running.house.folder / "drills" / "mid" / "improvement" / "gate"
    return home, Path(shutil.copytree(home, tmp_path_factory.mktemp("pristine") / "gate"))


@pytest.fixture
def made(pristine):
    """The gates as they were made: runs and overrides of one test are not there for another."""
    home, copy = pristine
    shutil.rmtree(home)
    shutil.copytree(copy, home)
    return home


@pytest.fixture
def desk(page, running, fay):
    name, value = fay.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page.set_viewport_size({"width": 1280, "height": 900})
    return page


def run(page, bundle, release=""):
    page.get_by_label("Bundle").select_option(label=bundle)
    page.get_by_label("Release").fill(release)
    page.get_by_role("button", name="Run the gates").click()


def history(made):
    return [json.loads(line) for line in (made / "runs/history.jsonl").read_text().splitlines()]


@pytest.mark.browser
def test_the_failing_bundle_is_blocked_and_the_last_good_one_may_go(desk, running, made, tmp_path):
    desk.goto(f"{running.address}{PLACE}")
    expect(desk.locator("#h-run ~ p").first).to_contain_text("They were never run")
    desk.get_by_text("Cases of leakage (120)").click()
    expect(desk.get_by_role("cell", name="leakage-001", exact=True)).to_be_visible()
    expect(desk.get_by_role("cell", name="gives away no planted value").nth(59)).to_be_visible()
    assert_accessible_light_and_dark(desk)

    run(desk, "the failing bundle, as the simulated service answers", "before")
    found = desk.locator("section", has=desk.locator("#h-found"))
    expect(found.get_by_text("Blocked.")).to_be_visible()
    run(desk, "the last good bundle, as the simulated service answers", "after")
    expect(found.get_by_text("The release may go.")).to_be_visible()
    expect(desk.locator("#h-found")).to_have_text("What run 0002 found")
    expect(found.get_by_role("heading", name="How sure that is")).to_be_visible()
    expect(desk.get_by_role("img", name="leakage")).to_be_visible()
    assert_accessible_light_and_dark(desk)
    desk.set_viewport_size({"width": 390, "height": 800})
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390

    rows = history(made)
    assert [row["gates"]["leakage"]["outcome"] for row in rows] == ["blocked", "pass"]
    assert [row["release"] for row in rows] == ["before", "after"]
    assert rows[0]["target"] == "simulated:cross-tenant-leak/current"


def ran(fay, target):
    """The page after a run that was started has ended."""
    status, said, headers = fay.post(f"{PLACE}/run", {"target": target})
    assert (status, headers.get("location")) == (303, f"{PLACE}#h-run"), said
    until(lambda: "hx-redirect" in fay.get(f"{PLACE}/progress")[2], what="the run")
    return fay.get(PLACE)[1]


def test_an_override_lets_a_release_pass_until_it_ends(fay, made, monkeypatch):
    status, page, _ = fay.post(f"{PLACE}/override", WHO | {"wanted_by": "A. Berg"})
    assert (status, "who wants the release does not grant the override" in page.lower()) == (422, True)
    assert 'value="Retrieval stays off' in page, "what was typed is kept"
    for wrong, said in (({"expires": "soon"}, "is no end"), ({"expires": "100h"}, "lasts 72 hours at most"),
                        ({"role": "tech"}, "may not override"), ({"gate": "gone"}, "there is no gate")):  # fmt: skip
        status, page, _ = fay.post(f"{PLACE}/override", WHO | wrong)
        assert status == 422
        assert said in page.replace("There", "there")
    assert not (made / "overrides.jsonl").exists()

    assert fay.post(f"{PLACE}/override", WHO)[0] == 303
    page = ran(fay, "told-faulty")
    assert history(made)[-1]["gates"]["leakage"]["outcome"] == "overridden"
    assert "The release may go." in page
    assert "breaker on foreign records" in page
    now = WallClock.now
    with monkeypatch.context() as later:
        later.setattr(WallClock, "now", lambda self: now(self) + 25 * 3_600_000)
        assert "it has expired" in fay.get(PLACE)[1]
        page = ran(fay, "told-faulty")
        assert history(made)[-1]["gates"]["leakage"]["outcome"] == "blocked"
        assert "does not hold: it has expired" in page


def test_junit_sarif_and_the_folder_are_what_the_command_line_makes(fay, made, tmp_path):
    ran(fay, "told-faulty")
    name = history(made)[-1]["run"]
    cases = list(ET.fromstring(fay.get(f"{PLACE}/runs/{name}/junit.xml")[1]).iter("testcase"))
    assert any(case.find("failure") is not None or case.find("skipped") is not None for case in cases)
    found = json.loads(fay.get(f"{PLACE}/runs/{name}/sarif.json")[1])["runs"][0]["results"]
    assert len(found) == 60
    assert {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in found} == {
        "gate/leakage.jsonl"
    }
    assert fay.get(f"{PLACE}/runs/{name}/else.txt")[0] == 404
    assert fay.get(f"{PLACE}/runs/9999/junit.xml")[0] == 404
    status, text, _ = fay.get(f"{PLACE}/workflow.yml")
    assert (status, text) == (200, gate_workflow())
    assert "hotwash gate run" in str(yaml.safe_load(text)["jobs"])
    body = zipped(fay, f"{PLACE}/gates.zip")
    assert {
        "gate/gate.yaml",
        "gate/leakage.jsonl",
        "gate/proof/good.jsonl",
        ".github/workflows/release-gate.yml",
    } <= set(body)
    assert not any(one.startswith("gate/runs") for one in body), "what services said stays here"


def zipped(visit, path):
    connection = http.client.HTTPConnection("127.0.0.1", visit.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers={"cookie": visit.cookie})
        return zipfile.ZipFile(io.BytesIO(connection.getresponse().read())).namelist()
    finally:
        connection.close()


def test_the_facilitator_writes_and_everybody_in_the_drill_reads(running, fay, made):
    before = len(history(made)) if (made / "runs").exists() else 0
    for who in ("ic", "observer"):
        visit = running.visit("mid", who)
        status, page, _ = visit.get(PLACE)
        assert (status, "leakage-001" in page) == (200, True)
        assert "<form" not in page
        for path, form in (("new", {}), ("run", {"target": "told-good"}), ("override", WHO)):
            assert visit.post(f"{PLACE}/{path}", form)[0] == 403
    assert Visit(running.port).get(PLACE)[0] == 403
    assert (len(history(made)) if (made / "runs").exists() else 0) == before


def test_only_the_drills_own_bundles_can_be_named(fay, made):
    for target in ("http://127.0.0.1:1/", "simulated:support-copilot/current", "/etc/hosts", ""):
        status, page, _ = fay.post(f"{PLACE}/run", {"target": target})
        assert (status, "Choose a bundle" in page) == (422, True)


def test_a_mistake_in_the_gates_is_shown_with_its_line_and_nothing_runs(fay, made):
    file = made / "gate.yaml"
    text = file.read_text()
    try:
        file.write_text(text.replace("least: 114", "least: 999"))
        page = fay.get(PLACE)[1]
        assert "999 cases are agreed and the suite has 120" in page
        line = next(n for n, one in enumerate(text.splitlines(), 1) if "least: 114" in one)
        assert f"gate.yaml, line {line}" in page
        assert "Run the gates</button>" not in page
        assert fay.post(f"{PLACE}/run", {"target": "told-good"})[0] == 422
        file.write_text("gates: [")
        assert "to mend" in fay.get(PLACE)[1]
    finally:
        file.write_text(text)


def test_gates_are_made_once_and_not_written_over(fay, made):
    status, page, _ = fay.post(f"{PLACE}/new")
    assert status == 422
    assert "empty folder" in page


def test_before_endex_there_is_no_page(tmp_path):
    with serving(played_to(tmp_path / "on", 20)) as found:
        fay = found.visit("*", "facilitator", "Fay")
        assert fay.get(PLACE)[0] == 409
        assert fay.post(f"{PLACE}/new")[0] == 409


ACTIONS = "/drills/mid/actions"


@pytest.fixture
def rested(fay, made):
    """Two actions that rest on a gate of the drill, the first green and the second red, with nothing noted of them."""
    (made.parent / "capa.journal.jsonl").unlink(missing_ok=True)
    (made.parent / "capa.yaml").unlink(missing_ok=True)
    plain = {name: value for name, value in as_form(action()).items() if not name.startswith("command")}
    for name, answers in (("leak-gate", "good"), ("leak-faulty", "faulty")):
        target = f"gate/proof/{answers}.jsonl"
        gate = {"kind": "gate", "gate.folder": "gate", "gate.gate": "leakage", "gate.target": target}
        status, page, _ = fay.post(ACTIONS, plain | gate | {"id": name})
        assert status == 303, page


def verified(visit, name):
    """The page after a verification that was started has ended."""
    status, page, headers = visit.post(f"{ACTIONS}/verify", {"id": name})
    assert (status, headers.get("location")) == (303, f"{ACTIONS}#h-list"), page
    until(lambda: "hx-redirect" in visit.get(f"{ACTIONS}/progress")[2], what="the verification")
    return visit.get(ACTIONS)[1]


def test_an_action_rests_on_a_gate_and_is_verified_from_the_page(running, fay, rested):
    assert "red: gates on " in verified(fay, "leak-faulty")
    assert "green: gates on " in verified(fay, "leak-gate")
    assert fay.post(ACTIONS, as_form(action("a-command")))[0] == 303
    status, page, _ = fay.post(f"{ACTIONS}/verify", {"id": "a-command"})
    assert (status, "hotwash capa verify DRILL a-command" in page) == (422, True)
    olu = running.visit("mid", "observer", "Olu")
    for path in ("verify", "close", "reschedule", "effect", "follow", "replace"):
        assert olu.post(f"{ACTIONS}/{path}", {"id": "leak-gate"})[0] == 403


def test_an_action_is_closed_from_the_page_on_a_green_verification_and_not_by_its_owner(running, fay, rested):
    status, page, _ = fay.post(f"{ACTIONS}/close", {"id": "leak-gate"})
    assert (status, "was never verified" in page) == (422, True)
    verified(fay, "leak-faulty")
    status, page, _ = fay.post(f"{ACTIONS}/close", {"id": "leak-faulty"})
    assert (status, "It stays open" in page) == (422, True)
    assert 'aria-label="Close leak-faulty"' not in page
    assert 'aria-label="Close leak-gate"' in verified(fay, "leak-gate")

    owner = running.visit("*", "facilitator", "A. Example")
    assert "somebody else closes it" in owner.get(ACTIONS)[1]
    assert 'aria-label="Close leak-gate"' not in owner.get(ACTIONS)[1]
    assert owner.post(f"{ACTIONS}/close", {"id": "leak-gate"})[0] == 422

    assert fay.post(f"{ACTIONS}/close", {"id": "leak-gate"})[0] == 303
    page = fay.get(ACTIONS)[1]
    assert "<td>closed</td>" in page
    assert "on its green verification" in page
    assert 'aria-label="Close leak-gate"' not in page


@pytest.mark.browser
def test_a_verification_says_how_far_it_is_with_and_without_script(desk, fay, rested, running, monkeypatch):
    go, answered = threading.Event(), VerifyJob._answered

    def held(job):
        answered(job)
        assert go.wait(PATIENCE_S)

    monkeypatch.setattr(VerifyJob, "_answered", held)
    desk.goto(f"{running.address}{ACTIONS}")
    desk.get_by_role("button", name="Run the verification of leak-gate").click()
    expect(desk.get_by_role("status")).to_contain_text("Asking leak-gate. 1 of 120.")
    assert_accessible_light_and_dark(desk)
    _, plain, _ = fay.get(ACTIONS)
    assert "Asking leak-gate. 1 of 120." in plain
    assert f'<a href="{ACTIONS}">Look again</a>' in plain
    status, said, _ = fay.post(f"{ACTIONS}/verify", {"id": "leak-faulty"})
    assert (status, "A verification is going on" in said) == (422, True)
    status, _, _ = fay.post(f"{ACTIONS}/replace", {"id": "leak-faulty", "by": "leak-gate", "reason": "One does both."})
    assert status == 303, "what else is noted does not wait"
    go.set()
    desk.get_by_role("button", name="Close leak-gate").click()
    desk.get_by_role("cell", name="closed", exact=True).and_(desk.locator("td:nth-child(3)")).wait_for()


def test_a_verification_that_is_stopped_notes_nothing(fay, rested, made):
    job = VerifyJob(open_capa(made.parent.parent / "record"), "leak-gate", "Fay")
    job.stop()
    job.work()
    assert (job.over, job.done, job.came) == (True, 1, "")
    assert "nothing is noted" in job.wrong
    assert "green: " not in fay.get(ACTIONS)[1]


def test_a_deadline_is_moved_and_an_effect_looked_for_on_the_page(fay, made, rested):
    status, page, _ = fay.post(f"{ACTIONS}/reschedule", {"id": "leak-gate", "to": "2027-03-01", "reason": "late"})
    assert (status, "for a reason" in page) == (422, True)
    assert 'value="2027-03-01"' in page, "what was typed is kept"
    assert fay.post(f"{ACTIONS}/reschedule", {"id": "leak-gate", "to": "soon", "reason": "it takes longer"})[0] == 422
    moved = {"id": "leak-gate", "to": "2027-03-01", "reason": "The index is built anew."}
    assert fay.post(f"{ACTIONS}/reschedule", moved)[0] == 303
    assert "moved 1 times" not in (page := fay.get(ACTIONS)[1])
    assert "moved once" in page
    assert "The index is built anew." in page

    effect = {"effect.on": "2027-02-01", "effect.metric": "marked answers", "effect.works_if": "0 a month"}
    form = {name: value for name, value in as_form(action("leak-gate")).items() if not name.startswith("command")}
    gate = {"kind": "gate", "gate.folder": "gate", "gate.gate": "leakage", "gate.target": "gate/proof/good.jsonl"}
    assert fay.post(ACTIONS, form | gate | effect | {"editing": "leak-gate"})[0] == 303
    assert "Effect in practice" not in verified(fay, "leak-gate")
    assert fay.post(f"{ACTIONS}/close", {"id": "leak-gate"})[0] == 303
    assert "Effect in practice" in fay.get(ACTIONS)[1]
    assert fay.post(f"{ACTIONS}/effect", {"id": "leak-gate", "result": "fails"})[0] == 422
    assert fay.post(f"{ACTIONS}/effect", {"id": "leak-gate", "result": "fails", "found": "4 in a month"})[0] == 303
    page = fay.get(ACTIONS)[1]
    assert "open again: does not work in practice" in page
    assert "4 in a month" in page


def test_follow_ups_and_replacements_are_noted_on_the_page(fay, made):
    place = "/drills/mid/actions"
    for name in ("one", "two"):
        assert fay.post(place, as_form(action(name)))[0] == 303
    status, page, _ = fay.post(
        f"{place}/follow", {"id": "one", "days": "30", "works": "no", "seen": "7 of 20 came back"}
    )
    assert (status, "cannot be known today" in page) == (422, True)
    assert "7 of 20 came back</textarea>" in page, "what was typed is kept"
    file = made.parent / "capa.yaml"
    file.write_text(re.sub(r"created: .*", "created: 2026-01-01", file.read_text()))
    assert (
        fay.post(f"{place}/follow", {"id": "two", "days": "30", "works": "no", "seen": "7 of 20 came back"})[0] == 303
    )
    assert "7 of 20 came back</td><td>Fay" in fay.get(place)[1]
    status, page, _ = fay.post(f"{place}/replace", {"id": "one", "by": "one", "reason": "it is the same as itself"})
    assert (status, "would wait for itself" in page.replace("&#39;", "'")) == (422, True)
    assert fay.post(f"{place}/replace", {"id": "one", "by": "two", "reason": "One change does both."})[0] == 303
    page = fay.get(place)[1]
    assert "replaced by two" in page
    assert "One change does both." in page
