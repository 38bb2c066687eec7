"""Temporary fixes in the browser: what runs out, what levers did, what a canary could show."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import assert_accessible
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A drill of over-containers at minute 51: everything was switched off at 20 for 25 minutes, and is off still. Not even tech's seat moves on."""
    house = played_to(tmp_path_factory.mktemp("fixes"), 51, players="over-container")
    with serving(house) as found:
        yield found, found.visit("*", "facilitator", "Fay")


def enter(page, running, who):
    found, control = running
    name, value = control.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": found.address}])
    page.goto(f"{found.address}/drills/mid/as/{who}")
    expect(page.locator("#link")).to_have_text("live")


def test_what_stands_past_its_expiry_is_seen_by_everybody_and_exactly_measured_by_control_alone(page, running):
    enter(page, running, "facilitator")
    late = page.locator("#fix-tech-lever-1")
    expect(late).to_contain_text("feature off")
    expect(late).to_contain_text("past its expiry")
    expect(page.locator("#effects table")).to_contain_text("tech-lever-1")
    assert_accessible(page)

    enter(page, running, "tech")
    page.locator("#tab-levers").click()
    expect(page.locator("#fix-tech-lever-2")).to_contain_text("Guardrail tier lever")
    off = page.locator("#effect-tech-lever-1")
    expect(off).to_contain_text("Switch the feature off (tech-lever-1)")
    expect(off).to_contain_text("fell by")
    expect(off, "over-containment is seen where it is done").to_contain_text(
        re.compile(r"not served: \+9\d\.\d of 100")
    )
    expect(page.locator("#effects table"), "what would have been is for exercise control").to_have_count(0)
    expect(page.locator("#calls")).to_contain_text("Change record: approver Incident Commander, trigger pii hits")
    page.locator("#effects summary").click()
    expect(page.locator("#effects")).to_contain_text("too small to see the harm before ENDEX")
    assert_accessible(page)


def test_a_fix_is_renewed_on_the_page(page, running):
    _found, control = running
    said = control.post(
        "/drills/mid/as/facilitator/act", {"do": "take_seat", "seat": "tech"}, accept="application/json"
    )
    assert said[0] == 200, said
    control.post("/drills/mid/as/facilitator/act", {"do": "resume_drill"}, accept="application/json")
    enter(page, running, "tech")
    page.locator("#tab-levers").click()
    fix = page.locator("#fix-tech-lever-2")
    fix.locator("summary").click()
    fix.locator("[name=minutes]").fill("7")
    fix.locator("[name=reason]").fill("the index is not rebuilt yet")
    fix.get_by_role("button", name="Renew").click()
    expect(page.locator("#fix-tech-lever-2")).to_contain_text("renewed 1 time")
    expect(page.locator("#fix-tech-lever-2")).not_to_contain_text("past its expiry")


def test_a_risk_is_accepted_on_the_page_with_a_tripwire_and_an_expiry(page, running):
    _found, control = running
    for form in ({"do": "take_seat", "seat": "ic"}, {"do": "resume_drill"}):
        control.post("/drills/mid/as/facilitator/act", form, accept="application/json")
    enter(page, running, "ic")
    page.locator("#tab-decisions").click()
    page.locator("summary", has_text="Accept residual risk").click()
    form = page.locator("form[data-do=accept_risk]")
    written = {"residual": "Answers that people saved.", "exposed": "shoppers of t-04", "why": "None is served any more.", "expires_h": "2"}  # fmt: skip
    for name, said in written.items():
        form.locator(f"[name={name}]").fill(said)
    form.get_by_role("button", name="Accept it").click()
    expect(form.locator(".said")).to_contain_text("name a tripwire")
    form.locator("[name=tripwires]").fill("pii_hits above 90 % in 5 min where tenant t-04")
    form.get_by_role("button", name="Accept it").click()
    expect(form.locator(".said")).to_contain_text("Done.")
    page.locator("#tab-levers").click()
    expect(page.locator("#fix-risk-1")).to_contain_text("Tripwire: pii hits above 90 % in 5 min where tenant t-04.")
