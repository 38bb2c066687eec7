"""A second signal that rose with the first: in the same part of traffic, in the same stretch of time.

What goes wrong seldom shows in one measure alone: answers that are wrong are also voted down. Each may lie within what chance does where
both at once do not. Requests in which the first signal was found are left out of the second's cases. So one event that both report counts once,
and what is left of the second depends on the first by chance no longer: the product of both chances is judged by Fisher's method (1932).
What is always worse tends to be so in every signal. So nothing but its own past tells what is usual for the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log

import numpy as np

from hotwash.triage.cells import Floats, Numbers, Table, Tally
from hotwash.triage.usual import OWN_PAST, Usual, chance, expectation

ROSE_TOO = 0.001
"""From so small a chance on, by itself, a second signal has a say."""


@dataclass(frozen=True)
class Partner:
    """The second signal, the best of `among`: its cases `found` in the stretch without those of the first, the `expected` ones, the `known` cases that
    this rests on, and by how much a changed mix of traffic lifts it. `shares` are what a cell without any past is taken for, in every stretch."""

    signal: str
    among: int
    found: float
    expected: float
    known: float
    shares: Floats = field(compare=False, repr=False)
    lift: float = 1.0

    @property
    def chance(self) -> float:
        """Of as many cases, corrected for nothing."""
        return chance(self.found, self.expected * self.lift, self.known)

    def recounted(self, stretch: int, tally: Tally, unit: float) -> Partner:
        """As other counts have it, `unit` cases for each that was drawn."""
        found, expected, known = _seen(tally, float(self.shares[stretch]) * unit, 1.0)
        return replace(self, found=found, expected=expected, known=known)


def partner(
    table: Table, usual: Mapping[str, Usual], signal: str, numbers: Numbers, stretch: int, from_ms: int, to_ms: int
) -> Partner | None:
    """Of all other signals the one that is least likely to be found so often by chance in a description and stretch; None if even that may be."""
    best, least = "", ROSE_TOO
    tallies = table.beside(signal, numbers, from_ms, to_ms)
    for other, tally in tallies.items():
        found, expected, known = _seen(tally, usual[other].made(numbers, stretch), table.step)
        if (one := chance(found, expected, known)) < least:
            best, least = other, one
    if not best:
        return None
    shares = usual[best].prior(np.array([numbers])).share[0]
    return Partner(best, len(tallies), *_seen(tallies[best], float(shares[stretch]), table.step), shares)


def jointly(first: float, second: Partner) -> float:
    """The chance of two signals at once, of which the first has so small a chance, for the best of the second's kind."""
    product = max(first * second.chance, 1e-300)
    return min(1.0, second.among * product * (1 - log(product)))


def _seen(tally: Tally, share: float, step: float) -> tuple[float, float, float]:
    asked, found, asked_outside, found_outside = tally
    expected, known = expectation(asked, asked_outside, found_outside, share, OWN_PAST, step)
    return found, expected, known
