"""hotwash causes: new, check, show, compare."""

from __future__ import annotations

from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.cli.options import DrillFolder, Html, Json, Markdown, Pdf
from hotwash.cli.papers import Overwrite, show, start, tell
from hotwash.cli.screen import errors, say

app = typer.Typer(no_args_is_help=True)


@app.command()
def new(folder: DrillFolder, overwrite: Overwrite = False) -> None:
    """Draft causes.yaml from what the team recorded, with questions where nobody recorded anything."""
    with errors():
        record = bootstrap.find_record(folder)
        file = start(record, bootstrap.CAUSES, bootstrap.draft_causes(record), overwrite=overwrite)
    say(f"wrote {file}: answer what is open, then: hotwash causes check {folder}")


@app.command()
def check(folder: DrillFolder, as_json: Json = False) -> None:
    """Say what cannot stand: a why without evidence, evidence that does not exist, an end at a symptom or a person, a hop without a control."""
    with errors(as_json=as_json):
        found = bootstrap.check_causes(bootstrap.find_record(folder))
    tell(found.problems, "causes", as_json=as_json)


@app.command("show")
def show_(
    folder: DrillFolder,
    bow_tie: Annotated[bool, typer.Option("--bow-tie", help="The bow-tie alone.")] = False,
    html: Html = None,
    md: Markdown = None,
    pdf: Pdf = None,
) -> None:
    """Show the paper with its drawn fault tree and bow-tie; what is open is shown as open."""
    with errors():
        found = bootstrap.check_causes(bootstrap.find_record(folder))
        show(found.bow_tie() if bow_tie else found.report(), html, md, pdf)


@app.command()
def compare(folder: DrillFolder, html: Html = None, md: Markdown = None, pdf: Pdf = None) -> None:
    """Compare the paper with the answer key: found, partly, missed, wrong, and what in the record could have shown it."""
    with errors():
        record = bootstrap.find_record(folder)
        show(bootstrap.check_causes(record).compared(record), html, md, pdf)
