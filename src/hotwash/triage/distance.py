"""How far two distributions are apart, for many segments at once: shares in bins, their distance, and what chance alone makes of it.

Everywhere `before` and `after` are weights of shape (segments, bins), and `n`, `m` the effective numbers of rows, shape
(segments,). The last bin holds the rows without a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
FINE = 100
"""Bins in which a number is counted once, for every segment; a segment's own tenths are made of these."""
TENTHS = 10
LEAST_EXPECTED = 5.0
"""Bins that expect fewer effective rows than this on either side are taken together (Cochran 1954)."""


@dataclass(frozen=True)
class Distance:
    """Arrays of shape (segments,). `noise` is what `psi` comes to on average without any drift, `line` what it exceeds one time
    in twenty. `log_p` is the natural logarithm of p for the two tests together, `chi_square` and `degrees` those of
    the counts."""

    psi: Floats
    noise: Floats
    line: Floats
    chi_square: Floats
    degrees: Floats
    ks: Floats
    log_p_ks: Floats
    log_p: Floats

    def parts(self, sizes: Sequence[int]) -> Iterator[Distance]:
        """The same in runs of so many segments each."""
        arrays = [getattr(self, one.name) for one in fields(self)]
        for last, size in zip(accumulate(sizes), sizes, strict=True):
            yield Distance(*(one[last - size : last] for one in arrays))


def effective(weights: Floats, squares: Floats) -> Floats:
    """How many rows of equal weight say as much: (Σw)² / Σw² (Kish 1965)."""
    found: Floats = np.divide(weights**2, squares, out=np.zeros_like(weights), where=squares > 0)
    return found


def fine_bins(values: Floats, most: int = FINE) -> tuple[Places, int]:
    """Which bin each value lies in (shape as `values`; the last bin is for NaN), and how many bins there are. Edges are
    quantiles of the values, or the values themselves where there are few."""
    present = values[~np.isnan(values)]
    # Edges need no more than a fair share of a long column, and sorting is what costs.
    ordered = np.sort(present[:: max(1, len(present) // 20_000)])
    edges = np.zeros(0)
    if len(ordered):
        wanted = np.linspace(0, len(ordered) - 1, most + 1).astype(np.int64)[:-1]
        edges = np.unique(ordered[wanted])
    places = np.maximum(np.searchsorted(edges, values, side="right") - 1, 0).astype(np.int64)
    bins = max(1, len(edges)) + 1
    places[np.isnan(values)] = bins - 1
    return places, bins


def tenths(before: Floats, after: Floats) -> tuple[Floats, Floats]:
    """Fine bins taken together to tenths of each segment's own `before`; the bin without a value stays alone. Shapes (segments, 11)."""
    segments, bins = before.shape
    within = before[:, :-1]
    total = np.maximum(within.sum(axis=1, keepdims=True), 1e-300)
    middle = (np.cumsum(within, axis=1) - within / 2) / total
    group = np.minimum((middle * TENTHS).astype(np.int64), TENTHS - 1)
    group = np.concatenate([group, np.full((segments, 1), TENTHS)], axis=1)
    flat = (np.arange(segments)[:, None] * (TENTHS + 1) + group).ravel()

    def summed(weights: Floats) -> Floats:
        size = segments * (TENTHS + 1)
        return (
            np.bincount(flat, weights=weights.ravel(), minlength=size).astype(np.float64).reshape(segments, TENTHS + 1)
        )

    assert bins == group.shape[1]
    return summed(before), summed(after)


def shares(weights: Floats) -> Floats:
    """Each row divided by its sum; zeros where there is nothing."""
    total = weights.sum(axis=1, keepdims=True)
    found: Floats = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return found


def distance(before: Floats, after: Floats, n: Floats, m: Floats, *, ordered: bool) -> Distance:
    """Population stability index, Pearson's chi-square of the same bins and, for `ordered` bins, the Kolmogorov-Smirnov distance.

    PSI is Σ(q − p)·ln(q / p) over shares with half a row added to each bin. Without drift PSI / (1/n + 1/m) is close to a
    chi-square with bins − 1 degrees of freedom (Yurdakul 2018), hence `noise` and `line`. p comes from Pearson's statistic, which has the
    same limit and keeps it with small counts, and from the KS distance: the smaller one, doubled where there are two.
    """
    coarse = tenths(before, after) if ordered else (before, after)
    p, q, used = _pooled(shares(coarse[0]), shares(coarse[1]), n, m)
    bins = np.maximum(used.sum(axis=1), 1).astype(np.float64)
    degrees = bins - 1
    rows = 1 / np.maximum(n, 1e-9) + 1 / np.maximum(m, 1e-9)
    smooth_p = (p * n[:, None] + 0.5) / (n + bins / 2)[:, None]
    smooth_q = (q * m[:, None] + 0.5) / (m + bins / 2)[:, None]
    psi = np.where(used, (smooth_q - smooth_p) * np.log(smooth_q / smooth_p), 0.0).sum(axis=1)
    common = (p * n[:, None] + q * m[:, None]) / np.maximum(n + m, 1e-9)[:, None]
    terms = np.divide((p - q) ** 2, common, out=np.zeros_like(p), where=used & (common > 0))
    chi_square = terms.sum(axis=1) / rows
    log_p = log_chi_square_tail(chi_square, degrees)
    ks, log_p_ks = np.zeros(len(n)), np.zeros(len(n))
    if ordered:
        here = [1 - shares(one)[:, -1] for one in (before, after)]
        apart = np.cumsum(shares(before[:, :-1]) - shares(after[:, :-1]), axis=1)
        ks = np.abs(apart).max(axis=1) if apart.shape[1] else ks
        log_p_ks = log_ks_tail(ks, n * here[0], m * here[1])
        log_p = np.minimum(0.0, np.minimum(log_p, log_p_ks) + np.log(2))
    line = special.chdtri(np.maximum(degrees, 1), 0.05) * rows
    return Distance(psi, degrees * rows, np.where(degrees > 0, line, 0.0), chi_square, degrees, ks, log_p_ks, log_p)


def log_chi_square_tail(value: Floats, degrees: Floats) -> Floats:
    """ln P(X ≥ value) of a chi-square, also where P itself is too small for a float; 0 without degrees of freedom."""
    half, k = np.maximum(value, 1e-300) / 2, np.maximum(degrees, 1) / 2
    with np.errstate(divide="ignore"):
        plain = np.log(special.gammaincc(k, half))
    # First terms of the asymptotic series of the upper incomplete gamma function (Abramowitz and Stegun 6.5.32).
    far = -half + (k - 1) * np.log(half) - special.gammaln(k) + np.log1p(np.maximum((k - 1) / half, -0.5))
    return np.where(degrees > 0, np.where(np.isfinite(plain), plain, far), 0.0)


def log_ks_tail(ks: Floats, n: Floats, m: Floats) -> Floats:
    """ln p of a two-sample KS distance, by Kolmogorov's limit with Stephens' (1970) correction for small samples. With ties it is
    on the safe side."""
    root = np.sqrt(n * m / np.maximum(n + m, 1e-9))
    scaled = (root + 0.12 + 0.11 / np.maximum(root, 1e-9)) * ks
    with np.errstate(divide="ignore"):
        plain = np.log(special.kolmogorov(scaled))
    far = np.log(2) - 2 * scaled**2
    return np.where(root > 0, np.where(np.isfinite(plain), plain, far), 0.0)


def _pooled(p: Floats, q: Floats, n: Floats, m: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Shares with scarce bins moved into one; which bins are in use then. The bin that takes them is the first scarce one."""
    common = (p * n[:, None] + q * m[:, None]) / np.maximum(n + m, 1e-9)[:, None]
    scarce = common * np.minimum(n, m)[:, None] < LEAST_EXPECTED
    taker = scarce & (np.cumsum(scarce, axis=1) == 1)
    rest_p, rest_q = (np.where(scarce, one, 0.0).sum(axis=1, keepdims=True) for one in (p, q))
    pooled_p = np.where(taker, rest_p, np.where(scarce, 0.0, p))
    pooled_q = np.where(taker, rest_q, np.where(scarce, 0.0, q))
    return pooled_p, pooled_q, (~scarce | taker) & (pooled_p + pooled_q > 0)


def weighted_median(values: Floats, weights: Floats) -> float | None:
    """The value at half of the weight; None without any value."""
    present = ~np.isnan(values)
    ordered = np.argsort(values[present], kind="stable")
    if not len(ordered):
        return None
    total = np.cumsum(weights[present][ordered])
    return float(values[present][ordered][int(np.searchsorted(total, total[-1] / 2))])
