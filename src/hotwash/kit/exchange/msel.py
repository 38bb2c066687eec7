"""The MSEL as rows of a sheet, out and in again without loss.

Columns are those of HSEEP's MSEL (time, synopsis, inject, method, controller, player, expected response, evaluator); what it has no
column for (condition, facts revealed, how an expectation is met) stands to the right of them as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.secret import Inject

SHEET = "MSEL"
COLUMNS = (
    ("id", "Inject", 24), ("at", "Drill time", 11), ("kind", "Kind", 16), ("subject", "Event synopsis", 32), ("body", "Inject text", 70),
    ("channel", "Method", 10), ("sender", "From", 28), ("controller", "Responsible controller", 14), ("to", "To", 18),
    ("expected", "Expected response", 48), ("evaluator", "Evaluator instructions", 48), ("notes", "Facilitator notes", 36),
    ("reveals", "Reveals", 24), ("when", "Condition (JSON)", 30), ("expects", "Expectations (JSON)", 30),
)  # fmt: skip
"""Field, heading, width in characters. `controller` and `expected` are for people and are not read back."""
FOR_PEOPLE = frozenset({"controller", "expected"})
MAY_BE_EMPTY = frozenset({"at", "notes", "reveals", "when", "expects", *FOR_PEOPLE})
TIME = re.compile(r"(?:[Tt]\+)?(\d{1,4}):(\d{2})|(?:[Tt]\+)?(\d{1,4}(?:\.\d+)?)")

Cell = str | int | float | None
Row = Sequence[Cell]


def head_rows(scenario: Scenario) -> list[list[Cell]]:
    """What stands above the table: handling, name, length, who may see it."""
    return [
        ["EXERCISE · EXERCISE · EXERCISE: Master Scenario Events List. Control side only: not for players."],
        [
            f"{scenario.title} ({scenario.id}), STARTEX {scenario.story_start:%Y-%m-%d %H:%M %Z}, {scenario.endex_min} min"
        ],
        [],
    ]


def to_rows(injects: Sequence[Inject], scenario: Scenario) -> list[list[Cell]]:
    """The whole sheet: what stands above, headings, one row an inject in the order of the MSEL."""
    return [*head_rows(scenario), [heading for _, heading, _ in COLUMNS], *(_row(one) for one in injects)]


def _row(one: Inject) -> list[Cell]:
    plain = one.model_dump(mode="json", by_alias=True, exclude_unset=True)
    fields: dict[str, Cell] = {
        "id": one.id, "at": _time(one.at_min), "kind": one.kind, "subject": one.subject, "body": one.body, "channel": one.channel,
        "sender": one.sender, "controller": "facilitator", "to": ", ".join(one.to), "expected": "\n".join(f"{each.seat}, within {each.within_min:g} min: {each.what}" for each in one.expects),
        "evaluator": one.evaluator, "notes": one.notes, "reveals": ", ".join(one.reveals), "when": _json(plain.get("when")), "expects": _json(plain.get("expects")),
    }  # fmt: skip
    return [fields[field] for field, _, _ in COLUMNS]


def _time(minutes: float | None) -> Cell:
    if minutes is None:
        return ""
    seconds = minutes * 60
    return f"T+{int(seconds) // 60:02d}:{int(seconds) % 60:02d}" if seconds == int(seconds) else minutes


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def from_rows(rows: Sequence[Row], file: Path) -> list[Inject]:
    """Injects of a sheet that has our headings, in any order of columns. Raises ContentError naming row and column of each mistake."""
    top = next((number for number, row in enumerate(rows) if "Inject" in row and "Inject text" in row), None)
    if top is None:
        said = "holds no MSEL: no row has the headings 'Inject' and 'Inject text'"
        raise ContentError.at(file, said, "Start from a sheet of `hotwash interchange export msel`.")
    places = {str(heading): column for column, heading in enumerate(rows[top]) if heading}
    wanted = {heading: field for field, heading, _ in COLUMNS}
    missing = [one for one, field in wanted.items() if one not in places and field not in FOR_PEOPLE | {"notes"}]
    if missing:
        where = Located(file, top + 1, 1)
        raise ContentError.at(where, f"the headings lack {', '.join(missing)}", "Put the columns back.")
    problems: list[Problem] = []
    found: list[Inject] = []
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        cells = {wanted[name]: row[at] if at < len(row) else None for name, at in places.items() if name in wanted}
        if any(value not in (None, "") for value in cells.values()):
            columns = {wanted[name]: at + 1 for name, at in places.items() if name in wanted}
            found += _inject(cells, Place(file, number, columns), problems)
    problems += _twice(found, file)
    if problems:
        raise ContentError(problems)
    return found


class Place:
    """Where a row stands, and in which column each field is."""

    def __init__(self, file: Path, row: int, columns: Mapping[str, int]) -> None:
        self._file, self._row, self._columns = file, row, columns

    def problem(self, field: str, found: str, write: str) -> Problem:
        """A mistake in one cell."""
        return Problem(Located(self._file, self._row, self._columns.get(field, 1)), found, write)


def _inject(cells: Mapping[str, Cell], place: Place, problems: list[Problem]) -> list[Inject]:
    before = len(problems)
    names = {field: heading for field, heading, _ in COLUMNS}
    for field, value in cells.items():
        if value in (None, "") and field not in MAY_BE_EMPTY:
            problems.append(place.problem(field, f"'{names[field]}' is empty", "Fill the cell."))
        if isinstance(value, str) and value.startswith("=") and field not in FOR_PEOPLE:
            problems.append(place.problem(field, f"'{names[field]}' is a formula", "Write text."))
    body: dict[str, Any] = {
        field: str(cells[field]).strip()
        for field in ("id", "kind", "subject", "body", "channel", "sender", "evaluator")
    }
    body["to"] = _list(cells["to"])
    if cells.get("notes"):
        body["notes"] = str(cells["notes"])
    if cells.get("reveals"):
        body["reveals"] = _list(cells["reveals"])
    if cells.get("at") not in (None, ""):
        body["at_min"] = _minutes(cells["at"], place, problems)
    for field in ("when", "expects"):
        if cells.get(field):
            body[field] = _parsed(str(cells[field]), field, place, problems)
    if ("at_min" in body) == ("when" in body):
        said = "has both a drill time and a condition" if "when" in body else "has neither a drill time nor a condition"
        problems.append(
            place.problem("at", f"the inject {said}", "Fill exactly one of 'Drill time' and 'Condition (JSON)'.")
        )
    if len(problems) > before:
        return []
    try:
        return [Inject.model_validate(body)]
    except ValidationError as wrong:
        for one in wrong.errors():
            field = "at" if one["loc"][:1] == ("at_min",) else str(one["loc"][0]) if one["loc"] else "id"
            said = ".".join(str(step) for step in one["loc"])
            problems.append(place.problem(field, f"{said}: {one['msg']}", "See docs/reference/kit-files.md, msel."))
        return []


def _list(value: Cell) -> list[str]:
    return [part for part in re.split(r"[,;\s]+", str(value or "")) if part]


def _minutes(value: Cell, place: Place, problems: list[Problem]) -> float | None:
    if isinstance(value, int | float):
        return value
    found = TIME.fullmatch(str(value).strip())
    if found is None or (found[2] and int(found[2]) > 59):  # sixty seconds a minute
        problems.append(place.problem("at", f"'{value}' is no drill time", "Write T+16, T+16:30 or minutes."))
        return None
    return int(found[1]) + int(found[2]) / 60 if found[1] else float(found[3])


def _parsed(text: str, field: str, place: Place, problems: list[Problem]) -> Any:
    try:
        return json.loads(text)
    except ValueError as broken:
        problems.append(
            place.problem(field, f"is not JSON: {broken}", "Write it as it was exported, or empty the cell.")
        )
        return None


def _twice(found: Sequence[Inject], file: Path) -> list[Problem]:
    ids = [one.id for one in found]
    again = sorted({one for one in ids if ids.count(one) > 1})
    return [Problem(Located(file), f"two injects are called '{one}'", "Give each its own id.") for one in again]
