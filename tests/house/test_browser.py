"""The browser fixtures do what every page test relies on."""

import pytest
from playwright.sync_api import Page

from tests.support.accessibility import assert_accessible, assert_accessible_light_and_dark, violations

GOOD = "<!doctype html><html lang=en><title>t</title><main><h1>EXERCISE</h1><p>Quiet.</p></main></html>"


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_the_page_shows_the_scheme_it_was_asked_for(page: Page, request: pytest.FixtureRequest):
    page.set_content(GOOD)
    wanted = request.node.callspec.params["page"]
    assert page.evaluate(f"matchMedia('(prefers-color-scheme: {wanted})').matches")


def test_a_good_page_is_accessible_and_a_bad_one_is_named(page: Page):
    page.set_content(GOOD)
    assert_accessible(page)
    page.set_content("<html><title>t</title><img src='data:,'></html>")
    assert {"html-has-lang", "image-alt"} <= {item["id"] for item in violations(page)}
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_pale_text_is_found_in_either_scheme_however_many_others_stand_before_it(page: Page, scheme: str, long: bool):
    quiet = "<p>Quiet.</p>" * 20
    style = f"<style>@media (prefers-color-scheme: {scheme}) {{ .pale {{ color: #777; background: #888 }} }}</style>"
    body = GOOD.replace("<title>", f"{style}<title>").replace("<p>Quiet.</p>", f"{quiet}<p class=pale>Pale.</p>")
    page.set_content(body)
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_accessible_light_and_dark(page, long=long)
    page.set_content(body.replace("class=pale", ""))
    assert_accessible_light_and_dark(page, long=long)


def test_no_request_leaves_the_machine(page: Page):
    page.set_content("<img alt='' src='https://example.org/pixel.png'>")
    page.wait_for_load_state("networkidle")
    assert [line for line in page.trouble if "example.org/pixel.png" in line]  # type: ignore[attr-defined]  # the fixture adds it
    page.trouble.clear()  # type: ignore[attr-defined]  # the fixture adds it
