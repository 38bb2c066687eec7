"""The ledger: zero for a healthy service left alone, and each amount where it belongs."""

from dataclasses import replace

import numpy as np
import pytest

from hotwash.ports.scope import Scope
from hotwash.simulator.harm import Ledger
from tests.rooms.simulator.packs import CLASSIFIER, LEAK, MINUTE, SKEW, call, fault, spec, system, world

EU = Scope.of({"region": ["eu"]})


@pytest.fixture(scope="module")
def leak():
    return system()


def test_a_healthy_service_left_alone_costs_nothing():
    for pack, what in ((None, world()), (spec(CLASSIFIER), world())):
        outcome = system(what, pack).replay([])
        assert outcome.loss == 0
        assert outcome.delivered == {}
        assert outcome.lost == {}
        assert outcome.near_misses == 0


def test_realised_harm_agrees_with_expected_harm_over_many_seeds():
    realised, expected = 0, 0
    for seed in range(20):
        outcome = system(world(fault(slice={})), seed=seed).replay([])
        realised, expected = realised + int(outcome.harm.sum()), expected + int(outcome.expected_harm.sum())
    assert realised == pytest.approx(expected, rel=0.03)


def test_harm_lies_in_the_slice_and_after_the_onset():
    one = system(world(fault(), cache_ttl_min=0))
    outcome = one.replay([])
    assert not outcome.expected_harm[:5].any()
    assert outcome.expected_harm[8:].all()
    assert outcome.by_segment["region", "us"][0] == 0
    assert outcome.by_segment["region", "eu"][0] == outcome.expected_harm.sum()
    assert set(outcome.delivered) == {"leaked_record"}


def test_nothing_is_lost_where_minutes_are_empty(leak):
    """The last two minutes and one in the middle have no request; what was in them stands in the minute before."""
    what = leak.what_if
    play = what.play([call("feature_off", 0)])
    at, last = what.tape.at_ms, what.tape.end_ms - 2 * MINUTE
    at = np.where(at >= last, last - 1, at)
    at = np.where((at >= 10 * MINUTE) & (at < 11 * MINUTE), 10 * MINUTE - 1, at)
    quiet = replace(what.tape, at_ms=at.astype(np.int32))
    found = Ledger(quiet, what.ledger.healthy).outcome(play.out).collateral
    assert found.sum() == what.ledger.outcome(play.out).collateral.sum() > 0
    assert [bool(found[minute]) for minute in (9, 10, 11)] == [True, False, True]
    assert not found[-2:].any()


def test_one_leaked_record_weighs_what_the_kit_says():
    one = system(world(fault(), cache_ttl_min=0))
    outcome, out = one.replay([]), one.what_if.play([]).out
    leaked = (out.category == 4) & (out.status == 0)
    assert int(outcome.harm.sum()) == int((one.tape.magnitude[leaked].astype(np.int64) * 60_000 // 1000).sum())
    assert outcome.delivered["leaked_record"] == leaked.sum()


def test_a_wrongful_refusal_weighs_by_what_was_refused():
    refuses = fault(
        id="no", category="wrongful_refusal", carried_by="model", path="any", slice={}, rate=0.3, cached=False
    )
    one = system(world(refuses))
    out = one.what_if.play([]).out
    refused = out.category == 6
    value = one.what_if.effecter.value[one.tape.kind[refused]]
    assert refused.sum() > 500
    assert (out.harm[refused] == value * 30).all()


def test_the_earlier_the_fix_the_smaller_the_harm(leak):
    starts = [6, 9, 12, 15, 18]
    harm = [
        int(leak.replay([call("rollback", at, component="index"), call("cache_flush", at + 7.1)]).expected_harm.sum())
        for at in starts
    ]
    assert harm == sorted(harm)
    assert harm[-1] < leak.replay([]).expected_harm.sum()


def test_everything_off_costs_the_value_of_the_traffic_and_no_more(leak):
    off = leak.replay([call("feature_off", 0)])
    assert 0.95 * leak.traffic_value < off.collateral.sum() <= leak.traffic_value
    assert off.expected_harm.sum() == 0


def test_what_a_control_caught_is_counted_and_not_charged(leak):
    out = leak.what_if.play([call("guardrail", 1, tier="c")]).out
    outcome = leak.replay([call("guardrail", 1, tier="c")])
    stopped = (out.category == 4) & (out.status == 4)
    assert outcome.near_misses >= stopped.sum() > 50
    assert not out.harm[stopped].any()


def test_harm_from_the_cache_is_part_of_the_harm_and_ends_with_the_cache(leak):
    outcome = leak.replay([])
    assert 0 < outcome.harm_from_cache.sum() < outcome.harm.sum()
    assert system(world(fault(), cache_ttl_min=0)).replay([]).harm_from_cache.sum() == 0


def test_output_of_a_fault_that_is_not_kept_is_never_served_again():
    one = system(world(fault(cached=False)))
    out = one.what_if.play([]).out
    assert (out.leader > 0).any()
    assert not (out.category[out.leader > 0] == 4).any()


def test_answers_are_kept_for_their_time_and_purged_when_the_service_says_so():
    one = system(world(fault(), cache_ttl_min=2, purge_min=[20.5]))
    out = one.what_if.play([]).out
    follower = np.flatnonzero(out.leader)
    age = one.tape.at_ms[follower] - one.tape.at_ms[out.leader[follower] - 1]
    assert (age >= 0).all()
    assert age.max() < 2 * MINUTE
    late = follower[one.tape.at_ms[follower] >= 20.5 * MINUTE]
    assert (one.tape.at_ms[out.leader[late] - 1] >= 20.5 * MINUTE).all()
    assert (one.tape.key[follower] == one.tape.key[out.leader[follower] - 1]).all()


def test_a_replay_is_the_drill_that_was_played(leak):
    plan = [call("guardrail", 6, tier="b"), call("rollback", 9, component="index"), call("cache_flush", 17.1)]
    leak.reset(7)
    for one in plan:
        leak.advance(one.at_ms)
        leak.pull(one)
    leak.advance(leak.end_ms)
    lived, replayed = leak.what_if.ledger.outcome(leak.play.out), leak.replay(plan)
    assert lived.loss == replayed.loss
    assert (lived.harm == replayed.harm).all()
    assert np.array_equal(leak.frame().counts, leak.replay_frame(plan).counts)


@pytest.mark.parametrize("pack", [spec(), spec(CLASSIFIER)], ids=["copilot", "classifier"])
def test_a_loss_without_its_ledger_is_the_loss_of_the_ledger(pack):
    plans = [
        (),
        (call("feature_off", 9, EU),),
        (call("guardrail", 6.3, tier="b"), call("feature_off", 12)),
        (call("review", 7, rule="all", reviewers=2, overflow="closed"),),
    ]
    what = world(fault()) if pack.kind == "copilot" else SKEW
    one, other = system(what, pack), system(what, pack)
    assert [one.loss(plan) for plan in plans] == [other.replay(plan).loss for plan in plans]
    losses = [other.loss(plan) for plan in plans]
    assert len(set(losses)) == len(plans)
    for plan, loss in zip(plans, losses, strict=True):
        anew = system(what, pack)
        assert anew.loss(plan, loss) == loss, "a play that may lose so much is played to its end"
        assert all(enough < anew.loss(plan, enough) <= loss for enough in (0, loss // 2, loss - 1) if enough < loss)


def test_a_play_that_has_lost_enough_is_not_played_on(leak):
    off = (call("feature_off", 2),)
    assert 0 < leak.loss(off, 0) < leak.replay(off).loss


def test_a_frame_stays_as_it_was_shown_while_the_service_is_played_on(leak):
    leak.reset(7)
    leak.advance(10 * MINUTE)
    first = leak.frame()
    seen = first.counts.copy()
    assert leak.frame() is first
    leak.advance(11 * MINUTE)
    assert (leak.frame().minutes, first.minutes) == (11, 10)
    assert np.array_equal(first.counts, seen)
    with pytest.raises(ValueError, match="read-only"):
        first.counts[0, 0, 0] = 1


def test_a_play_in_which_nobody_acts_is_watched_once(leak):
    assert leak.replay_frame([]) is leak.replay_frame(())
    assert leak.replay_frame([], healthy=True) is leak.replay_frame([], healthy=True)
    assert leak.replay_frame([]) is not leak.replay_frame([], healthy=True)


def test_a_healthy_frame_shows_no_fault(leak):
    sick, well = leak.replay_frame([]), leak.replay_frame([], healthy=True)
    assert sick.total("pii_hits", 8, 30)[0] > 5 * well.total("pii_hits", 8, 30)[0]
    assert np.array_equal(sick.series("requests"), well.series("requests"))


def test_bias_is_seen_in_the_segment_that_it_hurts():
    outcome = system(SKEW, spec(CLASSIFIER)).replay([])
    assert outcome.by_segment["group", "D"][0] == outcome.expected_harm.sum() > 0
    assert outcome.by_segment["group", "A"][0] == 0


def test_the_same_plan_is_played_once(leak):
    assert leak.replay([call("feature_off", 9)]) is leak.replay([call("feature_off", 9)])
    assert leak.replay([call("feature_off", 9)]) is not leak.replay([call("feature_off", 9, EU)])
    assert LEAK.faults
