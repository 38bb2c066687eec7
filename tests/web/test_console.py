"""Exercise control in the browser: MSEL, clock, seats, the truth, observers."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.mid_drill import played_to
from tests.support.patience import PATIENCE_MS, until
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def console(page, tmp_path):
    """The console of a drill at minute 14, paused, stand-ins that do nothing in all seats but the technical lead's."""
    house = played_to(tmp_path, 14, players="does-nothing", tech="expert")
    with serving(house) as running:
        control = running.visit("*", "facilitator", "Fay")
        name, value = control.cookie.split("=", 1)
        page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
        page.goto(f"{running.address}/drills/mid/as/facilitator")
        expect(page.locator("#link")).to_have_text("live")
        yield page, running
        page.goto("about:blank")  # what it still waits for is not the server's to answer once that stops


def fold(page, inject):
    line = page.locator(f"#m-{inject}")
    if not line.locator("details").first.evaluate("one => one.open"):
        line.locator("summary").first.click()
    return line


def test_injects_are_held_triggered_skipped_and_edited(console):
    page, running = console
    line = fold(page, "exec-sales-week")
    line.get_by_role("button", name="Hold").click()
    expect(line.locator(".tag").first).to_have_text("held")
    line.get_by_role("button", name="Trigger now").click()
    expect(line.locator(".tag").first).to_have_text("delivered")
    commander = running.visit("mid", "ic", "Cora")
    assert "Not today please" in commander.get("/drills/mid/as/ic")[1]

    waiting = page.locator("#msel li.is-waiting").first.get_attribute("id").removeprefix("m-")
    line = fold(page, waiting)
    words = line.locator(".text").text_content()
    line.get_by_role("button", name="Edit a copy").click()
    form = page.locator("#f-improvise_inject")
    expect(form.locator("[name=body]")).to_have_value(words)
    personas = form.locator("datalist option").evaluate_all("found => found.map(one => one.value)")
    sender = form.locator("[name=sender]").input_value()
    assert sender in personas, "whoever speaks in this scenario can be spoken as"
    form.locator("[name=body]").fill("EXERCISE. The words are others now.")
    for box in form.locator("[name=to]").all():
        box.check()
    form.get_by_role("button", name="Send it").click()
    line.get_by_role("button", name="Skip").click()
    expect(line.locator(".tag").first).to_have_text("skipped")
    assert "The words are others now." in commander.get("/drills/mid/as/ic")[1]


def test_the_clock_runs_at_the_pace_that_is_set_and_skips_to_the_next_inject(console):
    page, _ = console
    page.get_by_role("button", name="16×").click()
    expect(page.locator("#control")).to_contain_text("speed 16×")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#phase")).to_have_text("running")
    expect(page.locator("#drilltime")).to_have_text(re.compile(r"T\+(1[5-9]|[2-5]\d)"))
    page.get_by_role("button", name="1×", exact=True).click()
    expect(page.get_by_role("button", name="1×", exact=True)).to_have_attribute("aria-pressed", "true")
    inject, due_ms = next_due(page)
    page.get_by_role("button", name="Skip to the next inject").click()
    page.locator("#sure-yes").click()
    expect(page.locator(f"#{inject} .tag").first).to_have_text("delivered")
    until(lambda: page.locator("#drilltime").text_content() >= f"T+{due_ms // 60_000:02d}:00", what="the jump")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#phase")).to_have_text("paused")
    expect(page.get_by_role("button", name="Skip to the next inject")).to_have_count(0)


def next_due(page):
    """The element and the moment of the next timed inject."""
    line = page.locator("#msel li.is-waiting", has=page.locator("b[data-due]")).first
    return line.get_attribute("id"), int(line.locator("b[data-due]").get_attribute("data-due"))


def test_the_way_to_the_next_inject_is_never_one_that_has_come_already(console):
    page, _ = console
    page.get_by_role("button", name="Resume").click()
    inject, _ = next_due(page)
    fold(page, inject.removeprefix("m-")).get_by_role("button", name="Trigger now").click()
    expect(page.locator(f"#{inject} .tag").first).to_have_text("delivered")
    _, due_ms = next_due(page)
    expect(page.locator("#f-jump_to-next [name=to_ms]")).to_have_value(str(due_ms / 60_000))


def test_a_seat_is_taken_and_given_to_another_stand_in(console):
    page, _ = console
    seat = page.locator("#s-legal")
    expect(seat.locator(".tag").first).to_have_text("stand-in")
    seat.locator("summary").click()
    seat.get_by_role("button", name="Take the seat").click()
    expect(seat).to_contain_text("Fay")
    expect(seat.locator(".tag").first).to_have_text("no comms check")
    seat.locator("select").select_option("slow")
    seat.get_by_role("button", name="Give to a stand-in").click()
    expect(seat.locator(".tag").first).to_have_text("stand-in")
    expect(page.locator("#timeline")).to_contain_text("Legal Counsel is held by a stand-in")


def test_the_harm_is_drawn_beside_its_counterfactuals_and_the_key_is_at_hand(console):
    page, running = console
    chart = page.locator("#truth svg.chart")
    expect(chart).to_be_visible()
    for said in ("hands-off", "best plan", "onset", "now"):
        expect(chart).to_contain_text(said)
    page.get_by_role("button", name="Resume").click()
    tom, cora = running.visit("mid", "tech", "Tom"), running.visit("mid", "ic", "Cora")
    call = {"call": "cut", "kind": "retrieval_off", "reason": "Records of other shops."}
    for visit, seat, form in (
        (tom, "tech", {"do": "take_seat"}),
        (cora, "ic", {"do": "take_seat"}),
        (tom, "tech", {"do": "request_lever", **call}),
        (cora, "ic", {"do": "approve_lever", "call": "cut"}),
        (tom, "tech", {"do": "pull_lever", **call}),
    ):
        said = visit.post(f"/drills/mid/as/{seat}/act", form, accept="application/json")
        assert said[0] == 200, said
    page.reload()
    expect(page.locator("#truth svg.chart")).to_contain_text("Cut retrieval", timeout=60_000)
    expect(page.locator("#truth svg.chart")).not_to_contain_text("_")
    page.locator("summary", has_text="Answer key").click()
    expect(page.locator("details", has_text="Answer key").last).to_contain_text("index rebuild")


def test_what_stops_an_exercise_is_one_click_away_for_control_and_in_every_pack(console):
    page, running = console
    conditions = running.house.kit.engagement.stop_conditions
    assert conditions
    page.locator("#control summary", has_text="Stop conditions").click()
    box = page.locator("#control details", has_text="Stop conditions")
    expect(box.locator("li")).to_have_text(conditions)
    expect(box.locator("li").first).to_be_visible()
    page.goto(f"{running.address}/drills/mid/as/tech")
    page.locator("#tab-pack").click()
    page.locator("#pane-pack summary", has_text="Rules of engagement").click()
    for one in conditions:
        expect(page.locator("#pane-pack").get_by_text(one, exact=True)).to_be_visible()


def test_who_is_there_and_who_is_idle_is_seen(console, browser):
    page, running = console
    expect(page.locator("#s-privacy .here")).to_have_text("")  # a stand-in is never away
    visit = running.visit("mid", "privacy", "Pia")
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    name, value = visit.cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": running.address}])
    other = context.new_page()
    other.goto(f"{running.address}/drills/mid/as/privacy")
    expect(page.locator("#s-privacy .here")).to_have_text("1 here")
    expect(page.locator("#s-privacy")).to_contain_text("Pia")
    context.close()
    expect(page.locator("#s-privacy .here")).to_have_text("away")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#s-comms .idle")).to_contain_text("idle")


def test_two_observers_agree_or_not_and_one_rating_is_discounted(console):
    page, running = console
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#phase")).to_have_text("running")
    for name, rating in (("Olga", "S"), ("Omar", "U")):
        visit = running.visit("mid", "observer", name)
        form = {"do": "give_rating", "objective": "Notice it", "rating": rating, "note": f"as {name} saw it"}
        assert visit.post("/drills/mid/as/observer/act", form, accept="application/json")[0] == 200
    expect(page.locator("#ratings")).to_contain_text(
        "Observers agree on 0 of 1 pairs of ratings, and to one step on 0."
    )
    line = page.locator("#ratings li", has_text="as Omar saw it")
    line.locator("summary").click()
    line.locator("[name=reason]").fill("Omar was on the telephone.")
    line.get_by_role("button", name="Discount").click()
    expect(page.locator("#ratings li", has_text="as Omar saw it")).to_contain_text(
        "discounted: Omar was on the telephone."
    )
    expect(page.locator("#ratings")).not_to_contain_text("Observers agree")
