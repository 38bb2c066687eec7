"""The reference pages name what exists, all of it, and nothing else."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import pytest

from hotwash.drill import watch
from hotwash.drill.decide import DECIDERS
from hotwash.drill.events import EVENTS
from hotwash.drill.views.project import PLAYERS
from hotwash.scoring.scorecard import (
    BestCard,
    CapCard,
    ContainmentCard,
    DimensionCard,
    ExpectationCard,
    MarkCard,
    Scorecard,
)
from tests.docs.test_commands import problem_of
from tests.support.commands import below, command_tree
from tests.support.project import ROOT

REFERENCE = ROOT / "docs" / "reference"
TYPES = {model: name for name, model in EVENTS.items()}
WHO = {
    "all": "every seat",
    "recipients": "its recipients",
    "conversation": "sender and recipients",
    "knowable": "every seat, once its reason is known",
    "players": "every seat, if a player raised it",
}
"""How the page says what `drill.views.project.Show.to` means."""


def events() -> list[list[str]]:
    """Rows of the table of events: event, what happened, comes from, who sees it, without."""
    table = (REFERENCE / "events.md").read_text().split("| event |")[1].split("\n\n")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def caused(function: Callable[..., Any]) -> frozenset[str]:
    """Types of the events that a function of the engine, and what it calls there, can write."""
    event = inspect.getclosurevars(function).nonlocals.get("event")
    if event in TYPES:
        return frozenset({TYPES[event]})
    found: set[str] = set()
    for target in _mentioned(function):
        if isinstance(target, type) and target in TYPES:
            found.add(TYPES[target])
        elif isinstance(target, FunctionType) and target.__module__.startswith("hotwash.drill") and target != function:
            found |= caused(target)
    return frozenset(found)


def _mentioned(function: Callable[..., Any]) -> Iterator[object]:
    known = inspect.unwrap(function).__globals__
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Name):
            yield known.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = known.get(node.value.id)
            if isinstance(module, ModuleType):
                yield getattr(module, node.attr, None)


def test_every_event_is_described_and_no_other():
    named = [row[0].strip("`") for row in events()]
    assert sorted(named) == sorted(EVENTS)
    assert all(row[1] for row in events())


def test_the_page_says_what_each_event_comes_from():
    by_time = caused(watch.tick)
    assert {"alert_fired", "rule_missed", "inject_delivered"} <= by_time
    for name, _, origin, *_ in events():
        kind = name.strip("`")
        commands = {do for do, decider in DECIDERS.items() if kind in caused(decider)}
        assert set(re.findall(r"`(\w+)`", origin)) == commands, kind
        assert ("time" in origin) == (kind in by_time), kind
        assert origin, kind


def test_the_page_says_who_sees_each_event_and_what_is_left_out():
    for name, _, _, who, less in events():
        how = PLAYERS.get(name.strip("`"))
        assert who.split(", as `")[0] == (WHO[how.to] if how else "nobody who plays"), name
        assert re.findall(r"as `(\w+)`", who) == ([how.named] if how and how.named else []), name
        assert set(re.findall(r"`(\w+)`", less)) == (set(how.without) if how else set()), name


@cache
def commands() -> dict[str, Any]:
    """Path → command; `hotwash` itself stands for the options that come before any command."""
    found = {}

    def walk(node: Any, path: str) -> None:
        children = below(node)
        if not children or node.params:
            found[path] = node
        for name, child in children.items():
            walk(child, f"{path} {name}")

    walk(command_tree(), "hotwash")
    return found


def options_of(path: str) -> dict[str, Any]:
    return {max(one.opts, key=len): one for one in commands()[path].params if one.opts[0].startswith("-")}


def page() -> str:
    return (REFERENCE / "commands.md").read_text()


def options_told(path: str) -> dict[str, str]:
    part = re.split(r"^## ", page().split(f"## `{path}`\n")[1], flags=re.MULTILINE)[0]
    return dict(re.findall(r"^\| `(--[a-z-]+)` \| (.+) \|$", part, re.MULTILINE))


def test_every_command_is_described_and_no_other():
    assert set(re.findall(r"^## `(hotwash[a-z ]*)`", page(), re.MULTILINE)) == set(commands())


@pytest.mark.parametrize("path", sorted(commands()))
def test_every_option_of_a_command_is_described_and_no_other(path: str):
    told, has = options_told(path), options_of(path)
    assert set(told) == set(has)
    for name, option in has.items():
        if option.default not in (None, "", False, True):
            value = f"{option.default:g}" if isinstance(option.default, float) else str(option.default)
            assert told[name].endswith((f"(`{value}`)", f"({value})")), f"{path} {name} is {value} by default"


def test_no_command_or_option_is_mentioned_that_does_not_exist():
    every = {"--help"} | {name for path in commands() for name in options_of(path)}
    spans = re.findall(r"`([^`]+)`", page())
    assert {word for span in spans for word in re.findall(r"(?<![\w-])--[a-z][a-z-]*", span)} <= every
    shown = [span.split()[1:] for span in spans if span == "hotwash" or span.startswith("hotwash ")]
    assert [problem for words in shown if (problem := problem_of(words, command_tree()))] == []


@pytest.mark.parametrize(
    ("heading", "card"),
    [
        ("scorecard.json", Scorecard),
        ("containment", ContainmentCard),
        ("a dimension", DimensionCard),
        ("a mark", MarkCard),
        ("an expectation", ExpectationCard),
        ("a cap", CapCard),
        ("best", BestCard),
    ],
)
def test_every_field_of_a_scorecard_is_described_and_no_other(heading: str, card: Any):
    text = (REFERENCE / "record.md").read_text()
    assert f"# {heading}\n" in text
    part = re.split(r"^#+ ", text.split(f"# {heading}\n")[1], flags=re.MULTILINE)[0]
    first = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    assert sorted(name for cell in first for name in re.findall(r"`(\w+)`", cell)) == sorted(card.model_fields)
