"""Hotwash's own search for segments, as the report runs it: told neither the signal nor the time."""

from __future__ import annotations

from typing import Any

from hotwash.kit.schema.columns import TraceColumns
from hotwash.triage import segments, shortlist
from hotwash.triage.sample import draw
from hotwash.triage.timeline import extent, timeline


def findings(relation: Any, columns: TraceColumns) -> list[tuple[str, segments.Segment]]:
    """(signal, segment) of everything that is named, the least likely by chance first."""
    known = extent(relation, columns)
    line = timeline(relation, columns, columns.signals, known)
    sample = draw(relation, columns, columns.signals, line)
    own = {one.name: one.column for one in columns.signals}
    proposed = shortlist.propose(sample, list(own), columns.cuts(), own)
    found = [
        (of.signal, one)
        for of in segments.count(relation, columns, columns.signals, line, sample, proposed)
        for one in of.segments
    ]
    return sorted(found, key=lambda one: (one[1].p, -one[1].excess.value))
