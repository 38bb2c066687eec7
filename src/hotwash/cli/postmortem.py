"""hotwash postmortem: build, check, show."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from hotwash import bootstrap
from hotwash.aftermath.postmortem.check.finding import Finding
from hotwash.cli.options import DrillFolder, Json
from hotwash.cli.screen import emit, errors, out, say, write
from hotwash.kernel.errors import ContentError

app = typer.Typer(no_args_is_help=True)


@app.command()
def build(drill: DrillFolder, as_json: Json = False) -> None:
    """Build the postmortem beside the record. Built again, it keeps what you wrote: new findings are merged in, and where both sides changed
    the same lines yours stay and a note says what is built now."""
    with errors(as_json=as_json):
        path, conflicts = bootstrap.build_postmortem(bootstrap.find_record(drill))
    if as_json:
        emit({"file": str(path), "conflicts": conflicts})
        return
    out.print(f"[green]built[/] {escape(str(path))}", soft_wrap=True)
    if conflicts:
        out.print(
            f"[yellow]{conflicts} to decide[/]: search for “to decide” in it; the check fails until they are gone."
        )


@app.command()
def check(
    paper: Annotated[Path, typer.Argument(help="A drill, as for build; or a postmortem as a Markdown file.")],
    record: Annotated[
        Path | None,
        typer.Option(help="Record that a file is about, where it does not stand beside one.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find what an auditor would not accept: claims without a citation, citations that do not bear them, figures that differ from the
    record, symptoms given as causes, blame, missing sections. Exit code 1 where there is any. A paper without findings is not therefore true."""
    with errors(as_json=as_json):
        read = bootstrap.read_postmortem(paper, record)
        found = bootstrap.check_postmortem(read.text, read.record)
    if as_json:
        emit(
            {
                "file": str(read.file),
                "against_record": read.record is not None,
                "findings": [asdict(one) for one in found],
            }
        )
    else:
        _show(read.file, found, looked_up=read.record is not None)
    if found:
        raise typer.Exit(1)


@app.command()
def show(
    drill: DrillFolder,
    form: Annotated[str, typer.Option("--format", help="md, html, pdf or docx.")] = "md",
    out_file: Annotated[
        Path | None,
        typer.Option("--out", help="File to write; printed where it is Markdown or HTML.", show_default=False),
    ] = None,
) -> None:
    """Show the postmortem as it stands, as Markdown, HTML, PDF or Word. Builds nothing: what is not built yet is refused."""
    with errors():
        body = bootstrap.show_postmortem(bootstrap.find_record(drill), form)
        if out_file is not None:
            write(out_file, body)
            say(f"wrote {out_file}")
        elif form in ("pdf", "docx"):
            raise ContentError.at(
                "--out", f"{form} is no text for a terminal", f"Name a file, such as postmortem.{form}."
            )
        else:
            sys.stdout.write(body.decode())


def _show(file: Path, found: list[Finding], *, looked_up: bool) -> None:
    for one in found:
        place = f"{file}:{one.line}:{one.column}"
        out.print(f"[bold]{escape(place)}[/] [red]{one.rule}[/] {escape(one.words)}", soft_wrap=True)
        out.print(f"  {escape(one.why)}. [dim]{escape(one.write)}[/]", soft_wrap=True)
    if not looked_up:
        out.print("[yellow]no record[/]: citations were not looked up; name one with --record")
    out.print(f"[bold red]{len(found)} to mend[/]" if found else "[green]nothing to mend[/]")
