"""The review pane: what a review would do before it is pulled, the queue, and a case read and decided by a person."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import assert_accessible
from tests.support.mid_drill import played_to
from tests.support.patience import until
from tests.support.serving import serving

pytestmark = pytest.mark.slow
PULL = {
    "do": "pull_lever", "kind": "review", "call": "look", "reason": "Foreign order lines in answers.", "break_glass": "1",
    "arguments.reviewers": "1", "arguments.share": "20", "arguments.overflow": "closed", "arguments.level_min": "30",
}  # fmt: skip
BASE = "/drills/mid/as/ml"


@pytest.fixture
def running(tmp_path):
    house = played_to(tmp_path / "house", 20, players="does-nothing", scenario="cross-tenant-leak")
    with serving(house) as found:
        control = found.visit("*", "facilitator", "Fay")
        for form in ({"do": "take_seat", "seat": "ml"}, {"do": "resume_drill"}):
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


def test_the_effect_of_a_review_is_told_before_it_is_pulled(room):
    room.locator("#tab-levers").click()
    card = room.locator("#lever-review")
    card.locator("summary", has_text=re.compile("Pull it|Break the glass")).first.click()
    form = card.locator("form[data-do=pull_lever]")
    form.locator("[name='arguments.reviewers']").fill("4")
    form.locator("[name='arguments.share']").fill("20")
    form.locator("button", has_text="What would it do?").click()
    expect(form.locator("output").first).to_contain_text(
        re.compile(r"If the last 20 min came again: [\d.]+ of [\d.]+ requests a minute go to reviewers; 4 people")
    )
    form.locator("[name='reason']").fill("to see")
    form.locator("button", has_text="Pull now").click()
    expect(room.locator("#sure-text")).to_contain_text("cases wait, a new one")
    assert_accessible(room, "#sure")
    room.locator("#sure-no").click()


def test_a_person_reads_a_case_and_decides_it(room, running):
    found, control = running
    said = control.post(f"{BASE}/act", PULL, accept="application/json")
    assert said[0] == 200, said
    said = control.post("/drills/mid/as/facilitator/act", {"do": "jump_to", "to_ms": "31"}, accept="application/json")
    assert said[0] == 200, said
    room.goto(found.address + BASE)
    room.locator("#tab-review").click()
    expect(room.locator("#review")).to_contain_text("wait, the oldest for")
    expect(room.locator("#review .charts svg").first).to_be_visible()
    room.locator("#review button", has_text="Show the oldest cases").click()
    case = room.locator("#cases li").nth(8)
    trace = case.locator("code").first.inner_text()
    case.locator("summary").click()
    decide = case.locator("form[data-do=decide_case]")
    decide.locator("[name=action]").select_option("refuse")
    decide.locator("[name=reason]").fill("It names another company's order.")
    decide.locator("button").click()
    expect(decide.locator(".said")).to_contain_text("read it first")
    opened = case.locator("form[data-do=open_trace]")
    opened.locator("[name=purpose]").fill("Review of a case")
    opened.locator("button").click()
    expect(case.locator("article.trace")).to_be_visible()
    assert_accessible(room, "#pane-review")
    decide.locator("button").click()
    expect(decide.locator(".said")).to_contain_text("Done.")
    expect(room.locator("#timeline")).to_contain_text(f"Decides case {trace}: refuse")
    status, body = control.get(f"{BASE}/review")[:2]
    assert status == 200
    assert "1 of them at the table" in body
    assert "missed" not in body


def test_exercise_control_alone_is_told_what_was_missed(running):
    _, control = running
    where = "/drills/mid/as/facilitator/review"
    assert "What reviewers missed" not in control.get(where)[1], "nothing was sent to them"
    control.post(f"{BASE}/act", PULL, accept="application/json")
    control.post("/drills/mid/as/facilitator/act", {"do": "jump_to", "to_ms": "31"}, accept="application/json")
    until(lambda: "wait, the oldest for" in control.get(where)[1])
    assert "What reviewers missed" in control.get(where)[1]
    for who in ("ml", "observer"):
        assert "What reviewers missed" not in control.get(f"/drills/mid/as/{who}/review")[1]


def test_a_seat_without_the_right_is_not_shown_cases(running):
    _, control = running
    assert control.get("/drills/mid/as/comms/review/cases")[0] == 403
