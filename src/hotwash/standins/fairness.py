"""Are people treated alike? Shares by protected group against the healthy baseline, with enough cases to say so."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.ports.system import SystemDescription
from hotwash.standins.playbook import PLAYS
from hotwash.standins.signals import Dashboards, Reading
from hotwash.standins.words import percent

MINUTES = 20
"""Window of the comparison: a group of a tenth of the traffic needs about this long to say anything."""
LEAST = 60
"""Decisions in a group below which its share is not compared."""
LEAST_Z = 3.0
FOUR_FIFTHS = 0.8
"""Ratio of approval rates below which a disparity is taken seriously: 29 CFR 1607.4(D), a screen and no verdict."""


@dataclass(frozen=True)
class Disparity:
    """One group that is declined more often than it used to be. `ratio` is its approval rate over the best group's."""

    dim: str
    value: str
    reading: Reading
    ratio: float

    def sentence(self, read: int) -> str:
        """What was found, as one would put it on record."""
        here = f"{self.dim} {self.value}: {percent(self.reading.percent)} declined over {MINUTES} min"
        usual = f"against {percent(self.reading.usual_percent)} on other days ({self.reading.of} decisions)"
        rule = "below" if self.ratio < FOUR_FIFTHS else "above"
        tail = f"approval ratio to the best group {self.ratio:.2f}, {rule} four fifths"
        return (
            f"{PLAYS['adverse'].what}. {here} {usual}; {tail}. {read} cases read one by one look plausible each: it only "
            "shows in the shares."
        )


def disparity(boards: Dashboards, system: SystemDescription, signal: str) -> Disparity | None:
    """The protected group whose share rose most beyond chance, or None."""
    counted = "denials" if "denials" in boards.frame.signals else signal
    protected = [dim for dim in system.dimensions if dim not in system.routable]
    worst: Disparity | None = None
    for dim in protected:
        readings = {value: boards.read(counted, MINUTES, dim, value) for value in system.dimensions[dim]}
        enough = {value: one for value, one in readings.items() if one.of >= LEAST}
        if len(enough) < 2:
            continue
        best = max(1 - one.count / one.of for one in enough.values())
        for value, one in enough.items():
            if one.z >= LEAST_Z and (worst is None or one.z > worst.reading.z):
                worst = Disparity(dim, value, one, (1 - one.count / one.of) / max(best, 1e-9))
    return worst
