"""The report of a triage in a real browser: axe finds nothing, in light and in dark, and a phone is wide enough."""

import pytest
from playwright.sync_api import expect

from hotwash.aftermath.html import to_html
from hotwash.aftermath.triage_pages import triage_report
from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.triaged import triaged

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("triage") / "triage.html"
    path.write_text(to_html(triage_report(*triaged(text=True))), encoding="utf-8")
    return path


def test_anybody_can_read_it(page, report):
    page.goto(report.as_uri())
    assert page.title() == "Triage"
    assert "EXERCISE" not in page.content()
    expect(page.locator("svg.chart polyline")).to_have_count(2)
    expect(page.locator("h2").nth(8)).to_be_visible()
    assert_accessible_light_and_dark(page)
    for folded in page.locator("details").all():
        folded.evaluate("one => one.open = true")
    assert_accessible_light_and_dark(page)


def test_it_does_not_scroll_sideways_on_a_phone(page, report):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
