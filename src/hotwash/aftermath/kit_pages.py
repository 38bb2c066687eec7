"""A kit as pages: every part in full, for print, for a wall, and for those who do not read YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from hotwash.aftermath.blocks import Block, Cell, Page, Prose, Report, Section, Table
from hotwash.kit.schema.kit import Kit

HANDLING = "EXERCISE KIT · for exercises and training · obligations are no legal advice"
HEAD = frozenset({"id", "title", "version", "extends", "activities"})
NARROW = 4
"""Fields up to which the members of a part stand in one table, a row each; more of them, and each gets a table of its own."""


def parts(kit: Kit) -> tuple[str, ...]:
    """Names of the parts that can be shown."""
    return tuple(name for name in type(kit).model_fields if name not in HEAD)


def kit_pages(kit: Kit, part: str = "") -> Report:
    """The whole kit, or one part. Raises KeyError for a part that it does not have."""
    chosen = (part,) if part else parts(kit)
    blocks = [block for name in chosen for block in _part(name, getattr(kit, _field(kit, name)))]
    facts = [("Kit", kit.id), ("Version", kit.version), *([("Extends", kit.extends)] if kit.extends else [])]
    facts += [("Activities", ", ".join(kit.activities))] if kit.activities else []
    return Report(
        title=kit.title, subtitle=_words(part) if part else "All parts", handling=HANDLING, facts=facts, blocks=blocks
    )


def _field(kit: Kit, part: str) -> str:
    if part not in parts(kit):
        raise KeyError(part)
    return part


def _part(name: str, value: Any) -> Iterator[Block]:
    yield Section(_words(name), name)
    yield from _blocks(_words(name), value)


def _blocks(caption: str, value: Any) -> Iterator[Block]:
    """A model as a table of its fields, with its own mappings and lists of models after it."""
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        pages = {name: inner for name, inner in fields.items() if isinstance(inner, str) and "\n" in inner.strip()}
        plain = {name: inner for name, inner in fields.items() if name not in pages and not _nested(inner)}
        if plain:
            yield _fields(caption, plain)
        for inner in pages.values():
            yield Page(inner.strip())
        for name, inner in fields.items():
            if name not in plain and name not in pages:
                yield Section(_words(name), _anchor(f"{caption} {name}"), 3)
                yield from _blocks(f"{caption}: {_words(name).lower()}", inner)
        return
    members = _members(value)
    if not members:
        yield Prose(_text(value) or "Nothing.")
    elif all(isinstance(one, BaseModel) for one in members.values()):
        yield from _models(caption, members)
    else:
        yield Table(
            caption, ("Item", "What it says"), tuple((Cell(name), Cell(_text(one))) for name, one in members.items())
        )


def _models(caption: str, members: Mapping[str, BaseModel]) -> Iterator[Block]:
    first = next(iter(members.values()))
    fields = [name for name in type(first).model_fields if name != "id"]
    if len(fields) <= NARROW and not any(_nested(getattr(one, name)) for one in members.values() for name in fields):
        rows = tuple(
            (Cell(name, strong=True), *(Cell(_text(getattr(one, field))) for field in fields))
            for name, one in members.items()
        )
        yield Table(caption, ("Item", *map(_words, fields)), rows)
        return
    for name, one in members.items():
        title = str(getattr(one, "title", "") or name)
        yield Section(title if title == name else f"{title} ({name})", _anchor(f"{caption} {name}"), 3)
        yield from _blocks(f"{caption}: {title if title == name else f'{title} ({name})'}", one)


def _fields(caption: str, fields: Mapping[str, Any]) -> Table:
    rows = tuple(
        (Cell(_words(name), strong=True), Cell(_text(value)))
        for name, value in fields.items()
        if value not in (None, "", [], {})
    )
    return Table(caption, ("Field", "What it says"), rows, empty="Nothing is set.")


def _nested(value: Any) -> bool:
    """A mapping or list of models that is worth a table of its own; conditions are written in a line."""
    members = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(isinstance(one, BaseModel) for one in members) and type(next(iter(members))).__name__ not in CONDITIONS


CONDITIONS = frozenset({"At", "Seen", "Known", "SignalAbove", "Since", "AllOf", "AnyOf", "Not"})


def _members(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {str(name): one for name, one in value.items()}
    if isinstance(value, list):
        return {
            str(getattr(one, "id", "") or getattr(one, "title", "") or i): one for i, one in enumerate(value, start=1)
        }
    return {}


def _text(value: Any) -> str:
    """Anything as one line."""
    if isinstance(value, BaseModel):
        body = value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return _text(body)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(one)}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return (
            ", ".join(map(_text, value))
            if all(len(_text(one)) < 40 for one in value)
            else " · ".join(map(_text, value))
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
