"""Charts that stood over a threshold of the kit in a segment which no alert named at the time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from hotwash.drill import events as e
from hotwash.drill.alerts import standing
from hotwash.kernel.clock import MINUTE
from hotwash.ports.system import Baseline, SignalFrame
from hotwash.scoring.case import Case

LEAST_MIN = 5
"""Minutes over the threshold from which it is told: what stands for less is noise at several dozen cells an alert."""


@dataclass(frozen=True)
class Crossing:
    """Alert and cell (dimension, value); over the threshold for `minutes` of the minutes from `from_min` to `to_min`."""

    alert: str
    cell: tuple[str, str]
    from_min: int
    to_min: int
    minutes: int

    @property
    def id(self) -> str:
        """Its name as a figure."""
        return f"chart-{self.alert}-{self.cell[0]}-{self.cell[1]}"

    @property
    def span(self) -> int:
        """Minutes from first to last, both counted."""
        return self.to_min - self.from_min + 1


def crossings(case: Case, frame: SignalFrame, baseline: Baseline) -> list[Crossing]:
    """Cells of segments over `z_segment` from the onset to ENDEX that no alert had named when they crossed, oldest first."""
    key = case.design.secret.key
    start, end = int(key.onset_min or 0), int(case.ended_ms // MINUTE)
    over: dict[tuple[str, tuple[str, str]], list[int]] = defaultdict(list)
    for alert in case.design.alerts.values():
        for minute in range(start, end + 1):
            for dim, value, _ in standing(alert, case.design.system, frame, baseline, minute):
                if dim:
                    over[alert.id, (dim, value)].append(minute)
    named = {
        (one.event.alert, cell[:2]): one.at_min for one in reversed(case.all(e.AlertFired)) for cell in one.event.cells
    }
    found = [
        Crossing(alert, cell, times[0], times[-1], len(times))
        for (alert, cell), times in over.items()
        if len(times) >= LEAST_MIN and named.get((alert, cell), float("inf")) > times[0]
    ]
    return sorted(found, key=lambda one: (one.from_min, one.alert, one.cell))
