"""Where and when a signal is found more often than it should be: every cell over many stretches of time.

What is usual for a cell is said in `usual`. What is left of chance is corrected for everything that was tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.ports.scope import Scope
from hotwash.triage.cells import Cells, Floats, Ints, Numbers, Table, Where
from hotwash.triage.partners import Partner, jointly, partner
from hotwash.triage.timeline import Series, Timeline
from hotwash.triage.usual import FEW_ALIKE, Prior, Scores, Usual, chance, scored, stretches, usual

BINS = 8
"""Equal shares of traffic by time, for the first pass over all cells; the second is finer."""
FINE = 48
SEEDS = 24
"""Pairs of attributes that are looked into for a third one, a signal. What stands out with three attributes shows in a pair of them: it
need not stand out there, but be among the first."""
WIDER, WIDER_SHARE = 3.0, 0.15
"""How much better, in nats and as a share, a description of several values must be to be taken for that of one."""
FAINT = 2.5
"""Log-likelihood ratio, in nats, below which nothing is followed up."""
ASKED_BESIDE = -3.0
"""Evidence, in nats, from which on the other signals are asked whether they rose in the same cell as well. Of two that stand out together the
one that does so more comes so near to it alone."""
KEPT = 24
"""Cells of a signal that pass from the first look to the second."""
TOGETHER = 4
"""Stretches overlap: about this many of them are one and the same trial. `benchmarks/findings.py` measures what comes of it."""
MISSED, HARDLY = 5.0, 0.05
"""Rows that a value would have had before, and the part of them that it may have had, for it to be new."""
PAIRS = 2
"""Attributes that are combined exhaustively."""
THIN = 10_000
"""Rows without any finding that the first pass counts; the second counts all."""
AT_ONCE = 3_000
"""Cells that are scored together."""


@dataclass(frozen=True)
class Rival:
    """Another description that the data do not tell from the one that was chosen. `overlap` is the share of the rows of either that both
    hold in the stretch; `nats` is how much likelier the chosen one makes what was found in the others, below zero when it is less likely
    (it is then the simpler name)."""

    scope: Scope
    overlap: float
    nats: float


@dataclass(frozen=True)
class Candidate:
    """A description, its stretch of time [from_ms, to_ms), and what was seen there: `found` cases against `expected`.
    `known` are the cases that the expectation rests on, `tried` all that was tried at this number of attributes.
    `scope` is the same description, which may come to allow more values.
    `evidence` is the log-likelihood ratio less the log of `tried`, in nats; `p` the chance of
    as many, corrected for the same. `lift` is by how much the changed mix of its own traffic lifts what is expected, by the dimension
    `by`. `partner` is the other signal that speaks for it most, and `together` its name where it takes both to stand out. `rivals` are what the data do not tell from it. To count it again there are the moments that its stretches begin and end at
    (`edges`) and what is taken for usual before its own past is seen, in drawn cases (`prior`)."""

    where: Where
    scope: Scope
    from_ms: int
    to_ms: int
    found: float
    expected: float
    known: float
    tried: float
    evidence: float
    p: float
    edges: Ints = field(compare=False, repr=False)
    prior: Prior = field(compare=False, repr=False)
    lift: float = 1.0
    by: str = ""
    partner: Partner | None = None
    together: str = ""
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True)
class Looked:
    """The best candidates for one signal, the likeliest first, how many cells and stretches were looked
    at, and, by number of attributes, for how many trials chance is corrected; what is `usual`."""

    best: tuple[Candidate, ...]
    cells: int
    stretches: int
    tried: Mapping[int, float]
    usual: Usual | None = None


class _First:
    """The first pass over one signal: cells are scored many at a time, and the best are kept."""

    def __init__(self, table: Table, signal: str, laid: Ints, most: int, start: Ints, stop: Ints) -> None:
        self._table, self._signal, self._laid, self._most = table, signal, laid, most
        self._start, self._stop = start, stop
        self._waiting: dict[int, list[Cells]] = {}
        self._queued: dict[int, int] = {}
        self._kept: dict[int, list[tuple[Ints, Floats]]] = {}
        self.cells: dict[int, int] = {}
        self._usual = usual(table, signal, laid, most, start, stop)

    def add(self, cells: Cells) -> None:
        """More cells."""
        size = cells.values.shape[1]
        self.cells[size] = self.cells.get(size, 0) + len(cells.values)
        self._waiting.setdefault(size, []).append(cells)
        self._queued[size] = self._queued.get(size, 0) + len(cells.values)
        if self._queued[size] > AT_ONCE:
            self._score(size)

    def extend(self) -> None:
        """Look into the best pairs for a third attribute. Not every cell of three is counted; the number that there are is taken from
        those of the pairs that were looked into, so that chance is corrected for all of them."""
        pairs = [numbers for _, numbers in self._best(PAIRS, SEEDS)]
        for one in pairs:
            self.add(self._table.extended(self._signal, one, self._laid, self._most))
        if pairs:
            a_pair = self.cells.get(PAIRS + 1, 0) / len(pairs)
            self.cells[PAIRS + 1] = max(1, round(a_pair * self.cells.get(PAIRS, 0) / (PAIRS + 1)))

    def best(self, most: int) -> list[Numbers]:
        """The best cells that are not faint, the best first and of equals the one with fewer attributes."""
        ranked = [(-gain, size, numbers) for size in range(PAIRS + 2) for gain, numbers in self._best(size, most)]
        return [numbers for _, _, numbers in sorted(ranked)[:most]]

    def _best(self, size: int, most: int) -> list[tuple[float, Numbers]]:
        """The best cells of so many attributes: gain and numbers."""
        self._score(size)
        kept = self._kept.get(size, [])
        if not kept:
            return []
        values, gain = np.concatenate([one for one, _ in kept]), np.concatenate([one for _, one in kept])
        order = np.lexsort((*values.T[::-1], -gain))
        # A description of three is met from each of its pairs.
        seen = dict.fromkeys((float(gain[one]), tuple(values[one].tolist())) for one in order[: most * (PAIRS + 1)])
        return list(seen)[:most]

    def _score(self, size: int) -> None:
        waiting = self._waiting.pop(size, [])
        self._queued[size] = 0
        if waiting:
            values = np.concatenate([one.values for one in waiting])
            found, asked = np.vstack([one.found for one in waiting]), np.vstack([one.asked for one in waiting])
            prior = self._usual.prior(values)
            gain = scored(found, asked, self._start, self._stop, prior, self._table.step, FAINT).gain.max(axis=1)
            keep = gain > FAINT
            self._kept.setdefault(size, []).append((values[keep], gain[keep]))


def look(table: Table, level: float) -> dict[str, Looked]:
    """Search for every signal: all attributes and pairs, and a third one in the best pairs, coarsely; then the best of all finely. What
    stands out beyond chance to the `level` is no partner of others."""
    edges = table.edges(BINS)
    if len(edges) < 3 or not table.dims:
        return {name: Looked((), 0, 0, {}) for name in table.signals}
    thin, most = table.thinned(THIN), len(edges) - 1
    laid = thin.binned(edges)
    start, stop = stretches(most)
    met = {name: _First(thin, name, laid, most, start, stop) for name in table.signals}
    for names in [(), *((one,) for one in table.dims)]:
        for signal, cells in thin.cells(names, laid, most).items():
            met[signal].add(cells)
    for place, name in enumerate(table.dims):
        for several in thin.pairs(name, table.dims[place + 1 :], laid, most):
            for signal, cells in several.items():
                met[signal].add(cells)
    for one in met.values():
        one.extend()
    return _closer(table, met, level)


def _closer(table: Table, met: Mapping[str, _First], level: float) -> dict[str, Looked]:
    """The second, finer look at what the first one kept, and whether other signals rose there as well."""
    edges = table.edges(FINE)
    laid, most = table.binned(edges), len(edges) - 1
    start, stop = stretches(most)
    apart = (PAIRS + 2) * max(1.0, len(start) / TOGETHER)
    looked: dict[str, Looked] = {}
    for signal, one in met.items():
        known = usual(table, signal, laid, most, start, stop)
        tried = {size: apart * max(1, one.cells.get(size, 1)) for size in range(PAIRS + 2)}
        found = _finely(table, signal, one.best(KEPT), known, tried, edges, laid)
        looked[signal] = Looked(tuple(found), sum(one.cells.values()), len(start), tried, known)
    quiet = {name for name, one in looked.items() if all(kept.p > level for kept in one.best)}
    return {name: replace(one, best=tuple(_accompanied(table, name, one.best, quiet))) for name, one in looked.items()}


def _accompanied(table: Table, signal: str, found: Sequence[Candidate], quiet: Collection[str]) -> Iterator[Candidate]:
    """Candidates, each with the one of the `quiet` signals that rose with it most."""
    for one in found:
        if one.evidence > ASKED_BESIDE:
            yield replace(one, partner=partner(table, signal, quiet, table.numbers(one.where), one.from_ms, one.to_ms))
        else:
            yield one


def parts_of(table: Table, signal: str, one: Candidate, looked: Looked) -> list[Candidate]:
    """The parts of a candidate's name, looked at as finely."""
    numbers = table.numbers(one.where)
    shorter = [part for size in range(1, len(numbers)) for part in combinations(numbers, size)]
    assert looked.usual is not None
    return _finely(table, signal, shorter, looked.usual, looked.tried, one.edges, table.binned(one.edges))


def arrivals(table: Table, signal: str, one: Candidate, looked: Looked) -> list[Candidate]:
    """A candidate with one word more that is new: a value of which there would have been rows outside the stretch at its share of the rows in
    it, and hardly one is. What is usual for such a part is known so vaguely that it seldom stands out by itself; whether it is the better
    name is told by the rest of the whole (`rivals`)."""
    numbers = table.numbers(one.where)
    if len(numbers) > PAIRS:
        return []
    assert looked.usual is not None
    laid, most = table.binned(one.edges), len(one.edges) - 1
    during = (one.edges[:-1] >= one.from_ms) & (one.edges[:-1] < one.to_ms)
    whole, parts = table.counted(signal, [numbers], laid, most), table.extended(signal, numbers, laid, most)
    inside, apart = (float(whole.asked[0][side].sum()) for side in (during, ~during))
    missed = parts.asked[:, during].sum(axis=1) / max(inside, 1e-9) * apart
    new = is_new(missed / table.step, parts.asked[:, ~during].sum(axis=1) / table.step)
    described = [tuple(row) for row in parts.values[new].tolist()]
    return _finely(table, signal, described, looked.usual, looked.tried, one.edges, laid)


def is_new(missed: Floats, seen: Floats) -> NDArray[np.bool_]:
    """Whether rows that there would have been are not there: that so few are is then chance in less than one of a hundred."""
    return (missed >= MISSED) & (seen <= HARDLY * missed)


def _finely(
    table: Table,
    signal: str,
    descriptions: Sequence[Numbers],
    known: Usual,
    tried: Mapping[int, float],
    edges: Ints,
    laid: Ints,
) -> list[Candidate]:
    """Descriptions in their best stretch, the likeliest first, without those that did not rise."""
    most, found = len(edges) - 1, []
    start, stop = stretches(most)
    for size, alike in groupby(sorted(descriptions, key=len), key=len):
        seen = table.counted(signal, list(alike), laid, most)
        prior = known.prior(seen.values)
        scores = scored(seen.found, seen.asked, start, stop, prior, table.step)
        for row, numbers in enumerate(seen.values.tolist()):
            where = table.named(tuple(numbers))
            scope = Scope.of({name: [value] for name, value in where})
            found.append(_at_best(where, scope, tried[size], (edges, start, stop), prior.row(row), scores.row(row)))
    found = [one for one in found if one.found > one.expected]
    return sorted(found, key=lambda one: (-one.evidence, len(one.where), one.where))


def _at_best(
    where: Where, scope: Scope, tried: float, times: tuple[Ints, Ints, Ints], prior: Prior, seen: Scores
) -> Candidate:
    """A description in the stretch that speaks for it most. `times` are the edges of bins, and the bins that stretches begin and end with."""
    edges, start, stop = times
    at = int(np.argmax(seen.gain[0]))
    inside, expected, known = (float(one[0, at]) for one in (seen.inside, seen.expected, seen.known))
    return Candidate(
        where, scope, int(edges[start[at]]), int(edges[stop[at]]), inside, expected, known, tried,
        float(seen.gain[0, at] - np.log(tried)), min(1.0, tried * chance(inside, expected, known)), edges, prior,
    )  # fmt: skip


def recounted(one: Candidate, series: Series, line: Timeline, unit: float) -> Candidate:
    """A candidate as other counts have it: rows asked and cases found by bucket, `unit` of them for each case that was drawn."""
    most = len(one.edges) - 1
    middles = line.start_ms + line.width_ms * (np.arange(line.buckets) + 0.5)
    bins = np.clip(np.searchsorted(one.edges, middles, side="right") - 1, 0, most - 1)
    asked, found = (np.bincount(bins, weights=counts, minlength=most).astype(np.float64)[None, :] for counts in series)
    prior = replace(one.prior, share=one.prior.share * unit)
    start, stop = stretches(most)
    seen = scored(found, asked, start, stop, prior, 1.0)
    again = _at_best(one.where, one.scope, one.tried, (one.edges, start, stop), one.prior, seen)
    return replace(again, lift=one.lift, by=one.by, partner=one.partner)


def widened(table: Table, signal: str, one: Candidate, looked: Looked) -> Candidate:
    """A candidate, or the better description that allows several values of one dimension: those of its own, or of one more.

    Which values is no search over subsets: with values in order of found over expected, the best set is always a first part of them
    (linear-time subset scanning, Neill 2012). Every set of that size counts as tried. Nothing else about the candidate is changed.
    """
    assert looked.usual is not None
    best, bar, tried = one, one.evidence, looked.tried
    for dim in table.others(signal):
        rest = tuple(pair for pair in one.where if pair[0] != dim)
        if len(rest) == PAIRS + 1:
            continue
        seen = table.split(signal, rest, dim, one.from_ms, one.to_ms)
        share = (seen.found_outside.sum() + 0.5) / max(seen.asked_outside.sum(), 1.0)
        expected = seen.exposed * (seen.found_outside + 1.0) / (seen.asked_outside + 1.0 / share)
        order = np.argsort(-(seen.found / np.maximum(expected, 1e-9)), kind="stable")
        found, likely = np.cumsum(seen.found[order]), np.cumsum(expected[order])
        known = np.cumsum(seen.found_outside[order]) + FEW_ALIKE
        n, sizes = len(order), np.arange(1, len(order) + 1)
        price = special.gammaln(n + 1) - special.gammaln(sizes + 1) - special.gammaln(n - sizes + 1) - np.log(n)
        price += np.log(tried.get(len(rest) + 1, one.tried))
        price[-1] = np.log(tried.get(len(rest), one.tried))  # every value: the dimension is not named at all
        part = likely / (likely + known)
        gain = special.xlogy(found, found / ((found + known) * part))
        gain += special.xlogy(known, known / ((found + known) * (1 - part)))
        evidence = np.where(found > likely, gain - price, -np.inf)
        at = int(np.argmax(evidence))
        # One value, of whatever dimension, is the simpler name.
        bar = max(bar, float(evidence[0]), float(evidence[-1]))
        if 0 < at < n - 1 and evidence[at] > max(best.evidence, one.evidence + WIDER):
            values = [table.values(dim)[code] for code in order[: at + 1]]
            alone = [table.numbers((*rest, (dim, value))) for value in values]
            scope = Scope.of({**{name: [value] for name, value in rest}, dim: values})
            p = min(1.0, float(np.exp(price[at])) * chance(float(found[at]), float(likely[at]), float(known[at])))
            best = replace(
                one, scope=scope, found=float(found[at]), expected=float(likely[at]), known=float(known[at]),
                tried=float(np.exp(price[at])), evidence=float(evidence[at]), p=p,
                prior=looked.usual.prior(np.array(alone)).mixed(seen.exposed[order[: at + 1]]), partner=None,
            )  # fmt: skip
    return best if best.evidence > bar + max(WIDER, WIDER_SHARE * bar) else one


def borne(one: Candidate, level: float) -> Candidate | None:
    """A candidate that stands out beyond chance to the level, by itself or together with its partner; None if it does not."""
    if one.p <= level or one.partner is None:
        return one if one.p <= level else None
    p = one.tried * jointly(chance(one.found, one.expected, one.known), one.partner)
    return replace(one, p=p, together=one.partner.signal) if p <= level else None
