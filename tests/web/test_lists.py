"""Checklists that a team ticks together, each person in a browser of their own."""

import pytest
from playwright.sync_api import expect

from hotwash import bootstrap
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    played_to(tmp_path, 14, players="does-nothing")
    return tmp_path


def enter(browser, running, who, person=""):
    """A page of somebody who came by a link; with a name, in the seat."""
    visit = running.visit("mid", who, person)
    name, value = visit.cookie.split("=", 1)
    if person:
        visit.post(f"/drills/mid/as/{who}/act", {"do": "take_seat"})
    context = browser.new_context()
    context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page = context.new_page()
    page.goto(f"{running.address}/drills/mid/as/{who}")
    expect(page.locator("#link")).to_have_text("live")
    return page


def boxes(page, shared):
    """The boxes of a list by the words of its items; `shared` lists alone, not first minutes."""
    page.locator("#tab-pack").click()
    box = page.locator(f"[data-tick][data-guide='{shared}']").first
    box.evaluate("one => { one.closest('details').open = true }")
    return box


def test_a_tick_is_everybody_s_at_once_and_stays_through_reload_late_join_and_restart(browser, folder):
    with serving(bootstrap.House(folder)) as running:
        control = running.visit()
        control.post("/drills/mid/as/facilitator/act", {"do": "resume_drill"})
        tech, scribe = enter(browser, running, "tech", "Tom"), enter(browser, running, "scribe", "Sol")
        observer = enter(browser, running, "observer")
        both = "() => [...document.querySelectorAll('[data-tick]')].map(one => one.dataset.guide)"
        shared = next(one for one in tech.evaluate(both) if one in scribe.evaluate(both))
        mine, theirs = boxes(tech, shared), boxes(scribe, shared)
        item = mine.get_attribute("data-item")
        mine.check()
        expect(theirs).to_be_checked()
        for page in (mine, theirs):
            expect(page.locator("..").locator(".who")).to_contain_text("Technical Lead, Tom T+")
        scribe.locator("#tab-timeline").click()
        expect(scribe.locator("#timeline li", has_text=f"Ticked: {item}"[:60])).to_have_count(1)
        expect(observer.locator("#lists summary").first).to_contain_text("1 of")
        expect(observer.locator("#lists summary").first).to_contain_text("Technical Lead")

        tech.reload()
        expect(boxes(tech, shared)).to_be_checked()
        late = enter(browser, running, "ic")
        # Whoever comes late sees it, without a seat too.
        expect(late.locator("#lists data")).to_have_count(1)
        for page in (tech, scribe, observer, late):
            page.context.close()
    with serving(bootstrap.House(folder)) as again:
        scribe = enter(browser, again, "scribe", "Sol")
        box = boxes(scribe, shared)
        expect(box).to_be_checked()
        box.uncheck()
        expect(scribe.locator("#lists")).to_contain_text("Nothing is ticked yet")
        expect(box).not_to_be_checked()
        expect(box.locator("..").locator(".who")).to_have_text("")
        scribe.context.close()


def test_a_tick_that_is_refused_goes_back_and_says_why(browser, folder):
    with serving(bootstrap.House(folder)) as running:
        scribe = enter(browser, running, "scribe", "Sol")
        box = scribe.locator("[data-tick]").first
        scribe.locator("#tab-pack").click()
        box.click()
        expect(box.locator("..").locator(".who")).to_contain_text("paused")
        expect(box).not_to_be_checked()
        scribe.context.close()
