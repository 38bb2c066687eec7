"""Papers after ENDEX in a real browser: drafted, edited, checked beside the text, compared, never overwritten unseen."""

import html
import json
import re

import pytest
import yaml
from playwright.sync_api import expect

from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.mid_drill import played_to
from tests.support.papers import as_yaml, filled
from tests.support.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def running(tmp_path):
    """A house of its own for each test: papers that one writes are not there for another."""
    with serving(played_to(tmp_path / "house", 500, pause=False, players="slow")) as found:
        yield found


@pytest.fixture
def fay(running):
    return running.visit("*", "facilitator", "Fay")


@pytest.fixture
def desk(page, running, fay):
    name, value = fay.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page.set_viewport_size({"width": 1280, "height": 900})
    return page


def test_hot_wash_library_and_report_have_one_figure_for_the_harm_that_was_prevented(fay):
    page = fay.get("/drills/mid/hotwash")[1]
    assert not re.findall(r'href="#e\d+"', page), "its citations lead into the report"
    report = fay.get("/drills/mid/report")[1]
    assert all(f'id="{one}"' in report for one in re.findall(r'report#(e\d+)"', page))
    share = re.search(r"avoidable harm, prevented</dt><dd>(\d+) %", page)[1]
    assert f"{share} % of the harm that could have been prevented was prevented" in fay.get("/drills/mid/report.md")[1]
    assert re.search(rf"\b{share}\b ?%", fay.get("/drills")[1])


def test_causes_are_drafted_edited_and_compared(desk, running, tmp_path):
    desk.goto(f"{running.address}/drills/mid/hotwash")
    desk.get_by_role("link", name="Causes").click()
    desk.get_by_role("button", name="Draft it from the record").click()
    expect(desk.locator(".problems li").nth(9)).to_be_visible()
    expect(desk.locator("svg.tree:not(.bow)")).to_have_count(1)
    expect(desk.locator("svg.bow")).to_have_count(1)
    assert_accessible_light_and_dark(desk)

    text = as_yaml(filled(desk.locator("#text").input_value()))
    desk.locator("#text").fill(text)
    desk.get_by_role("button", name="Keep and check").click()
    expect(desk.locator("#h-check")).to_have_text("Check: 0 to mend")
    expect(desk.locator("#text")).to_have_value(text)
    expect(desk.locator("svg.tree:not(.bow) .post")).to_have_count(2)

    broken = text.replace("verdict: confirmed", "verdict: certain")
    desk.locator("#text").fill(broken)
    desk.get_by_role("button", name="Keep and check").click()
    line = next(n for n, one in enumerate(broken.splitlines(), 1) if "certain" in one)
    expect(desk.locator(".problems")).to_contain_text(f"causes.yaml, line {line}")
    desk.locator("#text").fill(text)
    desk.get_by_role("button", name="Keep and check").click()
    expect(desk.locator("#h-check")).to_have_text("Check: 0 to mend")

    desk.get_by_role("link", name="Beside the answer key").click()
    expect(desk.locator(".drawn")).to_contain_text("carried the fault")
    assert_accessible_light_and_dark(desk)


def test_the_other_papers_open_and_can_be_read_by_all(desk, running):
    for slug in ("meeting", "controls", "risks"):
        desk.goto(f"{running.address}/drills/mid/papers/{slug}")
        start = desk.get_by_role("button", name="Draft it from the record")
        text = desk.locator("#text")
        expect(start.or_(text)).to_have_count(1)
        if start.is_visible():
            start.click()
        expect(desk.locator(".problems li").nth(2)).to_be_visible()
        assert_accessible_light_and_dark(desk)
    risks = yaml.safe_load(desk.locator("#text").input_value())["risks"]
    assert risks[0]["likelihood"] == "open"


def test_a_version_kept_meanwhile_is_not_overwritten(running, fay):
    path = "/drills/mid/papers/controls"
    fay.post(path, {"start": "1"})
    first = fay.get(path)[1]
    seen = first.split('name="seen" value="')[1].split('"')[0]
    mine, theirs = "drill: mine\n", "drill: theirs\n"
    assert fay.post(path, {"seen": seen, "text": theirs})[0] == 303
    status, page, _ = fay.post(path, {"seen": seen, "text": mine})
    assert status == 409
    assert "drill: mine" in page
    assert "drill: theirs" in page
    assert "drill: theirs" in fay.get(path)[1]
    assert "drill: mine" not in fay.get(path)[1]
    again = page.split('name="seen" value="')[1].split('"')[0]
    assert fay.post(path, {"seen": again, "text": mine})[0] == 303
    assert "drill: mine" in fay.get(path)[1]


def test_observers_read_and_do_not_write(running, fay):
    olu = running.visit("mid", "observer", "Olu")
    path = "/drills/mid/papers/meeting"
    assert "<textarea" not in olu.get(path)[1]
    status, said, _ = olu.post(path, {"seen": "", "text": "x: 1\n"}, accept="application/json")
    assert status == 409
    assert "read this paper" in json.loads(said)["refused"]


def test_there_is_no_other_paper(fay):
    assert fay.get("/drills/mid/papers/answer-key")[0] == 404


def test_papers_open_at_endex_and_not_before(tmp_path):
    with serving(played_to(tmp_path / "on", 20)) as found:
        fay = found.visit("*", "facilitator", "Fay")
        for path in (
            "papers/causes",
            "papers/causes/compare",
            "papers/meeting",
            "papers/risks/form",
            "papers/meeting/sign",
        ):
            status, page, _ = fay.get(f"/drills/mid/{path}")
            assert status == 409
            assert "still on" in page
        assert fay.post("/drills/mid/papers/causes", {"start": "1"})[0] == 409


def test_causes_are_edited_as_a_form_without_a_script(desk, running, fay, browser):
    """With scripts off: a row added, evidence found by words and ticked, a row removed, all kept as text."""
    fay.post("/drills/mid/papers/causes", {"start": "1"})
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    name, value = fay.cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page = context.new_page()
    page.goto(f"{running.address}/drills/mid/papers/causes")
    before = yaml.safe_load(page.locator("#text").input_value())
    page.get_by_role("link", name="As a form").click()
    cards = page.locator("section", has=page.locator("#h-whys")).locator(".card")
    expect(cards).to_have_count(len(before["whys"]))
    page.get_by_role("button", name="Ask why once more").click()
    expect(cards).to_have_count(len(before["whys"]) + 1)
    expect(page.get_by_role("status").first).to_have_text("Not kept yet.")
    new = cards.last
    new.get_by_role("textbox", name=f"Why {len(before['whys']) + 1}").fill(
        "No team owns the property that tenants are kept apart."
    )
    new.get_by_label("Words to find in the record").fill("hypothesis index")
    new.get_by_label("Words to find in the record").press("Enter")
    found = cards.last.get_by_role("checkbox")
    expect(found.first).to_be_visible()
    cited = found.first.get_attribute("value")
    found.first.check()
    page.get_by_role("button", name="Remove why 2").click()
    expect(cards).to_have_count(len(before["whys"]))
    expect(cards.last.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_role("button", name="Keep and check").click()
    expect(page.get_by_text("Not kept yet.")).to_have_count(0)
    page.get_by_role("link", name="As text").click()
    after = yaml.safe_load(page.locator("#text").input_value())
    said = {"because": "No team owns the property that tenants are kept apart.", "evidence": [cited]}
    assert after["whys"] == [before["whys"][0], *before["whys"][2:], said]
    assert {name: one for name, one in after.items() if name != "whys"} == {
        name: one for name, one in before.items() if name != "whys"
    }
    context.close()
    desk.goto(f"{running.address}/drills/mid/papers/causes/form")
    for folded in desk.locator("details").all():
        folded.evaluate("one => one.open = true")
    assert_accessible_light_and_dark(desk)
    desk.set_viewport_size({"width": 390, "height": 800})
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390


def test_tree_consequences_and_controls_need_no_text_and_no_script(running, fay, browser):
    fay.post("/drills/mid/papers/causes", {"start": "1"})
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    name, value = fay.cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page = context.new_page()
    page.goto(f"{running.address}/drills/mid/papers/causes/form")
    tree = page.locator("section", has=page.locator("#h-tree"))
    tree.locator("summary").first.click()
    page.get_by_role("button", name="Add a cause below cause 1").click()
    page.get_by_role("textbox", name="Cause 2").fill("Nobody checks a new index for tenants.")
    page.get_by_role("button", name="Add a control").click()
    controls = page.locator("section", has=page.locator("#h-controls")).locator(".card")
    controls.last.get_by_role("textbox").first.fill("A canary that asks as a second tenant")
    controls.last.get_by_label("What it did", exact=True).select_option("missing")
    page.get_by_role("button", name="Add a consequence").click()
    last = page.locator("section", has=page.locator("#h-consequences")).locator(".card").last
    last.get_by_role("textbox").first.fill("Shops were told nothing for an hour.")
    last.get_by_label("Verdict").select_option("happened")
    last.get_by_label("A canary that asks as a second tenant").check()
    page.get_by_label("Where it sits").select_option("platform")
    page.get_by_role("button", name="Keep and check").click()
    expect(page.get_by_text("Not kept yet.")).to_have_count(0)
    page.get_by_role("link", name="As text").click()
    after = yaml.safe_load(page.locator("#text").input_value())
    assert after["tree"][0]["causes"][0]["cause"] == "Nobody checks a new index for tenants."
    assert after["controls"][-1] | {"why": ""} == {
        "id": "a-canary-that-asks-as-a-second-tenant", "title": "A canary that asks as a second tenant", "state": "missing", "why": "", "answers": [],
    }  # fmt: skip
    assert after["consequences"][-1]["controls"] == [after["controls"][-1]["id"]]
    assert after["conclusion"]["bucket"] == "platform"
    context.close()


def test_what_would_be_no_paper_is_not_kept_and_what_was_typed_stays(fay):
    fay.post("/drills/mid/papers/causes", {"start": "1"})
    path = "/drills/mid/papers/causes/form"
    seen = fay.get(path)[1].split('name="seen" value="')[1].split('"')[0]
    sent = {"seen": seen, "do": "keep", "conclusion.rows": "1", "conclusion.0.since_min": "about noon"}
    status, page, _ = fay.post(path, sent)
    assert (status, "about noon" in page, "since_min" in page) == (422, True, True)
    assert fay.get(path)[0] == 200


def test_a_form_does_not_write_over_what_was_kept_meanwhile(running, fay):
    fay.post("/drills/mid/papers/causes", {"start": "1"})
    path = "/drills/mid/papers/causes/form"
    page = fay.get(path)[1]
    seen = page.split('name="seen" value="')[1].split('"')[0]
    text = html.unescape(
        fay.get("/drills/mid/papers/causes")[1].split('autocomplete="off">')[1].split("</textarea>")[0]
    )
    theirs = text.replace("factors:\n", "# theirs\nfactors:\n", 1)
    assert fay.post("/drills/mid/papers/causes", {"seen": seen, "text": theirs})[0] == 303
    mine = {
        "seen": seen,
        "do": "keep",
        "whys.rows": "1",
        "whys.0.because": "Mine.",
        "chain.rows": "0",
        "factors.rows": "0",
    }
    status, page, _ = fay.post(path, mine)
    assert (status, "Somebody else kept a version" in page, ">Mine.</textarea>" in page) == (409, True, True)
    olu = running.visit("mid", "observer", "Olu")
    assert olu.get(path)[0] == 303
    status, said, _ = olu.post(path, mine, accept="application/json")
    assert (status, "read this paper" in said) == (409, True)
    assert "# theirs" in html.unescape(fay.get("/drills/mid/papers/causes")[1])
