"""The improvement plan: what cost most, what to do about it, who owns it, and how to see that it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hotwash.aftermath.blocks import Block, Cell, Prose, Section, Table
from hotwash.aftermath.names import seat_title
from hotwash.drill import events as e
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.scorecard import Scorecard

WORTH_MENDING = 0.75
"""Marks below this share of 1 become rows; the rest is fine tuning."""
MOST_ROWS = 12

OWNERS = {
    "classification": ("ic", "Training"),
    "severity": ("ic", "Planning"),
    "containment": ("tech", "Equipment"),
    "evidence": ("scribe", "Planning"),
    "hypotheses": ("ml", "Training"),
    "harm-checks": ("ml", "Equipment"),
    "privacy-notification": ("privacy", "Planning"),
    "communication": ("comms", "Training"),
    "roles": ("ic", "Organisation"),
    "recovery": ("tech", "Exercise"),
}
"""Which seat owns a dimension, and the capability element (HSEEP's POETE) that a gap in it usually is."""


@dataclass(frozen=True)
class Row:
    """One row of the plan; `cost` is what it cost, in points of the total."""

    area: str
    found: str
    action: str
    element: str
    owner: str
    cost: float
    cites: tuple[int, ...]


def blocks(case: Case, card: Scorecard) -> list[Block]:
    """The plan, dearest first."""
    table = Table(
        "Improvement plan",
        ("Area", "Observation", "Corrective action", "Element", "Owner", "Points"),
        tuple(
            (
                Cell(row.area, strong=True),
                Cell(row.found, cites=row.cites),
                Cell(row.action),
                Cell(row.element),
                Cell(seat_title(case, row.owner)),
                Cell(f"{row.cost:.1f}"),
            )
            for row in plan_rows(card)
        ),
        numeric=(5,),
        empty="Every evaluated mark is at or above three quarters.",
    )
    how = (
        "Points are what each gap cost of the total of 100. An action is done when the next drill on another seed earns the mark. "
        "Owner, day, verification and state of the actions that came of it stand in capa.yaml beside this record "
        "(hotwash capa list), where they change; they are not repeated here."
    )
    found: list[Entry[Any]] = [*case.all(e.FindingRaised), *case.all(e.HotwashNoted)]
    notes = tuple((Cell(one.event.text, cites=(one.version,)), Cell(one.event.owner or "–")) for one in found)
    hot_wash = [Table("From the hot wash", ("Finding", "Owner"), notes)] if notes else []
    return [Section("Improvement plan", "improvement"), Prose(how), table, *_left_standing(case), *hot_wash]


def _left_standing(case: Case) -> list[Block]:
    """A temporary fix past its expiry is a finding, whatever it did to the score."""
    found = case.all(e.FixExpired)
    crossed = case.all(e.TripwireCrossed)
    rows = [
        (
            Cell(f"{_called(case, one.event.what)} ({one.event.fix}) stood past its expiry", cites=(one.version,)),
            Cell("Name who looks when it runs out; renew with a reason or step down as the record says."),
            Cell(seat_title(case, one.event.owner)),
        )
        for one in found
    ]
    rows += [
        (
            Cell(f"Tripwire of {one.event.risk} was crossed: {one.event.words}", cites=(one.version,)),
            Cell("Decide the acceptance anew with the evidence of now, or take away what it allowed."),
            Cell(seat_title(case, one.event.owner)),
        )
        for one in crossed
    ]
    head = ("Finding", "Corrective action", "Owner")
    return [Table("Temporary fixes and accepted risks", head, tuple(rows))] if rows else []


def plan_rows(card: Scorecard) -> list[Row]:
    """The rows of the plan, dearest first."""
    return sorted(_rows(card), key=lambda row: (-row.cost, row.area, row.action))[:MOST_ROWS]


def _rows(card: Scorecard) -> list[Row]:
    rows = []
    for one in card.dimensions:
        owner, element = OWNERS.get(one.id, ("ic", "Planning"))
        known = sum(mark.share for mark in one.marks if mark.score is not None) or 1.0
        for mark in one.marks:
            if mark.score is not None and mark.score < WORTH_MENDING:
                cost = one.weight * mark.share / known * (1 - mark.score)
                rows.append(Row(one.title, mark.why, mark.earns, element, owner, cost, mark.evidence))
        rows += [
            Row(
                one.title,
                f"Expected and missed: {gone.what}",
                gone.earns,
                element,
                gone.seat,
                0.5 * gone.worth,
                gone.evidence,
            )
            for gone in one.expectations
            if gone.state == "missed"
        ]
    return rows


def _called(case: Case, what: str) -> str:
    """A lever by its title, anything else as it is."""
    return case.design.kit.lever_titles.get(what.replace(" ", "_"), what)
