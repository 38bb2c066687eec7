"""Many windows of one browser: hidden ones give their connection back and catch up when they are looked at."""

import pytest
from playwright.sync_api import expect

from tests.support.mid_drill import played_to
from tests.support.patience import until
from tests.support.serving import serving

pytestmark = pytest.mark.slow
HIDE = """hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
    document.dispatchEvent(new Event('visibilitychange')); }"""
CONNECTIONS = 6
"""What browsers open to one host over HTTP/1.1."""


@pytest.fixture
def running(tmp_path):
    with serving(played_to(tmp_path / "house", 22)) as found:
        control = found.visit("*", "facilitator", "Fay")
        control.post("/drills/mid/as/facilitator/act", {"do": "resume_drill"}, accept="application/json")
        yield found, control


def enter(page, running, where):
    found, control = running
    name, value = control.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": found.address}])
    page.goto(found.address + where)
    expect(page.locator("#link")).to_have_text("live")


def say(running, text):
    _, control = running
    form = {"do": "send_message", "text": text}
    assert control.post("/drills/mid/as/facilitator/act", form, accept="application/json")[0] == 200


def test_a_hidden_window_lets_its_stream_go_and_misses_nothing(page, running):
    enter(page, running, "/drills/mid/as/tech")
    page.locator("#tab-room").click()
    page.evaluate(HIDE, True)
    until(lambda: page.evaluate("document.querySelector('#stream')._htmx.sse.reader === null"), what="the end")
    say(running, "while you looked away")
    page.evaluate("fetch('/health').then(answer => answer.json())")  # sent after the message, and here
    expect(page.locator("#chat")).not_to_contain_text("while you looked away")
    page.evaluate(HIDE, False)
    expect(page.locator("#chat")).to_contain_text("while you looked away")
    expect(page.locator("#chat li", has_text="while you looked away")).to_have_count(1)


def test_a_seventh_window_opens_once_another_is_hidden(page, running):
    enter(page, running, "/drills/mid/as/tech")
    windows = [page.context.new_page() for _ in range(CONNECTIONS - 1)]
    for window in windows:
        window.goto(page.url)
        expect(window.locator("#link")).to_have_text("live")
    windows[0].evaluate(HIDE, True)
    seventh = page.context.new_page()
    seventh.goto(page.url)
    expect(seventh.locator("#link")).to_have_text("live")
    say(running, "to all windows")
    for window in (*windows[1:], seventh):
        window.locator("#tab-room").click()
        expect(window.locator("#chat")).to_contain_text("to all windows")


def test_a_drill_that_ends_is_scored_for_the_library_without_being_asked(page, running):
    found, control = running
    form = {"do": "end_drill", "reason": "enough"}
    assert control.post("/drills/mid/as/facilitator/act", form, accept="application/json")[0] == 200
    enter(page, running, "/drills/mid/as/facilitator")
    page.goto(f"{found.address}/drills")

    def scored():
        page.reload()
        return page.locator("tbody tr", has_text="hot wash").count()

    until(scored, what="the score")
    row = page.locator("#drill-mid")
    expect(row).to_contain_text("hot wash")
    expect(row.locator(".tag")).to_have_text("ended")
    score, prevented = (row.locator("td").nth(n).text_content() for n in (3, 4))
    assert 0 <= float(score.split()[0]) <= 100
    assert prevented.endswith(" %")
    exports = {one.get_attribute("href").rpartition("/")[2] for one in row.get_by_role("link").all()}
    assert exports == {"hotwash", "report", "report.pdf", "report.md", "record.zip"}
