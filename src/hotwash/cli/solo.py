"""hotwash drill solo: one person, one seat, stand-ins in the others, in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotwash import bootstrap
from hotwash.cli import serve as serving
from hotwash.cli.options import Port
from hotwash.cli.screen import errors, out
from hotwash.conductor.plan import alone
from hotwash.standins.cast import profiles_by_seat


def solo(
    scenario: Annotated[str, typer.Argument(help="Scenario to play; `hotwash scenario list` names them.")],
    seat: Annotated[str, typer.Option(help="Your seat: ic, tech, ml, scribe, comms, legal or privacy.")] = "ic",
    players: Annotated[str, typer.Option(help="Stand-ins in the other seats, as in `hotwash drill run`.")] = "expert",
    seed: Annotated[int, typer.Option(min=0, help="The same seed is the same drill, on any machine.")] = 1,
    data: Annotated[Path, typer.Option(help="Folder that holds your drills; made if it is not there.")] = Path(
        "hotwash-data"
    ),
    kit: Annotated[
        Path | None, typer.Option(help="Folder of your own kit; the base kit otherwise.", show_default=False)
    ] = None,
    port: Port = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Play a drill alone, in your browser: you hold one seat, stand-ins the others. The clock waits until you start it."""
    with errors():
        content = bootstrap.content(scenario, kit)
        at = serving.Address("127.0.0.1", serving.listen("127.0.0.1", port))
        house = bootstrap.House(data, kit=kit)
        taken = {plan.drill for plan in house.drills()}
        drill = next(name for name in ("solo", *(f"solo-{n}" for n in range(2, 10_000))) if name not in taken)
        profiles = {**dict.fromkeys(house.kit.roles.seats, "expert"), **profiles_by_seat(players, seed)}
        house.plan(alone(drill, f"{content.scenario.title}, alone", scenario, seat, profiles, seed))
        serving.announce(house, out, "")
        link = serving.own_link(house, at, f"/drills/{drill}/as/{seat}") + "&sit=yes"
        out.print("[bold white on red] EXERCISE [/] your seat is at")
        out.print(f"  {link}", markup=False, highlight=False, soft_wrap=True)
        out.print("Ctrl+C stops the server; the drill goes on where it was with `hotwash serve`.", style="dim")
        serving.run(house, out, at, open_browser=out.is_terminal and not no_browser, link=link)
