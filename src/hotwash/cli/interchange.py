"""hotwash interchange: formats, export, check, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from hotwash import bootstrap
from hotwash.cli.options import Json, Kit
from hotwash.cli.screen import emit, err, errors, out, say
from hotwash.kernel.errors import ContentError
from hotwash.kit.exchange.formats import FORMATS

app = typer.Typer(no_args_is_help=True)

SHOWN = 20
"""Breaches that people are shown; machines get all of them."""
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file, if it is there.")]


@app.command()
def formats(as_json: Json = False) -> None:
    """Name every format: which way it goes, what of yours it stands for, and what it does not hold."""
    if as_json:
        emit([{"id": one.id, "title": one.title, "of": one.of, "ways": list(one.ways), "ending": one.ending, "endings": list(one.endings), "loses": one.loses} for one in FORMATS])  # fmt: skip
        return
    table = Table(box=None, pad_edge=False)
    for title in ("format", "what it is", "of a", "ways", "what is lost"):
        table.add_column(title, style="bold" if title == "format" else "", no_wrap=title == "format")
    for one in FORMATS:
        table.add_row(one.id, one.title, one.of, ", ".join(one.ways), one.loses)
    out.print(table)


@app.command("export")
def export_(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="See `hotwash interchange formats`.")],
    source: Annotated[str, typer.Argument(help="A scenario, a runbook of the kit, or the folder of a record.")],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="File to write; named after the source otherwise. aar-ip ends in .xlsx or .docx.",
            show_default=False,
        ),
    ] = None,
    kit: Kit = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a scenario, a runbook or a drill in another format, and say what it does not hold.

    Records and scenarios hold the answer key: keep what is written from players until the hot wash."""
    with errors():
        made = bootstrap.export_as(form, source, kit, to.suffix.removeprefix(".").lower() if to else "")
        ending = next(one.ending for one in FORMATS if one.id == form)
        target = to or Path(f"EXERCISE-{Path(source).name}-{form}.{ending}")
        _free(target, overwrite=overwrite)
        target.write_bytes(made.body)
    say(f"wrote  {target}")
    err.print(f"not in it: {made.loses}", markup=False, style="dim", soft_wrap=True)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="JSON file that was exported, here or elsewhere, edited or not.")],
    schema: Annotated[
        Path,
        typer.Option(
            "--schema", help="JSON Schema of the format, from its owner: the file, or a folder with one at its top."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Hold a JSON file against the schema that a format's owner publishes; what does not fit is named by its place.

    Any draft of JSON Schema from 3 to 2020-12. A schema of several files is read from beside the one named; nothing is fetched."""
    with errors(as_json=as_json):
        found = bootstrap.fit(file, schema)
    if as_json:
        emit({"fits": not found.breaches, "file": str(file), "schema": str(found.schema), "title": found.title, "draft": found.draft, "breaches": list(found.breaches)})  # fmt: skip
    else:
        for one in found.breaches[:SHOWN]:
            say(one)
        more = len(found.breaches) - SHOWN
        if more > 0:
            say(f"and {more} more: --json names them all")
        verdict = "does not fit" if found.breaches else "fits"
        say(f"{verdict}  {file}  {found.title} ({found.schema}, {found.draft})")
    if found.breaches:
        raise typer.Exit(1)


@app.command("import")
def import_(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="See `hotwash interchange formats`.")],
    file: Annotated[Path, typer.Argument(help="File in that format.")],
    to: Annotated[Path, typer.Option("--to", help="File to write: msel.yaml of a scenario, or a guide of your kit.")],
    mode: Annotated[
        list[str] | None,
        typer.Option(help="Failure mode that a runbook is for; may be given again.", show_default=False),
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Read injects or a playbook from another format into a file of yours, and say what was lost or guessed."""
    with errors(as_json=as_json):
        _free(to, overwrite=overwrite)
        given = bootstrap.import_from(form, file, mode or ())
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(given.text, encoding="utf-8")
    if as_json:
        emit({"wrote": str(to), "lost": list(given.lost)})
        return
    say(f"wrote  {to}")
    for one in given.lost:
        err.print(f"look at  {one}", markup=False, soft_wrap=True)


def _free(file: Path, *, overwrite: bool) -> None:
    if file.is_dir():
        raise ContentError.at(file, "is a folder", "Name a file with --to.")
    if file.exists() and not overwrite:
        raise ContentError.at(file, "is there already", "Name another file, or add --overwrite.")
