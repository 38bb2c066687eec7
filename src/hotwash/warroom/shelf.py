"""What the drill library says of one drill."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hotwash.bootstrap import House
from hotwash.conductor.plan import PERSON, DrillPlan
from hotwash.conductor.record import MANIFEST, SCORECARD


@dataclass(frozen=True)
class ShelfCard:
    """One drill: its plan, and its score where it was scored. `head` is the hash that seals its log."""

    plan: DrillPlan
    people: int
    total: float | None = None
    grade: str = ""
    head: str = ""
    events: int = 0

    @property
    def scored(self) -> bool:
        """There is a record."""
        return bool(self.head)


def shelf(house: House, plan: DrillPlan) -> ShelfCard:
    """Read from the record, if there is one."""
    people = sum(holder == PERSON for holder in plan.seats.values())
    folder = house.record_of(plan.drill)
    if folder is None:
        return ShelfCard(plan, people)
    card = json.loads((folder / SCORECARD).read_bytes())
    manifest = json.loads((folder / MANIFEST).read_bytes())
    return ShelfCard(plan, people, card["total"], card.get("rating") or "", manifest["head"], manifest["events"])
