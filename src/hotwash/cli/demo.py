"""hotwash demo: a drill that plays itself in the browser, to look at and to step into."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.cli import serve as serving
from hotwash.cli.options import Port
from hotwash.cli.results import show_scorecard
from hotwash.cli.screen import errors, out
from hotwash.conductor.plan import DrillPlan
from hotwash.conductor.record import REPORT_HTML
from hotwash.standins.cast import profiles_by_seat

DEMO = "cross-tenant-leak"
DEMO_SPEED, UNATTENDED_SPEED = 10, 240
"""Drill seconds a second: an hour in six minutes for people, in a quarter of a minute for nobody."""


def demo(
    data: Annotated[
        Path, typer.Option("--out", help="Folder for the drill and its record; may hold earlier demos.")
    ] = Path("out/demo"),
    speed: Annotated[int, typer.Option(min=1, max=600, help="Drill seconds a second while you watch.")] = DEMO_SPEED,
    players: Annotated[str, typer.Option(help="Stand-ins, as in `hotwash drill run`.")] = "expert",
    port: Port = 0,
    unattended: Annotated[
        bool, typer.Option("--unattended", help="Play fast, write the record and stop. So it does without a terminal.")
    ] = False,
) -> None:
    """Open a running drill in the browser, with stand-ins in every seat; take a seat, pull a lever, skip to the end."""
    attended = out.is_terminal and not unattended
    with errors():
        at = serving.Address("127.0.0.1", serving.listen("127.0.0.1", port))
        house = bootstrap.House(data)
        taken = {plan.drill for plan in house.drills()}
        drill = next(name for name in ("demo", *(f"demo-{n}" for n in range(2, 10_000))) if name not in taken)
        seats = profiles_by_seat(players, seed=1)
        house.plan(DrillPlan(drill=drill, title="Demo: a leak between tenants", scenario=DEMO, seats=seats))
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
