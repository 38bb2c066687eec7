"""A sample counted once by segment, period and bin: all that a comparison of before and after needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hotwash.triage import distance as far
from hotwash.triage.sample import Coded, Sample
from hotwash.triage.timeline import Window

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Kind = Literal["number", "category"]
LISTED = 30
"""Values of a category that are told apart inside a segment; the others are one. In all traffic every value counts."""


@dataclass(frozen=True)
class Rows:
    """The rows of two windows: weight, period (0 before, 1 after) and which are still looked at. Shapes (rows,)."""

    weight: Floats
    period: Places
    open: Flags
    looked_at: Floats = field(init=False)
    """The weight of open rows, 0 of the others."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "looked_at", np.where(self.open, self.weight, 0.0))

    def without(self, gone: Flags) -> Rows:
        """The same rows, some of which are no longer looked at."""
        return replace(self, open=self.open & ~gone)


@dataclass(frozen=True)
class Cut:
    """One way to cut traffic into segments: `places` are the rows' segments, the last of which (beyond `values`) holds rows in a
    segment with too few; `key` is twice the place plus the period. The cut named "" is all traffic."""

    name: str
    values: tuple[str, ...]
    places: Places
    key: Places
    left_out: int = 0

    def rows_of(self, segment: int) -> Flags:
        """Which rows lie in a segment."""
        return np.asarray(self.places == segment)


@dataclass(frozen=True)
class Variable:
    """What is compared: the bin of each row, how many bins there are, and the whole list of values of a category."""

    name: str
    kind: Kind
    bins: int
    places: Places
    values: tuple[str, ...] = ()
    every: Places | None = None


@dataclass(frozen=True)
class Table:
    """Weights of shape (segments, bins) and effective rows of shape (segments,), before and after."""

    before: Floats
    after: Floats
    n: Floats
    m: Floats


def two_windows(sample: Sample, baseline: Window, incident: Window) -> tuple[Rows, NDArray[np.int64]]:
    """The rows of either window, and their places in the sample. A row of both belongs to the incident."""
    after = sample.during(incident.from_ms, incident.to_ms)
    kept = np.flatnonzero(after | sample.during(baseline.from_ms, baseline.to_ms))
    return Rows(sample.weight[kept], after[kept].astype(np.int64), np.ones(len(kept), dtype=np.bool_)), kept


def cut_by(name: str, coded: Coded, kept: NDArray[np.int64], rows: Rows, least: float) -> Cut:
    """Segments of one dimension that have `least` effective rows in either period."""
    codes = coded.codes[kept].astype(np.int64)
    n, m = _effective(codes * 2 + rows.period, len(coded.values), rows)
    enough = (n >= least) & (m >= least)
    new = np.full(len(coded.values), int(enough.sum()), dtype=np.int64)
    new[enough] = np.arange(int(enough.sum()))
    values = tuple(coded.values[one] for one in np.flatnonzero(enough).tolist())
    places = new[codes]
    return Cut(name, values, places, places * 2 + rows.period, int((~enough & (n + m > 0)).sum()))


def all_traffic(rows: Rows) -> Cut:
    """One segment with every row."""
    return Cut("", ("",), np.zeros(len(rows.weight), dtype=np.int64), rows.period)


def number(name: str, values: Floats) -> Variable:
    """A number in fine bins."""
    places, bins = far.fine_bins(values)
    return Variable(name, "number", bins, places)


def category(name: str, coded: Coded, kept: NDArray[np.int64], rows: Rows) -> Variable:
    """A dimension with its most frequent values apart."""
    codes = coded.codes[kept].astype(np.int64)
    weight = _summed(codes, rows.weight, len(coded.values))
    often = np.argsort(-weight, kind="stable")[:LISTED]
    new = np.full(len(coded.values), len(often), dtype=np.int64)
    new[often] = np.arange(len(often))
    return Variable(name, "category", len(often) + 1, new[codes], coded.values, codes)


def effective_rows(cut: Cut, rows: Rows) -> tuple[Floats, Floats]:
    """Effective rows of each segment before and after; each of shape (segments,)."""
    n, m = _effective(cut.key, len(cut.values) + 1, rows)
    return n[:-1], m[:-1]


def table(cut: Cut, variable: Variable, rows: Rows, known: tuple[Floats, Floats]) -> Table:
    """Count a variable by segment. `known` are the effective rows of the cut."""
    segments, places, bins = len(cut.values), variable.places, variable.bins
    if cut.name == "" and variable.every is not None:
        places, bins = variable.every, len(variable.values) + 1
    spot = cut.key * bins
    spot += places
    counted = _summed(spot, rows.looked_at, (segments + 1) * 2 * bins)
    shaped = counted.reshape(segments + 1, 2, bins)[:segments]
    return Table(shaped[:, 0], shaped[:, 1], *known)


def _effective(key: Places, segments: int, rows: Rows) -> tuple[Floats, Floats]:
    weight = rows.looked_at
    sums, squares = (_summed(key, one, segments * 2).reshape(segments, 2) for one in (weight, weight * rows.weight))
    found = far.effective(sums, squares)
    return found[:, 0], found[:, 1]


def _summed(key: Places, weight: Floats, size: int) -> Floats:
    return np.bincount(key, weights=weight, minlength=size).astype(np.float64)


def overlap(cut: Cut, inside: Flags, rows: Rows) -> Floats:
    """Share of rows that each segment and a set of rows have in common among those that either has; shape (segments,)."""
    size = len(cut.values) + 1
    both = np.bincount(cut.places[inside], weights=rows.weight[inside], minlength=size)
    whole = np.bincount(cut.places, weights=rows.weight, minlength=size)
    union = whole + float(rows.weight[inside].sum()) - both
    found: Floats = np.divide(both, union, out=np.zeros(size), where=union > 0)
    return found[:-1]
