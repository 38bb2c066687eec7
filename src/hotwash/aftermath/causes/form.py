"""Chain, whys and factors of `causes.yaml` as the rows of a form, and back: form and text are the same document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotwash.kit.parts import with_part
from hotwash.kit.schema.causes import HOPS, CausesPaper

Sent = Mapping[str, Sequence[str]]
"""Fields of a form, each with every value that was sent for it."""
Row = dict[str, Any]
FIELDS: Mapping[str, tuple[str, ...]] = {
    "chain": ("hop", "state", "what", "changed", "assumed", "component", "evidence", "controls"),
    "whys": ("because", "evidence"),
    "factors": ("factor", "kind", "effect", "evidence"),
}
"""Parts of the paper that the form has, with the fields of their rows in the order of the file."""
LISTS = ("evidence", "controls")
NEEDED: Mapping[str, str] = {"chain": "what", "whys": "because", "factors": "factor"}
"""A row in which this is empty and that cites nothing says nothing: it is not written."""
NEW: Mapping[str, Row] = {
    "whys": {"because": "", "evidence": []},
    "factors": {"factor": "", "kind": "process", "effect": "created", "evidence": []},
}
ENTER = "enter"
"""What a form says when nobody pressed a button."""
MOST = 40
"""Rows of a part."""


@dataclass
class Rows:
    """What stands in the form. `sought` is the row for which the record is searched, as `whys.2`, and `words` what is looked for."""

    parts: dict[str, list[Row]] = field(default_factory=dict)
    sought: str = ""
    words: str = ""


def rows_of(paper: CausesPaper) -> Rows:
    """The rows of a paper; a hop that is missing has an empty row at its end."""
    body = paper.model_dump(mode="json")
    parts = {part: [{name: row[name] for name in names} for row in body[part]] for part, names in FIELDS.items()}
    there = {row["hop"] for row in parts["chain"]}
    parts["chain"] += [_empty_hop(hop) for hop in HOPS if hop not in there]
    return Rows(parts)


def rows_sent(sent: Sent) -> Rows:
    """The rows as they were sent: what is ticked and typed as evidence, each once; line breaks as the text has them."""
    parts = {}
    for part, names in FIELDS.items():
        count = min(MOST, int(_one(sent, f"{part}.rows") or 0) if _one(sent, f"{part}.rows").isdigit() else 0)
        parts[part] = [_row(sent, f"{part}.{n}", names) for n in range(count)]
    return Rows(parts)


def pressed(rows: Rows, do: str, sent: Sent) -> bool:
    """Carry out a button that keeps nothing yet: add or remove a row, or search for one. Whether it was one of these."""
    verb, _, where = (_entered(sent) if do == ENTER else do).partition(" ")
    part, _, number = where.partition(".")
    mine = rows.parts.get(part, [])
    at = int(number) if number.isdigit() and int(number) < len(mine) else None
    if verb == "add" and part in NEW and len(mine) < MOST:
        mine.append({name: list(one) if isinstance(one, list) else one for name, one in NEW[part].items()})
    elif verb == "remove" and part in NEW and at is not None:
        del mine[at]
    elif verb == "search" and at is not None:
        rows.sought, rows.words = where, _one(sent, f"{where}.words")
    else:
        return False
    return True


def _entered(sent: Sent) -> str:
    """The return key was pressed: a search where words for one were typed."""
    typed = (
        name.removesuffix(".words")
        for name, values in sent.items()
        if name.endswith(".words") and any(map(str.strip, values))
    )
    where = next(typed, "")
    return f"search {where}" if where else ""


def written(text: str, file: Path, paper: CausesPaper, rows: Rows) -> str:
    """The text with the parts that differ from the paper written anew. Raises ContentError where one cannot be written into."""
    before = rows_of(paper).parts
    for part in FIELDS:
        if _whole(part, rows.parts[part]) != _whole(part, before[part]):
            text = with_part(text, file, part, _whole(part, rows.parts[part]))
    return text


def _whole(part: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row[NEEDED[part]].strip() or row["evidence"]]


def _row(sent: Sent, at: str, names: Sequence[str]) -> Row:
    return {name: (_many if name in LISTS else _text)(sent, f"{at}.{name}") for name in names}


def _many(sent: Sent, name: str) -> list[str]:
    typed = _one(sent, f"{name}.more").replace(",", " ").split()
    return list(dict.fromkeys([*sent.get(name, ()), *typed]))


def _text(sent: Sent, name: str) -> str:
    return _one(sent, name).replace("\r\n", "\n").strip()


def _one(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")


def _empty_hop(hop: str) -> Row:
    empty: Row = {name: [] if name in LISTS else "" for name in FIELDS["chain"]}
    return empty | {"hop": hop, "state": "open"}
