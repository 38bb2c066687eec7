"""A plan of drills: the same seeds for everybody, nothing played twice, the same rows whoever plays them."""

import pytest

from hotwash.aftermath.rehearsal.rows import BoutRow
from hotwash.conductor.rehearse import Order, bouts, rehearse
from hotwash.kit.schema.rehearsal import RehearsalPlan, Team, Variation

PLAN = RehearsalPlan(
    scenarios=["leak", "bias"], seeds=3, teams=[Team(id="day")], variations=[Variation(id="reviewer", reviewers=1)]
)
ORDERS = [Order(one, b"{}", tuple(PLAN.teams)) for one in bouts(PLAN)]


class Backwards:
    """A pool that carries orders out from the last to the first, and stops after so many."""

    def __init__(self, most=1_000):
        self.most, self.asked = most, []

    def each(self, work, orders):
        for order in list(orders)[::-1][: self.most]:
            self.asked.append(order.bout.key)
            yield work(order)


class Remembered:
    def __init__(self):
        self.earlier = {}

    def note(self, key, row):
        assert key not in self.earlier
        self.earlier[key] = row


def work(order):
    bout = order.bout
    return bout.key, BoutRow(bout.scenario, bout.number, bout.seed, bout.variation, None, (), ())


def test_variations_meet_the_same_traffic():
    found = bouts(PLAN)
    assert len(found) == 2 * 3 * 2
    by_meeting = {(one.scenario, one.number): set() for one in found}
    for one in found:
        by_meeting[one.scenario, one.number].add(one.seed)
    assert {len(seeds) for seeds in by_meeting.values()} == {1}
    assert len({seed for seeds in by_meeting.values() for seed in seeds}) == 6


def test_a_larger_plan_repeats_what_a_smaller_one_played():
    larger = PLAN.model_copy(update={"seeds": 9, "scenarios": ["misuse", "leak", "bias"], "variations": []})
    seeds = {(one.scenario, one.number): one.seed for one in bouts(larger)}
    assert all(seeds[one.scenario, one.number] == one.seed for one in bouts(PLAN))
    other = PLAN.model_copy(update={"seed": 2})
    assert {one.seed for one in bouts(other)}.isdisjoint(one.seed for one in bouts(PLAN))


def test_rows_come_back_in_the_order_of_the_plan():
    rows = rehearse(ORDERS, work, Backwards(), Remembered())
    assert rows == [work(one)[1] for one in ORDERS]


def test_what_was_played_is_not_played_again():
    journal, first, second, told = Remembered(), Backwards(most=5), Backwards(), []
    with pytest.raises(KeyError, match=ORDERS[0].bout.key):  # stopped in the middle, as when it is killed
        rehearse(ORDERS, work, first, journal)
    rows = rehearse(ORDERS, work, second, journal, told.append)
    assert len(first.asked) == 5
    assert set(second.asked) == {one.bout.key for one in ORDERS} - set(first.asked)
    assert rows == [work(one)[1] for one in ORDERS]
    assert len(told) == len(ORDERS), "progress counts what was there already"
