"""The postmortem in a real browser: built, edited with the check beside it, saved, read; and who may not."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import assert_accessible
from tests.support.mid_drill import played_to
from tests.support.serving import Visit, serving

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PLACE = "/drills/mid/postmortem"


@pytest.fixture
def running(tmp_path):
    house = played_to(tmp_path / "house", 61, players="slow")
    with serving(house) as found:
        yield found


@pytest.fixture
def control(running):
    return running.visit("*", "facilitator", "Fay")


def test_it_is_built_edited_checked_saved_and_read(page, running, control):
    name, value = control.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page.goto(f"{running.address}/drills/mid/hotwash")
    page.get_by_role("link", name="Postmortem", exact=True).click()
    page.get_by_role("button", name="Build the postmortem").click()
    text = page.get_by_label("Text, in Markdown")
    expect(page.locator("#checked")).to_contain_text("The check finds nothing")
    assert_accessible(page)
    built = text.input_value()
    assert "### Negative space" in built
    text.fill(built.replace("## Impact\n", "The scribe was careless.\n\n## Impact\n", 1))
    expect(page.locator("#checked")).to_contain_text("was careless")
    edited = built.replace("## Impact\n", "Believed: support had seen it before.\n\n## Impact\n", 1)
    text.fill(edited)
    expect(page.locator("#checked")).to_contain_text("The check finds nothing")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Build again").click()
    expect(page.get_by_label("Text, in Markdown")).to_have_value(edited)
    page.get_by_role("link", name="Read").click()
    expect(page).to_have_title(re.compile("^EXERCISE"))
    cite = page.locator("a.cite").first
    expect(page.locator(f'[id="{cite.get_attribute("href")[1:]}"]')).to_have_count(1)
    assert_accessible(page)


def test_who_saves_over_somebody_else_is_told_and_loses_nothing(running, control):
    control.post(f"{PLACE}/build")
    status, body, _ = control.post(PLACE, {"text": "# Mine\n", "seen": "0" * 64})
    assert status == 409
    assert "Somebody saved it meanwhile" in body
    assert "# Mine" in body
    assert "# Mine" not in control.get(f"{PLACE}/as/md")[1]


def test_it_is_taken_along_in_three_forms(control):
    control.post(f"{PLACE}/build")
    for ending, kind in (
        ("md", "text/markdown"),
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats"),
    ):
        status, _, headers = control.get(f"{PLACE}/as/{ending}")
        assert status == 200
        assert headers["content-type"].startswith(kind)
        assert f'EXERCISE-mid-postmortem.{ending}"' in headers["content-disposition"]
    assert control.get(f"{PLACE}/as/odt")[0] == 403


def test_an_observer_reads_and_does_not_write(running, control):
    control.post(f"{PLACE}/build")
    observer = running.visit("mid", "observer", "Olu")
    status, body, _ = observer.get(PLACE)
    assert status == 200
    assert "readonly" in body
    assert observer.post(PLACE, {"text": "x", "seen": ""})[0] == 403


def test_a_stranger_sees_nothing_of_it(running, control):
    control.post(f"{PLACE}/build")
    assert [Visit(running.port).get(f"{PLACE}{path}")[0] for path in ("", "/read", "/as/md")] == [403] * 3
