"""Fault trees and bars as hand-written SVG, beside the charts over time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from hotwash.aftermath.blocks import Barrier, Bars, Tree, TreeNode

WIDE = 960
GAP, LINE, PAD = 64, 15, 8
LETTER = 6.9
"""Mean width of a letter of the report's font at 12 px."""
LONGEST = 6
"""Lines of a box; a longer text is cut here and is whole in the list below."""


@dataclass
class _Box:
    node: TreeNode
    depth: int
    lines: list[str]
    y: float = 0.0
    below: list[_Box] | None = None

    @property
    def height(self) -> float:
        return 2 * PAD + LINE * (len(self.lines) + (1 if self.node.word else 0))


def tree_chart(tree: Tree, index: int) -> str:
    """One fault tree, top event at the left, as an SVG element; `index` keeps ids unique on a page."""
    depth = _depth(tree.root)
    width = (WIDE - GAP * (depth - 1)) / depth
    root = _measured(tree.root, 0, max(12, int((width - 2 * PAD) / LETTER)))
    height = _placed(root, 8.0)
    drawn = "".join(_drawn(root, width))
    return (
        f'<svg class="chart tree" viewBox="0 0 {WIDE} {height:.0f}" role="img" aria-labelledby="c{index}t c{index}d">'
        f'<title id="c{index}t">{escape(tree.title)}</title><desc id="c{index}d">{escape(tree.summary)}</desc>{drawn}</svg>'
    )


def barriers_of(node: TreeNode) -> list[Barrier]:
    """Every barrier of a tree once, by number."""
    found = {one.number: one for each in _nodes(node) for one in each.barriers}
    return [found[number] for number in sorted(found)]


def tree_lines(node: TreeNode, level: int = 0) -> Iterator[tuple[int, TreeNode, str]]:
    """(level, node, what stands between it and the one above), from top to bottom, for lists."""
    between = "; ".join(f"{one.number} {one.title}: {one.word}" for one in node.barriers)
    yield level, node, between
    for one in node.below:
        yield from tree_lines(one, level + 1)


def _nodes(node: TreeNode) -> Iterator[TreeNode]:
    return (one for _, one, _ in tree_lines(node))


def _depth(node: TreeNode) -> int:
    return 1 + max(map(_depth, node.below), default=0)


def _measured(node: TreeNode, depth: int, letters: int) -> _Box:
    lines = textwrap.wrap(node.text, letters) or [""]
    if len(lines) > LONGEST:
        lines = [*lines[: LONGEST - 1], f"{lines[LONGEST - 1][: letters - 2]} …"]
    return _Box(node, depth, lines, below=[_measured(one, depth + 1, letters) for one in node.below])


def _placed(box: _Box, top: float) -> float:
    """Place a box beside the middle of what is below it, from `top` down; returns where the next may begin."""
    after = top
    for one in box.below or ():
        after = _placed(one, after)
    after = max(after, top + box.height + 12)
    first, last = (box.below or [box])[0], (box.below or [box])[-1]
    middle = (first.y + last.y + last.height) / 2 if box.below else top + box.height / 2
    box.y = max(top, middle - box.height / 2)
    return max(after, box.y + box.height + 12)


def _drawn(box: _Box, width: float) -> Iterator[str]:
    x = box.depth * (width + GAP)
    for one in box.below or ():
        yield _branch(box, one, x + width)
        yield from _drawn(one, width)
    tone = box.node.tone
    yield f'<rect class="box {tone}" x="{x + 1:.1f}" y="{box.y:.1f}" width="{width - 2:.1f}" height="{box.height:.1f}" rx="3"/>'
    said = [*([box.node.word] if box.node.word else []), *box.lines]
    for n, line in enumerate(said):
        kind = f"label {tone}" if n == 0 and box.node.word else "boxed"
        yield f'<text class="{kind}" x="{x + PAD:.1f}" y="{box.y + PAD + LINE * (n + 1) - 4:.1f}">{escape(line)}</text>'
    if len(box.below or ()) > 1:
        gate = "all of" if box.node.gate == "all" else "any of"
        yield f'<text class="tick" x="{x + width:.1f}" y="{box.y - 4:.1f}" text-anchor="end">{gate}</text>'


def _branch(box: _Box, one: _Box, x: float) -> str:
    """The line from a box to one below it, with its barriers as posts across it."""
    here, there = box.y + box.height / 2, one.y + one.height / 2
    path = f'<path class="branch" d="M{x:.1f} {here:.1f} H{x + 14:.1f} V{there:.1f} H{x + GAP:.1f}"/>'
    room = (GAP - 20) / max(1, len(one.node.barriers))
    return path + "".join(post(each, x + 20 + room * n, there) for n, each in enumerate(one.node.barriers))


def post(one: Barrier, x: float, y: float) -> str:
    """Solid where the control worked, hollow where it was not there, crossed where it failed."""
    cross = f'<path d="M{x - 3:.1f} {y - 3:.1f} l12 6 m0 -6 l-12 6"/>' if one.tone == "warn" else ""
    return (
        f'<g class="post {one.tone}"><title>{escape(f"{one.title}: {one.word}")}</title>'
        f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="6" height="18"/>{cross}'
        f'<text x="{x + 3:.1f}" y="{y - 12:.1f}" text-anchor="middle">{one.number}</text></g>'
    )


BAR, LEFT, ROW = 16, 250, 26


def bars_chart(bars: Bars, index: int) -> str:
    """Bars of parts as an SVG element."""
    top = max((sum(one.values) for one in bars.bars), default=1.0) or 1.0
    height = 10 + ROW * len(bars.bars)
    room = WIDE - LEFT - 90
    parts: list[str] = []
    for n, one in enumerate(bars.bars):
        y, x = 6 + ROW * n, float(LEFT)
        label = one.label if len(one.label) * LETTER < LEFT - 10 else f"{one.label[: int((LEFT - 10) / LETTER) - 1]}…"
        parts.append(f'<text class="lane" x="0" y="{y + 12}">{escape(label)}</text>')
        for value, (_, tone) in zip(one.values, bars.parts, strict=True):
            wide = room * value / top
            if wide > 0:
                parts.append(f'<rect class="part {tone}" x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{BAR}"/>')
            x += wide
        parts.append(f'<text class="tick" x="{x + 6:.1f}" y="{y + 12}">{escape(one.note)}</text>')
    return (
        f'<svg class="chart bars" viewBox="0 0 {WIDE} {height}" role="img" aria-labelledby="c{index}t c{index}d">'
        f'<title id="c{index}t">{escape(bars.title)}</title><desc id="c{index}d">{escape(bars.summary)}</desc>{"".join(parts)}</svg>'
    )
