"""What one seat knows: a fold of the view events that reached it, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.drill.views.fold import Fold


@dataclass
class PlayerView(Fold):
    """The situation as one seat has it. Two views that were shown the same events are equal."""

    seat: str

    @property
    def levers(self) -> dict[str, str]:
        """Lever call → how far it got."""
        reached = {"lever_requested": "requested", "lever_refused": "refused", "lever_pulled": "pulled",
                   "lever_took_effect": "effective", "lever_reverted": "reverted"}  # fmt: skip
        return {event.data["call"]: reached[event.type] for event in self.of(*reached)}
