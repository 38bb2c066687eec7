"""Where it is: the dashboards say which values stand out, traces that are read say which of them are really affected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import comb

from hotwash.drill.commands import RunQuery
from hotwash.kernel.clock import MINUTE
from hotwash.ports.traces import TraceSummary
from hotwash.standins.desk import Desk
from hotwash.standins.fairness import disparity
from hotwash.standins.inquiry import Inquiry, spread
from hotwash.standins.playbook import Play, underneath
from hotwash.standins.room import Dims, Extent, Room
from hotwash.standins.signals import Dashboards, Onset, Part

PER_VALUE = 3
"""Traces read in a value that stands out before it is believed or dropped."""
SAMPLE = 200
STRAYS, STRAY_MIN = 8, 10
"""Flagged traces from outside the scope that are read to see whether it ends there, and how far back they go."""
INSIDE = 18
"""Flagged traces from inside the scope that are read to see what else they have in common."""
BY_CHANCE = 0.02
"""How likely chance may be to leave out the values of a dimension in which no case was read."""
OTHERS = 9
"""Collected traces that are read before anything is located: what others kept shows where it is as well."""
OLDEST = 15
"""Flagged traces that are read, oldest first, to find the first bad one."""
LATE_MIN = 3
"""Signals go on showing what happened before a bridge worked for about so long."""
CERTAIN = ("leak", "misuse", "overreach")
"""What one trace is enough to show: a healthy service never does it."""
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


def find_segment(reader: Inquiry, desk: Desk, room: Room, play: Play) -> Segment | None:
    """Locate what a play is about; None while traces are still being read or there is too little to say.

    Looks at the time before a bridge worked: afterwards the picture shows the bridge.
    """
    kept = [trace for _, trace in room.traces_kept[:OTHERS]]
    if reader.read_ids(desk, kept, "what did the others find?") is None:
        return None
    play = underneath(play, [one for one in reader.readings.values() if play.sight in one.sights])
    boards = Dashboards(desk.frame(), desk.baseline(), desk.system, until=_before_bridge(room))
    real = {one.alert for one in room.confirmed}
    named = dict.fromkeys([*play.signals, *(one.signal for one in room.alarms if one.alert in real)])
    hot = boards.hot(tuple(named), 20)
    signal = hot[0] if hot else play.signals[0] if play.sight in CERTAIN else ""
    if not signal:
        return None
    first_alarm = min((one.at_ms for one in room.alarms), default=room.now_ms) // MINUTE
    onset = boards.onset(signal) or Onset(first_alarm, first_alarm, first_alarm)
    parts = boards.parts(signal, boards.window_for(onset.minute))
    if play.sight == "adverse":
        found = disparity(boards, desk.system, signal)
        group = boards.part_of(found.dim, found.value, signal, boards.window_for(onset.minute)) if found else None
        parts = [group] if group else [one for one in parts if one.dim not in desk.system.routable] or parts[:1]
    first = _believed(
        reader, desk, room, signal, play, parts[0] if parts else _from_reading(reader, desk, boards, play)
    )
    if first is None:
        return None if parts or not reader.ripe(desk, "everywhere", 8) else _segment(boards, signal, {}, None, onset)
    seen = _first_bad(reader, desk, room, signal, play, first)
    if seen is None:
        return None
    onset = seen if play.sight in CERTAIN else boards.onset(signal, first) or onset
    second = _second(reader, desk, room, signal, play, first, [one for one in parts if one.dim != first.dim])
    scope = {first.dim: list(first.values), **({second.dim: list(second.values)} if second else {})}
    return _segment(boards, signal, scope, first, onset)


def strays(reader: Inquiry, desk: Desk, room: Room, play: Play, extent: Extent, turn: int) -> Dims | None:
    """The scope with values that a first look missed: flagged traces from outside it are read, and one that shows it is
    enough. None while reading; the same scope when there is nothing outside."""
    dim = next((one for one in extent.scope if one in desk.system.routable), "")
    if play.sight not in CERTAIN or not dim:
        return extent.scope
    key = f"strays-{turn}"
    if key not in reader.lists:
        signal = next((one for one in play.signals if one in desk.system.signals), "")
        reply = reader.query(desk, room.now_ms, signal, {}, back_min=STRAY_MIN, limit=SAMPLE)
        if not reply.done:
            return None
        outside = [one for one in reply.traces if one.dims.get(dim) not in extent.scope[dim]]
        reader.lists[key] = [one.id for one in spread(outside, STRAYS)]
    if reader.read_ids(desk, reader.lists[key], "does it happen anywhere else?") is None:
        return None
    return {**extent.scope, dim: sorted({*extent.scope[dim], *_shown(reader, play, dim, 1)})}


def second_dimension(reader: Inquiry, desk: Desk, room: Room, play: Play, extent: Extent) -> Dims | None:
    """What else all cases inside a scope of one dimension have in common: the values of another one that hold every case
    that was read, where chance would hardly do that. None while reading; empty when there is nothing."""
    if play.sight not in CERTAIN or len(extent.scope) > 1:
        return {}
    key = "inside"
    if key not in reader.lists:
        signal = next((one for one in play.signals if one in desk.system.signals), "")
        back = (room.now_ms - extent.since_ms) // MINUTE + 1
        reply = reader.query(desk, room.now_ms, signal, dict(extent.scope), back_min=back, limit=SAMPLE)
        if not reply.done:
            return None
        reader.lists[key] = [one.id for one in spread(reply.traces, INSIDE)]
    if reader.read_ids(desk, reader.lists[key], "what else do they have in common?") is None:
        return None
    boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
    every = max(1.0, boards.requests_in({}, 0, boards.minute))
    cases = sum(play.sight in one.sights for one in reader.readings.values())
    chance: dict[str, float] = {}
    for dim in desk.system.routable:
        values = sorted(_shown(reader, play, dim, 1)) if dim not in extent.scope else []
        ways = comb(len(desk.system.dimensions[dim]), len(values))  # the values were picked after the cases were seen
        chance[dim] = ways * (boards.requests_in({dim: values}, 0, boards.minute) / every) ** cases if values else 1.0
    best = min(chance, key=lambda dim: chance[dim], default="")
    return {best: sorted(_shown(reader, play, best, 1))} if best and chance[best] < BY_CHANCE else {}


def _before_bridge(room: Room) -> int | None:
    works = [one.effective_ms for one in room.pulls if one.effective_ms is not None and one.kind != "cache_flush"]
    return min(works) // MINUTE + LATE_MIN if works else None


def _from_reading(reader: Inquiry, desk: Desk, boards: Dashboards, play: Play) -> Part | None:
    """The tenants of the traces that show it, where the dashboards are too thin to say."""
    shown = _shown(reader, play, "tenant", 1)
    every = desk.system.dimensions.get("tenant", ())
    if not shown or 3 * len(shown) > len(every):
        return None
    inside = boards.requests_in({"tenant": sorted(shown)}, 0, boards.minute)
    return Part("tenant", tuple(sorted(shown)), 1.0, inside / max(1.0, boards.requests_in({}, 0, boards.minute)))


def _shown(reader: Inquiry, play: Play, dim: str, least: int) -> set[str]:
    """Values of a dimension in which at least so many traces were read that show it."""
    seen = Counter(one.dims.get(dim, "") for one in reader.readings.values() if play.sight in one.sights)
    return {value for value, count in seen.items() if value and count >= least}


def _believed(reader: Inquiry, desk: Desk, room: Room, signal: str, play: Play, part: Part | None) -> Part | None:
    """Values in which reading shows the harm. Shares that no single trace can show are believed as they are."""
    if part is None or play.sight == "adverse":
        return part
    wanted: list[str] = []
    for value in part.values:
        ids = _ids(reader, desk, room, signal, part.dim, value)
        if ids is None:
            return None
        wanted += ids
    if reader.read_ids(desk, wanted, f"which {part.dim} is affected?") is None:
        return None
    rare = play.sight in CERTAIN
    shown = _shown(reader, play, part.dim, 1 if rare else 2)
    values = tuple(sorted(shown if rare else shown & set(part.values))) or part.values
    return replace(part, values=values)


def _first_bad(reader: Inquiry, desk: Desk, room: Room, signal: str, play: Play, first: Part) -> Onset | None:
    """The oldest trace that shows it, found by reading flagged traces forward from the start; None while reading.

    Lies between the last clean one that was read and the first bad one.
    """
    if play.sight not in CERTAIN:
        return Onset(0, 0, 0)
    key = f"oldest-{'-'.join(first.values)}"
    if key not in reader.lists:
        back = room.now_ms // MINUTE + 1
        reply = reader.query(desk, room.now_ms, signal, {first.dim: list(first.values)}, back_min=back, limit=SAMPLE)
        if not reply.done:
            return None
        reader.lists[key] = [one.id for one in sorted(reply.traces, key=lambda one: one.at_ms)]
    clean = 0
    for trace in reader.lists[key][:OLDEST]:
        if trace not in reader.readings and reader.read_ids(desk, [trace], "since when?") is None:
            return None
        one = reader.readings[trace]
        if play.sight in one.sights:
            return Onset(one.at_ms // MINUTE, clean, one.at_ms // MINUTE)
        clean = one.at_ms // MINUTE
    bad = [one.at_ms for one in reader.readings.values() if play.sight in one.sights]
    oldest = min(bad, default=room.now_ms) // MINUTE
    return Onset(oldest, clean, oldest)


def _ids(reader: Inquiry, desk: Desk, room: Room, signal: str, dim: str, value: str) -> list[str] | None:
    """A few flagged traces of one value; those already read count."""
    key = f"value-{dim}-{value}"
    if key not in reader.lists:
        reply = reader.query(desk, room.now_ms, signal, {dim: [value]})
        if not reply.done:
            return None
        reader.lists[key] = [one.id for one in spread(reply.traces, PER_VALUE)]
    return reader.lists[key]


def _second(
    reader: Inquiry, desk: Desk, room: Room, signal: str, play: Play, first: Part, others: Sequence[Part]
) -> Part | None:
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
            also = _shown(reader, play, part.dim, 1) if play.sight in CERTAIN else set()
            return replace(part, values=tuple(sorted({*part.values, *also})))
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
