"""hotwash suite import, hotwash suite export: the test sets and results of other tools."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.aftermath.triaged.about import legible
from hotwash.cli.options import Json
from hotwash.cli.screen import emit, errors, say, write
from hotwash.cli.suite_compare import app
from hotwash.kernel.errors import ContentError
from hotwash.kit.names import instead

__all__ = ["app"]
FORMS = ("promptfoo", "inspect")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="promptfoo configuration or results, Inspect log, or garak report.", show_default=False)],
    folder: Annotated[Path, typer.Option("--out", help="Folder to make, with the suite in it.", show_default=False)],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write into a folder that holds something.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Make a suite of another tool's test set or results, with recorded responses and judged rows where there are any. Says what is lost."""
    with errors(as_json=as_json):
        found = bootstrap.import_suite(file, folder, overwrite=overwrite)
    verdicts = {name: sum(row["verdict"] == name for row in found.rows) for name in ("pass", "fail", "unknown")}
    if as_json:
        emit(
            {
                "folder": str(folder),
                "kind": found.kind,
                "cases": len(found.cases),
                "responses": len(found.answers),
                "judged": verdicts,
                "lost": dict(found.lost),
            }
        )
        return
    say(f"wrote {folder}: {len(found.cases):,} cases of a {found.kind}")
    if found.rows:
        say(f"  judged there: {verdicts['pass']:,} passed, {verdicts['fail']:,} failed, {verdicts['unknown']:,} unknown (judged.jsonl)")  # fmt: skip
    _lost(found.lost)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The suite's file.", show_default=False)],
    form: Annotated[str, typer.Option("--to", help=f"Whose form: {', '.join(FORMS)}.", show_default=False)],
    target: Annotated[Path, typer.Option("--out", help="File to write.", show_default=False)],
    as_json: Json = False,
) -> None:  # fmt: skip
    """Write a suite as a promptfoo configuration or as a dataset for Inspect. Says what is lost."""
    with errors(as_json=as_json):
        if form not in FORMS:
            raise ContentError.at("--to", f"'{form}' is no form", instead(form, FORMS))
        text, lost = bootstrap.export_suite(file, form)
        write(target, text)
    if as_json:
        emit({"file": str(target), "form": form, "lost": lost})
        return
    say(f"wrote {target}")
    _lost(lost)


def _lost(lost: Mapping[str, int]) -> None:
    for name, n in sorted(lost.items()):
        say(f"  lost  {legible(name)}  {n:,}", style="dim")
