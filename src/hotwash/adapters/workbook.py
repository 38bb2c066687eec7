"""Sheets as xlsx files. Text stays text: a cell that begins like a formula is written as words and marked so."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from hotwash.kernel.errors import ContentError, Located

Value = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the start of a cell (OWASP, CSV injection)."""
LARGEST = 16 * 1024 * 1024
LARGEST_INSIDE = 128 * 1024 * 1024
MOST_ROWS = 20_000
STAMP = datetime(2000, 1, 1)  # noqa: DTZ001  # a constant that no zone moves; the format stores none
"""Creation time in the file: always the same, so that the same sheets are the same file inside."""


class SheetLike(Protocol):
    """What is written: see `hotwash.aftermath.exchange.hseep.Sheet`."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[Value]]: ...
    @property
    def widths(self) -> Sequence[int]: ...
    @property
    def heading(self) -> int: ...


def to_xlsx(sheets: Iterable[SheetLike]) -> bytes:
    """A workbook. EXERCISE stands in the header and footer of each printed page."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.created, book.properties.modified = "hotwash", STAMP, STAMP
    for one in sheets:
        page = book.create_sheet(one.name)
        for number, row in enumerate(one.rows, 1):
            for column, value in enumerate(row, 1):
                cell = page.cell(number, column)
                assert isinstance(cell, Cell)
                _write(cell, value, bold=number == one.heading)
        for column, width in enumerate(one.widths, 1):
            page.column_dimensions[get_column_letter(column)].width = width
        if one.heading:
            page.freeze_panes = f"A{one.heading + 1}"
        page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.oddHeader.center.text = page.oddFooter.center.text = "EXERCISE · EXERCISE · EXERCISE"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: Cell, value: Value, *, bold: bool) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="DDDDDD")


def read_xlsx(file: Path, sheet: str) -> list[list[Value]]:
    """Rows of one sheet, or of the only one. Raises ContentError for a file that is none, is too large or lacks the sheet."""
    try:
        _ensure_small(file)
        book = load_workbook(file, read_only=True, data_only=False)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, InvalidFileException) as broken:
        said = f"cannot be read as a workbook: {broken}"
        raise ContentError.at(file, said, "Save it as .xlsx.") from broken
    names = book.sheetnames
    if sheet not in names and len(names) != 1:
        said = f"has no sheet '{sheet}': {', '.join(names)}"
        raise ContentError.at(file, said, f"Call the sheet {sheet}.")
    page = book[sheet if sheet in names else names[0]]
    rows = []
    for number, row in enumerate(page.iter_rows(values_only=True), 1):
        if number > MOST_ROWS:
            said = f"has more than {MOST_ROWS} rows"
            raise ContentError.at(Located(file, number, 1), said, "Delete what is empty below the table.")
        rows.append([one if one is None or isinstance(one, str | int | float) else str(one) for one in row])
    book.close()
    return rows


def _ensure_small(file: Path) -> None:
    with zipfile.ZipFile(file) as packed:
        inside = sum(one.file_size for one in packed.infolist())
    if file.stat().st_size > LARGEST or inside > LARGEST_INSIDE:
        said = "is too large for a list of injects"
        raise ContentError.at(file, said, f"Keep it under {LARGEST // 2**20} MB.")
