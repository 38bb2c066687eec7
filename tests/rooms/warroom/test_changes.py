"""What the levers pane says of canaries, accepted risks and scoped calls."""

import re

from hotwash.conductor.live import LiveDrill
from hotwash.drill import commands as c
from hotwash.warroom.catalogue import FORMS
from hotwash.warroom.forms import plain, read_action
from hotwash.warroom.picture import Picture
from hotwash.warroom.render import Pages
from tests.rooms.conductor.test_canaries import Answers
from tests.support.drills import bench

ASKED = {"call": "c1", "kind": "rollback", "scope": {"tenant": ["t-04", "t-05"]}, "arguments": {"component": "index", "percent": 5},
         "reason": "try it", "auto_stop": True, "worse_ppm": 4_000}  # fmt: skip


def drawn(one, panel, who="tech"):
    live = LiveDrill(one.session, lambda _seat, _profile: None)
    return Pages().panel(panel, Picture(live, who, "/drills/x/as/tech"))


def sent(html, key):
    """The hidden fields of a form, as a browser sends them."""
    form = re.search(rf'<form[^>]*id="f-{key}".*?</form>', html, re.DOTALL).group(0)
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    return form, fields


def approved():
    one = bench()
    Answers(one, 0)
    one.to(5)
    one.do("tech", c.RequestLever.model_validate(ASKED))
    one.do("ic", c.ApproveLever(call="c1"))
    return one


def test_whoever_pulls_a_canary_is_told_first_what_it_can_show():
    one = approved()
    html = drawn(one, "calls")
    promise = one.all("lever_requested")[0]["promise"]
    assert f"0.1 % against 0.4 % needs {promise['requests']:,} requests, at this traffic" in html
    form, _ = sent(html, "pull_lever-c1")
    assert "needs" in re.search(r'data-confirm="([^"]+)"', form).group(1)


def test_an_approved_call_is_pulled_in_its_scope_and_on_its_record_by_one_click():
    one = approved()
    _, fields = sent(drawn(one, "calls"), "pull_lever-c1")
    one.do("tech", read_action(FORMS["pull_lever"], plain(fields), lambda kind: kind))
    pulled = one.all("lever_pulled")[0]
    assert (pulled["scope"], pulled["arguments"]) == (ASKED["scope"], ASKED["arguments"])
    assert (pulled["auto_stop"], pulled["worse_ppm"]) == (True, 4_000)


def test_a_cleared_canary_offers_its_next_step_with_the_same_plan():
    one = approved()
    one.do("tech", c.PullLever.model_validate(ASKED))
    one.to(50)
    assert one.all("canary_looked")[-1]["verdict"] == "clear"
    html = drawn(one, "fixes")
    assert "canary 0 of" in html
    _, fields = sent(html, "request_lever-next-c1")
    step = read_action(FORMS["request_lever"], plain(fields), lambda kind: f"{kind}-2")
    assert step.arguments == {"component": "index", "percent": 25}
    assert (step.scope, step.worse_ppm, step.auto_stop) == (ASKED["scope"], 4_000, True)
    one.do("tech", step)


def test_an_accepted_risk_stands_on_the_pane_with_the_tripwire_that_was_crossed():
    one = bench()
    one.to(3)
    action = read_action(
        FORMS["accept_risk"],
        plain({"residual": "old answers", "exposed": "shops", "why": "replay is clean", "expires_h": "2", "owner": "tech",
               "approver": "ic", "tripwires": "pii_hits above 0.5 % in 5 min, pii_hits above 90 % in 5 min"}),
        lambda kind: f"{kind}-1",
    )  # fmt: skip
    one.do("ic", action)
    assert "Crossed" not in drawn(one, "fixes")
    one.system.hot(10, 300)
    one.to(13)
    html = drawn(one, "fixes", "comms")
    assert "Crossed: pii_hits above 0.5 % in 5 min" in html
    assert "Accepted by Incident Commander" in html
    assert "90 %" not in html.split("Crossed: ")[1].split("</strong>")[0]
