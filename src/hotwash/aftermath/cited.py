"""The events that a paper cites, so that its links lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import shorten

from hotwash.aftermath.blocks import Block, Cell, Section, Table
from hotwash.aftermath.names import in_titles
from hotwash.aftermath.sections.words import NO_TITLES, say
from hotwash.drill.read import read
from hotwash.kernel.clock import stamp
from hotwash.kernel.event import Event
from hotwash.scoring.case import Entry

LONGEST = 320
"""Letters of one event; the log has the rest."""


def cited_blocks(blocks: Iterable[Block], events: Sequence[Event], levers: Mapping[str, str] = NO_TITLES) -> list[Block]:  # fmt: skip
    """A section with every event that some blocks cite, in the order of the log; nothing where they cite none. `levers` is what levers are
    called, by kind."""
    wanted = {version for block in blocks for version in _cites(block)}
    found = [one for one in events if one.version in wanted]
    rows = tuple(
        (Cell(f"e{one.version}"), Cell(stamp(one.drill_ms)), Cell(one.seat), Cell(event_words(one, levers)))
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


def event_words(event: Event, levers: Mapping[str, str] = NO_TITLES) -> str:
    """One event of the log in a line."""
    if event.type in ("evidence_collected", "snapshot_taken"):
        return f"evidence: {event.data['item']}. {in_titles(event.data['note'], levers)}"
    kind, what = say(Entry(event.version, event.drill_ms, event.seat, read(event)), levers)
    return shorten(what if kind == "other" else f"{kind}: {what}", LONGEST, placeholder=" …")


def _cites(block: object) -> Iterable[int]:
    """Citations anywhere inside a block: blocks are data classes of tuples."""
    if isinstance(block, tuple | list):
        for one in block:
            yield from _cites(one)
    elif hasattr(block, "__dataclass_fields__"):
        for name in block.__dataclass_fields__:
            value = getattr(block, name)
            yield from value if name == "cites" else _cites(value)
