"""hotwash: a flight simulator for AI incidents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from hotwash import __version__, bootstrap
from hotwash.cli import drill, kit, scenario
from hotwash.cli.feed import Feed
from hotwash.cli.results import show_scorecard
from hotwash.cli.screen import errors, out
from hotwash.conductor.record import REPORT_HTML

DEMO = "cross-tenant-leak"
DEMO_SPEED = 240.0
"""Drill seconds a second: an hour in a quarter of a minute."""

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(drill.app, name="drill")
app.add_typer(scenario.app, name="scenario")
app.add_typer(kit.app, name="kit")


@app.command()
def demo(
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the record; replaced if it is one.")] = Path(
        "out/demo"
    ),
    speed: Annotated[float, typer.Option(min=0, help="Drill seconds a second; 0 is as fast as it goes.")] = DEMO_SPEED,
    players: Annotated[str, typer.Option(help="Stand-ins, as in `hotwash drill run`.")] = "expert",
) -> None:
    """Watch stand-ins handle a leak between tenants, then open the report."""
    with errors():
        table = bootstrap.lay_out(bootstrap.content(DEMO), seed=1)
        bootstrap.check_free(out_dir, overwrite=True)
        seats = {seat: guide.title for seat, guide in table.design.kit.roles.seats.items()}
        out.print(
            f"[bold white on red] EXERCISE [/] {table.design.scenario.title}: seven stand-ins, one hour, {table.design.system.title}"
        )
        pace = speed if out.is_terminal else 0.0
        played = bootstrap.run(table, players, watch=Feed(out, seats), speed=pace)
        bootstrap.save(played.files, out_dir, overwrite=True)
    show_scorecard(out, played.closing.card)
    out.print(f"\nOpen the report: {(out_dir / REPORT_HTML).resolve()}", markup=False)
    out.print(f"Check its record: {sys.argv[0]} drill verify {out_dir}", markup=False)


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"hotwash {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A flight simulator for AI incidents: a team handles the failure of a simulated AI service whose levers work."""


def main() -> None:
    """Entry point of the `hotwash` command."""
    app()
