"""Bow-ties as hand-written SVG: threats, posts, the top event, posts, consequences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from html import escape

from hotwash.aftermath.blocks import Barrier, BowTie, TreeNode
from hotwash.aftermath.drawings import LETTER, LINE, LONGEST, PAD, WIDE, post

SIDE, MIDDLE = 270, 180
"""Widths of a box at the side and of the top event, in units of the drawing."""
APART = 14


def bow_tie_chart(block: BowTie, index: int) -> str:
    """One bow-tie as an SVG element; `index` keeps ids unique on a page."""
    sides = [_boxes(block.threats), _boxes(block.consequences)]
    top = _wrapped(block.top, MIDDLE)
    tall = 2 * PAD + LINE * (len(top) + 1)
    height = max(tall, *(sum(high + APART for _, _, high in side) for side in sides)) + 2 * APART
    centre = height / 2
    parts: list[str] = []
    for side, boxes in enumerate(sides):
        y = (height - sum(high + APART for _, _, high in boxes) + APART) / 2
        for node, lines, high in boxes:
            parts += _line(node, side, y + high / 2, centre)
            parts += _box(node.word, lines, node.tone, 0 if side == 0 else WIDE - SIDE, y, SIDE)
            y += high + APART
    parts += _box("top event", top, "plain", (WIDE - MIDDLE) / 2, centre - tall / 2, MIDDLE)
    return (
        f'<svg class="chart tree bow" viewBox="0 0 {WIDE} {height:.0f}" role="img" aria-labelledby="c{index}t c{index}d">'
        f'<title id="c{index}t">{escape(block.title)}</title><desc id="c{index}d">{escape(block.summary)}</desc>{"".join(parts)}</svg>'
    )


def bow_tie_lists(block: BowTie) -> Iterator[tuple[str, TreeNode, str]]:
    """(heading, threat or consequence, its controls and what each did), from left to right, for lists."""
    for heading, lines in (("Threat", block.threats), ("Consequence", block.consequences)):
        for node in lines:
            yield heading, node, "; ".join(f"{one.number} {one.title}: {one.word}" for one in node.barriers)


def bow_tie_posts(block: BowTie) -> list[Barrier]:
    """Every control on it once, by number."""
    found = {one.number: one for node in (*block.threats, *block.consequences) for one in node.barriers}
    return [found[number] for number in sorted(found)]


def _boxes(nodes: Sequence[TreeNode]) -> list[tuple[TreeNode, list[str], float]]:
    found = []
    for node in nodes:
        lines = _wrapped(node.text, SIDE)
        found.append((node, lines, float(max(36, 2 * PAD + LINE * (len(lines) + 1)))))
    return found


def _wrapped(text: str, width: float) -> list[str]:
    letters = int((width - 2 * PAD) / LETTER)
    lines = textwrap.wrap(text, letters) or [""]
    return lines if len(lines) <= LONGEST else [*lines[: LONGEST - 1], f"{lines[LONGEST - 1][: letters - 2]} …"]


def _line(node: TreeNode, side: int, y: float, centre: float) -> list[str]:
    """From a box level to its posts, then towards the top event."""
    edge, goal = (SIDE, (WIDE - MIDDLE) / 2) if side == 0 else (WIDE - SIDE, (WIDE + MIDDLE) / 2)
    turn = goal - 22 if side == 0 else goal + 22
    start, room = min(edge, turn), abs(turn - edge)
    step = room / (len(node.barriers) + 1)
    return [
        f'<path class="branch" d="M{edge:.1f} {y:.1f} H{turn:.1f} L{goal:.1f} {centre:.1f}"/>',
        *(post(one, start + step * (n + 1) - 3, y) for n, one in enumerate(node.barriers)),
    ]


def _box(word: str, lines: Sequence[str], tone: str, x: float, y: float, width: float) -> list[str]:
    high = 2 * PAD + LINE * (len(lines) + 1)
    said = [word or "", *lines]
    return [
        f'<rect class="box {tone}" x="{x + 1:.1f}" y="{y:.1f}" width="{width - 2:.1f}" height="{high:.1f}" rx="3"/>',
        *(
            f'<text class="{f"label {tone}" if n == 0 else "boxed"}" x="{x + PAD:.1f}" y="{y + PAD + LINE * (n + 1) - 4:.1f}">{escape(line)}</text>'
            for n, line in enumerate(said)
        ),
    ]
