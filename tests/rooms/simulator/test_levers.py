"""What each lever does, what it costs, when it starts and when it ends; and what is refused, with what to write."""

import numpy as np
import pytest

from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.scope import Scope
from tests.rooms.simulator.packs import CLASSIFIER, LEAK, MINUTE, SKEW, call, fault, spec, system, world

EU = Scope.of({"region": ["eu"]})
MISUSE = world(fault(id="misuse", category="tool_misuse", carried_by="tools", path="tools", slice={}, rate=0.1))


@pytest.fixture(scope="module")
def leak():
    return system()


@pytest.fixture(scope="module")
def skew():
    return system(SKEW, spec(CLASSIFIER))


@pytest.fixture(scope="module")
def misuse():
    return system(MISUSE)


def effect(one, *plan):
    return one.what_if.play(plan).out, one.replay(plan)


def statuses(one, *plan):
    return one.replay(plan).lost


@pytest.mark.parametrize(
    ("pulled", "delay_s"),
    [
        (call("feature_off", 10), 30), (call("guardrail", 10, tier="c"), 120), (call("safe_mode", 10, EU), 60),
        (call("rollback", 10, component="model"), 300), (call("rollback", 10, component="index"), 480),
        (call("rollback", 10, component="bundle"), 480), (call("cache_flush", 10), 60),
    ],
)  # fmt: skip
def test_nothing_changes_before_the_delay_is_over(leak, pulled, delay_s):
    hands_off, _ = effect(leak)
    pulled_out, _ = effect(leak, pulled)
    starts = leak.tape.row_at(10 * MINUTE + delay_s * 1000)
    differ = np.flatnonzero((pulled_out.collateral != hands_off.collateral) | (pulled_out.leader != hands_off.leader))
    assert differ.size
    assert differ[0] >= starts
    leak.reset(7)
    assert leak.pull(pulled).effective_ms == 10 * MINUTE + delay_s * 1000


def test_restore_takes_its_own_time_and_then_all_is_as_before(leak):
    off, back = call("feature_off", 8, name="off"), call("restore", 12, target="off")
    out, _ = effect(leak, off, back)
    minutes = leak.tape.at_ms[out.status == 1] / MINUTE
    assert 8.5 <= minutes.min() < 8.6
    assert 12.4 < minutes.max() < 12.5


def test_a_feature_that_is_off_does_no_harm_and_serves_nobody_in_its_scope(leak):
    out, outcome = effect(leak, call("feature_off", 6, EU))
    inside = leak.tape.mask(EU) & (leak.tape.at_ms >= 6.5 * MINUTE)
    assert (out.status[inside] == 1).all()
    assert not out.expected[inside].any()
    served_before = leak.what_if.ledger.healthy.status != 5
    assert outcome.lost == {"off": int((inside & served_before).sum())}
    assert int(outcome.collateral.sum()) == int(
        leak.what_if.effecter.unit[leak.tape.kind[inside]].sum() - leak.what_if.ledger.healthy.collateral[inside].sum()
    )


def test_safe_mode_stops_the_fault_bypasses_the_cache_and_costs_a_quarter(leak):
    out, _ = effect(leak, call("safe_mode", 8))
    after = leak.tape.at_ms >= 9 * MINUTE
    assert not (out.leader[after] > 0).any()
    assert not np.isin(out.category[after], [4]).any()
    unit = leak.what_if.effecter.unit[leak.tape.kind]
    served = after & (out.status == 0)
    assert (out.collateral[served] == unit[served] * 25 // 100).all()


def test_a_rollback_stops_new_harm_and_loses_what_was_new(leak):
    fixed = leak.replay([call("rollback", 8, component="index"), call("cache_flush", 15.1)])
    nothing = leak.replay([])
    assert fixed.expected_harm[17:].sum() < 0.02 * nothing.expected_harm[17:].sum()
    assert fixed.collateral[17:].sum() > nothing.collateral[17:].sum()


def test_rolling_back_another_component_changes_no_harm(leak):
    wrong = leak.replay([call("rollback", 8, component="prompt")])
    assert wrong.expected_harm.sum() == leak.replay([]).expected_harm.sum()


def test_trap_a_rollback_without_flush_serves_old_harm_from_the_cache(leak):
    back = call("rollback", 8, component="index")
    unflushed, flushed = leak.replay([back]), leak.replay([back, call("cache_flush", 15.1)])
    after = slice(17, None)
    assert unflushed.harm_from_cache[after].sum() == unflushed.harm[after].sum() > 0
    assert unflushed.expected_harm[after].sum() > 10 * flushed.expected_harm[after].sum()


def test_trap_a_flush_before_the_fix_works_fills_the_cache_again(leak):
    back = call("rollback", 8, component="index")
    early, right = leak.replay([back, call("cache_flush", 12)]), leak.replay([back, call("cache_flush", 15.1)])
    assert early.expected_harm[17:].sum() > 5 * right.expected_harm[17:].sum()


def test_a_flush_of_one_slice_leaves_the_other_answers(leak):
    leak.reset(7)
    leak.advance(12 * MINUTE)
    before = leak.configuration()["cached_answers"]
    leak.pull(call("cache_flush", 12, {"language": ["de"]}))
    leak.advance(13 * MINUTE + 1000)
    leaders = leak.play.cache.live(13 * MINUTE + 1000)
    assert 0 < len(leaders) < before + 100
    german = leak.tape.mask(Scope.of({"language": ["de"]}))[leaders]
    assert (leak.tape.at_ms[leaders[german]] >= 13 * MINUTE).all()
    assert (leak.tape.at_ms[leaders[~german]] < 13 * MINUTE).any()


def test_trap_a_canary_takes_its_share_of_users_and_leaves_the_rest(leak):
    small, half, all_ = (leak.replay([call("rollback", 8, component="index", percent=p)]) for p in (2, 50, 100))
    nothing = leak.replay([])
    kept = [one.expected_harm[18:].sum() / nothing.expected_harm[18:].sum() for one in (small, half, all_)]
    assert kept[0] > 0.85 > kept[1] > kept[2]


def test_trap_a_rollback_brings_an_older_bug_back():
    old = fault(id="old", category="ungrounded_answer", carried_by="model", version="previous", rate=0.3, onset_min=0,
                slice={}, path="any")  # fmt: skip
    one = system(world(fault(), old))
    assert one.replay([call("rollback", 8, component="bundle")]).delivered["ungrounded_answer"] > 100
    assert one.replay([call("rollback", 8, component="index")]).delivered.get("ungrounded_answer", 0) == 0
    assert one.replay([]).delivered.get("ungrounded_answer", 0) == 0


def test_a_failover_removes_the_fault_of_a_dependency_and_a_rollback_does_not():
    one = system(world(fault(id="down", category="ungrounded_answer", carried_by="retrieval")))
    nothing = one.replay([]).expected_harm[13:].sum()
    assert one.replay([call("failover", 8), call("cache_flush", 12.1)]).expected_harm[14:].sum() < nothing / 20
    assert one.replay([call("rollback", 5, component="bundle")]).expected_harm[13:].sum() == nothing


def test_retrieval_off_cuts_the_path_of_the_fault_and_half_the_value(leak):
    out, outcome = effect(leak, call("retrieval_off", 8), call("cache_flush", 8))
    assert outcome.expected_harm[10:].sum() < 0.05 * leak.replay([]).expected_harm[10:].sum()
    unit = leak.what_if.effecter.unit[leak.tape.kind]
    answered = (leak.tape.at_ms >= 9 * MINUTE) & (out.status == 0) & (out.leader == 0)
    needs = ~leak.tape.mask(Scope.of({"intent": ["status"]}))
    assert (out.collateral[answered & needs] == unit[answered & needs] * 50 // 100).all()
    assert not out.collateral[answered & ~needs].any()


def test_tools_off_stops_misuse_even_when_the_plan_is_cached(misuse):
    out, outcome = effect(misuse, call("tools_off", 10))
    after = misuse.tape.at_ms >= 11 * MINUTE
    assert not np.isin(out.category[after], [5]).any()
    assert (out.leader[after] > 0).any()
    assert outcome.expected_harm[11:].sum() == 0
    assert misuse.replay([]).harm_from_cache[11:].sum() > 0


def test_higher_tiers_stop_more_and_block_more(leak):
    tiers = [leak.replay([call("guardrail", 6, tier=tier)]) for tier in "abc"]
    harm = [one.expected_harm[10:].sum() for one in tiers]
    blocked = [one.lost["false_block"] for one in tiers]
    assert harm == sorted(harm, reverse=True)
    assert blocked == sorted(blocked)
    assert tiers[2].near_misses > tiers[0].near_misses


def test_trap_a_tier_blocks_a_dialect_and_other_languages_more_often(leak):
    out, _ = effect(leak, call("guardrail", 1, tier="c"))
    harmless = (out.category == 0) & (out.leader == 0) & (leak.tape.at_ms > 3 * MINUTE)
    plain = leak.tape.mask(Scope.of({"group": ["A"], "language": ["en"]})) & harmless
    dialect = leak.tape.mask(Scope.of({"group": ["D"], "language": ["en"]})) & harmless
    rate = [(out.status[rows] == 5).mean() for rows in (plain, dialect)]
    assert rate[0] == pytest.approx(0.22, abs=0.02)
    assert rate[1] == pytest.approx(0.22 * 1.8, abs=0.03)


def test_reviewers_catch_what_they_can_and_make_people_wait(leak):
    out, outcome = effect(leak, call("review", 6, {"region": ["eu"], "intent": ["refund"]}, reviewers=12))
    assert outcome.near_misses > 0
    assert out.wait_ms.max() >= 45_000
    assert outcome.expected_harm.sum() < leak.replay([]).expected_harm.sum()


def test_overflow_open_lets_through_and_closed_turns_away(leak):
    open_ = leak.replay([call("review", 2, reviewers=2, overflow="open")])
    closed = leak.replay([call("review", 2, reviewers=2, overflow="closed")])
    assert "abandoned" not in open_.lost
    assert closed.lost["abandoned"] > 1000
    assert closed.expected_harm.sum() < open_.expected_harm.sum()


def test_reviewers_are_shared_over_pulls(leak):
    us = call("review", 5, {"region": ["us"]}, reviewers=12, overflow="closed")
    eu = call("review", 6, EU, reviewers=12, overflow="closed")
    out, _ = effect(leak, us, eu)
    later = leak.tape.mask(EU) & (leak.tape.at_ms >= 11 * MINUTE)
    assert np.isin(out.status[later & (out.leader == 0)], [4, 5, 7]).all()


def test_review_of_adverse_decisions_leaves_approvals_alone(skew):
    out, _ = effect(skew, call("review", 5, reviewers=12, rule="adverse"))
    caught = out.status == 6
    assert caught.any()
    assert (out.category[caught] > 0).all()
    assert not out.wait_ms[(out.category == 0) & ~skew.tape.denied].any()


def test_held_decisions_harm_nobody_and_cost_a_little(skew):
    out, outcome = effect(skew, call("hold_adverse", 5))
    after = skew.tape.at_ms >= 6 * MINUTE
    assert np.isin(out.status[after & skew.tape.denied], [5, 8]).all()
    assert (out.status[after & ~skew.tape.denied & (out.category == 0)] != 8).all()
    assert not out.harm[after].any()
    assert outcome.near_misses > 0
    assert 0 < outcome.collateral.sum() < skew.replay([call("feature_off", 5)]).collateral.sum()


def test_a_rate_limit_serves_so_many_a_minute_and_tenant(leak):
    out, _ = effect(leak, call("rate_limit", 5.5, per_minute=30))
    start = round(5.5 * MINUTE) + 30_000
    for tenant in range(6):
        for minute in range(5):
            window = (leak.tape.at_ms >= start + minute * MINUTE) & (leak.tape.at_ms < start + (minute + 1) * MINUTE)
            asked = window & (leak.tape.dims[leak.layout.tenant] == tenant)
            assert (out.status[asked] != 2).sum() == min(30, asked.sum())


def test_a_queue_delays_what_it_lets_in_and_drops_the_rest(leak):
    out, outcome = effect(leak, call("queue", 5, per_second=6))
    assert outcome.lost["dropped"] > 1000
    served = (leak.tape.at_ms >= 8 * MINUTE) & (out.status == 0)
    assert served.sum() / (leak.tape.end_ms / 1000 - 8 * 60) < 6.1
    assert 15_000 < np.median(out.wait_ms[served]) <= 20_500


def test_trap_retries_are_load_and_feed_the_storm():
    patient = spec(gateway={"patience_s": 20, "retry_share": 0.0})
    stubborn = spec(gateway={"patience_s": 20, "retry_share": 0.9})
    tight = [call("queue", 5, per_second=8)]
    lost = [system(LEAK, pack).replay(tight).lost["dropped"] for pack in (patient, stubborn)]
    assert lost[1] > 1.5 * lost[0]


def test_a_wide_queue_changes_nothing(leak):
    assert leak.replay([call("queue", 5, per_second=200)]).lost == leak.replay([]).lost


def test_a_breaker_trips_on_alarms_cuts_write_tools_and_is_checked_again(misuse):
    never, soon = (effect(misuse, call("breaker", 8, permille=limit))[0] for limit in (1000, 3))
    assert np.array_equal(never.harm, effect(misuse)[0].harm)
    assert soon.harm.sum() < never.harm.sum()
    play = misuse.what_if.play([call("breaker", 8, permille=3)])
    assert play.breakers.since or play.breakers.history
    for _, since, until in play.breakers.history:
        assert until - since >= 5 * MINUTE
        open_ = (misuse.tape.at_ms >= since) & (misuse.tape.at_ms < until)
        assert not np.isin(soon.category[open_], [5]).any()


def test_a_breaker_closes_when_the_alarms_are_over(leak):
    plan = [call("breaker", 6, permille=15), call("rollback", 6, component="index"), call("cache_flush", 13.1)]
    play = leak.what_if.play(plan)
    assert [name for name, _, _ in play.breakers.history] == ["breaker-6"]
    assert not play.breakers.since
    _, since, until = play.breakers.history[0]
    assert 6.5 * MINUTE <= since < 10 * MINUTE
    assert 14 * MINUTE <= until < 18 * MINUTE
    leak.reset(7)
    for pulled in plan:
        leak.pull(pulled)
    leak.advance(leak.end_ms)
    rows = [leak.tape.row_at(at) for at in (since - MINUTE, since + MINUTE, until + MINUTE)]
    assert [leak.facts.of(row).tools_on for row in rows] == [True, False, True]


def test_the_running_minute_of_a_limit_is_remembered(leak):
    whole = leak.what_if.play([call("rate_limit", 5, per_minute=20)]).out
    leak.reset(7)
    leak.pull(call("rate_limit", 5, per_minute=20))
    for at_ms in range(0, leak.end_ms, 7000):
        leak.advance(at_ms)
    leak.advance(leak.end_ms)
    assert np.array_equal(leak.play.out.status, whole.status)


def test_the_same_id_twice_is_one_pull_and_dry_changes_nothing(leak):
    leak.reset(7)
    pulled = call("feature_off", 5, name="x")
    assert leak.pull(pulled, "dry").effective_ms == 5.5 * MINUTE
    assert leak.configuration()["levers"] == []
    first, second = leak.pull(pulled), leak.pull(pulled)
    assert first == second
    assert len(leak.configuration()["levers"]) == 1


def test_a_receipt_names_the_versions_that_change(leak):
    leak.reset(7)
    assert leak.pull(call("rollback", 1, component="index", name="r")).changes == {"index": "index-1"}
    assert set(leak.pull(call("rollback", 1, component="bundle", name="all")).changes) == set(COMPONENTS)
    assert leak.pull(call("restore", 2, target="r")).changes == {"index": "index-2"}


COMPONENTS = ("model", "prompt", "index", "tools")


@pytest.mark.parametrize(
    ("pulled", "said"),
    [
        (call("teleport", 1), "there is no lever 'teleport': write one of feature_off, safe_mode"),
        (call("hold_adverse", 1), "there is no lever 'hold_adverse'"),
        (call("feature_off", 1, {"planet": ["mars"]}), "there is no dimension 'planet': write one of tenant"),
        (call("feature_off", 1, {"region": ["mars"]}), "region has no value 'mars': write one of us, eu"),
        (call("feature_off", 1, {"group": ["D"]}), "'group' stands for a protected attribute: it may be analysed"),
        (call("failover", 1, EU), "'failover' acts on everything: leave its scope out"),
        (call("rollback", 1), "'component' is missing: write one of model, prompt, index, tools, bundle"),
        (call("rollback", 1, component="engine"), "'component' cannot be 'engine'"),
        (call("rollback", 1, component="model", percent=0), "'percent' cannot be '0': write a whole number from 1 to 100"),
        (call("rollback", 1, component="model", to="model-0"), "'to' cannot be 'model-0': write one of model-1"),
        (call("guardrail", 1, tier="d"), "'tier' cannot be 'd': write one of a, b, c"),
        (call("queue", 1), "'per_second' is missing: write a whole number"),
        (call("rate_limit", 1, per_minute="many"), "'per_minute' cannot be 'many'"),
        (call("review", 1, reviewers=0), "'reviewers' cannot be '0'"),
        (call("review", 1, reviewers=3, rule="some"), "'rule' cannot be 'some': write one of all"),
        (call("review", 1, reviewers=3, rule="adverse"), "'rule' cannot be 'adverse': write one of all"),
        (call("feature_off", 1, percent=5), "'feature_off' takes no argument 'percent': write none"),
        (call("restore", 1, target="nothing"), "'nothing' cannot be undone: write the id of one of nothing"),
    ],
)  # fmt: skip
def test_what_is_refused_says_what_to_write(leak, pulled, said):
    leak.reset(7)
    with pytest.raises(NotSupportedError) as refused:
        leak.pull(pulled)
    assert said in str(refused.value)
    assert leak.configuration()["levers"] == []
    with pytest.raises(NotSupportedError):
        leak.replay([pulled])


def test_a_flush_cannot_be_undone(leak):
    leak.reset(7)
    leak.pull(call("cache_flush", 1, name="gone"))
    with pytest.raises(NotSupportedError, match="'gone' cannot be undone"):
        leak.pull(call("restore", 2, target="gone"))


def test_the_past_stays_as_it_was(leak):
    leak.reset(7)
    leak.advance(10 * MINUTE)
    with pytest.raises(ValueError, match="but the system is at"):
        leak.pull(call("feature_off", 9))
    with pytest.raises(ValueError, match="cannot go back"):
        leak.advance(9 * MINUTE)


def test_how_the_work_is_cut_into_pieces_changes_nothing(leak, monkeypatch):
    """Chunks of rows, bytes or wide numbers for combinations of levers, counting at once or signal by signal."""
    tenants = [call("guardrail", 5 + n / 10, {"tenant": [f"t-0{n}"]}, tier="abc"[n % 3]) for n in range(1, 7)]
    plan = [
        *tenants, call("safe_mode", 6, {"language": ["de"]}), call("rollback", 6, EU, component="index", percent=30),
        call("tools_off", 7, {"intent": ["refund"]}), call("feature_off", 8, {"intent": ["status"], "region": ["us"]}),
        call("review", 9, {"region": ["us"]}, reviewers=5), call("breaker", 9, EU, permille=3),
    ]  # fmt: skip
    usual, counts = leak.what_if.play(plan).out.digest(), leak.replay_frame(plan).counts
    in_bytes = leak.what_if.play(plan[:8]).out.digest()
    monkeypatch.setattr("hotwash.simulator.standing.FEW", 0)
    assert leak.what_if.play(plan).out.digest() == usual
    assert leak.what_if.play(plan[:8]).out.digest() == in_bytes
    monkeypatch.setattr("hotwash.simulator.play.CHUNK", 50)
    assert leak.what_if.play(plan).out.digest() == usual
    monkeypatch.setattr("hotwash.simulator.telemetry.FEW", 0)
    assert np.array_equal(leak.replay_frame(plan).counts, counts)


def test_a_service_that_nobody_asks_stands_still():
    quiet = system(LEAK, spec(requests_per_second=1e-6))
    assert len(quiet.tape) == 0
    assert quiet.replay([call("feature_off", 3)]).loss == 0
    quiet.advance(quiet.end_ms)
    assert quiet.frame().counts.sum() == 0
