"""Files of other tools: which tool wrote one, by what it holds, and what stands in it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hotwash.adapters import import_inspect
from hotwash.adapters.import_units import Found, Made, Tally
from hotwash.adapters.json_lines import json_lines
from hotwash.gates.formats import garak, inspect_log, promptfoo
from hotwash.gates.formats.foreign import Foreign
from hotwash.kernel.errors import ContentError, Problem
from hotwash.kit.text import read_yaml

WRITE = (
    "Name a promptfoo configuration or its results, an Inspect log (.eval or .json), or a garak report (.report.jsonl)."
)
LARGEST = 512 << 20
"""Bytes of one JSON file."""


def read_foreign(file: Path) -> Foreign:
    """What a file holds. Raises ContentError for one that cannot be read or that no tool we know wrote."""
    if not file.is_file():
        raise _problem(file, "is no file")
    try:
        found = _read(file)
    except (OSError, UnicodeDecodeError, RecursionError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        if isinstance(wrong, ContentError):
            raise
        raise _problem(file, f"cannot be read: {type(wrong).__name__}") from wrong
    if not found.cases:
        said = ", ".join(f"{n} {name}" for name, n in found.lost.items() if n)
        raise _problem(file, f"holds no case that can be read{f': {said}' if said else ''}")
    found.lost = Counter({name: n for name, n in found.lost.items() if n})
    return found


def _read(file: Path) -> Foreign:
    name = file.name.removesuffix(".gz")
    if name.endswith((".yaml", ".yml")):
        value = read_yaml(file).data
        if promptfoo.is_config(value):
            return promptfoo.config(value)
        raise _problem(file, "is no configuration of promptfoo")
    with file.open("rb") as opened:
        begin = opened.read(4)
    if import_inspect.is_archive(begin):
        return _inspect(import_inspect.archived(file, file.name, _tally()))
    if name.endswith((".jsonl", ".ndjson")):
        problems: list[Problem] = []
        rows = [row for _, row in json_lines(file, problems)]
        if problems:
            raise ContentError(problems)
        if rows and garak.is_entry(rows[0]):
            return garak.report(rows)
        raise _problem(file, "is no report of garak")
    value = _json(file)
    if import_inspect.is_export(value):
        return _inspect(import_inspect.made(iter([Found(file.name, value)]), _tally()))
    if promptfoo.is_results(value):
        return promptfoo.results(value)
    if promptfoo.is_config(value):
        return promptfoo.config(value)
    raise _problem(file, "was written by no tool that is known here")


def _tally() -> Tally:
    return Tally(lambda _: None)


def _inspect(made: Any) -> Foreign:
    units = list(made)
    found = inspect_log.log(one.row for one in units if isinstance(one, Made))
    found.lost["samples that cannot be read"] += sum(not isinstance(one, Made) for one in units)
    return found


def _json(file: Path) -> Any:
    if file.stat().st_size > LARGEST:
        raise _problem(file, "is too large")
    if file.suffix == ".gz":
        import gzip

        with gzip.open(file, "rb") as packed:
            raw = packed.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise _problem(file, "is too large")
        return json.loads(raw)
    return json.loads(file.read_bytes())


def _problem(file: Path, said: str) -> ContentError:
    return ContentError.at(file, said, WRITE)
