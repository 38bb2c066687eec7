"""Verdicts: the worst segment decides, what is unknown helps nobody, and looking often is no way to a pass or an alarm."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from hotwash.gates.evidence import clean_pairs_needed, gap_bounds, p_above, p_below
from hotwash.gates.graded import Graded
from hotwash.gates.planned import cases_of
from hotwash.gates.verdict import judge
from hotwash.triage.pairs import Pairs, paired_difference
from tests.rooms.gates.suites import suite, trials

STATES = st.sampled_from(["failed", "held", "unknown"])


def verdict(states, most=0.1, **more):
    one = suite(cases=len(states), limits={"answer": {"at_most": most, **more}})
    return judge(one, trials(states))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["held"] * 29, "pass"),
        (["held"] * 28, "not_enough"),
        (["failed"] + ["held"] * 45, "pass"),
        (["failed"] + ["held"] * 28, "not_enough"),
        (["failed"] * 10 + ["held"] * 19, "fail"),
        (["unknown"] * 29, "not_enough"),
        (["unknown"] + ["held"] * 28, "not_enough"),
        (["failed"] * 3 + ["unknown"] * 26, "not_enough"),
    ],
)
def test_a_share_passes_or_fails_by_its_exact_bound(states, expected):
    assert verdict(states).verdict == expected


@given(st.lists(STATES, min_size=1, max_size=60), st.sampled_from([0.05, 0.1, 0.3]))
def test_no_unknown_can_turn_a_verdict(states, most):
    """Whatever the unknown ones turn out to be, a pass stays a pass and a failure stays one."""
    found = verdict(states, most).verdict
    if found == "not_enough":
        return
    for settled in ("failed", "held"):
        assert verdict([settled if one == "unknown" else one for one in states], most).verdict == found


def test_bounds_are_those_of_the_exact_binomial_test():
    one = verdict(["failed"] * 4 + ["held"] * 36, 0.3).findings[0]
    assert one.low == pytest.approx(reference.binomtest(4, 40, alternative="greater").proportion_ci(0.95).low)
    assert one.high == pytest.approx(reference.binomtest(4, 40, alternative="less").proportion_ci(0.95).high)
    assert one.p == pytest.approx(reference.binomtest(4, 40, 0.3, alternative="greater").pvalue)


def test_an_average_never_decides():
    """Four failures in a hundred are within a tenth; all four in German are not."""
    one = suite(cases=80, limits={"answer": {"at_most": 0.1, "by": ["language"]}})
    states = {f"c{n}": "failed" if n in (1, 3, 5, 7) else "held" for n in range(80)}
    assert judge(suite(cases=80, limits={"answer": {"at_most": 0.15}}), trials(states)).verdict == "pass"
    found = judge(one, trials(states))
    assert found.verdict == "not_enough"
    assert found.findings[0].segment == "language=de"
    worse = judge(
        one, trials({case: "failed" if n % 2 and n < 30 else state for n, (case, state) in enumerate(states.items())})
    )
    assert (worse.verdict, worse.findings[0].segment, worse.findings[0].verdict) == ("fail", "language=de", "fail")


def test_one_failure_is_enough_where_it_was_agreed():
    states = ["failed"] + ["held"] * 199
    assert verdict(states, 0.1).verdict == "pass"
    found = verdict(states, 0.1, never=True)
    assert (found.verdict, found.findings[0].note) == ("fail", "one failure is enough")


def test_a_sample_smaller_than_agreed_is_not_enough():
    assert verdict(["held"] * 50, 0.1, least=51).verdict == "not_enough"
    assert verdict(["held"] * 51, 0.1, least=51).verdict == "pass"


def test_what_would_be_needed_is_said_and_is_enough():
    found = verdict(["failed"] + ["held"] * 28).findings[0]
    assert found.needed == 46
    assert verdict(["failed"] + ["held"] * 45).verdict == "pass"
    assert verdict(["failed"] + ["held"] * 44).verdict == "not_enough"


def test_a_case_is_as_bad_as_the_worst_of_its_trials():
    one = suite(cases=1, limits={"answer": {"at_most": 0.5, "never": True}}, trials=3)

    def told(*states):
        return judge(one, [Graded("c0", n, {"answer": state}) for n, state in enumerate(states, 1)]).findings[0].counted

    assert told("held", "failed", "unknown").failed == 1
    assert told("held", "unknown", "held").unknown == 1
    assert told("held", "held", "held").held == 1


def test_in_a_smoke_suite_every_trial_counts_for_its_case_alone():
    """Sixty good trials of two cases say nothing about the third."""
    one = suite("smoke", cases=3, trials=30, limits={"answer": {"at_most": 0.1}})
    made = [
        Graded(f"c{n}", t, {"answer": "failed" if n == 2 and t < 16 else "held"})
        for n in range(3)
        for t in range(1, 31)
    ]
    found = judge(one, made)
    assert found.verdict == "fail"
    assert [(each.segment, each.counted.asked, each.verdict) for each in found.findings] == [
        ("case=c2", 30, "fail"), ("case=c0", 30, "pass"), ("case=c1", 30, "pass"),
    ]  # fmt: skip


def test_false_alarms_stay_rare_however_many_segments_are_looked_at():
    """Forty segments whose true share is the limit itself: without correction three in four such runs would raise an alarm."""
    chance, alarms, naive, rounds = random.Random(3), 0, 0, 30
    one = suite(cases=0, limits={"answer": {"at_most": 0.2, "by": ["place"]}}, cases_from="")
    rows = [{"id": f"c{n}", "user": "x", "segment": {"place": f"p{n % 40}"}} for n in range(40 * 25)]
    one = suite(limits={"answer": {"at_most": 0.2, "by": ["place"]}}).model_copy(
        update={"cases": [type(suite().cases[0]).model_validate(row) for row in rows]}
    )
    for _ in range(rounds):
        found = judge(one, trials({row["id"]: "failed" if chance.random() < 0.2 else "held" for row in rows}))
        alarms += found.verdict == "fail"
        naive += any(each.p <= 0.05 for each in found.findings)
    assert alarms <= reference.binom.ppf(0.999, rounds, 0.05)
    assert naive > rounds / 2


def pairs(kind="name", n=12, **limit):
    texts = {
        "reference": [f"r{i}" for i in range(n)],
        "other": [f"o{i}" for i in range(n)],
        "third": [f"t{i}" for i in range(n)],
    }
    return suite(
        "bias", cases=0, pairs=[{"id": "p", "user": f"I am {{{kind}}}.", "vary": {kind: texts}}],
        limits={"answer": {"gap_at_most": 0.2, **limit}},
    )  # fmt: skip


def favours(one, refused: dict[str, int], state="failed"):
    """So many refusals in each group, the rest granted."""
    made = {}
    for case in cases_of(one):
        _, _, group, place = case.case.split(".")
        made[case.case] = state if int(place) <= refused.get(group, 0) else "held"
    return trials(made)


def test_grounding_is_asked_of_what_has_sources():
    one = suite(cases=2, checks=[{"contains": ["yes"]}, {"grounded": 0.8}])
    given = one.cases[1].model_copy(update={"sources": ["A source."]})
    planned = cases_of(one.model_copy(update={"cases": [one.cases[0], given]}))
    assert [[check.test for check in each.checks] for each in planned] == [["contains"], ["contains", "grounded"]]


def test_pairs_are_versions_of_one_request():
    planned = cases_of(pairs(n=2))
    assert [(one.case, one.said, one.twin) for one in planned][:4] == [
        ("p.name.reference.1", "I am r0.", ""), ("p.name.reference.2", "I am r1.", ""),
        ("p.name.other.1", "I am o0.", "p.name.reference.1"), ("p.name.other.2", "I am o1.", "p.name.reference.2"),
    ]  # fmt: skip
    assert planned[2].segment == {"pair": "p", "name": "other"}


def test_equal_treatment_is_shown_group_by_group():
    one = pairs(n=30)
    assert judge(one, favours(one, {})).verdict == "pass"
    found = judge(one, favours(one, {"third": 20}))
    assert found.verdict == "fail"
    assert [(each.segment, each.verdict) for each in found.findings] == [("name=third", "fail"), ("name=other", "pass")]
    assert found.findings[0].value == pytest.approx(2 / 3)
    assert found.findings[0].apart == pytest.approx(2 * 0.5**20)


def test_a_gap_to_the_reference_s_cost_is_a_gap_too():
    one = pairs(n=30)
    found = judge(one, favours(one, {"reference": 20}))
    assert found.verdict == "fail"
    assert found.findings[0].value == pytest.approx(-2 / 3)


def test_equal_treatment_is_no_evidence_where_nobody_is_treated_well():
    one = pairs(n=30)
    found = judge(one, favours(one, {"reference": 30, "other": 30, "third": 30}))
    assert found.verdict == "not_enough"
    assert "never got the favourable answer" in found.findings[0].note


def test_a_reference_of_which_nothing_is_known_is_not_said_to_be_badly_treated():
    one = pairs(n=30)
    found = judge(one, favours(one, {"reference": 30}, "unknown"))
    assert found.verdict == "not_enough"
    assert "30 of the reference without a known outcome" in found.findings[0].note


def test_a_group_that_is_worse_off_than_with_the_last_good_bundle_is_named():
    """The gap alone would not show it: everybody else lost as much."""
    one = pairs(n=30, worse_by_at_most=0.3)
    before = {each.case: dict(each.outcomes) for each in favours(one, {})}
    assert judge(one, favours(one, {}), before).verdict == "pass"
    found = judge(one, favours(one, {"reference": 20, "other": 20, "third": 20}), before)
    assert found.verdict == "fail"
    assert {each.segment for each in found.findings if each.verdict == "fail"} == {
        "all", "name=reference", "name=other", "name=third",
    }  # fmt: skip
    assert {each.verdict for each in found.findings if each.measure == "gap"} == {"pass"}


def test_pairs_that_are_half_unknown_help_nobody():
    one = pairs(n=30)
    assert judge(one, favours(one, {"other": 10}, "unknown")).verdict == "not_enough"


@pytest.mark.parametrize("margin", [0.05, 0.1, 0.2, 0.4])
def test_the_pairs_that_are_needed_are_enough_and_one_fewer_is_not(margin):
    need = clean_pairs_needed(margin, 0.95)
    high = [
        min(paired_difference(Pairs(both, 0, 0, n - both), 0.9).high for both in (0, n // 2)) for n in (need - 1, need)
    ]
    assert high[1] <= margin < high[0]


@given(st.lists(st.tuples(STATES, STATES), min_size=1, max_size=40), st.sampled_from([0.0, 0.1, 0.3]))
def test_p_values_and_bounds_say_the_same(twins, margin):
    bounds = gap_bounds(twins, 0.95)
    above, below = p_above(twins, margin), p_below(twins, margin)
    assert 0 <= above <= 1
    assert 0 <= below <= 1
    lowest = gap_bounds(
        [("failed" if a == "unknown" else a, "held" if b == "unknown" else b) for a, b in twins], 0.95
    ).low
    if abs(lowest - margin) > 1e-6:
        assert (above < 0.05) == (lowest > margin)
    assert bounds.low <= bounds.high


def test_what_got_worse_is_measured_in_pairs_against_the_baseline():
    one = suite(cases=60, limits={"answer": {"worse_by_at_most": 0.1}})
    before = {f"c{n}": {"answer": "failed" if n < 20 else "held"} for n in range(60)}
    same = judge(one, trials({case: states["answer"] for case, states in before.items()}), before)
    assert (same.verdict, same.findings[0].value) == ("pass", 0.0)
    worse = judge(one, trials([("failed" if n < 45 else "held") for n in range(60)]), before)
    assert worse.verdict == "fail"
    assert worse.findings[0].value == pytest.approx(25 / 60)
    nothing = judge(one, trials(["held"] * 60))
    assert (nothing.verdict, nothing.findings[0].note) == ("not_enough", "no baseline was given")
    assert nothing.findings[0].value is None
    assert not math.isnan(nothing.findings[0].low)
