"""What changed between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORDS = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True)
class Piece:
    """A run of the text that stayed, was added or was removed. Those that stayed or were added make the new text, those that
    stayed or were removed the old one."""

    kind: Literal["same", "added", "removed"]
    text: str


def changed(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one text to another."""
    return tuple(_pieces(WORDS.findall(before), WORDS.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for what, i, j, k, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(new[k:end]))
            continue
        if i < j:
            yield Piece("removed", "".join(old[i:j]))
        if k < end:
            yield Piece("added", "".join(new[k:end]))
