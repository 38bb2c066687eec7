"""A second signal that rose with the first: in the same part of traffic, in the same stretch of time.

What goes wrong seldom shows in one measure alone: answers that are wrong are also voted down. Each may lie within what chance does where
both at once do not. Requests in which the first signal was found are left out of the second's cases. So one event that both report counts once,
and what is left of the second depends on the first by chance no longer: the product of both chances is judged by Fisher's method (1932).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log

import numpy as np

from hotwash.triage.cells import Numbers, Table, Tally
from hotwash.triage.usual import Likely, Prior, Usual, chance, expectation

ROSE_TOO = 0.001
"""From so small a chance on, by itself, a second signal has a say."""


@dataclass(frozen=True)
class Partner:
    """The second signal, the best of `among`: its cases `found` in the stretch without those of the first, the `expected` ones, the `known` cases that
    this rests on, and by how much a changed mix of traffic lifts it. `prior` is what is taken for usual in every stretch."""

    signal: str
    among: int
    found: float
    expected: float
    known: float
    prior: Prior = field(compare=False, repr=False)
    lift: float = 1.0

    @property
    def chance(self) -> float:
        """Of as many cases, corrected for nothing."""
        return chance(self.found, self.expected * self.lift, self.known)

    def recounted(self, stretch: int, seen: Tally, unit: float) -> Partner:
        """As other counts have it (`Table.tally`), `unit` cases for each that was drawn."""
        prior = self.prior.at(stretch)
        found, expected, known = _seen(seen, replace(prior, share=prior.share * unit), 1.0)
        return replace(self, found=found, expected=expected, known=known)


def partner(
    table: Table, usual: Mapping[str, Usual], signal: str, numbers: Numbers, stretch: int, from_ms: int, to_ms: int
) -> Partner | None:
    """Of all other signals the one that is least likely to be found so often by chance in a description and stretch; None if even that may be."""
    best, least = "", ROSE_TOO
    tallies = table.beside(signal, numbers, from_ms, to_ms)
    for other, tally in tallies.items():
        found, expected, known = _seen(tally, usual[other].at(numbers, stretch), table.step)
        if (one := chance(found, expected, known)) < least:
            best, least = other, one
    if not best:
        return None
    prior = usual[best].prior(np.array([numbers]))
    return Partner(best, len(tallies), *_seen(tallies[best], prior.at(stretch), table.step), prior)


def jointly(first: float, second: Partner) -> float:
    """The chance of two signals at once, of which the first has so small a chance, for the best of the second's kind."""
    product = max(first * second.chance, 1e-300)
    return min(1.0, second.among * product * (1 - log(product)))


def _seen(tally: Tally, prior: Likely, step: float) -> tuple[float, float, float]:
    asked, found, asked_outside, found_outside = tally
    expected, known = expectation(asked, asked_outside, found_outside, prior.share, prior.strength, step)
    return found, expected, known
