"""The events that a paper cites, so that its links lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten

from hotwash.aftermath.blocks import Block, Cell, Section, Table
from hotwash.aftermath.sections.words import say
from hotwash.drill.read import read
from hotwash.kernel.clock import stamp
from hotwash.kernel.event import Event
from hotwash.scoring.case import Entry

LONGEST = 320
"""Letters of one event; the log has the rest."""


def cited_blocks(blocks: Iterable[Block], events: Sequence[Event]) -> list[Block]:
    """A section with every event that some blocks cite, in the order of the log; nothing where they cite none."""
    wanted = {version for block in blocks for version in _cites(block)}
    found = [one for one in events if one.version in wanted]
    rows = tuple(
        (Cell(f"e{one.version}"), Cell(stamp(one.drill_ms)), Cell(one.seat), Cell(_said(one))) for one in found
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


def event_words(event: Event) -> str:
    """One event of the log in a line."""
    return _said(event)


def _said(event: Event) -> str:
    if event.type in ("evidence_collected", "snapshot_taken"):
        return f"evidence: {event.data['item']}. {event.data['note']}"
    kind, what = say(Entry(event.version, event.drill_ms, event.seat, read(event)))
    return shorten(f"{kind}: {what}" if kind else what, LONGEST, placeholder=" …")


def _cites(block: object) -> Iterable[int]:
    """Citations anywhere inside a block: blocks are data classes of tuples."""
    if isinstance(block, tuple | list):
        for one in block:
            yield from _cites(one)
    elif hasattr(block, "__dataclass_fields__"):
        for name in block.__dataclass_fields__:
            value = getattr(block, name)
            yield from value if name == "cites" else _cites(value)
