"""Reports as PDF for print: tagged (PDF/UA-1), set by typst, the same bytes for the same report on the same machine."""

from __future__ import annotations

import json
import logging
import re
import tempfile
import unicodedata
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst

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
from hotwash.aftermath.bow_ties import bow_tie_chart, bow_tie_lists, bow_tie_posts
from hotwash.aftermath.charts import lanes_chart, line_chart
from hotwash.aftermath.drawings import barriers_of, bars_chart, tree_chart, tree_lines

WORDS = {"plain": "", "good": "good", "warn": "partly", "bad": "missed"}
LONGEST_WORD = 34
"""Letters after which a word may be broken: a column of a table is no wider."""
INK = (
    "text{font-family:'Libertinus Serif';font-size:13px;fill:#4b5563}.label{font-weight:bold;fill:#14181f}.label.team{fill:#1d4ed8}"
    ".label.bad,.label.world{fill:#b42318}.label.good{fill:#146c43}.lane{fill:#14181f}.line{fill:none;stroke-width:2.4}"
    ".grid{stroke:#d5d8d3}.line.team{stroke:#1d4ed8}.line.bad{stroke:#b42318}.line.good{stroke:#146c43}.line.quiet{stroke:#4b5563}"
    ".area{opacity:.1}.area.team{fill:#1d4ed8}.area.bad{fill:#b42318}.coast,.band.b1{fill:#e9ebe6}.band.b0{fill:#b42318;opacity:.16}.mark{stroke:#4b5563;stroke-dasharray:2 3}"
    ".mark.world{stroke:#b42318}.mark.lever,.mark.end{stroke:#14181f}.deed{fill:#4b5563}.deed.lever{fill:#1d4ed8}"
    ".box{fill:#fff;stroke:#4b5563}.box.good{stroke:#146c43;stroke-width:2}.box.bad{stroke:#b42318;stroke-width:2}.box.warn{stroke:#8a4b00}"
    ".boxed{fill:#14181f}.label.warn{fill:#8a4b00}.branch{fill:none;stroke:#4b5563}.post rect{fill:#fff;stroke:#4b5563}.post.good rect{fill:#146c43;stroke:#146c43}"
    ".post.bad rect{stroke:#b42318;stroke-dasharray:2 2}.post path{stroke:#8a4b00}.post.warn rect{stroke:#8a4b00}.part{stroke:#14181f;fill:#fff}.part.good{fill:#146c43}"
    ".part.warn{fill:#e0b080}.part.bad{stroke:#b42318;stroke-dasharray:3 2}.part.plain{fill:#d5d8d3}"
    ".deed.decision{fill:#14181f}.deed.update{fill:#146c43}.deed.missed{fill:none;stroke:#b42318}"
)
"""The colours of the report's style sheet on paper, without custom properties, which a printer does not know."""
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed with font')
"""What the compiler says of a letter that no font of this machine has. PDF/UA forbids that; a report with an empty box in the
place of a letter, still tagged, is better than none, if it says so."""
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
UNSEEN = ("Cf", "Mn", "Zs")
"""Joiners, marks on other letters, spaces."""
log = logging.getLogger("hotwash.print")
GLYPHS = "Diamonds are levers, squares decisions, triangles updates, dots looks, tests and requests."


def to_pdf(report: Report) -> bytes:
    """The whole report. Raises TypeError for a block that it cannot set.

    Text goes in as data and is never read as code; the compiler may read a folder that holds its template and nothing else.
    """
    body = {
        "title": report.heading,
        "subtitle": report.subtitle,
        "handling": report.handling,
        "facts": [[name, _breakable(value)] for name, value in report.facts],
        "blocks": [_block(one) for one in report.blocks],
    }
    with tempfile.TemporaryDirectory() as alone:
        template = Path(alone) / "report.typ"
        template.write_bytes(files("hotwash.adapters").joinpath(template.name).read_bytes())
        try:
            return _compile(template, body, universal=True)
        except typst.TypstError as lacking:
            texts = NO_GLYPH.findall(lacking.diagnostic)
            if not texts:
                raise
            told = _lacking(ESCAPED.sub(lambda one: chr(int(one[1], 16)), "".join(texts)))
            log.warning("no font on this machine has some letters of a PDF, which stand in it as empty boxes: %s", told)
            said = (
                f"{told}. Install a font that has them, such as Noto Sans CJK for Chinese, Japanese and Korean, and make the PDF again. "
                "The same report as HTML takes the fonts of whoever reads it."
            )
            body["blocks"] = [
                _block(Callout("Letters without a font stand as empty boxes.", said, "warn")),
                *body["blocks"],
            ]
            return _compile(template, body, universal=False)


def _lacking(text: str) -> str:
    """How many letters of which scripts, as Unicode's names begin."""
    letters = {one for one in text if unicodedata.category(one) not in UNSEEN}
    scripts = Counter(unicodedata.name(one, "OTHER").split()[0] for one in letters)
    named = (
        f"{count} {script if script == 'CJK' else script.capitalize()}" for script, count in sorted(scripts.items())
    )
    return ", ".join(named) or "letters that are not seen"


def _compile(template: Path, body: dict[str, Any], *, universal: bool) -> bytes:
    given = {"data": json.dumps(body)}
    standard: Literal["ua-1", "1.7"] = "ua-1" if universal else "1.7"
    return typst.compile(template, root=template.parent, format="pdf", sys_inputs=given, pdf_standards=standard)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Section():
            return {"kind": "section", "title": block.title, "level": block.level - 1}
        case Page():
            return {"kind": "page", "text": _breakable(block.text)}
        case Prose():
            return {"kind": "prose", "text": _breakable(block.text), "cites": block.cites}
        case Passage():
            return {"kind": "passage", "runs": _runs(block.runs)}
        case Bullets():
            items = [{"runs": _runs(one.runs), "level": at} for one, at in zip(block.items, block.levels, strict=True)]
            return {"kind": "bullets", "items": items}
        case Callout() | Quote():
            kind = "callout" if isinstance(block, Callout) else "quote"
            text = _breakable(block.text)
            return {"kind": kind, "title": block.title, "text": text, "tone": block.tone, "cites": block.cites}
        case Figures():
            items = [
                {"label": one.label, "value": one.value, "note": one.note, "tone": one.tone} for one in block.items
            ]
            return {"kind": "figures", "items": items}
        case Table():
            return _table(block)
        case Chart():
            return {"kind": "chart", **_chart(block)}
        case ChartRow():
            return {"kind": "row", "charts": [_chart(one) for one in block.charts]}
        case HeatMap():
            cells = [
                {"name": name, "cells": [{"text": one.text, "level": one.level} for one in row]}
                for name, row in block.rows
            ]
            return {"kind": "heat", "caption": block.caption, "head": [block.corner, *block.columns], "rows": cells}
        case Lanes():
            drawn = {"svg": _svg(lanes_chart(block, 1)), "alt": f"{block.title}. {block.summary}"}
            return {
                "kind": "chart",
                "title": block.title,
                "summary": "One lane a seat over minutes.",
                "keys": GLYPHS,
                **drawn,
            }
        case Tree():
            return {"kind": "chart", **_tree(block)}
        case BowTie():
            return {"kind": "chart", **_bow_tie(block)}
        case Bars():
            return {"kind": "chart", **_bars(block)}
    raise TypeError(f"a report for print has no block {type(block).__name__}")


def _runs(runs: tuple[Run, ...]) -> list[dict[str, Any]]:
    return [{"text": _breakable(one.text), "strong": one.strong, "code": one.code, "to": one.to} for one in runs]


def _chart(chart: Chart) -> dict[str, Any]:
    keys = "; ".join(f"{line.label}: {'dashed' if line.dash else 'solid'}" for line in chart.lines)
    return _drawn(chart, line_chart(chart, 1), f"Lines: {keys}." if len(chart.lines) > 1 else "", chart.unit)


def _tree(tree: Tree) -> dict[str, Any]:
    posts = "; ".join(f"{one.number} {one.title} ({one.word})" for one in barriers_of(tree.root))
    lines = "; ".join(f"level {level}: {node.word} {node.text}".strip() for level, node, _ in tree_lines(tree.root))
    return _drawn(tree, tree_chart(tree, 1), f"Barriers: {posts}." if posts else "", lines)


def _bow_tie(block: BowTie) -> dict[str, Any]:
    posts = "; ".join(f"{one.number} {one.title} ({one.word})" for one in bow_tie_posts(block))
    lines = "; ".join(f"{heading}, {node.word}: {node.text} ({between or 'no control is named'})" for heading, node, between in bow_tie_lists(block))  # fmt: skip
    return _drawn(block, bow_tie_chart(block, 1), f"Controls: {posts}." if posts else "", lines)


def _drawn(block: Chart | Tree | BowTie, svg: str, keys: str, instead: str) -> dict[str, Any]:
    """`instead` is what the drawing says, for whoever does not see it."""
    return {
        "title": block.title,
        "summary": block.summary,
        "keys": keys,
        "svg": _svg(svg),
        "alt": f"{block.title}. {block.summary} {instead}",
    }


def _bars(bars: Bars) -> dict[str, Any]:
    values = "; ".join(f"{one.label}: {', '.join(f'{value:g}' for value in one.values)}" for one in bars.bars)
    return {
        "title": bars.title,
        "summary": f"{bars.summary} In {bars.unit}.",
        "keys": f"From the left: {', '.join(label for label, _ in bars.parts)}.",
        "svg": _svg(bars_chart(bars, 1)),
        "alt": f"{bars.title}. {bars.summary} {values}",
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table", "caption": table.caption, "empty": table.empty, "head": table.head, "numeric": table.numeric,
        "names": table.names, "told": table.told, "widths": _widths(table), "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }  # fmt: skip


def _widths(table: Table) -> list[float]:
    """Columns share the page by how much stands in them; none less than a tenth of the widest."""
    columns = [
        [len(title), *(min(90, len(row[i].text) + 6) for row in table.rows)] for i, title in enumerate(table.head)
    ]
    means = [max(8.0, sum(one) / len(one), max(one) / 4) for one in columns]
    return [max(one, max(means) / 8) for one in means]


def _cell(cell: Cell) -> dict[str, Any]:
    word = cell.word or WORDS[cell.tone]
    return {
        "text": _breakable(cell.text),
        "tone": cell.tone,
        "word": word,
        "cites": cell.cites,
        "strong": cell.strong,
        "runs": _runs(cell.runs),
    }


def _breakable(text: str) -> str:
    """Places to break a line inside very long words."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", "\\1\u200b", text)


def _svg(drawn: str) -> str:
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
        ">", f"><style>{INK}</style>", 1
    )
