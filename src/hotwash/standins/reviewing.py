"""Reading drafts before they leave the room."""

from __future__ import annotations

from hotwash.comms.lint.check import check
from hotwash.drill.commands import ApproveDraft, RequestChanges
from hotwash.standins.desk import Desk, known
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
            wrong = objections(desk, paper)
            if wrong and not self.habits.thin:
                self.do(desk, RequestChanges(draft=paper.draft, note=" ".join(wrong)))
            else:
                self.do(
                    desk,
                    ApproveDraft(draft=paper.draft, note="" if self.habits.thin else "Read; true as far as we know."),
                )


def objections(desk: Desk, paper: Paper) -> list[str]:
    """What stops a draft by what this seat knows, with what to write instead."""
    found = check(paper.text, paper.variant, known(desk), desk.kit)
    return [
        f"“{one.words}”: {one.why} Instead: {one.write}" if one.words else f"{one.why} {one.write}"
        for one in found
        if one.blocks
    ]
