"""Whatever a form sends, the room answers: done, or refused with words. Never with a failure of its own."""

import re

import pytest

from hotwash.warroom.catalogue import FORMS
from hotwash.warroom.guard import Pace
from tests.support.mid_drill import played_to
from tests.support.serving import serving

pytestmark = pytest.mark.slow
LAST = ("jump_to", "end_drill")
ENDS = ("start_drill", "pause_drill", "change_speed", *LAST)
TYPED = {"number": "2", "minutes": "12", "list": "x", "text": "words", "area": "words", "check": "1"}
HIDDEN = {
    "call": "tech-lever-1", "kind": "rollback", "arguments.component": "index", "draft": "comms-draft-1", "hypothesis": "ml-idea-1", "decision": "ic-declare-major",
    "item": "tech-snapshot-1", "inject": "support-first-odd-answer", "alert": "pii-in-output", "trace": "r-018782", "fix": "tech-lever-1", "rating": "1", "reminder": "x",
}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    house = played_to(tmp_path_factory.mktemp("every"), 26)
    with serving(house, pace=Pace(reads=10**6, writes=10**6, links=10**6)) as found:
        control = found.visit("*", "facilitator", "Fay")
        for seat in house.kit.roles.seats:
            control.post("/drills/mid/as/facilitator/act", {"do": "take_seat", "seat": seat}, accept="application/json")
        yield control, house.open("mid").live.design


def filled(form, design):
    sent = {}
    for field in form.fields:
        if field.kind in ("choice", "many"):
            sent[field.name] = next((value for value, _ in field.options(design) if value), "")
        elif field.kind in TYPED:
            sent[field.name] = TYPED[field.kind]
    return sent


@pytest.mark.parametrize("do", [*sorted(set(FORMS) - set(LAST)), *LAST])
def test_a_form_is_answered_from_every_place_whatever_is_in_it(running, do):
    control, design = running
    whole = filled(FORMS[do], design)
    places = ("ic",) if do in ENDS else ("ic", "tech", "comms", "privacy", "facilitator")
    for who in places:
        for sent in ({}, whole, whole | HIDDEN):
            status, said, _ = control.post(f"/drills/mid/as/{who}/act", {"do": do} | sent, accept="application/json")
            assert status in (200, 403, 422), (who, sent, said)


@pytest.fixture(scope="module")
def over(tmp_path_factory):
    house = played_to(tmp_path_factory.mktemp("over"), 500, pause=False, players="slow")
    with serving(house, pace=Pace(reads=10**6, writes=10**6, links=10**6)) as found:
        control = found.visit("*", "facilitator", "Fay")
        for paper in ("causes", "meeting"):
            control.post(f"/drills/mid/papers/{paper}", {"start": "1"})
        yield control


@pytest.mark.parametrize("paper", ["causes", "meeting", "risks"])
def test_the_form_of_a_paper_is_answered_whatever_is_in_it_and_stays_a_paper(over, paper):
    """Every kind of button, with nothing, with every field full of words, and with what no browser would send."""
    path = f"/drills/mid/papers/{paper}/form"
    page = over.get(path)[1]
    names = set(re.findall(r' name="([^"]+)"', page)) - {"do", "seen"}
    buttons = {one.split()[0]: one for one in re.findall(r' name="do" value="([^"]+)"', page)}
    assert set(buttons) >= {"enter", "keep", "add", "remove", "search"}
    seen = re.search(r' name="seen" value="([^"]+)"', page)[1]
    rows = dict.fromkeys((one for one in names if one.endswith(".rows")), "2")
    other = ("add", "remove x.0", f"theirs {min(rows).removesuffix('.rows')}")
    for sent, pressed in (
        (dict.fromkeys(names, "words") | rows, [*buttons.values(), *other]),
        (dict.fromkeys(names, "-1"), ["keep"]),
        (dict.fromkeys(rows, "9" * 30), ["keep"]),
        ({}, [""]),
    ):
        for do in pressed:
            status, said, _ = over.post(path, {"seen": seen} | sent | {"do": do})
            assert status in (200, 303, 409, 422), (do, sent, said)
    assert over.get(path)[0] == 200
