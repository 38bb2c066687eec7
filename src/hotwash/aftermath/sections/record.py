"""What left the room, word for word, and the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotwash.aftermath.blocks import Block, Cell, Prose, Quote, Section, Table
from hotwash.aftermath.names import names_of
from hotwash.aftermath.sections.words import minutes, say
from hotwash.comms.updates.trail import trails
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
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
    return [Section("Communication", "communication"), table, _reviews(case), *quotes]


@dataclass(frozen=True)
class _Noted:
    """An entry as the way of a draft is read from it."""

    type: str
    drill_ms: int
    seat: str
    data: Mapping[str, Any]


def _reviews(case: Case) -> Table:
    """Who read which version of which draft, how long it took, and what came of it; corrections against the kit's limit."""
    noted = [
        _Noted(str(getattr(one.event, "type", "")), one.at_ms, one.seat, one.event.model_dump(mode="json"))
        for one in case.log
    ]
    limit_ms = case.design.kit.communication.correct_within_min * MINUTE
    rows = []
    for trail in trails(noted).values():
        for number, one in trail.verdicts:
            said = "approved" if one.approved else f"wanted changes: {one.note}"
            over = f"; overrode the check: {one.override}" if one.override else ""
            rows.append((trail.draft, str(number), one.seat, f"{one.took_ms / MINUTE:.1f}", f"{said}{over}", ""))
        for fix in trail.corrections:
            late = fix.after_ms > limit_ms
            rows.append(
                (
                    trail.draft,
                    "–",
                    "correction",
                    f"{fix.after_ms / MINUTE:.1f}",
                    fix.text,
                    "late" if late else "in time",
                )
            )
    return Table(
        "Reviews and corrections",
        ("Draft", "Version", "By", "Minutes", "What came of it", "Limit"),
        tuple(
            (*(Cell(text) for text in row[:5]), Cell(row[5], "bad" if row[5] == "late" else "plain")) for row in rows
        ),
        empty="Nothing was reviewed or corrected.",
    )


def record_blocks(case: Case, card: Scorecard) -> list[Block]:
    """The whole log, folded, with the head of its chain."""
    names = names_of(case)
    rows = tuple(
        (
            Cell(f"e{one.version}"),
            Cell(minutes(one.at_min)),
            Cell(one.seat or "–"),
            Cell(_type(one.event)),
            Cell(say(one, names)[1][:400]),
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
