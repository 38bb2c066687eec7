"""How far two or more readers of the same cases agree beyond chance, on names that have no order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from scipy import special

from hotwash.triage.stats import LEVEL, promise, vouched

NO_ERROR = 1e-9
"""A standard error below this is none: every case came out alike, and the formula of the interval says nothing."""


@dataclass(frozen=True)
class Agreement:
    """A coefficient with an interval, over `units` cases. 1 is full agreement, 0 what chance gives, below 0 less than that; NaN with the
    interval [-1, 1] where it cannot be computed: nothing read twice, or everybody said one and the same thing throughout."""

    value: float
    low: float
    high: float
    units: int


def cohen(pairs: Sequence[tuple[Hashable, Hashable]], level: float = LEVEL) -> Agreement:
    """Cohen's kappa of two readers (Cohen 1960), with the large-sample standard error of Fleiss, Cohen and Everitt (1969, formula 13).

    `pairs` has both readings of each case. kappa = (p_o - p_e) / (1 - p_e), with p_e from each reader's own shares. With few cases the
    interval is a rough guide. Where all cases agree, or none does, it is that of the exact share (Clopper and Pearson 1934).
    """
    n = len(pairs)
    first, second, both = Counter(a for a, _ in pairs), Counter(b for _, b in pairs), Counter(pairs)
    names = list(dict.fromkeys([*first, *second]))
    chance = sum(first[one] * second[one] for one in names) / (n * n) if n else 1.0
    if n == 0 or chance >= 1:
        return Agreement(math.nan, -1.0, 1.0, n)
    seen = sum(both[one, one] for one in names) / n
    kappa = (seen - chance) / (1 - chance)
    row, column = ({one: count[one] / n for one in names} for count in (first, second))
    on = sum(both[a, a] / n * ((1 - chance) - (row[a] + column[a]) * (1 - seen)) ** 2 for a in names)
    off = (1 - seen) ** 2 * sum(both[a, b] / n * (column[a] + row[b]) ** 2 for a in names for b in names if a != b)
    variance = (on + off - (seen * chance - 2 * chance + seen) ** 2) / (n * (1 - chance) ** 4)
    return _around(kappa, math.sqrt(max(0.0, variance)), n, level, 1 - chance)


def krippendorff(units: Sequence[Sequence[Hashable]], level: float = LEVEL) -> Agreement:
    """Krippendorff's alpha for names (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"), for any number of readers, some
    of whom may have left cases out. alpha = 1 - D_o / D_e, from the coincidence matrix.

    `units` has the readings of each case; a case with fewer than two says nothing. The interval is the jackknife's over cases (Efron and
    Tibshirani 1993, chapter 11).
    """
    told = [list(one) for one in units if len(one) > 1]
    value, chance = _alpha(told)
    n = len(told)
    if math.isnan(value) or n < 2:
        return Agreement(value, -1.0, 1.0, n)
    without = [_alpha([*told[:place], *told[place + 1 :]])[0] for place in range(n)]
    if any(math.isnan(one) for one in without):
        return Agreement(value, -1.0, 1.0, n)
    mean = sum(without) / n
    error = math.sqrt((n - 1) / n * sum((one - mean) ** 2 for one in without))
    return _around(value, error, n, level, chance)


def _alpha(units: Sequence[Sequence[Hashable]]) -> tuple[float, float]:
    """Alpha, and the share of pairs that differ by chance."""
    total: Counter[Hashable] = Counter()
    differing = 0.0
    for readings in units:
        counts = Counter(readings)
        total.update(counts)
        pairs = len(readings) * (len(readings) - 1) - sum(one * (one - 1) for one in counts.values())
        differing += pairs / (len(readings) - 1)
    n = total.total()
    expected = n * n - sum(one * one for one in total.values())
    return (1 - (n - 1) * differing / expected, expected / (n * (n - 1))) if expected else (math.nan, 0.0)


def _around(value: float, error: float, n: int, level: float, chance: float) -> Agreement:
    """`chance` is the share of cases in which readers would differ by chance."""
    if error < NO_ERROR:
        agreed, side = (n if value == 1 else 0), 0.5 + level / 2
        low, high = vouched(agreed, n, side), promise(agreed, n, side)
        return Agreement(value, max(-1.0, 1 - (1 - low) / chance), 1 - (1 - high) / chance, n)
    half = float(special.ndtri(0.5 + level / 2)) * error
    return Agreement(value, max(-1.0, value - half), min(1.0, value + half), n)
