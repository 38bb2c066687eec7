"""Whether the data can be trusted: labels that come late, joins that broke, columns that emptied, releases that mixed, hours without rows.

Much of what looks like a model that got worse is one of these. Three aggregate queries, all figures exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Answer, Relation
from hotwash.triage import sql, stats
from hotwash.triage.ahead import Asked, knows
from hotwash.triage.clocks import Clock, clock
from hotwash.triage.timeline import MINUTE, Timeline, Window

Counts = NDArray[np.int64]
Role = Literal[
    "label",
    "label_time",
    "score",
    "decision",
    "feature",
    "dimension",
    "version",
    "group",
    "signal",
    "id",
    "user",
    "request",
]
HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
AGES = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY)
"""Ages at which labels are counted, in ms: what had arrived by then, of the rows that are as old."""
MOVED = 0.02
"""A share of missing values that moved by less than two points is noted and not called broken. Our choice."""
LEAST_EXPECTED = 20.0
"""A bucket that usually holds fewer rows may be empty by chance, or because it is night."""
MOST_IDS = 2_000_000
LOTS = 1 << 20


@dataclass(frozen=True)
class Shares:
    """A share before and now with Wilson intervals, and their difference (Newcombe). None where nothing was asked."""

    found_before: int
    asked_before: int
    before: float | None
    before_low: float
    before_high: float
    found_now: int
    asked_now: int
    now: float | None
    now_low: float
    now_high: float
    change: float | None
    change_low: float | None
    change_high: float | None
    p: float | None


@dataclass(frozen=True)
class Missing:
    """How much of a column is empty. `moved` says that the share changed: certain among all columns, and by two points or more."""

    column: str
    roles: tuple[Role, ...]
    shares: Shares
    moved: bool


@dataclass(frozen=True)
class LabelAge:
    """Of rows at least `age_ms` old when the last label arrived, the share whose label had come by that age."""

    age_ms: int
    shares: Shares
    later: bool


@dataclass(frozen=True)
class Labels:
    """When truth arrives. Rows are compared at the same age, so that young rows do not look like lost labels. `as_of_ms` is the last
    moment in the data. `impossible` counts labels that are older than their row. `ages` leaves out what one of the periods is too young
    for; `open_now` is the share of the incident that has no label yet, whatever its age."""

    as_of_ms: int
    ages: tuple[LabelAge, ...]
    open_before: float | None
    open_now: float | None
    impossible: int
    slower: bool


@dataclass(frozen=True)
class Retrieval:
    """Searches that found nothing, and documents a search found on average."""

    nothing: Shares
    mean_before: float | None
    mean_now: float | None
    worse: bool


@dataclass(frozen=True)
class VersionShare:
    """One version of one column: its share before and now, and when it was first and last seen in the whole table (ms UTC)."""

    column: str
    version: str
    before: float | None
    now: float | None
    first_ms: int
    last_ms: int


@dataclass(frozen=True)
class Silence:
    """A stretch without any row where `expected` were usual. `chance` is how likely that is to happen anywhere in the table."""

    from_ms: int
    to_ms: int
    expected: float
    chance: float


@dataclass(frozen=True)
class Volume:
    """Requests a minute, and stretches without any. `ratio` is now over before, with an interval that takes its width from how much
    buckets differ."""

    before: float | None
    now: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    undated: int
    silences: tuple[Silence, ...]


@dataclass(frozen=True)
class Health:
    """What is known about the data itself. `twice` counts rows whose id was there before, in `ids_looked_at` of all ids (a share by lot when
    there are many). None where the table has no such column. `clock` says whether times lack their zone."""

    rows_before: int
    rows_now: int
    missing: tuple[Missing, ...]
    labels: Labels | None
    retrieval: Retrieval | None
    versions: tuple[VersionShare, ...]
    volume: Volume
    twice: int | None
    ids_looked_at: float | None
    clock: Clock | None = None


def health(
    relation: Relation,
    columns: TraceColumns,
    baseline: Window,
    incident: Window,
    timeline: Timeline,
    *,
    level: float = 0.05,
) -> Health:
    """Look at both windows; `timeline` is that of all traffic."""
    period = _period(relation, columns, baseline, incident)
    roles = _roles(columns)
    plain = _counted(relation, columns, period, roles)
    n = plain("n")
    asked = list(roles)
    shares = [_shares(plain(f"m{number}"), n) for number in range(len(asked))]
    certain = stats.discoveries(np.array([1.0 if one.p is None else one.p for one in shares]), level)
    missing = [
        Missing(name, tuple(roles[name]), one, bool(ok) and abs(one.change or 0.0) >= MOVED)
        for name, one, ok in zip(asked, shares, certain, strict=True)
    ]
    twice, looked_at = _twice(relation, columns, period, int(n.sum()))
    return Health(
        int(n[0]),
        int(n[1]),
        tuple(sorted(missing, key=lambda one: (not one.moved, -abs(one.shares.change or 0.0), one.column))),
        _labels(relation, columns, period),
        _retrieval(plain, level) if columns.retrieved else None,
        _versions(relation, columns, period),
        volume(timeline, baseline, incident),
        twice,
        looked_at,
        clock(relation, columns, timeline.start_ms, timeline.end_ms),
    )


def early(relation: Relation, columns: TraceColumns, rows: int) -> list[Asked]:
    """What `health` will ask whatever the windows are, in a table of so many rows."""
    ids = [_ids(relation, columns)] if columns.id and rows <= MOST_IDS else []
    return [*ids, *([_last(relation, columns)] if columns.label and columns.label_time else [])]


def _period(relation: Relation, columns: TraceColumns, baseline: Window, incident: Window) -> str:
    """0 before, 1 now, 2 at another time."""
    before, now = (
        " AND ".join(sql.within(relation.dialect, columns.time, one.from_ms, one.to_ms)) for one in (baseline, incident)
    )
    return f"CASE WHEN {now} THEN 1 WHEN {before} THEN 0 ELSE 2 END"


def _roles(columns: TraceColumns) -> dict[str, list[Role]]:
    found: dict[str, list[Role]] = {}
    named: list[tuple[Role, Sequence[str]]] = [
        ("label", [columns.label.column] if columns.label else []),
        ("label_time", [columns.label_time]),
        ("score", [columns.score]),
        ("decision", [columns.decision.column] if columns.decision else []),
        ("feature", columns.features),
        ("dimension", columns.dimensions),
        ("version", columns.versions),
        ("group", columns.groups),
        ("signal", [one.column for one in columns.signals]),
        ("id", [columns.id]),
        ("user", [columns.user]),
        ("request", [columns.request]),
    ]
    for role, names in named:
        for name in names:
            if name and role not in found.setdefault(name, []):
                found[name].append(role)
    return found


class _Periods:
    """An answer grouped by period: each column as counts (before, now)."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._place = np.asarray(answer["period"], dtype=np.int64)

    def __call__(self, name: str) -> Counts:
        laid = np.zeros(2, dtype=np.int64)
        laid[self._place] = np.nan_to_num(np.asarray(self._answer[name], dtype=np.float64)).astype(np.int64)
        return laid


def _counted(relation: Relation, columns: TraceColumns, period: str, roles: dict[str, list[Role]]) -> _Periods:
    dialect = relation.dialect
    asked = [("period", period), ("n", "COUNT(*)")]
    asked += [(f"m{number}", f"COUNT(*) - COUNT({dialect.name(one)})") for number, one in enumerate(roles)]
    reads = [columns.time, *roles]
    if columns.retrieved:
        name = dialect.name(columns.retrieved)
        asked += [("searches", f"COUNT({name})"), ("nothing", sql.count(f"{name} < 1")), ("documents", f"SUM({name})")]
        reads.append(columns.retrieved)
    return _Periods(relation.ask(sql.select(asked, [f"{period} < 2"], ["period"]), reads))


def _shares(found: Counts, asked: Counts) -> Shares:
    before, now = (stats.rate(int(one), int(of)) for one, of in zip(found, asked, strict=True))
    both = stats.difference(now, before) if before.asked and now.asked else None
    return Shares(
        int(before.found),
        int(before.asked),
        before.share if before.asked else None,
        before.low,
        before.high,
        int(now.found),
        int(now.asked),
        now.share if now.asked else None,
        now.low,
        now.high,
        *((both.value, both.low, both.high, both.p) if both else (None, None, None, None)),
    )


def _twice(relation: Relation, columns: TraceColumns, period: str, rows: int) -> tuple[int | None, float | None]:
    """Rows whose id occurs before. A lot of ids is enough when there are many: the same id always draws the same lot."""
    if not columns.id:
        return None, None
    dialect, name = relation.dialect, relation.dialect.name(columns.id)
    keep = min(LOTS, round(LOTS * MOST_IDS / max(1, rows)))
    whole = _ids(relation, columns)
    if knows(relation, whole[0]):
        found = relation.ask(*whole)
        if found["n"][0] == found["apart"][0]:  # twice nowhere, so in no part of it
            return 0, keep / LOTS
    where = [f"{period} < 2"]
    if keep < LOTS:
        where.append(f"{dialect.lot([name], LOTS)} < {keep}")
    asked = [("n", f"COUNT({name})"), ("apart", f"COUNT(DISTINCT {name})")]
    found = relation.ask(sql.select(asked, where), [columns.time, columns.id])
    return int(found["n"][0]) - int(found["apart"][0]), keep / LOTS


def _ids(relation: Relation, columns: TraceColumns) -> Asked:
    name = relation.dialect.name(columns.id)
    return sql.select([("n", f"COUNT({name})"), ("apart", f"COUNT(DISTINCT {name})")]), [columns.id]


def _retrieval(counted: _Periods, level: float) -> Retrieval:
    searches, documents = counted("searches"), counted("documents")
    nothing = _shares(counted("nothing"), searches)
    means = [float(one) / int(of) if of else None for one, of in zip(documents, searches, strict=True)]
    worse = nothing.p is not None and nothing.p <= level and (nothing.change or 0.0) >= MOVED
    return Retrieval(nothing, means[0], means[1], worse)


def _labels(relation: Relation, columns: TraceColumns, period: str) -> Labels | None:
    if not columns.label or not columns.label_time:
        return None
    dialect = relation.dialect
    at, came = dialect.epoch_ms(columns.time), dialect.epoch_ms(columns.label_time)
    reads = [columns.time, columns.label_time, columns.label.column]
    last = relation.ask(*_last(relation, columns))
    moments = [float(last[one][0]) for one in ("label", "latest")]
    as_of = int(np.nanmax(moments)) if not np.isnan(moments).all() else 0
    labelled = f"{dialect.name(columns.label.column)} IS NOT NULL AND {came} IS NOT NULL"
    asked = [
        ("period", period),
        ("age", _step(f"{as_of} - {at}")),
        ("lag", f"CASE WHEN {labelled} THEN CASE WHEN {came} < {at} THEN -1 ELSE {_step(f'{came} - {at}', up=True)} END ELSE 99 END"),
        ("n", "COUNT(*)"),
    ]  # fmt: skip
    found = relation.ask(sql.select(asked, [f"{period} < 2"], ["period", "age", "lag"]), reads)
    which, age, lag, n = (np.asarray(found[one], dtype=np.int64) for one in ("period", "age", "lag", "n"))

    def counted(where: NDArray[np.bool_]) -> Counts:
        return np.array([n[where & (which == one)].sum() for one in (0, 1)], dtype=np.int64)

    ages = []
    for step, limit in enumerate(AGES):
        old = age > step
        shares = _shares(counted(old & (lag >= 0) & (lag <= step)), counted(old))
        if shares.asked_before and shares.asked_now:
            late = shares.p is not None and shares.p <= 0.05 / len(AGES) and (shares.change or 0.0) <= -MOVED
            ages.append(LabelAge(limit, shares, late))
    everyone, without = counted(n > 0), counted(lag == 99)
    share = [int(one) / int(of) if of else None for one, of in zip(without, everyone, strict=True)]
    return Labels(as_of, tuple(ages), share[0], share[1], int(counted(lag == -1).sum()), any(one.later for one in ages))


def _last(relation: Relation, columns: TraceColumns) -> Asked:
    """The last moment in the data."""
    at, came = (relation.dialect.epoch_ms(one) for one in (columns.time, columns.label_time))
    return sql.select([("label", f"MAX({came})"), ("latest", f"MAX({at})")]), [columns.time, columns.label_time]


def _step(expression: str, *, up: bool = False) -> str:
    """How many of AGES a span has reached; with `up`, the first of them that is not below it."""
    compare = "<=" if up else "<"
    steps = " ".join(f"WHEN {expression} {compare} {limit} THEN {step}" for step, limit in enumerate(AGES))
    return f"CASE {steps} ELSE {len(AGES)} END"


def _versions(relation: Relation, columns: TraceColumns, period: str) -> tuple[VersionShare, ...]:
    if not columns.versions:
        return ()
    dialect, at = relation.dialect, relation.dialect.epoch_ms(columns.time)
    names = [f"v{number}" for number in range(len(columns.versions))]
    asked = [
        ("period", period),
        *((name, sql.value(dialect, one)) for name, one in zip(names, columns.versions, strict=True)),
    ]
    statement = sql.select(
        [*asked, ("n", "COUNT(*)"), ("first", f"MIN({at})"), ("last", f"MAX({at})")],
        [f"{at} IS NOT NULL"],
        ["period", *names],
    )
    found = relation.ask(statement, [columns.time, *columns.versions])
    which, n, first, last = (np.asarray(found[one], dtype=np.int64) for one in ("period", "n", "first", "last"))
    whole = [int(n[which == one].sum()) for one in (0, 1)]
    made = []
    for name, column in zip(names, columns.versions, strict=True):
        values = np.asarray(found[name], dtype=np.object_)
        for version in sorted(set(values.tolist())):
            here = values == version
            share = [int(n[here & (which == one)].sum()) / whole[one] if whole[one] else None for one in (0, 1)]
            made.append(
                VersionShare(column, version, share[0], share[1], int(first[here].min()), int(last[here].max()))
            )
    return tuple(made)


def volume(timeline: Timeline, baseline: Window, incident: Window) -> Volume:
    """Requests a minute in both windows, and silences anywhere. The bucket at the end of a window belongs to it when it begins in it."""
    starts = timeline.start_ms + np.arange(timeline.buckets, dtype=np.int64) * timeline.width_ms
    before, now = (
        timeline.rows[(starts >= one.from_ms) & (starts < one.to_ms)].astype(np.float64) for one in (baseline, incident)
    )
    minutes = timeline.width_ms / MINUTE
    means = [float(one.mean()) / minutes if len(one) else None for one in (before, now)]
    ratio = low = high = None
    if means[0] and means[1]:
        ratio = means[1] / means[0]
        # Buckets vary by more than Poisson's law says (hours, bursts): their own variance is what the mean's error is made of.
        spread = np.sqrt(
            sum((one.var(ddof=1) if len(one) > 1 else one.mean()) / len(one) / one.mean() ** 2 for one in (before, now))
        )
        factor = float(np.exp(special.ndtri(0.975) * spread))
        low, high = ratio / factor, ratio * factor
    return Volume(means[0], means[1], ratio, low, high, timeline.undated, silences(timeline))


def silences(timeline: Timeline) -> tuple[Silence, ...]:
    """Empty buckets where rows were to be expected: by the same time on other days where there are two days or more, otherwise by the
    median bucket. A night without traffic is so no silence."""
    usual = _usual(timeline)
    empty = (timeline.rows == 0) & (usual >= LEAST_EXPECTED)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    found = []
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        expected = float(usual[first:after].sum())
        chance = min(1.0, timeline.buckets * float(np.exp(-expected)))
        found.append(Silence(timeline.at(first), timeline.at(after), expected, chance))
    return tuple(found)


def _usual(timeline: Timeline) -> NDArray[np.float64]:
    """Rows that a bucket usually has; shape (buckets,)."""
    rows = timeline.rows.astype(np.float64)
    day = DAY // timeline.width_ms
    if day < 2 or timeline.buckets < 2 * day:
        return np.full(timeline.buckets, float(np.median(rows)) if len(rows) else 0.0)
    days = -(-timeline.buckets // day)
    laid = np.full(days * day, np.nan)
    laid[: timeline.buckets] = rows
    usual = np.nanmedian(laid.reshape(days, day), axis=0) if days > 2 else np.nanmax(laid.reshape(days, day), axis=0)
    return np.tile(usual, days)[: timeline.buckets]
