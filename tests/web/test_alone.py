"""One person alone: a seat from the library, the clock beside the work, the way on at ENDEX without loading a page again."""

import pytest
from playwright.sync_api import expect

from hotwash import bootstrap
from hotwash.conductor.plan import PlanError, alone
from tests.support.accessibility import assert_accessible
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def running(tmp_path, request):
    with serving(bootstrap.House(tmp_path)) as found:
        yield found
        if "page" in request.fixturenames:  # what it still waits for is not the server's to answer once that stops
            request.getfixturevalue("page").goto("about:blank")


def come_in(page, running, visit):
    name, value = visit.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])


def everybody(running, profile):
    return dict.fromkeys(running.house.kit.roles.seats, profile)


def test_a_link_from_the_command_line_leads_into_the_seat(page, running):
    running.house.plan(alone("mine", "Mine", "cross-tenant-leak", "ic", everybody(running, "slow")))
    token = running.door.invite("*", "facilitator")
    page.goto(f"{running.address}/join/{token}?to=/drills/mine/as/ic&sit=yes")
    expect(page.get_by_role("heading", name="Incident Commander")).to_be_visible()
    page.get_by_role("button", name="Take this place").click()
    expect(page.get_by_role("button", name="Start the drill")).to_be_visible()
    expect(page.get_by_text("You are looking on")).to_have_count(0)


def test_somebody_alone_plays_from_the_library_to_the_hot_wash(page, running):
    come_in(page, running, running.visit("*", "facilitator", "Sol"))
    page.goto(f"{running.address}/drills")
    card = page.locator(".scenario", has_text="A Monday with Tarnwick Assist")
    card.get_by_label("Your seat").select_option("tech")
    card.get_by_role("button", name="Play alone").click()
    expect(page.locator("#link")).to_have_text("live")
    assert page.url.endswith("/drills/alone-cross-tenant-leak/as/tech")
    expect(page.get_by_text("You are looking on")).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("button", name="2×", exact=True).click()
    expect(page.get_by_role("button", name="2×", exact=True, pressed=True)).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("start")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#phase")).to_have_text("running")
    expect(page.get_by_role("button", name="Start the drill")).to_be_hidden()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.locator("#tab-hypotheses").click()
    page.locator("#raise_hypothesis-statement").fill("The index.")
    page.locator("#f-raise_hypothesis button").last.click()
    expect(page.locator("#ideas")).to_contain_text("The index.")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#phase")).to_have_text("paused")
    expect(page.get_by_role("link", name="Go to the hot wash")).to_be_hidden()
    page.get_by_role("button", name="End the drill").click()
    page.locator("#sure-yes").click()
    expect(page.locator("#phase")).to_have_text("ended")
    page.get_by_role("link", name="Go to the hot wash").click()
    expect(page.get_by_role("heading", name="Hot wash: A Monday with Tarnwick Assist, alone")).to_be_visible()


def test_a_facilitator_takes_a_seat_from_its_room_and_may_act_at_once(page, running):
    plan = alone("mine", "Mine", "cross-tenant-leak", "ic", everybody(running, "does-nothing"))
    running.house.plan(plan)
    come_in(page, running, running.visit("*", "facilitator", "Sol"))
    page.goto(f"{running.address}/drills/mine/as/tech")
    expect(page.get_by_role("note").filter(has_text="held by a stand-in")).to_be_visible()
    page.get_by_role("button", name="Take the seat").click()
    expect(page.get_by_text("You are looking on")).to_have_count(0)
    expect(page.get_by_role("button", name="Start the drill")).to_be_visible()


def test_only_those_who_steer_play_alone(running):
    running.house.plan(alone("mine", "Mine", "cross-tenant-leak", "ic", everybody(running, "slow")))
    player = running.visit("mine", "ic", "Ina")
    sent = {"scenario": "cross-tenant-leak", "seat": "tech"}
    assert player.post("/drills/alone", sent)[0] == 403
    facilitator = running.visit("*", "facilitator", "Sol")
    assert facilitator.post("/drills/alone", {**sent, "seat": "pilot"})[0] == 409
    assert facilitator.post("/drills/alone", {**sent, "scenario": "no-such"})[0] == 404
    assert [plan.drill for plan in running.house.drills()] == ["mine"]


def test_a_seat_that_is_none_is_answered_with_those_there_are():
    with pytest.raises(PlanError, match="there is no seat 'pilot': take one of ic, tech"):
        alone("mine", "Mine", "cross-tenant-leak", "pilot", {"ic": "slow", "tech": "slow"})
