"""Writes one part of a YAML document anew and leaves every other line as it stands, comments too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.text import parse_yaml
from hotwash.kit.writing import scalar

Rows = Sequence[Mapping[str, Any]]


def with_part(text: str, file: Path, key: str, rows: Rows) -> str:
    """The text with the list under a key of the first level replaced. Comments inside that list are lost; what stands above the next key
    belongs to it and stays. Raises ContentError where the text cannot be read, or is of a form that cannot be written into."""
    document = parse_yaml(text, file)
    if not isinstance(document.data, dict):
        raise _cannot(file, key)
    keys = list(document.data)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    begin, end = len(lines), len(lines)
    if key in keys:
        begin = document.where((key,), key=True).line - 1
        after = keys[keys.index(key) + 1 :]
        end = document.where((after[0],), key=True).line - 1 if after else len(lines)
        while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1
    written = "".join([*lines[:begin], *_lines(key, rows), *lines[end:]])
    wanted = {**document.data, key: [dict(one) for one in rows]}
    try:
        again = parse_yaml(written, file).data
    except ContentError as wrong:
        raise _cannot(file, key) from wrong
    if again != wanted:
        raise _cannot(file, key)
    return written


def _lines(key: str, rows: Rows) -> list[str]:
    if not rows:
        return [f"{key}: []\n"]
    found = [f"{key}:\n"]
    for row in rows:
        for n, (name, value) in enumerate(row.items()):
            said = f"[{', '.join(map(scalar, value))}]" if isinstance(value, list) else scalar(value)
            found.append(f"  {'-' if n == 0 else ' '} {name}: {said}\n")
    return found


def _cannot(file: Path, key: str) -> ContentError:
    said = f"the part '{key}' cannot be written into as it stands"
    return ContentError([Problem(Located(file), said, f"Write '{key}:' as a list of its own, or edit it as text.")])
