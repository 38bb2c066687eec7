"""Is it getting better? Compared like with like, and said only when chance would rarely look so.

Two drills are compared only when they are of the same group: the same scenario with the same cards. The statistic is Kendall's, summed
over groups (the seasonal Kendall test of Hirsch, Slack and Smith 1982, with scenarios for seasons); its distribution is that of the
order within groups being by chance, counted exactly where there are few orders and drawn from a seeded generator where there are many.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hotwash.kernel.seeds import derive

LEVEL = 0.05
MOST_EXACT = 20_000
"""Orders that are counted one by one; beyond them this many are drawn."""
DRAWN = 9_999

Direction = Literal["falling", "rising", "no trend shown", "cannot be told"]


@dataclass(frozen=True)
class Point:
    """One value of one drill: when (days), in which group it may be compared, and how much (`math.inf` for never)."""

    day: float
    group: str
    value: float


@dataclass(frozen=True)
class Trend:
    """`p` is two-sided; `smallest_p` the smallest that these drills could give: above 5 % no order of them could show a trend.
    `per_quarter` is the median of the slopes between comparable drills, times 91 days, with the range of slopes that are not refuted."""

    direction: Direction
    p: float
    smallest_p: float
    pairs: int
    n: int
    per_quarter: float | None = None
    low: float | None = None
    high: float | None = None


def trend_of(points: Sequence[Point]) -> Trend:
    """The trend of some values over time."""
    groups = _groups(points)
    n = sum(len(one) for one in groups)
    pairs = sum(len(one) * (len(one) - 1) // 2 for one in groups)
    smallest = min(1.0, 2.0 / math.prod(math.factorial(len(one)) for one in groups))
    if smallest > LEVEL:
        return Trend("cannot be told", 1.0, smallest, pairs, n)
    values = [np.array([one.value for one in group]) for group in groups]
    found, chance = _statistic(values), _by_chance(values)
    p = float(np.mean(np.abs(chance) >= abs(found) - 1e-9))
    slopes = _slopes(groups)
    middle = float(np.median(slopes)) if slopes.size else None
    low, high = _not_refuted(groups, slopes) if slopes.size else (None, None)
    direction: Direction = "no trend shown" if p > LEVEL or found == 0 else "falling" if found < 0 else "rising"
    return Trend(direction, p, smallest, pairs, n, middle, low, high)


def _groups(points: Sequence[Point]) -> list[list[Point]]:
    """Groups of at least two, each in the order of its days."""
    found: dict[str, list[Point]] = {}
    for one in sorted(points, key=lambda one: one.day):
        found.setdefault(one.group, []).append(one)
    return [one for one in found.values() if len(one) > 1]


def _statistic(groups: Sequence[NDArray[np.float64]]) -> float:
    return sum(_kendall(one) for one in groups)


def _kendall(values: NDArray[np.float64]) -> float:
    """Later and larger pairs, less later and smaller ones; two that never ended are equal."""
    before, after = values[:, None], values[None, :]
    signs = np.where(before == after, 0, np.where(after > before, 1, -1))
    return float(np.triu(signs, 1).sum())


def _by_chance(groups: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The statistic in every order within groups, or in many that are drawn (the one that was seen among them)."""
    orders = math.prod(math.factorial(len(one)) for one in groups)
    if orders <= MOST_EXACT:
        each = [[_kendall(np.array(order)) for order in permutations(one)] for one in groups]
        return np.array([sum(one) for one in product(*each)])
    g = np.random.Generator(np.random.PCG64(derive(0, "readiness trend")))
    drawn = [_statistic([g.permutation(one) for one in groups]) for _ in range(DRAWN)]
    return np.array([_statistic(groups), *drawn])


def _slopes(groups: Sequence[Sequence[Point]]) -> NDArray[np.float64]:
    """Slopes a quarter (91 days) between comparable drills of different days that both ended."""
    found = [
        (later.value - earlier.value) / (later.day - earlier.day) * 91
        for group in groups
        for at, earlier in enumerate(group)
        for later in group[at + 1 :]
        if later.day > earlier.day and math.isfinite(later.value) and math.isfinite(earlier.value)
    ]
    return np.array(sorted(found))


def _not_refuted(groups: Sequence[Sequence[Point]], slopes: NDArray[np.float64]) -> tuple[float, float]:
    """The interval of slopes that the same test does not refute at 5 % (Sen 1968): between order statistics of the slopes, as many
    in from each end as the distribution by chance allows."""
    values = [np.array([one.value for one in group]) for group in groups]
    chance = np.sort(_by_chance([np.arange(len(one), dtype=float) for one in values]))
    reach = float(np.quantile(chance, 1 - LEVEL / 2, method="higher"))
    inside = max(0, math.floor((slopes.size - reach) / 2))
    return float(slopes[inside]), float(slopes[slopes.size - 1 - inside])
