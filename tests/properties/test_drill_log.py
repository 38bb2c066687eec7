"""Properties of the log and its views, over random drills: the log is the truth, and nobody is told a secret."""

import json
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from hotwash.adapters.store_memory import MemoryStore
from hotwash.drill import commands as c
from hotwash.drill.events import EVENTS
from hotwash.drill.refusal import RefusedError
from hotwash.drill.state import fold
from hotwash.drill.views.player import PlayerView
from hotwash.drill.views.project import HIDDEN, PLAYERS, ViewLog
from hotwash.kernel.audience import FACILITATOR, OBSERVER, player
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import StaleVersionError, TamperedError
from hotwash.kernel.event import check_chain
from tests.support.drills import bench, content

SEATS = ("ic", "tech", "ml", "scribe", "comms", "legal", "privacy")
LEVER = {"call": "fix", "kind": "rollback", "arguments": {"component": "index"}, "reason": "changed at onset"}
DEEDS = st.sampled_from([
    ("ic", c.OpenIncident(title="Foreign records", observation="pii detector")),
    ("ic", c.SetSeverity(level=1, reason="cross-tenant")),
    ("ic", c.SetSeverity(level=3, reason="small")),
    ("tech", c.OpenTrace(trace="r-1", purpose="validate")),
    ("tech", c.RequestLever(**LEVER)),
    ("ic", c.ApproveLever(call="fix")),
    ("ml", c.ApproveLever(call="fix")),
    ("tech", c.PullLever(**LEVER)),
    ("tech", c.RevertLever(call="fix")),
    ("tech", c.TakeSnapshot(item="s-1")),
    ("ml", c.RaiseHypothesis(hypothesis="h-1", statement="the index", component="index")),
    ("ml", c.RecordTest(hypothesis="h-1", method="diff", result="supports")),
    ("legal", c.SendMessage(channel="chat", to=("privacy",), text="between us")),
    ("comms", c.WriteDraft(draft="d", template="update-executive", variant="executive", text="We are looking into it.")),
    ("comms", c.PublishUpdate(draft="d")),
    ("facilitator", c.PauseDrill(reason="pause")),
    ("facilitator", c.ResumeDrill()),
    ("facilitator", c.ChangeSpeed(num=3, den=2)),
    ("facilitator", c.ImproviseInject(inject="extra", sender="COO", channel="phone", to=("ic",), subject="s", body="b", reveals=("press_contact",))),
    ("facilitator", c.NoteAsFacilitator(text="hesitated")),
    ("observer", c.GiveRating(objective="o", rating="S")),
])  # fmt: skip
STEPS = st.lists(st.one_of(DEEDS, st.floats(0.1, 6)), max_size=25)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def played(steps):
    one = bench()
    for minute in (3, 4, 5):
        one.system.hot(minute, 60)
    for step in steps:
        if isinstance(step, float):
            if one.session.state.phase == "running":
                one.to(one.session.state.clock.at(one.clock.now()) / MINUTE + step)
            continue
        before = (one.session.state.snapshot().copy(), len(one.session.store.read("drill")))
        try:
            one.do(*step)
        except RefusedError:
            assert len(one.session.store.read("drill")) >= before[1]
    return one


@some
@given(STEPS)
def test_folding_the_log_from_zero_is_the_live_state(steps):
    one = played(steps)
    log = one.session.store.read("drill")
    assert fold(log).snapshot() == one.session.state.snapshot()
    assert check_chain(log) == log[-1].hash
    assert log == one.session.events


@some
@given(STEPS, st.data())
def test_a_view_at_any_position_plus_its_tail_is_a_fresh_view(steps, data):
    one = played(steps)
    seat = data.draw(st.sampled_from(SEATS))
    log = ViewLog(player(seat), one.session.design)
    shown = [seen for event in one.session.events if (seen := log.show(event))]
    assert [seen.position for seen in shown] == list(range(1, len(shown) + 1)), "gaps would reveal hidden events"
    cut = data.draw(st.integers(0, len(shown)))
    early, fresh = PlayerView(seat), PlayerView(seat)
    for seen in shown[:cut]:
        early.apply(seen)
    for seen in shown[cut:]:
        early.apply(seen)
    for seen in shown:
        fresh.apply(seen)
    assert early == fresh
    with pytest.raises(ValueError, match="cannot follow"):
        fresh.apply(shown[0])


@some
@given(STEPS)
def test_what_was_refused_changed_nothing(steps):
    one = played(steps)
    version = one.session.state.version
    with pytest.raises(RefusedError):
        one.do("comms", c.RunSuite(suite="smoke"))
    with pytest.raises(RefusedError):
        one.do("nobody", c.OpenIncident(title="t", observation="o"))
    ticked = [event for event in one.session.store.read("drill") if event.version > version]
    assert all(event.seat == "control" for event in ticked)


def test_a_stale_version_never_lands_and_a_doubled_event_is_seen():
    one = bench()
    log = one.session.store.read("drill")
    with pytest.raises(StaleVersionError):
        one.session.store.append("drill", len(log) - 1, [], "late")
    state = fold(log)
    with pytest.raises(TamperedError):
        state.apply(log[-1])


def test_every_type_of_the_log_has_a_decision_about_players():
    assert set(PLAYERS) | HIDDEN == set(EVENTS)
    assert not set(PLAYERS) & HIDDEN


def canaries(model, found, path=""):
    """The same content with a unique string planted in every text that is not an id."""
    changed = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        here = f"{path}.{name}"
        changed[name] = _planted(value, found, here)
    return model.model_copy(update=changed)


def _planted(value, found, path):
    if isinstance(value, BaseModel):
        return canaries(value, found, path)
    if isinstance(value, list):
        return [_planted(one, found, f"{path}[{i}]") for i, one in enumerate(value)]
    if isinstance(value, str) and " " in value:
        found.append(f"CANARY-{len(found):04d}")
        return f"{value} {found[-1]}"
    return value


@pytest.mark.parametrize("minute", [0.5, 12, 45])
def test_no_secret_reaches_a_player_before_it_is_delivered(minute):
    planted = []
    secret = canaries(content()[2], planted)
    assert len(planted) > 100
    one = bench(secret=secret)
    one.to(minute)
    one.do("tech", c.OpenTrace(trace="r-1", purpose="look"))
    for seat in SEATS:
        mine = [event for event in one.all("inject_delivered") if seat in event["to"]]
        revealed = {
            word
            for event in mine
            for name in ("subject", "body", "sender")
            for word in event[name].split()
            if "CANARY-" in word
        }
        log = ViewLog(player(seat), one.session.design)
        seen = json.dumps([asdict(shown) for event in one.session.events if (shown := log.show(event))], default=str)
        told = {name for name in planted if name in seen}
        assert told <= revealed, f"{seat} was told a secret"
        assert '"shows"' not in seen
        assert "cross-tenant-leak" not in seen
    for audience in (FACILITATOR, OBSERVER):
        log = ViewLog(audience, one.session.design)
        assert [log.show(event).data for event in one.session.events] == [event.data for event in one.session.events]


def test_an_improvised_inject_looks_like_any_other_to_its_seat_and_is_unseen_by_others():
    one = bench()
    one.do(
        "facilitator",
        c.ImproviseInject(
            inject="x", sender="COO", channel="phone", to=("ic",), subject="s", body="b", reveals=("press_contact",)
        ),
    )
    event = next(event for event in one.session.events if event.type == "inject_improvised")
    seen = ViewLog(player("ic"), one.session.design).show(event)
    assert seen.type == "inject_delivered"
    assert "reveals" not in seen.data
    assert ViewLog(player("tech"), one.session.design).show(event) is None


def test_the_memory_store_is_not_shared_between_drills():
    assert MemoryStore().streams() == []
