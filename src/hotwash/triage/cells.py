"""Every small part of traffic, by up to three attributes: how often a signal was found in it, by time.

Counts are of the sample: cases as they were drawn, what was asked by weight. Keys of a combination are made once for all signals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hotwash.triage.sample import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 4
"""Cases that a cell must have to be looked at."""
LARGEST = 1 << 21
"""Combined values up to which cells are counted in one array; above, only those that cases fall in are."""

Where = tuple[tuple[str, str], ...]
"""A description: pairs of dimension and value, in the order of the dimensions. The empty one is all traffic."""


@dataclass(frozen=True)
class Cells:
    """The cells of one combination in which one signal was found often enough: their codes (cells,), cases found and weight asked by
    bin, both (cells, bins)."""

    names: tuple[str, ...]
    codes: Ints
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
    """A sample, ready to be counted. `keep` leaves rows out for all signals; shape (rows,)."""

    def __init__(
        self, sample: Sample, signals: Sequence[str], dims: Sequence[str], keep: NDArray[np.bool_] | None = None
    ) -> None:
        self._sample = sample
        self._rows = np.arange(len(sample)) if keep is None else np.flatnonzero(keep)
        self._values = {name: sample.dims[name].values for name in dims}
        self._codes = {name: sample.dims[name].codes[self._rows].astype(np.int64) for name in dims}
        self._at, self._weight = sample.at_ms[self._rows], sample.weight[self._rows]
        told = {name: sample.signals[name][self._rows] for name in signals}
        self._cases = {name: np.flatnonzero(sample.cases[name][self._rows]) for name in signals}
        # Signals that the same rows can be asked about share one count of what was asked.
        masks = {(one >= 0).tobytes(): one >= 0 for one in told.values()}
        order = {mask: number for number, mask in enumerate(masks)}
        self._masks = [None if mask.all() else self._weight * mask for mask in masks.values()]
        self._mask_of = {name: order[(one >= 0).tobytes()] for name, one in told.items()}
        self._asked: dict[tuple[int, str, int], Floats] = {}
        self.signals, self.dims = tuple(signals), tuple(dims)
        # Values of all dimensions in one row of numbers: where those of each begin, and each row's own.
        self._from = np.concatenate(([0], np.cumsum([len(self._values[one]) for one in dims], dtype=np.int64)))
        columns = [self._codes[one] + self._from[place] for place, one in enumerate(dims)]
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
        return Table(replace(self._sample, weight=weight), self.signals, self.dims, kept)

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

    def cells(
        self, names: tuple[str, ...], bins: Ints, most: int, only: dict[str, Ints] | None = None
    ) -> dict[str, Cells]:
        """The cells of one combination for every signal; with `only`, of the named signals and codes whatever they hold."""
        key, size = self._key(names)
        chosen = only or {name: _often(key[cases], size) for name, cases in self._cases.items()}
        chosen = {name: codes for name, codes in chosen.items() if len(codes)}
        if not chosen:
            return {}
        everyone = np.unique(np.concatenate([*chosen.values()]))
        place = _places(key, everyone, size)
        inside = np.flatnonzero(place >= 0)
        spot = place[inside] * most + bins[inside]
        shape = (len(everyone), most)
        asked: dict[int, Floats] = {}
        made: dict[str, Cells] = {}
        for name, codes in chosen.items():
            number = self._mask_of[name]
            if number not in asked:
                mask = self._masks[number]
                weight = (self._weight if mask is None else mask)[inside]
                laid = np.bincount(spot, weights=weight, minlength=shape[0] * most)
                asked[number] = laid.astype(np.float64).reshape(shape)
            at = np.searchsorted(everyone, codes)
            cases = self._cases[name]
            placed = place[cases]
            cases, placed = cases[placed >= 0], placed[placed >= 0]
            found = np.bincount(placed * most + bins[cases], minlength=shape[0] * most).reshape(shape)
            made[name] = Cells(names, codes, found[at].astype(np.float64), asked[number][at])
        return made

    def extended(self, signal: str, names: tuple[str, ...], code: int, bins: Ints, most: int) -> Iterator[Cells]:
        """The cells of one description with one more attribute, for every other dimension."""
        rows = np.flatnonzero(self._inside(self.named(names, code)))
        case = np.zeros(len(self._rows), dtype=np.bool_)
        case[self._cases[signal]] = True
        mask = self._masks[self._mask_of[signal]]
        weight = self._weight if mask is None else mask
        spot = self._wide[rows] * most + bins[rows][:, None]
        total = int(self._from[-1]) * most
        heaped = np.bincount(spot.ravel(), weights=np.repeat(weight[rows], spot.shape[1]), minlength=total)
        found = np.bincount(spot[case[rows]].ravel(), minlength=total).astype(np.float64).reshape(-1, most)
        asked = heaped.astype(np.float64).reshape(-1, most)
        often = found.sum(axis=1) >= LEAST
        digits = dict(zip(names, self.digits(names, np.array([code])), strict=True))
        for place, dim in enumerate(self.dims):
            values = np.flatnonzero(often[self._from[place] : self._from[place + 1]])
            if dim not in digits and len(values):
                wide = tuple(one for one in self.dims if one == dim or one in digits)
                codes = np.zeros(len(values), dtype=np.int64)
                for one in wide:
                    codes = codes * len(self._values[one]) + (values if one == dim else digits[one])
                chosen = values + int(self._from[place])
                yield Cells(wide, codes, found[chosen], asked[chosen])

    def by_value(self, signal: str, dim: str, bins: Ints, most: int) -> tuple[Floats, Floats]:
        """Cases found and weight asked by every value of one dimension and bin, both (values, bins)."""
        size = len(self._values[dim])
        cases, number = self._cases[signal], self._mask_of[signal]
        found = np.bincount(self._codes[dim][cases] * most + bins[cases], minlength=size * most).astype(np.float64)
        if (number, dim, most) not in self._asked:
            mask = self._masks[number]
            weight = self._weight if mask is None else mask
            asked = np.bincount(self._codes[dim] * most + bins, weights=weight, minlength=size * most)
            self._asked[number, dim, most] = asked.astype(np.float64).reshape(size, most)
        return found.reshape(size, most), self._asked[number, dim, most]

    def digits(self, names: tuple[str, ...], codes: Ints) -> list[Ints]:
        """Combined codes taken apart: one array of codes for each dimension, in their order."""
        apart = []
        for name in reversed(names):
            codes, place = np.divmod(codes, len(self._values[name]))
            apart.append(place)
        return apart[::-1]

    def weigh(self, where: Where) -> float:
        """How many rows a description holds, by weight."""
        return float(self._weight[self._inside(where)].sum())

    def _inside(self, where: Where) -> NDArray[np.bool_]:
        inside = np.ones(len(self._rows), dtype=np.bool_)
        for name, value in where:
            inside &= self._codes[name] == self._values[name].index(value)
        return inside

    def split(self, signal: str, where: Where, dim: str, from_ms: int, to_ms: int) -> Split:
        """A description's traffic by the values of one more dimension, inside and outside a stretch of time."""
        inside = self._inside(where)
        mask = self._masks[self._mask_of[signal]]
        weight = (self._weight if mask is None else mask) * inside
        during = (self._at >= from_ms) & (self._at < to_ms)
        cases = self._cases[signal]
        cases = cases[inside[cases]]
        codes, values = self._codes[dim], len(self._values[dim])
        early, late = cases[~during[cases]], cases[during[cases]]
        return Split(
            np.bincount(codes[late], minlength=values).astype(np.float64),
            np.bincount(codes, weights=weight * during, minlength=values).astype(np.float64),
            np.bincount(codes[early], minlength=values).astype(np.float64),
            np.bincount(codes, weights=weight * ~during, minlength=values).astype(np.float64),
        )

    def values(self, dim: str) -> tuple[str, ...]:
        """Values of a dimension, in the order of their codes."""
        return self._values[dim]

    def named(self, names: tuple[str, ...], code: int) -> Where:
        """The description that a combined code stands for."""
        found = []
        for name in reversed(names):
            code, place = divmod(code, len(self._values[name]))
            found.append((name, self._values[name][place]))
        return tuple(found[::-1])

    def code(self, where: Where) -> int:
        """The combined code of a description."""
        code = 0
        for name, value in where:
            code = code * len(self._values[name]) + self._values[name].index(value)
        return code

    def _key(self, names: tuple[str, ...]) -> tuple[Ints, int]:
        key, size = np.zeros(len(self._rows), dtype=np.int64), 1
        for name in names:
            key = key * len(self._values[name]) + self._codes[name]
            size *= len(self._values[name])
        return key, size


def _often(key: Ints, size: int) -> Ints:
    """Codes that occur often enough, in order."""
    if size <= LARGEST:
        return np.flatnonzero(np.bincount(key, minlength=1) >= LEAST)
    codes, counts = np.unique(key, return_counts=True)
    return codes[counts >= LEAST]


def _places(key: Ints, codes: Ints, size: int) -> Ints:
    """Where each row's code stands among some codes in order, -1 where it is none of them."""
    if size <= LARGEST:
        place = np.full(size, -1, dtype=np.int64)
        place[codes] = np.arange(len(codes))
        return place[key]
    at = np.minimum(np.searchsorted(codes, key), len(codes) - 1)
    return np.where(codes[at] == key, at, -1)
