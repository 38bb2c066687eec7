"""Counts by time: one pass over the traces, exact, of all requests and of every signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql

Counts = NDArray[np.int64]
Series = tuple[Counts, Counts]
"""Rows asked and cases found, both (buckets,)."""
MINUTE = 60_000
WIDTHS = tuple(one * MINUTE for one in (1, 5, 15, 60, 360, 1440, 10_080))
"""Buckets that people think in: minutes to a week."""
MOST_BUCKETS = 3_000


@dataclass(frozen=True)
class Window:
    """A stretch of time, [from_ms, to_ms), in ms since 1970 UTC."""

    from_ms: int
    to_ms: int

    @property
    def minutes(self) -> float:
        """How long it is."""
        return (self.to_ms - self.from_ms) / MINUTE


@dataclass(frozen=True)
class Timeline:
    """Counts in buckets of `width_ms` from `start_ms` (ms since 1970 UTC). `rows` are all requests; for each signal, `asked`
    are those that could be asked and `found` those in which it was true. Arrays have shape (buckets,).
    `undated` rows have no time and are in no bucket; `whole_seconds` have a time without milliseconds."""

    start_ms: int
    width_ms: int
    rows: Counts
    asked: Mapping[str, Counts]
    found: Mapping[str, Counts]
    undated: int = 0
    whole_seconds: int = 0

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return len(self.rows)

    @property
    def end_ms(self) -> int:
        """Where the last bucket ends."""
        return self.start_ms + self.buckets * self.width_ms

    def at(self, bucket: int) -> int:
        """When a bucket begins."""
        return self.start_ms + bucket * self.width_ms

    def bucket(self, at_ms: int) -> int:
        """The bucket that holds a moment."""
        return (at_ms - self.start_ms) // self.width_ms

    def during(self, from_ms: int, to_ms: int) -> NDArray[np.bool_]:
        """Which buckets have a part in [from_ms, to_ms); shape (buckets,)."""
        starts = self.start_ms + np.arange(self.buckets) * self.width_ms
        return (starts + self.width_ms > from_ms) & (starts < to_ms)


@dataclass(frozen=True)
class Extent:
    """How many traces there are, and from when to when (ms since 1970 UTC, both inclusive)."""

    rows: int
    undated: int
    first_ms: int
    last_ms: int


def extent(relation: Relation, columns: TraceColumns) -> Extent:
    """Count the traces and find the first and the last. Without any dated row both moments are 0."""
    moment = relation.dialect.epoch_ms(columns.time)
    asked = [("n", "COUNT(*)"), ("dated", f"COUNT({moment})"), ("first", f"MIN({moment})"), ("last", f"MAX({moment})")]
    found = relation.ask(sql.select(asked), [columns.time])
    rows, dated = int(found["n"][0]), int(found["dated"][0])
    return Extent(rows, rows - dated, int(found["first"][0]) if dated else 0, int(found["last"][0]) if dated else 0)


def width(first_ms: int, last_ms: int, most: int = MOST_BUCKETS) -> int:
    """The narrowest usual bucket that needs no more than `most` buckets for a range."""
    return next((one for one in WIDTHS if (last_ms - first_ms) // one < most), WIDTHS[-1])


def timeline(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    found: Extent,
    where: Sequence[str] = (),
) -> Timeline:
    """Count by bucket, in one pass. `where` narrows it to a segment (`sql.inside`)."""
    wide = width(found.first_ms, found.last_ms)
    start = found.first_ms // wide * wide
    laid = start, wide, (found.last_ms - start) // wide + 1
    return _counted(relation, columns, signals, laid, found.undated, where, ())


def relaid(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    line: Timeline,
    where: Sequence[str],
    reads: Sequence[str],
) -> Timeline:
    """Count a segment in the buckets of another timeline. `reads` are the columns that `where` names."""
    return _counted(
        relation, columns, signals, (line.start_ms, line.width_ms, line.buckets), line.undated, where, reads
    )


def following(past: Timeline, line: Timeline) -> Timeline:
    """A timeline with another one of equal buckets in the place of the time before its first row."""
    before = np.cumsum(line.rows) == 0

    def joined(one: Mapping[str, Counts], other: Mapping[str, Counts]) -> dict[str, Counts]:
        return {name: np.where(before, one[name], counts) for name, counts in other.items()}

    rows = np.where(before, past.rows, line.rows)
    return replace(line, rows=rows, asked=joined(past.asked, line.asked), found=joined(past.found, line.found))


def _counted(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    laid_out: tuple[int, int, int],
    undated: int,
    where: Sequence[str],
    reads: Sequence[str],
) -> Timeline:
    """`laid_out` are the moment at which buckets begin, how wide they are and how many."""
    dialect, (start, wide, buckets) = relation.dialect, laid_out
    moment = dialect.epoch_ms(columns.time)
    asked = [("bucket", dialect.whole_quotient(f"{moment} - {start}", wide)), ("n", "COUNT(*)")]
    asked.append(("whole", sql.count(f"MOD({moment}, 1000) = 0")))
    # Signals of one column are asked of the same rows: these are counted once.
    conditions = [sql.asked(dialect, one) for one in signals]
    places = {condition: f"a{number}" for number, condition in enumerate(dict.fromkeys(conditions))}
    asked += [(name, sql.count(condition)) for condition, name in places.items()]
    asked += [(f"f{number}", sql.count(sql.holds(dialect, one))) for number, one in enumerate(signals)]
    statement = sql.select(asked, [f"{moment} IS NOT NULL", *where], ["bucket"])
    answer = relation.ask(statement, list(dict.fromkeys([columns.time, *(one.column for one in signals), *reads])))
    place = np.asarray(answer["bucket"], dtype=np.int64)

    def laid(name: str) -> Counts:
        series = np.zeros(buckets, dtype=np.int64)
        series[place] = np.asarray(answer[name], dtype=np.int64)
        return series

    return Timeline(
        start,
        wide,
        laid("n"),
        {one.name: laid(places[condition]) for one, condition in zip(signals, conditions, strict=True)},
        {one.name: laid(f"f{number}") for number, one in enumerate(signals)},
        undated,
        int(laid("whole").sum()),
    )
