"""A scorecard on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotwash.aftermath.sections.evaluation import RATINGS
from hotwash.aftermath.sections.words import minutes, points, tone
from hotwash.scoring.scorecard import Scorecard

COLOURS = {"good": "green", "warn": "yellow", "bad": "red", "plain": "dim"}
BAR, SHORTEST, BESIDE = 24, 6, 12
"""Cells of a bar at most and at least, and what weight, rating and the room between columns take."""


def show_scorecard(console: Console, card: Scorecard) -> None:
    """The verdict, the dimensions as bars, the milestones."""
    found = card.containment
    console.print()
    console.print(Text(f"EXERCISE  {card.scenario}, seed {card.seed}: {card.total:.0f} of 100", style="bold"))
    console.print(
        f"containment {found.score:.2f}   harm {points(found.harm)} (hands-off {points(found.harm_nothing)}, best "
        f"{points(found.harm_best)})   collateral {points(found.collateral)}"
    )
    if found.worst_segment:
        worst = found.worst_segment
        console.print(
            f"worst segment: {worst.dim} {worst.value}, {100 * worst.prevented:.0f} % of its preventable harm prevented"
        )
    table = Table(box=None, pad_edge=False, show_header=False)
    full, rest = "█░" if console.encoding.startswith("utf") else "#-"
    marks = ["not evaluated" if one.score is None else f"{one.score:.0f}" for one in card.dimensions]
    taken = max(len(one.title) for one in card.dimensions) + max(map(len, marks)) + BESIDE
    length = min(BAR, max(SHORTEST, console.width - taken))  # a bar that is cut off would show another mark
    for one, mark in zip(card.dimensions, marks, strict=True):
        colour = COLOURS[tone(one.score)]
        filled = round(length * (one.score or 0) / 100)
        bar = Text(full * filled, style=colour) + Text(rest * (length - filled), style="dim")
        table.add_row(one.title, f"{one.weight:>3}", bar, Text(mark, style=colour), one.rating or "")
    console.print(table)
    for cap in card.caps:
        console.print(Text(f"capped at {cap.cap}: {cap.title}", style="bold red"))
    there = {one.rating for one in card.dimensions}
    console.print(Text("; ".join(f"{key} {words}" for key, words in RATINGS.items() if key in there), style="dim"))
    at = sorted((at, name) for name, at in card.milestones.items() if at is not None)
    reached = [f"{name.replace('_', ' ')} {minutes(when)}" for when, name in at]
    console.print(Text(" · ".join(reached), style="dim"))
