"""The kit's tables of values agree with the rooms that own the fields, and its limits with the schema."""

import inspect
import re
import types
from typing import Literal, Union, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le

from hotwash.comms.updates import compose
from hotwash.drill.decide import CONTROL, DECIDERS
from hotwash.drill.events import EVENTS
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.load import load_system
from hotwash.kit.reach import LONGEST_MIN, MOST_PER_S
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import SystemSpec
from hotwash.kit.values import ARGUMENT_NUMBERS, ARGUMENT_WORDS, FLAGS, MEASURE_PARAMETERS, NUMBERS, WORDS
from hotwash.kit.vocabulary import ACTIONS, CONTROL_EVENTS, LEVER_ARGUMENTS, TEMPLATE_SLOTS
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall
from hotwash.scoring.measures import MEASURES
from hotwash.simulator.arguments import read_arguments
from tests.docs.test_reference import caused


def plain(annotation):
    """The type of one value: without `None`, and of a list's members."""
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [one for one in get_args(annotation) if one is not types.NoneType]
        return plain(kinds[0]) if len(kinds) == 1 else annotation
    return plain(get_args(annotation)[0]) if get_origin(annotation) is tuple else annotation


FIELDS = {
    f"{event}.{name}": (plain(info.annotation), info.metadata)
    for event, model in EVENTS.items()
    for name, info in model.model_fields.items()
    if name != "type"
}


def test_words():
    owned = {key: set(get_args(kind)) for key, (kind, _) in FIELDS.items() if get_origin(kind) is Literal}
    assert {key: set(words) for key, words in WORDS.items()} == owned


def test_numbers_and_flags():
    assert set(NUMBERS) == {key for key, (kind, _) in FIELDS.items() if kind in (int, float)}
    assert {key for key, (kind, _) in FIELDS.items() if kind is bool} == FLAGS


def test_ends_of_numbers_are_those_of_the_engine_where_it_has_any():
    for key, (_, metadata) in FIELDS.items():
        for one in metadata:
            least, most = NUMBERS[key]
            if isinstance(one, Ge) and key != "drill_jumped.to_ms":
                assert least == one.ge, key
            if isinstance(one, Gt):
                assert least == one.gt + 1, key
            if isinstance(one, Le):
                assert most == one.le, key


def call(kind: str, **arguments: int | str) -> LeverCall:
    needed = {"rollback": {"component": "index"}, "review": {"reviewers": 2}}.get(kind, {})
    return LeverCall(id="c", at_ms=0, kind=kind, scope=Scope(), arguments=tuple({**needed, **arguments}.items()))


@pytest.mark.parametrize("name", sorted(ARGUMENT_NUMBERS))
def test_ends_of_arguments_are_those_of_the_simulator(name: str):
    system = load_system("support-copilot")
    kind = next(kind for kind, names in LEVER_ARGUMENTS.items() if name in names)
    least, most = (int(end) for end in ARGUMENT_NUMBERS[name])
    for good in (least, most):
        read_arguments(call(kind, **{name: good}), system)
    for bad in (least - 1, most + 1):
        with pytest.raises(NotSupportedError):
            read_arguments(call(kind, **{name: bad}), system)


@pytest.mark.parametrize("name", sorted(ARGUMENT_WORDS))
def test_words_of_arguments_are_those_of_the_simulator(name: str):
    system = load_system("eligibility-scoring")
    kind = next(kind for kind, names in LEVER_ARGUMENTS.items() if name in names)
    for good in ARGUMENT_WORDS[name]:
        read_arguments(call(kind, **{name: good}), system)
    with pytest.raises(NotSupportedError):
        read_arguments(call(kind, **{name: "planted"}), system)


def test_parameters_of_measures_are_those_that_scoring_reads():
    read = {name: set(re.findall(r'p\.get\("(\w+)"', inspect.getsource(measure))) for name, measure in MEASURES.items()}
    assert {name: set(known) for name, known in MEASURE_PARAMETERS.items()} == {
        name: names for name, names in read.items() if names
    }


def test_slots_of_templates_are_those_that_are_filled():
    source = inspect.getsource(compose.compose)
    assert set(re.findall(r'^ {8}"(\w+)":', source, re.MULTILINE)) | set(compose.HEADINGS) == TEMPLATE_SLOTS


def test_limits_are_those_of_the_schema():
    def ends(model, field):
        return [one.le for one in model.model_fields[field].metadata if isinstance(one, Le)]

    assert ends(Scenario, "endex_min") == [LONGEST_MIN]
    assert ends(SystemSpec, "requests_per_second") == [MOST_PER_S]


def test_who_brings_an_event_about_is_what_the_engine_does():
    by = {event: do for do, decider in DECIDERS.items() for event in caused(decider) if event != "draft_linted"}
    assert "snapshot_taken" in caused(DECIDERS["pull_lever"]), "taken on the way, and not what the command is for"
    by["snapshot_taken"] = "take_snapshot"
    staff = CONTROL | {"give_rating", "note_in_hotwash"}
    assert {event for event, do in by.items() if do in staff} - {"inject_delivered"} == CONTROL_EVENTS
    assert {event: by[event] for event in ACTIONS} == ACTIONS
