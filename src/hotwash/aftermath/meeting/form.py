"""`review.yaml` and `risks.yaml` as the rows of forms, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hotwash.aftermath.forms.fields import chosen, either, levels, many, text
from hotwash.aftermath.forms.shape import Part, Parts, Place, Row, Shape, Steps
from hotwash.aftermath.meeting.draft import ASKS, CHAIR, LIKELY, OWNER, PLAN
from hotwash.kit.exchange.given import slug
from hotwash.kit.schema.meeting import ITEMS, ReviewPaper, RiskPaper

MINUTES, DECISIONS = "minutes", "decided"
MEETING = ("held_on", "chair", "sign_off", "frameworks")
UNKNOWN = "unknown"
"""The failure mode of a risk for which nobody chose one."""


def part_of(item: str, what: str) -> str:
    """The part of the form that holds the minutes, or the decisions, of an item of the agenda."""
    return f"{item}-{what}"


_MINUTE = Part({"text": text, "evidence": many}, "text", {"text": "", "evidence": []})
_DECISION = Part({"text": text}, "text", {"text": ""})
REVIEW_PARTS: Mapping[str, Part] = {
    "meeting": Part({"held_on": text, "chair": text, "sign_off": chosen, "frameworks": chosen}),
    "attended": Part({"role": text, "name": text}, "name", {"role": "", "name": ""}),
    **{part_of(item, MINUTES): _MINUTE for item in ITEMS},
    **{part_of(item, DECISIONS): _DECISION for item in ITEMS},
}
RISK_PARTS: Mapping[str, Part] = {
    "risks": Part(
        {
            "id": text, "title": text, "mode": text, "likelihood": text, "why_likely": text, "impact": levels, "gaps": many, "evidence": many,
            "owner": either, "treatment": text, "plan": text, "accepted_by": either, "accepted_until": text, "review_on": text,
        },
        "title",
        {
            "id": "", "title": "", "mode": UNKNOWN, "likelihood": "open", "why_likely": LIKELY, "impact": {}, "gaps": [], "evidence": [],
            "owner": OWNER, "treatment": "open", "plan": PLAN, "accepted_by": "", "accepted_until": "", "review_on": "",
        },
    )
}  # fmt: skip


def _review_rows(paper: ReviewPaper) -> Parts:
    body = paper.model_dump(mode="json")
    items: dict[str, Any] = {one["item"]: one for one in body["agenda"]}
    parts: Parts = {"meeting": [{name: body[name] or "" if name == "held_on" else body[name] for name in MEETING}], "attended": body["attended"]}  # fmt: skip
    for item in ITEMS:
        there = items.get(item, {MINUTES: [], DECISIONS: []})
        parts[part_of(item, MINUTES)] = there[MINUTES]
        parts[part_of(item, DECISIONS)] = [{"text": one} for one in there[DECISIONS]]
    return parts


def _meeting(name: str) -> Callable[[Parts], Any]:
    def value(parts: Parts) -> Any:
        row: Row = next(iter(parts["meeting"]), {})
        empty: Any = {"held_on": None, "chair": CHAIR}.get(name, [])
        return row.get(name) or empty

    return value


def _agenda(parts: Parts) -> list[Row]:
    return [
        {
            "item": item,
            MINUTES: [row | {"text": row["text"] or f"OPEN: {ASKS[item]}"} for row in parts[part_of(item, MINUTES)]],
            DECISIONS: [row["text"] for row in parts[part_of(item, DECISIONS)]],
        }
        for item in ITEMS
    ]


def _review_place(steps: Steps, _: Any) -> Place | None:
    match list(steps):
        case ["held_on" | "chair" | "sign_off" | "frameworks" as name, *_]:
            return "meeting", 0, str(name)
        case ["attended", int(row), *rest]:
            return "attended", row, str(rest[0]) if rest else ""
        case ["attended"]:
            return "attended", None, ""
        case ["agenda", int(item), "minutes" | "decided" as what, int(row), *rest] if item < len(ITEMS):
            return part_of(ITEMS[item], str(what)), row, str(rest[0]) if rest else "text"
        case ["agenda", int(item), *_] if item < len(ITEMS):
            return part_of(ITEMS[item], MINUTES), None, ""
    return None


def _is_in_order(paper: ReviewPaper) -> bool:
    return tuple(one.item for one in paper.agenda) == ITEMS


REVIEW_SHAPE: Shape[ReviewPaper] = Shape(
    REVIEW_PARTS,
    _review_rows,
    {
        "held_on": _meeting("held_on"),
        "chair": _meeting("chair"),
        "attended": lambda parts: parts["attended"],
        "sign_off": _meeting("sign_off"),
        "frameworks": _meeting("frameworks"),
        "agenda": _agenda,
    },
    _review_place,
    inside={"agenda": [(n, what) for n in range(len(ITEMS)) for what in (MINUTES, DECISIONS)]},
    fits=_is_in_order,
)


def _risk_rows(paper: RiskPaper) -> Parts:
    rows = [one.model_dump(mode="json") for one in paper.risks]
    return {"risks": [row | {name: row[name] or "" for name in ("accepted_until", "review_on")} for row in rows]}


def _risk(row: Row) -> Row:
    """A risk as the file has it. Who accepted it and until when stand there where somebody did."""
    said = row | {"why_likely": row["why_likely"] or LIKELY, "owner": row["owner"] or OWNER, "plan": row["plan"] or PLAN}  # fmt: skip
    said |= {name: row[name] or None for name in ("accepted_until", "review_on")}
    accepted = row["accepted_by"] or row["accepted_until"] or row["treatment"] == "accept"
    return {name: value for name, value in said.items() if accepted or name not in ("accepted_by", "accepted_until")}


def _risk_place(steps: Steps, _: Any) -> Place | None:
    match list(steps):
        case ["risks", int(row), *rest]:
            return "risks", row, str(rest[0]) if rest else ""
        case ["risks"]:
            return "risks", None, ""
    return None


def _name_risks(parts: Parts) -> None:
    """An id for a risk that has a title and none."""
    taken = {row["id"] for row in parts["risks"]}
    for row in parts["risks"]:
        row["id"] = row["id"] or (slug(row["title"], taken) if row["title"] else "")


RISKS_SHAPE: Shape[RiskPaper] = Shape(
    RISK_PARTS,
    _risk_rows,
    {"risks": lambda parts: [_risk(row) for row in parts["risks"]]},
    _risk_place,
    finish=_name_risks,
)
