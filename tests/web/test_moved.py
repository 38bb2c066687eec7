"""The trace pane asks what moved: the statement, the way down to the traces, a finding kept as evidence."""

import json
import re

import pytest
from playwright.sync_api import expect

from hotwash.adapters.clock_manual import ManualClock
from hotwash.warroom import stage
from tests.support.accessibility import assert_accessible
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow
FORM = {"do": "run_query", "asks": "moved", "limit": "1"}
BASE = "/drills/mid/as/tech"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    house = played_to(tmp_path_factory.mktemp("moved"), 27, players="does-nothing", scenario="invented-policy")
    with serving(house) as found:
        control = found.visit("*", "facilitator", "Fay")
        seats = [{"do": "take_seat", "seat": seat} for seat in ("tech", "ml")]
        for form in (*seats, {"do": "resume_drill"}):
            said = control.post("/drills/mid/as/facilitator/act", form, accept="application/json")
            assert said[0] == 200, said
        yield found, control


@pytest.fixture
def room(page, running):
    found, player = running
    name, value = player.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": found.address}])
    page.goto(found.address + BASE)
    expect(page.locator("#link")).to_have_text("live")
    return page


def ask(room):
    room.keyboard.press("Control+k")
    room.keyboard.type("what moved")
    room.keyboard.press("Enter")
    expect(room.locator("#moved-flag")).to_be_focused()
    room.keyboard.press("Tab")
    room.keyboard.press("Tab")
    room.keyboard.press("Tab")
    room.keyboard.press("Enter")
    expect(room.locator("#f-moved .said")).to_have_text("Counting …")
    expect(room.locator("#moved .statement")).to_be_visible()
    expect(room.locator("#f-moved .said")).to_be_empty()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_by_keyboard_from_the_question_to_the_traces_and_the_evidence(room):
    ask(room)
    card = room.locator("#moved")
    for said in ("retrievals that found nothing in", "region eu"):
        expect(card.locator(".statement")).to_contain_text(said)
    expect(card).to_contain_text("Near is not because")
    expect(card.locator("details", has_text="The five hypotheses").locator("dt")).to_have_count(5)
    assert_accessible(room)
    risen = card.locator("li", has_text="retrieval empty in region eu")
    risen.get_by_role("button", name="Show traces").focus()
    room.keyboard.press("Enter")
    expect(room.locator("#traces li").first).to_be_visible()
    listed = room.locator("#traces .traces > li > .dim").all_text_contents()
    assert listed
    assert all("region eu" in one for one in listed)
    expect(room.locator("#f-run_query [name=flag]")).to_have_value("retrieval_empty")
    expect(room.locator("#f-run_query [name=from_ms]")).to_have_value(re.compile(r"^1[123](\.0*)?$"))
    risen.get_by_role("button", name="Keep as evidence").press("Enter")
    expect(risen.locator(".done")).to_be_visible()
    room.locator("#tab-evidence").click()
    expect(room.locator("#evidence")).to_contain_text("retrieval empty in region eu")


def test_on_a_telephone_nothing_runs_over_the_edge(room):
    room.set_viewport_size({"width": 390, "height": 800})
    ask(room)
    assert room.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(room)


def test_a_question_is_on_record_for_everybody_with_what_was_asked(running):
    found, player = running
    status, body, _ = player.post(
        f"{BASE}/act", FORM | {"flag": "retrieval_empty", "from_ms": "5"}, accept="application/json"
    )
    assert status == 200
    assert "retrievals that found nothing" in json.loads(body)["said"]
    page = found.visit("mid", "legal").get("/drills/mid/as/legal")[1]
    assert "Asked what moved retrieval_empty" in re.sub(r"\s+", " ", page)


def test_a_signal_that_is_not_there_is_refused(running):
    _, player = running
    status, body, _ = player.post(f"{BASE}/act", FORM | {"flag": "harm"}, accept="application/json")
    assert status == 422
    assert "there is no signal" in json.loads(body)["refused"]


def test_questions_are_held_to_a_pace(running, monkeypatch):
    found, player = running
    monkeypatch.setattr(found.house, "clock", ManualClock(found.house.clock.now()))  # all within one minute
    path, form = "/drills/mid/as/ml/act", FORM | {"to_ms": "1"}
    answers = [player.post(path, form, accept="application/json") for _ in range(stage.QUESTIONS + 1)]
    assert [status for status, _, _ in answers] == [200] * stage.QUESTIONS + [422]
    assert "ask again in a moment" in json.loads(answers[-1][1])["refused"]


def test_a_full_queue_is_said_and_nothing_is_on_record(running, monkeypatch):
    found, control = running
    path, form = "/drills/mid/as/legal/act", FORM | {"to_ms": "2"}
    said = control.post(
        "/drills/mid/as/facilitator/act", {"do": "take_seat", "seat": "legal"}, accept="application/json"
    )
    assert said[0] == 200
    monkeypatch.setattr(stage, "MOST_WAITING", 0)
    status, body, _ = control.post(path, form, accept="application/json")
    assert (status, "several questions" in body) == (422, True)
    page = found.visit("mid", "legal").get("/drills/mid/as/legal")[1]
    assert not re.search(r"Legal Counsel</b> Asked what moved", page)
    monkeypatch.undo()
    assert control.post(path, form, accept="application/json")[0] == 200
    page = found.visit("mid", "legal").get("/drills/mid/as/legal")[1]
    assert re.search(r"Legal Counsel</b> Asked what moved", page)
