"""What an import gives: content of ours, and what was lost or guessed on the way, so that nothing goes silently."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from hotwash.kernel.errors import ContentError, Located
from hotwash.kit.secret import Inject


@dataclass(frozen=True)
class GivenInjects:
    """Injects read from another format. `lost` says in words what was dropped or must be looked at."""

    injects: tuple[Inject, ...]
    lost: tuple[str, ...]


def stable_uuid(*parts: str) -> UUID:
    """The same parts give the same id: a digest in the form of a version 4 UUID, which CACAO asks for."""
    return UUID(bytes=sha256("\x1f".join(parts).encode()).digest()[:16], version=4)


def read_object(text: str, file: Path) -> dict[str, Any]:
    """A file that is one JSON object. Raises ContentError with line and column."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        where = Located(file, broken.lineno, broken.colno)
        raise ContentError.at(where, f"is not JSON: {broken.msg}", "Export it again, as JSON.") from broken
    except RecursionError as deep:
        raise ContentError.at(file, "is nested too deeply", "Export it again, as JSON.") from deep
    if not isinstance(found, dict):
        raise ContentError.at(file, "is not a JSON object", "Name the file that was exported.")
    return found


def slug(text: str, taken: set[str] | None = None) -> str:
    """An id in kebab case of at most 50 characters; made new among `taken`, to which it is added."""
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in text.lower())
    base = "-".join(part for part in plain.split("-") if part)[:50].rstrip("-") or "item"
    found, number = base, 2
    while taken is not None and found in taken:
        found, number = f"{base}-{number}", number + 1
    if taken is not None:
        taken.add(found)
    return found


def words(value: object) -> str:
    """Text of a field that should be text; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def items(value: object) -> list[dict[str, Any]]:
    """The objects of a field that should be a list of objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
