"""What importers hand on: values found in a file, rows made of them, and what was set aside, each counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
"""Column of `triage.canonical.FIELDS` → value as the source has it; `import_cells` makes it what the column holds."""
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What a value of an unexpected shape raises. The row is set aside with its place; reading goes on."""


@dataclass(frozen=True)
class Found:
    """A JSON value and where it stands: file and line, file and item, or file and member of an archive."""

    place: str
    value: Any


@dataclass(frozen=True)
class Aside:
    """Something that is no row. The reason names what was found, never what the source said."""

    place: str
    reason: str
    units: int = 1


@dataclass(frozen=True)
class Made:
    """A row, and of how many units of the source (spans of one trace, otherwise one) it was made."""

    place: str
    row: Row
    units: int = 1


@dataclass
class Tally:
    """Counts of one import. `seen` is counted where units are read, `joined` and `set_aside` where they end up: the two
    must agree, and `import_traces` checks it."""

    sink: Callable[[Aside], None]
    seen: int = 0
    joined: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    cut: int = 0
    """Characters that were cut off texts beyond their limit."""

    def saw(self, units: int = 1) -> None:
        self.seen += units

    def aside(self, one: Aside) -> None:
        """Count something set aside, and write its place and reason."""
        self.set_aside[one.reason] += one.units
        self.sink(one)

    def note(self, reason: str) -> None:
        """Count a value that was kept, but not as it came."""
        self.notes[reason] += 1

    def shorten(self, characters: int) -> None:
        """Count a text that was cut."""
        self.cut += characters
        self.notes["text cut at its limit"] += 1


def each(found: Found, make: Callable[[Found], Row | str]) -> Made | Aside:
    """A row of one value, or the reason why there is none. Raises nothing for any value that JSON can hold."""
    try:
        made = make(found)
    except UNREADABLE as broken:
        kind = "nested too deeply" if isinstance(broken, RecursionError) else "its parts are not of the expected kind"
        return Aside(found.place, kind)
    return Aside(found.place, made) if isinstance(made, str) else Made(found.place, made)


def rows(values: Iterator[Found | Aside], tally: Tally, make: Callable[[Found], Row | str]) -> Iterator[Made | Aside]:
    """Values of which each is one unit and one row."""
    for one in values:
        tally.saw(one.units if isinstance(one, Aside) else 1)
        yield one if isinstance(one, Aside) else each(one, make)


def obj(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def seq(value: Any) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def word(value: Any) -> str | None:
    """A text that says something: a string that is not blank, or a number; None otherwise."""
    if isinstance(value, str):
        return value if value.strip() else None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def first(*values: Any) -> Any:
    """The first value that is neither None nor an empty text, list or object."""
    return next((one for one in values if one is not None and one not in ("", [], {})), None)
