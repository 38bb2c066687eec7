"""Judged requests as people keep them: CSV or JSON lines, gzipped or not, one row a request."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import IO

from hotwash.adapters.json_lines import json_lines
from hotwash.kernel.errors import ContentError, Located, Problem

MOST_FIELD = 1 << 24
"""Characters of one cell; Python's own limit is below what answers need."""


def judged_rows(file: Path) -> list[dict[str, str]]:
    """Every row, values as text. Raises ContentError with file and line."""
    problems: list[Problem] = []
    name = file.name.removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson")):
        rows = []
        for line, row in json_lines(file, problems):
            if isinstance(row, dict):
                rows.append(
                    {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in row.items()}
                )
            else:
                problems.append(Problem(Located(file, line), "is no object", "Write one JSON object a line."))
    elif name.endswith(".csv"):
        rows = _csv(file, problems)
    else:
        rows = []
        problems.append(
            Problem(Located(file), "is neither CSV nor JSON lines", "Name a file *.csv or *.jsonl, gzipped or not.")
        )
    if not rows and not problems:
        problems.append(Problem(Located(file), "has no rows", "Name a file with one row a request."))
    if problems:
        raise ContentError(problems)
    return rows


def _csv(file: Path, problems: list[Problem]) -> list[dict[str, str]]:
    csv.field_size_limit(MOST_FIELD)
    found: list[dict[str, str]] = []
    try:
        with _open(file) as lines:
            reader = csv.DictReader(lines, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    problems.append(
                        Problem(
                            Located(file, reader.line_num), "has another number of cells than the head", "Mend the row."
                        )
                    )
                    continue
                found.append(dict(row))
    except (OSError, EOFError, csv.Error, UnicodeDecodeError) as broken:
        problems.append(Problem(Located(file), f"cannot be read: {broken}", "Write CSV with a head, in UTF-8."))
    return found


def _open(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", newline="")
    return file.open(encoding="utf-8", newline="")
