"""What is usual for a part of traffic, and how far beyond it something is.

A cell's usual share is learnt from the time outside a stretch. As long as little was seen there, it is taken to be what its attributes'
own shares make it (each as a factor on the share of all traffic), as far as cells keep to that anyway: a Gamma prior around the product,
fitted to the cells themselves (as in DuMouchel 1999). So neither a cell that is always worse nor one that is merely small stands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TypeVar

import numpy as np
from scipy import special

from hotwash.triage.cells import Floats, Ints, Table

Number = TypeVar("Number", Floats, float)
TRIM = 0.02
ALIKE, UNALIKE, FEW_ALIKE = 8.0, 2.0, 4.0
"""Shapes of the Gamma prior, in cases of a cell's own that outweigh it: for cells that hardly differ, for cells that differ by far, and
for cells too few to tell. Never more than a handful: a value that is always worse must be able to say so from an eighth of the traffic.
"""
APART = 0.5
"""The least: for values of one dimension that have little in common, such as intents of which two alone write with tools."""
OWN_PAST = 1.0
"""The same for what has nothing to go by but its own past. With one case more than were found there, the chance is that of the exact
conditional test of two Poisson rates (Przyborowski and Wilenski 1940)."""


@dataclass(frozen=True)
class Prior:
    """What is taken for usual before a cell's own past is seen: its `share`, and the cases that this is worth (`strength`), both (cells,
    stretches)."""

    share: Floats
    strength: Floats

    def row(self, number: int) -> Prior:
        """That of one cell."""
        return Prior(self.share[number, None], self.strength[number, None])

    def mixed(self, weight: Floats) -> Prior:
        """That of all cells together, of so much weight each (cells,): worth as much as that of the best known of them, no more."""
        part = weight / max(float(weight.sum()), 1e-9)
        return Prior((part @ self.share)[None, :], self.strength.max(axis=0)[None, :])


@dataclass(frozen=True)
class Usual:
    """What is usual for one signal outside every stretch: the `share` of all traffic in drawn cases a unit of weight, and the `cases` that
    it rests on, both (stretches,); by how much every value of every dimension differs from that (`factors`) and one over the cases that
    this rests on (`vague`), both (values, stretches); how `alike` combinations are to what their attributes make them, one figure for all;
    and how far values of the same dimension are alike (`near`, (values,))."""

    share: Floats
    cases: Floats
    factors: Floats
    vague: Floats
    alike: float
    near: Floats

    def prior(self, values: Ints) -> Prior:
        """What is taken for usual in cells (cells, attributes), before their own past is seen: what their attributes make their share. A
        single attribute has no other word for it than its own past, and starts from the share of all traffic, as far as values of its
        dimension are alike. A product is known no better than its factors: what is uncertain in each of them adds up. All traffic has its
        own past alone."""
        size, shape = values.shape[1], (len(values), len(self.share))
        if not size:
            return Prior(np.full(shape, np.inf), np.full(shape, OWN_PAST))
        share = np.repeat(self.share[None, :], len(values), axis=0)
        if size == 1:
            vague = np.broadcast_to(1 / self.near[values], shape)
        else:
            unsure = np.zeros_like(share)
            for place in range(size):
                share *= self.factors[values[:, place]]
                unsure += self.vague[values[:, place]]
            vague = np.maximum(1 / self.alike, unsure)
        return Prior(share, 1 / (vague + 1 / self.cases))


def usual(table: Table, signal: str, laid: Ints, most: int, start: Ints, stop: Ints) -> Usual:
    """Learn it: shares by posterior mean, factors of values shrunk towards one as far as values are alike. Most dimensions have nothing to
    do with an incident: how alike their values are is the middle of what they say."""
    found, asked = table.by_value(signal, laid, most)
    dims = table.bounds()
    cases = outside(found[dims[0]].sum(axis=0, keepdims=True), start, stop)[0] + OWN_PAST
    share = cases / np.maximum(outside(asked[dims[0]].sum(axis=0, keepdims=True), start, stop)[0], 1.0)
    all_found, all_asked = found.sum(axis=1), asked.sum(axis=1)
    likely = all_asked * float(all_found[dims[0]].sum() / max(all_asked[dims[0]].sum(), 1e-9))
    each = [alikeness(all_found[one], likely[one]) for one in dims]
    near = np.repeat(each, [one.stop - one.start for one in dims])
    own = outside(found, start, stop) + near[:, None]
    factors = own / (outside(asked, start, stop) * share + near[:, None])
    return Usual(share, cases, factors, 1 / own, float(np.clip(np.median(each), UNALIKE, ALIKE)), near)


def outside(counts: Floats, start: Ints, stop: Ints) -> Floats:
    """Sums outside every stretch, of counts by bin (rows, bins): (rows, stretches)."""
    heaped = np.concatenate((np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)), axis=1)
    sums: Floats = np.asarray(heaped[:, -1:] - (heaped[:, stop] - heaped[:, start]), dtype=np.float64)
    return sums


def stretches(bins: int) -> tuple[Ints, Ints]:
    """Stretches to try: from every bin to the end, and inner ones of length 1, 2, 4 ... begun at every half length. An eighth of the
    traffic is always outside: what is usual cannot be learnt from less."""
    pairs = {(start, bins) for start in range(max(1, bins // 8), bins)}
    length = 1
    while length < bins:
        pairs |= {(start, start + length) for start in range(0, bins - length, max(1, length // 2))}
        length *= 2
    start, stop = np.array(sorted(pairs), dtype=np.int64).T
    return start, stop


@dataclass(frozen=True)
class Scores:
    """Cases inside, cases expected there, the cases that the expectation rests on (prior included), and the log-likelihood ratio of two
    Poisson rates against one, 0 where there are no more than expected. Each of shape (cells, stretches)."""

    inside: Floats
    expected: Floats
    known: Floats
    gain: Floats

    def row(self, number: int) -> Scores:
        """Those of one cell."""
        return Scores(*(one[number, None] for one in (self.inside, self.expected, self.known, self.gain)))


def scored(
    found: Floats, asked: Floats, start: Ints, stop: Ints, prior: Prior, step: float, least: float = 0.0
) -> Scores:
    """Every cell by bin (cells, bins) over every stretch. One row's weight, `step`, is added to what was asked on either side: a cell
    without any sampled row is small, not empty. A gain that cannot reach `least` may be left at 0: it is never more than Pearson's chi-square of
    the same counts, which takes no logarithm."""
    apart = outside(found, start, stop)
    inside = found.sum(axis=1, keepdims=True) - apart
    unexposed = outside(asked, start, stop)
    exposed = asked.sum(axis=1, keepdims=True) - unexposed
    expected, known = expectation(exposed, unexposed, apart, prior.share, prior.strength, step)
    part = expected / (expected + known)
    total = inside + known
    gain, over = np.zeros_like(inside), inside > expected
    if least:
        over &= np.square(inside - total * part) >= (1 - 1e-6) * least * total * part * (1 - part)
    more, less, both, at = inside[over], known[over], total[over], part[over]
    gain[over] = more * np.log(more / (both * at)) + less * np.log(less / (both * (1 - at)))
    return Scores(inside, expected, known, gain)


def expectation(
    asked: Number, asked_outside: Number, found_outside: Number, share: Number, strength: Number, step: float
) -> tuple[Number, Number]:
    """Cases expected among what was asked in a stretch, and the cases that this rests on: those found outside it and the prior's, which are
    `strength` at its `share` (infinite: they take no traffic). One row's weight, `step`, is added to what was asked on either side."""
    known = found_outside + strength
    rest = np.maximum(asked_outside, 0.0) + step + strength / np.maximum(share, 1e-12)
    return (asked + step) * known / rest, known


def by_own_past(asked: float, asked_outside: float, found_outside: float, step: float) -> tuple[float, float]:
    """The same where nothing but a description's own past tells what is usual."""
    return expectation(asked, asked_outside, found_outside, inf, OWN_PAST, step)


def chance(found: float, expected: float, shape: float) -> float:
    """P(as many or more) under the negative binomial that a Gamma of this shape around `expected` gives."""
    return float(special.betainc(found, shape, expected / (expected + shape))) if found > 0 else 1.0


def alikeness(found: Floats, likely: Floats) -> float:
    """Shape of the Gamma prior by the method of moments: how far cells scatter around the cases that were `likely` beyond what chance does;
    both of shape (cells,). The few that scatter most are left out: one of them may hold the incident itself."""
    over = (found - likely) ** 2 - likely
    left = np.argsort(over)[: len(over) - max(1, round(TRIM * len(over)))]
    if len(left) < 2:
        return FEW_ALIKE
    variance = float(over[left].sum() / max(np.square(likely[left]).sum(), 1e-9))
    return float(np.clip(1 / max(variance, 1e-9), APART, ALIKE))
