"""Human review as an operated control: who is sent, who waits, what a person's decision does, and what players may see of it."""

import numpy as np
import pytest

from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall
from hotwash.ports.traces import TraceQuery
from hotwash.simulator.ids import row_of, trace_id
from hotwash.simulator.outcomes import CAUGHT, FALSE_BLOCK, HELD, SERVED
from tests.rooms.simulator.packs import CLASSIFIER, MINUTE, fault, spec, system, world

LEAK = fault(onset_min=2, ramp_min=1, rate=0.3)


def review(at_ms=0, scope=EVERYTHING, **arguments):
    return LeverCall("review", "review", at_ms, scope, tuple(sorted({"reviewers": 12, **arguments}.items())))


def decide(case, action, at_ms):
    return LeverCall(f"case-{case}", "decide_case", at_ms, EVERYTHING, (("action", action), ("case", case)))


def open_desk(until_min=9, **arguments):
    one = system(world(LEAK), minutes=20, coast=2, seed=4)
    one.pull(review(**arguments))
    one.advance(until_min * MINUTE)
    return one


def a_case(one, *, harmful, caught=None):
    """A waiting case that truly is, or is not, harmful."""
    out = one.play.out
    for case in reversed(one.review_queue().cases):
        row = row_of(case.trace)
        is_caught = out.status[row] == CAUGHT
        if case.decided_ms is None and (out.category[row] > 0) == harmful and caught in (None, is_caught):
            return case
    raise AssertionError("no such case waits")


def test_a_share_of_users_is_sent_and_no_others():
    all_of, fifth = (open_desk(share=share, level_min=1000).review_queue() for share in (100, 20))
    assert 0.1 < len(fifth.cases) / len(all_of.cases) < 0.3
    assert {one.trace for one in fifth.cases} < {one.trace for one in all_of.cases}


def test_risk_sends_what_a_guardrail_of_that_tier_would_stop():
    one = open_desk(risk="c", level_min=1000)
    queue, layout = one.review_queue(), one.layout
    rows = np.array([row_of(case.trace) for case in queue.cases])
    harmful = one.play.out.category[rows] > 0
    everything = open_desk(level_min=1000)
    all_rows = np.array([row_of(case.trace) for case in everything.review_queue().cases])
    assert len(rows) < len(all_rows) / 2
    assert harmful.mean() > 2 * (everything.play.out.category[all_rows] > 0).mean()
    guard = one.tape.latent["guard"][rows]
    assert (guard[harmful] < layout.caught[3, one.play.out.category[rows[harmful]]]).all()


def test_less_time_for_a_case_means_more_cases_read_and_more_of_them_missed():
    usual, hasty = (open_desk(until_min=20, seconds_per_case=seconds, overflow="closed") for seconds in (45, 15))
    read = [
        [row_of(one.trace) for one in each.review_queue().cases if one.decided_ms is not None]
        for each in (usual, hasty)
    ]
    assert len(read[1]) > 2 * len(read[0])
    caught = []
    for each, rows in zip((usual, hasty), read, strict=True):
        bad = np.array([row for row in rows if each.play.out.category[row] > 0])
        caught.append((each.play.out.status[bad] == CAUGHT).mean())
    assert caught[1] < caught[0] / 2


def test_who_gives_up_before_the_promise_is_abandoned_even_if_the_overflow_is_open():
    one = open_desk(overflow="open", timeout_min=1, level_min=10)
    statuses = [found.status for found in one.find(TraceQuery(6 * MINUTE, 8 * MINUTE, EVERYTHING, "", 200))]
    assert "abandoned" in statuses
    waits = [case.due_ms - case.at_ms for case in one.review_queue().cases]
    assert max(waits) <= MINUTE + 45_000


@pytest.mark.parametrize(("action", "harmful", "ends"), [
    ("approve", True, SERVED), ("approve", False, SERVED), ("edit", True, CAUGHT), ("edit", False, SERVED),
    ("refuse", True, CAUGHT), ("refuse", False, FALSE_BLOCK), ("escalate", True, HELD), ("escalate", False, HELD),
])  # fmt: skip
def test_a_decision_takes_effect_on_that_case_and_no_other(action, harmful, ends):
    one, other = open_desk(), open_desk()
    case = a_case(one, harmful=harmful)
    one.pull(decide(case.trace, action, one.now_ms))
    for each in (one, other):
        each.advance(each.now_ms + MINUTE)
    row = row_of(case.trace)
    assert one.play.out.status[row] == ends
    harm = one.play.out.harm[row]
    assert (harm > 0) == (harmful and action == "approve")
    assert one.play.out.expected[row] == harm
    before = slice(0, one.tape.row_at(9 * MINUTE))
    changed = np.flatnonzero(one.play.out.status[before] != other.play.out.status[before])
    assert set(changed.tolist()) <= {row}
    if action == "refuse" and not harmful:
        assert one.play.out.collateral[row] > 0


def test_a_person_who_misses_what_the_pool_would_have_stopped_does_harm_and_the_other_way_round():
    one = open_desk()
    case = a_case(one, harmful=True, caught=True)
    plan = (review(), decide(case.trace, "approve", one.now_ms))
    other = a_case(one, harmful=True, caught=False)
    row, saved = row_of(case.trace), row_of(other.trace)
    team, worse, better = (
        one.what_if.play((review(),)),
        one.what_if.play(plan),
        one.what_if.play((review(), decide(other.trace, "edit", one.now_ms))),
    )
    assert (team.out.harm[row], worse.out.harm[row] > 0) == (0, True)
    assert (team.out.harm[saved] > 0, better.out.harm[saved]) == (True, 0)


def test_signals_are_counted_anew_for_a_case_that_was_decided():
    one, other = open_desk(), open_desk()
    refused = [case.trace for case in one.review_queue().cases if case.decided_ms is None][:60]
    for name in refused:
        one.pull(decide(name, "refuse", one.now_ms))
    for each in (one, other):
        each.advance(each.now_ms + MINUTE)
    minutes = slice(0, 9)
    assert (one.frame().series("requests")[minutes] == other.frame().series("requests")[minutes]).all()
    assert one.frame().series("tool_writes")[minutes].sum() < other.frame().series("tool_writes")[minutes].sum()


def test_a_case_can_be_decided_once_and_only_while_it_waits():
    one = open_desk()
    case = a_case(one, harmful=False)
    one.pull(decide(case.trace, "approve", one.now_ms))
    with pytest.raises(NotSupportedError, match="waits for no decision"):
        one.pull(
            LeverCall("again", "decide_case", one.now_ms, EVERYTHING, decide(case.trace, "refuse", 0).arguments),
            mode="dry",
        )
    done = next(found for found in one.review_queue().cases if found.by == "pool")
    for gone in (done.trace, "r-999999", "nonsense"):
        with pytest.raises(NotSupportedError, match="waits for no decision"):
            one.pull(decide(gone, "refuse", one.now_ms), mode="dry")


def test_nothing_that_a_player_sees_of_a_waiting_case_depends_on_what_it_truly_is():
    one = open_desk()
    waiting = [case for case in one.review_queue().cases if case.decided_ms is None]
    assert {(case.action, case.by, case.second) for case in waiting} == {(None, None, None)}
    assert {one.open(case.trace).summary.status for case in waiting} == {"in review"}
    for case in (a_case(one, harmful=True), a_case(one, harmful=False)):
        one.pull(decide(case.trace, "refuse", one.now_ms))
        one.advance(one.now_ms + 2000)
        assert one.open(case.trace).summary.status == "refused"


def test_a_decision_frees_the_reviewer_who_would_have_read_the_case():
    one = open_desk(level_min=1000)
    before = one.play.flow.desks["review"].backlog.work_ms
    case = a_case(one, harmful=False)
    one.pull(decide(case.trace, "approve", one.now_ms))
    other = open_desk(level_min=1000)
    for each in (one, other):
        each.advance(each.now_ms + 1000)
    works = [each.play.flow.desks["review"].backlog.work_ms for each in (one, other)]
    assert works[1] - works[0] == 45_000
    assert before > 45_000


def test_the_forecast_is_what_happens_when_the_same_traffic_comes_again():
    """On steady traffic a forecast made in minute 10 is near what the queue then shows."""
    one = system(world(), minutes=45, coast=2, seed=9)
    one.advance(10 * MINUTE)
    call = review(one.now_ms, Scope.of({"region": ["eu"]}), reviewers=12, share=20, overflow="closed")
    told = one.foresee_review(call)
    assert one.review_queue().cases == ()
    starts = one.pull(call).effective_ms
    one.advance(starts + 30 * MINUTE)
    queue = one.review_queue()
    end = told.foreseen.minutes[-1]
    assert len(queue.cases) + sum(queue.away) == pytest.approx(told.foreseen.arriving, rel=0.15)
    assert sum(queue.away) == pytest.approx(told.foreseen.turned_away, rel=0.2, abs=30)
    assert queue.waiting[-1] == pytest.approx(end.waiting, rel=0.2, abs=10)


def test_a_forecast_knows_nothing_of_the_future():
    with pytest.raises(NotSupportedError, match="nothing has been seen"):
        system(world(LEAK), minutes=20, seed=4).foresee_review(review())
    quiet, storm = (
        system(each, minutes=20, seed=4)
        for each in (
            world(),
            world(surges=[{"dim": "region", "value": "eu", "from_min": 6, "to_min": 20, "factor": 5}]),
        )
    )
    told = []
    for each in (quiet, storm):
        each.advance(5 * MINUTE)
        told.append(each.foresee_review(review(each.now_ms, Scope.of({"region": ["us"]}))))
    assert told[0] == told[1]


def test_adverse_decisions_are_what_a_classifiers_forecast_counts():
    one = system(world(), spec(CLASSIFIER), minutes=20, coast=2, seed=4)
    one.advance(8 * MINUTE)
    all_of, adverse = (one.foresee_review(review(one.now_ms, rule=rule)) for rule in ("all", "adverse"))
    assert 0 < adverse.routed < all_of.routed / 2


def test_one_in_twenty_is_read_twice_and_the_second_reader_does_not_copy():
    one = open_desk(until_min=20, seconds_per_case=5)
    done = [case for case in one.review_queue().cases if case.by == "pool"]
    twice = [case for case in done if case.second is not None]
    assert len(twice) == pytest.approx(len(done) / 20, rel=0.4)
    bad = [case for case in done if one.play.out.category[row_of(case.trace)] > 0]
    assert {case.action for case in bad} == {"approve", "refuse"}


def test_the_truth_of_a_review_is_in_the_counterfactuals_alone():
    one = open_desk(until_min=20)
    found = one.replay_review((review(),), 20 * MINUTE)
    assert found.queue == one.review_queue()
    assert found.missed
    assert found.spared
    for trace, category in found.missed:
        row = row_of(trace)
        assert (trace_id(row), category, one.play.out.status[row]) == (trace, "leaked_record", SERVED)
