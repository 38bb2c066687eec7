"""A paper as the rows of a form, and back: form and text are the same document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from hotwash.aftermath.forms.fields import Reader, Sent, one
from hotwash.kernel.errors import ContentError, Problem
from hotwash.kit.parts import value_at, with_part

T = TypeVar("T")
Row = dict[str, Any]
Parts = dict[str, list[Row]]
Steps = Sequence[str | int]
Place = tuple[str, int | None, str]
"""Part of a form, row of the part as the file counts them, field; None and empty for the whole of what stands before."""
ENTER = "enter"
"""What a form says when nobody pressed a button."""
OUT = "out"
"""In a row that was removed and can still be put back."""
MOST = 100
"""Rows of a part. A paper with more is edited as text."""


@dataclass(frozen=True)
class Part:
    """Rows of one kind: their fields in the order of the file, each with how it is read. A row in which `needed` is empty and that cites
    nothing says nothing: it is not written. `new` is what an added row holds; rows of a part without are neither added nor removed."""

    fields: Mapping[str, Reader]
    needed: str = ""
    new: Row | None = None


@dataclass
class Rows:
    """What stands in the form, and what stands in the paper. `at` is the row in which a button was pressed, as `whys.2`, `sought` the one
    for which the record is searched, and `words` what is looked for."""

    parts: Parts
    kept: Parts
    sought: str = ""
    words: str = ""
    at: str = ""

    @property
    def too_many(self) -> bool:
        """Whether a part has more rows than a form takes."""
        return any(len(rows) > MOST for rows in self.parts.values())


def _fits(_: object) -> bool:
    return True


def _whole(_: Parts) -> None:
    return


@dataclass(frozen=True)
class Shape(Generic[T]):
    """What the form of one kind of paper is made of.

    `keys` are the keys of the file that the form writes, in the order of the file, each with its value out of the rows that say something.
    `place` says where in the form something of the file stands. `inside` are places below a key that are written one by one, all that can
    change there. `fits` is False for a paper that this form cannot show. `finish` gives
    rows what people do not type, such as ids.
    """

    parts: Mapping[str, Part]
    rows: Callable[[T], Parts]
    keys: Mapping[str, Callable[[Parts], Any]]
    place: Callable[[Steps, Any], Place | None]
    inside: Mapping[str, Sequence[Steps]] = field(default_factory=dict)
    fits: Callable[[T], bool] = _fits
    finish: Callable[[Parts], None] = _whole

    def rows_of(self, paper: T) -> Rows:
        """The rows of a paper."""
        return Rows(self.rows(paper), self.rows(paper))

    def shows(self, paper: T) -> bool:
        """Whether a form can show this paper whole."""
        return self.fits(paper) and not self.rows_of(paper).too_many

    def rows_sent(self, sent: Sent, paper: T) -> Rows:
        """The rows as they were sent. Of a part that was not sent, those of the paper."""
        found = self.rows_of(paper)
        for name, part in self.parts.items():
            if f"{name}.rows" in sent:
                said = one(sent, f"{name}.rows")
                count = min(MOST, int(said)) if said.isdecimal() else 0
                found.parts[name] = [_row(sent, f"{name}.{n}", part) for n in range(count)]
        self.finish(found.parts)
        return found

    def pressed(self, rows: Rows, do: str, sent: Sent) -> bool:
        """Carry out a button that keeps nothing yet: add a row, remove one or put it back, search for one, or take a part as somebody else
        kept it. Whether it was one of these."""
        verb, _, where = (_entered(sent) if do == ENTER else do).partition(" ")
        name, _, number = where.partition(".")
        part, mine = self.parts.get(name), rows.parts.get(name, [])
        if part is None:
            return False
        at = int(number) if number.isdecimal() and int(number) < len(mine) else None
        rows.at = where
        if verb == "add" and part.new is not None and len(mine) < MOST:
            _add(mine, part.new, at)
        elif verb in ("remove", "back") and part.new is not None and at is not None:
            _take(mine, at, part, out=verb == "remove")
        elif verb == "search" and at is not None:
            rows.sought, rows.words = where, one(sent, f"{where}.words")
        elif verb == "more" and at is not None:
            return True  # what was chosen in a row is in it already
        elif verb == "theirs" and not number:
            rows.parts[name] = [dict(row) for row in rows.kept[name]]
        else:
            return False
        return True

    def written(self, text: str, file: Path, rows: Rows) -> str:
        """The text with what differs from the paper written anew, row by row. Raises ContentError where it cannot be written into."""
        new, old = self._said(rows.parts), self._said(rows.kept)
        for key, value in self.keys.items():
            now, was = value(new), value(old)
            if now != was:
                text = self._write(text, file, key, now, was)
        return text

    def _write(self, text: str, file: Path, key: str, now: Any, was: Any) -> str:
        """One key: what changed inside its rows where it can be written there, or its rows."""
        inside, after = self.inside.get(key, ()), text
        try:
            for *at, name in inside:
                new, old = value_at(now, [*at, name]), value_at(was, [*at, name])
                if new != old:
                    after = with_part(after, file, str(name), new, _same(new, old), (key, *at))
        except ContentError:
            inside = ()
        return after if inside else with_part(text, file, key, now, _same(now, was))

    def differ(self, rows: Rows) -> list[str]:
        """Parts in which the form says something else than the paper."""
        return [name for name in self.parts if self.kept_rows(name, rows.parts) != self.kept_rows(name, rows.kept)]

    def kept_rows(self, name: str, parts: Parts) -> list[Row]:
        """The rows of a part that are written."""
        return [{key: said for key, said in parts[name][n].items() if key != OUT} for n in self._written(name, parts)]

    def beside(self, problems: Iterable[Problem], data: Any, rows: Rows) -> dict[str, list[str]]:
        """What is to be mended, by the field that it stands beside, as `whys.2.because`, by the row, or by the part; by nothing (`""`) what
        stands in none of these. `data` is the file that has these rows."""
        found: dict[str, list[str]] = {}
        for problem in problems:
            place = self.place(problem.where.path, data)
            said = f"{problem.found[0].upper()}{problem.found[1:]}. {problem.write}"
            found.setdefault(self._name(place, rows.parts) if place else "", []).append(said)
        return found

    def _name(self, place: Place, parts: Parts) -> str:
        name, number, key = place
        there = self._written(name, parts)
        if number is None or number >= len(there):
            return name
        return f"{name}.{there[number]}" + (f".{key}" if key in self.parts[name].fields else "")

    def _said(self, parts: Parts) -> Parts:
        return {name: self.kept_rows(name, parts) for name in self.parts}

    def _written(self, name: str, parts: Parts) -> list[int]:
        """Numbers of the rows that say something and were not removed."""
        rows, needed = parts[name], self.parts[name].needed
        return [
            n for n, row in enumerate(rows)
            if not row.get(OUT) and (not needed or row[needed].strip() or row.get("evidence") or ("depth" in row and below(rows, n) > n + 1))
        ]  # fmt: skip


def below(rows: Sequence[Row], at: int) -> int:
    """The number of the first row after `at` that does not stand below it; the next one where rows have no depth."""
    if "depth" not in rows[at]:
        return at + 1
    return next((n for n in range(at + 1, len(rows)) if rows[n]["depth"] <= rows[at]["depth"]), len(rows))


def _add(mine: list[Row], new: Row, at: int | None) -> None:
    """A row at the end; in a tree, below another one."""
    row = {name: said.copy() if isinstance(said, list | dict) else said for name, said in new.items()}
    if at is not None and "depth" in row:
        mine.insert(below(mine, at), row | {"depth": mine[at]["depth"] + 1})
    else:
        mine.append(row)


def _take(mine: list[Row], at: int, part: Part, *, out: bool) -> None:
    """Remove a row with what stands below it, so that it can be put back; one into which nobody wrote anything goes at once."""
    end = below(mine, at)
    if out and end == at + 1 and mine[at] | {"depth": 0} == {**(part.new or {}), "depth": 0}:
        del mine[at]
        return
    for row in mine[at:end]:
        row.pop(OUT, None)
        if out:
            row[OUT] = "1"


def _entered(sent: Sent) -> str:
    """The return key was pressed: a search where words for one were typed."""
    typed = (name.removesuffix(".words") for name, values in sent.items() if name.endswith(".words") and any(map(str.strip, values)))  # fmt: skip
    where = next(typed, "")
    return f"search {where}" if where else ""


def _row(sent: Sent, at: str, part: Part) -> Row:
    row = {name: read(sent, f"{at}.{name}") for name, read in part.fields.items()}
    return row | {OUT: "1"} if one(sent, f"{at}.{OUT}") else row


def _same(new: Any, old: Any) -> dict[int, int]:
    """New row → the old one that says the same; each old one once, in order. Nothing for what are no rows."""
    found, begin = dict[int, int](), 0
    if not all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in (new, old)):
        return found
    for n, row in enumerate(new):
        at = next((m for m in range(begin, len(old)) if old[m] == row), None)
        if at is not None:
            found[n], begin = at, at + 1
    return found
