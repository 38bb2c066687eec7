"""The shipped scenarios on the shipped systems: they run, and what they say about themselves is so."""

import numpy as np
import pytest

from hotwash.kit.load import list_scenarios, load_kit, load_scenario, load_system
from hotwash.simulator.system import SimulatedSystem
from tests.rooms.simulator.packs import MINUTE, Silent

SCENARIOS = list_scenarios()


def build(name, seed=3):
    public, secret = load_scenario(name)
    kit = load_kit()
    return secret, SimulatedSystem(
        load_system(public.system), secret.world, kit.levers, kit.harm, public.changes, public.endex_min,
        public.coast_min, seed, Silent(),
    )  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_incident_harms_people_and_a_false_alarm_does_not(name):
    secret, one = build(name)
    outcome = one.replay([])
    assert (outcome.expected_harm.sum() > 0) == secret.key.incident
    if secret.key.incident:
        onset = int(secret.key.onset_min)
        assert not outcome.expected_harm[:onset].any()
        assert outcome.loss > 0.01 * one.traffic_value


@pytest.mark.parametrize("name", SCENARIOS)
def test_something_can_be_seen_within_a_quarter_of_an_hour(name):
    secret, one = build(name)
    if not secret.key.incident:
        return
    one.advance((int(secret.key.onset_min) + 15) * MINUTE)
    frame, baseline = one.frame(), one.baseline()
    highest = 0.0
    for number, signal in enumerate(frame.signals):
        whole = frame.signals.index(one.describe().signals[signal].denominator)
        if signal.endswith("_total") or signal == "requests":
            continue
        seen = frame.counts[number, -10:].sum(axis=0)
        usual = baseline.rates[number] * frame.counts[whole, -10:].sum(axis=0)
        highest = max(highest, float(np.where(seen >= 6, (seen - usual) / np.sqrt(1.3 * usual + 1), 0).max()))
    assert highest > 5.5
