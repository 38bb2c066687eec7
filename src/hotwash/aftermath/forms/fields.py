"""How one field of a form is read out of what was sent for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hotwash.kit.schema.causes import OPEN

Sent = Mapping[str, Sequence[str]]
"""Fields of a form, each with every value that was sent for it."""
Reader = Callable[[Sent, str], Any]
"""From what was sent and the name of a field to its value."""
ELSE = "*"
"""Chosen where what is meant is none of the choices: it is typed beside them."""


def one(sent: Sent, name: str) -> str:
    """The first value; empty where nothing was sent."""
    return next(iter(sent.get(name, ())), "")


def text(sent: Sent, name: str) -> str:
    """What was typed, with line breaks as the text has them. A field that was left empty is still the question that stood in it."""
    said, asked = one(sent, name).replace("\r\n", "\n").strip(), one(sent, f"{name}.open").strip()
    return said or (asked if asked.startswith(OPEN) else "")


def many(sent: Sent, name: str) -> list[str]:
    """What is ticked, and what is typed beside it word by word; each once."""
    return list(dict.fromkeys([*sent.get(name, ()), *one(sent, f"{name}.more").replace(",", " ").split()]))


def chosen(sent: Sent, name: str) -> list[str]:
    """What is ticked, and what is chosen beside it; each once. A value may have spaces in it."""
    return list(dict.fromkeys([*sent.get(name, ()), *filter(None, sent.get(f"{name}.more", ()))]))


def either(sent: Sent, name: str) -> str:
    """One of the choices, or what is typed beside them."""
    said = text(sent, name)
    return text(sent, f"{name}.else") if said == ELSE else said


def levels(sent: Sent, name: str) -> dict[str, int | str]:
    """A number by what it is about, where one was chosen."""
    found = {key.removeprefix(f"{name}."): one(sent, key).strip() for key in sent if key.startswith(f"{name}.")}
    return {key: int(said) if said.isdecimal() else said for key, said in found.items() if said}


def depth(sent: Sent, name: str) -> int:
    """How far down a row stands in a tree; at the top where that is no number."""
    said = one(sent, name)
    return int(said) if said.isdecimal() and len(said) < 4 else 0
