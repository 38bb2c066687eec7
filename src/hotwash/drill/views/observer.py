"""What an observer sees: the log and the evaluation guide, seat by seat."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.drill.design import DrillDesign
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent


@dataclass
class ObserverView(Fold):
    """The whole log, what to look for, and the ratings given so far."""

    design: DrillDesign

    @property
    def guide(self) -> dict[str, str]:
        """Delivered inject → what observers look for."""
        delivered = {event.data["inject"] for event in self.events if event.type == "inject_delivered"}
        return {one.id: one.evaluator for one in self.design.secret.msel if one.id in delivered}

    @property
    def ratings(self) -> list[ViewEvent]:
        """Ratings given, oldest first."""
        return [event for event in self.events if event.type == "observer_rating_given"]
