"""Inverse cumulative distributions as tables of whole numbers, looked up with the top bits of a draw.

Quantiles are taken at the middle of each step and computed in whole numbers, which are the same on every machine (the
normal quantile alone is rounded from a float); the tables, not the formulas, are what the simulator draws from.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache
from statistics import NormalDist

import numpy as np

from hotwash.simulator.arrays import I64, U8, U16
from hotwash.simulator.streams import ONE

STEPS = 4096
SHIFT = 4
"""A 16-bit draw shifted right by this many bits is a step of a table."""
FINE = 10**15
THOUSANDTH = 1_001_000_500_166_708
"""e to the power of 1/1000 in 1/10**15."""


@cache
def exponential(mean: int) -> I64:
    """Waiting times with the given mean, int64 of shape (4096,): quantiles of -mean·ln(1 - p), scaled to that mean."""
    falling = [0]
    for step in range(STEPS - 1):
        falling.append(falling[-1] + _log_ratio(2 * step + 3, 2 * step + 1))
    last = falling[-1] + _log_ratio(2 * STEPS, 2 * STEPS - 1)
    exact = [last - fall for fall in falling]
    total = sum(exact)
    return np.array([x * mean * STEPS // total for x in reversed(exact)], np.int64)


def _log_ratio(above: int, below: int) -> int:
    """ln(above/below) in 1/10**15, by the series 2·(z + z³/3 + z⁵/5 ...) with z = (above - below)/(above + below)."""
    num, den = above - below, above + below
    power, odd, total = FINE * num // den, 1, 0
    while power:
        total += power // odd
        power, odd = power * num * num // (den * den), odd + 2
    return 2 * total


@cache
def lognormal(mean: int, sigma_percent: int, low: int, high: int) -> U16:
    """A skewed positive amount, uint16 of shape (4096,): log-normal with the given mean and sigma, clipped, and scaled
    so that the mean holds after clipping too (to about one part in a thousand)."""
    normal = NormalDist()
    exponents = [round(normal.inv_cdf((step + 0.5) / STEPS) * 10 * sigma_percent) for step in range(STEPS)]
    powers = _powers(max(exponents))
    exact = [powers[x] if x >= 0 else FINE * FINE // powers[-x] for x in exponents]
    total = sum(exact)
    amounts = [min(high, max(low, x * mean * STEPS // total)) for x in exact]
    total = sum(amounts)
    return np.array([min(high, a * mean * STEPS // total) for a in amounts], np.uint16)


def _powers(top: int) -> list[int]:
    """e to the power of 0, 1, ... top thousandths, in 1/10**15."""
    powers = [FINE]
    for _ in range(top):
        powers.append(powers[-1] * THOUSANDTH // FINE)
    return powers


@cache
def spread(centre: int, sigma: int) -> I64:
    """Normal quantiles around a centre, int64 of shape (4096,)."""
    normal = NormalDist()
    return np.array([centre + round(sigma * normal.inv_cdf((step + 0.5) / STEPS)) for step in range(STEPS)], np.int64)


def lookup(weights: Sequence[int]) -> U8:
    """A table from draw to index, uint8 of shape (65536,), each index in proportion to its weight."""
    total, cumulative, bounds = sum(weights), 0, []
    for weight in weights:
        cumulative += weight
        bounds.append((cumulative * ONE + total // 2) // total)
    upper = np.array(bounds, np.int64)
    widths = upper - np.concatenate(([0], upper[:-1]))
    return np.repeat(np.arange(len(weights), dtype=np.uint8), widths)


def zipf(n: int, exponent: str) -> list[int]:
    """Weights of n ranks, falling as rank to the minus exponent, in millionths of the first."""
    with localcontext() as context:
        context.prec = 15
        return [int(1_000_000 * Decimal(rank) ** -Decimal(exponent)) for rank in range(1, n + 1)]


def shares(parts: Sequence[float]) -> list[int]:
    """Shares of 1 as whole weights (ten-thousandths, the precision in which packs are written, times 100)."""
    return [round(part * 1_000_000) for part in parts]
