"""What the commands for papers after a drill have in common: problems told, pages written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.aftermath.blocks import Report
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, out, say, write, write_report
from hotwash.kernel.errors import ContentError, Located, Problem

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the paper that is there.")]


def start(record: Path, name: str, text: str, *, overwrite: bool) -> Path:
    """Write a first paper. Raises ContentError where there is one already."""
    if bootstrap.paper(record, name) is not None and not overwrite:
        where = Located(bootstrap.improvement_of(record) / name)
        raise ContentError.at(where, "is there already", "Edit it, or add --overwrite to begin again.")
    return bootstrap.keep_paper(record, name, text)


def tell(problems: Sequence[Problem], what: str, *, as_json: bool) -> None:
    """Say every problem, and end with exit code 1 if there is one."""
    if as_json:
        emit({"ok": not problems, "problems": [str(one) for one in problems]})
    else:
        for one in problems:
            say(str(one))
        counted = f"{len(problems)} to mend" if problems else "nothing to mend"
        say(f"{what}: {counted}")
    if problems:
        raise typer.Exit(1)


def show(report: Report, html: Path | None, md: Path | None, pdf: Path | None) -> None:
    """Write the files that were asked for; without any, show it here."""
    write_report(report, html, md)
    if pdf is not None:
        write(pdf, bootstrap.set_for_print(report))
    for file in (html, md, pdf):
        if file is not None:
            say(f"wrote {file}")
    if html is md is pdf is None:
        show_report(out, report)
