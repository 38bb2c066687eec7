"""The same requests asked twice: whether the answers differ, and by how much. Pairs tell more than two shares do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hotwash.triage.stats import LEVEL, Difference, binomial_tail, rate


@dataclass(frozen=True)
class Pairs:
    """Counts of pairs: found in both, in the one only, in the other only, in neither."""

    both: int
    only_one: int
    only_other: int
    neither: int

    @property
    def asked(self) -> int:
        """How many pairs there are."""
        return self.both + self.only_one + self.only_other + self.neither


def mcnemar(only_one: int, only_other: int) -> float:
    """Exact two-sided p of McNemar's test: of the pairs that differ, each is as likely to differ either way."""
    apart = only_one + only_other
    if not apart:
        return 1.0
    return min(1.0, 2 * float(binomial_tail(max(only_one, only_other), apart, 0.5)))


def paired_difference(pairs: Pairs, level: float = LEVEL) -> Difference:
    """The other's share less the one's, over the same requests; `level` is two-sided, `p` is McNemar's exact one.

    Newcombe's interval for paired proportions (Statistics in Medicine 17, 1998, 2635 to 2650, method 10): the two Wilson
    intervals, joined by the correlation phi, which is made smaller by a continuity correction where it is positive. Without
    any pair the value is NaN and the interval [-1, 1].
    """
    n = pairs.asked
    if not n:
        return Difference(math.nan, -1.0, 1.0, 1.0)
    one, other = rate(pairs.both + pairs.only_one, n, level), rate(pairs.both + pairs.only_other, n, level)
    phi = _phi(pairs)
    value = (pairs.only_other - pairs.only_one) / n
    below = _spread(other.share - other.low, one.high - one.share, phi)
    above = _spread(other.high - other.share, one.share - one.low, phi)
    p = mcnemar(pairs.only_one, pairs.only_other)
    return Difference(value, max(-1.0, value - below), min(1.0, value + above), p)


def _phi(pairs: Pairs) -> float:
    found, missed = pairs.both + pairs.only_one, pairs.only_other + pairs.neither
    again, never = pairs.both + pairs.only_other, pairs.only_one + pairs.neither
    product = found * missed * again * never
    if not product:
        return 0.0
    apart = pairs.both * pairs.neither - pairs.only_one * pairs.only_other
    corrected = max(apart - pairs.asked / 2, 0.0) if apart > 0 else float(apart)
    return corrected / math.sqrt(product)


def _spread(this: float, that: float, phi: float) -> float:
    return math.sqrt(max(0.0, this * this - 2 * phi * this * that + that * that))
