"""Drafts as one audience may know them: each one's way, whose agreement it needs, what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hotwash.comms.approvals import Need, needs
from hotwash.comms.updates.compare import Piece, changed
from hotwash.comms.updates.trail import Trail, trails
from hotwash.drill.design import DrillDesign
from hotwash.drill.views.fold import Fold
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Prohibited

PAPERWORK = (
    "draft_written", "draft_linted", "review_requested", "changes_requested", "draft_approved", "update_published", "update_corrected",
)  # fmt: skip
"""Events that make a draft's way."""


@dataclass(frozen=True)
class Drafts:
    """What one audience may know of the drafts at a moment."""

    view: Fold
    design: DrillDesign

    @cached_property
    def trails(self) -> dict[str, Trail]:
        """The way of each draft, oldest first."""
        return trails(self.view.of(*PAPERWORK))

    def needs(self, trail: Trail) -> tuple[Need, ...]:
        """Whose agreement the present version needs, and why."""
        template = self.design.templates.get(trail.template)
        asked = dict.fromkeys(verdict.seat for _, verdict in trail.verdicts if not verdict.approved)
        rules = self.design.kit.communication.reviews
        return needs(rules, template, trail.latest.text, trail.latest.by, asked) if template else ()

    def changed(self, trail: Trail) -> tuple[Piece, ...]:
        """What the present version changed in the one before."""
        return changed(trail.versions[-2].text, trail.latest.text) if len(trail.versions) > 1 else ()

    def remedy(self, rule: str) -> str:
        """What to write instead of what a rule of the draft check found."""
        known = self._prohibited(rule)
        return (
            f"{known.why} Instead: {known.instead}"
            if known
            else next((said for name, said in self.design.kit.wording.remedies.items() if name == rule), rule)
        )

    def correct_by(self, trail: Trail) -> int:
        """Until when a correction of what was published is in time."""
        return (trail.published_ms or 0) + round(self.design.kit.communication.correct_within_min * MINUTE)

    def _prohibited(self, rule: str) -> Prohibited | None:
        """Why words must not leave the room."""
        return next((one for one in self.design.kit.prohibited if one.id == rule), None)
