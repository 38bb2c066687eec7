"""Intervals for few drills, without a distribution that nobody knows: order statistics for medians, exact bounds for shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from hotwash.triage.stats import promise, vouched

LEVEL = 0.95


@dataclass(frozen=True)
class Median:
    """`n` values, their median, the worst, and the interval between order statistics; `covers` is its exact confidence. With fewer
    than six values it runs from the least to the worst, and `covers` says how little that is."""

    n: int
    middle: float
    low: float
    high: float
    worst: float
    covers: float

    @property
    def enough(self) -> bool:
        """The interval has its 95 %."""
        return self.covers >= LEVEL


def median_of(values: Sequence[float]) -> Median:
    """The median of at least one value; values that never ended are `math.inf`. Raises ValueError for none.

    The interval is between the k-th smallest and the k-th largest, with the largest k that covers 95 %: it holds for any continuous
    distribution (David and Nagaraja, Order Statistics, 3rd ed., 7.1). The median of an even number is the upper of the two middle
    values, so that no mean with `inf` is taken and the figure errs on the slow side.
    """
    if not values:
        raise ValueError("a median needs at least one value")
    ranked, n = sorted(values), len(values)
    k = 1
    while 2 * (k + 1) <= n and _covers(n, k + 1) >= LEVEL:
        k += 1
    return Median(n, ranked[n // 2], ranked[k - 1], ranked[n - k], ranked[-1], max(0.0, _covers(n, k)))


def _covers(n: int, k: int) -> float:
    """Probability that the median lies between the k-th smallest and the k-th largest of n."""
    return 1.0 - 2.0 * float(special.bdtr(k - 1, n, 0.5))


@dataclass(frozen=True)
class Part:
    """`found` of `asked`, with the lower and the upper bound of the true share, one-sided 95 % each (Clopper and Pearson 1934)."""

    found: int
    asked: int
    least: float
    most: float


def part_of(found: int, asked: int) -> Part:
    """n of N with its bounds."""
    return Part(found, asked, vouched(found, asked, LEVEL), promise(found, asked, LEVEL))
