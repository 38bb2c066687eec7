"""What is usual for a segment that was not there before: a release, a tenant, an index that came with the failure has no past of its own.

Its share before is taken from what it came into: the same segment without the words that are new. "Region eu with model m-9", of which
nothing was seen before noon, is set against region eu before noon. A word is new when the segment without it had so many rows before that at
its later pace some of them would have had it.
"""

from __future__ import annotations

import numpy as np

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.ports.scope import Scope
from hotwash.triage import sql
from hotwash.triage.timeline import Series, Timeline, relaid

MISSED = 5.0
"""Rows that there would have been: that none is there is then chance in less than one of a hundred."""
OWN = 0.25
"""From such a part of the rows on that it would have had, a segment has a past of its own."""


def came_into(
    relation: Relation,
    columns: TraceColumns,
    signal: SignalColumn,
    line: Timeline,
    scope: Scope,
    inside: Series,
    from_ms: int,
) -> tuple[Scope, Series] | None:
    """What a segment came into, and rows asked and cases found by bucket (`inside`) with that in the place of the time before it came. None
    for a segment that had a past of its own before it went wrong (`from_ms`), or where nothing was before at all. Asks the traces once for
    each word that may be new, and again for all of them together."""
    there, stretch = np.flatnonzero(inside[0]), max(0, line.bucket(from_ms))
    whole = line.asked[signal.name], line.found[signal.name]
    if not scope.dims or not len(there) or not _new(inside, whole, int(there[0]), stretch):
        return None
    first, new = int(there[0]), list[str]()
    for name, _ in scope.dims:
        wider = Scope(tuple(one for one in scope.dims if one[0] != name))
        if _new(inside, _counted(relation, columns, signal, line, wider), first, stretch):
            new.append(name)
    if not new:
        return None
    wider = Scope(tuple(one for one in scope.dims if one[0] not in new))
    past = _counted(relation, columns, signal, line, wider)
    before = np.arange(line.buckets) < first
    return wider, (np.where(before, past[0], inside[0]), np.where(before, past[1], inside[1]))


def _new(inside: Series, wider: Series, first: int, stretch: int) -> bool:
    """Whether rows of a segment are missed before its first one, at its later pace within a wider one, and most of them before the stretch."""
    later = float(wider[0][first:].sum())
    pace = float(inside[0].sum()) / later if later else 0.0
    missed = pace * float(wider[0][:first].sum())
    return missed >= MISSED and float(inside[0][:stretch].sum()) <= OWN * pace * float(wider[0][:stretch].sum())


def _counted(relation: Relation, columns: TraceColumns, signal: SignalColumn, line: Timeline, scope: Scope) -> Series:
    if not scope.dims:
        return line.asked[signal.name], line.found[signal.name]
    again = relaid(
        relation, columns, [signal], line, sql.scope(relation.dialect, scope), [name for name, _ in scope.dims]
    )
    return again.asked[signal.name], again.found[signal.name]
