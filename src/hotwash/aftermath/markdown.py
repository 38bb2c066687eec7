"""Reports as Markdown: the same blocks, for a wiki, a ticket or a diff."""

from __future__ import annotations

import re

from hotwash.aftermath.blocks import (
    Bars,
    Block,
    BowTie,
    Bullets,
    Callout,
    Cell,
    Chart,
    ChartRow,
    Figures,
    HeatMap,
    Lanes,
    Page,
    Passage,
    Prose,
    Quote,
    Report,
    Run,
    Section,
    Table,
    Tree,
)  # fmt: skip
from hotwash.aftermath.bow_ties import bow_tie_lists
from hotwash.aftermath.charts import short, spark, thin
from hotwash.aftermath.drawings import tree_lines

TONES = {"plain": "", "good": "✓ ", "warn": "△ ", "bad": "✗ "}


def to_markdown(report: Report) -> str:
    """The whole report; ends with a newline."""
    head = [f"**{plain(report.handling)}**", f"# {plain(report.title)}", plain(report.subtitle)]
    facts = ["| | |", "|---|---|", *(f"| {plain(name)} | {plain(value)} |" for name, value in report.facts)]
    parts = [*head, "\n".join(facts), *(_block(block) for block in report.blocks), f"**{plain(report.handling)}**"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block) -> str:
    match block:
        case Section():
            return f"{'#' * block.level} {plain(block.title)}"
        case Page():
            return re.sub(r"(?m)^#", "#" * block.under, block.text.strip())
        case Prose():
            return plain(block.text) + _cites(block.cites)
        case Passage():
            return _runs(block.runs)
        case Bullets():
            pairs = zip(block.items, block.levels, strict=True)
            return "\n".join(f"{'  ' * level}- {_runs(item.runs)}" for item, level in pairs)
        case Callout():
            return f"> **{TONES[block.tone]}{plain(block.title)}** {plain(block.text)}{_cites(block.cites)}"
        case Figures():
            return "\n".join(
                f"- **{plain(one.label)}: {plain(one.value)}** {plain(one.note)}".rstrip() for one in block.items
            )
        case Table():
            return _table(block)
        case Chart():
            return _chart(block)
        case ChartRow():
            return "\n\n".join(_chart(chart) for chart in block.charts)
        case Lanes():
            lanes = (f"- {lane.label}: {len(lane.marks)} deeds" for lane in block.lanes)
            return f"*{plain(block.title)}.* {plain(block.summary)}\n\n" + "\n".join(lanes)
        case HeatMap():
            return _heat_map(block)
        case Quote():
            body = "\n".join(f"> {line}" if line else ">" for line in block.text.splitlines())
            return f"**{TONES[block.tone]}{plain(block.title)}**{_cites(block.cites)}\n\n{body}"
        case Tree():
            return _tree(block)
        case BowTie():
            return _bow_tie(block)
        case Bars():
            return _bars(block)


def _tree(tree: Tree) -> str:
    lines = []
    for level, node, between in tree_lines(tree.root):
        word = f"**{plain(node.word)}:** " if node.word else ""
        posts = f" *Barriers: {plain(between)}.*" if between else ""
        lines.append(f"{'  ' * level}- {word}{plain(node.text)}{_cites(node.cites)}{posts}")
    return f"*{plain(tree.title)}.* {plain(tree.summary)}\n\n" + "\n".join(lines)


def _bow_tie(block: BowTie) -> str:
    rows = [
        f"| {heading} | {plain(node.word)} | {plain(node.text)}{_cites(node.cites)} | {plain(between) or 'none is named'} |"
        for heading, node, between in bow_tie_lists(block)
    ]
    head = ["| Side | State | What | Controls |", "|---|---|---|---|"]
    return f"*{plain(block.title)}.* {plain(block.summary)}\n\n**Top event:** {plain(block.top)}\n\n" + "\n".join(
        [*head, *rows]
    )


def _bars(bars: Bars) -> str:
    head = "| | " + " | ".join(plain(label) for label, _ in bars.parts) + " | |"
    rows = [
        f"| {plain(one.label)} | " + " | ".join(short(value) for value in one.values) + f" | {plain(one.note)} |"
        for one in bars.bars
    ]
    rule = "|---|" + "---:|" * len(bars.parts) + "---|"
    return f"*{plain(bars.title)} ({plain(bars.unit)}).* {plain(bars.summary)}\n\n" + "\n".join([head, rule, *rows])


def _runs(runs: tuple[Run, ...]) -> str:
    return "".join(f"**{plain(one.text)}**" if one.strong else plain(one.text) for one in runs)


def _table(table: Table) -> str:
    if not table.rows:
        return f"*{plain(table.caption)}:* {plain(table.empty)}"
    rule = ["---:" if i in table.numeric else "---" for i in range(len(table.head))]
    lines = ["| " + " | ".join(map(plain, table.head)) + " |", "|" + "|".join(rule) + "|"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table.rows]
    return ("" if table.told else f"*{plain(table.caption)}*\n\n") + "\n".join(lines)


def _heat_map(found: HeatMap) -> str:
    head = f"| {' | '.join(map(plain, (found.corner, *found.columns)))} |"
    rows = (f"| {' | '.join(map(plain, (name, *(cell.text for cell in cells))))} |" for name, cells in found.rows)
    return "\n".join([f"*{plain(found.caption)}*\n", head, "|" + "---|" * (1 + len(found.columns)), *rows])


def _cell(cell: Cell) -> str:
    text = _runs(cell.runs) if cell.runs else plain(cell.text)
    sign = TONES[cell.tone] + (f"{plain(cell.word)}: " if cell.word and text else plain(cell.word))
    return sign + (f"**{text}**" if cell.strong and text else text) + _cites(cell.cites)


def _chart(chart: Chart) -> str:
    lines = [
        f"    {' '.join(line.label.split())[:34]:<34} {spark(thin(line.y, 48))} {short(line.y[-1] if line.y else 0)}"
        for line in chart.lines
    ]
    marks = ", ".join(f"{mark.label} at {mark.when or f'minute {mark.at_min:.0f}'}" for mark in chart.marks)
    return (
        f"*{plain(chart.title)} ({chart.unit}).* {plain(chart.summary)}\n\n"
        + "\n".join(lines)
        + (f"\n\nMarks: {plain(marks)}." if marks else "")
    )


def _cites(versions: tuple[int, ...]) -> str:
    shown = ", ".join(f"e{version}" for version in versions[:6])
    more = f" and {len(versions) - 6} more" if len(versions) > 6 else ""
    return f" [{shown}{more}]" if shown else ""


def plain(text: str) -> str:
    """Plain text that stays plain: no cell ends early, no link, image, code or HTML comes of it."""
    return re.sub(r"([\\`*\[\]|])", r"\\\1", text).replace("\n", " ").replace("<", "&lt;")
