"""Figures of a review queue, from cases that are laid out by hand."""

from hotwash.ports.review import Case, Desk, ReviewQueue
from hotwash.triage.agreement import cohen, krippendorff
from hotwash.triage.reviewing import agreed, reviewed

MINUTE = 60_000
DESK = Desk("look", 4, 4, 45, 10 * MINUTE, 0, "closed", True)


def case(number, action, *, tenant="t-01", intent="billing", waited=2, by="pool", second=None):
    return Case(
        f"r-{number:03d}", "look", 0, 2 * MINUTE, {"tenant": tenant, "intent": intent},
        None if action is None else waited * MINUTE, action, by if action else None, second,
    )  # fmt: skip


def queue(*cases, now=20):
    return ReviewQueue(now * MINUTE, (DESK,), tuple(cases), (0, 3, 4), (), ())


def test_waiting_late_and_turned_away_are_told_apart():
    found = reviewed(queue(case(1, "approve"), case(2, "refuse", waited=11), case(3, None)))
    assert (found.cases, found.decided, found.waiting, found.away) == (3, 2, 1, 7)
    assert found.late == 2
    assert found.oldest_ms == 20 * MINUTE
    assert (found.override.found, found.override.asked) == (1, 2)


def test_agreement_counts_released_against_stopped_and_keeps_table_and_pool_apart():
    table = [case(n, "edit", by="table", second="refuse") for n in range(5)] + [
        case(9, "approve", by="table", second="approve")
    ]
    pool = [case(20 + n, "approve", second="refuse") for n in range(3)] + [
        case(30 + n, "refuse", second="approve") for n in range(3)
    ]
    found = reviewed(queue(*table, *pool))
    assert (found.table.value, found.table.units, found.by_table) == (1, 6, 6)
    assert (found.pool.value, found.pool.units) == (-1, 6)


def test_the_failure_that_comes_again_is_named_by_what_its_cases_share():
    good = [case(n, "approve", tenant=f"t-{n % 6:02d}", intent=("billing", "howto")[n % 2]) for n in range(120)]
    bad = [case(200 + n, "refuse", tenant="t-07", intent="billing") for n in range(9)]
    other = [case(300, "refuse", tenant="t-02", intent="howto")]
    found = reviewed(queue(*good, *bad, *other)).repeats
    assert [(dict(one.dims), one.stopped) for one in found] == [({"tenant": "t-07"}, 9)]
    assert found[0].traces == tuple(one.trace for one in bad)


def test_stopped_cases_that_share_nothing_are_no_repetition():
    cases = [
        case(n, "refuse" if n % 8 == 0 else "approve", tenant=f"t-{n % 7:02d}", intent=("a", "b", "c")[n % 3])
        for n in range(168)
    ]
    assert reviewed(queue(*cases)).repeats == ()


def test_agreement_in_words_names_both_coefficients_and_how_little_one_case_says():
    one = [("released", "stopped")]
    assert agreed(cohen(one), krippendorff(one)).endswith("(-1.00 to 1.00) on 1 case")
    assert agreed(cohen([]), krippendorff([])) == "nothing was read twice yet"
    same = [("released", "released")] * 4
    assert agreed(cohen(same), krippendorff(same)) == "no coefficient: on 4 cases everybody said the same"
