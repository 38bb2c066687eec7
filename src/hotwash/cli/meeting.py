"""hotwash meeting: new, check, show, sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.cli.options import DrillFolder, Html, Json, Markdown, Pdf
from hotwash.cli.papers import Overwrite, show, start, tell
from hotwash.cli.screen import errors, say

app = typer.Typer(no_args_is_help=True)

Frameworks = Annotated[
    Path | None, typer.Option(help="Your own file of frameworks; the packaged one otherwise.", show_default=False)
]


@app.command()
def new(folder: DrillFolder, frameworks: Frameworks = None, overwrite: Overwrite = False) -> None:
    """Draft review.yaml and risks.yaml from the record and from causes.yaml, cited, with questions for the rest."""
    with errors():
        record = bootstrap.find_record(folder)
        for name, text in bootstrap.draft_meeting(record, frameworks).items():
            file = start(record, name, text, overwrite=overwrite)
            say(f"wrote {file}")
    say(f"answer what is open, then: hotwash meeting check {folder}")


@app.command()
def check(folder: DrillFolder, frameworks: Frameworks = None, as_json: Json = False) -> None:
    """Say what is open or cannot stand in minutes and register, who has not signed, and what changed after somebody did."""
    with errors(as_json=as_json):
        found = bootstrap.check_meeting(bootstrap.find_record(folder), frameworks)
    tell(found.problems, "review", as_json=as_json)


@app.command("show")
def show_(
    folder: DrillFolder, frameworks: Frameworks = None, html: Html = None, md: Markdown = None, pdf: Pdf = None
) -> None:
    """Show minutes, register, coverage of frameworks and sign-off."""
    with errors():
        show(bootstrap.check_meeting(bootstrap.find_record(folder), frameworks).report(), html, md, pdf)


@app.command()
def sign(
    folder: DrillFolder,
    role: Annotated[str, typer.Option(help="Role that signs; one of `sign_off` in review.yaml.")],
    name: Annotated[str, typer.Option(help="Name of the person who signs.")],
    frameworks: Frameworks = None,
) -> None:
    """Sign the papers as they are now; refused while something is to be mended. A later change shows in `check`."""
    with errors():
        file = bootstrap.sign_meeting(bootstrap.find_record(folder), role, name, frameworks)
    say(f"signed by {role}: {file}")
