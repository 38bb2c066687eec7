"""hotwash controls: new, check, show, traceability."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hotwash import bootstrap
from hotwash.cli.options import DrillFolder, Html, Json, Markdown, Pdf
from hotwash.cli.papers import Overwrite, show, start, tell
from hotwash.cli.screen import emit, errors, say
from hotwash.kernel.errors import ContentError
from hotwash.triage.stats import Rate
from hotwash.triage.traceability import PARTS, Part, Traceability

app = typer.Typer(no_args_is_help=True)


@app.command()
def new(folder: DrillFolder, overwrite: Overwrite = False) -> None:
    """Draft controls.yaml: an operating instruction for each control that was missing or failed, and an access review to fill."""
    with errors():
        record = bootstrap.find_record(folder)
        file = start(record, bootstrap.CONTROLS, bootstrap.draft_controls(record), overwrite=overwrite)
    say(f"wrote {file}: answer what is open, then: hotwash controls check {folder}")


@app.command()
def check(folder: DrillFolder, as_json: Json = False) -> None:
    """Say what cannot stand: a control without its operating instruction, a gap that no control answers, access that nobody judged."""
    with errors(as_json=as_json):
        found = bootstrap.check_controls(bootstrap.find_record(folder))
    tell(found.problems, "controls", as_json=as_json)


@app.command("show")
def show_(folder: DrillFolder, html: Html = None, md: Markdown = None, pdf: Pdf = None) -> None:
    """Show each control with its operating instruction, and who may change what."""
    with errors():
        show(bootstrap.check_controls(bootstrap.find_record(folder)).report(), html, md, pdf)


@app.command()
def traceability(
    source: Annotated[Path, typer.Argument(help="File or folder of traces, or a folder of a drill's record.")],
    columns: Annotated[Path | None, typer.Option(help="What the columns mean; columns.yaml beside the data otherwise.", show_default=False)] = None,
    part: Annotated[list[str] | None, typer.Option(help=f"part=column, where names do not tell; parts are {', '.join(PARTS)}; may be given again.", show_default=False)] = None,
    most: Annotated[float, typer.Option(min=0, max=1, help="Share of outputs that may stay untied; above it, exit code 1.")] = 0.0,
    html: Html = None,
    md: Markdown = None,
    pdf: Pdf = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Count which share of the outputs cannot be tied to model, prompt, policy and index version, by part and by segment."""
    with errors(as_json=as_json):
        given = _given(part or ())
        record = bootstrap.record_at(source)
        found, report = (
            bootstrap.traceable_drill(record) if record else bootstrap.traceable_traces(source, columns, given)
        )
        if as_json:
            emit(_plain(found))
        else:
            show(report, html, md, pdf)
    if not found.untied.asked or found.untied.found / found.untied.asked > most:
        raise typer.Exit(1)


def _given(parts: list[str] | tuple[()]) -> dict[Part, str]:
    found: dict[Part, str] = {}
    for one in parts:
        name, _, column = one.partition("=")
        if name not in PARTS or not column:
            said = f"'{one}' is no part with its column"
            raise ContentError.at("--part", said, f"Write one of {', '.join(PARTS)}, '=' and a column.")
        found[name] = column
    return found


def _plain(found: Traceability) -> dict[str, Any]:
    return {
        "untied": _rate(found.untied),
        "parts": [{"part": one.part, "column": one.column, **_rate(one.untied)} for one in found.parts],
        "segments": [
            {"dim": one.dim, "value": one.value, "stands_out": one.stands_out, "lacking": dict(one.parts), "lost": one.lost, **_rate(one.untied)}
            for one in found.segments
        ],
        "by_bundle": found.by_bundle,
        "lost": found.lost,
        "left_out": list(found.left_out),
    }  # fmt: skip


def _rate(rate: Rate) -> dict[str, float | None]:
    known = rate.asked > 0
    return {
        "found": int(rate.found),
        "asked": int(rate.asked),
        "share": rate.share if known else None,
        "low": rate.low,
        "high": rate.high,
    }
