"""What one audience knew at one moment, as a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotwash.aftermath.blocks import Block, Cell, Prose, Quote, Report, Section, Table
from hotwash.aftermath.knew import Fact, Knew, Told
from hotwash.aftermath.names import title_of
from hotwash.kernel.clock import stamp
from hotwash.kit.schema.kit import Kit

HANDLING = "EXERCISE · a moment of a drill as one seat had it · for whoever may have the record"
WITH_KEY = "EXERCISE · holds what players did not know · exercise control and observers only"


def knew_page(found: Knew, kit: Kit, *, player: bool) -> Report:
    """The page. Deterministic: the same moment of the same record gives the same blocks. Seats go by what `kit` calls them."""
    facts = [
        ("Drill", found.drill),
        ("Story time", f"{datetime.fromisoformat(found.story):%d %B %Y %H:%M %Z}"),
        ("Events seen", str(found.events)),
    ]
    blocks: list[Block] = []
    blocks += _part(
        "In force",
        "force",
        _facts("In force", ("What", "Words", "By", "Since"), found.facts, "Nothing was said yet.", kit),
    )
    blocks += _part("Clocks", "clocks", _clocks(found, kit))
    blocks += _part("Inbox", "inbox", *_messages(found.inbox, "Nothing had arrived.", kit))
    blocks += _part("Drafts", "drafts", *_drafts(found, kit))
    blocks += _part("Signals last seen", "signals", _signals(found))
    blocks += _part(
        "Alerts",
        "alerts",
        _facts("Alerts", ("Alert", "Count and verdict", "By", "Last fired"), found.alerts, "None had fired.", kit),
    )
    blocks += _part(
        "Levers",
        "levers",
        _facts("Levers", ("Lever", "How far", "Asked by", "Asked"), found.levers, "None was asked for.", kit),
    )
    blocks += _part(
        "Evidence",
        "evidence",
        _facts("Evidence", ("Item", "What", "Kept by", "Kept"), found.evidence, "None was kept.", kit),
    )
    blocks += _part("Said in the room", "room", *_messages(found.room, "Nothing was said.", kit))
    subtitle = "What this audience had been shown by then, and nothing later"
    return Report(
        f"What {found.title} knew at {stamp(found.at_ms)}", subtitle, HANDLING if player else WITH_KEY, facts, blocks
    )


def _part(title: str, id_: str, *blocks: Block) -> list[Block]:
    return [Section(title, id_), *blocks]


def _facts(caption: str, head: tuple[str, ...], facts: Sequence[Fact], empty: str, kit: Kit) -> Table:
    rows = tuple(
        (Cell(one.what, strong=True), Cell(one.words), Cell(title_of(kit, one.seat)), Cell(stamp(one.at_ms)))
        for one in facts
    )
    return Table(caption, head, rows, empty=empty, told=True)


def _clocks(found: Knew, kit: Kit) -> Table:
    rows = tuple(
        (Cell(one.what, strong=True), Cell(title_of(kit, one.seat)), *_due(one.due_ms, found.at_ms), Cell(one.note))
        for one in found.clocks
    )
    return Table("Clocks", ("What", "Whose", "Due", "Left", "Rests on"), rows, empty="None ran.", told=True)


def _due(due_ms: int | None, now_ms: int) -> tuple[Cell, Cell]:
    if due_ms is None:
        return Cell("no moment"), Cell("")
    left = due_ms - now_ms
    return Cell(stamp(due_ms)), Cell(f"{left // 60_000} min") if left >= 0 else Cell(
        f"{-left // 60_000} min over", "bad", word="late"
    )


def _messages(told: Sequence[Told], empty: str, kit: Kit) -> list[Block]:
    shown = [Quote(f"{stamp(one.at_ms)} {_known(one.sender, kit)} {_where(one, kit)}", one.body) for one in told]
    return [*shown] or [Prose(empty)]


def _known(name: str, kit: Kit) -> str:
    """The title of a seat; whoever else writes goes by the name."""
    return title_of(kit, name) if name in kit.roles.seats else name


def _where(told: Told, kit: Kit) -> str:
    if told.channel != "room":
        return f"({told.channel}{f': {told.subject}' if told.subject else ''})"
    return (
        f"(to {', '.join(title_of(kit, one) for one in told.subject.split(', '))})" if told.subject else "(to the room)"
    )


def _drafts(found: Knew, kit: Kit) -> list[Block]:
    shown = [
        Quote(f"{stamp(one.at_ms)} {one.draft} ({one.variant}) by {title_of(kit, one.by)}: {one.state}", one.text)
        for one in found.drafts
    ]
    return [*shown] or [Prose("Nobody had written one.")]


def _signals(found: Knew) -> Table:
    rows = tuple(
        (Cell(one.title, strong=True), Cell(f"{one.count:,}"), Cell(f"{one.usual:,}"), Cell(f"last {one.minutes} min"))
        for one in found.signals
    )
    return Table(
        "Signals last seen",
        ("Signal", "Count", "Usual", "Over"),
        rows,
        numeric=(1, 2),
        empty="None was there to see.",
        told=True,
    )
