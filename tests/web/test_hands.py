"""Seats that pass through several hands, each person in a browser of their own."""

import pytest
from playwright.sync_api import expect

from tests.support.mid_drill import played_to
from tests.support.patience import PATIENCE_MS
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def come(browser, tmp_path):
    """Lets a person into a seat of a running drill, in a browser of their own: `come(who, name, take=True)` gives the page."""
    house = played_to(tmp_path, 14, players="does-nothing")
    contexts = []
    with serving(house) as running:
        links = {who: running.door.invite("mid", who, many=True) for who in ("tech",)}
        running.visit().post("/drills/mid/as/facilitator/act", {"do": "resume_drill"})

        def enter(who, name, *, take=True):
            context = browser.new_context()
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"{running.address}/join/{links[who]}")
            page.get_by_label("Your name").fill(name)
            page.get_by_role("button", name="Take this place").click()
            expect(page.locator("#link")).to_have_text("live")
            if take:
                page.evaluate(
                    "async () => { await fetch(location.pathname + '/act', {method: 'POST', body: new URLSearchParams({do: 'take_seat'})}) }"
                )
                page.reload()
                expect(page.locator("#link")).to_have_text("live")
            return page

        yield enter
        for context in contexts:
            context.close()


def test_a_seat_changes_hands_with_a_note_and_only_the_new_holder_acts(come):
    tom, ted = come("tech", "Tom"), come("tech", "Ted", take=False)
    for page in (tom, ted):
        page.locator("#tab-room").click()
    expect(ted.locator("summary", has_text="Hand the seat over")).to_have_count(0)
    tom.locator("summary", has_text="Hand the seat over").click()
    form = tom.locator("form[data-do=hand_over]")
    form.locator("[name=to_person]").fill("Ted")
    form.locator("[name=note]").fill("The index is suspect; a pull waits for approval.")
    form.locator("button").click()
    tom.locator("#sure-yes").click()
    expect(ted.locator("#s-tech")).to_contain_text("Ted")

    ted.locator("#tab-timeline").click()
    expect(ted.locator("#timeline")).to_contain_text("Handed over to Ted: The index is suspect")
    for page in (tom, ted):
        page.locator("#tab-hypotheses").click()
        raising = page.locator("form#f-raise_hypothesis")
        if not raising.is_visible():
            page.locator("details#d-raise_hypothesis > summary").click()
        raising.locator("[name=statement]").fill(f"It is the index, says {'Tom' if page is tom else 'Ted'}.")
        raising.locator("button").first.click()
    expect(tom.locator("#pane-hypotheses .refused")).to_contain_text("is held by Ted")
    expect(tom.locator("#ideas")).to_contain_text("says Ted.")
    expect(tom.locator("#ideas")).not_to_contain_text("says Tom.")
