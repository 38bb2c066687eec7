"""A kit as pages: every part in full, for print, for a wall, and for those who do not read YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from hotwash.aftermath.blocks import Block, Cell, Page, Prose, Report, Section, Table
from hotwash.aftermath.condition_words import CONDITIONS, in_words
from hotwash.kit.schema.kit import Guide, Kit, MessageTemplate

HANDLING = "EXERCISE KIT · for exercises and training · obligations are no legal advice"
HEAD = frozenset({"id", "title", "version", "extends", "activities"})
NARROW, WIDE, SHORT = 4, 8, 48
"""Members of a part stand in one table, a row each, up to so many fields; up to more if each value has few letters. Otherwise
each gets a table of its own."""
HEADINGS = {
    "raci": "RACI: accountable, responsible, consulted, informed",
    "rights": "Decision rights: who may give a command; one that is not listed is open to every seat",
    "mandatory": "Mandatory: the mildest severity that may be set once a fact is known",
    "meet": "Met by",
    "levels": "What a level obliges to",
    "bar": "The bar: declare when all of these hold",
}
"""Headings that say more than the name of their field."""
UNITS = {"min": "minutes", "h": "hours", "s": "seconds"}


def parts(kit: Kit) -> tuple[str, ...]:
    """Names of the parts that can be shown."""
    return tuple(name for name in type(kit).model_fields if name not in HEAD)


def sheets(kit: Kit) -> tuple[str, ...]:
    """Ids of the pages that can be shown alone: guides and message templates."""
    return tuple(_pages(kit))


def _pages(kit: Kit) -> dict[str, Guide | MessageTemplate]:
    return {**{one.id: one for one in kit.messages}, **{one.id: one for one in kit.guides}}


def kit_pages(kit: Kit, part: str = "") -> Report:
    """The whole kit, one part, or one page of it. Raises KeyError for what it does not have."""
    facts = [("Kit", kit.id), ("Version", kit.version), *([("Extends", kit.extends)] if kit.extends else [])]
    facts += [("Activities", ", ".join(kit.activities))] if kit.activities else []
    if part and part not in parts(kit):
        alone = _pages(kit)[part]
        return Report(alone.title, kit.title, HANDLING, facts, list(_sheet(alone, under=1)))
    chosen = (part,) if part else parts(kit)
    blocks = [block for name in chosen for block in _part(name, getattr(kit, name))]
    return Report(kit.title, _words(part) if part else "All parts", HANDLING, facts, blocks)


def _part(name: str, value: Any) -> Iterator[Block]:
    yield Section(_words(name), name)
    if name not in ("guides", "messages"):
        yield from _blocks(_words(name), value, 3, told=True)
        return
    for i, one in enumerate(value):
        alone = name == "guides" and i > 0
        yield Section(f"{one.title} ({one.id})", _anchor(f"{name} {one.id}"), 3, new_page=alone)
        yield from _sheet(one)


def _sheet(one: Guide | MessageTemplate, under: int = 3) -> Iterator[Block]:
    """A page that people work from: whom it is for, what is ticked or filled in, the text, and what it rests on."""
    if isinstance(one, MessageTemplate):
        approved = f"approved by {', '.join(one.approvals)}" if one.approvals else "no approval needed"
        yield Prose(f"Message, {one.variant} · {'goes outside' if one.external else 'inside only'} · {approved}")
        yield Page(one.text.strip(), under)
        return
    readers = ", ".join(one.seats) or "every seat"
    yield Prose(" · ".join((one.kind.capitalize(), f"for {readers}", *([", ".join(one.modes)] if one.modes else []))))
    if one.items and one.kind == "form":
        rows = tuple((Cell(item, strong=True), Cell("")) for item in one.items)
        yield Table(one.title, ("Field", "What is filled in"), rows, told=True)
    elif one.items:
        yield Page("\n".join(f"{i}. ☐ {item}" for i, item in enumerate(one.items, start=1)))
    yield Page(one.text.strip(), under)
    yield Prose(f"Rests on: {' · '.join(one.sources)}.")


def _blocks(caption: str, value: Any, level: int, *, told: bool = False) -> Iterator[Block]:
    """A value as tables. `told` says that the heading above is the caption."""
    if isinstance(value, BaseModel):
        yield from _model(caption, value, level, told=told)
        return
    members = _members(value)
    if not members:
        yield Prose(_text(value) or "Nothing.")
    elif all(isinstance(one, BaseModel) for one in members.values()):
        yield from _models(caption, members, level, told=told)
    elif all(isinstance(one, Mapping) for one in members.values()):
        yield _matrix(caption, members, told=told)
    elif isinstance(value, Mapping):
        rows = tuple((Cell(name, strong=True), Cell(_text(one))) for name, one in members.items())
        yield Table(caption, ("Item", "What it says"), rows, told=told)
    else:
        yield Table(caption, ("What it says",), tuple((Cell(_text(one)),) for one in members.values()), told=told)


def _model(caption: str, value: BaseModel, level: int, *, told: bool) -> Iterator[Block]:
    """Its plain fields in one table; each of the others after it, under a heading if it is more than one table."""
    fields = {name: getattr(value, name) for name in type(value).model_fields}
    hidden = {"id", "title"} if told else set()
    plain = {name: inner for name, inner in fields.items() if name not in hidden and not _nested(inner)}
    if plain:
        yield _fields(caption, plain, told=told)
    for name, inner in fields.items():
        if name in plain or name in hidden or inner in ({}, []):
            continue
        found = list(_blocks(_words(name), inner, level + 1))
        if len(found) > 1:
            yield Section(_words(name), _anchor(f"{caption} {name}"), level)
        yield from found


def _models(caption: str, members: Mapping[str, BaseModel], level: int, *, told: bool) -> Iterator[Block]:
    first = next(iter(members.values()))
    fields = [name for name in type(first).model_fields if name != "id"]
    if fields and fields[0] == "title" and all(getattr(one, "title", "") == name for name, one in members.items()):
        fields = fields[1:]
    cells = {name: {field: getattr(one, field) for field in fields} for name, one in members.items()}
    rows = {name: dict(_columns(row)) for name, row in cells.items()}
    if _one_table(rows):
        yield _matrix(caption, rows, told=told)
        return
    for name, one in members.items():
        title = str(getattr(one, "title", "") or name)
        heading = title if title == name else f"{title} ({name})"
        yield Section(heading, _anchor(f"{caption} {name}"), min(level, 4))
        yield from _blocks(heading, one, level + 1, told=True)


def _columns(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of one row; a mapping from severity to text becomes a column for each level."""
    for field, value in row.items():
        if field == "levels" and isinstance(value, Mapping):
            yield from ((f"Sev-{level}", text) for level, text in value.items())
        else:
            yield field, value


def _one_table(rows: Mapping[str, Mapping[str, Any]]) -> bool:
    values = [value for row in rows.values() for value in row.values()]
    wide = max(len(row) for row in rows.values())
    few = wide <= NARROW or any(name.startswith("Sev-") for row in rows.values() for name in row)
    return not any(map(_nested, values)) and (
        few or (wide <= WIDE and all(len(_text(value)) <= SHORT for value in values))
    )


def _matrix(caption: str, rows: Mapping[str, Mapping[str, Any]], *, told: bool) -> Table:
    """Rows that have the same columns, a column that nobody fills left out."""
    filled = [name for row in rows.values() for name, value in row.items() if value not in (None, "", [], {})]
    columns = list(dict.fromkeys(filled))
    body = tuple(
        (Cell(name, strong=True), *(Cell(_text(row.get(column))) for column in columns)) for name, row in rows.items()
    )
    return Table(
        caption, ("Item", *(one if one.startswith("Sev-") else _words(one) for one in columns)), body, told=told
    )


def _fields(caption: str, fields: Mapping[str, Any], *, told: bool) -> Table:
    rows = tuple(
        (Cell(_words(name), strong=True), Cell(_text(value)))
        for name, value in fields.items()
        if value not in (None, "", [], {})
    )
    return Table(caption, ("Field", "What it says"), rows, empty="Nothing is set.", told=told)


def _nested(value: Any) -> bool:
    """Worth a table of its own: mappings and lists of models, and a model that holds a mapping. Conditions are one line."""
    if isinstance(value, BaseModel):
        return any(isinstance(getattr(value, name), Mapping) for name in type(value).model_fields) and not isinstance(
            value, CONDITIONS
        )
    if isinstance(value, Mapping):
        return len(value) > 1
    inner = value if isinstance(value, list) else ()
    return any(isinstance(one, BaseModel) and not isinstance(one, CONDITIONS) for one in inner)


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
    if isinstance(value, CONDITIONS):
        return in_words(value)
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        return "; ".join(
            f"{_words(name).lower()}: {_text(one)}" for name, one in fields.items() if one not in (None, "")
        )
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(one)}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        said = [_text(one) for one in value]
        return (" · " if any(" " in one for one in said) else ", ").join(said)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _words(name: str) -> str:
    """`within_min` as a heading: Within minutes."""
    head, _, unit = name.rpartition("_")
    said = f"{head} {UNITS[unit]}" if head and unit in UNITS else name
    return HEADINGS.get(name) or said.replace("_", " ").capitalize()


def _anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
