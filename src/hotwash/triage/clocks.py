"""Whether times say their zone, and whether those that do not look like local times.

Times without a zone are read as UTC. Were they local ones, clocks that change leave a mark on them: where clocks go forward an hour has no
rows, where they go back one hour has those of two. Such a mark is looked for where it would lie, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql
from hotwash.triage.canonical import imported
from hotwash.triage.timeline import MINUTE

Floats = NDArray[np.float64]
HOUR, DAY, QUARTER = 60 * MINUTE, 1440 * MINUTE, 15 * MINUTE
ZONES = (
    "Europe/Berlin", "America/New_York", "Europe/London", "Europe/Athens", "Australia/Sydney", "Pacific/Auckland", "America/Santiago",
)  # fmt: skip
"""One zone of each rule by which most people's clocks change; others change at the same local time of the same day."""
LOOKED_MS = 730 * DAY
"""How far back from the end changes of clocks are looked at."""
OTHER_DAYS = (-7, -1, 1, 7)
"""Days that tell what the hour usually holds."""
TIMED = "[0-9]:[0-9][0-9]"
ZONED = "[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)? *([Zz]|[+-][0-9]|UTC|GMT)"
"""A text with a time of day, and one that says its zone after it."""
EMPTY_OF, TWICE_OF = 20.0, 50.0
"""Rows that the hour would have held, from which on it may be called empty or doubled."""
TWICE = (1.7, 2.35)
"""How many times as many rows a doubled hour holds: traffic of that hour is not the same twice. Our choice."""
SIDE, INSIDE, ENOUGH = 1.4, 1.3, 10.0
"""Quarters beside a doubled hour hold less than so many times as many as usual, those in it more, where so many rows are expected: a burst of
traffic does not begin and end with the hour."""
SURE = 5.0
"""Standard deviations by which a doubled hour lies above what is usual."""


@dataclass(frozen=True)
class ClockChange:
    """An hour by the clocks of a zone, from `from_ms` on (times without a zone taken for UTC): `missing` where clocks go forward, there twice
    where they go back."""

    from_ms: int
    missing: bool
    zone: str


@dataclass(frozen=True)
class Clock:
    """How many of the `dated` rows have a time `without` a zone in this column, and the change of clocks that shows in them, if one does:
    they may be local times then."""

    column: str
    dated: int
    without: int
    mark: ClockChange | None


def clock(relation: Relation, columns: TraceColumns, first_ms: int, last_ms: int) -> Clock | None:
    """Look at the column of times; the traces are from `first_ms` to `last_ms`. None where every time says its zone, or is a moment by its
    type (a number since 1970, a day, what an import wrote)."""
    name = columns.time
    dated, without = _counted(relation, name)
    if not without:
        return None
    return Clock(name, dated, without, _mark(relation, name, changes(first_ms, last_ms), first_ms, last_ms))


def _counted(relation: Relation, name: str) -> tuple[int, int]:
    dialect, named = relation.dialect, relation.dialect.name(name)
    if relation.columns[name] == "text":
        there = f"{dialect.epoch_ms(name)} IS NOT NULL"
        bare = f"{there} AND {dialect.matches(named, TIMED)} AND NOT {dialect.matches(named, ZONED)}"
    elif name in relation.provenance.zoneless and not imported(relation.columns):
        there = bare = f"{named} IS NOT NULL"
    else:
        return 0, 0
    found = relation.ask(sql.select([("dated", sql.count(there)), ("bare", sql.count(bare))]), [name])
    return tuple(0 if np.isnan(one) else int(one) for one in (float(found["dated"][0]), float(found["bare"][0])))  # type: ignore[return-value]  # two in, two out


def changes(first_ms: int, last_ms: int) -> list[ClockChange]:
    """Hours that clocks leave out or show twice between two moments, in the last two years; each once, by the first zone that has it."""
    first_ms = max(first_ms, last_ms - LOOKED_MS)
    made: dict[tuple[int, bool], ClockChange] = {}
    for name in ZONES:
        zone = ZoneInfo(name)
        day, end = (datetime.fromtimestamp(one / 1000, UTC) for one in (first_ms - DAY, last_ms + DAY))
        before = zone.utcoffset(day.replace(tzinfo=None))
        while day <= end:
            after = zone.utcoffset((day + timedelta(days=1)).replace(tzinfo=None))
            if after != before:
                for one in _turns(zone, day):
                    if first_ms <= one.from_ms <= last_ms:
                        made.setdefault((one.from_ms, one.missing), one)
            day, before = day + timedelta(days=1), after
    return sorted(made.values(), key=lambda one: one.from_ms)


def _turns(zone: ZoneInfo, day: datetime) -> list[ClockChange]:
    """Changes by a whole hour near a day; they fall on a full hour of UTC."""
    start = day.replace(minute=0, second=0, microsecond=0) - timedelta(hours=15)
    made = []
    for hours in range(54):
        at = start + timedelta(hours=hours)
        old, new = ((at + timedelta(seconds=one)).astimezone(zone).utcoffset() or timedelta(0) for one in (-1, 0))
        if abs(new - old) == timedelta(hours=1):
            moment = round((at + min(old, new)).timestamp() * 1000)
            made.append(ClockChange(moment, new > old, zone.key))
    return made


def _mark(
    relation: Relation, name: str, changed: Sequence[ClockChange], first_ms: int, last_ms: int
) -> ClockChange | None:
    """The last change of clocks that shows."""
    if not changed:
        return None
    dialect = relation.dialect
    spans = sorted({one.from_ms + day * DAY - HOUR for one in changed for day in (0, *OTHER_DAYS)})
    looked = " OR ".join(f"({' AND '.join(sql.within(dialect, name, one, one + 3 * HOUR))})" for one in spans)
    bucket = dialect.whole_quotient(dialect.epoch_ms(name), QUARTER)
    found = relation.ask(sql.select([("quarter", bucket), ("n", "COUNT(*)")], [f"({looked})"], ["quarter"]), [name])
    counts = dict(zip(found["quarter"].tolist(), found["n"].tolist(), strict=True))

    def around(moment: int) -> Floats:
        """Rows by quarter: the hour before, the hour, the one after."""
        first = (moment - HOUR) // QUARTER
        return np.array([counts.get(first + place, 0) for place in range(12)], dtype=np.float64)

    for one in reversed(changed):
        days = [one.from_ms + day * DAY for day in OTHER_DAYS]
        usual = [around(day) for day in days if first_ms <= day - HOUR and day + 2 * HOUR <= last_ms]
        if usual and shows(around(one.from_ms), np.array(usual), missing=one.missing):
            return one
    return None


def shows(seen: Floats, usual: Floats, *, missing: bool) -> bool:
    """Whether the middle one of three hours is empty, or doubled, as no traffic is. Rows by quarter of an hour: `seen` (12,) on the day of the
    change, `usual` (days, 12) on others."""
    hour, beside = slice(4, 8), np.r_[0:4, 8:12]
    if not (usual[:, hour].sum(axis=1) > 0).all() or not usual[:, beside].sum():
        return False
    whole = usual.sum(axis=0)
    expected = whole * seen[beside].sum() / whole[beside].sum()
    likely, there = float(expected[hour].sum()), float(seen[hour].sum())
    edges = np.array([3, 8])
    if missing:
        return not there and likely >= EMPTY_OF and bool((seen[edges] > 0)[expected[edges] >= ENOUGH].all())
    known = expected >= ENOUGH
    ratio = seen / np.maximum(expected, 1e-9)
    return (
        likely >= TWICE_OF
        and TWICE[0] <= there / likely <= TWICE[1]
        and there - likely >= SURE * likely**0.5
        and bool((ratio[hour] >= INSIDE)[known[hour]].all())
        and bool((ratio[edges] <= SIDE)[known[edges]].all())
    )
