"""Scripts that come late, as on a slow network or a busy machine: the page says how the stream stands all the same."""

import pytest
from playwright.sync_api import expect

from tests.support.mid_drill import played_to
from tests.support.patience import until
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A paused drill: nothing is sent after the first message, so that no later one can make up for a missed one."""
    with serving(played_to(tmp_path_factory.mktemp("late"), 2)) as found:
        yield found


@pytest.mark.parametrize("late", ["hx-sse", "room.js"])
def test_the_stream_waits_for_whoever_listens_to_it(page, running, late):
    control = running.visit("*", "facilitator", "Fay")
    name, value = control.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page.add_init_script("window.setInterval = () => 0")  # no second try after some seconds
    held, seen = [], []
    page.route(f"**/*{late}*", lambda route: held.append(route))  # noqa: PLW0108  # wrapped by what takes no built-in
    page.on("request", lambda sent: seen.append(sent.url))
    page.goto(f"{running.address}/drills/mid/as/tech", wait_until="commit")
    until(lambda: page.evaluate("Boolean(window.htmx)") and held, what="the first script")
    for _ in range(10):
        page.evaluate("fetch('/health').then(answer => answer.json())")
    assert not any("/stream?" in url for url in seen), "nobody could hear what it says"
    held[0].continue_()
    expect(page.locator("#link")).to_have_text("live")
    assert sum("/stream?" in url for url in seen) == 1
