"""Readiness in the war room: for facilitators, readable by anybody, and figures for monitoring by a token."""

import pytest
from playwright.sync_api import expect
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from hotwash import bootstrap
from hotwash.adapters.clock_wall import WallClock
from hotwash.aftermath.html import to_html
from hotwash.conductor.plan import DrillPlan
from hotwash.readiness.facts import Papers
from hotwash.readiness.report import readiness_report
from hotwash.standins.cast import profiles_by_seat
from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.readied import drill, state
from tests.support.serving import Visit, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    house = bootstrap.House(tmp_path_factory.mktemp("house"), WallClock())
    house.plan(
        DrillPlan(drill="first", title="First", scenario="cross-tenant-leak", seats=profiles_by_seat("expert", seed=1))
    )
    with serving(house) as found:
        found.house.access.set_password("correct horse")
        yield found


def facilitator(running):
    visit = Visit(running.port)
    visit.post("/login", {"person": "Fay", "password": "correct horse"})
    return visit


@pytest.mark.parametrize("path", ["/readiness", "/readiness.pdf", "/readiness.ics", "/metrics"])
def test_it_is_for_facilitators(running, path):
    assert Visit(running.port).get(path)[0] == 403
    assert running.visit("first", "legal", "Lea").get(path)[0] == 403
    assert facilitator(running).get(path)[0] == 200


def test_monitoring_comes_with_the_token_of_the_house_and_no_other(running):
    token = bootstrap.metrics_token(running.house)
    status, text, headers = Visit(running.port).get("/metrics", authorization=f"Bearer {token}")
    assert status == 200
    assert headers["content-type"].startswith("application/openmetrics-text")
    assert any(one.name == "hotwash_readiness_mode_confidence_ratio" for one in text_string_to_metric_families(text))
    for wrong in ("", "Bearer ", f"Bearer {token[:-1]}", token):
        assert Visit(running.port).get("/metrics", authorization=wrong)[0] == 403
    assert Visit(running.port).get("/readiness", authorization=f"Bearer {token}")[0] == 403


def test_the_library_leads_to_it(running):
    assert 'href="/readiness"' in facilitator(running).get("/drills")[1]
    page = facilitator(running).get("/readiness")[1]
    assert 'href="/drills"' in page, "and there is a way back"
    assert "/drills/new" not in to_html(readiness_report(state())), "a file leads nowhere"


def test_a_house_without_a_scored_drill_is_told_what_to_do(running):
    text = facilitator(running).get("/readiness")[1]
    assert "Run one with people" in text


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    drills = [
        drill(30 * at, minutes={"detect": 4.0 + 3 * at, "contain": 20.0 + at}, papers=Papers(postmortem=at % 2 == 0))
        for at in range(7)
    ]
    path = tmp_path_factory.mktemp("readiness") / "r.html"
    path.write_text(to_html(readiness_report(state([*drills, drill(4, cards=("logs-missing",))]))))
    return path


def test_anybody_can_read_it(page, written):
    page.goto(written.as_uri())
    assert page.title().startswith("EXERCISE")
    expect(page.locator("table.heat td.h4").first).to_be_visible()
    expect(page.locator("table.heat td").first).not_to_be_empty()
    assert_accessible_light_and_dark(page)


def test_it_does_not_scroll_sideways_on_a_phone(page, written):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(written.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
