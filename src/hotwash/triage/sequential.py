"""Watching a canary: how many requests it takes, and evidence that may be looked at as often as one likes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
LEAST_TIMES, MOST_TIMES, STEPS = 1.1, 50.0, 60
MOST_PER_ARM = 1 << 30


@dataclass(frozen=True)
class Evidence:
    """After each look, shape (looks,) as tuples: `e` is the evidence against "the other arm is no worse" (a bet's return: 20 says as much as p = 0.05), `p` its
    always-valid p-value, which never grows. `first` is the first look at which p ≤ level, None when there was none."""

    e: tuple[float, ...]
    p: tuple[float, ...]
    first: int | None
    level: float


def evidence(
    found_one: NDArray[np.int64],
    asked_one: NDArray[np.int64],
    found_other: NDArray[np.int64],
    asked_other: NDArray[np.int64],
    level: float = 0.05,
) -> Evidence:
    """Whether the other arm has more events, from what was new at each look (not totals); each of shape (looks,).

    An e-process (Ramdas et al. 2023): given that an event happened, it lies in the other arm with a chance equal to this arm's share of the
    look's requests, if the arms do not differ, and with a larger one, q·t / (1 − q + q·t), if its rate is t times as high. The
    bet is spread evenly over log t between 1.1 and 50. Sampling within a look is without replacement, which makes
    it safer and never less safe (Hoeffding 1963). By Ville's inequality P(e ever ≥ 1/α) ≤ α under the null, however often one looks.
    """
    asked = np.asarray(asked_one, dtype=np.float64) + np.asarray(asked_other, dtype=np.float64)
    share = np.divide(asked_other, asked, out=np.zeros_like(asked), where=asked > 0)[:, None]
    times = np.exp(np.linspace(math.log(LEAST_TIMES), math.log(MOST_TIMES), STEPS))[None, :]
    inside = 1 - share + share * times
    here = np.asarray(found_other, dtype=np.float64)[:, None] * np.log(times / inside)
    there = np.asarray(found_one, dtype=np.float64)[:, None] * -np.log(inside)
    path = np.cumsum(here + there, axis=0)
    logs = special.logsumexp(path, axis=1) - math.log(STEPS)
    p = np.minimum.accumulate(np.minimum(1.0, np.exp(np.minimum(0.0, -logs))))
    passed = np.flatnonzero(p <= level)
    e = np.exp(np.minimum(logs, 700.0))
    return Evidence(tuple(e.tolist()), tuple(p.tolist()), int(passed[0]) if len(passed) else None, level)


def power(one: float, other: float, n: int, times: float = 1.0, level: float = 0.05) -> float:
    """Chance that Fisher's exact one-sided test at `level` sees a rate `other` above a rate `one`, with n requests in the other arm and
    `times` as many in the one. Exact, by summing over every outcome that has any weight."""
    m = round(n * times)
    x, y = _likely(m, one), _likely(n, other)
    both = np.add.outer(x, y)
    chances = np.exp(_log_binomial(x, m, one))[:, None] * np.exp(_log_binomial(y, n, other))[None, :]
    totals = np.arange(both.min(), both.max() + 1)
    critical = np.array([_critical(int(total), n, m, level) for total in totals])
    return float(chances[y[None, :] >= critical[both - totals[0]]].sum())


def requests_needed(one: float, other: float, target: float = 0.8, times: float = 1.0, level: float = 0.05) -> int:
    """Fewest requests in the other arm for which the power reaches `target` (exact Fisher, one-sided). `times` is how
    many times as large the one arm is. Power goes up in small teeth: the smallest number that reaches it is meant. Raises ValueError
    unless 0 ≤ one < other < 1."""
    if not 0 <= one < other < 1:
        raise ValueError(f"the other rate must be the larger one, both shares below 1: {one}, {other}")
    high = 16
    while power(one, other, high, times, level) < target:
        high *= 2
        if high > MOST_PER_ARM:
            raise ValueError(f"{one} and {other} are too close: more than {MOST_PER_ARM} requests an arm")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(one, other, middle, times, level) >= target else (middle, high)
    # Within a tooth of the place found there may be an earlier one that reaches the target.
    start = max(2, int(high * 0.97))
    for n in range(start, high, max(1, (high - start) // 40)):
        if power(one, other, n, times, level) >= target:
            return n
    return high


def _likely(n: int, rate: float) -> NDArray[np.int64]:
    """Counts that have any weight: the rest is below 1e-12."""
    spread = math.sqrt(n * rate * (1 - rate))
    low, high = n * rate - 8 * spread - 1, n * rate + 8 * spread + 25
    return np.arange(max(0, math.floor(low)), min(n, math.ceil(high)) + 1, dtype=np.int64)


def _log_binomial(x: NDArray[np.int64], n: int, rate: float) -> Floats:
    return np.asarray(
        _log_choose(float(n), x) + special.xlogy(x, rate) + special.xlog1py(n - x, -rate), dtype=np.float64
    )


def _critical(total: int, n: int, m: int, level: float) -> int:
    """Fewest events in the other arm, of `total` in both, for which Fisher's one-sided p is at most `level`."""
    y = np.arange(max(0, total - m), min(total, n) + 1)
    logs = _log_choose(float(n), y) + _log_choose(float(m), total - y) - _log_choose(float(n + m), np.array([total]))
    tail = np.cumsum(np.exp(logs)[::-1])[::-1]
    fit = np.flatnonzero(tail <= level)
    return int(y[fit[0]]) if len(fit) else total + 1


def _log_choose(n: float, k: NDArray[np.int64]) -> Floats:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1), dtype=np.float64)
