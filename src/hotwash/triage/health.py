"""Whether the data can be trusted: labels that come late, joins that broke, columns that emptied, releases that mixed, hours without rows.

Much of what looks like a model that got worse is one of these. Three aggregate queries, all figures exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Answer, Relation
from hotwash.triage import sql, stats
from hotwash.triage.ahead import Asked, knows
from hotwash.triage.clocks import Clock, clock
from hotwash.triage.labels import Labels, labels, last
from hotwash.triage.shares import MOVED, Counts, Shares, shares
from hotwash.triage.timeline import Timeline, Window
from hotwash.triage.volume import Volume, volume

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
MOST_IDS = 2_000_000
LOTS = 1 << 20


@dataclass(frozen=True)
class Missing:
    """How much of a column is empty. `moved` says that the share changed: certain among all columns, and by two points or more."""

    column: str
    roles: tuple[Role, ...]
    shares: Shares
    moved: bool


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
    empty = [shares(plain(f"m{number}"), n) for number in range(len(asked))]
    certain = stats.discoveries(np.array([1.0 if one.p is None else one.p for one in empty]), level)
    missing = [
        Missing(name, tuple(roles[name]), one, bool(ok) and abs(one.change or 0.0) >= MOVED)
        for name, one, ok in zip(asked, empty, certain, strict=True)
    ]
    twice, looked_at = _twice(relation, columns, period, int(n.sum()))
    return Health(
        int(n[0]),
        int(n[1]),
        tuple(sorted(missing, key=lambda one: (not one.moved, -abs(one.shares.change or 0.0), one.column))),
        labels(relation, columns, period),
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
    return [*ids, *([last(relation, columns)] if columns.label and columns.label_time else [])]


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
    nothing = shares(counted("nothing"), searches)
    means = [float(one) / int(of) if of else None for one, of in zip(documents, searches, strict=True)]
    worse = nothing.p is not None and nothing.p <= level and (nothing.change or 0.0) >= MOVED
    return Retrieval(nothing, means[0], means[1], worse)


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
