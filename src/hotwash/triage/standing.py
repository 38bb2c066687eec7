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


def standing(sample: Sample, own: Mapping[str, str], dims: Sequence[str]) -> dict[str, tuple[Standing, ...]]:
    """For every signal the values of one dimension with a higher share than all others together throughout: at least twice the rest's
    share, and beyond chance after correction for all values. `own` are the columns that signals are made of, by signal: they tell
    nothing."""
    met: dict[tuple[bytes, str], Floats] = {}
    made: dict[str, tuple[Standing, ...]] = {}
    for name, column in own.items():
        asked = sample.signals[name] >= 0
        weight = np.where(asked, sample.weight, 0.0)
        mask, through = asked.tobytes(), dict[str, Floats]()
        for dim in [one for one in dims if one != column]:
            # Signals that the same rows can be asked about share one count of what was asked.
            if (mask, dim) not in met:
                met[mask, dim] = _counted(sample, dim, weight)
            through[dim] = met[mask, dim]
        made[name] = _of_one(sample, name, through, float(weight.sum()))
    return made


def _counted(sample: Sample, dim: str, weight: Floats) -> Floats:
    coded = sample.dims[dim]
    return np.bincount(coded.codes, weights=weight, minlength=len(coded.values)).astype(np.float64)


def _of_one(sample: Sample, signal: str, asked: Mapping[str, Floats], total_asked: float) -> tuple[Standing, ...]:
    case = np.flatnonzero(sample.signals[signal] == 1)
    weight = sample.weight[case]
    total_found, drawn = float(weight.sum()), float(sample.cases[signal].sum())
    if not drawn or not total_asked:
        return ()
    unit = total_found / drawn
    tried = float(np.log(20 * max(1, sum(map(len, asked.values()))))) + 3
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
