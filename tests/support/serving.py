"""The real application on a free port of this machine, in a thread of the test."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.types import ASGIApp

from hotwash.bootstrap import House
from hotwash.warroom.app import make_app, server
from hotwash.warroom.door import Door
from tests.support.patience import PATIENCE_S


@dataclass
class Visit:
    """A browser without a screen: keeps its cookie, follows nothing, sends no metadata but what it is told to."""

    port: int
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, form: dict[str, object] | None = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        """(status, body, headers) of one request. Header names are written with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookie:
            sent["cookie"] = self.cookie
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            sent["content-type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        found = {name.lower(): value for name, value in answer.getheaders()}
        if "set-cookie" in found:
            self.cookie = found["set-cookie"].split(";")[0]
        connection.close()
        return answer.status, text, found

    def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        """A page."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: dict[str, object] | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
        """A form."""
        return self.ask("POST", path, form or {}, **headers)

    def listen(self, path: str, last: str, **headers: str) -> str:
        """What a stream says up to the end of the message that has `last` in it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        sent = {
            **self.headers,
            "cookie": self.cookie,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        connection.request("GET", path, headers=sent)
        answer = connection.getresponse()
        heard = b""
        while not (last.encode() in heard and heard.endswith(b"\n\n")):
            piece = answer.read1(65536)
            assert piece, f"the stream ended before it said {last!r}"
            heard += piece
        connection.close()
        return heard.decode("utf-8", "replace")


@dataclass
class Serving:
    """A server that runs."""

    house: House
    port: int
    door: Door

    @property
    def address(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def visit(self, drill: str = "*", who: str = "facilitator", person: str = "") -> Visit:
        """Somebody who came in by a link of their own."""
        visit = Visit(self.port)
        token = self.door.invite(drill, who)
        status, _, _ = visit.post(f"/join/{token}", {"person": person or f"P. {who}"})
        assert status == 303
        return visit


@contextmanager
def serving(house: House, **settings: object) -> Iterator[Serving]:
    """Serve a house until the block ends."""
    with listening(make_app(house, **settings)) as port:
        yield Serving(house, port, Door(house))


@contextmanager
def listening(app: ASGIApp) -> Iterator[int]:
    """Serve an application, by the server of the war room, on the port that is given until the block ends."""
    held = socket.create_server(("127.0.0.1", 0))  # handed over: a port that is let go may be taken
    port: int = held.getsockname()[1]
    running = server(app, "127.0.0.1", port)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve([held])), daemon=True)
    thread.start()
    wait = threading.Event()
    while not running.started and thread.is_alive():
        wait.wait(0.02)
    assert running.started, "the server did not start"
    try:
        yield port
    finally:
        running.should_exit = True
        thread.join(PATIENCE_S)
