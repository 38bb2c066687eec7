"""The scorecard of whole drills: what it is made of, and that it tells people apart."""

import pytest

from hotwash import bootstrap
from hotwash.scoring.fail_fast import CHECKS
from hotwash.scoring.measures import MEASURES
from hotwash.scoring.scorecard import EXPECTATION_SHARE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found():
    return bootstrap.content("cross-tenant-leak")


@pytest.fixture(scope="module")
def par(found):
    return bootstrap.lay_out(found, 5).par()


@pytest.fixture(scope="module")
def cards(found, par):
    profiles = ("expert", "does-nothing", "over-container", "rollback-without-cache-flush")
    return {one: bootstrap.run(bootstrap.lay_out(found, 5), one, par=par).closing.card for one in profiles}


def mean(parts):
    known = [(weight, value) for weight, value in parts if value is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total else None


def test_every_measure_and_check_of_the_kit_is_computed_and_none_is_idle(found):
    named = {measure.measure for dimension in found.kit.rubric.dimensions for measure in dimension.measures}
    assert named == set(MEASURES)
    assert {item.check for item in found.kit.rubric.fail_fast} == set(CHECKS)


def test_expectations_decide_a_quarter_of_their_dimension(cards):
    seen = 0
    for card in cards.values():
        for one in card.dimensions:
            computed = mean([(mark.share, mark.score) for mark in one.marks])
            expected = mean(
                [(item.worth, float(item.state == "met")) for item in one.expectations if item.state != "not evaluated"]
            )
            if computed is None or expected is None:
                continue
            seen += 1
            wanted = 100 * ((1 - EXPECTATION_SHARE) * computed + EXPECTATION_SHARE * expected)
            assert one.score == pytest.approx(wanted, abs=0.02)
    assert seen


def test_the_total_is_the_weighted_mean_of_what_was_evaluated_under_its_caps(cards):
    for card in cards.values():
        total = mean([(one.weight, one.score) for one in card.dimensions])
        assert card.total_before_caps == pytest.approx(total, abs=0.02)
        assert card.total == pytest.approx(min([total, *(cap.cap for cap in card.caps)]), abs=0.02)


@pytest.mark.parametrize(
    ("nothing", "harm", "best", "share"),
    [(100.0, 40.0, 20.0, 0.75), (100.0, 120.0, 20.0, 0.0), (0.0, 0.0, 0.0, 1.0), (100.0, 10.0, 20.0, 1.0)],
)
def test_the_share_that_was_prevented_is_of_harm_alone(cards, nothing, harm, best, share):
    card = next(iter(cards.values())).containment
    changed = card.model_copy(update={"harm_nothing": nothing, "harm": harm, "harm_best": best, "collateral": 9.0})
    assert changed.prevented == pytest.approx(share)
    assert "prevented" not in changed.model_dump()


def test_doing_nothing_contains_nothing_and_is_never_zero_where_it_was_not_evaluated(cards):
    card = cards["does-nothing"]
    assert card.containment.score == 0
    assert card.containment.harm == card.containment.harm_nothing
    assert card.milestones["contained"] is None
    assert any(mark.score is None for one in card.dimensions for mark in one.marks)


def test_the_expert_comes_first_and_containment_tells_why(cards):
    totals = {name: card.total for name, card in cards.items()}
    assert max(totals, key=totals.get) == "expert"
    assert cards["rollback-without-cache-flush"].containment.score < cards["expert"].containment.score
    assert cards["over-container"].containment.collateral > 3 * cards["expert"].containment.collateral


def test_each_mark_says_what_would_have_earned_it(cards):
    for card in cards.values():
        for one in card.dimensions:
            assert all(mark.why and mark.earns for mark in one.marks)


def test_nothing_beats_the_floor_and_the_best_plan_starts_no_earlier_than_allowed(par):
    assert par.best.floor <= par.best.outcome.loss < par.nothing.loss
    assert min(call.at_ms for call in par.best.plan) >= (par.first_signal_min + 3) * 60_000
    assert par.best.played > 20
