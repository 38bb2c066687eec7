"""Where and when a signal is found more often than it should be: every cell over many stretches of time.

A cell's usual share is learnt from the time outside the stretch, shrunk towards the share of all traffic there as far as cells differ
from it anyway (a Gamma prior fitted to the cells themselves, as in DuMouchel 1999). So neither a cell that is always worse nor one
that is merely small stands out. What is left of chance is corrected for everything that was tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from hotwash.triage.cells import Cells, Floats, Ints, Table, Where

BINS = 8
"""Equal shares of traffic by time, for the first pass over all cells; the second is finer."""
FINE = 48
KEPT = 150
"""Cells of a signal that pass from the first look to the second."""
TOGETHER = 4
"""Stretches overlap: about this many of them are one and the same trial. `benchmarks/findings.py` measures what comes of it."""
PAIRS = 2
"""How alike cells are is learnt from single attributes and pairs; cells of three are too small to tell."""
THIN = 20_000
"""Rows without any finding that the first pass counts; the second counts all."""
AT_ONCE = 3_000
"""Cells that are scored together."""
ALIKE, UNALIKE = 200.0, 0.5
"""Shapes of the Gamma prior for cells that hardly differ, and for cells that differ by far."""


@dataclass(frozen=True)
class Candidate:
    """A description, its stretch of time [from_ms, to_ms), and what was seen there in drawn cases: `found` against `expected`.
    `known` are the cases that the expectation rests on, `tried` all that was tried at this number of attributes.
    `evidence` is the log-likelihood ratio less the log of `tried`, in nats; `p` the chance of
    as many, corrected for the same."""

    where: Where
    from_ms: int
    to_ms: int
    found: float
    expected: float
    known: float
    tried: float
    evidence: float
    p: float


@dataclass(frozen=True)
class Looked:
    """The best candidates for one signal, the likeliest first, and how many cells and stretches were tried."""

    best: tuple[Candidate, ...]
    cells: int
    stretches: int


@dataclass(frozen=True)
class Scores:
    """Cases inside, cases expected there, the cases that the expectation rests on (prior included), and the log-likelihood ratio of two
    Poisson rates against one, 0 where there are no more than expected. Each of shape (cells, stretches)."""

    inside: Floats
    expected: Floats
    known: Floats
    gain: Floats


class _First:
    """The first pass over one signal: cells are scored many at a time, and the best are kept."""

    def __init__(self, start: Ints, stop: Ints, step: float) -> None:
        self._start, self._stop, self._step = start, stop, step
        self._waiting: list[tuple[int, Cells]] = []
        self._heap = 0
        self._bar = 0.0
        self._kept: list[tuple[float, tuple[str, ...], int]] = []
        self.usual = Outside(np.zeros(0), np.zeros(0))
        self.cells: dict[int, int] = {}
        self.alike: dict[int, float] = {0: UNALIKE}

    def add(self, cells: Cells) -> None:
        """Cells of one more combination; the empty combination comes first."""
        size = len(cells.names)
        self.cells[size] = self.cells.get(size, 0) + len(cells.codes)
        if not size:
            self.usual = outside(cells, self._start, self._stop)
        elif size <= PAIRS:
            self.alike[size] = min(self.alike.get(size, ALIKE), alikeness(cells))
        else:
            self.alike[size] = self.alike.get(PAIRS, UNALIKE)
        self._waiting.append((size, cells))
        self._heap += len(cells.codes)
        if self._heap > AT_ONCE:
            self._score()

    def best(self) -> list[tuple[float, tuple[str, ...], int]]:
        """The best KEPT cells: gain, names, code."""
        self._score()
        return self._kept

    def _score(self) -> None:
        for size in sorted({size for size, _ in self._waiting}):
            alike = [one for other, one in self._waiting if other == size]
            found, asked = np.vstack([one.found for one in alike]), np.vstack([one.asked for one in alike])
            codes = np.concatenate([one.codes for one in alike])
            merged = Cells((), codes, found, asked)
            gain = scored(merged, self._start, self._stop, self.usual, self.alike[size], self._step).gain.max(axis=1)
            owner = np.repeat(np.arange(len(alike)), [len(one.codes) for one in alike])
            for place in np.flatnonzero(gain > self._bar):
                self._kept.append((float(gain[place]), alike[owner[place]].names, int(codes[place])))
        self._waiting.clear()
        self._heap = 0
        self._kept.sort(key=lambda kept: (-kept[0], len(kept[1]), kept[1], kept[2]))
        del self._kept[KEPT:]
        self._bar = self._kept[-1][0] if len(self._kept) == KEPT else 0.0


def look(table: Table) -> dict[str, Looked]:
    """Search every combination coarsely for every signal, then the best of them finely."""
    edges = table.edges(BINS)
    if len(edges) < 3:
        return {name: Looked((), 0, 0) for name in table.signals}
    thin, most = table.thinned(THIN), len(edges) - 1
    laid = thin.binned(edges)
    start, stop = stretches(most)
    met = {name: _First(start, stop, thin.step) for name in table.signals}
    for names in thin.combinations():
        for signal, cells in thin.cells(names, laid, most).items():
            met[signal].add(cells)
    return _closer(table, {name: one for name, one in met.items() if one.cells})


def _closer(table: Table, met: Mapping[str, _First]) -> dict[str, Looked]:
    """The second, finer look at what the first one kept."""
    edges = table.edges(FINE)
    laid, most = table.binned(edges), len(edges) - 1
    start, stop = stretches(most)
    wanted: dict[tuple[str, ...], dict[str, list[int]]] = {(): {name: [0] for name in met}}
    for signal, one in met.items():
        for _, names, code in one.best():
            wanted.setdefault(names, {}).setdefault(signal, []).append(code)
    usual: dict[str, Outside] = {}
    found: dict[str, list[Candidate]] = {name: [] for name in met}
    for names in sorted(wanted, key=len):
        only = {signal: np.unique(codes) for signal, codes in wanted[names].items()}
        for signal, cells in table.cells(names, laid, most, only).items():
            if not names:
                usual[signal] = outside(cells, start, stop)
            one = met[signal]
            tried = len(one.cells) * one.cells.get(len(names), 1) * max(1.0, len(start) / TOGETHER)
            seen = scored(cells, start, stop, usual[signal], one.alike[len(names)], table.step)
            found[signal] += _candidates(table, cells, seen, edges[start], edges[stop], tried)
    for listed in found.values():
        listed.sort(key=lambda kept: (-kept.evidence, len(kept.where), kept.where))
    nothing = {name: Looked((), 0, 0) for name in table.signals}
    return nothing | {
        name: Looked(tuple(found[name]), sum(one.cells.values()), len(start)) for name, one in met.items()
    }


def _candidates(table: Table, cells: Cells, seen: Scores, begins: Ints, ends: Ints, tried: float) -> list[Candidate]:
    made = []
    for row, code in enumerate(cells.codes):
        at = int(np.argmax(seen.gain[row]))
        if seen.gain[row, at] > 0:
            inside, expected, known = seen.inside[row, at], seen.expected[row, at], seen.known[row, at]
            p = min(1.0, tried * float(chance(inside, expected, known)))
            evidence = float(seen.gain[row, at] - np.log(tried))
            where = table.named(cells.names, int(code))
            made.append(
                Candidate(
                    where,
                    int(begins[at]),
                    int(ends[at]),
                    float(inside),
                    float(expected),
                    float(known),
                    tried,
                    evidence,
                    p,
                )
            )
    return made


def unmixed(table: Table, signal: str, one: Candidate) -> tuple[Candidate, str]:
    """A candidate against what the changed mix of its own traffic explains, and the dimension that explains most of it.

    More traffic from a tenant that always has more of something lifts every total without anything having got worse. For each other
    dimension, what is expected is what its values usually have (shrunk towards the whole by two cases), in the mix of the stretch; the
    largest such expectation counts (direct standardisation, the worst case over dimensions).
    """
    most, by = one.expected, ""
    fixed = {name for name, _ in one.where}
    for dim in table.dims:
        if dim not in fixed:
            exposed, found, asked = table.split(signal, one.where, dim, one.from_ms, one.to_ms)
            share = (found.sum() + 0.5) / max(asked.sum(), 1.0)
            usual = (found + 2.0) / (asked + 2.0 / share)
            expected = float((exposed * usual).sum())
            if expected > most:
                most, by = expected, dim
    p = min(1.0, one.tried * chance(one.found, most, one.known))
    return replace(one, expected=most, p=max(p, one.p)), by


def stretches(bins: int) -> tuple[Ints, Ints]:
    """Stretches to try: from every bin to the end, and inner ones of length 1, 2, 4 ... begun at every half length."""
    pairs = {(start, bins) for start in range(1, bins)}
    length = 1
    while length < bins:
        pairs |= {(start, start + length) for start in range(0, bins - length, max(1, length // 2))}
        length *= 2
    start, stop = np.array(sorted(pairs), dtype=np.int64).T
    return start, stop


@dataclass(frozen=True)
class Outside:
    """All traffic outside every stretch: the `share` found there, in drawn cases a unit of weight, and the `cases` that it rests on. Each
    of shape (stretches,)."""

    share: Floats
    cases: Floats


def outside(everything: Cells, start: Ints, stop: Ints) -> Outside:
    """What is usual for a cell that nothing is known of."""
    cf = np.concatenate(([0.0], np.cumsum(everything.found[0])))
    ca = np.concatenate(([0.0], np.cumsum(everything.asked[0])))
    cases: Floats = cf[-1] - (cf[stop] - cf[start]) + 0.5
    return Outside(cases / np.maximum(ca[-1] - (ca[stop] - ca[start]), 1.0), cases)


def scored(cells: Cells, start: Ints, stop: Ints, usual: Outside, alike: float, step: float) -> Scores:
    """Every cell over every stretch. What is usual is known no better than from the cases that it rests on, however alike cells are. One row's weight, `step`, is added to what was asked on either side: a cell without any sampled row
    is small, not empty."""
    cf = np.concatenate((np.zeros((len(cells.codes), 1)), np.cumsum(cells.found, axis=1)), axis=1)
    ca = np.concatenate((np.zeros((len(cells.codes), 1)), np.cumsum(cells.asked, axis=1)), axis=1)
    inside, exposed = cf[:, stop] - cf[:, start], ca[:, stop] - ca[:, start]
    prior = 1 / (1 / alike + 1 / usual.cases)
    known = cf[:, -1:] - inside + prior
    rest = np.maximum(ca[:, -1:] - exposed, 0.0) + step + prior / np.maximum(usual.share, 1e-12)
    exposed += step
    part = exposed / (exposed + rest)
    total = inside + known
    gain = special.xlogy(inside, inside / (total * part)) + special.xlogy(known, known / (total * (1 - part)))
    expected = exposed * known / rest
    return Scores(inside, expected, known, np.where(inside > expected, gain, 0.0))


def chance(found: float, expected: float, shape: float) -> float:
    """P(as many or more) under the negative binomial that a Gamma of this shape around `expected` gives."""
    return float(special.betainc(found, shape, expected / (expected + shape))) if found > 0 else 1.0


def alikeness(cells: Cells) -> float:
    """Shape of the Gamma prior by the method of moments: how far the cells' own shares scatter around their common one beyond what
    chance does."""
    found, asked = cells.found.sum(axis=1), cells.asked.sum(axis=1)
    expected = asked * (found.sum() / max(asked.sum(), 1e-9))
    known = expected >= 2
    if known.sum() < 5:
        return 2.0
    # A few cells hold the incident itself; the middle of the scatter is not moved by them.
    excess = ((found - expected) ** 2 - expected)[known] / expected[known] ** 2
    low, high = np.quantile(excess, [0.05, 0.95])
    variance = float(np.clip(excess, low, high).mean())
    return float(np.clip(1 / max(variance, 1e-9), UNALIKE, ALIKE))
