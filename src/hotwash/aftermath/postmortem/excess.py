"""What a signal counted beyond its healthy baseline, with an interval, in segments where it stood out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from hotwash.aftermath.postmortem.material import Material
from hotwash.aftermath.postmortem.spans import window
from hotwash.drill import events as e
from hotwash.drill.alerts import OVERDISPERSION

Z95 = 1.96
MOST = 8


@dataclass(frozen=True)
class Excess:
    """Counts of a signal in a cell over the minutes of the incident; `low` and `high` bound what is beyond `usual`."""

    signal: str
    title: str
    cell: tuple[str, str]
    seen: int
    usual: float
    low: float
    high: float

    @property
    def id(self) -> str:
        """Its name as a figure."""
        return f"excess-{self.signal.replace('_', '-')}-{self.cell[0]}-{self.cell[1]}"


def excess(material: Material) -> list[Excess]:
    """Largest first, segments that an alert named. The interval is that of a count whose variance is 1.3 times its mean, plus one: the
    model behind the kit's thresholds (see `drill.alerts`), at 95 %."""
    found = sorted(_found(material), key=lambda one: (-(one.seen - one.usual), one.id))
    return [one for one in found if one.low > 0][:MOST]


def _found(material: Material) -> Iterator[Excess]:
    frame, baseline, system = material.frame, material.baseline, material.case.design.system
    start, stop = window(material.card, material.case)
    fired = material.case.all(e.AlertFired)
    named = dict.fromkeys((one.event.signal, (dim, value)) for one in fired for dim, value, _ in one.event.cells if dim)
    for signal, cell in named:
        spec = system.signals[signal]
        place, index = frame.cells.index(cell), baseline.signals.index(signal)
        late = spec.delay_min
        seen = int(frame.total(signal, start + late, stop + late)[place])
        under = int(frame.total(spec.denominator or "requests", start, stop)[place])
        usual = float(baseline.rates[index][place]) * under
        half = Z95 * sqrt(OVERDISPERSION * usual + 1)
        yield Excess(signal, spec.title, cell, seen, usual, seen - usual - half, seen - usual + half)
