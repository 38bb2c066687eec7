"""The reference pages name what exists, all of it, and nothing else."""

import re
from typing import Any

import pytest

from hotwash.drill.events import EVENTS
from hotwash.drill.views.project import PLAYERS
from tests.docs.test_commands import command_tree
from tests.support.project import ROOT

REFERENCE = ROOT / "docs" / "reference"


def rows(page: str) -> list[list[str]]:
    lines = [line for line in (REFERENCE / page).read_text().splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_event_is_described_with_who_sees_it():
    described = {row[0].strip("`"): row for row in rows("events.md")}
    assert set(described) == set(EVENTS)
    for name, (_, meaning, who, less) in described.items():
        how = PLAYERS.get(name)
        assert meaning
        assert (who == "nobody who plays") == (how is None), name
        assert set(re.findall(r"`(\w+)`", less)) == (set(how.without) if how else set()), name


def commands() -> dict[str, Any]:
    found = {}

    def walk(node: Any, path: str) -> None:
        children = getattr(node, "commands", None)
        if not children:
            found[path] = node
        for name, child in (children or {}).items():
            walk(child, f"{path} {name}")

    walk(command_tree(), "hotwash")
    return found


def test_every_command_is_described_and_no_other():
    text = (REFERENCE / "commands.md").read_text()
    assert set(re.findall(r"^## `(hotwash [a-z ]+)`", text, re.MULTILINE)) == set(commands())


@pytest.mark.parametrize("path", sorted(commands()))
def test_every_option_of_a_command_is_described_and_no_other(path: str):
    text = (REFERENCE / "commands.md").read_text()
    part = re.split(r"^## ", text.split(f"## `{path}`\n")[1], flags=re.MULTILINE)[0]
    told = set(re.findall(r"^\| `(--[a-z-]+)", part, re.MULTILINE))
    has = {max(parameter.opts, key=len) for parameter in commands()[path].params if parameter.opts[0].startswith("-")}
    assert told == has
