"""Some descriptions counted over all rows at once: the rows cut by which of the descriptions hold them, by time.

One statement, whatever the number of descriptions. From its pieces comes the count of each, of what any two have in common, of what
only one of them holds, and of what is left without some of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.ports.scope import Scope
from hotwash.triage import sql
from hotwash.triage.timeline import Counts, Series, Timeline

MOST = 62
"""Descriptions that are counted together, each of which has a digit in a whole number of 64 bits."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Pieces:
    """Rows of equal membership and bucket, counted: `held` has a digit for each description (`places`), `asked` and `found` are by
    signal, `both` by pair of signals. All of shape (pieces,). Rows that no description holds are not among them."""

    places: Mapping[Scope, int]
    buckets: int
    held: Counts
    bucket: Counts
    asked: Mapping[str, Counts]
    found: Mapping[str, Counts]
    both: Mapping[Pair, Counts]

    def within(self, scope: Scope) -> NDArray[np.bool_]:
        """Which pieces a description holds; shape (pieces,)."""
        return holding(self.held, self.places[scope])

    def without(self, scope: Scope) -> Pieces:
        """What is left without the rows of a description."""
        kept = ~self.within(scope)
        return replace(
            self,
            held=self.held[kept],
            bucket=self.bucket[kept],
            asked={name: one[kept] for name, one in self.asked.items()},
            found={name: one[kept] for name, one in self.found.items()},
            both={pair: one[kept] for pair, one in self.both.items()},
        )

    def series(self, signal: str, among: NDArray[np.bool_], less: str = "") -> Series:
        """A signal by time in some of the pieces, which have shape (pieces,); without the cases in which another was found too."""
        found = self.found[signal] - self.both[pair(signal, less)] if less else self.found[signal]
        asked, cases = (
            np.bincount(self.bucket[among], weights=one[among], minlength=self.buckets).astype(np.int64)
            for one in (self.asked[signal], found)
        )
        return asked, cases

    def sums(self, signal: str, during: NDArray[np.bool_], less: str = "") -> tuple[Counts, NDArray[np.float64]]:
        """The same without time but in some buckets and outside them: what rows of equal membership hold (memberships,), and rows asked and
        cases found in these buckets, then outside them (4, memberships). `during` has shape (buckets,)."""
        held, place = np.unique(self.held, return_inverse=True)
        found = self.found[signal] - self.both[pair(signal, less)] if less else self.found[signal]
        inside = during[self.bucket]
        return held, np.array([np.bincount(place, weights=one * where, minlength=len(held))
                               for where in (inside, ~inside) for one in (self.asked[signal], found)])  # fmt: skip


def holding(held: Counts, place: int) -> NDArray[np.bool_]:
    """Where a digit is set."""
    there: NDArray[np.bool_] = (held >> place) & 1 == 1
    return there


def pair(one: str, other: str) -> Pair:
    """Two signals, whichever comes first."""
    return (one, other) if one < other else (other, one)


def counted(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    line: Timeline,
    scopes: Sequence[Scope],
    pairs: Sequence[Pair] = (),
) -> Pieces:
    """Count some signals, and some pairs of them, where any of at most MOST scopes holds, by which of them do, in one statement. Without
    scopes nothing is asked."""
    if not scopes:
        nothing = np.zeros(0, dtype=np.int64)
        return Pieces({}, line.buckets, nothing, nothing, {}, {}, {})
    dialect = relation.dialect
    moment = dialect.epoch_ms(columns.time)
    inside = [" AND ".join(sql.scope(dialect, one)) or "TRUE" for one in scopes]
    digits = " + ".join(f"CASE WHEN {one} THEN {1 << place} ELSE 0 END" for place, one in enumerate(inside))
    asked = [("bucket", dialect.whole_quotient(f"{moment} - {line.start_ms}", line.width_ms)), ("held", digits)]
    for number, one in enumerate(signals):
        asked.append((f"a{number}", sql.count(sql.asked(dialect, one))))
        asked.append((f"f{number}", sql.count(sql.holds(dialect, one))))
    holds = {one.name: sql.holds(dialect, one) for one in signals}
    for number, (first, second) in enumerate(pairs):
        asked.append((f"b{number}", f"COUNT(CASE WHEN {holds[first]} THEN CASE WHEN {holds[second]} THEN 1 END END)"))
    widest = [
        place for place, one in enumerate(scopes) if not any(_holds(other, one) for other in scopes if other != one)
    ]
    where = [f"{moment} IS NOT NULL", " OR ".join(f"({inside[place]})" for place in widest)]
    reads = [columns.time, *(one.column for one in signals), *(name for scope in scopes for name, _ in scope.dims)]
    answer = relation.ask(sql.select(asked, where, ["bucket", "held"]), list(dict.fromkeys(reads)))
    laid = {name: np.asarray(values, dtype=np.int64) for name, values in answer.items()}
    return Pieces(
        {scope: place for place, scope in enumerate(scopes)},
        line.buckets,
        laid["held"],
        laid["bucket"],
        {one.name: laid[f"a{number}"] for number, one in enumerate(signals)},
        {one.name: laid[f"f{number}"] for number, one in enumerate(signals)},
        {one: laid[f"b{number}"] for number, one in enumerate(pairs)},
    )


def _holds(one: Scope, other: Scope) -> bool:
    """Whether all rows of another scope lie in one, by what the two say."""
    return all(other.values(name) and set(other.values(name)) <= set(values) for name, values in one.dims)
