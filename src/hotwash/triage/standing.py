"""What is worse than the rest all the time: known trouble, or trouble that began before the data. Counted on the sample, by weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotwash.ports.scope import Scope
from hotwash.triage.sample import Sample
from hotwash.triage.stats import Rate, rate

MOST = 3
"""Differences of a signal that are told, the largest contrasts first."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """A segment that is worse than the rest all the time: known trouble, or trouble that began before the data."""

    scope: Scope
    rate: Rate
    rest: Rate


def standing(sample: Sample, signals: Sequence[str], dims: Sequence[str]) -> dict[str, tuple[Standing, ...]]:
    """For every signal the values of one dimension with a higher share than all others together throughout: at least twice the rest's
    share, and beyond chance after correction for all values."""
    tried = float(np.log(20 * max(1, sum(len(sample.dims[one].values) for one in dims)))) + 3
    met: dict[bytes, list[Floats]] = {}
    made: dict[str, tuple[Standing, ...]] = {}
    for name in signals:
        # Signals that the same rows can be asked about share one count of what was asked.
        asked = sample.signals[name] >= 0
        weight = np.where(asked, sample.weight, 0.0)
        mask = asked.tobytes()
        if mask not in met:
            met[mask] = [_counted(sample, one, weight) for one in dims]
        made[name] = _of_one(sample, name, dict(zip(dims, met[mask], strict=True)), float(weight.sum()), tried)
    return made


def _counted(sample: Sample, dim: str, weight: Floats) -> Floats:
    coded = sample.dims[dim]
    return np.bincount(coded.codes, weights=weight, minlength=len(coded.values)).astype(np.float64)


def _of_one(
    sample: Sample, signal: str, asked: Mapping[str, Floats], total_asked: float, tried: float
) -> tuple[Standing, ...]:
    case = np.flatnonzero(sample.signals[signal] == 1)
    weight = sample.weight[case]
    total_found, drawn = float(weight.sum()), float(sample.cases[signal].sum())
    if not drawn or not total_asked:
        return ()
    unit = total_found / drawn
    made: list[tuple[float, Standing]] = []
    for name, through in asked.items():
        coded = sample.dims[name]
        seen = np.bincount(coded.codes[case], weights=weight, minlength=len(coded.values))
        there, rest = total_found - seen, total_asked - through
        large = (seen >= 20 * unit) & (rest > 0) & (seen * rest >= 2 * there * through)
        for place in np.flatnonzero(large).tolist():
            here, likely = float(seen[place] / unit), float(there[place] / rest[place] * through[place] / unit)
            gain = here * float(np.log(here / max(likely, 1e-9))) - (here - likely)
            if gain > tried:
                scope = Scope.of({name: [coded.values[place]]})
                now, others = (
                    rate(float(one[place]), float(of[place])) for one, of in ((seen, through), (there, rest))
                )
                made.append((gain, Standing(scope, now, others)))
    made.sort(key=lambda one: -one[0])
    return tuple(one for _, one in made[:MOST])
