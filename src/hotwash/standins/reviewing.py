"""Reading drafts before they leave the room."""

from __future__ import annotations

import re

from hotwash.drill.commands import ApproveDraft, RequestChanges
from hotwash.kit.schema.kit import Kit
from hotwash.standins.desk import Desk
from hotwash.standins.room import Paper, Room
from hotwash.standins.seat import SeatPolicy


class Reviewer(SeatPolicy):
    """A seat whose agreement a message may need."""

    def review_drafts(self, desk: Desk, room: Room) -> None:
        """Approve what is fit to go out, say what to change in the rest."""
        for paper in room.papers:
            waits = self.seat in paper.reviewers and self.seat not in (*paper.approved_by, *paper.changes_by)
            if not waits or paper.published_ms is not None:
                continue
            if not self.ripe(desk, f"review-{paper.draft}", 1.5 + self.habits.duty_delay_min / 4):
                continue
            wrong = objections(desk.kit, paper, external=is_external(desk.kit, paper))
            if wrong and not self.habits.thin:
                self.do(desk, RequestChanges(draft=paper.draft, note=" ".join(wrong)))
            else:
                self.do(
                    desk,
                    ApproveDraft(draft=paper.draft, note="" if self.habits.thin else "Read; true as far as we know."),
                )


def is_external(kit: Kit, paper: Paper) -> bool:
    """Does the draft's template leave the organisation?"""
    return any(one.external for one in kit.messages if one.id == paper.template)


def objections(kit: Kit, paper: Paper, *, external: bool) -> list[str]:
    """What the kit prohibits in the text, with what to say instead."""
    return [
        f"“{found[0]}”: {rule.why} Instead: {rule.instead}"
        for rule in kit.prohibited
        if (external or not rule.external_only) and (found := re.search(rule.pattern, paper.text, re.IGNORECASE))
    ]
