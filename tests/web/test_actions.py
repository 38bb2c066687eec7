"""Corrective actions in the war room: saved only when they can be proved, every mistake beside its field, read by anybody."""

import json

import pytest
from playwright.sync_api import expect

from hotwash.warroom.capa_form import as_form
from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.actions import action
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow
PLACE = "/drills/mid/actions"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A drill that was ended."""
    house = played_to(tmp_path_factory.mktemp("house"), 12, players="slow")
    with serving(house) as found:
        visit = found.visit()
        status, said, _ = visit.post("/drills/mid/as/facilitator/act", {"do": "end_drill", "reason": "enough"})
        assert status < 400, said
        yield found


@pytest.fixture
def visit(running):
    return running.visit()


def filled(**changed):
    return as_form(action()) | changed


def test_an_action_is_saved_listed_and_edited(visit):
    status, page, _ = visit.get(PLACE)
    assert status == 200
    assert "No action is whole yet" in page
    status, _, headers = visit.post(PLACE, filled())
    assert (status, headers["location"]) == (303, PLACE)
    _, page, _ = visit.get(PLACE)
    assert "A. Example" in page
    status, page, _ = visit.get(f"{PLACE}?edit=empty-cache")
    assert 'value="empty-cache"' in page
    status, _, _ = visit.post(PLACE, filled(owner="D. Example", editing="empty-cache"))
    assert status == 303
    _, page, _ = visit.get(PLACE)
    assert "D. Example" in page
    assert "A. Example" not in page
    status, page, _ = visit.post(PLACE, filled())
    assert status == 422
    assert "There is an action with this id" in page


def test_the_actions_are_taken_along_as_calendar_table_and_plan(visit):
    assert visit.post(PLACE, filled(id="take-me"))[0] == 303
    status, table, headers = visit.get(f"{PLACE}.csv")
    assert (status, headers["content-type"].split(";")[0], "take-me" in table) == (200, "text/csv", True)
    status, plan, headers = visit.get(f"{PLACE}.oscal.json")
    assert (status, "EXERCISE" in headers["content-disposition"]) == (200, True)
    assert "plan-of-action-and-milestones" in json.loads(plan)
    assert visit.get(f"{PLACE}.exe")[0] == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("action", "Improve monitoring", "cannot be shown to be false"),
        ("owner", "the platform team", "is no person"),
        ("owner", "", "This is needed."),
        ("deadline", "soon", "Write a day"),
        ("deadline", "", "This is needed."),
        ("kind", "", "cannot be saved"),
        ("command.run", "'", "quotation mark"),
        ("command.run", "", "This is needed."),
        ("cites", "99999", "The record has no event 99999"),
        ("cites", "x", "numbers of events"),
        ("depends_on", "gone", "no action"),
        ("score.modes", "", "This is needed."),
        ("type", "", "This is needed."),
        ("id", "No Spaces", "small letters"),
        ("effect.on", "2026-01-01", "This is needed."),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_is_saved(visit, field, value, said):
    _, before, _ = visit.get(PLACE)
    status, page, _ = visit.post(PLACE, filled(id="bad-one") | {field: value})
    assert status == 422
    assert said in page
    beside = field if field != "effect.on" else "effect.metric"
    assert f'aria-describedby="w-{beside}"' in page
    assert f'id="w-{beside}"' in page
    assert "Improve monitoring" in page or field != "action"
    _, page, _ = visit.get(PLACE)
    assert "bad-one" not in page
    assert page == before


def test_what_is_typed_is_shown_as_text(visit):
    bad = '"><script>alert(1)</script>'
    status, page, _ = visit.post(PLACE, filled(owner="", finding=bad))
    assert status == 422
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_an_observer_reads_and_does_not_write(running):
    watcher = running.visit("mid", "observer", "O. Example")
    status, page, _ = watcher.get(PLACE)
    assert status == 200
    assert "<button>Save" not in page
    status, page, _ = watcher.post(PLACE, filled(id="theirs"))
    assert status == 403
    status, _, _ = watcher.post(f"{PLACE}/draft")
    assert status == 403


def test_who_is_not_in_the_drill_sees_nothing(running):
    from tests.support.serving import Visit

    stranger = Visit(running.port)
    assert stranger.get(PLACE)[0] == 403
    assert stranger.post(PLACE, filled())[0] == 403


def test_before_endex_there_is_no_page(tmp_path):
    house = played_to(tmp_path, 12, players="slow")
    with serving(house) as found:
        status, page, _ = found.visit().get(PLACE)
        assert status == 409
        assert "still on" in page


def test_drafts_calendar_and_looks(running, page):
    visit = running.visit()
    status, said, _ = visit.post(f"{PLACE}/draft")
    assert status == 303, said
    status, text, headers = visit.get(f"{PLACE}.ics")
    assert status == 200
    assert headers["content-type"].startswith("text/calendar")
    assert "EXERCISE" in text
    name, _, value = visit.cookie.partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page.goto(f"{running.address}/drills/mid/hotwash")
    page.get_by_role("link", name="Corrective actions").click()
    page.wait_for_url(f"**{PLACE}")
    expect(page.get_by_role("heading", name="Drafts")).to_have_count(1)
    assert_accessible_light_and_dark(page)
    page.get_by_label("Owner").fill("the team")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    assert len(page.trouble) == 1
    assert "422" in page.trouble.pop()
    for folded in page.locator("details").all():
        folded.evaluate("one => one.open = true")
    expect(page.get_by_label("Owner")).to_have_value("the team")
    expect(page.locator('[id="w-owner"]')).to_contain_text("is no person")
    assert_accessible_light_and_dark(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.title().startswith("EXERCISE")
