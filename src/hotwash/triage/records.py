"""Tool calls and documents of one request, from the JSON that a table holds; what cannot be read is said, never raised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One tool call. `result` is None where the record holds none; an empty result is one."""

    name: str
    arguments: str
    result: str | None
    error: str | None


def calls_of(text: str | None) -> tuple[tuple[Call, ...], bool]:
    """The calls of a JSON list, and whether any part of it cannot be read."""
    parsed, broken = _list(text)
    calls = []
    for one in parsed:
        if not isinstance(one, Mapping) or not isinstance(one.get("name"), str):
            broken = True
            continue
        calls.append(
            Call(
                one["name"],
                _text(one.get("arguments")) or "",
                _text(one.get("result")),
                _text(one.get("error")) or None,
            )
        )
    return tuple(calls), broken


def documents_of(text: str | None) -> tuple[tuple[str, ...], bool]:
    """The contents of a JSON list of documents, and whether any part of it cannot be read."""
    parsed, broken = _list(text)
    contents = []
    for one in parsed:
        content = one.get("content") if isinstance(one, Mapping) else one if isinstance(one, str) else None
        if isinstance(content, str):
            contents.append(content)
        elif not isinstance(one, Mapping):
            broken = True
    return tuple(contents), broken


def _list(text: str | None) -> tuple[list[Any], bool]:
    if text is None or not text.strip():
        return [], False
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return [], True
    return (parsed, False) if isinstance(parsed, list) else ([], True)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
