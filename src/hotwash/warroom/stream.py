"""The one stream of a page, in terms of ASGI alone: whatever stood between would be called for each message to each listener."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from hotwash.kernel.errors import HotwashError
from hotwash.warroom.channel import Listener
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.guard import HEADERS, NO_STORE
from hotwash.warroom.hall import Hall
from hotwash.warroom.stage import Stage

log = logging.getLogger("hotwash.warroom")
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"x-accel-buffering", b"no"),
        *HEADERS,
        NO_STORE,
    ],
}


class Streams:
    """`GET /drills/{drill}/as/{who}/stream`: what happens, as it happens, after the position that the page has."""

    def __init__(self, hall: Callable[[], Hall]) -> None:
        self._hall = hall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One listener, until it goes, its link is revoked, it falls too far behind or the server stops."""
        request = Request(scope, receive)
        try:
            stage, visitor = await self._enter(request)
        except HotwashError as refused:
            status = 403 if isinstance(refused, NoEntryError) else 404
            log.warning("refused: GET %s", request.url.path)
            await PlainTextResponse(str(refused), status, dict(_plain()))(scope, receive, send)
            return

        async def write(message: bytes) -> None:
            await send({"type": "http.response.body", "body": message, "more_body": True})

        listener = Listener(visitor.who, visitor.link, visitor.expires_ms, write)
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            await stage.listen(listener, _after(request))
            await send(START)
            while (message := await listener.next()) is not None:
                await write(message)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            stage.leave(listener)

    async def _enter(self, request: Request) -> tuple[Stage, Visitor]:
        hall = self._hall()
        _, _, drill, _, who, _ = request.url.path.split("/", 5)
        visitor = hall.door.visitor(request, drill, who)
        stage = await hall.stage(drill)
        if who not in stage.live.everybody:
            raise NoEntryError("There is no such seat in this drill.")
        return stage, visitor


def _after(request: Request) -> int:
    after = request.headers.get("last-event-id") or request.query_params.get("after", "")
    return int(after) if after.isdigit() else 0


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _plain() -> list[tuple[str, str]]:
    return [(name.decode(), value.decode()) for name, value in (*HEADERS, NO_STORE)]
