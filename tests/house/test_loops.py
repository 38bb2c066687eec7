"""Whatever a test started in this thread, the next one may run coroutines."""

import asyncio

import pytest
from playwright.sync_api import Browser

from tests.support.loops import no_running_loop


async def answer():
    await asyncio.sleep(0)
    return 42


def test_a_loop_that_is_left_marked_as_running_is_out_of_the_way_and_comes_back():
    theirs = asyncio.new_event_loop()
    asyncio._set_running_loop(theirs)
    try:
        with no_running_loop():
            assert asyncio.run(answer()) == 42
        assert asyncio.get_running_loop() is theirs
    finally:
        asyncio._set_running_loop(None)
        theirs.close()


@pytest.fixture
def after_a_browser(browser: Browser):
    """The thread as a test finds it that runs after a browser test on the same worker."""
    browser.new_page().close()
    return browser


def test_a_test_after_a_browser_test_runs_coroutines(after_a_browser):
    with no_running_loop():
        assert asyncio.run(answer()) == 42
    page = after_a_browser.new_page()
    page.set_content("<p>still here</p>")
    assert page.text_content("p") == "still here"
    page.close()


def test_no_loop_runs_in_a_test_without_a_browser():
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
