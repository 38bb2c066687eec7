"""Commands shown in the docs exist, with the options they are shown with."""

import re
import shlex
from itertools import dropwhile
from typing import Any

import pytest

from tests.support.commands import below, command_tree
from tests.support.markdown import Block, blocks, pages
from tests.support.project import ROOT

CONSOLE = [block for path in pages() for block in blocks(path, "console")]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def typed(block: Block) -> list[list[str]]:
    """What a reader types: lines after a $ prompt, continuation lines joined, comments, variables and output left out."""
    text = block.text.replace("\\\n", " ")
    lines = [shlex.split(line[2:], comments=True) for line in text.splitlines() if line.startswith("$ ")]
    return [list(dropwhile(lambda word: re.match(r"[A-Z_]+=", word), words)) for words in lines]


def problem_of(words: list[str], tree: Any) -> str | None:
    """None if `hotwash …` names commands and options that exist."""
    node, path = tree, ["hotwash"]
    options = {option for parameter in node.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("-") and word != "-":
            if word.split("=")[0] not in options | {"--help"}:
                return f"`{' '.join(path)}` has no option {word}"
        elif found := below(node):
            if word not in found:
                return f"`{' '.join(path)}` has no command {word}; it has {', '.join(sorted(found))}"
            node = found[word]
            path.append(word)
            options |= {option for parameter in node.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return None


@pytest.mark.parametrize("block", CONSOLE, ids=str)
def test_shown_commands_exist(block: Block):
    commands = typed(block)
    assert commands, f"{block}: a console block shows what to type after '$ '"
    for words in commands:
        program = words[0].rsplit("/", 1)[-1]
        if program == "make":
            targets = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
            assert set(targets) <= TARGETS, f"{block}: make has no target {set(targets) - TARGETS}"
        elif program == "hotwash":
            problem = problem_of(words[1:], command_tree())
            assert problem is None, f"{block}: {problem}"


def test_every_command_has_help():
    silent = []

    def walk(node: Any, path: str) -> None:
        if not (node.help or "").strip():
            silent.append(path)
        for name, child in below(node).items():
            walk(child, f"{path} {name}")

    walk(command_tree(), "hotwash")
    assert not silent, f"no help text: {silent}"


def test_make_help_lists_every_target_a_person_would_type():
    text = (ROOT / "Makefile").read_text()
    described = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert described == TARGETS
