"""What runs, what is last good, and what a rollback forgets, in the room."""

import json
import re
from contextlib import contextmanager
from html import unescape

import pytest
from playwright.sync_api import expect

from hotwash.kit.bundle import content_id, pair_of
from hotwash.kit.load import load_kit, load_scenario, load_system
from tests.support.accessibility import assert_accessible
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow
ROOM = "/drills/mid/as/tech"
PAIR = pair_of(load_system("support-copilot"))
SEATS = ("ic", "tech", "ml", "comms", "legal", "privacy", "scribe")


@contextmanager
def resumed(folder):
    with serving(played_to(folder, 22)) as found:
        control = found.visit("*", "facilitator", "Fay")
        control.post("/drills/mid/as/facilitator/act", {"do": "resume_drill"}, accept="application/json")
        yield found


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with resumed(tmp_path_factory.mktemp("bundles")) as found:
        yield found


@pytest.fixture
def untouched(tmp_path):
    """A drill in which nobody has rolled anything back yet."""
    with resumed(tmp_path / "house") as found:
        yield found


def hold(running, seat):
    """Somebody's browser, with the seat theirs."""
    visitor = running.visit("mid", seat, "Tess")
    status, said, _ = visitor.post(f"/drills/mid/as/{seat}/act", {"do": "take_seat"}, accept="application/json")
    assert status == 200, said
    return visitor


def test_the_plan_of_a_partial_rollback_names_what_it_forgets(running):
    status, said, _ = running.visit("mid", "tech", "Tess").get(f"{ROOM}/plan?component=index")
    assert status == 200
    for words in (
        "tool still on",
        "cache warm",
        "never released",
        "takes idx-2026-11-23 of T+12:00 back",
        "data-flush",
    ):
        assert words in said, words


def test_the_plan_says_when_it_acts_and_what_a_canary_leaves(running):
    tess = running.visit("mid", "tech", "Tess")
    assert "in effect after 8 min" in tess.get(f"{ROOM}/plan?component=index")[1]
    canary = tess.get(f"{ROOM}/plan?component=prompt&percent=5")[1]
    assert "in effect after 5 min" in canary and "On 5 % of the traffic: the rest keeps running" in canary
    assert "of the traffic: the rest" not in tess.get(f"{ROOM}/plan?component=prompt")[1]


def test_the_plan_of_the_whole_bundle_leaves_no_tool_on_and_mixes_nothing(running):
    _, said, _ = running.visit("mid", "tech", "Tess").get(f"{ROOM}/plan?component=bundle")
    assert "cache warm" in said and "takes policy-18 of T+02:00 back" in said
    assert "tool still on" not in said and "never released" not in said


def test_the_size_of_a_canary_is_told_before_it_is_asked_for(running):
    tess = running.visit("mid", "tech", "Tess")
    whole = tess.get(f"{ROOM}/plan?component=index&percent=5")[1]
    assert re.search(r"Canary of 5 %: 0.1 % against 0.3 % needs [\d,]+ requests, at this traffic \d+ h \d+ min", whole)
    assert "Too small to see the harm before ENDEX" in whole
    plain = tess.get(f"{ROOM}/plan?component=index&percent=5&contained_ppm=10000&worse_ppm=80000")[1]
    assert "1 % against 8 % needs" in plain and "Too small" not in plain
    part = tess.get(f"{ROOM}/plan?component=index&percent=5&scope.tenant=t-04&contained_ppm=10000&worse_ppm=80000")[1]
    short, long = (int(re.search(r"at this traffic (\d+) min", one)[1]) for one in (plain, part))
    assert short < long, "a part of the traffic takes longer"
    assert "Canary of" not in tess.get(f"{ROOM}/plan?component=index")[1]


def test_a_lever_s_form_offers_what_can_be_written_and_asks_for_nothing_that_does_not_belong(running):
    page = running.visit("mid", "tech", "Tess").get(ROOM)[1]
    cards = {kind: page.partition(f'id="lever-{kind}"')[2].partition("</article>")[0] for kind in ("rollback", "guardrail", "review")}  # fmt: skip
    for component in (*load_system("support-copilot").components, "bundle"):
        assert f"<option>{component}</option>" in cards["rollback"], component
    assert "arguments.to" not in cards["rollback"], "there is nothing recorded to go back to"
    assert "worse_ppm" in cards["rollback"] and "worse_ppm" not in cards["guardrail"] + cards["review"]
    assert "needed: a production change" in cards["guardrail"] and "needed: a production" not in cards["rollback"]
    assert "<option>closed</option>" in cards["review"]
    assert all(tier.cost in unescape(cards["guardrail"]) for tier in load_kit(None).tiers.values())


@pytest.mark.parametrize(
    "component, words", [("", "Name a component"), ("parser", "Nothing is known of a rollback of parser")]
)
def test_what_cannot_be_rolled_back_is_said(running, component, words):
    assert words in running.visit("mid", "tech", "Tess").get(f"{ROOM}/plan?component={component}")[1]


def test_the_pack_and_the_board_name_both_bundles(running):
    _, page, _ = running.visit("mid", "tech", "Tess").get(ROOM)
    _, now, _ = running.visit("mid", "tech", "Tess").get(f"{ROOM}/bundles")
    last_good = f"tarnwick-2026-11-21 {content_id(PAIR.last_good)[:12]}"
    board, pack = page.partition('id="pane-pack"')[::2]
    assert f"last good {PAIR.last_good.title}" in board
    assert last_good in pack and last_good not in board, "an id stands where bundles are compared, and not at a glance"
    assert last_good in now and "issue-refund-5" in now


@pytest.mark.parametrize("seat", SEATS)
def test_no_secret_reaches_a_player_through_bundles(running, seat):
    """The answer key, faults, and changes that are still to come."""
    _scenario, secret = load_scenario("cross-tenant-leak")
    visitor, base = running.visit("mid", seat, "Tess"), f"/drills/mid/as/{seat}"
    read = [visitor.get(f"{base}/bundles")[1]]
    read += [
        visitor.get(f"{base}/plan?component={one}")[1] for one in (*load_system("support-copilot").components, "bundle")
    ]
    said = " ".join(read)
    assert "tarnwick-2026-11-21" in said
    hidden = [text for fault in secret.world.faults for text in (fault.id, fault.note)]
    hidden += [secret.key.what_happened, *(one.note for one in secret.world.distractors)]
    assert [one for one in hidden if one in said] == []


def test_the_dialog_tells_the_plan_and_offers_the_flush(page, untouched):
    visitor = hold(untouched, "tech")
    name, value = visitor.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": untouched.address}])
    page.goto(untouched.address + ROOM)
    expect(page.locator("#link")).to_have_text("live")
    page.locator("#tab-levers").click()
    card = page.locator("#lever-rollback")
    card.locator("summary", has_text="Ask for it").click()
    form = card.locator("form[data-do=request_lever]")
    form.locator("[name='arguments.component']").select_option("index")
    form.locator("[name=reason]").fill("the index changed when it began")
    form.locator("button").click()
    expect(page.locator("#sure-plan")).to_contain_text("cache warm")
    expect(page.locator("#sure-flush")).to_be_visible()
    assert_accessible(page)
    page.locator("#sure-flush").click()
    expect(form.locator(".said")).to_contain_text("The flush was asked for")
    calls = page.locator("#calls")
    expect(calls).to_contain_text(re.compile("Flush the response cache"))
    expect(calls).to_contain_text("Belongs to the rollback")
    expect(calls.locator("summary", has_text="What this rollback forgets")).to_have_count(1)


def test_without_the_offer_no_flush_is_asked_for(running):
    visitor = hold(running, "ml")
    form = {
        "do": "request_lever",
        "kind": "rollback",
        "arguments.component": "prompt",
        "reason": "look",
        "command": "one",
    }
    status, said, _ = visitor.post("/drills/mid/as/ml/act", form, accept="application/json")
    assert (status, json.loads(said)["said"]) == (200, "Done.")


def test_a_flush_before_a_rollback_is_in_effect_is_warned_about(running):
    visitor = hold(running, "tech")
    assert visitor.get(f"{ROOM}/flush")[1].strip() == ""
    pull = {"do": "pull_lever", "kind": "rollback", "arguments.component": "decoding", "reason": "now", "break_glass": "1", "command": "two"}  # fmt: skip
    assert visitor.post(f"{ROOM}/act", pull, accept="application/json")[0] == 200
    said = visitor.get(f"{ROOM}/flush")[1]
    assert "The rollback of decoding" in said and "filled again by what still runs" in said
