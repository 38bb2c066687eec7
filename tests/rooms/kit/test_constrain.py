"""Constraint cards: the same incident, harder in one way, on any scenario."""

import pytest

from hotwash import bootstrap
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kit.constrain import constrain
from hotwash.kit.lint import lint
from hotwash.kit.load import list_constraints, load_constraint
from hotwash.ports.traces import TraceQuery

CARDS = list_constraints()
SCENARIOS = ("cross-tenant-leak", "bias-after-refresh", "order-number-alarm")


def on(scenario, *cards):
    return bootstrap.content(scenario, cards=cards)


def test_six_cards_ship():
    assert set(CARDS) == {
        "logs-missing", "holiday-staffing", "partial-outage", "executive-pressure", "vendor-unresponsive", "second-incident",
    }  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("card", CARDS)
def test_every_card_fits_every_scenario_and_gives_nothing_away(scenario, card):
    found = on(scenario, card)
    assert lint(found.kit, found.scenario, found.secret, found.spec) == []
    assert load_constraint(card).brief in found.scenario.brief
    assert all(one.body.startswith("EXERCISE.") for one in found.secret.msel)


def test_all_cards_together_make_one_playable_drill():
    found = on("cross-tenant-leak", *CARDS)
    card = bootstrap.run(bootstrap.lay_out(found, 3), "expert").closing.card
    assert card.total > 70


def test_traces_that_were_not_kept_cannot_be_found_or_opened_and_are_still_counted():
    plain, gap = (bootstrap.lay_out(on("cross-tenant-leak", *cards), 3).system for cards in ((), ("logs-missing",)))
    for system in (plain, gap):
        system.advance(35 * MINUTE)
    lost = TraceQuery(from_ms=14 * MINUTE, to_ms=30 * MINUTE, limit=100_000)
    everything, kept = plain.find(lost), gap.find(lost)
    assert {one.dims["device"] for one in kept} == {"ios", "android", "server"}
    assert [one.id for one in kept] == [one.id for one in everything if one.dims["device"] != "web"]
    web = next(one.id for one in everything if one.dims["device"] == "web")
    with pytest.raises(NotSupportedError, match="was not kept"):
        gap.open(web)
    assert (plain.frame().counts == gap.frame().counts).all()
    later = gap.find(TraceQuery(from_ms=30 * MINUTE, limit=2_000))
    assert "web" in {one.dims["device"] for one in later}


def test_a_holiday_slows_switches_and_thins_reviewers():
    plain, slow = on("bias-after-refresh"), on("bias-after-refresh", "holiday-staffing")
    assert slow.spec.review.reviewers_available == round(plain.spec.review.reviewers_available * 0.34)
    assert slow.kit.levers["review"].delay_s == 2 * plain.kit.levers["review"].delay_s
    assert slow.spec.components["data"].delay_s == 2 * plain.spec.components["data"].delay_s


def test_an_outage_withdraws_a_lever_and_a_vendor_slows_one():
    plain = on("cross-tenant-leak")
    outage, vendor = on("cross-tenant-leak", "partial-outage"), on("cross-tenant-leak", "vendor-unresponsive")
    assert set(plain.spec.levers) - set(outage.spec.levers) == {"failover"}
    assert vendor.spec.components["model"].delay_s == 3 * plain.spec.components["model"].delay_s
    assert vendor.kit.levers["cache_flush"] == plain.kit.levers["cache_flush"]


def test_what_a_system_does_not_have_is_left_out_of_a_card():
    found = bootstrap.content("recorded")
    card = load_constraint("logs-missing")
    assert "device" not in found.spec.dimensions
    secret = constrain(found.kit, found.scenario, found.secret, found.spec, card)[2]
    assert secret.world.unlogged == []


def test_a_card_that_does_not_exist_is_answered_with_those_that_do():
    with pytest.raises(ContentError, match="holiday-staffing"):
        on("cross-tenant-leak", "bad-weather")
