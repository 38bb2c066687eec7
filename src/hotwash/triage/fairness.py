"""Whether a group is treated differently, and since when: rates by group against the most favoured one, now and in the baseline.

The four-fifths rule (29 CFR 1607.4(D)) is a screen and no safe harbour: a ratio above it can be unlawful, one below it can be
justified, and neither is found here. A gap that the baseline has as well is `standing`: to be dealt with, and no incident's doing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql, stats
from hotwash.triage.stats import Difference, Rate, Ratio
from hotwash.triage.timeline import Window

Measure = Literal["selection", "tpr", "fpr"]
Status = Literal["new", "grown", "standing", "narrowed", "none", "unknown"]
Member = tuple[tuple[str, str], ...]
Figures = tuple[float | None, float | None, float | None, float | None]
Flags = NDArray[np.bool_]
MEASURES: tuple[Measure, ...] = ("selection", "tpr", "fpr")
FOUR_FIFTHS = 0.8
APART = 0.1
"""A difference of ten points is a gap as well: with high rates on both sides, four fifths are far away. Our choice."""
MOVED = 0.05
"""A gap that moved by less than five points has not become another one, however certain the move. Our choice."""
LEAST = 30
"""Fewer decisions than this say nothing about a group."""
LEAST_SHARE = 0.02
"""A group of less than two per cent is no yardstick: the largest of many small groups' rates is chance (29 CFR 1607.4(A) does not
ask for determinations about such groups either)."""


@dataclass(frozen=True)
class Share:
    """A rate with its Wilson interval; `share` is None without any decision."""

    found: int
    asked: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Gap:
    """One measure of one group against the reference group, now and in the baseline.

    `difference` is the group's rate less the reference's (Newcombe's interval), `ratio` the one over the other
    (the impact ratio where the measure is selection). `p` is Fisher's exact one for the difference, `change` what was added to the
    difference since the baseline. `enough` is how many rows of the group it takes to see a ratio of four fifths with 80 % power.
    Values are None where there are too few rows, or no baseline. `below_four_fifths` is the screen alone.
    """

    measure: Measure
    status: Status
    now: Share
    before: Share | None
    reference_now: Share
    reference_before: Share | None
    ratio: Ratio
    ratio_before: Ratio | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    significant: bool
    below_four_fifths: bool
    change: float | None
    change_low: float | None
    change_high: float | None
    change_p: float | None
    changed: bool
    enough: int | None
    why_unknown: str


@dataclass(frozen=True)
class Group:
    """A group: one attribute's value, or two attributes' values. `reference` is what it is compared with; equal to `member` for the
    reference itself, None when no group has enough data. `unlabelled` is the share of its decisions now without a truth."""

    member: Member
    reference: Member | None
    n: int
    n_before: int
    unlabelled: float | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Fairness:
    """Groups by attribute, then by pairs of attributes. `undecided` and `unlabelled` count rows of the incident without a decision or
    truth. `has_decision` and `has_label` say whether the table has such a column at all; without a label there is no TPR or FPR.
    `tests` is how many comparisons shared the false discovery rate."""

    groups: tuple[Group, ...]
    rows: int
    rows_before: int
    undecided: int
    unlabelled: int
    has_decision: bool
    has_label: bool
    has_baseline: bool
    tests: int

    def spikes(self) -> tuple[tuple[Group, Gap], ...]:
        """Gaps that are new or grown: what an incident may have done."""
        return tuple((group, gap) for group in self.groups for gap in group.gaps if gap.status in {"new", "grown"})


@dataclass(frozen=True)
class _Counts:
    """The grouped answer, one row a cell: period (0 before, 1 now), values by attribute, decision and truth (-1, 0, 1), rows."""

    period: NDArray[np.int64]
    values: Mapping[str, NDArray[np.object_]]
    decision: NDArray[np.int64]
    label: NDArray[np.int64]
    n: NDArray[np.int64]

    def rows(self, where: Flags) -> int:
        return int(self.n[where].sum())

    def rate(self, measure: Measure, where: Flags, period: int) -> Rate:
        """One measure of some cells in a period."""
        asked = where & (self.period == period) & (self.decision >= 0)
        if measure != "selection":
            asked &= self.label == (1 if measure == "tpr" else 0)
        return stats.rate(self.rows(asked & (self.decision == 1)), self.rows(asked))


def fairness(
    relation: Relation,
    columns: TraceColumns,
    baseline: Window | None,
    incident: Window,
    *,
    reference: Mapping[str, str] | None = None,
    pairs: bool = True,
    level: float = 0.05,
) -> Fairness:
    """Compare groups in one grouped pass. The reference of an attribute is the value given in `reference`, otherwise the group with the
    highest selection rate in the baseline (in the incident without one) among those with enough data: one yardstick for both
    periods, which the incident cannot move. Pairs of attributes are compared with the most favoured pair."""
    counts = _count(relation, columns, baseline, incident)
    everywhere = np.ones(len(counts.n), dtype=np.bool_)
    attributes: list[tuple[str, ...]] = [(one,) for one in columns.groups]
    attributes += list(combinations(columns.groups, 2)) if pairs else []
    drafts = [draft for one in attributes for draft in _compare(counts, one, dict(reference or {}), columns, baseline)]
    flat = [gap for draft in drafts for gap in draft.gaps]
    firm = stats.discoveries(np.array([1.0 if one.apart is None else one.apart.p for one in flat]), level)
    moved = stats.discoveries(np.array([1.0 if one.change is None else one.change.p for one in flat]), level)
    firm_before = stats.discoveries(np.array([1.0 if one.apart_before is None else one.apart_before.p for one in flat]), level)  # fmt: skip
    verdicts = iter([_judged(*one) for one in zip(flat, firm, firm_before, moved, strict=True)])
    now = counts.period == 1
    return Fairness(
        tuple(
            Group(
                one.member, one.reference, one.n, one.n_before, one.unlabelled, tuple(next(verdicts) for _ in one.gaps)
            )
            for one in drafts
        ),
        counts.rows(everywhere & now),
        counts.rows(~now),
        counts.rows(now & (counts.decision < 0)),
        counts.rows(now & (counts.label < 0)),
        columns.decision is not None,
        columns.label is not None,
        baseline is not None,
        sum(one.apart is not None for one in flat),
    )


def _count(relation: Relation, columns: TraceColumns, baseline: Window | None, incident: Window) -> _Counts:
    dialect = relation.dialect
    within = [" AND ".join(sql.within(dialect, columns.time, one.from_ms, one.to_ms)) for one in (incident, baseline) if one]  # fmt: skip
    asked = [("period", f"CASE WHEN {within[0]} THEN 1 ELSE 0 END")]
    asked += [(f"g{number}", sql.value(dialect, one)) for number, one in enumerate(columns.groups)]
    for name, test in (("decision", columns.decision), ("label", columns.label)):
        asked += [(name, sql.answer(dialect, test))] if test else []
    by = [name for name, _ in asked]
    tests = [one.column for one in (columns.decision, columns.label) if one]
    statement = sql.select([*asked, ("n", "COUNT(*)")], [" OR ".join(f"({one})" for one in within)], by)
    found = relation.ask(statement, [columns.time, *columns.groups, *tests])
    n = np.asarray(found["n"], dtype=np.int64)

    def whole(name: str) -> NDArray[np.int64]:
        return np.asarray(found[name], dtype=np.int64) if name in found else np.full(len(n), -1, dtype=np.int64)

    values = {one: np.asarray(found[f"g{number}"], dtype=np.object_) for number, one in enumerate(columns.groups)}
    return _Counts(whole("period"), values, whole("decision"), whole("label"), n)


@dataclass(frozen=True)
class _Raw:
    """A gap before many tests are taken into account."""

    measure: Measure
    now: Rate
    before: Rate | None
    reference_now: Rate
    reference_before: Rate | None
    apart: Difference | None
    apart_before: Difference | None
    change: Difference | None
    enough: int | None


@dataclass(frozen=True)
class _Draft:
    member: Member
    reference: Member | None
    n: int
    n_before: int
    unlabelled: float | None
    gaps: tuple[_Raw, ...]


def _compare(
    counts: _Counts, names: tuple[str, ...], given: Mapping[str, str], columns: TraceColumns, baseline: Window | None
) -> list[_Draft]:
    """Every group of one attribute, or of two, against one reference."""
    keys = list(zip(*(counts.values[one].tolist() for one in names), strict=True))
    listed = sorted(set(keys))
    code = {key: number for number, key in enumerate(listed)}
    codes = np.array([code[one] for one in keys], dtype=np.int64)
    cells = {tuple(zip(names, key, strict=True)): codes == number for key, number in code.items()}
    period = 0 if baseline else 1
    chosen = tuple((one, given[one]) for one in names) if all(one in given for one in names) else None
    top = chosen if chosen in cells else _most_favoured(counts, cells, period)
    measures = [one for one in MEASURES if columns.decision and (one == "selection" or columns.label)]
    made = []
    for member, where in cells.items():
        decided = where & (counts.period == 1) & (counts.decision >= 0)
        n = counts.rows(where & (counts.period == 1))
        missing = counts.rows(decided & (counts.label < 0)) / max(1, counts.rows(decided)) if columns.label else None
        gaps = [] if top is None or top == member else [_raw(counts, one, where, cells[top], baseline) for one in measures]  # fmt: skip
        made.append(_Draft(member, top, n, counts.rows(where & (counts.period == 0)), missing, tuple(gaps)))
    return made


def _most_favoured(counts: _Counts, cells: Mapping[Member, Flags], period: int) -> Member | None:
    rates = {member: counts.rate("selection", where, period) for member, where in cells.items()}
    total = sum(one.asked for one in rates.values())
    fit = {
        member: one.share
        for member, one in rates.items()
        if one.asked >= max(LEAST, LEAST_SHARE * total, needed(one.share) or LEAST) and one.found
    }
    return max(fit, key=lambda one: fit[one]) if fit else None


def _raw(counts: _Counts, measure: Measure, where: Flags, top: Flags, baseline: Window | None) -> _Raw:
    now, ref = counts.rate(measure, where, 1), counts.rate(measure, top, 1)
    before, ref_before = (counts.rate(measure, one, 0) if baseline else None for one in (where, top))
    apart, apart_before = _apart(now, ref), _apart(before, ref_before)
    change = None
    if apart and apart_before and before and ref_before:
        change = stats.change(apart, apart_before, stats.spread_of(now, ref, before, ref_before))
    return _Raw(measure, now, before, ref, ref_before, apart, apart_before, change, needed(ref.share))


def _apart(one: Rate | None, other: Rate | None) -> Difference | None:
    """The difference of two rates, None where either has too few rows to say anything."""
    if one is None or other is None or min(one.asked, other.asked) < LEAST:
        return None
    return stats.difference(one, other)


def needed(reference: float, ratio: float = FOUR_FIFTHS, level: float = 0.05, power: float = 0.8) -> int | None:
    """How many rows of a group it takes to see that its rate is `ratio` of a known reference rate, one-sided (Fleiss 1981, for one
    sample against a fixed rate). None where the reference rate is 0, 1 or unknown: no number says it then."""
    if math.isnan(reference) or not 0 < reference < 1:
        return None
    lower = ratio * reference
    z = float(special.ndtri(1 - level)) * math.sqrt(reference * (1 - reference))
    z += float(special.ndtri(power)) * math.sqrt(lower * (1 - lower))
    return max(LEAST, math.ceil((z / (reference - lower)) ** 2))


def _judged(raw: _Raw, firm: bool, firm_before: bool, moved: bool) -> Gap:
    ratio = stats.ratio(raw.now, raw.reference_now)
    ratio_before = stats.ratio(raw.before, raw.reference_before) if raw.before and raw.reference_before else None
    changed = raw.change is not None and bool(moved) and abs(raw.change.value) >= MOVED
    status, why = _status(raw, firm, firm_before, changed, ratio, ratio_before)
    return Gap(
        raw.measure,
        status,
        _share(raw.now),
        _share(raw.before) if raw.before else None,
        _share(raw.reference_now),
        _share(raw.reference_before) if raw.reference_before else None,
        ratio,
        ratio_before,
        *_figures(raw.apart),
        bool(firm),
        ratio.value is not None and ratio.value < FOUR_FIFTHS,
        *_figures(raw.change),
        changed,
        raw.enough,
        why,
    )


def _status(
    raw: _Raw, firm: bool, firm_before: bool, changed: bool, ratio: Ratio, ratio_before: Ratio | None
) -> tuple[Status, str]:
    """The verdict, and why there is none. A gap is a difference that is certain and large: below four fifths, or ten points."""
    if raw.apart is None:
        return "unknown", "not enough data"
    there = firm and _large(raw.apart, ratio)
    was = bool(firm_before) and raw.apart_before is not None and _large(raw.apart_before, ratio_before)
    short = raw.enough is None or raw.now.asked < raw.enough
    if raw.change is None or raw.apart_before is None:
        if there:
            return "unknown", "a gap, but not enough data in the baseline to say since when"
        return ("unknown", "not enough data") if short else ("none", "")
    if changed:
        turned = there and raw.apart.value * raw.apart_before.value < 0
        if turned:
            return "new", ""
        grew = abs(raw.apart.value) > abs(raw.apart_before.value)
        if grew and firm:
            return ("grown" if was else "new"), ""
        if was and not grew:
            return "narrowed", ""
    if there or (was and firm):
        return "standing", ""
    return ("unknown", "not enough data") if short and not firm else ("none", "")


def _figures(one: Difference | None) -> Figures:
    return (one.value, one.low, one.high, one.p) if one else (None, None, None, None)


def _large(apart: Difference, ratio: Ratio | None) -> bool:
    return abs(apart.value) >= APART or (ratio is not None and ratio.value is not None and ratio.value < FOUR_FIFTHS)


def _share(one: Rate) -> Share:
    return Share(int(one.found), int(one.asked), one.share if one.asked else None, one.low, one.high)
