"""System cards say what the system pack says, and nothing that only the answer key may say."""

import re

import pytest

from hotwash.kit.load import list_scenarios, list_systems, load_kit, load_scenario, load_system
from hotwash.simulator.baseline import baseline_of
from hotwash.simulator.layout import Layout

SYSTEMS = [one for one in list_systems() if load_system(one).recorded_runs is None]
RUN = 6
"""So many words in a row, shared with the key, are a sentence of it."""


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text):
    found = words(text)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


@pytest.fixture(params=SYSTEMS)
def spec(request):
    return load_system(request.param)


def row(card, name):
    found = next(line for line in card.splitlines() if line.startswith(f"| `{name}`"))
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_every_part_of_the_bundle_stands_in_the_card_with_its_versions_and_delay(spec):
    for name, part in spec.components.items():
        _, runs_now, before, takes, loses = row(spec.card, name)
        assert (runs_now, before) == (part.current, part.previous)
        assert takes == f"{part.delay_s // 60} min"
        assert f"{part.misses_percent} %" in loses
    assert f"goes back in {max(part.delay_s for part in spec.components.values()) // 60} minutes" in spec.card


def test_volumes_shares_and_people_are_those_of_the_pack(spec):
    card = spec.card
    assert f"about {spec.requests_per_second * 60:,.0f} " in card
    for intent in spec.intents.values():
        assert f"{round(100 * intent.share)} %" in card
    assert f"{spec.review.reviewers_available} people, {spec.review.seconds_per_item} seconds" in card
    assert f"{spec.review.service_level_min} minutes promised" in card
    assert f"people wait {spec.gateway.patience_s} seconds" in card
    tiers = [f"{100 * tier.false_positive:g}" for tier in (spec.guardrail.a, spec.guardrail.b, spec.guardrail.c)]
    assert f"stops {tiers[0]}, {tiers[1]} or {tiers[2]} %" in card
    assert all(f"`{name}`" in card for name in spec.dependencies)
    if spec.cache_ttl_min:
        assert f"{spec.cache_ttl_min:g}\nminutes" in card or f"{spec.cache_ttl_min:g} minutes" in card


def test_the_ordinary_day_on_the_card_is_the_measured_one(spec):
    harm = load_kit().harm
    _, secret = next(pair for pair in map(load_scenario, list_scenarios()) if pair[0].system == spec.id)
    found = baseline_of(Layout(spec, harm), secret.world)
    rates = {name: float(found.rates[number, 0]) for number, name in enumerate(found.signals)}
    assert f"{100 * rates['errors']:.2f} %; {100 * rates['latency_slow']:.1f} %" in spec.card
    if spec.kind == "classifier":
        assert 0.25 <= rates["denials"] <= 0.26
        assert f"{100 * rates['appeals']:.1f} %, 5 minutes late" in spec.card
        assert f"{100 * rates['feature_missing']:.1f} %" in spec.card
    else:
        assert f"{100 * rates['downvotes']:.1f} %; {100 * rates['refusals']:.1f} %" in spec.card
        assert f"{round(10_000 * rates['complaints'])} in 10,000" in spec.card
        assert f"{round(10_000 * rates['pii_hits'])} in 10,000" in spec.card


def test_a_card_is_written_in_lines_that_a_diff_can_show(spec):
    assert max(map(len, spec.card.splitlines())) <= 150


def test_a_card_gives_no_answer_away(spec):
    for name in list_scenarios():
        scenario, secret = load_scenario(name)
        if scenario.system != spec.id:
            continue
        told = [secret.key.what_happened, *(one.clue for one in secret.key.clues), *secret.key.plan]
        told += [one.note for one in (*secret.world.faults, *secret.world.distractors)]
        public = runs(scenario.brief)
        for text in told:
            assert not (runs(text) & runs(spec.card)) - public, text
        assert not any(one.id in spec.card for one in secret.world.faults)
