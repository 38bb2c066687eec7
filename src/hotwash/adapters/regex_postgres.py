"""RE2's patterns as PostgreSQL's advanced regular expressions: where the two read one sign differently, the sign is written out."""

from __future__ import annotations

import re

WORD = "A-Za-z0-9_"
BORDER = f"(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))"
CLASSES = {"d": "0-9", "w": WORD, "s": r"\t\n\f\r "}
"""RE2's classes are those of ASCII; PostgreSQL's follow the database's locale."""
SIGNS = {".": "[^\\n]", "\\z": "\\Z", "\\A": "\\A", "\\b": BORDER}
MOST = 255
"""PostgreSQL's own limit on repetition."""
PART = re.compile(r"\\.|\[\^?(?:\\.|[^\\\]])+\]|\{[0-9]+(?:,[0-9]*)?\}|\(\?i\)|\(\?(?:i:|:)|.", re.DOTALL)
HELD = re.compile(r"(?:\\.|[^\\])(?:-(?:\\.|[^\\\]]))?", re.DOTALL)
"""A character in brackets, or a range of them."""


def translated(pattern: str) -> str:
    """The same pattern for PostgreSQL. Case is written out where it does not count, since PostgreSQL can leave it out of account only
    everywhere. Raises ValueError for what it cannot do: more than 255 repetitions, a negated class within brackets."""
    made = list[str]()
    alike = [False]  # whether case counts for nothing: in the pattern, and in each group that is open
    for part in PART.findall(pattern):
        if part == "(?i)":
            alike[-1] = True
        elif part in ("(?i:", "(?:", "("):
            alike.append(alike[-1] or part == "(?i:")
            made.append("(" if part == "(" else "(?:")
        elif part == ")":
            alike.pop()
            made.append(part)
        else:
            made.append(_sign(part, alike=alike[-1]))
    return "".join(made)


def _sign(part: str, *, alike: bool) -> str:
    if part in SIGNS:
        return SIGNS[part]
    if part[0] == "[" and len(part) > 1:
        start = 2 if part[1] == "^" else 1
        return part[:start] + "".join(_held(one, alike=alike) for one in HELD.findall(part[start:-1])) + "]"
    if part[0] == "\\" and part[1].lower() in CLASSES:
        return f"[{'^' if part[1].isupper() else ''}{CLASSES[part[1].lower()]}]"
    if part[0] == "{" and len(part) > 1 and max(int(one) for one in part[1:-1].split(",") if one) > MOST:
        raise ValueError(f"{part} is more than PostgreSQL repeats")
    return f"[{part.lower()}{part.upper()}]" if alike and _letter(part) else part


def _held(part: str, *, alike: bool) -> str:
    if part[0] == "\\" and part[1].lower() in CLASSES:
        if part[1].isupper():
            raise ValueError(f"{part} within brackets is not portable")
        return CLASSES[part[1].lower()]
    if part == "[":
        return "\\["
    if alike and _letter(part[0]) and _letter(part[-1]):
        return part.lower() + part.upper()
    return part


def _letter(part: str) -> bool:
    return len(part) == 1 and part.isascii() and part.isalpha()
