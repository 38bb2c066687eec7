"""Content back into YAML: lists of models, and single values for papers that are written line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

import yaml
from pydantic import BaseModel


def to_yaml(items: Sequence[BaseModel], comment: str = "") -> str:
    """A list of content models as YAML that the kit's reader reads back as the same. `comment` stands above it, line by line."""
    data = [one.model_dump(mode="json", by_alias=True, exclude_unset=True) for one in items]
    body = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
    return "".join(f"# {line}\n" for line in comment.splitlines()) + body


def quoted(text: str) -> str:
    """A text in double quotes, on one line, with every character that YAML does not print escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08X}" for one in plain)


def scalar(value: object) -> str:
    """A value, or a list of values, on one line."""
    if isinstance(value, list):
        return "[" + ", ".join(map(scalar, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def words(said: object) -> str:
    """What somebody said, as one quoted line: line breaks are spaces."""
    return quoted(" ".join(str(said).split()))


def listed(values: Iterable[object]) -> str:
    """A list of words on one line."""
    return scalar([" ".join(str(one).split()) for one in values])
