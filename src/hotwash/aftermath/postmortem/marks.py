"""The marks in the text of a postmortem: comments that hold the id of a built part, or of a conflict for people to decide."""

from __future__ import annotations

import re

OPENS, CLOSES = "built", "/built"
MARK = re.compile(r"<!-- (/?built): ([a-z][a-z-]*) -->\s*")
DECIDE = "to decide"
NOTE = re.compile(r"<!-- to decide: ([a-z-]+) -->\s*")


def opening_mark(name: str) -> str:
    """The line before a built part."""
    return f"<!-- {OPENS}: {name} -->"


def closing_mark(name: str) -> str:
    """The line after it."""
    return f"<!-- {CLOSES}: {name} -->"


def mark_of(comment: str) -> tuple[str, str]:
    """(kind, id) of a comment; both empty where it is none of ours."""
    found = MARK.fullmatch(comment)
    return (found[1], found[2]) if found else ("", "")


def conflict_of(comment: str) -> str:
    """The part that a conflict note is about; empty where it is none."""
    found = NOTE.fullmatch(comment)
    return found[1] if found else ""


def conflict_note(name: str, built: tuple[str, ...]) -> tuple[str, ...]:
    """A conflict: what was built now, beside the text that people wrote, for them to decide. It stands in a code block, which no table or
    list is broken by and no check reads as a claim."""
    fence = "~" * max(3, *(len(line) - len(line.lstrip("~")) + 1 for line in built or ("",)))
    said = built or ("(nothing: this part is no longer built)",)
    return (f"<!-- {DECIDE}: {name} -->", f"{fence}text", "Built now, where the text above was edited:", *said, fence)
