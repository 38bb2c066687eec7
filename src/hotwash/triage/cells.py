"""Every small part of traffic, by up to three attributes: how often a signal was found in it, by time.

Counts are of the sample: cases as they were drawn, what was asked by weight. The values of all dimensions are numbered through, in the
order of the dimensions, so that a description is a few numbers in rising order; a combination is counted once for all signals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from hotwash.triage.sample import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 4
"""Cases that a cell must have to be looked at."""
LARGEST = 1 << 21
"""Combined values up to which cells are counted in one array; above, only those that cases fall in are."""
DENSE = 1 << 16
"""Cells and bins up to which pairs are counted in whole arrays, where most of a larger one would stay empty."""
TOGETHER = 1 << 18
"""Rows times pairs that are counted at once: what a processor has at hand."""

NOTHING: Mapping[str, str] = MappingProxyType({})

Where = tuple[tuple[str, str], ...]
"""A description: pairs of dimension and value, in the order of the dimensions. The empty one is all traffic."""
Numbers = tuple[int, ...]
"""The same as a table numbers values."""

Tally = tuple[float, float, float, float]
"""Rows asked and cases found in a stretch of time, and the same outside it."""


@dataclass(frozen=True)
class Cells:
    """Cells with equally many attributes: the numbers of their values (cells, attributes), cases found and weight asked by bin, both
    (cells, bins)."""

    values: Ints
    found: Floats
    asked: Floats


@dataclass(frozen=True)
class Split:
    """Cases found and weight asked by value of a dimension, inside a stretch of time and outside it; each of shape (values,)."""

    found: Floats
    exposed: Floats
    found_outside: Floats
    asked_outside: Floats


class Table:
    """A sample, ready to be counted. `keep` leaves rows out for all signals; shape (rows,). `own` are the columns that signals are made of:
    "errors rose where the status is error" says nothing, so a signal is never described by its own."""

    def __init__(
        self, sample: Sample, signals: Sequence[str], dims: Sequence[str], keep: NDArray[np.bool_] | None = None,
        own: Mapping[str, str] = NOTHING,
    ) -> None:  # fmt: skip
        self._sample, self.own = sample, own
        self._rows = np.arange(len(sample)) if keep is None else np.flatnonzero(keep)
        self.signals, self.dims = tuple(signals), tuple(dims)
        self._values = [sample.dims[name].values for name in dims]
        self._codes = [sample.dims[name].codes[self._rows] for name in dims]
        self._at, self._weight = sample.at_ms[self._rows], sample.weight[self._rows]
        self._number = {name: number for number, name in enumerate(self.signals)}
        self._drawn = [sample.cases[name][self._rows] for name in signals]
        cases = [np.flatnonzero(one) for one in self._drawn]
        self._cases = np.concatenate(cases) if cases else np.zeros(0, dtype=np.int64)
        self._of = np.repeat(np.arange(len(cases)), [len(one) for one in cases])
        # Signals that the same rows can be asked about share one count of what was asked.
        told = [sample.signals[name][self._rows] >= 0 for name in signals]
        masks = {one.tobytes(): one for one in told}
        order = {mask: number for number, mask in enumerate(masks)}
        self._weights = [self._weight * mask for mask in masks.values()]
        self._mask_of = [order[one.tobytes()] for one in told]
        self._asked: dict[tuple[int, int], Floats] = {}
        self._listed: dict[int, tuple[Ints, Ints]] = {}
        self._laid_for: Ints | None = None
        self._laid_out: dict[int, Ints] = {}
        self._from = np.concatenate(([0], np.cumsum([len(one) for one in self._values], dtype=np.int64)))
        self._dim_of = np.repeat(np.arange(len(dims)), np.diff(self._from))
        columns = [codes + first for codes, first in zip(self._codes, self._from[:-1], strict=True)]
        self._wide = np.stack(columns, axis=1) if columns else np.zeros((len(self._rows), 0), dtype=np.int64)
        self.step = float(self._weight.max(initial=1.0))
        """The weight of one row of the kind that was drawn most sparsely."""

    def thinned(self, most: int) -> Table:
        """The same table with at most about `most` rows in which nothing was found, every so many in order of time, each standing for as
        many more: enough to know where to look closer."""
        plain = np.ones(len(self._rows), dtype=np.bool_)
        for name in self.signals:
            plain &= self._sample.signals[name][self._rows] != 1
        order = np.flatnonzero(plain)[np.argsort(self._at[plain], kind="stable")]
        every = -(-len(order) // most)
        if every <= 1:
            return self
        kept = np.zeros(len(self._sample), dtype=np.bool_)
        kept[self._rows] = True
        kept[self._rows[order]] = False
        kept[self._rows[order[::every]]] = True
        weight = self._sample.weight.copy()
        weight[self._rows[order]] *= every
        return Table(replace(self._sample, weight=weight), self.signals, self.dims, kept, self.own)

    def others(self, signal: str) -> list[str]:
        """The dimensions that may describe a signal."""
        return [one for one in self.dims if one != self.own.get(signal)]

    def edges(self, bins: int) -> Ints:
        """Moments that cut traffic into about equal shares; the first is its beginning, the last just after its end."""
        if not len(self._at):
            return np.zeros(1, dtype=np.int64)
        order = np.argsort(self._at, kind="stable")
        heaped = np.cumsum(self._weight[order])
        places = np.searchsorted(heaped, np.linspace(0, heaped[-1], bins + 1)[1:-1])
        inner = self._at[order][np.minimum(places, len(order) - 1)]
        return np.unique(np.concatenate(([self._at.min()], inner, [self._at.max() + 1])))

    def binned(self, edges: Ints) -> Ints:
        """Bin of every row."""
        return np.clip(np.searchsorted(edges, self._at, side="right") - 1, 0, len(edges) - 2).astype(np.int64)

    def cells(self, names: tuple[str, ...], bins: Ints, most: int) -> dict[str, Cells]:
        """The cells of one combination of dimensions in which a signal was found often enough, for every signal that has any."""
        places = [self.dims.index(name) for name in names]
        key, size = np.zeros(len(self._rows), dtype=np.int64), 1
        for place in places:
            key = key * len(self._values[place]) + self._codes[place]
            size *= len(self._values[place])
        drawn = self._of * size + key[self._cases]
        often = _often(drawn, len(self.signals) * size)
        if not len(often):
            return {}
        of, codes = np.divmod(often, size)
        everyone = _distinct(codes, size)
        # Rows in no such cell are counted behind the last one.
        spot = _places(key, everyone, size) * most + bins
        at = _places(drawn, often, len(self.signals) * size)
        heaped = np.bincount(at * most + bins[self._cases], minlength=(len(often) + 1) * most)
        found: Floats = heaped[: len(often) * most].astype(np.float64).reshape(-1, most)
        values = self._apart(places, codes)
        asked: dict[int, Floats] = {}
        made: dict[str, Cells] = {}
        ends = np.searchsorted(of, np.arange(len(self.signals) + 1)).tolist()
        for number, (first, last) in enumerate(pairwise(ends)):
            if first == last:
                continue
            mask = self._mask_of[number]
            if mask not in asked:
                laid = np.bincount(spot, weights=self._weights[mask], minlength=(len(everyone) + 1) * most)
                asked[mask] = laid[: len(everyone) * most].astype(np.float64, copy=False).reshape(-1, most)
            if self.own.get(self.signals[number]) in names:
                continue
            mine = slice(first, last)
            here = np.searchsorted(everyone, codes[mine])
            made[self.signals[number]] = Cells(values[mine], found[mine], asked[mask][here])
        return made

    def pairs(self, first: str, others: Sequence[str], bins: Ints, most: int) -> Iterator[dict[str, Cells]]:
        """The cells of one dimension with each of the others, as `cells` gives them; those of several pairs are counted together, while they are few."""
        one = self.dims.index(first)
        run, held = list[int](), 0
        room = max(1, TOGETHER // max(1, len(self._rows)))
        for place in map(self.dims.index, others):
            size = len(self._values[one]) * len(self._values[place]) * most * max(1, len(self.signals))
            if size > DENSE:
                yield self.cells((first, self.dims[place]), bins, most)
                continue
            if run and (held + size > DENSE or len(run) == room):
                yield self._paired(one, run, bins, most)
                run, held = [], 0
            run.append(place)
            held += size
        if run:
            yield self._paired(one, run, bins, most)

    def _paired(self, one: int, places: Sequence[int], bins: Ints, most: int) -> dict[str, Cells]:
        """Cells of a dimension with some others. Rows are added up in their order, as `cells` does: sums are the same to the last bit."""
        width = np.array([len(self._values[place]) for place in places])
        sizes = width * len(self._values[one])
        starts = np.concatenate(([0], np.cumsum(sizes)))
        total = int(starts[-1])
        # By pair and row: which cell of all of them, and in it which bin.
        spot = self._codes[one] * (width * most)[:, None]
        for row, place in enumerate(places):
            spot[row] += self._laid(place, bins, most)
        spot += (starts[:-1] * most)[:, None]
        drawn = spot.take(self._cases, axis=1)
        drawn += self._of * (total * most)
        heaped = np.bincount(drawn.ravel(), minlength=len(self.signals) * total * most)
        found = heaped.reshape(len(self.signals), total, most)
        often = found.sum(axis=2) >= LEAST
        pair = np.repeat(np.arange(len(places)), sizes)
        asked: dict[int, Floats] = {}
        made: dict[str, Cells] = {}
        for number, signal in enumerate(self.signals):
            mine = self.own.get(signal)
            may = np.array([mine not in (self.dims[one], self.dims[place]) for place in places])
            here = np.flatnonzero(often[number] & may[pair])
            if not len(here):
                continue
            mask = self._mask_of[number]
            if mask not in asked:
                weights = np.tile(self._weights[mask], len(places))
                laid = np.bincount(spot.ravel(), weights=weights, minlength=total * most)
                asked[mask] = laid.astype(np.float64, copy=False).reshape(-1, most)
            of = pair[here]
            left, right = np.divmod(here - starts[of], width[of])
            values = np.stack([left + self._from[one], right + self._from[np.array(places)[of]]], axis=1)
            made[signal] = Cells(values, found[number][here].astype(np.float64), asked[mask][here])
        return made

    def _laid(self, place: int, bins: Ints, most: int) -> Ints:
        """Code and bin of every row in one number, kept for the bins that were asked for last."""
        if self._laid_for is not bins:
            self._laid_for, self._laid_out = bins, {}
        if place not in self._laid_out:
            self._laid_out[place] = self._codes[place] * most + bins
        return self._laid_out[place]

    def extended(self, signal: str, numbers: Numbers, bins: Ints, most: int) -> Cells:
        """The cells of one description with one more attribute, of whatever other dimension, in which a signal was found often enough."""
        rows, number = self._inside(numbers), self._number[signal]
        spot = self._wide[rows] * most + bins[rows][:, None]
        total = int(self._from[-1]) * most
        found = np.bincount(spot[self._drawn[number][rows]].ravel(), minlength=total).reshape(-1, most)
        often = found.sum(axis=1) >= LEAST
        for dim in self._dim_of[list(numbers)]:
            often[self._from[dim] : self._from[dim + 1]] = False
        for dim in [one for one, name in enumerate(self.dims) if name == self.own.get(signal)]:
            often[self._from[dim] : self._from[dim + 1]] = False
        added = np.flatnonzero(often)
        weight = np.repeat(self._weights[self._mask_of[number]][rows], spot.shape[1])
        asked: Floats = np.bincount(spot.ravel(), weights=weight, minlength=total).astype(np.float64).reshape(-1, most)
        whole = np.concatenate([np.tile(np.array(numbers, dtype=np.int64), (len(added), 1)), added[:, None]], axis=1)
        return Cells(np.sort(whole, axis=1), found[added].astype(np.float64), asked[added])

    def counted(self, signal: str, descriptions: Sequence[Numbers], bins: Ints, most: int) -> Cells:
        """The cells of some descriptions with equally many attributes, whatever they hold."""
        number = self._number[signal]
        drawn, weight = self._drawn[number], self._weights[self._mask_of[number]]
        found, asked = np.zeros((len(descriptions), most)), np.zeros((len(descriptions), most))
        for place, one in enumerate(descriptions):
            rows = self._inside(one)
            found[place] = np.bincount(bins[rows[drawn[rows]]], minlength=most)
            asked[place] = np.bincount(bins[rows], weights=weight[rows], minlength=most)
        return Cells(np.array(descriptions, dtype=np.int64).reshape(len(descriptions), -1), found, asked)

    def by_value(self, signal: str, bins: Ints, most: int) -> tuple[Floats, Floats]:
        """Cases found and weight asked by every value of every dimension and bin, both (values, bins)."""
        number, total = self._number[signal], int(self._from[-1]) * most
        mask, cases = self._mask_of[number], np.flatnonzero(self._drawn[number])
        spot = self._wide[cases] * most + bins[cases][:, None]
        found = np.bincount(spot.ravel(), minlength=total).astype(np.float64)
        if (mask, most) not in self._asked:
            weight = self._weights[mask]
            heaped = [np.bincount(codes * most + bins, weights=weight, minlength=len(values) * most)
                      for codes, values in zip(self._codes, self._values, strict=True)]  # fmt: skip
            self._asked[mask, most] = np.concatenate(heaped).astype(np.float64, copy=False).reshape(-1, most)
        return found.reshape(-1, most), self._asked[mask, most]

    def weigh(self, where: Where) -> float:
        """How many rows a description holds, by weight."""
        return float(self._weight[self._inside(self.numbers(where))].sum())

    def asked(self, signal: str, where: Where) -> Ints:
        """The rows of a description that a signal can be asked about: for `tally`."""
        rows = self._inside(self.numbers(where))
        return np.sort(rows[self._weights[self._mask_of[self._number[signal]]][rows] > 0])

    def tally(self, signal: str, rows: Ints, from_ms: int, to_ms: int, *, less: str = "") -> Tally:
        """The weight of some rows that a signal can be asked about and its cases among them, both in a stretch of time and then outside it.
        Cases in which the signal `less` was found too are left out."""
        during = (self._at[rows] >= from_ms) & (self._at[rows] < to_ms)
        number = self._number[signal]
        weight, drawn = self._weights[self._mask_of[number]][rows], self._drawn[number][rows]
        if less:
            drawn = drawn & (self._sample.signals[less][self._rows[rows]] != 1)
        asked, found = float(weight[during].sum()), float(drawn[during].sum())
        return asked, found, float(weight.sum()) - asked, float(drawn.sum()) - found

    def beside(self, signal: str, numbers: Numbers, from_ms: int, to_ms: int) -> dict[str, Tally]:
        """The other signals in a description, without the cases in which a signal was found."""
        rows = self._inside(numbers)
        during = (self._at[rows] >= from_ms) & (self._at[rows] < to_ms)
        apart = self._sample.signals[signal][self._rows[rows]] != 1
        weights = [(float(one[during].sum()), float(one.sum())) for one in (each[rows] for each in self._weights)]
        made: dict[str, Tally] = {}
        within = {self.dims[dim] for dim in self._dim_of[list(numbers)].tolist()}
        for number, name in enumerate(self.signals):
            if name != signal and self.own.get(name) not in within:
                drawn = self._drawn[number][rows] & apart
                (asked, whole), found = weights[self._mask_of[number]], int(np.count_nonzero(drawn & during))
                made[name] = (asked, found, whole - asked, int(np.count_nonzero(drawn)) - found)
        return made

    def split(self, signal: str, where: Where, dim: str, from_ms: int, to_ms: int) -> Split:
        """A description's traffic by the values of one more dimension, inside and outside a stretch of time."""
        rows, number, place = self._inside(self.numbers(where)), self._number[signal], self.dims.index(dim)
        weight, drawn = self._weights[self._mask_of[number]][rows], self._drawn[number][rows]
        during = (self._at[rows] >= from_ms) & (self._at[rows] < to_ms)
        codes, values = self._codes[place][rows], len(self._values[place])
        return Split(
            np.bincount(codes[drawn & during], minlength=values).astype(np.float64),
            np.bincount(codes, weights=weight * during, minlength=values).astype(np.float64),
            np.bincount(codes[drawn & ~during], minlength=values).astype(np.float64),
            np.bincount(codes, weights=weight * ~during, minlength=values).astype(np.float64),
        )

    def values(self, dim: str) -> tuple[str, ...]:
        """Values of a dimension, in the order of their codes."""
        return self._values[self.dims.index(dim)]

    def bounds(self) -> list[slice]:
        """Where the numbers of each dimension's values lie."""
        return [slice(*pair) for pair in pairwise(self._from.tolist())]

    def named(self, numbers: Numbers) -> Where:
        """The description that numbers stand for."""
        dims = self._dim_of[list(numbers)].tolist()
        return tuple(
            (self.dims[dim], self._values[dim][one - int(self._from[dim])])
            for dim, one in zip(dims, numbers, strict=True)
        )

    def numbers(self, where: Where) -> Numbers:
        """The numbers of a description."""
        places = [(self.dims.index(name), value) for name, value in where]
        return tuple(int(self._from[place]) + self._values[place].index(value) for place, value in places)

    def _inside(self, numbers: Numbers) -> Ints:
        """The rows of a description, in order."""
        if not numbers:
            return np.arange(len(self._rows))
        lists = [self._rows_with(one) for one in numbers]
        rarest = min(range(len(numbers)), key=lambda place: len(lists[place]))
        rows = lists[rarest]
        for place, one in enumerate(numbers):
            if place != rarest:
                dim = self._dim_of[one]
                rows = rows[self._codes[dim][rows] == one - self._from[dim]]
        return rows

    def _rows_with(self, number: int) -> Ints:
        """The rows that have a value, in order."""
        dim = int(self._dim_of[number])
        if dim not in self._listed:
            codes, size = self._codes[dim], len(self._values[dim])
            # Sixteen bits are sorted by counting them.
            order = np.argsort(codes.astype(np.int16) if size < 1 << 15 else codes, kind="stable")
            self._listed[dim] = (order, np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=size)))))
        order, ends = self._listed[dim]
        place = number - int(self._from[dim])
        return order[ends[place] : ends[place + 1]]

    def _apart(self, places: Sequence[int], codes: Ints) -> Ints:
        """Combined codes of some dimensions as numbers of values: (codes, dimensions)."""
        apart = np.zeros((len(codes), len(places)), dtype=np.int64)
        for column, place in reversed(list(enumerate(places))):
            codes, digit = np.divmod(codes, len(self._values[place]))
            apart[:, column] = digit + self._from[place]
        return apart


def _often(key: Ints, size: int) -> Ints:
    """Codes that occur often enough, in order."""
    if size <= LARGEST:
        return np.flatnonzero(np.bincount(key, minlength=1) >= LEAST)
    codes, counts = np.unique(key, return_counts=True)
    return codes[counts >= LEAST]


def _distinct(codes: Ints, size: int) -> Ints:
    """Every code once, in order."""
    if size > LARGEST:
        return np.unique(codes)
    there = np.zeros(size, dtype=np.bool_)
    there[codes] = True
    return np.flatnonzero(there)


def _places(key: Ints, codes: Ints, size: int) -> Ints:
    """Where each row's code stands among some codes in order; behind the last where it is none of them."""
    if size <= LARGEST:
        place = np.full(size, len(codes), dtype=np.int64)
        place[codes] = np.arange(len(codes))
        return place[key]
    at = np.minimum(np.searchsorted(codes, key), len(codes) - 1)
    return np.where(codes[at] == key, at, len(codes))
