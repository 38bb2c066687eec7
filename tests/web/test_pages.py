"""Every page as people find it in mid-drill: accessible, light and dark, wide and narrow, light enough, marked EXERCISE."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow
TABS = (
    "signals",
    "traces",
    "situation",
    "hypotheses",
    "levers",
    "review",
    "decisions",
    "evidence",
    "comms",
    "duties",
    "pack",
    "room",
    "timeline",
)
HEAVIEST, MOST_REQUESTS = 150_000, 8


@pytest.fixture(scope="module")
def mid(tmp_path_factory):
    with serving(played_to(tmp_path_factory.mktemp("mid"), 40)) as running:
        yield running


@pytest.fixture(scope="module")
def over(tmp_path_factory):
    with serving(played_to(tmp_path_factory.mktemp("over"), 90)) as running:
        yield running


def come_in(page, running, where):
    """The page of a facilitator who came in by a link."""
    visit = running.visit()
    name, value = visit.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page.goto(running.address + where)


WIDE = """() => [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5)"""


def assert_fits(page):
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"{page.url} scrolls sideways: {wide}, {page.evaluate(WIDE)}"


def assert_good(page, within=""):
    assert page.title().startswith("EXERCISE")
    expect(page.locator(".exercise").first).to_be_visible()
    assert_accessible_light_and_dark(page, within)
    assert_fits(page)


def test_every_page_is_accessible_and_marked(page, mid, over):
    page.goto(f"{mid.address}/join/{mid.door.invite('mid', 'ic')}")
    assert_good(page)
    page.goto(f"{mid.address}/login")
    assert_good(page)
    for where in ("/drills", "/drills/new", "/drills/mid/invite", "/drills/mid/as/observer"):
        come_in(page, mid, where)
        assert_good(page)
    for where, last in (("facilitator", "#effects table"), ("ic/screen", "#charts figure canvas")):
        come_in(page, mid, f"/drills/mid/as/{where}")
        page.wait_for_selector("#charts figure canvas")
        page.wait_for_selector(last)
        assert_good(page)
    come_in(page, over, "/drills/mid/hotwash")
    assert_good(page)
    page.goto(f"{over.address}/drills/mid/report")
    assert_accessible_light_and_dark(page)


def test_every_tab_of_a_player_is_accessible_at_every_width(page, mid):
    come_in(page, mid, "/drills/mid/as/tech")
    page.wait_for_selector("#charts figure canvas")
    for width, height in ((1280, 800), (1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for tab in TABS:
            page.locator(f"#tab-{tab}").click()
            if width == 1280:  # the whole page with its first tab; of the others what they bring
                assert_good(page, f"#pane-{tab}" if tab != TABS[0] else "")
            assert_fits(page)
    assert_good(page)


@pytest.mark.parametrize("seat", ["ic", "tech", "ml", "scribe", "comms", "legal", "privacy"])
def test_each_seat_opens_where_its_charter_starts(page, mid, seat):
    come_in(page, mid, f"/drills/mid/as/{seat}")
    first = {"ic": "situation", "scribe": "timeline", "comms": "comms", "legal": "duties", "privacy": "duties"}.get(
        seat, "signals"
    )
    expect(page.locator("[role=tab][aria-selected=true]")).to_have_id(f"tab-{first}")
    expect(page.locator("[role=tabpanel]:visible")).to_have_count(1)


def test_the_players_room_is_light(page, over):
    """At the end of a drill, when there is most on the page, and with nothing kept from before."""
    come_in(page, over, "/drills")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked, bodies = [], []
    devtools.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    devtools.on("Network.loadingFinished", lambda event: bodies.append(event["encodedDataLength"]))
    page.goto(f"{over.address}/drills/mid/as/tech")
    page.wait_for_selector("#charts figure canvas")
    expect(page.locator("#link")).to_have_text("live")
    asked = [url for url in asked if not url.startswith("data:")]
    assert sum(bodies) <= HEAVIEST, f"{sum(bodies)} bytes"
    assert len(asked) <= MOST_REQUESTS, asked
    assert all(
        url.startswith(running_static) or "/drills/mid/" in url
        for url in asked
        for running_static in [f"{over.address}/static/"]
    )


def test_nothing_in_a_page_can_run_but_our_files(page, mid):
    come_in(page, mid, "/drills/mid/as/tech")
    page.wait_for_selector("#charts figure canvas")
    scripts = page.locator("script:not([type='application/json'])").evaluate_all(
        "all => all.map(one => one.getAttribute('src'))"
    )
    assert scripts
    assert all(one.startswith("/static/") for one in scripts)
    strange = page.evaluate("""() => [...document.querySelectorAll('[style], [onclick], [onload], iframe, object, embed')]
        .filter(one => !one.matches('.u-wrap [style], .uplot [style], .uplot[style], .u-over [style]')).map(one => one.outerHTML)""")
    assert strange == []
    ran = page.evaluate("""() => { const one = document.createElement('script'); one.textContent = 'window.intruder = 1';
        document.body.append(one); return window.intruder || 0; }""")
    assert ran == 0
    page.trouble.clear()  # the browser says that it refused, which is the point


def test_charts_follow_a_cut_and_say_their_numbers(page, mid):
    come_in(page, mid, "/drills/mid/as/tech")
    page.wait_for_selector("#charts figure canvas")
    expect(page.locator("#charts h3")).to_have_text(["System", "Quality", "Safety and abuse", "Data and privacy"])
    chart = page.locator("#charts figure [role=slider]").first
    assert "healthy" in chart.get_attribute("aria-label")
    marks = page.locator("#charts .marks li").all_text_contents()
    assert marks[0] == "1 T+02:00 change: policy policy-18"
    assert any("lever: Cut retrieval" in one for one in marks)
    page.locator("#charts .u-over").first.hover()
    expect(page.locator("#charts .readout").first).to_have_text(re.compile(r"minute \d+: "))
    chart.focus()
    for _ in marks:  # from mark to mark, back to the first
        page.keyboard.press("PageUp")
    expect(chart).to_have_attribute(
        "aria-valuetext", re.compile(r"^minute 2: .+; 1 T\+02:00 change: policy policy-18$")
    )
    page.locator("#cut-dim").select_option("tenant")
    page.locator("#cut-value").select_option("t-08")
    expect(page.locator("#cut-said")).to_have_text("tenant t-08")
    page.locator("#charts summary").click()
    expect(page.locator("#charts tbody tr")).to_have_count(len(page.locator("#charts figure").all()))


def test_a_runbook_lies_open_beside_the_pack_the_labelled_mode_s_first(page, mid):
    come_in(page, mid, "/drills/mid/as/tech")
    page.locator("#tab-pack").click()
    guide = page.locator("#pane-pack .read > div").nth(1).locator("> details").first
    expect(guide.locator("> summary")).to_contain_text("data leakage")
    assert guide.evaluate("one => one.open")
    charter, brief = page.locator("#pane-pack summary", has_text="Your charter"), page.locator("#pane-pack .read")
    expect(charter).to_be_visible()
    left, right = (brief.locator("> div").nth(n).bounding_box() for n in (0, 1))
    assert left["x"] + left["width"] <= right["x"], "side by side"


def test_the_tab_is_remembered_through_a_reload(page, mid):
    come_in(page, mid, "/drills/mid/as/tech")
    page.locator("#tab-pack").click()
    page.reload()
    expect(page.locator("#tab-pack")).to_have_attribute("aria-selected", "true")


def test_older_lines_of_the_timeline_come_when_they_are_asked_for(page, mid):
    come_in(page, mid, "/drills/mid/as/scribe")
    before = page.locator("#timeline > li").count()
    page.locator("#older").click()
    expect(page.locator("#timeline > li")).not_to_have_count(before)
    values = [int(one) for one in page.locator("#timeline > li").evaluate_all("items => items.map(item => item.value)")]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)
