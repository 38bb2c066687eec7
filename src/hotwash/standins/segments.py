"""Where it is: the dashboards say which values stand out, traces that are read say which of them are really affected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.drill.commands import RunQuery
from hotwash.kernel.clock import MINUTE
from hotwash.ports.traces import TraceSummary
from hotwash.standins.desk import Desk
from hotwash.standins.inquiry import Inquiry, spread
from hotwash.standins.playbook import Play
from hotwash.standins.room import Alarm, Dims, Room
from hotwash.standins.signals import Dashboards, Onset, Part

PER_VALUE = 3
"""Traces read in a value that stands out before it is believed or dropped."""
SAMPLE = 200
LIFT, COVER = 1.25, 0.8
"""A second dimension is believed when the flagged traces inside the first sit in its values this much more often than
all traces inside the first do, and nearly all of them do."""


@dataclass(frozen=True)
class Segment:
    """A scope with since when (and between what), the share of the excess it covers, and the share of requests in it
    that are affected, in percent."""

    scope: Dims
    since_ms: int
    earliest_ms: int
    latest_ms: int
    covers: float
    share_low: float
    share_high: float


def find_segment(reader: Inquiry, desk: Desk, room: Room, alarm: Alarm, play: Play) -> Segment | None:
    """Locate an alert's excess; None while traces are still being read or there is too little to say."""
    boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
    signal = "denials" if play.sight == "adverse" and "denials" in boards.frame.signals else alarm.signal
    onset = boards.onset(signal) or Onset(alarm.at_ms // MINUTE, alarm.at_ms // MINUTE, alarm.at_ms // MINUTE)
    parts = boards.parts(signal, boards.window_for(onset.minute))
    if play.sight == "adverse":
        parts = [one for one in parts if one.dim not in desk.system.routable] or parts[:1]
    if not parts:
        return _segment(boards, signal, {}, None, onset)
    first = _believed(reader, desk, room, signal, play, parts[0])
    if first is None:
        return None
    onset = boards.onset(signal, first) or onset
    second = _second(reader, desk, room, signal, first, parts[1:])
    scope = {first.dim: list(first.values), **({second.dim: list(second.values)} if second else {})}
    return _segment(boards, signal, scope, first, onset)


def _believed(reader: Inquiry, desk: Desk, room: Room, signal: str, play: Play, part: Part) -> Part | None:
    """Values in which reading shows the harm. Shares that no single trace can show are believed as they are."""
    if play.sight == "adverse" or not part.values:
        return part
    wanted: list[str] = []
    for value in part.values:
        ids = _ids(reader, desk, room, signal, part.dim, value)
        if ids is None:
            return None
        wanted += ids
    if reader.read_ids(desk, wanted, f"which {part.dim} is affected?") is None:
        return None
    shown = {v for one in reader.readings.values() if play.sight in one.sights and (v := one.dims.get(part.dim))}
    values = tuple(sorted(shown)) or part.values
    return Part(part.dim, values, part.covers, part.traffic)


def _ids(reader: Inquiry, desk: Desk, room: Room, signal: str, dim: str, value: str) -> list[str] | None:
    """A few flagged traces of one value; those already read count."""
    key = f"value-{dim}-{value}"
    if key not in reader.lists:
        reply = reader.query(desk, room.now_ms, signal, {dim: [value]})
        if not reply.done:
            return None
        reader.lists[key] = [one.id for one in spread(reply.traces, PER_VALUE)]
    return reader.lists[key]


def _second(reader: Inquiry, desk: Desk, room: Room, signal: str, first: Part, others: Sequence[Part]) -> Part | None:
    """The best second dimension that is not a shadow of the first."""
    if not others:
        return None
    scope = {first.dim: list(first.values)}
    flagged = reader.query(desk, room.now_ms, signal, scope, back_min=15)
    since = max(0, room.now_ms - 5 * MINUTE)
    everything = reader.do(desk, RunQuery(from_ms=since, to_ms=room.now_ms, scope=scope, limit=SAMPLE))
    if not flagged.done or not everything.done:
        return None
    for part in others:
        inside, usual = _share(flagged.traces, part), _share(everything.traces, part)
        if inside >= COVER and inside >= LIFT * max(usual, 0.01):
            return part
    return None


def _share(traces: Sequence[TraceSummary], part: Part) -> float:
    return sum(one.dims.get(part.dim) in part.values for one in traces) / len(traces) if traces else 0.0


def _segment(boards: Dashboards, signal: str, scope: Dims, first: Part | None, onset: Onset) -> Segment:
    minutes = boards.window_for(onset.minute)
    cells = [(first.dim, value) for value in first.values] if first else [("", "")]
    readings = [boards.read(signal, minutes, *cell) for cell in cells]
    excess = sum(one.count - one.expected for one in readings)
    inside = sum(one.of for one in readings)
    rest = {dim: values for dim, values in scope.items() if first is None or dim != first.dim}
    narrowing = boards.requests_in(rest, 0, boards.minute) / max(1.0, boards.requests_in({}, 0, boards.minute))
    share = 100 * max(0.0, excess) / max(1.0, inside * max(narrowing, 0.01))
    return Segment(
        scope=scope,
        since_ms=onset.minute * MINUTE,
        earliest_ms=onset.earliest * MINUTE,
        latest_ms=onset.latest * MINUTE,
        covers=first.covers if first else 1.0,
        share_low=round(min(100.0, 0.7 * share), 2),
        share_high=round(min(100.0, 1.5 * share), 2),
    )
