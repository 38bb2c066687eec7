"""What levers, expectations and duties are called on paper: a log and a scorecard have their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hotwash.drill import events as e
from hotwash.kit.schema.kit import Kit
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard

NAMES_BEFORE = ("before", "with kind")
"""Words after which the scorer, and a snapshot taken with a pull, name levers by their kinds."""


def seat_title(case: Case, seat: str) -> str:
    """What a seat is called; anything that is no seat as it is."""
    held = case.design.kit.roles.seats.get(seat)
    return held.title if held is not None else seat


def title_of(kit: Kit, seat: str) -> str:
    """What a seat, the facilitator or an observer is called on every page."""
    known = kit.roles.seats.get(seat)
    return known.title if known else {"control": "Exercise control", "all": "everybody"}.get(seat, seat.capitalize())


def about_title(kit: Kit, name: str) -> str:
    """What a reminder is about, in words: an audience of the map, a seat, the draft that a seat is to review, or what it is called."""
    title = next((one.title for one in kit.stakeholders if one.id == name), "")
    draft, _, seat = name.partition(" ")
    return title or (title_of(kit, name) if name in kit.roles.seats else draft if seat else name)


def names_of(case: Case) -> dict[str, str]:
    """Titles of levers by kind, what is expected by the id of the expectation, duties by `rule/duty`."""
    duties = {f"{one.event.rule}/{one.event.duty}": one.event.what for one in case.all(e.RuleArmed)}
    expected = {name: planned.what for name, (planned, _) in case.design.expectations.items()}
    return case.design.kit.lever_titles | {name: what.rstrip(".") for name, what in (expected | duties).items()}


def in_titles(text: str, levers: Mapping[str, str]) -> str:
    """A text with the kinds of levers that stand after one of NAMES_BEFORE in it replaced by what the levers are called."""
    if not levers:
        return text
    kind = "|".join(sorted(map(re.escape, levers), key=len, reverse=True))
    listed = rf"\b(?:{'|'.join(NAMES_BEFORE)}) (?:{kind})(?:(?:, | or )(?:{kind}))*(?![\w-])"
    return re.sub(listed, lambda found: re.sub(rf"\b(?:{kind})\b", lambda one: f"“{levers[one[0]]}”", found[0]), text)


def titled(card: Scorecard, levers: Mapping[str, str]) -> Scorecard:
    """The card with what its marks found as people read it. What is kept stays as it was scored."""
    dimensions = tuple(
        one.model_copy(update={"marks": tuple(mark.model_copy(update={"why": in_titles(mark.why, levers)}) for mark in one.marks)})
        for one in card.dimensions
    )  # fmt: skip
    return card.model_copy(update={"dimensions": dimensions})
