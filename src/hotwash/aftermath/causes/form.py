"""`causes.yaml` as the rows of a form, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotwash.aftermath.causes.form_rows import NODE, concluded, conclusion_row, flat, nested, paths
from hotwash.aftermath.forms.fields import Reader, chosen, depth, many, text
from hotwash.aftermath.forms.shape import Part, Parts, Place, Row, Shape, Steps
from hotwash.kit.exchange.given import slug
from hotwash.kit.schema.causes import HOPS, OPEN, CausesPaper


def _fields(*names: str, **others: Reader) -> Mapping[str, Reader]:
    lists = {"evidence": many, "controls": many, "contributors": many, "answers": chosen, **others}
    return {name: lists.get(name, text) for name in names}


PARTS: Mapping[str, Part] = {
    "top_event": Part(_fields("top_event"), "top_event"),
    "conclusion": Part(_fields("component", "mode", "bucket", "contributors", "since_min", "scope")),
    "chain": Part(_fields("hop", "state", "what", "changed", "assumed", "component", "evidence", "controls"), "what"),
    "whys": Part(_fields("because", "evidence"), "because", {"because": "", "evidence": []}),
    "factors": Part(
        _fields("factor", "kind", "effect", "evidence"), "factor",
        {"factor": "", "kind": "process", "effect": "created", "evidence": []},
    ),
    "tree": Part(
        _fields(*NODE, "depth", depth=depth), "cause",
        {"cause": "", "verdict": "open", "evidence": [], "controls": [], "gate": "any", "depth": 0},
    ),
    "consequences": Part(
        _fields("consequence", "verdict", "evidence", "controls"), "consequence",
        {"consequence": "", "verdict": "open", "evidence": [], "controls": []},
    ),
    "controls": Part(
        _fields("id", "title", "state", "why", "answers"), "title",
        {"id": "", "title": "", "state": "open", "why": "", "answers": []},
    ),
    "human_factors": Part(
        _fields("question", "answer", "evidence"), "question", {"question": "", "answer": "", "evidence": []}
    ),
}  # fmt: skip
"""Parts of the paper, each a key of the file, in its order."""


def _rows(paper: CausesPaper) -> Parts:
    """The rows of a paper; a hop that is missing has an empty row at its end."""
    body = paper.model_dump(mode="json")
    whole = {"top_event": [{"top_event": body["top_event"]}], "conclusion": [conclusion_row(body["conclusion"])], "tree": list(flat(body["tree"]))}  # fmt: skip
    parts = {name: whole.get(name) or [{key: row[key] for key in part.fields} for row in body[name]] for name, part in PARTS.items()}  # fmt: skip
    there = {row["hop"] for row in parts["chain"]}
    parts["chain"] += [_empty_hop(hop) for hop in HOPS if hop not in there]
    return parts


def _empty_hop(hop: str) -> Row:
    empty: Row = {name: [] if read is many else "" for name, read in PARTS["chain"].fields.items()}
    return empty | {"hop": hop, "state": "open"}


def _value(name: str, parts: Parts) -> Any:
    """A part as the file has it."""
    rows = parts[name]
    match name:
        case "top_event":
            return rows[0]["top_event"] if rows else ""
        case "conclusion":
            return concluded(rows[0]) if rows else {}
        case "tree":
            return nested(rows)
        case "human_factors":
            return [row | {"answer": row["answer"] or OPEN} for row in rows]
    return rows


def _place(steps: Steps, data: Any) -> Place | None:
    if not steps or steps[0] not in PARTS:
        return None
    name = str(steps[0])
    if name in ("top_event", "conclusion"):
        return name, 0, str(steps[1]) if len(steps) > 1 else name
    if name == "tree" and len(steps) > 1:
        nodes = list(paths(data["tree"]))
        whole = next((steps[:length] for length in range(len(steps), 1, -1) if tuple(steps[:length]) in nodes), ())
        return (name, nodes.index(tuple(whole)), str(steps[len(whole)]) if len(steps) > len(whole) else "") if whole else (name, None, "")  # fmt: skip
    return name, int(steps[1]) if len(steps) > 1 else None, str(steps[2]) if len(steps) > 2 else ""


def _name_controls(parts: Parts) -> None:
    """An id for a control that has a title and none."""
    taken = {row["id"] for row in parts["controls"]}
    for row in parts["controls"]:
        row["id"] = row["id"] or (slug(row["title"], taken) if row["title"] else "")


def _of(name: str) -> Any:
    return lambda parts: _value(name, parts)


CAUSES_SHAPE: Shape[CausesPaper] = Shape(PARTS, _rows, {name: _of(name) for name in PARTS}, _place, finish=_name_controls)  # fmt: skip
