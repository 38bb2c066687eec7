"""Obligations: who is asked about which, from when to when, and on whose word."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from hotwash.kit.duties import asked_of, in_force
from hotwash.kit.load import load_kit, load_scenario
from tests.rooms.kit.copies import kit_copy, kit_says, planted, shown

KIT = load_kit()
BY_ID = {one.id: one for one in KIT.obligations}
EVERYBODY = (
    "gdpr-authority", "gdpr-individuals", "gdpr-processor", "uk-gdpr-authority", "ai-act-serious-incident",
    "ecoa-adverse-action", "contract-notice",
)  # fmt: skip


def test_everybody_is_asked_about_seven_and_more_where_the_kit_names_an_activity():
    assert tuple(one.id for one in asked_of(KIT)) == EVERYBODY
    bank = KIT.model_copy(update={"activities": ["bank-us", "listed-in-us"]})
    assert {one.id for one in asked_of(bank)} - set(EVERYBODY) == {"us-bank-incident", "sec-8k"}


@pytest.mark.parametrize("one", [one for one in KIT.obligations if one.in_force_from], ids=lambda one: one.id)
def test_a_duty_holds_from_its_first_day_on(one):
    assert in_force(one, one.in_force_from)
    assert not in_force(one, one.in_force_from - timedelta(days=1))
    ending = one.model_copy(update={"in_force_until": date(2030, 1, 1)})
    assert in_force(ending, date(2030, 1, 1))
    assert not in_force(ending, date(2030, 1, 2))


def test_no_scenario_asks_for_a_duty_that_is_not_law_on_its_day():
    for slug in ("bias-after-refresh", "cross-tenant-leak", "worse-since-monday"):
        scenario, secret = load_scenario(slug)
        day = scenario.story_start.date()
        applying = [one.obligation for one in secret.key.obligations if one.applies]
        assert all(in_force(BY_ID[name], day) for name in applying)


def test_every_legal_statement_has_source_basis_confidence_and_a_day_on_which_it_was_looked_at():
    for one in KIT.obligations:
        assert one.basis.strip()
        assert one.source.strip()
        assert one.checked_on <= date(2026, 12, 31)
        assert re.search(r"read|known|second hand|[Tt]ext|practice|[Cc]ommon", one.source), one.id
    assert {one.confidence for one in KIT.obligations} == {"high", "medium"}


def test_an_activity_that_no_obligation_names_is_a_mistake(tmp_path: Path):
    folder = kit_copy(tmp_path)
    planted(folder, "kit.yaml", 'version: "1.0"', 'version: "1.0"\nactivities: [bank-us, bank-uss]')
    assert shown(kit_says(folder), folder) == [
        "kit.yaml:4:23: there is no activity in obligations.yaml 'bank-uss'. Write 'bank-us'."
    ]
