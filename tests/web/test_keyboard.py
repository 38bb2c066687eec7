"""The room by keyboard alone: no mouse, and nothing typed is lost when somebody else acts."""

import pytest
from playwright.sync_api import expect

from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    house = played_to(tmp_path_factory.mktemp("keys"), 24, pause=True, tech="does-nothing", ic="does-nothing")
    with serving(house) as found:
        control = found.visit("*", "facilitator", "Fay")
        for seat in ("tech", "ic"):
            said = control.post(
                "/drills/mid/as/facilitator/act", {"do": "take_seat", "seat": seat}, accept="application/json"
            )
            assert said[0] == 200, said
        control.post("/drills/mid/as/facilitator/act", {"do": "resume_drill"}, accept="application/json")
        yield found, control


def enter(page, running, where):
    found, control = running
    name, value = control.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": found.address}])
    page.goto(found.address + where)
    expect(page.locator("#link")).to_have_text("live")


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.tagName")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, wanted, limit=60):
    for _ in range(limit):
        if page.evaluate(f"document.activeElement.matches({wanted!r})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab; focus is on {focused(page)}")


def test_the_first_stop_is_the_way_past_the_header(page, running):
    enter(page, running, "/drills/mid/as/tech")
    press(page, "Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press(page, "Enter")
    assert focused(page) == "main"


def test_tabs_are_walked_by_arrows(page, running):
    enter(page, running, "/drills/mid/as/tech")
    tab_to(page, "[role=tab][aria-selected=true]")
    press(page, "ArrowRight")
    assert focused(page) == "tab-traces"
    expect(page.locator("#pane-traces")).to_be_visible()
    press(page, "ArrowLeft", "ArrowLeft")
    assert focused(page) == "tab-timeline"
    press(page, "Home")
    assert focused(page) == "tab-signals"


def test_a_page_that_is_loaded_again_on_its_charts_works_as_before(page, running):
    """The tab is remembered, and what it shows is drawn only once there is something to draw it with."""
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    enter(page, running, "/drills/mid/as/ic")
    page.locator("#tab-signals").click()
    expect(page.locator("#charts figure").first).to_be_visible()
    page.reload()
    expect(page.locator("#pane-signals")).to_be_visible()
    expect(page.locator("#charts figure").first).to_be_visible()
    press(page, "Control+k")
    expect(page.locator("#palette")).to_be_visible()
    assert not broken
    page.evaluate("sessionStorage.clear()")


def test_a_hypothesis_is_raised_from_the_palette(page, running):
    enter(page, running, "/drills/mid/as/tech")
    press(page, "Control+k")
    page.keyboard.type("raise a hyp")
    press(page, "Enter")
    assert focused(page) == "raise_hypothesis-statement"
    page.keyboard.type("A prompt change.")
    tab_to(page, "#f-raise_hypothesis button", 6)
    press(page, "Enter")
    expect(page.locator("#ideas")).to_contain_text("A prompt change.")


def test_a_lever_is_pulled_with_its_confirmation(page, running):
    enter(page, running, "/drills/mid/as/tech")
    press(page, "Control+k")
    page.keyboard.type("pull: ")
    press(page, "ArrowDown", "ArrowUp", "Enter")
    expect(page.locator("#pane-levers")).to_be_visible()
    form = page.evaluate("document.activeElement.closest('form').id")
    tab_to(page, f"#{form} [name=reason]", 12)
    page.keyboard.type("Nobody else is awake.")
    tab_to(page, f"#{form} [name=break_glass]", 16)
    press(page, "Space")
    tab_to(page, f"#{form} button", 4)
    press(page, "Enter")
    expect(page.locator("#sure")).to_be_visible()
    expect(page.locator("#sure-text")).to_contain_text("Price:")
    press(page, "Escape")
    expect(page.locator("#sure")).to_be_hidden()
    expect(page.locator("#calls article").filter(has_text="Nobody else is awake")).to_have_count(0)
    page.evaluate(f"document.querySelector('#{form} button').focus()")
    press(page, "Enter")
    expect(page.locator("#sure")).to_be_visible()
    tab_to(page, "#sure-yes", 4)
    press(page, "Enter")
    expect(page.locator("#calls")).to_contain_text("Nobody else is awake.")


def test_what_is_half_typed_survives_what_others_do(page, running):
    _, control = running
    enter(page, running, "/drills/mid/as/tech")
    control.post(
        "/drills/mid/as/ic/act", {"do": "raise_hypothesis", "statement": "The first idea."}, accept="application/json"
    )
    page.locator("#tab-hypotheses").focus()
    press(page, "Enter")
    card = page.locator("#ideas article").filter(has_text="The first idea.")
    card.locator("summary").focus()
    press(page, "Enter", "Tab")
    page.keyboard.type("half a meth")
    press(page, "ArrowLeft", "ArrowLeft")
    control.post(
        "/drills/mid/as/ic/act", {"do": "raise_hypothesis", "statement": "A second idea."}, accept="application/json"
    )
    expect(page.locator("#ideas")).to_contain_text("A second idea.")
    page.keyboard.type("X")
    assert page.evaluate("document.activeElement.value") == "half a meXth"
    assert card.locator("details").first.evaluate("fold => fold.open")
