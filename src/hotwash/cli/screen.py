"""Where output goes: people get colour and tables, machines get JSON, errors go to stderr with an exit code."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console

from hotwash.aftermath.blocks import Report
from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown
from hotwash.kernel.errors import ContentError, HotwashError, TamperedError
from hotwash.kernel.readable import readable

USAGE, CONTENT, TAMPERED = 2, 3, 4
"""Exit codes: 1 is a check that failed, these are things that could not be done."""

ADVICE = {
    errno.ENOENT: "Name a file or folder that is there.",
    errno.EACCES: "Name a place where you may read and write, or have its rights changed.",
    errno.EROFS: "It is on a disk that is read-only: name another place.",
    errno.ENOSPC: "The disk is full: make room, or name another place.",
    errno.EISDIR: "It is a folder: name a file in it.",
    errno.ENOTDIR: "A part of the path is a file: name a folder.",
}
ELSE = "Name another place, or mend this one."
"""What to do next where the system refused a file, by the number of its error."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def emit(value: Any) -> None:
    """Print JSON for machines, on stdout, nothing else."""
    sys.stdout.write(readable(value))


def say(text: str, *, style: str = "") -> None:
    """Print a line as it is: no markup in it, and as long as it wants to be."""
    out.print(text, markup=False, soft_wrap=True, style=style or None)


@contextmanager
def errors(*, as_json: bool = False) -> Iterator[None]:
    """Turn our errors into a message that says what to do, and an exit code."""
    try:
        yield
    except HotwashError as wrong:
        _complain(wrong, as_json)
        code = CONTENT if isinstance(wrong, ContentError) else TAMPERED if isinstance(wrong, TamperedError) else USAGE
        raise typer.Exit(code) from wrong
    except ValidationError as wrong:
        problem = ContentError([])
        problem.args = (f"the record's content does not fit this version of hotwash: {wrong.error_count()} mistakes",)
        _complain(problem, as_json)
        raise typer.Exit(CONTENT) from wrong
    except OSError as wrong:
        if wrong.filename is None:  # no file of anybody's: a pipe that was closed, a network; not ours to explain
            raise
        found = f"the system says: {wrong.strerror}"
        _complain(ContentError.at(str(wrong.filename), found, ADVICE.get(wrong.errno or 0, ELSE)), as_json)
        raise typer.Exit(CONTENT) from wrong


def write(file: Path | None, body: str | bytes) -> None:
    """Write a file, where one is named; its folder is made. Raises ContentError where it cannot be written."""
    if file is None:
        return
    if file.is_dir():
        raise ContentError.at(file, "this is a folder", f"Name a file in it, such as {file / 'name'}.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body.encode() if isinstance(body, str) else body)
    except OSError as wrong:
        instead = "Name a file in a folder that you can write to."
        raise ContentError.at(file, f"cannot be written: {wrong.strerror}", instead) from wrong


def write_pages(report: Report, file: Path) -> None:
    """Write a report as one HTML file and say so. Raises ContentError where no file can be written."""
    write(file, to_html(report))
    say(f"wrote {file}")


def write_report(made: Report, html: Path | None = None, markdown: Path | None = None) -> None:
    """As a page and as Markdown, where these are asked for."""
    write(html, to_html(made))
    write(markdown, to_markdown(made))


def _complain(wrong: HotwashError, as_json: bool) -> None:
    if as_json:
        problems = [str(one) for one in wrong.problems] if isinstance(wrong, ContentError) else []
        emit({"error": {"code": wrong.code, "message": str(wrong), "problems": problems, "permanent": wrong.permanent}})
        return
    err.print("[bold red]error[/] ", end="")
    err.print(str(wrong), markup=False, soft_wrap=True)
