"""Means and mean differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TypeVar

from scipy import special

from hotwash.triage.stats import LEVEL

K = TypeVar("K")


@dataclass(frozen=True)
class Mean:
    """The mean of `n` numbers with a 95 % interval (Student's t); None where there are fewer than two."""

    n: int
    mean: float
    low: float | None
    high: float | None

    @property
    def tells(self) -> bool:
        """The interval leaves out zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def mean_of(values: Sequence[float]) -> Mean:
    """A mean with its interval (Student 1908). Raises ValueError for no values."""
    if not values:
        raise ValueError("no number has a mean")
    n, middle = len(values), fmean(values)
    if n < 2:
        return Mean(n, middle, None, None)
    half = float(special.stdtrit(n - 1, 0.5 + LEVEL / 2)) * stdev(values) / math.sqrt(n)
    return Mean(n, middle, middle - half, middle + half)


def paired(tried: Mapping[K, float], before: Mapping[K, float]) -> Mean:
    """The mean of the differences of pairs, by what they have in common. Raises ValueError without a pair."""
    return mean_of([tried[key] - before[key] for key in tried if key in before])
