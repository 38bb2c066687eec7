"""A canary against the contained state: how long it has to run, said before it runs, and a verdict that may be looked at every minute."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Verdict = Literal["stop", "clear", "not enough evidence"]
STEP_SHARES = (0.05, 0.25, 0.5)
"""Shares after the first, on the way to all traffic: each is a step that can be taken back before it hurts many."""
MOST_EVENTS = 4096
AIMED = 0.5
LEAST_TIMES, MOST_TIMES, STEPS = 1.1, 50.0, 60
"""Ratios of rates that the evidence is spread over, evenly in their logarithm: from hardly worse to fifty times as bad."""


@dataclass(frozen=True)
class Promise:
    """What a canary can show for one harm metric, and by when. Rates are shares of requests, `share` the canary's part of the traffic.

    `to_stop` is the number of requests in both arms by which a canary at the rate `worse` is stopped with a chance of at least `power`; `to_clear` the number by
    which one at the rate `contained` is cleared with that chance. `level` is the chance of a wrong stop, and of a wrong clearance, however often one looks."""

    contained: float
    worse: float
    share: float
    level: float
    power: float
    to_stop: int
    to_clear: int

    @property
    def times(self) -> float:
        """How many times as harmful the canary is that must not pass."""
        return self.worse / self.contained

    @property
    def requests(self) -> int:
        """Requests in both arms until one answer or the other is to be expected."""
        return max(self.to_stop, self.to_clear)


@dataclass(frozen=True)
class Look:
    """One look: the evidence so far that the canary is worse than the contained state, and that it is not `times` as bad (both e-values: 20 says as much as p =
    0.05), after `asked` requests in both arms."""

    asked: int
    found_contained: int
    found_canary: int
    e_worse: float
    e_clear: float
    verdict: Verdict


@dataclass(frozen=True)
class Step:
    """A part of the way to all traffic: the canary's share, and the requests and minutes it has to hold out."""

    share: float
    requests: int
    minutes: float


def promise(contained: float, worse: float, share: float, level: float = 0.05, power: float = 0.8) -> Promise:
    """The requests that it takes, exactly: every path of events under the rates is followed through the boundary of `watch`, looked at after each event.

    Raises ValueError unless 0 < contained < worse < 1 and 0 < share ≤ 0.5, or where the rates are too close to be told apart."""
    if not 0 < contained < worse < 1:
        raise ValueError(
            f"the contained rate must be above 0 and below the worse one, both shares below 1: {contained}, {worse}"
        )
    if not 0 < share <= 0.5:
        raise ValueError(f"the canary's share must be above 0 and at most 0.5: {share}")
    times = worse / contained
    harmful, harmless = (_verdicts(share, times, true, level) for true in (times, 1.0))
    stop = _needed((1 - share) * contained + share * worse, power, harmful[0])
    clear = _needed(contained, power, harmless[1])
    return Promise(contained, worse, share, level, power, stop, clear)


def watch(
    promised: Promise, found_contained: Counts, asked_contained: Counts, found_canary: Counts, asked_canary: Counts
) -> list[Look]:
    """A verdict after each look, from what was new at it, each of shape (looks,). A verdict stands once it was reached.

    Given that an event happened it lies in the canary with the chance s·t / (1 − s + s·t), s the canary's share of the look's requests and t the ratio
    of the rates. Against "no worse" (t ≤ 1) half the stake is on the promised ratio and half is spread evenly over log t from 1.1 to 50; against "at
    least `times` as bad" all of it is on t = 1. Both are test martingales, so that by Ville's inequality each is wrong with a chance of at most `level`, however
    often one looks (Ramdas et al. 2023, Game-theoretic statistics and safe anytime-valid inference)."""
    asked = np.asarray(asked_contained, np.float64) + np.asarray(asked_canary, np.float64)
    share = np.divide(asked_canary, asked, out=np.zeros_like(asked), where=asked > 0)
    here, there = np.asarray(found_canary, np.float64), np.asarray(found_contained, np.float64)
    worse = _log_worse(*_paths(share, here, there, _ratios(promised.times)))
    at_least = np.array([promised.times])
    clear = -_sum_paths(*_paths(share, here, there, at_least))[:, 0]
    needed, looks = -math.log(promised.level), list[Look]()
    verdict: Verdict = "not enough evidence"
    for one in range(len(asked)):
        if verdict == "not enough evidence":
            verdict = "stop" if worse[one] >= needed else "clear" if clear[one] >= needed else verdict
        looks.append(
            Look(
                int(asked[: one + 1].sum()), int(there[: one + 1].sum()), int(here[: one + 1].sum()),
                _e(worse[one]), _e(clear[one]), verdict,
            )
        )  # fmt: skip
    return looks


def steps(promised: Promise, per_minute: float) -> list[Step]:
    """The way from the canary's share to all traffic, each step as long as its own promise takes at this traffic. The last one, all traffic, has no
    contained state left to compare with: its requests are 0. Raises ValueError unless there is traffic."""
    if not per_minute > 0:
        raise ValueError(f"traffic must be above 0 requests a minute: {per_minute}")
    shares = [promised.share, *(one for one in STEP_SHARES if one > promised.share)]
    held = [promise(promised.contained, promised.worse, one, promised.level, promised.power).requests for one in shares]
    return [Step(one, n, n / per_minute) for one, n in zip(shares, held, strict=True)] + [Step(1.0, 0, 0.0)]


@lru_cache(maxsize=256)
def _verdicts(share: float, times: float, true: float, level: float) -> tuple[Floats, Floats]:
    """Chance that the verdict is stop, and that it is clear, by the n-th event in both arms, n from 0, where the canary is `true` times as harmful. Two arrays
    that end where hardly a path is left without a verdict.

    Exact: the number of events that lie in the canary is a walk, and each boundary is one number of events for every n."""
    ratios = _ratios(times)
    inside = np.log(1 - share + share * ratios)
    here, there = np.log(ratios) - inside, -inside
    lies = share * true / (1 - share + share * true)
    needed = -math.log(level)
    alive, base, worst = np.array([1.0]), 0, 0
    stopped, cleared = [0.0], [0.0]
    for n in range(1, MOST_EVENTS):
        alive = np.concatenate([alive * (1 - lies), [0.0]]) + np.concatenate([[0.0], alive * lies])
        while worst <= n and _mix(worst * here + (n - worst) * there) < needed:
            worst += 1
        most = math.floor((-n * there[0] - needed) / (here[0] - there[0]))
        low = max(0, most + 1 - base)
        high = max(0, worst - base)
        cleared.append(cleared[-1] + float(alive[:low].sum()))
        stopped.append(stopped[-1] + float(alive[high:].sum()))
        alive, base = alive[low:high], base + low
        if alive.sum() < 1e-4:
            break
    return np.array(stopped), np.array(cleared)


def _needed(rate: float, power: float, chances: Floats) -> int:
    """Fewest requests by which the chance reaches `power`, events coming at `rate` a request. Raises ValueError where they never do."""
    if chances[-1] < power:
        raise ValueError("the two rates are too close: no canary of a size that anybody runs can tell them apart")

    def reached(n: int) -> bool:
        spread = 8 * math.sqrt(n * rate) + 25
        events = np.arange(max(0, math.floor(n * rate - spread)), math.ceil(n * rate + spread) + 1)
        weights = np.exp(special.xlogy(events, n * rate) - n * rate - special.gammaln(events + 1))
        return float((weights * chances[np.minimum(events, len(chances) - 1)]).sum()) >= power

    high = 16
    while not reached(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _ratios(times: float) -> Floats:
    """The promised ratio first, then the spread ones."""
    return np.concatenate([[times], np.exp(np.linspace(math.log(LEAST_TIMES), math.log(MOST_TIMES), STEPS))])


def _paths(share: Floats, here: Floats, there: Floats, ratios: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    inside = np.log(1 - share[:, None] + share[:, None] * ratios[None, :])
    return here, there, np.log(ratios)[None, :] - inside, -inside


def _sum_paths(here: Floats, there: Floats, one: Floats, other: Floats) -> Floats:
    summed: Floats = np.cumsum(here[:, None] * one + there[:, None] * other, axis=0)
    return summed


def _log_worse(here: Floats, there: Floats, one: Floats, other: Floats) -> Floats:
    return _mix(_sum_paths(here, there, one, other))


def _mix(logs: Floats) -> Floats:
    """Half the stake on the first ratio, half spread over the others; over the last axis."""
    spread = special.logsumexp(logs[..., 1:], axis=-1) - math.log(STEPS)
    mixed: Floats = np.logaddexp(math.log(AIMED) + logs[..., 0], math.log(1 - AIMED) + spread)
    return mixed


def _e(log: float) -> float:
    return math.exp(min(log, 700.0))
