"""Are people treated alike? Shares by protected group against the healthy baseline, with enough cases to say so."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.ports.system import SystemDescription
from hotwash.standins.playbook import PLAYS
from hotwash.standins.signals import Dashboards, Part, Reading
from hotwash.standins.words import percent, sentence

MINUTES = 20
"""Window of the comparison: a group of a tenth of the traffic needs about this long to say anything."""
SHORTEST = 6
"""Minutes since the onset from which the share is taken from that time alone."""
LEAST = 60
"""Decisions in a group below which its share is not compared."""
LEAST_Z = 3.0
FOUR_FIFTHS = 0.8
"""Ratio of approval rates below which a disparity is taken seriously: 29 CFR 1607.4(D), a screen and no verdict."""
QUANTILE = 1.96


@dataclass(frozen=True)
class Disparity:
    """One group that is declined more often than it used to be. `ratio` is its approval rate over the best group's;
    `minutes` the window of both."""

    dim: str
    value: str
    reading: Reading
    ratio: float
    minutes: int

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the declined share, in percent (normal approximation; hundreds of decisions)."""
        share = self.reading.count / self.reading.of
        half = QUANTILE * (share * (1 - share) / self.reading.of) ** 0.5
        return 100 * max(0.0, share - half), 100 * min(1.0, share + half)

    def sentence(self) -> str:
        """What was found, as one would put it on record."""
        low, high = self.interval
        here = f"{self.dim} {self.value}: {percent(self.reading.percent)} declined over {self.minutes} min"
        sure = f"(95 % interval {percent(low)} to {percent(high)}, {self.reading.of} decisions)"
        usual = f"against {percent(self.reading.usual_percent)} on other days"
        rule = "below" if self.ratio < FOUR_FIFTHS else "above"
        return (
            f"{sentence(PLAYS['adverse'].what)} {sentence(f'{here} {sure} {usual}')} "
            f"Approval ratio to the best group {self.ratio:.2f}, {rule} four fifths."
        )


def disparity(boards: Dashboards, system: SystemDescription, signal: str) -> Disparity | None:
    """The protected group whose share rose most beyond chance, or None."""
    counted = "denials" if "denials" in boards.frame.signals else signal
    protected = [dim for dim in system.dimensions if dim not in system.routable]
    found = [one for dim in protected for one in _risen(boards, counted, dim, system.dimensions[dim], MINUTES)]
    worst = max(found, key=lambda one: (one.reading.z, one.value), default=None)
    if worst is None:
        return None
    onset = boards.onset(counted, Part(worst.dim, (worst.value,), 1.0, 1.0))
    since = boards.minute - onset.minute if onset else MINUTES
    fresh = _risen(boards, counted, worst.dim, system.dimensions[worst.dim], min(MINUTES, max(SHORTEST, since)))
    return next((one for one in fresh if one.value == worst.value), worst)


def _risen(boards: Dashboards, signal: str, dim: str, values: tuple[str, ...], minutes: int) -> list[Disparity]:
    """Groups of one dimension whose share is beyond chance, where groups are large enough to be compared at all."""
    readings = {value: boards.read(signal, minutes, dim, value) for value in values}
    enough = {value: one for value, one in readings.items() if one.of >= LEAST}
    if len(enough) < 2:
        return []
    best = max(1 - one.count / one.of for one in enough.values())
    return [
        Disparity(dim, value, one, (1 - one.count / one.of) / max(best, 1e-9), minutes)
        for value, one in enough.items()
        if one.z >= LEAST_Z and _above_the_rest(one, [other for key, other in enough.items() if key != value])
    ]


def _above_the_rest(one: Reading, others: list[Reading]) -> bool:
    """Whether a group rose beyond what rose for everybody: its excess over its own usual share plus the rise of the
    others. Without this, whatever is declined more often everywhere would count as a disparity of the largest group."""
    common = sum(other.count - other.expected for other in others) / sum(other.of for other in others)
    return Reading(one.count, one.expected + max(0.0, common) * one.of, one.of).z >= LEAST_Z
