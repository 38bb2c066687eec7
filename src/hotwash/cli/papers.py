"""What the commands for papers after a drill have in common: problems told, pages written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.aftermath.blocks import Report
from hotwash.aftermath.markdown import to_markdown
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, out, write_pages
from hotwash.kernel.errors import ContentError, Located, Problem

DrillFolder = Annotated[
    Path, typer.Argument(metavar="DRILL", help="Folder of a record, or a drill's folder of a house.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines and nothing else.")]
Html = Annotated[Path | None, typer.Option(help="Write it as a page to this file.", show_default=False)]
Markdown = Annotated[Path | None, typer.Option("--md", help="Write it as Markdown to this file.", show_default=False)]
Pdf = Annotated[Path | None, typer.Option(help="Write it for print to this file.", show_default=False)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the paper that is there.")]


def start(record: Path, name: str, text: str, *, overwrite: bool) -> Path:
    """Write a first paper. Raises ContentError where there is one already."""
    if bootstrap.paper(record, name) is not None and not overwrite:
        where = Located(bootstrap.improvement_of(record) / name)
        raise ContentError([Problem(where, "is there already", "Edit it, or add --overwrite to begin again.")])
    return bootstrap.keep_paper(record, name, text)


def tell(problems: Sequence[Problem], what: str, *, as_json: bool) -> None:
    """Say every problem, and end with exit code 1 if there is one."""
    if as_json:
        emit({"ok": not problems, "problems": [str(one) for one in problems]})
    else:
        for one in problems:
            out.print(str(one), markup=False, soft_wrap=True)
        counted = f"{len(problems)} to mend" if problems else "nothing to mend"
        out.print(f"{what}: {counted}", markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def show(report: Report, html: Path | None, md: Path | None, pdf: Path | None) -> None:
    """Write the files that were asked for; without any, show it here."""
    if html is not None:
        write_pages(report, html)
    if md is not None:
        _write(md, to_markdown(report).encode())
    if pdf is not None:
        _write(pdf, bootstrap.set_for_print(report))
    if html is md is pdf is None:
        show_report(out, report)


def _write(file: Path, body: bytes) -> None:
    try:
        file.write_bytes(body)
    except OSError as wrong:
        said = Problem(
            Located(file), f"it cannot be written: {wrong.strerror}", "Name a file in a folder that is there."
        )
        raise ContentError([said]) from wrong
    out.print(f"wrote {file}", markup=False, soft_wrap=True)
