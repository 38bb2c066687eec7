"""The steady state against a simulation of the same queue, and against limits that are known in closed form."""

import heapq

import numpy as np
import pytest

from hotwash.kernel.backlog import Backlog, Terms, evenly, foresee
from hotwash.triage.queueing import erlang_a


def simulate(arriving, served, people, patience, count, seed):
    """Customer by customer, first come first served: share that waits, share that gives up, mean wait of all."""
    draw = np.random.default_rng(seed)
    now = 0.0
    free = [0.0] * people
    waits = gone = 0
    waited = 0.0
    for gap, work, patient in zip(
        draw.exponential(1 / arriving, count),
        draw.exponential(1 / served, count),
        draw.exponential(patience, count),
        strict=True,
    ):
        now += gap
        start = max(now, free[0])
        waits += start > now
        if start - now > patient:
            gone += 1
            waited += patient
            continue
        waited += start - now
        heapq.heapreplace(free, start + work)
    return waits / count, gone / count, waited / count


@pytest.mark.parametrize(
    ("arriving", "served", "people", "patience"), [(4.0, 1.0, 5, 2.0), (8.0, 0.5, 10, 3.0), (1.0, 1 / 3, 4, 10.0)]
)
def test_erlang_a_is_what_a_simulation_of_it_finds(arriving, served, people, patience):
    found = erlang_a(arriving, served, people, patience)
    waits, gone, waited = simulate(arriving, served, people, patience, 60_000, seed=5)
    assert waits == pytest.approx(found.waits, abs=0.02)
    assert gone == pytest.approx(found.gives_up, abs=0.01)
    assert waited == pytest.approx(found.wait, rel=0.08)


def test_with_endless_patience_it_is_erlang_c():
    # M/M/1: the share that waits is the load, the mean wait load / (served - arriving)
    found = erlang_a(0.8, 1.0, 1, 1e9)
    assert found.waits == pytest.approx(0.8, rel=1e-5)
    assert found.wait == pytest.approx(0.8 / 0.2, rel=1e-4)


def test_far_above_capacity_the_fluid_rule_and_erlang_a_agree_on_who_goes_without():
    """20 a minute for people who can do 4: four in five go, whatever chance does."""
    steady = erlang_a(20, 1 / 3, 12, 10.0)
    fluid = foresee(evenly(20, 0, 600), 12, Terms(item_ms=180_000, level_ms=600_000))
    assert steady.gives_up == pytest.approx(0.8, abs=0.01)
    assert fluid.turned_away / fluid.arriving == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("wrong", [(0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)])
def test_rates_must_be_above_zero(wrong):
    with pytest.raises(ValueError, match="above 0"):
        erlang_a(*wrong)


def test_evenly_spread_items_come_to_what_was_asked_for():
    spread = evenly(80, 500, 30)
    assert sum(spread) == 80.5 * 30
    assert max(spread) - min(spread) == 1


def test_a_queue_within_capacity_never_grows_and_one_above_it_grows_until_the_promise():
    terms = Terms(item_ms=60_000, level_ms=600_000)
    calm, storm = (foresee(evenly(rate, 0, 60), 5, terms) for rate in (4, 10))
    assert calm.turned_away == 0
    assert calm.minutes[-1].waiting <= 1
    assert storm.turned_away > 0
    assert [one.wait_ms for one in storm.minutes[:9]] == sorted(one.wait_ms for one in storm.minutes[:9])
    assert storm.minutes[-1].wait_ms == pytest.approx(600_000, rel=0.05)


def test_people_who_are_told_nothing_ask_again_and_the_queue_is_longer():
    told = Terms(item_ms=60_000, level_ms=3_600_000)
    untold = Terms(item_ms=60_000, level_ms=3_600_000, again=32_768, patience_ms=60_000)
    quiet, loud = (foresee(evenly(6, 0, 60), 5, one) for one in (told, untold))
    assert loud.minutes[-1].waiting > quiet.minutes[-1].waiting


def test_who_gives_up_before_the_promise_is_broken_leaves_no_work():
    terms = Terms(item_ms=60_000, level_ms=1_200_000, timeout_ms=300_000)
    found = foresee(evenly(20, 0, 60), 5, terms)
    assert max(one.wait_ms for one in found.minutes) <= 300_000 + 60_000
    assert terms.gives_up


def test_a_case_that_somebody_else_takes_leaves_the_backlog():
    one = Backlog(Terms(item_ms=45_000, level_ms=600_000))
    one.second(0, 10, 1)
    before = one.work_ms
    one.take_out()
    assert one.work_ms == before - 45_000
