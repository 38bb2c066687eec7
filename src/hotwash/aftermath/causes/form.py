"""`causes.yaml` as the rows of a form, and back: form and text are the same document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotwash.aftermath.causes.form_rows import NODE, Row, below, concluded, conclusion_row, flat, nested
from hotwash.kit.exchange.given import slug
from hotwash.kit.parts import with_part
from hotwash.kit.schema.causes import HOPS, OPEN, CausesPaper

Sent = Mapping[str, Sequence[str]]
"""Fields of a form, each with every value that was sent for it."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "top_event": ("top_event",),
    "conclusion": ("component", "mode", "bucket", "contributors", "since_min", "scope"),
    "chain": ("hop", "state", "what", "changed", "assumed", "component", "evidence", "controls"),
    "whys": ("because", "evidence"),
    "factors": ("factor", "kind", "effect", "evidence"),
    "tree": (*NODE, "depth"),
    "consequences": ("consequence", "verdict", "evidence", "controls"),
    "controls": ("id", "title", "state", "why", "answers"),
    "human_factors": ("question", "answer", "evidence"),
}
"""Parts of the paper with the fields of their rows, both in the order of the file."""
LISTS = ("evidence", "controls", "contributors")
NEEDED: Mapping[str, str] = {
    "top_event": "top_event", "chain": "what", "whys": "because", "factors": "factor", "tree": "cause", "consequences": "consequence",
    "controls": "title", "human_factors": "question",
}  # fmt: skip
"""A row in which this is empty and that cites nothing says nothing: it is not written."""
NEW: Mapping[str, Row] = {
    "whys": {"because": "", "evidence": []},
    "factors": {"factor": "", "kind": "process", "effect": "created", "evidence": []},
    "tree": {"cause": "", "verdict": "open", "evidence": [], "controls": [], "gate": "any", "depth": 0},
    "consequences": {"consequence": "", "verdict": "open", "evidence": [], "controls": []},
    "controls": {"id": "", "title": "", "state": "open", "why": "", "answers": []},
    "human_factors": {"question": "", "answer": "", "evidence": []},
}
ENTER = "enter"
"""What a form says when nobody pressed a button."""
MOST = 100
"""Rows of a part. A paper with more is edited as text."""


@dataclass
class Rows:
    """What stands in the form. `sought` is the row for which the record is searched, as `whys.2`, and `words` what is looked for."""

    parts: dict[str, list[Row]] = field(default_factory=dict)
    sought: str = ""
    words: str = ""

    @property
    def too_many(self) -> bool:
        """Whether a part has more rows than a form takes."""
        return any(len(rows) > MOST for rows in self.parts.values())


def rows_of(paper: CausesPaper) -> Rows:
    """The rows of a paper; a hop that is missing has an empty row at its end."""
    body = paper.model_dump(mode="json")
    whole = {"top_event": [{"top_event": body["top_event"]}], "conclusion": [conclusion_row(body["conclusion"])], "tree": list(flat(body["tree"]))}  # fmt: skip
    parts = {part: whole.get(part) or [{name: row[name] for name in names} for row in body[part]] for part, names in FIELDS.items()}  # fmt: skip
    there = {row["hop"] for row in parts["chain"]}
    parts["chain"] += [_empty_hop(hop) for hop in HOPS if hop not in there]
    return Rows(parts)


def rows_sent(sent: Sent, paper: CausesPaper) -> Rows:
    """The rows as they were sent: what is ticked and typed as evidence, each once; line breaks as the text has them; an id for a new control.
    Of a part that was not sent, those of the paper."""
    parts = rows_of(paper).parts
    for part, names in FIELDS.items():
        if f"{part}.rows" not in sent:
            continue
        count = min(MOST, int(_one(sent, f"{part}.rows") or 0) if _one(sent, f"{part}.rows").isdigit() else 0)
        parts[part] = [_row(sent, f"{part}.{n}", names) for n in range(count)]
    taken = {row["id"] for row in parts["controls"]}
    for row in parts["controls"]:
        row["id"] = row["id"] or (slug(row["title"], taken) if row["title"] else "")
    return Rows(parts)


def pressed(rows: Rows, do: str, sent: Sent) -> bool:
    """Carry out a button that keeps nothing yet: add or remove a row, or search for one. Whether it was one of these."""
    verb, _, where = (_entered(sent) if do == ENTER else do).partition(" ")
    part, _, number = where.partition(".")
    mine = rows.parts.get(part, [])
    at = int(number) if number.isdigit() and int(number) < len(mine) else None
    if verb == "add" and part in NEW and len(mine) < MOST:
        new = {name: list(one) if isinstance(one, list) else one for name, one in NEW[part].items()}
        if part == "tree" and at is not None:
            mine.insert(below(mine, at), new | {"depth": mine[at]["depth"] + 1})
        else:
            mine.append(new)
    elif verb == "remove" and part in NEW and at is not None:
        del mine[at : below(mine, at) if part == "tree" else at + 1]
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
    """The text with what differs from the paper written anew, row by row. Raises ContentError where it cannot be written into."""
    before = rows_of(paper).parts
    for part in FIELDS:
        new, old = _value(part, rows.parts[part]), _value(part, before[part])
        if new != old:
            text = with_part(text, file, part, new, _same(new, old) if isinstance(new, list) else {})
    return text


def _same(new: Sequence[Any], old: Sequence[Any]) -> dict[int, int]:
    """New row → the old one that says the same; each old one once, in order."""
    found, begin = dict[int, int](), 0
    for n, row in enumerate(new):
        at = next((m for m in range(begin, len(old)) if old[m] == row), None)
        if at is not None:
            found[n], begin = at, at + 1
    return found


def _value(part: str, rows: Sequence[Row]) -> Any:
    """A part as the file has it."""
    if part == "top_event":
        return rows[0]["top_event"] if rows else ""
    if part == "conclusion":
        return concluded(rows[0]) if rows else {}
    kept = [
        row for n, row in enumerate(rows)
        if row[NEEDED[part]].strip() or row.get("evidence") or (part == "tree" and below(rows, n) > n + 1)
    ]  # fmt: skip
    if part == "human_factors":
        return [row | {"answer": row["answer"] or OPEN} for row in kept]
    return nested(kept) if part == "tree" else kept


def _row(sent: Sent, at: str, names: Sequence[str]) -> Row:
    return {name: _field(sent, f"{at}.{name}", name) for name in names}


def _field(sent: Sent, place: str, name: str) -> Any:
    if name in LISTS:
        return _many(sent, place)
    said = _one(sent, place).replace("\r\n", "\n").strip()
    if name == "answers":
        return [one.strip() for one in said.replace("\n", ",").split(",") if one.strip()]
    return (int(said) if said.isdigit() else 0) if name == "depth" else said


def _many(sent: Sent, name: str) -> list[str]:
    typed = _one(sent, f"{name}.more").replace(",", " ").split()
    return list(dict.fromkeys([*sent.get(name, ()), *typed]))


def _one(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")


def _empty_hop(hop: str) -> Row:
    empty: Row = {name: [] if name in LISTS else "" for name in FIELDS["chain"]}
    return empty | {"hop": hop, "state": "open"}
