"""A sample counted once by segment, period and bin: all that a comparison of before and after needs."""

from __future__ import annotations

from collections.abc import Sequence
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
    squared: Floats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "squared", self.weight**2)

    def without(self, gone: Flags) -> Rows:
        """The same rows, some of which are no longer looked at."""
        return replace(self, open=self.open & ~gone)


@dataclass(frozen=True)
class Cut:
    """One way to cut traffic into segments: `places` are the rows' segments, the last of which (beyond `values`) holds rows in a
    segment with too few. The cut named "" is all traffic."""

    name: str
    values: tuple[str, ...]
    places: Places
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
    n, m = effective_rows(codes, len(coded.values), rows)
    enough = (n >= least) & (m >= least)
    new = np.full(len(coded.values), int(enough.sum()), dtype=np.int64)
    new[enough] = np.arange(int(enough.sum()))
    values = tuple(coded.values[one] for one in np.flatnonzero(enough).tolist())
    return Cut(name, values, new[codes], int((~enough & (n + m > 0)).sum()))


def all_traffic(rows: Rows) -> Cut:
    """One segment with every row."""
    return Cut("", ("",), np.zeros(len(rows.weight), dtype=np.int64))


def number(name: str, values: Floats) -> Variable:
    """A number in fine bins."""
    places, bins = far.fine_bins(values)
    return Variable(name, "number", bins, places)


def category(name: str, coded: Coded, kept: NDArray[np.int64], rows: Rows) -> Variable:
    """A dimension with its most frequent values apart."""
    codes = coded.codes[kept].astype(np.int64)
    weight = np.bincount(codes, weights=rows.weight, minlength=len(coded.values))
    often = np.argsort(-weight, kind="stable")[:LISTED]
    new = np.full(len(coded.values), len(often), dtype=np.int64)
    new[often] = np.arange(len(often))
    return Variable(name, "category", len(often) + 1, new[codes], coded.values, codes)


def effective_rows(places: Places, segments: int, rows: Rows) -> tuple[Floats, Floats]:
    """Effective rows of each segment before and after; each of shape (segments,)."""
    key = np.where(rows.open, places * 2 + rows.period, segments * 2)
    size = segments * 2 + 1
    weights = np.bincount(key, weights=rows.weight, minlength=size)[: segments * 2]
    squares = np.bincount(key, weights=rows.squared, minlength=size)[: segments * 2]
    found = far.effective(weights, squares).reshape(segments, 2)
    return found[:, 0], found[:, 1]


def table(cut: Cut, variable: Variable, rows: Rows, known: tuple[Floats, Floats] | None = None) -> Table:
    """Count a variable by segment. `known` are the effective rows of the cut, where they have been counted before."""
    segments = len(cut.values)
    whole = cut.name == "" and variable.every is not None
    places, bins = variable.places, variable.bins
    if whole and variable.every is not None:
        places, bins = variable.every, len(variable.values) + 1
    key = (cut.places * 2 + rows.period) * bins + places
    size = (segments + 1) * 2 * bins
    weight = rows.weight if rows.open.all() else np.where(rows.open, rows.weight, 0.0)
    counted = np.bincount(key, weights=weight, minlength=size).reshape(segments + 1, 2, bins)[:segments]
    if known is None:
        n, m = effective_rows(cut.places, segments + 1, rows)
        known = n[:segments], m[:segments]
    return Table(counted[:, 0], counted[:, 1], *known)


def overlap(cut: Cut, inside: Flags, rows: Rows) -> Floats:
    """Share of rows that each segment and a set of rows have in common among those that either has; shape (segments,)."""
    size = len(cut.values) + 1
    both = np.bincount(cut.places[inside], weights=rows.weight[inside], minlength=size)
    whole = np.bincount(cut.places, weights=rows.weight, minlength=size)
    union = whole + float(rows.weight[inside].sum()) - both
    return np.divide(both, union, out=np.zeros(size), where=union > 0)[:-1]


def lines(cuts: Sequence[Cut]) -> int:
    """How many segments there are in all."""
    return sum(len(one.values) for one in cuts)
