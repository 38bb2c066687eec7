"""What left the room, word for word, and the record itself."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Prose, Quote, Section, Table
from hotwash.aftermath.sections.words import minutes, say
from hotwash.drill import events as e
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard

MOST_QUOTES = 8


def communication_blocks(case: Case) -> list[Block]:
    """Published updates, the last of each variant in full, and what was wrong with them."""
    updates = case.all(e.UpdatePublished)
    rows = tuple(
        (
            Cell(minutes(one.at_min), cites=(one.version,)),
            Cell(one.event.variant),
            Cell("external" if one.event.external else "internal"),
            Cell(", ".join(one.event.approved_by) or "–"),
            Cell(
                "; ".join(f"“{words}” ({rule})" if words else f"lacks {rule}" for rule, words in one.event.problems),
                "bad",
            )
            if one.event.problems
            else Cell("nothing to stop", "good"),
        )
        for one in updates
    )
    table = Table(
        "Updates published", ("When", "For", "Reach", "Approved by", "Lint"), rows, empty="Nothing was published."
    )
    latest = {one.event.variant: one for one in updates}
    quotes = [
        Quote(
            f"EXERCISE · to {variant}, {minutes(one.at_min)}",
            one.event.text,
            "bad" if one.event.problems else "plain",
            (one.version,),
        )
        for variant, one in list(latest.items())[:MOST_QUOTES]
    ]
    return [Section("Communication", "communication"), table, *quotes]


def record_blocks(case: Case, card: Scorecard) -> list[Block]:
    """The whole log, folded, with the head of its chain."""
    rows = tuple(
        (
            Cell(f"e{one.version}"),
            Cell(minutes(one.at_min)),
            Cell(one.seat or "–"),
            Cell(_type(one.event)),
            Cell(say(one)[1][:400]),
        )
        for one in case.log
    )
    log = Table(
        "The whole log",
        ("Event", "Drill time", "Seat", "Type", "What"),
        rows,
        anchors=tuple(one.version for one in case.log),
        folded=True,
    )
    sealed = (
        f"{len(case.log)} events, each sealed with SHA-256 over the one before; the head is {card.log_head}. "
        "`hotwash drill verify` plays the log again, recomputes chain, state and score, and names the first difference. "
        "Keep the head somewhere else: only that shows that no tail was cut off."
    )
    return [Section("Record", "record"), Prose(sealed), log]


def _type(event: object) -> str:
    return str(getattr(event, "type", "")).replace("_", " ")
