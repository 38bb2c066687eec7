"""What moved: the triage engine on the requests of a drill, against the answer key that only this test reads."""

import numpy as np
import pytest

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.inquiry import Inquiry, arrays, first_seen, inquiry, known_changes, meaning, side_by_side, untold
from hotwash.conductor.plan import DrillPlan
from hotwash.drill import commands as c
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.requests import RequestTable

EVER = 1 << 60
SEED = 7


def asked(scenario, minute, signal="", cards=()):
    content = bootstrap.content(scenario, cards=cards)
    laid = bootstrap.lay_out(content, SEED)
    laid.system.advance(round(minute * MINUTE))
    start_ms = round(content.scenario.story_start.timestamp() * 1000)
    table = laid.system.requests(0, EVER)
    found = Inquiry(table, laid.design.system, content.kit.severity, start_ms, signal).answer(bootstrap.relate)
    return found, content.secret, start_ms


def scopes(found):
    return [dict(segment.scope.dims) for one in found.found for segment in one.segments]


def inside(scope, key):
    return bool(scope) and all(dim in key and set(values) <= set(key[dim]) for dim, values in scope.items())


@pytest.mark.parametrize("scenario", ["bias-after-refresh", "invented-policy", "refund-ring", "worse-since-monday"])
def test_a_quarter_of_an_hour_after_the_onset_the_statement_names_the_slice_of_the_answer_key(scenario):
    onset = bootstrap.content(scenario).secret.key.onset_min
    found, secret, start_ms = asked(scenario, onset + 15)
    first = found.main.segments[0]
    assert inside(dict(first.scope.dims), secret.key.scope), first.scope
    assert abs((first.window.from_ms - start_ms) / MINUTE - onset) <= 2
    told = found.statement.sentence
    assert all(value in told for _, values in first.scope.dims for value in values)


def test_a_group_that_is_treated_apart_is_told_with_both_shares():
    found, _, _ = asked("bias-after-refresh", 28)
    gaps = [(one.member, gap) for one in found.fairness.groups for gap in one.gaps if gap.status in ("new", "grown")]
    worst = min(gaps, key=lambda one: one[1].change_p)
    assert worst[0] == (("group", "D"),)
    assert worst[1].now.share < worst[1].before.share - 0.1


@pytest.mark.slow
def test_a_leak_in_few_requests_is_seen_before_its_shops_can_be_named():
    found, secret, _ = asked("cross-tenant-leak", 27, "pii_hits")
    assert found.main is not None
    late, _, _ = asked("cross-tenant-leak", 52, "pii_hits")
    assert any(inside(scope, secret.key.scope) for scope in scopes(late)), scopes(late)


@pytest.mark.parametrize("scenario", ["bias-after-refresh", "cross-tenant-leak", "worse-since-monday"])
def test_before_the_onset_nothing_is_found(scenario):
    onset = bootstrap.content(scenario).secret.key.onset_min
    found, _, _ = asked(scenario, onset - 1)
    assert scopes(found) == []
    assert found.statement.sentence.startswith("No signal rose")


def test_a_false_alarm_is_told_as_a_detector_to_look_at():
    found, secret, _ = asked("order-number-alarm", 25)
    planted = [one.slice for one in secret.world.distractors]
    for scope in scopes(found):
        assert any(set(values) & set(one.get(dim, ())) for one in planted for dim, values in scope.items()), scope
    # Nobody complains about an order number: no second signal can clear the detector, and none confirms it.
    assert found.validity.verdict in {"one source only", "suspect detector"}
    assert found.validity.fix.silenced > 0


def test_a_quiet_minute_is_answered_too():
    found, _, _ = asked("cross-tenant-leak", 0)
    assert found.statement.sentence.startswith("No signal rose")
    assert found.extent.rows == 0


# ── in a drill ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    clock = ManualClock(1_800_000_000_000)
    house = bootstrap.House(tmp_path_factory.mktemp("house"), clock)
    seats = dict.fromkeys(house.kit.roles.seats, "does-nothing")
    house.plan(
        DrillPlan(drill="asked", title="Asked", scenario="bias-after-refresh", seats=seats, cards=["logs-missing"])
    )
    drill = house.open("asked").live
    act(drill, "facilitator", c.StartDrill(), "Fay")
    while drill.now_ms < 31 * MINUTE:
        clock.set(max(clock.now(), drill.wake_ms()))
        drill.step()
    yield drill
    drill.session.store.close()


def act(live, seat, action, person=""):
    held = live.session.state.seats.get(seat, "")
    return live.act(
        c.Command(id=f"{seat}-{live.session.state.version}", seat=seat, person=person or held, action=action)
    )


def test_a_question_is_a_query_on_record_and_teaches_nothing_by_itself(live):
    done = act(live, "tech", c.RunQuery(asks="moved", flag="denials", from_ms=2 * MINUTE))
    assert [one.type for one in done.events] == ["query_run"]
    assert done.events[0].data == {
        "asks": "moved", "from_ms": 2 * MINUTE, "to_ms": 1 << 60, "scope": {}, "flag": "denials", "limit": 20, "found": [],
    }  # fmt: skip
    assert inquiry(live, "tech", act(live, "tech", c.RunQuery(flag="denials"))) is None


def test_the_change_log_of_a_question_is_what_its_seat_has_been_shown(live):
    one = inquiry(live, "tech", act(live, "tech", c.RunQuery(asks="moved")))
    shown = [event.data["at_ms"] for event in live.view("tech").of("change_logged")]
    assert [change.at_ms - one.start_ms for change in one.changes] == shown
    assert shown
    assert known_changes([], 0) == ()
    found = one.answer(bootstrap.relate)
    sources = {(ranked.change.component, ranked.change.source) for ranked in found.changes}
    assert ("data", "change log") in sources
    assert ("data", "traces") not in sources, "one change is told twice"


def test_requests_without_a_trace_are_counted_as_unknown(live):
    one = inquiry(live, "tech", act(live, "tech", c.RunQuery(asks="moved")))
    assert one.lost > 500
    found = one.answer(bootstrap.relate)
    assert found.unknown[0].startswith(f"{one.lost:,} requests were counted")
    assert found.statement.limits == found.unknown
    early = act(live, "tech", c.RunQuery(asks="moved", to_ms=10 * MINUTE))
    assert inquiry(live, "tech", early).lost == 0
    frame = live.session.system.frame()
    assert untold(frame, early.given.requests, {"from_ms": 0, "to_ms": 12 * MINUTE}) > 0


def test_a_scope_narrows_the_question(live):
    done = act(live, "tech", c.RunQuery(asks="moved", scope={"group": ("D",)}))
    assert set(done.given.requests.dims["group"]) == {"D"}
    assert inquiry(live, "tech", done).lost == 0


@pytest.mark.parametrize("wrong", [{"flag": "harm"}, {"scope": {"planet": ("mars",)}}])
def test_what_is_not_there_cannot_be_asked_about(live, wrong):
    before = live.session.state.version
    with pytest.raises((NotSupportedError, RefusedError), match="there is no"):
        act(live, "tech", c.RunQuery(asks="moved", **wrong))
    assert live.session.state.version == before


# ── what columns mean ─────────────────────────────────────────────────────────────────────────────────────────────


def table(versions, flags=(1, 0, -1)):
    n = len(versions)
    texts = np.array(versions, np.object_)
    return RequestTable(
        np.arange(n, dtype=np.int64) * 1000,
        {"tenant": np.full(n, "t", np.object_)},
        {"index": texts},
        np.full(n, "served", np.object_),
        np.zeros(n, np.bool_),
        {"refusals": np.resize(np.array(flags, np.int8), n)},
    )


def test_a_version_beside_another_is_a_segment_and_one_that_follows_another_a_change():
    released, canary = table(["a"] * 40 + ["b"] * 40), table(["a", "b"] * 40)
    assert not side_by_side(released.versions["index"])
    assert side_by_side(canary.versions["index"])
    (one,) = first_seen(released, 5_000)
    assert (one.at_ms, one.what, one.source) == (45_000, "index b", "traces")
    laid = bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), SEED).design.system
    assert meaning(laid, released).versions == []
    assert meaning(laid, canary).versions == ["index_version"]


def test_what_could_not_be_asked_is_null_and_protected_groups_are_named():
    found = arrays(table(["a"] * 3), 1_000)
    with bootstrap.relate(found) as relation:
        told = relation.ask("SELECT COUNT(refusals) AS asked, SUM(refusals) AS n FROM traces", ["refusals"])
    assert (int(told["asked"][0]), int(told["n"][0])) == (2, 1)
    system = bootstrap.lay_out(bootstrap.content("bias-after-refresh"), SEED).design.system
    columns = meaning(system, table(["a"]))
    assert columns.groups == ["group"]
    assert "requests" not in {one.name for one in columns.signals}
