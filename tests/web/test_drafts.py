"""The whole way of a message by people: drafted, sent back, rewritten, approved, published, corrected."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SEATS = ("ic", "legal", "privacy", "comms")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    house = played_to(tmp_path_factory.mktemp("drafts"), 26, pause=True, **dict.fromkeys(SEATS[1:], "does-nothing"))
    with serving(house) as found:
        control = found.visit("*", "facilitator", "Fay")
        for seat in SEATS:
            said = control.post(
                "/drills/mid/as/facilitator/act", {"do": "take_seat", "seat": seat}, accept="application/json"
            )
            assert said[0] == 200, said
        control.post("/drills/mid/as/facilitator/act", {"do": "resume_drill"}, accept="application/json")
        yield found, control


@pytest.fixture
def seats(browser, running):
    """A page for each seat, in a browser context of its own."""
    found, control = running
    name, value = control.cookie.split("=", 1)
    pages = {}
    for seat in SEATS:
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": value, "url": found.address}])
        pages[seat] = context.new_page()
        pages[seat].goto(f"{found.address}/drills/mid/as/{seat}")
        expect(pages[seat].locator("#link")).to_have_text("live")
        pages[seat].locator("#tab-comms").click()
    yield pages
    for page in pages.values():
        page.context.close()


def violations(page):
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]


def press(page, form, **fields):
    for name, value in fields.items():
        page.locator(f"{form} [name={name}]").fill(value)
    page.locator(f"{form} button").last.click()


def confirmed(page):
    page.locator("#sure-yes").click()


def test_a_message_is_drafted_sent_back_rewritten_approved_published_and_corrected(seats):
    ic, legal, privacy, comms = (seats[seat] for seat in SEATS)
    ic.locator("#d-write_draft > summary").press("Enter")
    ic.get_by_role("button", name="Notice to customers").press("Enter")
    area = ic.locator("#editor textarea")
    expect(area).to_be_focused()
    prefilled = area.input_value()
    assert "did not belong to the person who asked" in prefilled
    links = ic.locator("#editor [name=links]").input_value()
    assert json.loads(links)[0]["events"]
    area.press("Control+End")
    ic.keyboard.type(" The problem is fully resolved.")
    expect(ic.locator("#checked")).to_contain_text("fully resolved")
    expect(ic.locator("#checked")).to_contain_text("stop it")
    area.fill(prefilled)
    expect(ic.locator("#checked")).not_to_contain_text("fully resolved")
    ic.locator("#editor button").last.click()
    expect(ic.locator("#editor")).to_contain_text("Saved")
    card = "#p-ic-draft-1"
    expect(ic.locator(card)).to_contain_text("version 1")
    assert violations(ic) == []

    expect(legal.locator(card)).to_contain_text("version 1")
    legal.locator("#ask-ic-draft-1 > summary").click()
    press(legal, "#f-request_changes-ic-draft-1", note="Say that a person can be reached by telephone.")
    expect(ic.locator(card)).to_contain_text("a person can be reached by telephone")

    ic.get_by_role("button", name="Rewrite ic-draft-1").click()
    expect(area).to_have_value(prefilled)
    area.fill(prefilled.replace("To reach a person,", "To reach a person by telephone,"))
    ic.locator("#editor button").last.click()
    expect(legal.locator(card)).to_contain_text("version 2")
    legal.locator("#changed-ic-draft-1 > summary").click()
    expect(legal.locator(f"{card} .diff ins").first).to_contain_text("by telephone")
    link = legal.locator("#links-ic-draft-1")
    link.locator("summary").click()
    link.locator("a[data-entry]").first.click()
    expect(legal.locator("#pane-timeline")).to_be_visible()
    legal.locator("#tab-comms").click()

    for page in (legal, privacy):
        expect(page.locator(card)).to_contain_text("version 2")
        press(page, "#f-approve_draft-ic-draft-1")
    expect(comms.locator(f"{card} .reviews")).to_contain_text("Legal Counsel approved")
    expect(comms.locator(f"{card} .reviews")).to_contain_text("Privacy Lead approved")
    press(comms, "#f-publish_update-ic-draft-1")
    confirmed(comms)
    expect(comms.locator(card)).to_contain_text("published")
    comms.locator("#correct-ic-draft-1 > summary").click()
    press(
        comms,
        "#f-correct_update-ic-draft-1",
        text="The first cases are older than we wrote.",
        reason="new traces were read",
    )
    expect(ic.locator(card)).to_contain_text("The first cases are older than we wrote.")
    for scheme in ("light", "dark"):
        comms.emulate_media(color_scheme=scheme)
        assert violations(comms) == [], scheme
