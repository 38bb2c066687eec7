"""Reading the dashboards: excess over the healthy baseline, since when, and in which part of the traffic.

The z-score is (count - expected) / sqrt(1.3 expected + 1): Poisson with 30 % overdispersion, and one count of slack so
that rare signals do not cry at the first event. The segment search is greedy over at most two dimensions: more would
need more volume than a drill's first minutes hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hotwash.comms.lint.same import Same
from hotwash.ports.system import Baseline, SignalFrame, SystemDescription

Floats = NDArray[np.float64]

OVERDISPERSION = 1.3
SEGMENT_Z, SEGMENT_COUNT = 3.0, 3
"""A value of a dimension counts as affected from this z-score and this many events on."""
COVER, LIFT, GAIN = 0.6, 1.3, 0.25
"""A dimension explains an excess when its affected values hold this share of it, at this multiple of the overall rate,
and hold more of the excess than of the traffic by this much."""
SMALLEST, LARGEST = 5, 20
"""Minutes looked back: at least for a verdict, at most so that the picture stays fresh."""


@dataclass(frozen=True)
class Part:
    """Affected values of one dimension. `covers` is their share of the excess, `traffic` of the requests."""

    dim: str
    values: tuple[str, ...]
    covers: float
    traffic: float


@dataclass(frozen=True)
class Reading:
    """One signal in one cell over a window: what was counted, what a healthy service would have shown."""

    count: int
    expected: float
    of: int

    @property
    def z(self) -> float:
        """How far out of the ordinary."""
        return float((self.count - self.expected) / np.sqrt(OVERDISPERSION * self.expected + 1))

    @property
    def percent(self) -> float:
        """Share of the denominator, in percent."""
        return 100 * self.count / self.of if self.of else 0.0

    @property
    def usual_percent(self) -> float:
        """The healthy share, in percent."""
        return 100 * self.expected / self.of if self.of else 0.0


@dataclass(frozen=True)
class Onset:
    """When something began, in whole minutes, with the range that the counts allow."""

    minute: int
    earliest: int
    latest: int


Cells = tuple[tuple[str, str], ...]
LAYOUTS = 32
"""Systems whose dashboards are kept as they are looked up."""


@lru_cache(LAYOUTS)
def _places(cells: Cells) -> dict[tuple[str, str], int]:
    """Where each cell stands."""
    return {cell: index for index, cell in enumerate(cells)}


@lru_cache(LAYOUTS)
def _rates(baseline: Same[Baseline], cells: Cells) -> dict[str, Floats]:
    """Healthy rates by signal, in the order of some cells."""
    places, it = _places(baseline.it.cells), baseline.it
    order = [places[cell] for cell in cells]
    return {name: it.rates[row][order] for row, name in enumerate(it.signals)}


class Dashboards:
    """Signals up to a moment (`minute`: whole minutes, the last complete one unless told) against the baseline. Arrays
    are by cell of the frame."""

    def __init__(
        self, frame: SignalFrame, baseline: Baseline, system: SystemDescription, until: int | None = None
    ) -> None:
        self.frame, self.system = frame, system
        self.minute = frame.minutes if until is None else min(until, frame.minutes)
        self._rates = _rates(Same(baseline), frame.cells)
        self._cell = _places(frame.cells)

    def read(self, signal: str, minutes: int, dim: str = "", value: str = "") -> Reading:
        """One signal in one cell over the last minutes. Raises KeyError for a cell that does not exist."""
        counts, expected, of = self._window(signal, self.minute - minutes, self.minute)
        cell = self._cell[(dim, value)]
        return Reading(int(counts[cell]), float(expected[cell]), int(of[cell]))

    def hot(self, signals: tuple[str, ...], minutes: int = 10, z: float = 3.5) -> list[str]:
        """Those of some signals that are out of the ordinary in all traffic or in one cell, strongest first."""
        known = [name for name in signals if name in self.frame.signals and name in self._rates]
        strength = {name: float(self._z(name, self.minute - minutes, self.minute).max()) for name in known}
        return sorted((name for name in known if strength[name] >= z), key=lambda name: -strength[name])

    def requests_in(self, scope: Mapping[str, Sequence[str]], start: int, stop: int) -> float:
        """Requests of whole minutes [start, stop) inside a scope, as if its dimensions were independent."""
        of = self.frame.total("requests", start, stop).astype(np.float64)
        share = 1.0
        for dim, values in scope.items():
            inside = sum(of[self._cell[(dim, value)]] for value in values if (dim, value) in self._cell)
            share *= float(inside / max(1.0, of[0]))
        return float(of[0] * share)

    def window_for(self, since_min: int) -> int:
        """How many minutes back to look at something that began at a minute."""
        return int(min(LARGEST, max(SMALLEST, self.minute - since_min)))

    def _window(self, signal: str, start: int, stop: int) -> tuple[Floats, Floats, Floats]:
        spec = self.system.signals[signal]
        counts = self.frame.total(signal, start, stop).astype(np.float64)
        late = self._late(signal)
        of = self.frame.total(spec.denominator or "requests", start - late, stop - late).astype(np.float64)
        return counts, self._rates[signal] * of, of

    def _late(self, signal: str) -> int:
        """Minutes by which a signal trails its denominator: requests of now cannot have shown it yet."""
        spec = self.system.signals[signal]
        denominator = self.system.signals.get(spec.denominator or "requests")
        return max(0, spec.delay_min - (denominator.delay_min if denominator else 0))

    def _z(self, signal: str, start: int, stop: int) -> Floats:
        counts, expected, _ = self._window(signal, start, stop)
        z: Floats = np.where(counts >= SEGMENT_COUNT, (counts - expected) / np.sqrt(OVERDISPERSION * expected + 1), 0.0)
        return z

    def parts(self, signal: str, minutes: int) -> list[Part]:
        """The dimensions that explain a signal's excess, best first; empty when it is everywhere or too thin to say."""
        counts, expected, of = self._window(signal, self.minute - minutes, self.minute)
        z = self._z(signal, self.minute - minutes, self.minute)
        found = [
            part
            for dim in dict.fromkeys(dim for dim, _ in self.frame.cells if dim)
            if (part := self._part(dim, counts, counts - expected, of, z)) is not None
        ]
        return sorted(found, key=lambda part: part.traffic - part.covers)

    def part_of(self, dim: str, value: str, signal: str, minutes: int) -> Part:
        """One value as a part: its share of the excess over all values of its dimension, and of the requests."""
        readings = {one: self.read(signal, minutes, dim, one) for name, one in self.frame.cells if name == dim}
        excess = {one: max(0.0, read.count - read.expected) for one, read in readings.items()}
        every = sum(read.of for read in readings.values())
        covers = excess[value] / max(1e-9, sum(excess.values()))
        return Part(dim, (value,), covers, readings[value].of / max(1, every))

    def _part(self, dim: str, counts: Floats, excess: Floats, of: Floats, z: Floats) -> Part | None:
        cells = np.array([index for index, (name, _) in enumerate(self.frame.cells) if name == dim])
        hot = cells[z[cells] > SEGMENT_Z]
        if not len(hot) or len(hot) == len(cells):
            return None
        covers = float(excess[hot].sum() / max(1e-9, excess[cells][excess[cells] > 0].sum()))
        traffic = float(of[hot].sum() / max(1.0, of[0]))
        lift = float(counts[hot].sum() / max(1.0, of[hot].sum()) / max(1e-9, counts[0] / max(1.0, of[0])))
        if covers < COVER or lift < LIFT or covers - traffic <= GAIN:
            return None
        return Part(dim, tuple(self.frame.cells[index][1] for index in hot), covers, traffic)

    def onset(self, signal: str, part: Part | None = None) -> Onset | None:
        """When a signal began to run high: the start that makes everything since then most extraordinary.

        The range holds every start that is less than one standard deviation worse. None before there is anything.
        """
        cells = [0] if part is None else [self._cell[(part.dim, value)] for value in part.values]
        late = self._late(signal)
        row = self.frame.signals.index(signal)
        counts = self.frame.counts[row, : self.minute][:, cells].sum(axis=1).astype(np.float64)
        of = self.frame.counts[self.frame.signals.index(self.system.signals[signal].denominator or "requests")]
        shifted = np.zeros((self.minute, len(cells)))
        shifted[late:] = of[: self.minute - late, cells] if self.minute > late else 0
        expected = (shifted * self._rates[signal][cells]).sum(axis=1)
        over = np.cumsum((counts - expected)[::-1])[::-1]
        room = np.cumsum(expected[::-1])[::-1]
        score = over / np.sqrt(OVERDISPERSION * room + 1)
        if not len(score) or score.max() < SEGMENT_Z:
            return None
        delay = self.system.signals[signal].delay_min
        near = np.flatnonzero(score >= score.max() - 1)
        return Onset(*(max(0, int(minute) - delay) for minute in (score.argmax(), near[0], near[-1])))
