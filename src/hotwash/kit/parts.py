"""Writes one part of a YAML document anew and leaves every other line as it stands, comments too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.text import Document, Steps, parse_yaml
from hotwash.kit.writing import scalar

NONE: Mapping[int, int] = {}


def with_part(text: str, file: Path, key: str, value: Any, kept: Mapping[int, int] = NONE, at: Steps = ()) -> str:
    """The text with the value under a key replaced: a key of the first level, or of the mapping to which the steps `at` lead.

    Of a list, `kept` says which new row is which old one: those stay word for word, with the comments in them and right above them, where the
    list is written row by row. Comments in what is written anew are lost; what stands above the next key belongs to it and stays. Raises
    ContentError where the text cannot be read, or is of a form that cannot be written into."""
    document = parse_yaml(text, file)
    there = value_at(document.data, at)
    if not isinstance(there, dict) or (at and key not in there):
        raise _cannot(file, key)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    path = (*at, key)
    begin, end = _place(document, path, lines)
    indent = " " * (document.where(path, key=True).column - 1) if at else ""
    if at and lines[begin][: len(indent)].strip():
        raise _cannot(file, key)  # it begins beside something else
    was = there.get(key)
    head, old = _old_rows(document, path, lines, begin, end) if kept and isinstance(was, list) else ("", {})
    wanted = {n: was[m] for n, m in kept.items() if m in old} if was else {}
    for stays in (wanted, {}):
        part = [stays.get(n, row) for n, row in enumerate(value)] if isinstance(value, list) else value
        body = "".join(old[kept[n]] if n in stays else "".join(_row(row, f"{indent}  ")) for n, row in enumerate(value)) if stays else ""  # fmt: skip
        written = "".join([*lines[:begin], *([head, body] if stays else _under(key, value, indent)), *lines[end:]])
        if _says(written, file, _with_value(document.data, path, part)):
            return written
    raise _cannot(file, key)


def value_at(data: Any, steps: Steps) -> Any:
    """What stands where steps lead through mappings and lists; None where they lead nowhere."""
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _with_value(data: Any, path: Steps, value: Any) -> Any:
    if not path:
        return value
    first, *rest = path
    whole: Any = list(data) if isinstance(data, list) else dict(data)
    whole[first] = _with_value(data[first], rest, value) if rest else value
    return whole


def _place(document: Document, path: Steps, lines: list[str]) -> tuple[int, int]:
    """First line of a part, and the line after its last; the end of the text for one that is not there."""
    if value_at(document.data, path[:-1]) is None or path[-1] not in value_at(document.data, path[:-1]):
        return len(lines), len(lines)
    begin = document.where(path, key=True).line - 1
    end = next((line for line in _after(document, path)), len(lines))
    while end > begin + 1 and _is_apart(lines[end - 1], inside=len(path) > 1):
        end -= 1
    return begin, end


def _after(document: Document, path: Steps) -> Iterator[int]:
    """Where what comes after a part begins: the next key beside it, or what follows the mapping or the row around it."""
    for length in range(len(path), 0, -1):
        *before, step = path[:length]
        around = value_at(document.data, before)
        if isinstance(around, list):
            following: list[Any] = list(range(int(step) + 1, len(around)))
        else:
            following = list(around)[list(around).index(step) + 1 :]
        if following:
            yield document.where((*before, following[0]), key=True).line - 1


def _is_apart(line: str, *, inside: bool) -> bool:
    """Whether a line belongs to what follows it: an empty one, or a comment, inside a row wherever it begins."""
    return not line.strip() or (line.lstrip() if inside else line).startswith("#")


def _old_rows(document: Document, path: Steps, lines: list[str], begin: int, end: int) -> tuple[str, dict[int, str]]:
    """What stands before the rows of a list, and the lines of each row with the comments right above it, where every row begins on a line of
    its own."""
    count = len(value_at(document.data, path))
    starts = [document.where((*path, n)).line - 1 for n in range(count)]
    if any(not lines[one].lstrip().startswith("- ") for one in starts) or len(set(starts)) < len(starts):
        return "", {}
    for n, start in enumerate(starts):
        while start > begin + 1 and lines[start - 1].lstrip().startswith("#"):
            start -= 1  # noqa: PLW2901 upwards through the comments
        starts[n] = start
    rows = {n: "".join(lines[one:two]) for n, (one, two) in enumerate(zip(starts, [*starts[1:], end], strict=True))}
    return "".join(lines[begin : min(starts, default=end)]), rows


def _says(written: str, file: Path, wanted: Mapping[str, Any]) -> bool:
    try:
        return bool(parse_yaml(written, file).data == wanted)
    except ContentError:
        return False


def _under(key: str, value: Any, indent: str = "") -> Iterator[str]:
    """A key with its value: a list of rows or a mapping on lines of their own, anything else beside the key."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{indent}{key}:\n"
        for row in value:
            yield from _row(row, f"{indent}  ")
    elif isinstance(value, dict) and value:
        yield f"{indent}{key}:\n"
        for name, inner in value.items():
            yield from _under(name, inner, f"{indent}  ")
    else:
        yield f"{indent}{key}: {'{}' if value == {} else scalar(value)}\n"


def _row(row: Mapping[str, Any], indent: str = "  ") -> Iterator[str]:
    lead = f"{indent}- "
    for name, value in row.items():
        first, *rest = _under(name, value, f"{indent}  ")
        yield lead + first.removeprefix(f"{indent}  ")
        yield from rest
        lead = f"{indent}  "


def _cannot(file: Path, key: str) -> ContentError:
    said = f"the part '{key}' cannot be written into as it stands"
    return ContentError([Problem(Located(file), said, f"Write '{key}:' as a list of its own, or edit it as text.")])
