"""hotwash serve and hotwash demo: the war room, from the command line."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import threading
import webbrowser
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hotwash.bootstrap import House
from hotwash.cli.options import Kit, Port
from hotwash.cli.screen import errors, out
from hotwash.conductor.close import Closing
from hotwash.conductor.live import LiveDrill
from hotwash.drill import commands as c
from hotwash.drill.design import FACILITATOR
from hotwash.kernel.errors import HotwashError
from hotwash.warroom.app import make_app, server
from hotwash.warroom.door import EVERY_DRILL, SESSION_LIVES_MS, Door

LOCAL = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Address:
    """Where to listen. `names` are further host names that browsers may use; `secure`: a proxy in front speaks HTTPS."""

    host: str
    listening: socket.socket
    names: tuple[str, ...] = ()
    secure: bool = False

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.listening.getsockname()[1])

    @property
    def hosts(self) -> frozenset[str]:
        """Host names that are answered; empty: any."""
        return frozenset({*LOCAL, self.host, *self.names}) if self.host in LOCAL or self.names else frozenset()


class PortError(HotwashError):
    """The server cannot listen there."""

    code = "port"


def listen(host: str, port: int) -> socket.socket:
    """Listen on `port`, on a free one for 0. Raises PortError with what to do.

    The socket is the server's from here on: a port that is found free and let go may be another's a moment later. Whoever connects
    before the server answers waits.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":  # elsewhere this would share a port with whoever has it
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as taken:
        listening.close()
        other = "--port" if taken.errno in (errno.EADDRINUSE, errno.EACCES) else "--host"
        raise PortError(
            f"cannot listen on {host} port {port} ({taken.strerror}): choose another with {other}"
        ) from taken
    return listening


def own_link(house: House, at: Address, path: str = "/drills") -> str:
    """A link that makes the browser of whoever started the server a facilitator, once."""
    shown = "localhost" if at.host in ("0.0.0.0", "::") else at.host  # noqa: S104 compared, not bound
    token = Door(house, secure=at.secure).invite(EVERY_DRILL, FACILITATOR, lives_ms=SESSION_LIVES_MS)
    return f"http://{shown}:{at.port}/join/{token}?to={path}"


def announce(house: House, out: Console, password: str) -> None:
    """Say how facilitators get in later: by the password that was given, or by one that is made and shown once."""
    if password:
        house.access.set_password(password)
        out.print("facilitators sign in with the password that was given", style="dim")
    elif not house.access.has_password():
        made = house.new_password()
        house.access.set_password(made)
        out.print("facilitators' password, shown once (set your own with HOTWASH_PASSWORD): ", end="")
        out.print(made, markup=False, highlight=False)


def run(house: House, out: Console, at: Address, *, open_browser: bool, link: str) -> None:
    """Serve until interrupted."""
    serving = server(make_app(house, hosts=at.hosts, secure=at.secure), at.host, at.port, proxied=at.secure)
    if at.host not in LOCAL and not at.secure:
        out.print(
            "[yellow]listening beyond this machine without TLS:[/] put a proxy with HTTPS in front, and say --secure"
        )
    if open_browser:
        threading.Timer(1.0, webbrowser.open, (link,)).start()
    serving.run([at.listening])


def demonstrate(house: House, at: Address, drill: str, *, speed: int, link: str, attended: bool) -> Closing | None:
    """Serve a drill that starts at once. Attended: until interrupted, and None; otherwise until it is over and scored."""
    return asyncio.run(_demonstrate(house, at, drill, speed=speed, link=link, attended=attended))


def _act(command: c.Command, live: LiveDrill) -> None:
    live.act(command)


async def _demonstrate(
    house: House, at: Address, drill: str, *, speed: int, link: str, attended: bool
) -> Closing | None:
    app = make_app(house, hosts=at.hosts)
    serving = server(app, at.host, at.port)
    running = asyncio.create_task(serving.serve([at.listening]))
    while not serving.started and not running.done():  # noqa: ASYNC110 the server has no event for it
        await asyncio.sleep(0.05)
    if running.done():
        raise PortError(f"the server could not start on {at.host} port {at.port}: choose another with --port")
    stage = await app.hall.stage(drill)
    opening: tuple[c.Action, ...] = (c.ChangeSpeed(num=speed), c.StartDrill())
    for number, action in enumerate(opening):
        command = c.Command(id=f"demo-{number}", seat=FACILITATOR, person="demo", action=action)
        await stage.do(partial(_act, command))
    closing = None
    if attended:
        webbrowser.open(link)
        await running
    else:
        await stage.over.wait()
        closing = await stage.scored()
        serving.should_exit = True
        await running
    return closing


def serve(
    data: Annotated[Path, typer.Option(help="Folder that holds your drills; made if it is not there.")] = Path(
        "hotwash-data"
    ),
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the local network.")] = "127.0.0.1",
    port: Port = 8700,
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
        at = Address(host, listen(host, port), tuple(name or ()), secure)
        house = House(data, kit=kit)
        announce(house, out, password)
        link = own_link(house, at)
        out.print("The war room is at")
        out.print(f"  {link}", markup=False, highlight=False, soft_wrap=True)
        out.print(
            "The link makes one browser a facilitator's. Ctrl+C stops the server; drills go on where they were.",
            style="dim",
        )
        run(house, out, at, open_browser=out.is_terminal and not no_browser, link=link)
