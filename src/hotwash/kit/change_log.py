"""Reads a change log in the form in which people have one: a list in YAML or JSON, JSON lines, or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hotwash.kernel.errors import Located, Problem
from hotwash.kit.names import instead
from hotwash.kit.reader import Reader, raise_all
from hotwash.kit.schema.changes import LoggedChange
from hotwash.kit.text import read_text

LINES = (".jsonl", ".ndjson")
FIELDS = tuple(LoggedChange.model_fields)


def load_changes(file: Path) -> list[LoggedChange]:
    """Every change of a log. Raises ContentError with every mistake, each at its line."""
    if file.suffix.lower() not in (*LINES, ".csv"):
        reader = Reader()
        return reader.done(reader.model(file, ("changes",), list[LoggedChange]))
    text = read_text(file)
    found, problems = list[LoggedChange](), list[Problem]()
    for line, row in _csv(text) if file.suffix.lower() == ".csv" else _json(text):
        if isinstance(row, str):
            problems.append(Problem(Located(file, line, 1), row, 'Write one change a line: {"at": "2026-05-05T14:20Z", "what": "..."}.'))  # fmt: skip
            continue
        try:
            found.append(LoggedChange.model_validate(row))
        except ValidationError as wrong:
            problems += [_problem(file, line, detail) for detail in wrong.errors(include_url=False)]
    raise_all(problems)
    return found


def _csv(text: str) -> Iterator[tuple[int, Any]]:
    rows = csv.DictReader(text.splitlines())
    for row in rows:
        yield rows.line_num, {str(name).strip(): value for name, value in row.items() if value not in (None, "")}


def _json(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as broken:
                row = f"is not JSON: {broken}"
            yield number, row if isinstance(row, (dict, str)) else "is no mapping"


def _problem(file: Path, line: int, detail: Any) -> Problem:
    name = str(detail["loc"][0]) if detail["loc"] else "the change"
    where = Located(file, line, 1)
    if detail["type"] == "extra_forbidden":
        return Problem(where, f"'{name}' is not a key of this", instead(name, FIELDS))
    if detail["type"] == "missing":
        return Problem(where, f"'{name}' is missing", f"Add '{name}'.")
    return Problem(where, f"'{name}': {detail['msg'][0].lower()}{detail['msg'][1:]}", _write(name))


def _write(name: str) -> str:
    return {"at": "Write a time such as 2026-05-05T14:20Z.", "scope": "Write tenant=t-17; region=eu."}.get(
        name, "Write text."
    )
