"""A report on a terminal: the same blocks as its pages, dense; in a pipe they are Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from hotwash.aftermath.blocks import (
    Bars,
    Block,
    BowTie,
    Bullets,
    Callout,
    Cell,
    Chart,
    Figures,
    Page,
    Passage,
    Prose,
    Quote,
    Report,
    Section,
    Table,
    Tree,
)  # fmt: skip
from hotwash.aftermath.bow_ties import bow_tie_lists
from hotwash.aftermath.charts import short, spark, thin
from hotwash.aftermath.drawings import tree_lines
from hotwash.aftermath.markdown import to_markdown

COLOURS = {"good": "green", "warn": "yellow", "bad": "red", "plain": ""}
SIGNS = {"good": "✓ ", "warn": "△ ", "bad": "✗ ", "plain": ""}
SPARK = 64


def show_report(console: Console, report: Report) -> None:
    """On a terminal with colour where it has colour; into a pipe as Markdown."""
    if not console.is_terminal:
        sys.stdout.write(to_markdown(report))
        return
    console.print(Text(f" {report.handling} ", style="reverse"))
    facts = " · ".join(f"{name.lower()} {value}" for name, value in report.facts)
    console.print(Text(facts, style="dim"))
    for block in report.blocks:
        for one in _drawn(block, console.width):
            console.print(one, soft_wrap=isinstance(block, Page))


def _drawn(block: Block, width: int) -> Iterable[RenderableType]:
    match block:
        case Callout():
            colour = COLOURS[block.tone]
            text = Text.assemble((SIGNS[block.tone] + block.title + " ", f"bold {colour}"), block.text)
            return [Panel(text, border_style=colour or "dim", box=box.ROUNDED)]
        case Section():
            return [Text(f"\n{block.title}", style="bold underline")]
        case Page():
            return [Text(block.text.replace("\n\n", "\n"), no_wrap=True, overflow="ignore")]
        case Prose():
            return [Text(block.text)]
        case Passage():
            return [Text("".join(one.text for one in block.runs))]
        case Bullets():
            pairs = zip(block.items, block.levels, strict=True)
            return [Text("  " * at + "• " + "".join(run.text for run in one.runs)) for one, at in pairs]
        case Quote():
            return [
                Panel(
                    Text(block.text), title=Text(block.title), title_align="left", border_style="dim", box=box.ROUNDED
                )
            ]
        case Figures():
            return [_figures(block)]
        case Table():
            return [_table(block)]
        case Chart():
            return [_chart(block, min(SPARK, max(16, width - 48)))]
        case Tree():
            return [
                Text(
                    f"{'    ' * level}{'└── ' if level else ''}{f'{node.word}: ' if node.word else ''}{node.text}"
                    f"{f'  [{between}]' if between else ''}",
                    style=COLOURS[node.tone],
                )
                for level, node, between in tree_lines(block.root)
            ]
        case BowTie():
            lines = [
                (f"{heading}, {node.word}: {node.text}  [{between or 'no control is named'}]", node.tone)
                for heading, node, between in bow_tie_lists(block)
            ]
            return [
                Text(f"{block.title}. {block.summary}", style="bold"),
                Text(f"top event: {block.top}"),
                *(Text(said, style=COLOURS[tone]) for said, tone in lines),
            ]
        case Bars():
            return [_bars(block, min(SPARK, max(16, width - 64)))]
        case _:
            return []


def _figures(block: Figures) -> Grid:
    grid = Grid(box=None, show_header=False, padding=(0, 3, 0, 0), expand=True)
    for _ in block.items:
        grid.add_column(ratio=1)
    grid.add_row(
        *(
            Text.assemble(
                (f"{one.label}\n", "dim"),
                (f"{SIGNS[one.tone]}{one.value}\n", f"bold {COLOURS[one.tone]}"),
                (one.note, "dim"),
            )
            for one in block.items
        )
    )
    return grid


def _bars(block: Bars, wide: int) -> Grid:
    top = max((sum(one.values) for one in block.bars), default=1.0) or 1.0
    grid = Grid(
        box=None, padding=(0, 1), title=Text(f"{block.title} ({block.unit})", style="bold"), title_justify="left"
    )
    for one in block.bars:
        drawn = Text.assemble(
            *((sign * round(wide * value / top), COLOURS[tone]) for value, sign, (_, tone) in zip(one.values, "█▒░·", block.parts, strict=False))
        )  # fmt: skip
        grid.add_row(Text(one.label), drawn, Text(one.note, style="dim"))
    return grid


def _table(block: Table) -> RenderableType:
    if not block.rows:
        return Text.assemble((f"{block.caption}: ", "bold"), block.empty)
    grid = Grid(box=box.SIMPLE_HEAD, padding=(0, 1), header_style="dim", show_edge=False)
    for place, name in enumerate(block.head):
        grid.add_column(Text(name), justify="right" if place in block.numeric else "left", overflow="fold")
    for row in block.rows:
        grid.add_row(*map(_cell, row))
    return Group(Text(block.caption, style="bold"), grid)


def _cell(cell: Cell) -> Text:
    colour = COLOURS[cell.tone]
    if not cell.word:
        return Text(SIGNS[cell.tone] + cell.text, style=f"{'bold ' if cell.strong else ''}{colour}".strip())
    said = SIGNS[cell.tone] + cell.word
    return Text.assemble((said, f"bold {colour}"), f"  {cell.text}" if cell.text else "")


def _chart(chart: Chart, wide: int) -> RenderableType:
    label = max((len(line.label) for line in chart.lines), default=0)
    label = min(label, 30)
    top = max((max(line.y, default=0.0) for line in chart.lines), default=0.0)
    lines = [Text(f"{chart.title}, {chart.unit}, up to {short(top)}; {chart.axis.label}", style="bold")]
    steps = max((len(line.y) for line in chart.lines), default=1)
    for line in chart.lines:
        drawn = spark([*thin(line.y, wide), top])[:-1]
        now = short(line.y[-1]) if line.y else "–"
        lines.append(
            Text.assemble(
                f"{line.label[:label]:<{label}} ", (drawn, "red" if line.role == "bad" else "blue"), f" {now}"
            )
        )
    lines += [
        Text(f"{'':<{label}} {'':<{round(min(wide, steps) * mark.at_min / steps)}}▲ {mark.label} {mark.when[-5:]}", style="dim")
        for mark in chart.marks
    ]  # fmt: skip
    return Group(*lines)
