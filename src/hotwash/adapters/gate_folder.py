"""A folder of gates on disk: its files, overrides on record, and what earlier runs found.

gate.yaml  NAME.yaml  NAME.jsonl  overrides.jsonl  proof/  runs/history.jsonl  runs/NNNN/  runs/open/
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotwash.adapters.json_lines import json_lines
from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.load import CONTENT

OVERRIDES, HISTORY, RUNS, OPEN = "overrides.jsonl", "history.jsonl", "runs", "open"
BINARY = getattr(os, "O_BINARY", 0)


def write_gates(folder: Path, files: Mapping[str, str], *, overwrite: bool) -> None:
    """Write a new folder of gates. Raises ContentError for a folder that holds something, unless `overwrite`."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not overwrite):
        raise ContentError.at(folder, "is not an empty folder", "Name another with --to, or add --overwrite.")
    for name, text in files.items():
        write_text(folder / name, text)


def write_text(file: Path, text: str) -> None:
    """Write one file whole or not at all. Raises ContentError where that cannot be."""
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as wrong:
        raise ContentError.at(
            file, f"cannot be written: {wrong.strerror}", "Name a folder that you can write to."
        ) from wrong


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Rows of JSON lines; none where there is no file. Raises ContentError with file and line."""
    if not file.exists():
        return []
    problems: list[Problem] = []
    rows = []
    for line, row in json_lines(file, problems):
        if isinstance(row, dict):
            rows.append(row)
        else:
            problems.append(Problem(Located(file, line), "is no object", "Write one JSON object a line."))
    if problems:
        raise ContentError(problems)
    return rows


def add_row(file: Path, row: Mapping[str, Any]) -> None:
    """Add one line, on disk when this returns. Raises ContentError where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | BINARY, 0o644), "ab") as out:
            out.write(json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as wrong:
        raise ContentError.at(
            file, f"cannot be written: {wrong.strerror}", "Name a file that you can write to."
        ) from wrong


def next_run(runs: Path) -> str:
    """Name of the run after the last one."""
    taken = [int(one.name) for one in runs.iterdir() if one.is_dir() and one.name.isdecimal()] if runs.is_dir() else []
    return f"{max(taken, default=0) + 1:04d}"


def workflow_example() -> str:
    """The workflow that ships: plain shell steps that run the gates of a repository."""
    return (CONTENT / "workflows" / "release-gate.yaml").read_text(encoding="utf-8")
