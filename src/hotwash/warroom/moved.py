"""What moved, as a card: the answer of the triage engine in the order in which a team needs it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hotwash.kernel.clock import MINUTE, stamp
from hotwash.ports.scope import Scope
from hotwash.triage.changes import RankedChange
from hotwash.triage.fairness import Gap, Group
from hotwash.triage.hypotheses import Hypothesis
from hotwash.triage.report import Triage
from hotwash.triage.segments import Found, Segment
from hotwash.triage.statement import Statement
from hotwash.triage.words import place, rated, share

MOST_GAPS = 3


@dataclass(frozen=True)
class Part:
    """One segment in which one signal rose. `fill` narrows the trace search to it, as JSON; `kept` is the sentence that is pinned."""

    key: str
    signal: str
    title: str
    place: str
    rate: str
    usual: str
    excess: str
    when: str
    fill: str
    kept: str


@dataclass(frozen=True)
class Card:
    """Everything that is shown. `changes` are those near the beginning of the first part; `gaps` say where groups are treated apart."""

    statement: Statement
    parts: tuple[Part, ...]
    changes: tuple[str, ...]
    grouped: bool
    decides: bool
    gaps: tuple[str, ...]
    hypotheses: tuple[Hypothesis, ...]


def card(found: Triage, start_ms: int, dims: Collection[str]) -> Card:
    """The card of an answer. `start_ms` is STARTEX in ms since 1970; `dims` are the dimensions that a trace search can be narrowed by."""
    assert found.statement is not None
    first = found.signal.name if found.signal else ""
    risen = sorted(
        (one for one in found.found if one.segments), key=lambda one: (one.signal != first, one.segments[0].p)
    )
    parts = tuple(
        _part(found, one, segment, number, start_ms, dims)
        for one in risen
        for number, segment in enumerate(one.segments)
    )
    changes = tuple(map(_near, found.changes))
    fair = found.fairness
    groups = fair.groups if fair else ()
    return Card(
        found.statement,
        parts,
        changes,
        fair is not None,
        fair is not None and fair.has_decision,
        tuple(_gaps(groups)),
        found.hypotheses,
    )


def _part(found: Triage, one: Found, segment: Segment, number: int, start_ms: int, dims: Collection[str]) -> Part:
    window, over, where = segment.window, segment.excess, place(segment.scope)
    ended = found.line is not None and window.to_ms < found.line.end_ms
    began = f"since {_stamp(window.from_ms, start_ms)}"
    if segment.onset is not None:
        low, high = _stamp(segment.onset.low_ms, start_ms), _stamp(segment.onset.high_ms, start_ms)
        began += f" (between {low} and {high})" if low != high else ""
    when = f"{began}, {f'until {_stamp(window.to_ms, start_ms)}' if ended else 'goes on'}"
    title = one.signal.replace("_", " ")
    excess = f"{over.value:,.0f} more than usual ({max(0.0, over.low):,.0f} to {over.high:,.0f})"
    fill = {
        "flag": one.signal,
        "from_ms": (window.from_ms - start_ms) // MINUTE,
        "to_ms": -(-(window.to_ms - start_ms) // MINUTE) if ended else "",
        "scope": {dim: list(values) for dim, values in segment.scope.dims if dim in dims},
    }
    kept = f"{title} in {where}: {rated(segment.rate)}, usually {share(segment.usual.share)}; {when}."
    return Part(
        f"{one.signal}-{number}", one.signal, title, where, rated(segment.rate), share(segment.usual.share), excess, when,
        json.dumps(fill), kept,
    )  # fmt: skip


def _stamp(at_ms: int, start_ms: int) -> str:
    return stamp(max(0, at_ms - start_ms))


def _near(one: RankedChange) -> str:
    side = "before" if one.minutes_before >= 0 else "after"
    inside = ", inside the interval" if one.place == "inside the interval" else ""
    source = "first seen in traces" if one.change.source == "traces" else "change log"
    return f"{one.change.what} ({source}): {abs(one.minutes_before):.0f} min {side} it began{inside}"


def _gaps(groups: Collection[Group]) -> Iterator[str]:
    """The gaps that came or grew, the surest first."""
    moved = [
        (gap.change_p if gap.change_p is not None else 1.0, group, gap)
        for group in groups
        for gap in group.gaps
        if gap.measure == "selection" and gap.status in ("new", "grown")
    ]
    for _, group, gap in sorted(moved, key=lambda one: one[0])[:MOST_GAPS]:
        yield _gap(group, gap)


def _gap(group: Group, gap: Gap) -> str:
    who = place(Scope.of({dim: [value] for dim, value in group.member}))
    other = place(Scope.of({dim: [value] for dim, value in group.reference or ()}))
    before = (
        f", before {share(gap.before.share)} against {share(gap.reference_before.share)}"
        if gap.before and gap.reference_before
        else ""
    )
    return (
        f"{who}: {share(gap.now.share)} approved against {share(gap.reference_now.share)} of {other}{before}; "
        f"{'below' if gap.below_four_fifths else 'above'} four fifths, which is a screen and no verdict."
    )
