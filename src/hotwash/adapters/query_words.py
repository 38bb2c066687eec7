"""A statement as words that every engine reads alike, so that what was judged by one engine's parser is what another one runs.

Engines differ in what ends a text, what a comment is and how names are quoted; a statement that is one thing to the parser and another to
the engine would pass every check. So it is read here, by the standard's rules alone ('texts' and "names" in which the quote is doubled, comments
that do not nest), and written anew in an engine's own quoting. What needs other rules is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hotwash.kernel.errors import QueryError

WORD = re.compile(
    r"""(?P<space>\s+|--[^\r\n]*|/\*.*?\*/)
    |(?P<text>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")+")
    |(?P<plain>[^\W\d]\w*|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[()\[\],.;:+*/%<>=!~|&^@\#?-])""",
    re.VERBOSE | re.DOTALL,
)


class Word(NamedTuple):
    """A text or a quoted name without its quotes, a space in the place of spaces and comments, or whatever else as it stands."""

    kind: str
    value: str


def words(sql: str) -> list[Word]:
    """Raises QueryError for what engines read differently: other quotes than the standard's, prefixes of quotes, variables."""
    made, at = list[Word](), 0
    while at < len(sql):
        found = WORD.match(sql, at)
        before = made[-1] if made else Word("space", " ")
        if found is None or ((found["text"] or found["name"]) and not _apart(before)):
            line = sql.count("\n", 0, at) + 1
            said = f"'{sql[at]}' in line {line} is read by engines in several ways: write 'texts' and \"names\", each quote in them twice"
            raise QueryError(said)
        kind, value = str(found.lastgroup), found[0]
        if kind in ("text", "name"):
            value = value[1:-1].replace(value[0] * 2, value[0])
        made.append(Word(kind, " " if kind == "space" else value))
        at = found.end()
    while made and (made[-1].kind == "space" or made[-1].value == ";"):
        made.pop()
    if any(one == Word("plain", ";") for one in made):
        raise QueryError("not one SELECT statement over traces: there are several")
    return made


def written(made: list[Word], name: Callable[[str], str], text: Callable[[str], str]) -> str:
    """The same statement in the quoting of an engine."""
    quoted = {"name": name, "text": text}
    return "".join(quoted[one.kind](one.value) if one.kind in quoted else one.value for one in made)


def standard(made: list[Word]) -> str:
    """The same statement in the standard's quoting."""
    return written(made, lambda one: '"' + one.replace('"', '""') + '"', lambda one: "'" + one.replace("'", "''") + "'")


def _apart(before: Word) -> bool:
    """Whether a quote may follow: after a letter it would be a prefix (E'', X''), after another quote part of it, and so after U&."""
    return before.kind == "space" or (before.kind == "plain" and not re.match(r"[\w&]", before.value))
