"""The report in a real browser: nothing leaves the machine, axe finds nothing, charts are drawn, print and phone work."""

import pytest
from playwright.sync_api import expect

from hotwash import bootstrap
from hotwash.aftermath.html import to_html
from hotwash.conductor.record import REPORT_HTML
from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.played import played_drill

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / REPORT_HTML
    path.write_bytes(played_drill().files[REPORT_HTML])
    return path


def test_anybody_can_read_it(page, report):
    page.goto(report.as_uri())
    assert page.title().startswith("EXERCISE")
    expect(page.locator("svg.chart").nth(3)).to_be_visible()
    expect(page.locator("h2").nth(8)).to_be_visible()
    assert_accessible_light_and_dark(page)


def test_a_citation_leads_into_the_log(page, report):
    page.goto(report.as_uri())
    link = page.locator(".cites a").first
    target = link.get_attribute("href")
    expect(page.locator(f'[id="{target[1:]}"]')).to_have_count(1)


def test_it_does_not_scroll_sideways_on_a_phone(page, report):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_harm_curve_shows_three_plays_and_what_was_done(page, report):
    page.goto(report.as_uri())
    chart = page.locator("svg.chart").first
    expect(chart.locator("polyline")).to_have_count(3)
    for said in ("hands-off", "this team", "best plan", "ENDEX"):
        expect(chart).to_contain_text(said)


def test_a_kit_can_be_read_and_printed_by_anybody(page, tmp_path):
    path = tmp_path / "kit.html"
    path.write_text(to_html(bootstrap.show_kit(None, "")))
    page.goto(path.as_uri())
    expect(page.locator("h2").nth(15)).to_be_visible()
    expect(page.locator(".page h4").nth(39)).to_be_visible()
    assert_accessible_light_and_dark(page, long=True)
