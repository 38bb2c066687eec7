"""The events that a paper cites, so that its links lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotwash.aftermath.blocks import Block, Cell, Section, Table
from hotwash.aftermath.lines import line
from hotwash.aftermath.names import title_of
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import stamp
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit


def cited_blocks(blocks: Iterable[Block], events: Sequence[Event], kit: Kit | None = None) -> list[Block]:
    """A section with every event that some blocks cite, in the order of the log; nothing where they cite none. By `kit`, seats, levers, rules
    and duties go by what they are called."""
    wanted = {version for block in blocks for version in _cites(block)}
    found = [one for one in events if one.version in wanted]
    rows = tuple(
        (Cell(f"e{one.version}"), Cell(stamp(one.drill_ms)), Cell(seat_words(one, kit)), Cell(event_words(one, kit)))
        for one in found
    )
    if not rows:
        return []
    table = Table(
        "Events that are cited, from the log",
        ("Event", "Drill time", "By", "What"),
        rows,
        anchors=tuple(one.version for one in found),
        told=True,
    )
    return [Section("What was cited", "cited"), table]


def event_words(event: Event, kit: Kit | None = None) -> str:
    """One event of the log in a line: its kind, and what the timeline of exercise control says of it."""
    seen = ViewEvent(event.version, event.type, event.drill_ms, event.wall_ms, event.seat, event.person, event.data)
    told = line(seen, kit)
    return f"{told.kind}: {told.text}"


def seat_words(event: Event, kit: Kit | None = None) -> str:
    """Whose event it is."""
    return title_of(kit, event.seat) if kit else event.seat


def _cites(block: object) -> Iterable[int]:
    """Citations anywhere inside a block: blocks are data classes of tuples."""
    if isinstance(block, tuple | list):
        for one in block:
            yield from _cites(one)
    elif hasattr(block, "__dataclass_fields__"):
        for name in block.__dataclass_fields__:
            value = getattr(block, name)
            yield from value if name == "cites" else _cites(value)
