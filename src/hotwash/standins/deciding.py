"""Writing decisions down: what, why, on which evidence, what else was possible, and how we will see that it worked."""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.drill.commands import RecordDecision
from hotwash.kernel.clock import MINUTE
from hotwash.standins.desk import Desk
from hotwash.standins.room import Room
from hotwash.standins.seat import SeatPolicy

REVIEW_MIN = 15
CITED = 3


class Decider(SeatPolicy):
    """A seat that decides."""

    def decide(
        self,
        desk: Desk,
        room: Room,
        kind: str,
        about: str,
        what: str,
        reason: str,
        *,
        options: Sequence[str] = (),
        effect: str = "",
        evidence: Sequence[str] = (),
        confidence: str = "medium",
        reversible: bool | None = None,
    ) -> bool:
        """Record a decision about a matter once; True when it is on record. A thin habit leaves the reasons out."""
        name = f"{self.seat}-{kind}-{about}"
        if name in room.decisions:
            return True
        thin = self.habits.thin
        body = {
            "decision": name, "kind": kind, "what": what, "reason": what if thin else reason,
            "options": () if thin else tuple(options),
            "evidence": () if thin else tuple(evidence or cited(room)),
            "confidence": confidence, "effect": "" if thin else effect, "reversible": reversible,
            "review_at_ms": None if thin else room.now_ms + REVIEW_MIN * MINUTE,
        }  # fmt: skip
        return self.do(desk, RecordDecision.model_validate(body)).done


def cited(room: Room) -> tuple[str, ...]:
    """The evidence that most decisions rest on: what the verdicts cite, those on real alerts first, then what was collected."""
    verdicts = [*room.confirmed, *room.findings.values()]
    from_verdicts = [item for one in verdicts for item in one.evidence]
    items = dict.fromkeys([*from_verdicts, *room.evidence])
    return tuple(item for item in items if item in room.evidence)[:CITED]
