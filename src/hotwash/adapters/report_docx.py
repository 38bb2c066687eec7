"""Reports as Word documents: the same blocks, headings and tables as Word knows them, the handling line in every header."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from hotwash.aftermath.blocks import (
    Block,
    Bullets,
    Callout,
    Cell,
    Figures,
    Page,
    Passage,
    Prose,
    Quote,
    Report,
    Run,
    Section,
    Table,
)  # fmt: skip

WORDS = {"plain": "", "good": "good", "warn": "partly", "bad": "missed"}
STILL = datetime(2020, 1, 1, tzinfo=UTC)
"""A date for what a file must date, so that the same report gives the same bytes."""
LINK = RGBColor(0x1D, 0x4E, 0xD8)
DEEPEST = 3
"""Levels of bullets that Word's own template has a style for."""


def to_docx(report: Report) -> bytes:
    """The whole report. Raises TypeError for a block that it cannot set (charts are drawn on paper and screen alone)."""
    word = Document()
    _frame(word, report)
    word.add_heading(report.heading, level=0)
    word.add_paragraph(report.subtitle)
    for name, value in report.facts:
        line = word.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)
    for block in report.blocks:
        _block(word, block)
    packed = io.BytesIO()
    word.save(packed)
    return _still(packed.getvalue())


def _frame(word: Word, report: Report) -> None:
    """Page, header, footer, and who made it: nobody in particular, at no time."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    for part in (section.header, section.footer):
        part.paragraphs[0].text = report.handling
        part.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.styles["Normal"].font.size = Pt(10)
    core = word.core_properties
    core.title, core.author, core.last_modified_by, core.comments = report.heading, "", "", ""
    core.created = core.modified = STILL


def _block(word: Word, block: Block) -> None:
    match block:
        case Section():
            heading = word.add_heading(block.title, level=block.level - 1)
            heading.paragraph_format.page_break_before = block.new_page or None
        case Prose():
            word.add_paragraph(block.text + _cites(block.cites))
        case Page():
            word.add_paragraph(block.text)
        case Passage():
            _write(word.add_paragraph(), block.runs)
        case Bullets():
            for item, level in zip(block.items, block.levels, strict=True):
                deep = min(level, DEEPEST - 1)
                _write(word.add_paragraph(style=f"List Bullet {deep + 1}" if deep else "List Bullet"), item.runs)
        case Callout() | Quote():
            line = word.add_paragraph(style="Intense Quote" if isinstance(block, Callout) else "Quote")
            line.add_run(f"{block.title} ").bold = True
            line.add_run(block.text + _cites(block.cites))
        case Figures():
            for one in block.items:
                word.add_paragraph(f"{one.label}: {one.value} {one.note}".rstrip(), style="List Bullet")
        case Table():
            _table(word, block)
        case _:
            raise TypeError(f"a report for Word has no block {type(block).__name__}")


def _table(word: Word, table: Table) -> None:
    if not table.told or not table.rows:
        word.add_paragraph(table.caption if table.rows else f"{table.caption}: {table.empty}").runs[0].bold = True
    if not table.rows:
        return
    grid = word.add_table(rows=1, cols=len(table.head), style="Light Grid Accent 1")
    for cell, title in zip(grid.rows[0].cells, table.head, strict=True):
        _fill(cell, Cell(title, strong=True))
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001  # the library has no word for a row that is repeated on each page
    for row in table.rows:
        added = grid.add_row().cells
        for cell, said in zip(added, row, strict=True):
            _fill(cell, said)
    word.add_paragraph()


def _fill(cell: _Cell, said: Cell) -> None:
    line = cell.paragraphs[0]
    word = said.word or WORDS[said.tone]
    if word:
        line.add_run(f"{word} ").bold = True
    _write(line, said.runs or (Run(said.text + _cites(said.cites), strong=said.strong),))
    for run in line.runs:
        run.font.size = Pt(8)


def _write(line: Paragraph, runs: Iterable[Run]) -> None:
    for one in runs:
        run = line.add_run(one.text)
        run.bold = one.strong or None
        if one.to:
            run.font.color.rgb = LINK
            run.font.size = Pt(8)


def _cites(versions: tuple[int, ...]) -> str:
    return f" [{', '.join(f'e{one}' for one in versions)}]" if versions else ""


def _still(packed: bytes) -> bytes:
    """The same archive with the same date on every part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            made.writestr(zipfile.ZipInfo(part.filename, STILL.timetuple()[:6]), given.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()
