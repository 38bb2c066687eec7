"""Reports as Markdown: the same blocks, for a wiki, a ticket or a diff."""

from __future__ import annotations

import re

from hotwash.aftermath.blocks import (
    Block,
    Callout,
    Cell,
    Chart,
    ChartRow,
    Figures,
    HeatMap,
    Lanes,
    Page,
    Prose,
    Quote,
    Report,
    Section,
    Table,
)  # fmt: skip
from hotwash.aftermath.charts import short, spark, thin

TONES = {"plain": "", "good": "✓ ", "warn": "△ ", "bad": "✗ "}


def to_markdown(report: Report) -> str:
    """The whole report; ends with a newline."""
    head = [f"**{_text(report.handling)}**", f"# {_text(report.title)}", _text(report.subtitle)]
    facts = ["| | |", "|---|---|", *(f"| {_text(name)} | {_text(value)} |" for name, value in report.facts)]
    parts = [*head, "\n".join(facts), *(_block(block) for block in report.blocks), f"**{_text(report.handling)}**"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block) -> str:
    match block:
        case Section():
            return f"{'#' * block.level} {_text(block.title)}"
        case Page():
            return re.sub(r"(?m)^#", "#" * block.under, block.text.strip())
        case Prose():
            return _text(block.text) + _cites(block.cites)
        case Callout():
            return f"> **{TONES[block.tone]}{_text(block.title)}** {_text(block.text)}{_cites(block.cites)}"
        case Figures():
            return "\n".join(
                f"- **{_text(one.label)}: {_text(one.value)}** {_text(one.note)}".rstrip() for one in block.items
            )
        case Table():
            return _table(block)
        case Chart():
            return _chart(block)
        case ChartRow():
            return "\n\n".join(_chart(chart) for chart in block.charts)
        case Lanes():
            lanes = (f"- {lane.label}: {len(lane.marks)} deeds" for lane in block.lanes)
            return f"*{_text(block.title)}.* {_text(block.summary)}\n\n" + "\n".join(lanes)
        case HeatMap():
            return _heat_map(block)
        case Quote():
            body = "\n".join(f"> {line}" if line else ">" for line in block.text.splitlines())
            return f"**{TONES[block.tone]}{_text(block.title)}**{_cites(block.cites)}\n\n{body}"


def _table(table: Table) -> str:
    if not table.rows:
        return f"*{_text(table.caption)}:* {_text(table.empty)}"
    rule = ["---:" if i in table.numeric else "---" for i in range(len(table.head))]
    lines = ["| " + " | ".join(map(_text, table.head)) + " |", "|" + "|".join(rule) + "|"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table.rows]
    return ("" if table.told else f"*{_text(table.caption)}*\n\n") + "\n".join(lines)


def _heat_map(found: HeatMap) -> str:
    head = f"| {' | '.join(map(_text, (found.corner, *found.columns)))} |"
    rows = (f"| {' | '.join(map(_text, (name, *(cell.text for cell in cells))))} |" for name, cells in found.rows)
    return "\n".join([f"*{_text(found.caption)}*\n", head, "|" + "---|" * (1 + len(found.columns)), *rows])


def _cell(cell: Cell) -> str:
    text = _text(cell.text)
    sign = TONES[cell.tone] + (f"{_text(cell.word)}: " if cell.word and text else _text(cell.word))
    return sign + (f"**{text}**" if cell.strong and text else text) + _cites(cell.cites)


def _chart(chart: Chart) -> str:
    lines = [
        f"    {' '.join(line.label.split())[:34]:<34} {spark(thin(line.y, 48))} {short(line.y[-1] if line.y else 0)}"
        for line in chart.lines
    ]
    marks = ", ".join(f"{mark.label} at {mark.when or f'minute {mark.at_min:.0f}'}" for mark in chart.marks)
    return (
        f"*{_text(chart.title)} ({chart.unit}).* {_text(chart.summary)}\n\n"
        + "\n".join(lines)
        + (f"\n\nMarks: {_text(marks)}." if marks else "")
    )


def _cites(versions: tuple[int, ...]) -> str:
    shown = ", ".join(f"e{version}" for version in versions[:6])
    more = f" and {len(versions) - 6} more" if len(versions) > 6 else ""
    return f" [{shown}{more}]" if shown else ""


def _text(text: str) -> str:
    """Plain text that stays plain: no cell ends early, no link, image, code or HTML comes of it."""
    return re.sub(r"([\\`*\[\]|])", r"\\\1", text).replace("\n", " ").replace("<", "&lt;")
