"""Where and when a signal is found more often than it should be: every cell over many stretches of time.

A cell's usual share is learnt from the time outside the stretch. As long as little was seen there, it is taken to be what its
attributes' own shares make it (each as a factor on the share of all traffic), as far as cells keep to that anyway: a Gamma prior
around the product, fitted to the cells themselves (as in DuMouchel 1999). So neither a cell that is always worse nor one that is
merely small stands out. What is left of chance is corrected for everything that was tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

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
"""How alike cells are is learnt from single attributes and pairs; cells of three are too small to tell, and no more alike than those of
the pairs that they lie in."""
THIN = 20_000
"""Rows without any finding that the first pass counts; the second counts all."""
AT_ONCE = 3_000
"""Cells that are scored together."""
TRIM = 0.02
ALIKE, UNALIKE, FEW_ALIKE = 8.0, 0.5, 4.0
"""Shapes of the Gamma prior, in cases of a cell's own that outweigh it: for cells that hardly differ, for cells that differ by far, and
for cells too few to tell. Never more than a handful: a value that is always worse must be able to say so from an eighth of the traffic.
The same for one attribute as for three, or a part would look better than the whole that it belongs to."""


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
    """The first pass over one signal: cells are scored many at a time, and the best are kept. Combinations come by size."""

    def __init__(self, table: Table, signal: str, start: Ints, stop: Ints) -> None:
        self._table, self._signal, self._start, self._stop = table, signal, start, stop
        self._waiting: list[Cells] = []
        self._heap, self._bar = 0, 0.0
        self._kept: list[tuple[float, tuple[str, ...], int]] = []
        self.cells: dict[int, int] = {}
        self.alike: dict[tuple[str, ...], float] = {(): UNALIKE}
        self.usual: Usual | None = None

    def begin(self, usual: Usual) -> None:
        """What is usual, before any cells."""
        self.usual = usual

    def add(self, cells: Cells) -> None:
        """Cells of one more combination."""
        assert self.usual is not None
        size = len(cells.names)
        self.cells[size] = self.cells.get(size, 0) + len(cells.codes)
        if size == 1:
            self.alike[cells.names] = self.usual.alike[cells.names[0]]
        elif size == PAIRS:
            self.alike[cells.names] = alikeness(cells.found.sum(axis=1), self.usual.expected(self._table, cells))
        elif size > PAIRS:
            self.alike[cells.names] = min(self.alike.get(pair, FEW_ALIKE) for pair in combinations(cells.names, PAIRS))
        self._waiting.append(cells)
        self._heap += len(cells.codes)
        if self._heap > AT_ONCE:
            self._score()

    def best(self) -> list[tuple[float, tuple[str, ...], int]]:
        """The best KEPT cells: gain, names, code."""
        self._score()
        return self._kept

    def _score(self) -> None:
        if self._waiting and self.usual is not None:
            found = np.vstack([one.found for one in self._waiting])
            asked = np.vstack([one.asked for one in self._waiting])
            share = np.vstack([self.usual.shares(self._table, one) for one in self._waiting])
            sizes = [len(one.codes) for one in self._waiting]
            alike = np.repeat([self.alike[one.names] for one in self._waiting], sizes)[:, None]
            cases, step = self.usual.cases, self._table.step
            gain = scored(found, asked, self._start, self._stop, Prior(share, alike, cases), step).gain.max(axis=1)
            owner = np.repeat(np.arange(len(self._waiting)), sizes)
            for place in np.flatnonzero(gain > self._bar):
                one = self._waiting[owner[place]]
                first = place - int(np.searchsorted(owner, owner[place]))
                self._kept.append((float(gain[place]), one.names, int(one.codes[first])))
        self._waiting.clear()
        self._heap = 0
        self._kept.sort(key=lambda kept: (-kept[0], len(kept[1]), kept[1], kept[2]))
        del self._kept[KEPT:]
        self._bar = self._kept[-1][0] if len(self._kept) == KEPT else 0.0


@dataclass(frozen=True)
class Usual:
    """What is usual for one signal outside every stretch: the `share` of all traffic in drawn cases a unit of weight, and the `cases` that
    it rests on, both (stretches,); for each dimension, by how much its values differ from that (`factors`, (values, stretches), and
    over all time in `overall`, (values,)), and how alike they are."""

    share: Floats
    cases: Floats
    whole: float
    factors: Mapping[str, Floats]
    overall: Mapping[str, Floats]
    alike: Mapping[str, float]

    def shares(self, table: Table, cells: Cells) -> Floats:
        """What the attributes of cells make their share, outside every stretch: (cells, stretches). A single attribute has no other word
        for it than its own past, and starts from the share of all traffic."""
        made = np.repeat(self.share[None, :], len(cells.codes), axis=0)
        if len(cells.names) > 1:
            for name, place in zip(cells.names, table.digits(cells.names, cells.codes), strict=True):
                made *= self.factors[name][place]
        return made

    def expected(self, table: Table, cells: Cells) -> Floats:
        """Cases that the attributes of cells make likely over all time: (cells,)."""
        made: Floats = cells.asked.sum(axis=1) * self.whole
        for name, place in zip(cells.names, table.digits(cells.names, cells.codes), strict=True):
            made *= self.overall[name][place]
        return made


def usual(table: Table, signal: str, laid: Ints, most: int, start: Ints, stop: Ints) -> Usual:
    """Learn it: shares by posterior mean, factors of values shrunk towards one as far as the values of their dimension are alike."""
    factors, overall, alike = {}, {}, {}
    total_found = total_asked = np.zeros((1, most))
    if table.dims:
        found, asked = table.by_value(signal, table.dims[0], laid, most)
        total_found, total_asked = found.sum(axis=0, keepdims=True), asked.sum(axis=0, keepdims=True)
    cases, rest = (outside(total_found, start, stop)[0] + 0.5, outside(total_asked, start, stop)[0])
    share = cases / np.maximum(rest, 1.0)
    whole = float(total_found.sum() / max(total_asked.sum(), 1e-9))
    for dim in table.dims:
        found, asked = table.by_value(signal, dim, laid, most)
        likely = asked.sum(axis=1) * whole
        kind = alikeness(found.sum(axis=1), likely)
        alike[dim] = kind
        factors[dim] = (outside(found, start, stop) + kind) / (outside(asked, start, stop) * share + kind)
        overall[dim] = (found.sum(axis=1) + kind) / (likely + kind)
    return Usual(share, cases, whole, factors, overall, alike)


def outside(counts: Floats, start: Ints, stop: Ints) -> Floats:
    """Sums outside every stretch, of counts by bin (rows, bins): (rows, stretches)."""
    heaped = np.concatenate((np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)), axis=1)
    sums: Floats = np.asarray(heaped[:, -1:] - (heaped[:, stop] - heaped[:, start]), dtype=np.float64)
    return sums


def look(table: Table) -> dict[str, Looked]:
    """Search every combination coarsely for every signal, then the best of them finely."""
    edges = table.edges(BINS)
    if len(edges) < 3 or not table.dims:
        return {name: Looked((), 0, 0) for name in table.signals}
    thin, most = table.thinned(THIN), len(edges) - 1
    laid = thin.binned(edges)
    start, stop = stretches(most)
    met = {name: _First(thin, name, start, stop) for name in table.signals}
    for names in thin.combinations():
        for signal, cells in thin.cells(names, laid, most).items():
            if met[signal].usual is None:
                met[signal].begin(usual(thin, signal, laid, most, start, stop))
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
    known = {signal: usual(table, signal, laid, most, start, stop) for signal in met}
    found: dict[str, list[Candidate]] = {name: [] for name in met}
    for names in sorted(wanted, key=len):
        only = {signal: np.unique(codes) for signal, codes in wanted[names].items()}
        for signal, cells in table.cells(names, laid, most, only).items():
            one = met[signal]
            tried = len(one.cells) * one.cells.get(len(names), 1) * max(1.0, len(start) / TOGETHER)
            alike = np.full((len(cells.codes), 1), one.alike[names])
            prior = Prior(known[signal].shares(table, cells), alike, known[signal].cases)
            seen = scored(cells.found, cells.asked, start, stop, prior, table.step)
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
            share = one.expected / max(exposed.sum(), table.step)
            usual = (found + 2.0) / (asked + 2.0 / share)
            expected = float((exposed * usual).sum())
            if expected > most:
                most, by = expected, dim
    p = min(1.0, one.tried * chance(one.found, most, one.known))
    return replace(one, expected=most, p=max(p, one.p)), by


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
class Prior:
    """What is taken for usual before a cell's own past is seen: its `share` (cells, stretches), how `alike` cells are to that (cells, 1), and
    the `cases` that it rests on (stretches,): it is known no better than from these."""

    share: Floats
    alike: Floats
    cases: Floats


def scored(found: Floats, asked: Floats, start: Ints, stop: Ints, prior: Prior, step: float) -> Scores:
    """Every cell by bin (cells, bins) over every stretch. One row's weight, `step`, is added to what was asked on either side: a cell
    without any sampled row is small, not empty."""
    apart = outside(found, start, stop)
    inside = found.sum(axis=1, keepdims=True) - apart
    unexposed = outside(asked, start, stop)
    exposed = asked.sum(axis=1, keepdims=True) - unexposed + step
    strength = 1 / (1 / prior.alike + 1 / prior.cases)
    known = apart + strength
    rest = np.maximum(unexposed, 0.0) + step + strength / np.maximum(prior.share, 1e-12)
    part = exposed / (exposed + rest)
    total = inside + known
    expected = exposed * known / rest
    gain = special.xlogy(inside, inside / (total * part)) + special.xlogy(known, known / (total * (1 - part)))
    return Scores(inside, expected, known, np.where(inside > expected, gain, 0.0))


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
    return float(np.clip(1 / max(variance, 1e-9), UNALIKE, ALIKE))
