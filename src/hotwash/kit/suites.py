"""Reads suites and endpoints, and says what in them cannot work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.digest import content_digest
from hotwash.kit.load import CONTENT, list_systems
from hotwash.kit.names import instead
from hotwash.kit.reader import Reader
from hotwash.kit.schema.endpoint import EndpointSpec
from hotwash.kit.schema.suite import Case, Suite
from hotwash.kit.sources import NOWHERE, Sources
from hotwash.kit.text import read_text

KINDS = ("smoke", "replay", "leak", "bias")
FIELDS = tuple(Case.model_fields)


@dataclass(frozen=True)
class LoadedSuite:
    """A suite with the cases of its file of cases, its content id, and where its parts stand. `lines` is the place of every
    case, in the suite's order."""

    suite: Suite
    digest: str
    file: Path
    sources: Sources = NOWHERE
    lines: tuple[Located, ...] = ()


def load_suite(file: Path) -> LoadedSuite:
    """A suite. Raises ContentError with every mistake in its form."""
    reader = Reader()
    suite: Suite | None = reader.model(file, ("suite",), Suite)
    lines, cases = list[Located](), list[Case]()
    if suite is not None:
        lines += [reader.sources.where(("suite", "cases", n, "id")) for n in range(len(suite.cases))]
        if suite.cases_from:
            for where, case in _cases(_beside(file, suite.cases_from, reader), reader):
                lines.append(where)
                cases.append(case)
    suite = reader.done(suite)
    assert suite is not None
    whole = suite.model_copy(update={"cases": [*suite.cases, *cases], "cases_from": ""})
    return LoadedSuite(whole, content_digest(whole), file, reader.sources, tuple(lines))


def load_endpoint(file: Path) -> EndpointSpec:
    """An endpoint. Raises ContentError with every mistake in it."""
    reader = Reader()
    return reader.done(reader.model(file, ("endpoint",), EndpointSpec))


def packaged_suites() -> dict[str, Path]:
    """Folders of the suites that ship, one a kind."""
    return {kind: CONTENT / "suites" / kind for kind in KINDS}


def system_suites(system: str) -> dict[str, Path]:
    """Folders of the suites that ship for a simulated system, by kind; none where it has none, or is none."""
    if system not in list_systems():
        return {}
    return {kind: folder for kind in KINDS if (folder := CONTENT / "systems" / system / "suites" / kind).is_dir()}


def _beside(file: Path, name: str, reader: Reader) -> Path:
    """A file in the suite's own folder: a suite from elsewhere reads nothing else."""
    found = file.parent / name
    if Path(name).is_absolute() or not found.resolve().is_relative_to(file.parent.resolve()):
        where = reader.sources.where(("suite", "cases_from"))
        raise ContentError.at(where, f"'{name}' lies outside the suite's folder", "Put the file beside the suite.")
    return found


def _cases(file: Path, reader: Reader) -> Iterator[tuple[Located, Case]]:
    try:
        text = read_text(file)
    except ContentError as wrong:
        reader.problems += wrong.problems
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        where = Located(file, number, 1)
        try:
            row = json.loads(line)
        except ValueError as broken:
            reader.problems.append(Problem(where, f"is not JSON: {broken}", 'Write {"id": "...", "user": "..."}.'))
            continue
        try:
            yield where, Case.model_validate(row)
        except ValidationError as wrong:
            reader.problems += [_problem(where, one) for one in wrong.errors(include_url=False)]


def _problem(where: Located, detail: Any) -> Problem:
    path = ".".join(map(str, detail["loc"])) or "the case"
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        return Problem(where, f"'{path}' is not a key of this", instead(path, FIELDS))
    if detail["type"] == "missing":
        return Problem(where, f"'{path}' is missing", f"Add '{path}'.")
    said = str(detail["msg"]).removeprefix("Value error, ")
    return Problem(where, f"'{path}': {said[0].lower()}{said[1:]}", "Write a case as the reference of suites shows it.")
