"""Browsers without a screen: a stream that comes back by itself, and takes each message in as a page does."""

from __future__ import annotations

import http.client
import random
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

from tests.support.patience import PATIENCE_S, until

SERVE = """
import sys
from pathlib import Path
from hotwash.bootstrap import House
from hotwash.warroom.app import make_app, server
from hotwash.warroom.guard import Pace
fast = Pace(reads=10**6, writes=10**6, links=10**6)
server(make_app(House(Path(sys.argv[1])), pace=fast), "127.0.0.1", int(sys.argv[2])).run()
"""
PARTIAL = re.compile(r'<hx-partial hx-target="#([\w-]+)" hx-swap="(\w+)">(.*?)</hx-partial>', re.DOTALL)
LINE = re.compile(r'<li id="t(\d+)"')


def free_port() -> int:
    """A port that no system gives away by itself: it stays free while the server is down and everybody asks for it."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port := random.SystemRandom().randrange(20_000, 32_000)))
            return port


def answers(port: int, path: str = "/health") -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Process:
    """The server in a process of its own, that can be killed without a word and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.start()

    def start(self) -> None:
        self._run = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(self.folder), str(self.port)], stderr=subprocess.DEVNULL
        )
        until(lambda: answers(self.port), what="an answer of the server")

    def kill(self) -> None:
        self._run.send_signal(signal.SIGKILL)
        self._run.wait(PATIENCE_S)


class Listening(threading.Thread):
    """One page's stream, with what its page shows: timeline lines by position, panels by name."""

    def __init__(self, port: int, base: str, cookie: str, after: int = 0) -> None:
        super().__init__(daemon=True)
        self.port, self.base, self.cookie = port, base, cookie
        self.position, self.lines, self.panels, self.clock, self.phase = after, [], {}, "", ""
        self.reconnects, self._over, self._connection = 0, threading.Event(), None

    def run(self) -> None:
        while not self._over.is_set():
            # Cut off: a page waits a moment and asks again from where it is.
            with suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
                self._listen()
            self.reconnects += 1
            self._over.wait(0.1)

    def _listen(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        sent = {"cookie": self.cookie, "last-event-id": str(self.position)}
        with closing(self._connection):
            self._connection.request("GET", f"{self.base}/stream?after=0", headers=sent)
            with closing(self._connection.getresponse()) as answer:
                self._read(answer)

    def _read(self, answer: http.client.HTTPResponse) -> None:
        buffer = b""
        while answer.status == 200 and (piece := answer.read1(65536)):
            *messages, buffer = (buffer + piece).split(b"\n\n")
            for message in messages:
                self.take(message.decode())

    def take(self, message: str) -> None:
        fields = dict.fromkeys(("id", "event"), "")
        data = []
        for row in message.split("\n"):
            name, _, value = row.partition(": ")
            data += [value] if name == "data" else []
            fields[name] = value if name in fields else ""
        body = "\n".join(data)
        if fields["event"] == "clock":
            self.clock, self.phase = body, body.split()[2]
        if fields["event"] or not fields["id"]:
            return
        for target, how, inside in PARTIAL.findall(body):
            if target == "timeline":
                self.lines += [int(one) for one in reversed(LINE.findall(inside))]
            elif how == "innerMorph":
                self.panels[target] = inside
        self.position = int(fields["id"])

    def cut(self) -> None:
        """Lose the connection, as in a tunnel; it comes back by itself."""
        with suppress(OSError, AttributeError):  # it may be between two connections
            self._connection.sock.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._over.set()
        self.cut()
        self.join(PATIENCE_S)


class Proxy(threading.Thread):
    """A proxy before the server, that can answer 503 for a while."""

    def __init__(self, behind: int) -> None:
        super().__init__(daemon=True)
        self.behind, self.down = behind, False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._pairs: list[socket.socket] = []

    def run(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near:
            if self.down:
                near.recv(65536)
                near.sendall(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", self.behind)) as far:
                self._pairs += [near, far]
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()

    def go_down(self) -> None:
        self.down = True
        for one in self._pairs:
            with suppress(OSError):  # closed already
                one.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def close(self) -> None:
        self.go_down()
        self._listening.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # one side is gone, and so is the other
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
