"""When it began: the step that explains a series best, and how sure that is.

For shares, every stretch of time is tried as "inside" against the rest as "outside" by the binomial log-likelihood. The
interval is what holds 95 % of the likelihood over all beginnings, which is the posterior under no prior opinion; a likelihood
that is flat gives a wide interval, not a wrong minute.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.triage.stats import LEVEL, Rate, chi_square_tail, rate, step_log_ratio
from hotwash.triage.timeline import Timeline, Window

Floats = NDArray[np.float64]
COARSE = 192
"""Stretches are first tried on this many bins, then moved bucket by bucket."""
ENDED = 4.0
"""How much more likelihood (in nats, besides the number of ends tried) it takes to say that something is over."""
MOST_ROUNDS = 8
MOST_EPISODES = 8
CHANCE = 0.01
"""An episode is told when its p over all stretches tried is below this."""
LEAST = 4
"""Fewer events than this inside a stretch are no onset."""


@dataclass(frozen=True)
class Onset:
    """A share that went up at `at_ms`, inside [low_ms, high_ms] with 95 %; `ended_ms` is None while it goes on. `before` is the
    share outside, `after` inside. `evidence` is the log-likelihood ratio against no change, in nats, and `p` its chance without any
    change, over all stretches tried."""

    at_ms: int
    low_ms: int
    high_ms: int
    ended_ms: int | None
    before: Rate
    after: Rate
    evidence: float
    p: float

    def window(self, end_ms: int) -> Window:
        """The stretch that it affects, to `end_ms` while it goes on."""
        return Window(self.at_ms, self.ended_ms or end_ms)


def onset(found: NDArray[np.int64], asked: NDArray[np.int64], line: Timeline) -> Onset | None:
    """The stretch in which a share was higher than outside it, as one that best explains the series; None where the series has no two
    buckets with anything asked, or nowhere goes up. `found` and `asked` have shape (buckets,) of the timeline."""
    cf, ca = _cumulated(found), _cumulated(asked)
    edges = _edges(asked)
    if len(edges) < 3 or cf[-1] < LEAST:
        return None
    start, stop, tried = _stretch(cf, ca, edges)
    if stop <= start:
        return None
    last = int(edges[-1])
    start, stop = _moved(cf, ca, start, stop, last, max(2, line.buckets // COARSE * 2))
    evidence = float(_gain(cf, ca, np.array([start]), np.array([stop]))[0])
    low, high = _between(cf, ca, stop)
    inside = rate(float(cf[stop] - cf[start]), float(ca[stop] - ca[start]))
    outside = rate(float(cf[-1]) - inside.found, float(ca[-1]) - inside.asked)
    if inside.found < LEAST or not inside.share > (outside.share if outside.asked else 1.0):
        return None
    p = min(1.0, tried * chi_square_tail(2 * evidence, 1) / 2)
    ended = None if stop >= last else line.at(stop)
    return Onset(line.at(start), line.at(low), line.at(high), ended, outside, inside, evidence, p)


def episodes(
    found: NDArray[np.int64], asked: NDArray[np.int64], line: Timeline, most: int = MOST_EPISODES
) -> tuple[Onset, ...]:
    """Every stretch in which a share was higher than at other times, in order of time: the one that explains most is taken out, and the
    rest looked at again, while what is left is beyond chance."""
    left_found, left_asked = found.copy(), asked.copy()
    made: list[Onset] = []
    while len(made) < most:
        one = onset(left_found, left_asked, line)
        if one is None or one.p > CHANCE:
            break
        made.append(one)
        inside = slice(line.bucket(one.at_ms), line.buckets if one.ended_ms is None else line.bucket(one.ended_ms))
        left_found[inside] = 0
        left_asked[inside] = 0
    return tuple(sorted(made, key=lambda one: one.at_ms))


@dataclass(frozen=True)
class ValueOnset:
    """When values moved: the moment, its 95 % interval, medians before and after, the log-likelihood ratio in nats, and `p` over all
    moments tried."""

    at_ms: int
    low_ms: int
    high_ms: int
    before: float
    after: float
    evidence: float
    p: float


def onset_of_values(at_ms: NDArray[np.int64], values: Floats) -> ValueOnset | None:
    """The moment that best splits values into two levels, by rank: normal scores stand in for the values, so that heavy tails and odd
    units do not matter. Missing values are left out. None where there are too few, or all are alike. Both of shape (rows,)."""
    there = np.flatnonzero(np.isfinite(values))
    if len(there) < 4 * LEAST:
        return None
    order = there[np.argsort(at_ms[there], kind="stable")]
    at, series = at_ms[order], values[order]
    _, inverse, counts = np.unique(series, return_inverse=True, return_counts=True)
    if len(counts) == 1:
        return None
    # Ties share the middle of their ranks.
    middle = np.cumsum(counts) - (counts - 1) / 2
    scores = special.ndtri((middle[inverse] - 0.375) / (len(series) + 0.25))
    n = len(scores)
    places = np.unique(np.flatnonzero(np.diff(at) > 0) + 1)
    places = places[(places >= LEAST) & (places <= n - LEAST)]
    if not len(places):
        return None
    total = np.concatenate(([0.0], np.cumsum(scores)))
    left, right = total[places] ** 2 / places, (total[-1] - total[places]) ** 2 / (n - places)
    spread = float(np.dot(scores, scores))
    gain = n / 2 * np.log(spread / np.maximum(spread - (left + right - total[-1] ** 2 / n), 1e-12))
    best = int(np.argmax(gain))
    low, high = _likeliest(gain)
    split = int(places[best])
    p = min(1.0, min(len(places), COARSE) * chi_square_tail(2 * float(gain[best]), 1))
    return ValueOnset(
        int(at[split]), int(at[places[low]]), int(at[places[high]]), float(np.median(series[:split])),
        float(np.median(series[split:])), float(gain[best]), p,
    )  # fmt: skip


def changes(values: Floats, *, strict: float = 1.0) -> list[int]:
    """Every place at which the level of a short series of values changes: indices of the first value after each.

    Optimal partitioning (Jackson et al. 2005) of the squared error over the noise's variance, each change costing `strict` · 3 · log n
    (a little above BIC's 2, for noise that is only estimated), no level shorter than a twenty-fifth of the series. Noise is what the
    levels leave over, and is estimated again until nothing changes: where a series drifts instead of stepping, what is left over hangs
    together, counts as noise, and few levels are claimed. Missing values are left out. Shape (n,), n up to a few thousand.
    """
    places = np.flatnonzero(np.isfinite(values))
    series = values[places].astype(np.float64)
    shortest = max(4, len(series) // 25)
    if len(series) < 2 * shortest:
        return []
    half = max(5, len(series) // 25)
    smooth = np.median(
        np.lib.stride_tricks.sliding_window_view(np.pad(series, half, mode="edge"), 2 * half + 1), axis=1
    )
    found: list[int] = []
    rest = series - smooth
    for _ in range(MOST_ROUNDS):
        variance = max(_noise(rest), float(np.var(series)) * 1e-6, 1e-300)
        levels = _levels(series / np.sqrt(variance), strict * 3 * np.log(len(series)), shortest)
        if levels == found:
            break
        found = levels
        rest = series - np.concatenate([np.full(len(part), part.mean()) for part in np.split(series, found)])
    return [int(places[one]) for one in found]


def _levels(series: Floats, price: float, shortest: int) -> list[int]:
    """Beginnings of all levels but the first, for noise of variance one."""
    n = len(series)
    total, squared = np.concatenate(([0.0], np.cumsum(series))), np.concatenate(([0.0], np.cumsum(series**2)))
    best, came = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
    best[0] = 0.0
    for end in range(shortest, n + 1):
        begin = np.arange(end - shortest + 1)
        misfit = squared[end] - squared[begin] - (total[end] - total[begin]) ** 2 / (end - begin)
        cost = best[begin] + misfit + np.where(begin > 0, price, 0.0)
        came[end] = int(np.argmin(cost))
        best[end] = cost[came[end]]
    found: list[int] = []
    at = n
    while (at := int(came[at])) > 0:
        found.append(at)
    return found[::-1]


def _noise(rest: Floats) -> float:
    """Long-run variance: noise in which each value is near the last counts for as much as it moves a mean, (1 + r) / (1 - r) times
    its variance. Outliers are held to three spreads."""
    spread = float(np.median(np.abs(rest - np.median(rest)))) / 0.6745
    inside = np.clip(rest, -3 * spread, 3 * spread)
    together = float(np.dot(inside[1:], inside[:-1]) / max(np.dot(inside, inside), 1e-300))
    hangs = min(max(together, 0.0), 0.95)
    return spread**2 * (1 + hangs) / (1 - hangs)


def _cumulated(counts: NDArray[np.int64]) -> Floats:
    return np.concatenate(([0.0], np.cumsum(counts, dtype=np.float64)))


def _edges(asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bucket numbers that cut a series into at most COARSE bins, from its first to its last bucket with anything asked."""
    there = np.flatnonzero(asked)
    if len(there) == 0:
        return np.zeros(0, dtype=np.int64)
    first, last = int(there[0]), int(there[-1]) + 1
    return np.unique(np.linspace(first, last, min(COARSE, last - first) + 1).round().astype(np.int64))


def _gain(cf: Floats, ca: Floats, start: NDArray[np.int64], stop: NDArray[np.int64]) -> Floats:
    """Log-likelihood ratio of stretches [start, stop) against no change; minus infinity where the share inside is not the higher."""
    found, asked = cf[stop] - cf[start], ca[stop] - ca[start]
    outside, all_asked = cf[-1] - found, ca[-1] - asked
    gain = step_log_ratio(outside, all_asked, found, asked)
    with np.errstate(divide="ignore", invalid="ignore"):
        rises = found / asked > outside / all_asked
    return np.where(rises & (asked > 0) & (all_asked > 0), gain, -np.inf)


def _stretch(cf: Floats, ca: Floats, edges: NDArray[np.int64]) -> tuple[int, int, int]:
    """The best stretch between edges and how many were tried. One that ends must be better by far than one that goes on."""
    to_end = _gain(cf, ca, edges[1:-1], np.full(len(edges) - 2, edges[-1]))
    one, other = np.triu_indices(len(edges), k=1)
    inner = other < len(edges) - 1
    start, stop = edges[one[inner]], edges[other[inner]]
    over = _gain(cf, ca, start, stop)
    tried = len(to_end) + len(over)
    on, off = int(np.argmax(to_end)), int(np.argmax(over))
    if over[off] > to_end[on] + ENDED + np.log(len(edges)):
        return int(start[off]), int(stop[off]), tried
    return (int(edges[1:-1][on]), int(edges[-1]), tried) if np.isfinite(to_end[on]) else (0, 0, tried)


def _moved(cf: Floats, ca: Floats, start: int, stop: int, last: int, reach: int) -> tuple[int, int]:
    """Both ends moved by up to `reach` buckets to where the stretch explains most; an end at `last`, the end of the series, stays."""
    while True:
        starts = np.arange(max(0, start - reach), min(stop, start + reach + 1))
        better = int(starts[np.argmax(_gain(cf, ca, starts, np.full(len(starts), stop)))])
        stops = (
            np.arange(max(better + 1, stop - reach), min(last, stop + reach) + 1) if stop < last else np.array([stop])
        )
        end = int(stops[np.argmax(_gain(cf, ca, np.full(len(stops), better), stops))])
        if (better, end) == (start, stop):
            return start, stop
        start, stop = better, end


def _between(cf: Floats, ca: Floats, stop: int) -> tuple[int, int]:
    """First and last beginning of the likeliest set that holds LEVEL of the likelihood, the stretch ending at `stop`."""
    starts = np.arange(stop)
    gain = _gain(cf, ca, starts, np.full(stop, stop))
    return _likeliest(gain)


def _likeliest(gain: Floats) -> tuple[int, int]:
    """First and last place of the likeliest set that holds LEVEL of the likelihood."""
    weight = np.exp(gain - gain.max())
    weight /= weight.sum()
    order = np.argsort(-weight, kind="stable")
    kept = order[: int(np.searchsorted(np.cumsum(weight[order]), LEVEL)) + 1]
    return int(kept.min()), int(kept.max())
