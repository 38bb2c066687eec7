"""The report in a real browser: nothing leaves the machine, axe finds nothing, charts are drawn, print and phone work."""

import pytest

from hotwash import bootstrap
from hotwash.aftermath.html import to_html
from hotwash.conductor.record import REPORT_HTML
from tests.support.accessibility import assert_accessible_light_and_dark

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    played = bootstrap.run(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), 1), "expert")
    path = tmp_path_factory.mktemp("report") / REPORT_HTML
    path.write_bytes(played.files[REPORT_HTML])
    return path


def test_anybody_can_read_it(page, report):
    page.goto(report.as_uri())
    assert page.title().startswith("EXERCISE")
    assert page.locator("svg.chart").count() >= 4
    assert page.locator("h2").count() >= 9
    assert_accessible_light_and_dark(page)


def test_a_citation_leads_into_the_log(page, report):
    page.goto(report.as_uri())
    link = page.locator(".cites a").first
    target = link.get_attribute("href")
    assert page.locator(f'[id="{target[1:]}"]').count() == 1


def test_it_does_not_scroll_sideways_on_a_phone(page, report):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_harm_curve_shows_three_plays_and_what_was_done(page, report):
    page.goto(report.as_uri())
    chart = page.locator("svg.chart").first
    assert chart.locator("polyline").count() == 3
    for said in ("hands-off", "this team", "best plan", "ENDEX"):
        assert said in chart.text_content()


def test_a_kit_can_be_read_and_printed_by_anybody(page, tmp_path):
    path = tmp_path / "kit.html"
    path.write_text(to_html(bootstrap.show_kit(None, "")))
    page.goto(path.as_uri())
    assert page.locator("h2").count() >= 16
    assert page.locator(".page h4").count() >= 40
    assert_accessible_light_and_dark(page, long=True)
