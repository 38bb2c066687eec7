"""Counts with what is missing, and what they can show at most and at least."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hotwash.gates.graders import State
from hotwash.triage.pairs import Pairs, paired_difference
from hotwash.triage.stats import binomial_tail, promise, vouched

STEPS = 40
"""Halvings by which a p-value is read off an interval: to one part in a million million."""


@dataclass(frozen=True)
class Tally:
    """How often something failed, held, and could not be known."""

    failed: int
    held: int
    unknown: int

    @property
    def asked(self) -> int:
        """All of them."""
        return self.failed + self.held + self.unknown

    @property
    def share(self) -> float | None:
        """Failures among what is known; None where nothing is."""
        known = self.failed + self.held
        return self.failed / known if known else None


@dataclass(frozen=True)
class Bounds:
    """What is known of a figure: one-sided bounds, each at the confidence agreed, whatever the unknown ones were."""

    low: float
    high: float


def tally(states: Iterable[State]) -> Tally:
    """Count states."""
    found = list(states)
    return Tally(found.count("failed"), found.count("held"), found.count("unknown"))


def worst(states: Sequence[State]) -> State:
    """A case that was asked several times is as bad as the worst of its trials."""
    return "failed" if "failed" in states else "unknown" if "unknown" in states or not states else "held"


def share_bounds(counted: Tally, confidence: float) -> Bounds:
    """Exact one-sided bounds (Clopper and Pearson 1934) on the share that fails. The lower one takes every unknown as held, the
    upper one as failed (worst-case bounds, Manski 1989): no guess about why it is unknown can move them."""
    return Bounds(
        vouched(counted.failed, counted.asked, confidence),
        promise(counted.failed + counted.unknown, counted.asked, confidence),
    )


def share_p(counted: Tally, most: float) -> float:
    """Chance of so many failures or more if the share were `most`, every unknown taken as held. Exact binomial."""
    return float(binomial_tail(counted.failed, counted.asked, most)) if counted.asked else 1.0


Twins = Sequence[tuple[State, State]]
"""The same request twice: before and now, or reference and group."""


def twin_pairs(twins: Twins, *, unknown_as: tuple[State, State]) -> Pairs:
    """Count pairs, with what to take an unknown first and an unknown second for."""
    known = [
        tuple(given if state == "unknown" else state for state, given in zip(pair, unknown_as, strict=True))
        for pair in twins
    ]
    return Pairs(
        known.count(("failed", "failed")), known.count(("failed", "held")),
        known.count(("held", "failed")), known.count(("held", "held")),
    )  # fmt: skip


def lowest(twins: Twins) -> Pairs:
    """The pairs if every unknown made the second look as good as it can."""
    return twin_pairs(twins, unknown_as=("failed", "held"))


def highest(twins: Twins) -> Pairs:
    """The pairs if every unknown made the second look as bad as it can."""
    return twin_pairs(twins, unknown_as=("held", "failed"))


def p_not_worse(twins: Twins) -> float:
    """McNemar's exact one-sided p that the second does no worse than the first, every unknown against the claim that it does."""
    pairs = lowest(twins)
    apart = pairs.only_one + pairs.only_other
    return float(binomial_tail(pairs.only_other, apart, 0.5)) if apart else 1.0


def gap_bounds(twins: Twins, confidence: float) -> Bounds:
    """One-sided bounds on the second's share of failures less the first's, over the same requests: the limits of Newcombe's
    two-sided interval at 2·confidence − 1, each with the unknown ones against it."""
    level = 2 * confidence - 1
    return Bounds(paired_difference(lowest(twins), level).low, paired_difference(highest(twins), level).high)


def p_above(twins: Twins, margin: float) -> float:
    """One-sided p that the gap is no larger than `margin`: where the interval's lower limit reaches the margin, every unknown
    in the second's favour."""
    pairs = lowest(twins)
    return _inverted(lambda level: paired_difference(pairs, level).low > margin)


def p_below(twins: Twins, margin: float) -> float:
    """One-sided p that the gap is no smaller than −`margin`."""
    pairs = highest(twins)
    return _inverted(lambda level: paired_difference(pairs, level).high < -margin)


def _inverted(excludes: Callable[[float], bool]) -> float:
    """The smallest one-sided p at which an interval of two-sided level 1 − 2p still excludes the margin; 1 where none does."""
    low, high = 0.0, 0.5
    if not excludes(1e-9):
        return 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if excludes(1 - 2 * middle) else (middle, high)
    return high


def clean_pairs_needed(margin: float, confidence: float) -> int:
    """Fewest pairs that all agree, half of them failing, by which a gap beyond `margin` is excluded: no sample of that size does
    better whatever share fails."""

    def enough(n: int) -> bool:
        return (
            min(paired_difference(Pairs(both, 0, 0, n - both), 2 * confidence - 1).high for both in (0, n // 2))
            <= margin
        )

    high = 1
    while not enough(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
