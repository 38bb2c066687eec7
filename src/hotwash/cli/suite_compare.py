"""hotwash suite compare, hotwash suite regression: what recorded runs say about a choice or a change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.aftermath.triage_pages import plain
from hotwash.bootstrap import RecordedTraces
from hotwash.cli.options import Html, Json, Markdown
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, errors, out, write_report
from hotwash.cli.suite import app
from hotwash.conductor.choice_pages import choice_report, regression_report
from hotwash.gates.choose import choose
from hotwash.gates.regression import Criterion, regression

__all__ = ["app"]


@app.command()
def compare(
    runs: Annotated[Path, typer.Argument(help="Recorded runs of several configurations on the same tasks, clean and attacked.", show_default=False)],
    only: Annotated[list[str] | None, typer.Option(help="Compare this configuration; may be given again. All otherwise.", show_default=False)] = None,
    today: Annotated[str, typer.Option(help="What runs today: costs are measured from it. From the best clean success otherwise.", show_default=False)] = "",
    most_harm: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of attacked runs with harm that is acceptable: what may be above it is not chosen.")] = 1.0,
    mapping: Annotated[Path | None, typer.Option(help="What the fields of the runs mean; mapping.yaml beside them otherwise.", show_default=False)] = None,
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say which configuration to contain with, at what cost in clean success, and which verdicts cannot be known."""
    with errors(as_json=as_json):
        found = choose(
            bootstrap.recorded_runs(RecordedTraces(runs, mapping)), only=only or (), today=today, most_harm=most_harm
        )
        made = choice_report(found)
        write_report(made, html, markdown)
    if as_json:
        emit(plain(found))
    else:
        show_report(out, made)


@app.command("regression")
def regression_(
    before: Annotated[Path, typer.Argument(help="Judged requests before: CSV or JSON lines, gzipped or not.", show_default=False)],
    after: Annotated[Path, typer.Argument(help="The same requests after.", show_default=False)],
    failed: Annotated[str, typer.Option(help="What counts as failed, as column=value,other; * stands for anything.", show_default=False)],
    key: Annotated[str, typer.Option(help="Column that names a request.")] = "id",
    by: Annotated[str, typer.Option(help="Column of categories.", show_default=False)] = "",
    where: Annotated[list[str] | None, typer.Option(help="Look at these requests alone, as column=value or column!=value; may be given again.", show_default=False)] = None,
    unknown: Annotated[list[str] | None, typer.Option(help="What cannot be judged, in the same way; may be given again.", show_default=False)] = None,
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Compare the same requests before and after a change, by category, in pairs; exit code 1 where something is worse for certain."""
    with errors(as_json=as_json):
        found = regression(
            bootstrap.judged_rows(before), bootstrap.judged_rows(after), key=key, failed=Criterion.of(failed), by=by,
            where=[Criterion.of(one) for one in where or ()], unknown=[Criterion.of(one) for one in unknown or ()],
        )  # fmt: skip
        made = regression_report(found, failed)
        write_report(made, html, markdown)
    if as_json:
        emit(plain(found))
    else:
        show_report(out, made)
    if found.whole.change == "worse" or any(one.change == "worse" for one in found.categories):
        raise typer.Exit(1)
