"""What the drill library says of the drills, and of the scenarios that they play."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hotwash.bootstrap import House
from hotwash.conductor.plan import PERSON, DrillPlan
from hotwash.conductor.record import MANIFEST, SCORECARD
from hotwash.scoring.scorecard import ContainmentCard


@dataclass(frozen=True)
class ShelfCard:
    """One drill: its plan, how far it is (`planned`, `running`, `paused`, `ended`), and its score where it was scored. `harm` is the
    share of avoidable harm that was prevented; `head` is the hash that seals its log."""

    plan: DrillPlan
    people: int
    phase: str
    total: float | None = None
    harm: float | None = None
    capped: bool = False
    head: str = ""
    events: int = 0

    @property
    def scored(self) -> bool:
        """There is a record."""
        return bool(self.head)


def shelf(house: House, plan: DrillPlan, phase: str) -> ShelfCard:
    """Read from the record, if there is one; `phase` is that of the drill if it is open."""
    people = sum(holder == PERSON for holder in plan.seats.values())
    folder = house.record_of(plan.drill)
    if folder is None:
        return ShelfCard(plan, people, phase)
    card = json.loads((folder / SCORECARD).read_bytes())
    manifest = json.loads((folder / MANIFEST).read_bytes())
    harm = ContainmentCard.model_validate(card["containment"]).prevented
    return ShelfCard(
        plan, people, "ended", card["total"], harm, bool(card["caps"]), manifest["head"], manifest["events"]
    )
