"""The kit's tables of names agree with the rooms that own the names."""

from typing import get_args

from hotwash.drill.commands import COMMANDS
from hotwash.drill.events import EVENTS
from hotwash.kit import vocabulary
from hotwash.kit.dimensions import dimensions_of
from hotwash.kit.load import load_kit, load_scenario, load_system
from hotwash.kit.mistakes import FORMS
from hotwash.kit.schema.conditions import Condition
from hotwash.scoring.fail_fast import CHECKS
from hotwash.scoring.measures import MEASURES
from hotwash.simulator.system import SimulatedSystem

STAFF_COMMANDS = {
    "take_seat", "hand_over", "check_comms", "start_drill", "pause_drill", "resume_drill", "change_speed", "jump_to",
    "end_drill", "trigger_inject", "hold_inject", "skip_inject", "improvise_inject", "give_rating", "discount_rating", "note_as_facilitator",
    "note_in_hotwash",
}  # fmt: skip


def test_events_and_their_fields():
    owned = {event: frozenset(model.model_fields) - {"type"} for event, model in EVENTS.items()}
    assert owned == vocabulary.EVENT_FIELDS


def test_commands_of_players():
    assert set(COMMANDS) - STAFF_COMMANDS == vocabulary.COMMANDS


def test_measures_and_checks():
    assert set(MEASURES) == vocabulary.MEASURES
    assert set(CHECKS) == vocabulary.FAIL_FAST_CHECKS


def test_forms_of_conditions():
    assert {model.__name__: next(iter(model.model_fields.values())).alias or next(iter(model.model_fields))
            for model in get_args(Condition)} == FORMS  # fmt: skip


def test_signals_and_dimensions_are_those_of_the_simulator():
    kit = load_kit()
    for slug in ("cross-tenant-leak", "bias-after-refresh"):
        scenario, secret = load_scenario(slug)
        spec = load_system(scenario.system)
        system = SimulatedSystem(
            spec=spec, world=secret.world, harm=kit.harm, changes=scenario.changes, words=None, seed=1, minutes=10,
            coast_minutes=0, levers={str(kind): lever for kind, lever in kit.levers.items()},
        ).describe()  # fmt: skip
        assert set(system.signals) == vocabulary.SIGNALS[spec.kind]
        assert {name: tuple(values) for name, values in system.dimensions.items()} == dimensions_of(spec)
        assert set(system.suites) <= vocabulary.SUITES
