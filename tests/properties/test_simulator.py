"""However time is cut, wherever a replay starts: the same seed and levers give the same run, bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall
from hotwash.simulator.ids import row_of
from tests.rooms.simulator.packs import CLASSIFIER, MINUTE, fault, spec, system, world

MINUTES, COAST = 12, 3
END_MS = (MINUTES + COAST) * MINUTE
LEAK = fault(onset_min=2, ramp_min=1)
MISUSE = fault(
    id="misuse",
    category="tool_misuse",
    carried_by="tools",
    path="tools",
    slice={},
    rate=0.05,
    onset_min=1,
    safe_mode_rate=0.01,
)
OLD_BUG = fault(
    id="old", category="ungrounded_answer", carried_by="model", version="previous", rate=0.1, onset_min=0, path="any"
)
REFUSES = fault(id="no", category="wrongful_refusal", carried_by="prompt", path="any", slice={}, rate=0.2, cached=False)
SKEW = fault(
    id="skew",
    category="discriminatory_decision",
    carried_by="features",
    slice={"group": ["D"]},
    onset_min=2,
    path="any",
)
WORLDS = {
    "leak": (None, world(LEAK)),
    "several": (None, world(LEAK, MISUSE, OLD_BUG, purge_min=[4.5], cache_ttl_min=3)),
    "refusal": (None, world(REFUSES, cache_ttl_min=2)),
    "outage": (None, world(fault(id="down", category="ungrounded_answer", carried_by="retrieval", onset_min=3))),
    "skew": (CLASSIFIER, world(SKEW)),
}

seconds = st.integers(0, END_MS // 1000 - 1)
scopes = st.sampled_from([
    EVERYTHING, Scope.of({"region": ["eu"]}), Scope.of({"tenant": ["t-01", "t-03"], "language": ["en"]}),
    Scope.of({"intent": ["refund"]}),
])  # fmt: skip
ARGUMENTS = {
    "rollback": st.fixed_dictionaries(
        {"component": st.sampled_from(["bundle", "model"]), "percent": st.sampled_from([3, 40, 100])}
    ),
    "failover": st.just({}),
    "rate_limit": st.fixed_dictionaries({"per_minute": st.integers(1, 200)}),
    "queue": st.fixed_dictionaries({"per_second": st.integers(1, 12)}),
    "guardrail": st.fixed_dictionaries({"tier": st.sampled_from(["a", "b", "c"])}),
    "review": st.fixed_dictionaries({
        "reviewers": st.integers(1, 20), "rule": st.sampled_from(["all", "adverse"]),
        "overflow": st.sampled_from(["open", "closed"]), "share": st.sampled_from([20, 100]),
        "risk": st.sampled_from(["none", "b"]), "seconds_per_case": st.sampled_from([0, 20, 120]),
        "level_min": st.sampled_from([0, 1]), "timeout_min": st.sampled_from([0, 1]), "message": st.sampled_from(["sent", "none"]),
    }),
    "breaker": st.fixed_dictionaries({"permille": st.integers(1, 300)}),
}  # fmt: skip
KINDS = [
    "feature_off", "safe_mode", "rollback", "failover", "cache_flush", "rate_limit", "queue", "guardrail", "review",
    "hold_adverse", "tools_off", "retrieval_off", "breaker",
]  # fmt: skip


@st.composite
def plans(draw, levers):
    """Up to six pulls, some of them undone later."""
    calls = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from([one for one in KINDS if one in levers]))
        arguments = draw(ARGUMENTS.get(kind, st.just({})))
        if "hold_adverse" not in levers and arguments.get("rule") == "adverse":
            arguments["rule"] = "all"
        scope = EVERYTHING if kind == "failover" else draw(scopes)
        at_ms = draw(seconds) * 1000 + draw(st.sampled_from([0, 1, 999]))
        calls.append(LeverCall(f"c{number}", kind, at_ms, scope, tuple(sorted(arguments.items()))))
        if kind != "cache_flush" and draw(st.booleans()):
            later = min(END_MS - 1, at_ms + draw(st.integers(0, 400)) * 1000)
            calls.append(LeverCall(f"u{number}", "restore", later, EVERYTHING, (("target", f"c{number}"),)))
    return sorted(calls, key=lambda one: one.at_ms)


SYSTEMS = {
    name: system(what, spec(base), minutes=MINUTES, coast=COAST, seed=11) for name, (base, what) in WORLDS.items()
}


def play_live(live, plan, stops):
    """As in a drill: levers are pulled when their moment has come, time moves in whatever steps."""
    live.reset(live.seed)
    waiting = list(plan)
    for stop in [*sorted(stops), END_MS]:
        while waiting and waiting[0].at_ms <= stop:
            pulled = waiting.pop(0)
            live.advance(max(live.now_ms, pulled.at_ms))
            live.pull(pulled)
        live.advance(max(live.now_ms, stop))
    return live


@pytest.mark.parametrize("name", WORLDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_however_time_is_cut_the_run_is_the_same(name, data):
    one = SYSTEMS[name]
    plan = data.draw(plans(one.layout.spec.levers))
    stops = data.draw(st.lists(st.integers(0, END_MS), max_size=25))
    whole = play_live(one, plan, [])
    columns, counts = whole.play.out.digest(), whole.frame().counts.copy()
    cut = play_live(one, plan, stops)
    assert cut.play.out.digest() == columns
    assert np.array_equal(cut.frame().counts, counts)


@pytest.mark.parametrize("name", WORLDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_fork_of_the_hands_off_play_equals_a_plain_replay(name, data):
    one = SYSTEMS[name]
    plan = data.draw(plans(one.layout.spec.levers))
    live = play_live(one, plan, [])
    forked = one.what_if.play(plan)
    for column in ("status", "category", "harm", "expected", "collateral", "leader", "wait_ms"):
        assert np.array_equal(getattr(forked.out, column), getattr(live.play.out, column)), column


@pytest.mark.parametrize("name", WORLDS)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_the_ledger_is_never_negative_and_its_segments_sum_to_the_total(name, data):
    one = SYSTEMS[name]
    outcome = one.replay(data.draw(plans(one.layout.spec.levers)))
    for amounts in (outcome.harm, outcome.expected_harm, outcome.collateral, outcome.harm_from_cache):
        assert (amounts >= 0).all()
    assert (outcome.harm_from_cache <= outcome.harm).all()
    for dim in one.layout.names:
        parts = [amount for (name_, _), amount in outcome.by_segment.items() if name_ == dim]
        assert sum(harm for harm, _ in parts) == outcome.expected_harm.sum()
        assert sum(cost for _, cost in parts) == outcome.collateral.sum()


@given(seed=st.integers(0, 2**40))
@settings(max_examples=15, deadline=None)
def test_a_request_harmed_when_healthy_is_harmed_under_every_fault(seed):
    one = SYSTEMS["several"]
    one.reset(seed)
    broken, healthy = one.tape, one.what_if.healthy_tape
    assert ((healthy.cause == 1) == (broken.cause == 1)).all()
    assert (healthy.cause <= 1).all()
    assert (broken.cause > 1).any()


@given(seed=st.integers(0, 2**40), first=st.integers(0, 500), later=st.integers(0, 300), percent=st.integers(1, 99))
@settings(max_examples=15, deadline=None)
def test_an_earlier_and_a_wider_fix_never_leaves_more_harm(seed, first, later, percent):
    """Without a cache, which a fix may leave filled with worse content than it found."""
    one = system(world(LEAK, cache_ttl_min=0), minutes=MINUTES, coast=COAST, seed=seed)

    def harm(at_s, share):
        back = LeverCall("fix", "rollback", at_s * 1000, EVERYTHING, (("component", "index"), ("percent", share)))
        outcome = one.replay([back])
        return int(outcome.expected_harm.sum()), int(outcome.harm.sum())

    for earlier, worse in zip(harm(first, 100), harm(first + later, 100), strict=True):
        assert earlier <= worse
    for wide, narrow in zip(harm(first, 100), harm(first, percent), strict=True):
        assert wide <= narrow


@st.composite
def decided(draw, one):
    """A review, and what players decide about cases that wait, or about other requests."""
    arguments = draw(ARGUMENTS["review"]) | {"rule": "all", "risk": "none", "reviewers": draw(st.integers(1, 12))}
    start_ms = draw(st.integers(0, 120)) * 1000
    review = LeverCall("review", "review", start_ms, draw(scopes), tuple(sorted(arguments.items())))
    play_live(one, [review], [])
    waited = [(row_of(case.trace), case.at_ms + 1, case.due_ms) for case in one.review_queue().cases]
    others = [(row, int(one.tape.at_ms[row]) + 1, END_MS - 1) for row in (10, 5_000, 8_000)]
    calls = [review]
    for number in range(draw(st.integers(1, 12))):
        row, from_ms, to_ms = draw(
            st.sampled_from(waited or others) if draw(st.booleans()) else st.sampled_from(others)
        )
        at_ms = min(END_MS - 1, draw(st.integers(from_ms, max(from_ms, to_ms))))
        action = draw(st.sampled_from(["approve", "edit", "refuse", "escalate"]))
        named = (("action", action), ("case", f"r-{row:06d}"))
        calls.append(LeverCall(f"d{number}", "decide_case", at_ms, EVERYTHING, named))
    return sorted(calls, key=lambda call: call.at_ms)


@pytest.mark.parametrize("name", ["several", "skew"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_with_decisions_of_players_in_between_the_run_is_the_same_however_time_is_cut(name, data):
    one = SYSTEMS[name]
    plan = data.draw(decided(one))
    whole = play_live(one, plan, [])
    columns, counts, queue = whole.play.out.digest(), whole.frame().counts.copy(), whole.review_queue()
    forked = one.what_if.play(plan)
    for column in ("status", "category", "harm", "expected", "collateral", "wait_ms"):
        assert np.array_equal(getattr(forked.out, column), getattr(whole.play.out, column)), column
    cut = play_live(one, plan, data.draw(st.lists(st.integers(0, END_MS), max_size=25)))
    assert cut.play.out.digest() == columns
    assert np.array_equal(cut.frame().counts, counts)
    assert cut.review_queue() == queue
