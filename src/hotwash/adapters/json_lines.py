"""Files with one JSON value a line, gzipped or not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from hotwash.kernel.errors import Located, Problem


def json_lines(file: Path, problems: list[Problem]) -> Iterator[tuple[int, Any]]:
    """Line number, counted from 1, and value of every line that is not blank. The first line that is no JSON, and a
    file that ends in the middle of its compression, are noted as a problem and end the reading."""
    number = 0
    try:
        with _open(file) as lines:
            for line in lines:
                number += 1
                if line.strip():
                    yield number, json.loads(line)
    except (ValueError, EOFError, OSError) as broken:
        said = f"cannot be read: {broken}"
        problems.append(Problem(Located(file, number), said, "Write one JSON object a line, in UTF-8."))


def _open(file: Path) -> IO[str]:
    return gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8")
