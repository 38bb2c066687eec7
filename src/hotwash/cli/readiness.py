"""hotwash readiness: report, next, calendar, metrics."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.cli.options import Html, Json, Kit, Pdf
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, err, errors, out, say, write, write_report
from hotwash.kernel.errors import ContentError
from hotwash.readiness.openmetrics import to_openmetrics
from hotwash.readiness.plain import plain
from hotwash.readiness.report import readiness_report
from hotwash.readiness.state import Readiness
from hotwash.readiness.year import to_calendar

app = typer.Typer(no_args_is_help=True)

Folders = Annotated[
    list[Path] | None,
    typer.Argument(help="Folders of drills: what `hotwash serve --data` keeps, records, or folders of records; hotwash-data otherwise.", show_default=False),
]  # fmt: skip
Day = Annotated[str, typer.Option("--day", help="The day that it is told for, YYYY-MM-DD; today otherwise.", show_default=False)]  # fmt: skip
StandIns = Annotated[bool, typer.Option("--stand-ins", help="Count drills that stand-ins played alone, too.")]
Programme = Annotated[
    Path | None, typer.Option(help="Your own programme.yaml; the packaged one otherwise.", show_default=False)
]
Incidents = Annotated[
    Path | None, typer.Option(help="YAML file of real incidents by their stamps, shown beside.", show_default=False)
]
HOME = Path("hotwash-data")


@app.command()
def report(
    folders: Folders = None,
    day: Day = "",
    since: Annotated[str, typer.Option(help="Leave drills before this day out: a quarter begins here.", show_default=False)] = "",
    incidents: Incidents = None,
    programme: Programme = None,
    kit: Kit = None,
    stand_ins: StandIns = False,
    html: Html = None,
    pdf: Pdf = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Times, shares, trends, coverage, decay of controls, what each drill brought, and what to drill next: the quarterly report."""
    with errors(as_json=as_json):
        with err.status("reading drills"):
            found = bootstrap.readiness(
                folders or [HOME], _day(day), incidents=incidents, programme=programme, kit=kit, stand_ins=stand_ins,
                since=_date(since, "--since") if since else None,
            )  # fmt: skip
        page = readiness_report(found)
        write_report(page, html)
        if pdf is not None:
            write(pdf, bootstrap.readiness_pdf(found))
    if as_json:
        emit(plain(found))
        return
    for target in (html, pdf):
        if target is not None:
            say(f"wrote  {target}")
    if html is None and pdf is None:
        show_report(out, page)


@app.command("next")
def next_(
    folders: Folders = None, day: Day = "", programme: Programme = None, kit: Kit = None, stand_ins: StandIns = False, as_json: Json = False
) -> None:  # fmt: skip
    """What to drill next: every scenario with its points, and each reason with its own."""
    with errors(as_json=as_json):
        found = bootstrap.readiness(folders or [HOME], _day(day), programme=programme, kit=kit, stand_ins=stand_ins)
    if as_json:
        emit(plain(found.following))
        return
    for one in found.following:
        card = "" if one.card == "none" else f", with {one.card}"
        out.print(f"{one.points:5.1f}  {one.scenario}{card}", style="bold", markup=False)
        for points, why in one.reasons:
            say(f"       {points:4.1f}  {why}")


@app.command()
def calendar(
    to: Annotated[Path, typer.Option("--to", help="Calendar file to write.")] = Path("EXERCISE-programme.ics"),
    folders: Folders = None,
    day: Day = "",
    programme: Programme = None,
    kit: Kit = None,
    stand_ins: StandIns = False,
) -> None:
    """The programme of the next twelve months, and the days on which a failure mode stops being known, as a calendar file."""
    with errors():
        found = bootstrap.readiness(folders or [HOME], _day(day), programme=programme, kit=kit, stand_ins=stand_ins)
        write(to, to_calendar(found))
    say(f"wrote  {to}")


@app.command()
def metrics(
    folders: Folders = None,
    day: Day = "",
    programme: Programme = None,
    kit: Kit = None,
    stand_ins: StandIns = False,
    token: Annotated[bool, typer.Option("--token", help="Print the bearer token for /metrics of this house instead.")] = False,
) -> None:  # fmt: skip
    """The same as OpenMetrics text. The war room serves it at /metrics, to facilitators and to whoever has the house's token."""
    with errors():
        homes = folders or [HOME]
        if token:
            if len(homes) != 1 or not (homes[0] / "drills").is_dir():
                raise ContentError.at(homes[0], "is no folder of `hotwash serve`", "Name one such folder.")
            out.print(bootstrap.metrics_token(bootstrap.House(homes[0])), markup=False, highlight=False, soft_wrap=True)
            return
        found: Readiness = bootstrap.readiness(homes, _day(day), programme=programme, kit=kit, stand_ins=stand_ins)
    typer.echo(to_openmetrics(found), nl=False)


def _day(text: str) -> date:
    return _date(text, "--day") if text else bootstrap.today()


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ContentError.at(option, f"'{text}' is no day", "Write it as 2026-11-28.") from wrong
