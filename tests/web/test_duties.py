"""The pane of legal and privacy: a question answered and a moment corrected by keyboard, in light and in dark."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import assert_accessible
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    quiet = dict.fromkeys(("legal", "privacy"), "does-nothing")
    with serving(played_to(tmp_path_factory.mktemp("duties"), 24, **quiet)) as found:
        control = found.visit("*", "facilitator", "Fay")
        for act in ({"do": "take_seat", "seat": "privacy"}, {"do": "resume_drill"}):
            said = control.post("/drills/mid/as/facilitator/act", act, accept="application/json")
            assert said[0] == 200, said
        yield found, control


def enter(page, running, scheme):
    found, control = running
    page.emulate_media(color_scheme=scheme)
    name, value = control.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": found.address}])
    page.goto(found.address + "/drills/mid/as/privacy")
    expect(page.locator("#link")).to_have_text("live")


def record(running, **fields):
    _, control = running
    body = {"do": "record_moment", "moment": "aware", "obligation": "", **fields}
    said = control.post("/drills/mid/as/privacy/act", body, accept="application/json")
    assert said[0] == 200, said


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_question_is_answered_by_keyboard_and_stands_on_record(page, running, scheme):
    enter(page, running, scheme)
    first = page.locator("#duties form[data-do=answer_question]").first
    fold = page.locator("#duties details:has(form[data-do=answer_question])").first
    asks = fold.locator("summary").inner_text()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    answer = first.locator("select")
    answer.focus()
    page.keyboard.type("unknown")
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody has looked yet.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    on_record = page.locator("#duties details", has_text="Answers and moments on record")
    expect(on_record).to_contain_text(asks)
    expect(on_record).to_contain_text("Nobody has looked yet.")
    on_record.locator("summary").first.click()
    assert_accessible(page)


def test_a_corrected_moment_shows_both_deadlines_and_a_countdown(page, running):
    enter(page, running, "light")
    record(running, at_ms="20", reason="Second trace read.")
    _, control = running
    assess = {"do": "assess_obligation", "obligation": "contract-notice", "applies": "yes", "reason": "Clause 9."}
    assert control.post("/drills/mid/as/privacy/act", assess, accept="application/json")[0] == 200
    clock = page.locator("#duties li", has_text="Contract, notice to the customer").first
    expect(clock).to_contain_text("T+24:20:00")
    expect(page.locator("#board")).to_contain_text("Contract, notice to the customer")
    expect(page.locator("#board")).not_to_contain_text("contract-notice")
    record(running, at_ms="12", reason="The first left no doubt.")
    expect(clock).to_contain_text("T+24:12:00")
    expect(clock).to_contain_text("before the moment was changed")
    expect(clock).to_have_attribute("data-left", re.compile(r"\d+ h \d+ min left"))
    expect(page.locator("#duties")).to_contain_text("Not legal advice")
    clock.locator("summary").click()
    expect(clock.locator("textarea")).to_have_value(re.compile(r"\[missing\]"))
