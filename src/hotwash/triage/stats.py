"""Intervals and tests that hold for rare events. Never Wald: at n = 200 and p = 0.1 % its 95 % interval covers 18 %."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Rate:
    """`found` of `asked`, as a share with a Wilson interval. Without anything asked, the share is NaN and the interval is [0, 1]."""

    found: float
    asked: float
    share: float
    low: float
    high: float


def rate(found: float, asked: float, level: float = LEVEL) -> Rate:
    """A share with its Wilson score interval (Wilson 1927; recommended for display by Brown, Cai and DasGupta 2001)."""
    if asked <= 0:
        return Rate(found, asked, math.nan, 0.0, 1.0)
    z = float(special.ndtri(0.5 + level / 2))
    share, half = found / asked, z * z / asked
    middle = (share + half / 2) / (1 + half)
    spread = z / (1 + half) * math.sqrt(share * (1 - share) / asked + half / (4 * asked))
    # At the ends the bounds are 0 and 1 exactly; sums of doubles miss them by a hair, which would be shown.
    low, high = max(0.0, middle - spread) if found > 0 else 0.0, min(1.0, middle + spread) if found < asked else 1.0
    return Rate(found, asked, share, low, high)


def promise(found: float, asked: float, level: float = LEVEL) -> float:
    """Upper bound on a share where it is promised: Clopper and Pearson's, one-sided. With nothing found it is close to 3/n."""
    if asked <= 0:
        return 1.0
    return 1.0 if found >= asked else float(special.betaincinv(found + 1, asked - found, level))


def vouched(found: float, asked: float, level: float = LEVEL) -> float:
    """Lower bound on a share, the counterpart of `promise`: Clopper and Pearson's, one-sided. 0 with nothing found."""
    if asked <= 0 or found <= 0:
        return 0.0
    return float(special.betaincinv(found, asked - found + 1, 1 - level))


def clean_needed(most: float, level: float = LEVEL) -> int:
    """How many must be asked so that, with nothing found, `promise` is at most `most`: ln(1 - level) / ln(1 - most). Raises
    ValueError unless 0 < most < 1."""
    if not 0 < most < 1:
        raise ValueError(f"a share between 0 and 1 can be excluded, not {most}")
    n = max(1, math.floor(math.log(1 - level) / math.log1p(-most)))
    return n if promise(0, n, level) <= most else n + 1


@dataclass(frozen=True)
class Difference:
    """One share less another, with an interval; `p` is two-sided."""

    value: float
    low: float
    high: float
    p: float


def difference(one: Rate, other: Rate) -> Difference:
    """`one` less `other`, by Newcombe's hybrid score interval (1998, method 10), which is made of the two Wilson intervals. `p` is
    Fisher's exact one, doubled."""
    value = one.share - other.share
    low = value - math.hypot(one.share - one.low, other.high - other.share)
    high = value + math.hypot(one.high - one.share, other.share - other.low)
    return Difference(value, low, high, min(1.0, 2 * min(more(one, other), more(other, one))))


@dataclass(frozen=True)
class Ratio:
    """One share over another, with an interval; None where it cannot be said: over a share of 0, or of nothing asked."""

    value: float | None
    low: float | None
    high: float | None


def ratio(one: Rate, other: Rate) -> Ratio:
    """`one` over `other`, with the interval made of the two Wilson intervals (MOVER-R, Donner and Zou 2012). Katz's log interval
    has none at 0 of n, which is where a small group's interval is needed most; for large counts the two agree."""
    if not one.asked or not other.asked or not other.found:
        return Ratio(None, None, None)
    product = one.share * other.share
    below = product**2 - one.low * other.high * (2 * one.share - one.low) * (2 * other.share - other.high)
    above = product**2 - one.high * other.low * (2 * one.share - one.high) * (2 * other.share - other.low)
    low = (product - math.sqrt(max(0.0, below))) / (other.high * (2 * other.share - other.high))
    high = (product + math.sqrt(max(0.0, above))) / (other.low * (2 * other.share - other.low))
    return Ratio(one.share / other.share, max(0.0, low), high)


def change(now: Difference, before: Difference, spread: float) -> Difference:
    """A difference now less a difference before, with an interval made of theirs (MOVER, Zou and Donner 2008). `spread` is the
    standard error for the p-value, which is a normal one."""
    value = now.value - before.value
    low = value - math.hypot(now.value - now.low, before.high - before.value)
    high = value + math.hypot(now.high - now.value, before.value - before.low)
    return Difference(value, low, high, float(2 * special.ndtr(-abs(value) / spread)) if spread > 0 else 1.0)


def spread_of(*rates: Rate) -> float:
    """Standard error of a sum or difference of independent shares, each with one success and one failure added (Agresti and
    Caffo 2000), so that 0 of n does not look certain."""
    return math.sqrt(sum((one.found + 1) * (one.asked - one.found + 1) / (one.asked + 2) ** 3 for one in rates))


def more(one: Rate, other: Rate) -> float:
    """Fisher's exact one-sided p that `one` is no larger than `other`."""
    total, marked = one.asked + other.asked, one.found + other.found
    return float(hypergeometric_tail(one.found, total, marked, one.asked))


def hypergeometric_tail(at_least: float, total: float, marked: float, drawn: float) -> float:
    """P(X ≥ at_least) for X marked among `drawn` from `total` of which `marked` are marked; summed term by term in logs."""
    most = min(marked, drawn)
    first = max(at_least, drawn - (total - marked), 0.0)
    if first > most:
        return 0.0
    # Terms fall off fast on either side of the mean: the sum over a window of them is the sum.
    spread = math.sqrt(drawn * (marked / total) * (1 - marked / total)) + 10 if total else 1
    last = min(most, max(first, drawn * marked / max(1.0, total)) + 12 * spread)
    x = np.arange(first, last + 1)
    logs = _log_choose(marked, x) + _log_choose(total - marked, drawn - x) - _log_choose(total, drawn)
    return float(min(1.0, np.exp(special.logsumexp(logs))))


def binomial_tail(at_least: Floats | float, trials: Floats | float, chance: Floats | float) -> Floats:
    """P(X ≥ at_least) of a binomial, elementwise, by the incomplete beta function; exact also far out in the tail."""
    k = np.asarray(at_least, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    return np.where(k <= 0, 1.0, special.betainc(np.maximum(k, 1e-9), np.maximum(n - k + 1, 1e-9), chance))


def step_log_ratio(found_before: Floats, asked_before: Floats, found_after: Floats, asked_after: Floats) -> Floats:
    """Log-likelihood ratio of two binomial shares against one common share, elementwise, whichever way it moved."""
    found, asked = found_before + found_after, asked_before + asked_after
    return (
        _binomial_log(found_before, asked_before)
        + _binomial_log(found_after, asked_after)
        - _binomial_log(found, asked)
    )


def discoveries(p: Floats, level: float = 0.05) -> NDArray[np.bool_]:
    """Which of many p-values stand when one in twenty false discoveries is accepted (Benjamini and Hochberg 1995); any shape."""
    flat = np.asarray(p, dtype=np.float64).ravel()
    order = np.argsort(flat, kind="stable")
    passed = flat[order] <= level * np.arange(1, len(flat) + 1) / max(1, len(flat))
    last = int(np.flatnonzero(passed)[-1]) if passed.any() else -1
    found = np.zeros(len(flat), dtype=np.bool_)
    found[order[: last + 1]] = True
    return found.reshape(np.shape(p))


def stand(p: Sequence[float], level: float = 0.05) -> list[bool]:
    """Which of many p-values stand when the chance of even one wrong one is to be at most `level`, whatever they have to do
    with each other (Holm 1979)."""
    found = [False] * len(p)
    for done, place in enumerate(sorted(range(len(p)), key=lambda one: p[one])):
        if p[place] > level / (len(p) - done):
            break
        found[place] = True
    return found


def chi_square_tail(value: float, degrees: float) -> float:
    """P(X ≥ value) of a chi-square."""
    return float(special.chdtrc(degrees, value))


def _binomial_log(found: Floats, asked: Floats) -> Floats:
    missed = asked - found
    with np.errstate(divide="ignore", invalid="ignore"):
        hit = np.where(found > 0, found * np.log(found / asked), 0.0)
        miss = np.where(missed > 0, missed * np.log(missed / asked), 0.0)
    return hit + miss


def _log_choose(n: Floats | float, k: Floats | float) -> Floats:
    return np.asarray(
        special.gammaln(np.add(n, 1)) - special.gammaln(np.add(k, 1)) - special.gammaln(np.subtract(n, k) + 1)
    )
