"""What changed in the traffic: every feature and category, before against after, in all traffic and in every segment.

All tests of one call share one false discovery rate. For each column the places are then found one by one: the place with the
strongest evidence is named, its rows are taken out, and what drifts only because of it does not drift any more. A shift of one
tenant among 200 is so said of this tenant and not of everyone, and a shift of everyone not of 200 tenants.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import TraceColumns
from hotwash.triage import distance as far
from hotwash.triage import stats, tables
from hotwash.triage.sample import Coded, Sample
from hotwash.triage.sql import NONE
from hotwash.triage.tables import Cut, Kind, Rows, Table, Variable
from hotwash.triage.timeline import Window

Flags = NDArray[np.bool_]
Size = Literal["slight", "moderate", "large"]
Pair = tuple[NDArray[np.float64], NDArray[np.float64]]
Place = tuple[tuple[str, str], ...]
LEAST_ROWS = 100
"""Effective rows on either side below which a segment is not looked at: ten a bin."""
MODERATE, LARGE = 0.1, 0.25
"""Customary lines for PSI (Siddiqi 2006, credit scorecards), laid on what is left of it after its sampling noise."""
MISSING_MOVED = 0.05
"""A share of missing values that moved by this much is no slight change, whatever the PSI."""
MOST_PLACES = 5
SAME_ROWS = 0.9
MIX_LEFT = 0.25
MOST_VALUES = 6


@dataclass(frozen=True)
class ValueShare:
    """A value of a category: its share before and after. `new` had no row before, `gone` none after (in the sample)."""

    value: str
    before: float
    after: float
    new: bool
    gone: bool


@dataclass(frozen=True)
class Shift:
    """One column that moved in one place; `where` is empty for all traffic.

    `n_before` and `n_after` are effective rows, `traffic` the place's share of the incident's traffic. `psi` stands beside
    `noise`, its mean without drift, and `line`, which it exceeds without drift one time in twenty. `evidence` is −ln p. `rest_psi` and
    `rest_noise` tell of all other traffic, without this place and those named before it. `also` are places with nearly
    the same rows, which the data cannot tell apart. `mix` names a dimension whose changed mix explains the shift: inside its
    values nothing moved. Medians and `ks` are None for categories, `values` is empty for numbers.
    """

    column: str
    kind: Kind
    where: Place
    n_before: float
    n_after: float
    traffic: float
    psi: float
    noise: float
    line: float
    size: Size
    chi_square: float
    degrees: int
    p: float
    evidence: float
    ks: float | None
    ks_p: float | None
    median_before: float | None
    median_after: float | None
    missing_before: float
    missing_after: float
    values: tuple[ValueShare, ...]
    rest_psi: float | None
    rest_noise: float | None
    also: tuple[Place, ...]
    mix: str | None


@dataclass(frozen=True)
class Drift:
    """Shifts by evidence, the strongest first. `slight` are shifts of all traffic that are certain and small. `versions` are shifts of
    columns that change with a release: a roll-out, and no drift. `tests` is how many comparisons were made, `p_line` the
    largest p that still counted. `too_few` says for each dimension how many values had too few rows (`least`) to be looked at."""

    shifts: tuple[Shift, ...]
    slight: tuple[Shift, ...]
    versions: tuple[Shift, ...]
    tests: int
    p_line: float
    least: float
    too_few: tuple[tuple[str, int], ...]
    n_before: float
    n_after: float


@dataclass(frozen=True)
class _Measured:
    """One variable in one cut."""

    cut: Cut
    table: Table
    found: far.Distance

    @property
    def excess(self) -> NDArray[np.float64]:
        return self.found.psi - self.found.noise

    @property
    def moved_missing(self) -> NDArray[np.float64]:
        return np.abs(far.shares(self.table.after)[:, -1] - far.shares(self.table.before)[:, -1])

    def material(self) -> Flags:
        """Which segments moved by more than slightly."""
        return (self.excess >= MODERATE) | (self.moved_missing >= MISSING_MOVED)


def drift(
    sample: Sample,
    columns: TraceColumns,
    baseline: Window,
    incident: Window,
    *,
    level: float = 0.05,
    least: float = LEAST_ROWS,
) -> Drift:
    """Compare two windows of a sample. `level` is the false discovery rate over all columns and places."""
    rows, kept = tables.two_windows(sample, baseline, incident)
    whole = tables.all_traffic(rows)
    cuts = [whole, *(tables.cut_by(one, sample.dims[one], kept, rows, least) for one in columns.cuts())]
    known = {one.name: tables.effective_rows(one, rows) for one in cuts}
    n, m = known[""]
    empty = min(n[0], m[0]) < least
    rolled = [tables.category(one, sample.dims[one], kept, rows) for one in columns.versions]
    compared = [tables.number(one, sample.numbers[one][kept]) for one in sample.numbers]
    plain = [one for one in columns.dimensions if one not in columns.versions]
    compared += [tables.category(one, sample.dims[one], kept, rows) for one in plain]
    steps = [] if empty else [_measure(one, _cuts_for(one, cuts, columns), rows, known) for one in compared]
    logs = [part.found.log_p for step in steps for part in step]
    p = np.exp(np.concatenate(logs)) if logs else np.zeros(0)
    stand = stats.discoveries(p, level)
    first_line = float(p[stand].max()) if stand.any() else 0.0
    exact = _Exact(sample, kept, rows, least)
    measured = zip(compared, steps, strict=True) if stand.any() else ()
    shifts = [one for variable, step in measured for one in _places(variable, step, rows, first_line, exact)]
    ranked, p_line = _firm(shifts, len(p), level)
    releases = [] if empty else [_measure(one, [whole], rows, known)[0] for one in rolled]
    certain = stats.discoveries(np.exp(np.array([one.found.log_p[0] for one in releases])), level)
    return Drift(
        tuple(one for one in ranked if one.size != "slight"),
        tuple(one for one in ranked if one.size == "slight"),
        tuple(exact.shift(one, part, 0) for one, part, ok in zip(rolled, releases, certain, strict=False) if ok),
        len(p),
        p_line,
        least,
        tuple((one.name, one.left_out) for one in cuts if one.left_out),
        float(n[0]),
        float(m[0]),
    )


def _firm(shifts: Sequence[Shift], tests: int, level: float) -> tuple[list[Shift], float]:
    """Shifts that stand among all tests when each is counted once, by evidence, and the largest p among them. One tenant's shift
    shows in its region and in all traffic too; counted as three it would let in what chance made."""
    ranked = sorted(shifts, key=lambda one: (-one.evidence, one.column, one.where))
    p = np.ones(max(tests, len(ranked)))
    p[: len(ranked)] = [one.p for one in ranked]
    stand = stats.discoveries(p, level)[: len(ranked)]
    kept = [one for one, ok in zip(ranked, stand, strict=True) if ok]
    return kept, max((one.p for one in kept), default=0.0)


def _cuts_for(variable: Variable, cuts: Sequence[Cut], columns: TraceColumns) -> list[Cut]:
    """A number is looked at in every segment, a category in those of other dimensions. Inside one version a mix of another
    dimension is the roll-out's plan and says nothing about drift."""
    if variable.kind == "number":
        return list(cuts)
    return [one for one in cuts if one.name != variable.name and one.name not in columns.versions]


def _measure(
    variable: Variable, cuts: Sequence[Cut], rows: Rows, known: Mapping[str, Pair] | None = None
) -> list[_Measured]:
    """One variable in every cut. Cuts with equally many bins are compared in one go: with hundreds of dimensions there are tens of thousands."""
    sizes = [known[cut.name] if known else tables.effective_rows(cut, rows) for cut in cuts]
    counted = [tables.table(cut, variable, rows, size) for cut, size in zip(cuts, sizes, strict=True)]
    alike: dict[int, list[int]] = {}
    for place, one in enumerate(counted):
        alike.setdefault(one.before.shape[1], []).append(place)
    found: dict[int, _Measured] = {}
    for places in alike.values():
        these = [counted[place] for place in places]
        stacked = (np.concatenate([getattr(one, part) for one in these]) for part in ("before", "after", "n", "m"))
        apart = far.distance(*stacked, ordered=variable.kind == "number").parts([len(one.n) for one in these])
        found |= {place: _Measured(cuts[place], counted[place], one) for place, one in zip(places, apart, strict=True)}
    return [found[place] for place in range(len(cuts))]


def _places(variable: Variable, first: list[_Measured], rows: Rows, p_line: float, exact: _Exact) -> list[Shift]:
    """Where a column moved: by evidence, each found after the rows of those before it were taken out."""
    log_line = math.log(p_line) if p_line > 0 else -700.0
    step, left, found = first, rows, list[Shift]()
    cuts = [one.cut for one in first]
    while len(found) < MOST_PLACES:
        whole = step[0]
        certain = whole.found.log_p[0] <= log_line
        best = _strongest(step, log_line, float(whole.excess[0]) if certain else 0.0)
        if best is None:
            if certain and not found:
                found.append(exact.shift(variable, whole, 0, mix=_mix(variable, step)))
            break
        part, segment = best
        if part is whole:
            found.append(exact.shift(variable, whole, 0, mix=_mix(variable, step), gone=left))
            break
        inside = part.cut.rows_of(segment) & left.open
        also = _same_rows(step, part, inside, left, log_line)
        left = left.without(inside)
        after = _measure(variable, cuts, left)
        found.append(exact.shift(variable, part, segment, rest=after[0], also=also))
        step = [_enough(one, exact.least) for one in after]
    return found


def _enough(part: _Measured, least: float) -> _Measured:
    """Segments that lost their rows to a place found before say nothing any more."""
    few = np.minimum(part.table.n, part.table.m) < least
    part.found.log_p[few] = 0.0
    return part


def _strongest(step: list[_Measured], log_line: float, general: float) -> tuple[_Measured, int] | None:
    """The place with the strongest evidence that moved by more than slightly and, when all traffic moved by `general`, stands out
    from it."""
    best: tuple[_Measured, int] | None = None
    strongest = 0.0
    for part in step:
        if not (part.found.log_p <= log_line).any():
            continue
        stands = (part.excess >= 2 * general) | (part.moved_missing >= MISSING_MOVED) | (part.cut.name == "")
        fit = (part.found.log_p <= log_line) & part.material() & stands
        if not fit.any():
            continue
        evidence = np.where(fit, -part.found.log_p, -1.0)
        segment = int(np.argmax(evidence))
        if evidence[segment] > strongest:
            best, strongest = (part, segment), float(evidence[segment])
    return best


def _same_rows(
    step: list[_Measured], chosen: _Measured, inside: Flags, rows: Rows, log_line: float
) -> tuple[Place, ...]:
    found: list[Place] = []
    for part in step:
        if part is chosen or part.cut.name == "":
            continue
        same = (tables.overlap(part.cut, inside, rows) >= SAME_ROWS) & (part.found.log_p <= log_line)
        found += [((part.cut.name, part.cut.values[one]),) for one in np.flatnonzero(same).tolist()]
    return tuple(found)


def _mix(variable: Variable, step: list[_Measured]) -> str | None:
    """The dimension whose changed mix explains most of a shift of all traffic: what its values had before, put together as they
    are mixed now, looks like now. It must hold nine tenths of the traffic in values with enough rows."""
    whole, best = step[0], (MIX_LEFT, "")
    for part in step[1:]:
        share = far.shares(part.table.after.sum(axis=1)[None, :])[0]
        covered = part.table.after.sum() / max(1e-9, whole.table.after.sum())
        if covered < SAME_ROWS or len(share) < 2:
            continue
        expected = (share[:, None] * far.shares(part.table.before)).sum(axis=0)[None, :]
        now = part.table.after.sum(axis=0)[None, :]
        ordered = variable.kind == "number"
        apart = far.distance(expected, now, whole.table.n, whole.table.m, ordered=ordered)
        left = float(apart.psi[0] - apart.noise[0]) / max(1e-9, float(whole.excess[0]))
        if left <= best[0]:
            best = (left, part.cut.name)
    return best[1] or None


class _Exact:
    """Turns a place into a finding, with medians and shares from the rows themselves."""

    def __init__(self, sample: Sample, kept: NDArray[np.int64], rows: Rows, least: float) -> None:
        self._sample, self._kept, self._rows = sample, kept, rows
        self.least = least

    def shift(
        self,
        variable: Variable,
        part: _Measured,
        segment: int,
        *,
        rest: _Measured | None = None,
        also: tuple[Place, ...] = (),
        mix: str | None = None,
        gone: Rows | None = None,
    ) -> Shift:
        found, rows = part.found, gone or self._rows
        inside = part.cut.rows_of(segment) & rows.open
        before, after = inside & (rows.period == 0), inside & (rows.period == 1)
        numeric = variable.kind == "number"
        medians = self._medians(variable.name, before, after) if numeric else (None, None)
        missing = [float(far.shares(one)[segment, -1]) if numeric else self._none(variable, where) for one, where in ((part.table.before, before), (part.table.after, after))]  # fmt: skip
        traffic = float(rows.weight[after].sum() / max(1e-9, self._rows.weight[self._rows.period == 1].sum()))
        return Shift(
            variable.name,
            variable.kind,
            () if part.cut.name == "" else ((part.cut.name, part.cut.values[segment]),),
            float(part.table.n[segment]),
            float(part.table.m[segment]),
            traffic,
            float(found.psi[segment]),
            float(found.noise[segment]),
            float(found.line[segment]),
            _size(float(part.excess[segment]), abs(missing[1] - missing[0])),
            float(found.chi_square[segment]),
            int(found.degrees[segment]),
            float(np.exp(found.log_p[segment])),
            float(-found.log_p[segment]),
            float(found.ks[segment]) if numeric else None,
            float(np.exp(found.log_p_ks[segment])) if numeric else None,
            *medians,
            missing[0],
            missing[1],
            () if numeric else self._values(variable, before, after),
            float(rest.found.psi[0]) if rest else None,
            float(rest.found.noise[0]) if rest else None,
            also,
            mix,
        )

    def _medians(self, column: str, before: Flags, after: Flags) -> tuple[float | None, float | None]:
        values, weight = self._sample.numbers[column][self._kept], self._rows.weight
        return far.weighted_median(values[before], weight[before]), far.weighted_median(values[after], weight[after])

    def _values(self, variable: Variable, before: Flags, after: Flags) -> tuple[ValueShare, ...]:
        coded: Mapping[str, Coded] = self._sample.dims
        codes, size = coded[variable.name].codes[self._kept], len(variable.values)
        p, q = (self._shares(codes, one, size) for one in (before, after))
        order = np.argsort(-np.abs(q - p), kind="stable")[:MOST_VALUES].tolist()
        return tuple(
            ValueShare(variable.values[one], float(p[one]), float(q[one]), bool(p[one] == 0), bool(q[one] == 0))
            for one in order
            if p[one] != q[one]
        )

    def _shares(self, codes: NDArray[np.int32], where: Flags, size: int) -> NDArray[np.float64]:
        weight = np.bincount(codes[where], weights=self._rows.weight[where], minlength=size).astype(np.float64)
        found: NDArray[np.float64] = far.shares(weight[None, :])[0]
        return found

    def _none(self, variable: Variable, where: Flags) -> float:
        if NONE not in variable.values:
            return 0.0
        weight = self._rows.weight
        none = where & (self._sample.dims[variable.name].codes[self._kept] == variable.values.index(NONE))
        return float(weight[none].sum() / max(1e-9, weight[where].sum()))


def _size(excess: float, moved: float) -> Size:
    if excess >= LARGE:
        return "large"
    return "moderate" if excess >= MODERATE or moved >= MISSING_MOVED else "slight"
