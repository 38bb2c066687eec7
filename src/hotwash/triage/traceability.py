"""Whether every output can be tied to what made it: model, prompt, policy and index version. Counted on the engine, every row once.

A row is tied to a part where the part's column says something. An immutable bundle id stands for all parts. Index is asked of rows
that made a search, where a column says which did. Rows whose trace was not kept are tied to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Dialect, Relation
from hotwash.triage import sql
from hotwash.triage.stats import LEVEL, Rate, rate

Part = Literal["model", "prompt", "policy", "index"]
PARTS: tuple[Part, ...] = ("model", "prompt", "policy", "index")
NAMED: Mapping[Part, str] = {
    "model": r"model",
    "prompt": r"prompt",
    "policy": r"policy|guardrail|safety",
    "index": r"index|retriev|corpus|data",
}
"""How the column of a part is recognised among the columns of versions, ignoring case; the shortest name that fits is taken."""
MOST_VALUES = 500
"""A dimension with more values is no segment that people act on (a user, a session); it is left out and said."""


@dataclass(frozen=True)
class PartShare:
    """One part: its column (empty: none), the bundle's column where that stands in for it, and the share that it cannot be told of."""

    part: Part
    column: str
    untied: Rate


@dataclass(frozen=True)
class SegmentShare:
    """One value of one dimension: the share of its outputs that cannot be tied to everything, and by part. `stands_out`: an interval that
    holds for all segments at once (Bonferroni) lies above that of everything."""

    dim: str
    value: str
    untied: Rate
    parts: Mapping[Part, int]
    lost: int
    stands_out: bool


@dataclass(frozen=True)
class Traceability:
    """`untied` is the share of all outputs that cannot be tied to every part; segments come worst first, by the lower end of their
    interval, so that a handful of rows does not stand first by chance. `by_bundle` rows are tied by a bundle id alone. `lost` outputs were
    counted elsewhere and have no trace; they are among the untied."""

    untied: Rate
    parts: tuple[PartShare, ...]
    segments: tuple[SegmentShare, ...]
    by_bundle: int
    lost: int
    bundle: str
    searched: str
    left_out: tuple[str, ...]


def columns_for(columns: TraceColumns, given: Mapping[Part, str], there: Mapping[str, object]) -> dict[Part, str]:
    """Which column tells of each part: the one given, else by name among the versions. Raises KeyError for a column that is not there."""
    for name in given.values():
        if name and name not in there:
            raise KeyError(name)
    found: dict[Part, str] = {}
    for part in PARTS:
        fitting = [
            one for one in columns.versions if one != columns.bundle and re.search(NAMED[part], one, re.IGNORECASE)
        ]
        found[part] = given.get(part, min(fitting, key=lambda one: (len(one), one), default=""))
    return found


def traceability(
    relation: Relation,
    columns: TraceColumns,
    given: Mapping[Part, str] | None = None,
    lost: Mapping[tuple[str, str], int] | None = None,
) -> Traceability:
    """The whole count. `lost` counts outputs without a trace by (dimension, value); ("", "") is all of them. Raises KeyError for a
    column that is not there."""
    found = columns_for(columns, given or {}, relation.columns)
    missing = lost or {}
    ask = _Asking(relation, columns, found)
    whole = ask.by("")[sql.NONE]
    gone = missing.get(("", ""), 0)
    untied = rate(whole.any + gone, whole.rows + gone)
    parts = tuple(
        PartShare(part, found[part], rate(whole.parts[part] + gone, whole.asked[part] + gone)) for part in PARTS
    )
    segments: list[SegmentShare] = []
    left_out: list[str] = []
    for dim in dict.fromkeys((*columns.dimensions, *columns.groups)):
        if dim in found.values():
            continue
        counted = ask.by(dim)
        if len(counted) > MOST_VALUES:
            left_out.append(dim)
            continue
        values = sorted({*counted, *(one for name, one in missing if name == dim)})
        segments += [_segment(dim, one, counted.get(one, EMPTY), missing.get((dim, one), 0)) for one in values]
    level = 1 - (1 - LEVEL) / max(1, len(segments))
    segments = [
        replace(one, stands_out=rate(one.untied.found, one.untied.asked, level).low > untied.high) for one in segments
    ]
    segments.sort(key=lambda one: (-one.untied.low, -one.untied.found, one.dim, one.value))
    return Traceability(
        untied, parts, tuple(segments), whole.by_bundle, gone, columns.bundle, columns.retrieved, tuple(left_out)
    )


@dataclass(frozen=True)
class _Counts:
    rows: int
    any: int
    parts: Mapping[Part, int]
    asked: Mapping[Part, int]
    by_bundle: int


EMPTY = _Counts(0, 0, dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0), 0)


def _segment(dim: str, value: str, counts: _Counts, gone: int) -> SegmentShare:
    untied = rate(counts.any + gone, counts.rows + gone)
    return SegmentShare(dim, value, untied, dict(counts.parts), gone, stands_out=False)


class _Asking:
    """Statements over one table: per value of a dimension, how many rows lack what."""

    def __init__(self, relation: Relation, columns: TraceColumns, found: Mapping[Part, str]) -> None:
        self.relation, self.found = relation, found
        self.bundle, self.searched = columns.bundle, columns.retrieved
        self.reads = [one for one in (*found.values(), self.bundle, self.searched) if one]

    def by(self, dim: str) -> dict[str, _Counts]:
        """Counts by the values of a dimension; without one, all rows under `(none)`."""
        dialect = self.relation.dialect
        untied = {part: f"NOT ({self._tied(part)})" for part in PARTS}
        own = " AND ".join(f"({self._own(part)})" for part in PARTS)
        wanted = [
            ("n", "COUNT(*)"),
            ("any_part", sql.count(" OR ".join(f"({one})" for one in untied.values()))),
            ("by_bundle", sql.count(f"{_said(dialect, self.bundle)} AND NOT ({own})")),
            *((f"lacks_{part}", sql.count(one)) for part, one in untied.items()),
            *((f"asked_{part}", sql.count(self._asked(part))) for part in PARTS),
        ]
        keys = [("value", sql.value(dialect, dim))] if dim else []
        said = self.relation.ask(
            sql.select([*keys, *wanted], by=["value"] if dim else []), [*self.reads, *([dim] if dim else [])]
        )
        names: Sequence[str] = [str(one) for one in said["value"]] if dim else [sql.NONE]
        return {
            name: _Counts(
                int(said["n"][n]), int(said["any_part"][n]), {part: int(said[f"lacks_{part}"][n]) for part in PARTS},
                {part: int(said[f"asked_{part}"][n]) for part in PARTS}, int(said["by_bundle"][n]),
            )
            for n, name in enumerate(names)
        }  # fmt: skip

    def _tied(self, part: Part) -> str:
        return f"({self._own(part)}) OR {_said(self.relation.dialect, self.bundle)}"

    def _own(self, part: Part) -> str:
        """The part's own column says something, or nothing is asked of the row."""
        return f"{_said(self.relation.dialect, self.found[part])} OR NOT ({self._asked(part)})"

    def _asked(self, part: Part) -> str:
        if part == "index" and self.searched:
            return f"{self.relation.dialect.name(self.searched)} IS NOT NULL"
        return "TRUE"


def _said(dialect: Dialect, column: str) -> str:
    """A column is there, filled, and not blank."""
    if not column:
        return "FALSE"
    name = dialect.name(column)
    return f"({name} IS NOT NULL AND TRIM({dialect.as_text(name)}) <> '')"
