"""A second signal that rose with the first: in the same part of traffic, in the same stretch of time.

What goes wrong seldom shows in one measure alone: answers that are wrong are also voted down. Each may lie within what chance does where
both at once do not. Requests in which the first signal was found are left out of the second's cases. So one event that both report counts once,
and what is left of the second depends on the first by chance no longer: the product of both chances is judged by Fisher's method (1932).
What is always worse tends to be so in every signal. So nothing but its own past tells what is usual for the second. A signal that stands out by itself is
named for itself and is nobody's second: something else that came at the same time would carry any signal over the threshold.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from math import log

from hotwash.triage.cells import Numbers, Table, Tally
from hotwash.triage.usual import by_own_past, chance

ROSE_TOO = 0.001
"""From so small a chance on, by itself, a second signal has a say."""


@dataclass(frozen=True)
class Partner:
    """The second signal, the best of `among`: its cases `found` in the stretch without those of the first, the `expected` ones, the `known` cases that
    this rests on, and by how much a changed mix of traffic lifts it."""

    signal: str
    among: int
    found: float
    expected: float
    known: float
    lift: float = 1.0

    @property
    def chance(self) -> float:
        """Of as many cases, corrected for nothing."""
        return chance(self.found, self.expected * self.lift, self.known)

    def recounted(self, tally: Tally) -> Partner:
        """As other counts have it."""
        found, expected, known = _seen(tally, 1.0)
        return replace(self, found=found, expected=expected, known=known)


def partner(
    table: Table, signal: str, quiet: Collection[str], numbers: Numbers, from_ms: int, to_ms: int
) -> Partner | None:
    """Of the `quiet` signals the one that is least likely to be found so often by chance in a description and stretch; None if even that may be."""
    tallies = {name: tally for name, tally in table.beside(signal, numbers, from_ms, to_ms).items() if name in quiet}
    every = [Partner(name, len(tallies), *_seen(tally, table.step)) for name, tally in tallies.items()]
    best = min(every, key=lambda one: one.chance, default=None)
    return best if best and best.chance < ROSE_TOO else None


def jointly(first: float, second: Partner) -> float:
    """The chance of two signals at once, of which the first has so small a chance, for the best of the second's kind."""
    product = max(first * second.chance, 1e-300)
    return min(1.0, second.among * product * (1 - log(product)))


def _seen(tally: Tally, step: float) -> tuple[float, float, float]:
    asked, found, asked_outside, found_outside = tally
    expected, known = by_own_past(asked, asked_outside, found_outside, step)
    return found, expected, known
