"""Whether a gate is sliding: this run against the last ones, on the same cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from hotwash.gates.evidence import gap_bounds
from hotwash.gates.graders import State
from hotwash.kit.schema.suite import Suite

CONFIDENCE = 0.95
FEWEST = 3
"""Runs, this one among them, before a direction is spoken of."""
Cases = Mapping[str, State]


@dataclass(frozen=True)
class Trend:
    """`change` is this run's share of failing cases less that of the last runs, between `low` and `high` (one-sided, 95 %); a case failed before
    when it failed in more than half of them. `rising` is the p of no rise over the runs; `shares` are all of them, this one last."""

    shares: tuple[float, ...]
    change: float
    low: float
    high: float
    rising: float

    @property
    def sliding(self) -> bool:
        """Worse than before for certain, or on its way."""
        return len(self.shares) >= FEWEST and (self.low > 0 or (self.rising <= 1 - CONFIDENCE and self.change > 0))


def trend(now: Cases, before: Sequence[Cases]) -> Trend | None:
    """None without an earlier run. Cases that are unknown somewhere leave that run's share alone, and stand against no claim."""
    if not before:
        return None
    twins = [(_usual([run.get(case, "unknown") for run in before]), state) for case, state in now.items()]
    bounds = gap_bounds(twins, CONFIDENCE)
    known = [(one, other) for one, other in twins if "unknown" not in (one, other)]
    change = sum((other == "failed") - (one == "failed") for one, other in known) / len(known) if known else 0.0
    counts = [
        (sum(one == "failed" for one in run.values()), sum(one != "unknown" for one in run.values()))
        for run in (*before, now)
    ]
    told = [(failed, asked) for failed, asked in counts if asked]
    shares = tuple(failed / asked for failed, asked in told)
    return Trend(shares, change, bounds.low, bounds.high, rising_p(told))


def _usual(states: Sequence[State]) -> State:
    known = [one for one in states if one != "unknown"]
    return "unknown" if not known else "failed" if 2 * known.count("failed") > len(known) else "held"


def rising_p(counts: Sequence[tuple[int, int]]) -> float:
    """One-sided exact p of Cochran and Armitage's test for trend (1954, 1955): given how many failed in all, the chance that they lie
    so late or later. `counts` are (failed, asked), oldest first. 1 where nothing failed, or everything did."""
    failed = sum(one for one, _ in counts)
    if failed in (0, sum(asked for _, asked in counts)) or len(counts) < FEWEST:
        return 1.0
    seen = sum(place * one for place, (one, _) in enumerate(counts))
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    for place, (_, asked) in enumerate(counts):
        step: dict[tuple[int, int], int] = {}
        for (used, score), n in ways.items():
            for here in range(min(asked, failed - used) + 1):
                key = (used + here, score + place * here)
                step[key] = step.get(key, 0) + n * comb(asked, here)
        ways = step
    all_ways = sum(n for (used, _), n in ways.items() if used == failed)
    late = sum(n for (used, score), n in ways.items() if used == failed and score >= seen)
    return float(Fraction(late, all_ways))


def flips(suite: Suite, failed_trials: Mapping[str, int], unknown_trials: Mapping[str, int]) -> tuple[str, ...]:
    """Cases that both failed and held over their trials, in order."""
    return tuple(
        sorted(case for case, n in failed_trials.items() if n and suite.trials - n - unknown_trials.get(case, 0) > 0)
    )
