"""The application: routes, the guard before them, and what holds from start to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from hotwash.bootstrap import House
from hotwash.kernel.errors import ContentError, HotwashError
from hotwash.warroom import (
    after_capa,
    after_capa_deeds,
    after_forms,
    after_gates,
    after_papers,
    after_postmortem,
    after_sign,
    aftermath,
    alone,
    changes,
    drafts,
    lobby,
    plans,
    readiness,
    review,
    room,
)
from hotwash.warroom.door import Door, NoEntryError
from hotwash.warroom.enter import PLACE
from hotwash.warroom.guard import Guard, Pace
from hotwash.warroom.hall import Hall, hall
from hotwash.warroom.logs import keep_words_out, on_loop, safe_path, where
from hotwash.warroom.render import Pages
from hotwash.warroom.stream import Streams

STATIC = Path(__file__).parent / "static"
STEADY = Pace()
PATIENCE_S = 2
"""How long open requests may take to end when the server stops."""
log = logging.getLogger("hotwash.warroom")


class WarRoom:
    """The whole application, as a server calls it. `hall` is there once it has started."""

    def __init__(self, pages: Starlette, hosts: Iterable[str], pace: Pace, now_ms: Callable[[], int]) -> None:
        self.pages = pages
        self._guard = Guard(pages, Streams(lambda: self.hall), tuple(hosts), pace, now_ms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the whole life."""
        try:
            await self._guard(scope, receive, send)
        except Exception as error:  # the edge of a request: it is told by type and place, and answered
            log.error("request failed: %s\n%s", safe_path(scope.get("path", scope["type"])), where(error))  # noqa: TRY400 the same
            if scope["type"] != "http":
                raise

    @property
    def hall(self) -> Hall:
        """What every handler works with."""
        found: Hall = self.pages.state.hall
        return found

    @property
    def routes(self) -> list[BaseRoute]:
        """Every page; streams stand beside them."""
        return [*self.pages.routes, Route(f"{PLACE}/stream", health)]


def make_app(house: House, *, hosts: Iterable[str] = (), secure: bool = False, pace: Pace = STEADY) -> WarRoom:
    """The war room over a house. `hosts` are the names that it answers to; none: any."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(on_loop)
        app.state.hall = Hall(house, Door(house, secure=secure), Pages())
        await app.state.hall.resume()
        yield
        await app.state.hall.close()

    pages = Starlette(
        routes=[
            *room.ROUTES, *drafts.ROUTES, *lobby.ROUTES, *aftermath.ROUTES, *readiness.ROUTES, *after_capa.ROUTES, *after_capa_deeds.ROUTES,
            *plans.ROUTES, *after_postmortem.ROUTES, *after_gates.ROUTES, *after_sign.ROUTES, *after_forms.ROUTES, *after_papers.ROUTES, *changes.ROUTES,
            *review.ROUTES, *alone.ROUTES,
            Route("/health", health),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        exception_handlers={HotwashError: refused, 404: missing, Exception: broken},
        lifespan=life,
    )  # fmt: skip
    return WarRoom(pages, hosts, pace, house.clock.now)


class RoomServer(uvicorn.Server):
    """Lets listeners go before it waits for open requests to end: a stream would never end by itself.

    Where it has the process to itself (`run`), what is there at the start is put out of sight of the garbage collector: kits, drills
    and code stay for good, and going through them again and again costs as much as a tenth of all work.
    """

    _alone = False

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        self._alone = True
        super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, before the first request."""
        await super().startup(sockets)
        if self._alone:
            gc.collect()
            gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, when the server is to stop."""
        app = self.config.app
        if isinstance(app, WarRoom) and self.started:
            app.hall.let_go()
        await super().shutdown(sockets)


def server(app: WarRoom, host: str, port: int, *, proxied: bool = False) -> uvicorn.Server:
    """A server that is not started yet. Log lines hold no address with a token: access logs are off; and no words of people. Where a client
    says that it comes from is believed only if a proxy stands in front (`proxied`): requests are held to a pace by address."""
    keep_words_out()
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", timeout_graceful_shutdown=PATIENCE_S,
        server_header=False, lifespan="on", proxy_headers=proxied,
    )  # fmt: skip
    return RoomServer(config)


async def health(_request: Request) -> Response:
    """For whoever waits until the server answers."""
    return JSONResponse({"ok": True})


async def refused(request: Request, error: Exception) -> Response:
    """Errors that were raised on purpose have their words for people."""
    status = 403 if isinstance(error, NoEntryError) else 404 if isinstance(error, ContentError) else 409
    if isinstance(error, NoEntryError):
        log.warning("refused: %s %s", request.method, safe_path(request.url.path))
    said = "There is no such drill." if isinstance(error, ContentError) else str(error)
    return _message(request, "Not this way", said, status)


async def missing(request: Request, _error: Exception) -> Response:
    """No such page."""
    return _message(
        request, "No such page", "The address leads nowhere. Start from the library, or from your link.", 404
    )


async def broken(request: Request, error: Exception) -> Response:
    """Something is wrong with us, and nothing was lost: the log holds what was acknowledged."""
    log.error("request failed: %s %s\n%s", request.method, safe_path(request.url.path), where(error))
    return _message(
        request, "That failed", "Something is wrong on our side. What was recorded is safe; load the page again.", 500
    )


def _message(request: Request, title: str, said: str, status: int) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"refused": said}, status)
    door = hall(request).door
    if door.facilitator(request) is not None:
        back = ("/drills", "To the drill library")
    elif door.places(request):
        back = ("/", "To your place in the drill")
    else:
        back = ("/login", "Facilitators sign in")
    return HTMLResponse(hall(request).pages.page("message.html", title=title, said=said, back=back), status)
