"""hotwash: a flight simulator for AI incidents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from hotwash import __version__, bootstrap
from hotwash.cli import (
    bundle,
    canary,
    capa,
    causes,
    controls,
    draft,
    drill,
    evidence,
    gate,
    interchange,
    kit,
    meeting,
    obligations,
    postmortem,
    readiness,
    review,
    scenario,
    suite_compare,
    suite_formats,
    traces,
    triage,
)
from hotwash.cli import serve as serving
from hotwash.cli.examples import give_examples
from hotwash.cli.options import Kit
from hotwash.cli.rehearse import rehearse
from hotwash.cli.results import show_scorecard
from hotwash.cli.screen import errors, out
from hotwash.cli.solo import solo
from hotwash.conductor.plan import DrillPlan
from hotwash.conductor.record import REPORT_HTML
from hotwash.standins.cast import profiles_by_seat

DEMO = "cross-tenant-leak"
DEMO_SPEED, UNATTENDED_SPEED = 10, 240
"""Drill seconds a second: an hour in six minutes for people, in a quarter of a minute for nobody."""

START, OWN, DURING, AFTER, OVER = (
    "Start here", "Your own traces and rules", "While it burns", "What follows a drill", "Over the year",
)  # fmt: skip
app = typer.Typer(
    no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False,
    epilog="The first time: `hotwash demo` shows a drill, `hotwash drill solo cross-tenant-leak` lets you play one, `hotwash serve` is for a team.",
)  # fmt: skip
GROUPS: tuple[tuple[str, str, typer.Typer], ...] = (
    (START, "drill", drill.app), (START, "scenario", scenario.app),
    (OWN, "kit", kit.app), (OWN, "traces", traces.app), (OWN, "triage", triage.app), (OWN, "interchange", interchange.app),
    (DURING, "draft", draft.app), (DURING, "obligations", obligations.app), (DURING, "review", review.app),
    (DURING, "bundle", bundle.app), (DURING, "canary", canary.app), (DURING, "suite", suite_compare.app),
    (DURING, "suite", suite_formats.app), (AFTER, "evidence", evidence.app), (AFTER, "postmortem", postmortem.app),
    (AFTER, "causes", causes.app), (AFTER, "meeting", meeting.app), (AFTER, "capa", capa.app), (AFTER, "controls", controls.app),
    (AFTER, "gate", gate.app), (OVER, "readiness", readiness.app),
)  # fmt: skip
"""Under which heading of `hotwash --help` each group of commands stands."""


@app.command(rich_help_panel=START)
def demo(
    data: Annotated[
        Path, typer.Option("--out", help="Folder for the drill and its record; may hold earlier demos.")
    ] = Path("out/demo"),
    speed: Annotated[int, typer.Option(min=1, max=600, help="Drill seconds a second while you watch.")] = DEMO_SPEED,
    players: Annotated[str, typer.Option(help="Stand-ins, as in `hotwash drill run`.")] = "expert",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 0,
    unattended: Annotated[
        bool, typer.Option("--unattended", help="Play fast, write the record and stop. So it does without a terminal.")
    ] = False,
) -> None:
    """Open a running drill in the browser, with stand-ins in every seat; take a seat, pull a lever, skip to the end."""
    attended = out.is_terminal and not unattended
    with errors():
        house = bootstrap.House(data)
        taken = {plan.drill for plan in house.drills()}
        drill = next(name for name in ("demo", *(f"demo-{n}" for n in range(2, 10_000))) if name not in taken)
        seats = profiles_by_seat(players, seed=1)
        house.plan(DrillPlan(drill=drill, title="Demo: a leak between tenants", scenario=DEMO, seats=seats))
        at = serving.Address("127.0.0.1", serving.free_port("127.0.0.1", port))
        link = serving.own_link(house, at, f"/drills/{drill}/as/facilitator")
        out.print("[bold white on red] EXERCISE [/] seven stand-ins handle a leak between tenants; the war room is at")
        out.print(f"  {link}", markup=False, highlight=False, soft_wrap=True)
        out.print(
            "Ctrl+C stops it." if attended else "Played fast, without anybody watching: it ends by itself.", style="dim"
        )
        pace = speed if attended else UNATTENDED_SPEED
        closing = serving.demonstrate(house, at, drill, speed=pace, link=link, attended=attended)
        record = house.record_of(drill)
    if closing is not None:
        show_scorecard(out, closing.card)
    if record is not None:
        out.print(f"\nOpen the report: {(record / REPORT_HTML).resolve()}", markup=False)
        out.print(f"Check its record: {sys.argv[0]} drill verify {record}", markup=False)


@app.command(rich_help_panel=START)
def serve(
    data: Annotated[Path, typer.Option(help="Folder that holds your drills; made if it is not there.")] = Path(
        "hotwash-data"
    ),
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the local network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8700,
    name: Annotated[
        list[str] | None, typer.Option(help="Host name that browsers use; may be given again.", show_default=False)
    ] = None,
    kit: Kit = None,
    secure: Annotated[
        bool, typer.Option("--secure", help="A proxy in front speaks HTTPS: cookies are marked so.")
    ] = False,
    password: Annotated[
        str,
        typer.Option(
            envvar="HOTWASH_PASSWORD",
            help="Facilitators' password. Better by environment than here.",
            show_default=False,
        ),
    ] = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Serve the war room: plan a drill, invite people by link, run it live, close it with a report."""
    with errors():
        house = bootstrap.House(data, kit=kit)
        at = serving.Address(host, serving.free_port(host, port), tuple(name or ()), secure)
        serving.announce(house, out, password)
        link = serving.own_link(house, at)
        out.print("The war room is at")
        out.print(f"  {link}", markup=False, highlight=False, soft_wrap=True)
        out.print(
            "The link makes one browser a facilitator's. Ctrl+C stops the server; drills go on where they were.",
            style="dim",
        )
        serving.run(house, out, at, open_browser=out.is_terminal and not no_browser, link=link)


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


drill.app.command()(solo)
for _panel, _name, _group in GROUPS:
    app.add_typer(_group, name=_name, rich_help_panel=_panel)
app.command(rich_help_panel=OWN)(rehearse)
give_examples(app)


def main() -> None:
    """Entry point of the `hotwash` command."""
    app()
