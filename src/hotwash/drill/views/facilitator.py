"""What exercise control sees: everything, with what is still to come."""

from __future__ import annotations

from dataclasses import dataclass, field

from hotwash.drill.design import DrillDesign
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent
from hotwash.kit.secret import AnswerKey, Inject


@dataclass
class FacilitatorView(Fold):
    """The whole log, the answer key, and the MSEL with the state of each inject."""

    design: DrillDesign
    msel: dict[str, str] = field(default_factory=dict)
    last_deed_ms: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.msel = {one.id: "waiting" for one in self.design.secret.msel}

    def apply(self, event: ViewEvent) -> None:
        """Take in the next view event."""
        super().apply(event)
        if event.type.startswith("inject_") and event.data["inject"] in self.msel:
            self.msel[event.data["inject"]] = event.type.removeprefix("inject_")
        if event.seat in self.design.seats:
            self.last_deed_ms[event.seat] = event.drill_ms

    @property
    def key(self) -> AnswerKey:
        """What really happened."""
        return self.design.secret.key

    def waiting(self) -> list[Inject]:
        """Injects that are still to come, earliest first; those on a condition last."""
        left = [one for one in self.design.secret.msel if self.msel[one.id] in ("waiting", "held")]
        return sorted(left, key=lambda one: (one.at_min is None, one.at_min or 0))
