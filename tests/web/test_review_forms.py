"""Minutes and risk register as forms in a real browser: chosen, typed, removed and put back, mended where it is said, signed; and who may what."""

import html
import re

import pytest
import yaml
from playwright.sync_api import expect

from tests.support.accessibility import assert_accessible_light_and_dark
from tests.support.mid_drill import played_to
from tests.support.papers import as_yaml, filled, held, rated
from tests.support.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAPERS = "/drills/mid/papers"


@pytest.fixture
def running(tmp_path):
    with serving(played_to(tmp_path / "house", 500, pause=False, players="slow")) as found:
        yield found


@pytest.fixture
def fay(running):
    """The facilitator, in a drill whose causes are written and whose review is drafted."""
    visit = running.visit("*", "facilitator", "Fay")
    assert visit.post(f"{PAPERS}/causes", {"start": "1"})[0] == 303
    keep(visit, "causes", as_yaml(filled(text_of(visit, "causes"))))
    assert visit.post(f"{PAPERS}/meeting", {"start": "1"})[0] == 303
    return visit


def text_of(visit, paper):
    return html.unescape(visit.get(f"{PAPERS}/{paper}")[1].split('autocomplete="off">')[1].split("</textarea>")[0])


def seen(page, name="seen"):
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def keep(visit, paper, text):
    assert visit.post(f"{PAPERS}/{paper}", {"seen": seen(visit.get(f"{PAPERS}/{paper}")[1]), "text": text})[0] == 303


def write_whole(visit):
    """Minutes and register in which nothing is open."""
    keep(visit, "meeting", as_yaml(held(text_of(visit, "meeting"))))
    keep(visit, "risks", as_yaml(rated(text_of(visit, "risks"))))


def test_a_review_is_written_and_signed_on_its_pages_by_keyboard_alone(page, running, fay):
    name, value = fay.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page.set_viewport_size({"width": 1280, "height": 900})

    def press(said):
        with page.expect_navigation():
            page.get_by_role("button", name=said, exact=True).press("Enter")

    page.goto(f"{running.address}{PAPERS}/risks")
    page.get_by_role("link", name="As a form").press("Enter")
    expect(page.locator("script")).to_have_count(0)
    first = page.locator('[id="risks.0"]')
    likely = first.get_by_label("Likelihood", exact=True)
    expect(likely).to_have_attribute("aria-invalid", "true")
    expect(likely).to_have_accessible_description(re.compile("Nobody has said how likely"))
    assert_accessible_light_and_dark(page, long=True)

    press("Remove risk 2")
    press("Put risk 2 back")
    expect(page.get_by_text("Removed when you keep this")).to_have_count(0)
    press("Remove risk 2")
    expect(page.get_by_text("Removed when you keep this: risk 2")).to_be_visible()
    expect(page.get_by_text("Not kept yet.").first).to_be_visible()
    first.get_by_label("Words to find in the record").fill("hypothesis index")
    first.get_by_label("Words to find in the record").press("Enter")
    expect(page.locator("input[autofocus]")).to_be_focused()
    cited = page.locator("input[autofocus]").get_attribute("value")
    page.keyboard.press("Space")
    likely.select_option("possible")
    first.get_by_label("Why that likely").fill("Once in a year of rebuilds.")
    first.get_by_label("Privacy", exact=True).select_option("2")
    first.locator('input[value="alert-pii"]').press("Space")
    expect(first.get_by_label("Owner, by name")).to_be_hidden()
    first.get_by_label("Owner", exact=True).select_option("somebody else, by name")
    first.get_by_label("Owner, by name").fill("The platform team")
    first.get_by_label("Treatment").select_option("reduce")
    first.get_by_label("What will be done").fill("Every rebuild is gated by 15 January.")
    first.get_by_label("Looked at again on").fill("2027-03-03")
    press("Keep and check")
    expect(first.get_by_text("is nobody in particular")).to_be_visible()
    expect(page.get_by_text("No risk names the control gap 'alert-pii'")).to_be_visible()
    first.locator('input[value="alert-pii"]').press("Space")
    first.get_by_label("Owner", exact=True).select_option("Technical Lead")
    press("Keep and check")
    expect(page.get_by_role("status").first).to_have_text("Kept. Nothing to mend.")
    expect(first.get_by_text("score 12: high")).to_be_visible()
    (risk,) = yaml.safe_load(text_of(fay, "risks"))["risks"]
    assert (risk["owner"], risk["impact"]["privacy"], cited in risk["evidence"]) == ("Technical Lead", 2, True)

    page.goto(f"{running.address}{PAPERS}/meeting/form")
    press("Remove line 1 of control gaps")
    press("Take in what record and papers have for control gaps")
    expect(page.get_by_role("status").first).to_contain_text("1 line taken in")
    page.get_by_label("Held on").fill("2026-12-03")
    page.get_by_label("Chair").fill("Noor Haddad")
    press("Add a person")
    page.get_by_label("Name of person 1").fill("Noor Haddad")
    page.get_by_label("Role of person 1").select_option("Incident Commander")
    for seat in ("Technical Lead", "Legal Counsel", "Privacy Lead"):
        page.get_by_role("group", name="Roles that must sign").get_by_label(seat).press("Space")
    for field in page.locator("textarea").filter(visible=True).all():
        if not field.input_value():
            field.fill("Taken as read.")
    press("Keep and check")
    expect(page.get_by_role("status").first).to_have_text("Kept. Nothing to mend.")
    minutes = {one["item"]: one for one in yaml.safe_load(text_of(fay, "meeting"))["agenda"]}
    assert minutes["verification"]["decided"] == ["Taken as read."]
    assert minutes["control-gaps"]["minutes"][-1]["text"].startswith("Tenant filter proved on every rebuild: missing")
    assert_accessible_light_and_dark(page, long=True)
    page.get_by_role("link", name="Read the review as a whole").press("Enter")
    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    press("Sign")
    expect(page.get_by_role("region", name="Signatures")).to_contain_text("as signed")
    assert_accessible_light_and_dark(page, long=True)
    for paper in ("risks", "meeting"):
        page.goto(f"{running.address}{PAPERS}/{paper}/form")
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_who_write_at_once_lose_nothing(fay):
    path = f"{PAPERS}/risks/form"
    page = fay.get(path)[1]
    register = yaml.safe_load(text_of(fay, "risks"))
    register["risks"][0]["plan"] = "Theirs."
    keep(fay, "risks", "# theirs\n" + as_yaml(register))
    mine = {"seen": seen(page), "do": "keep", "risks.rows": "1", "risks.0.title": "Mine", "risks.0.mode": "drift", "risks.0.likelihood": "rare", "risks.0.treatment": "open"}  # fmt: skip
    status, page, _ = fay.post(path, mine)
    assert (status, "Somebody else kept" in page, ">Mine</textarea>" in page, "plan: Theirs." in page, "It differs from theirs in: Risks" in page) == (409, True, True, True, True)  # fmt: skip
    again = {"seen": seen(page)}
    status, page, _ = fay.post(path, mine | again | {"do": "theirs risks"})
    assert (status, ">Theirs.</textarea>" in page, "Mine" in page) == (200, True, False)
    assert "plan: Theirs." in text_of(fay, "risks")
    assert fay.post(path, mine | again)[0] == 303
    assert [one["title"] for one in yaml.safe_load(text_of(fay, "risks"))["risks"]] == ["Mine"]
    assert text_of(fay, "risks").startswith("# theirs\n")
    keep(fay, "risks", "risks: [\n")
    status, _, headers = fay.get(path)
    assert (status, "cannot be shown as a form" in fay.get(headers["location"])[1]) == (303, True)


def test_papers_are_signed_as_they_were_seen_by_who_must_sign_them(running, fay):
    place = f"{PAPERS}/meeting/sign"
    status, page, _ = fay.post(place, {"role": "ic", "name": "Noor Haddad", "papers": "x"})
    assert (status, "a paper was changed since you saw it" in page.casefold()) == (422, True)
    assert re.search(r"[0-9]+ in the minutes", page)
    write_whole(fay)
    papers = seen(fay.get(place)[1], "papers")
    legal, scribe = running.visit("mid", "legal", "Lee"), running.visit("mid", "scribe", "Sam")
    assert "You need not sign" in scribe.get(place)[1]
    for who, role, name, said in ((legal, "ic", "Lee", "A seat signs for itself"), (scribe, "scribe", "Sam", "not among the roles"), (legal, "legal", " ", "nobody is named")):  # fmt: skip
        status, page, _ = who.post(place, {"role": role, "name": name, "papers": papers})
        assert (status, said.casefold() in html.unescape(page).casefold()) == (422, True), said
    assert legal.post(place, {"role": "legal", "name": "Lee O.", "papers": papers})[0] == 303
    assert "Lee O." in fay.get(place)[1]
    keep(fay, "risks", text_of(fay, "risks") + "# a second thought\n")
    assert "risks.yaml: to be read and signed again" in fay.get(place)[1]
    status, page, _ = fay.post(place, {"role": "ic", "name": "Noor Haddad", "papers": papers})
    assert (status, "was changed since you saw it" in page) == (422, True)
    olu = running.visit("mid", "observer", "Olu")
    assert "<button>Sign" not in olu.get(place)[1]
    assert olu.get(f"{PAPERS}/meeting/form")[0] == 303
    assert olu.post(place, {"role": "ic"}, accept="application/json")[0] == 409
