"""What a war room costs over a bare streaming loop, from the form that is sent to the bytes that a browser can draw.

Two servers, taken in turns on the same machine with the same settings, N streams open on each, 20 messages a second:

- bare: reads the form and sends one ready-made message of the same size to every stream; no store, no views, no pages;
- room: the real application. Each message is decided, sealed, stored durably, shown to nine audiences by their own rules, rendered
  once for each, and sent.

Figures: from before the POST until the last byte of the message has arrived at each listener (p50, p99), CPU of the server a
delivery, deliveries that never came. Run `python benchmarks/fanout.py [--seats 100 500] [--seconds S] [--rounds N] [--json]`.
Exit code 1 when a goal is missed: CPU at most 1.5 times, p99 at most 3 times the bare loop, nothing lost.
"""

import argparse
import asyncio
import http.client
import json
import os
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

RATE = 20
CPU_GOAL, P99_GOAL = 1.5, 3.0
MARK = re.compile(rb"mark-(\d+)-")
QUIET_S = 3.0
REPORT_S = 1.0


# ── servers, each in a process of its own ─────────────────────────────────────────────────────────────────────────────


def report_cpu(path: Path) -> None:
    """Write the CPU seconds of this process down, once a second: often enough, and a part of what is measured."""

    def write() -> None:
        while True:
            fresh = path.with_suffix(".new")
            fresh.write_text(str(time.process_time()))
            fresh.replace(path)  # whoever reads finds a whole number
            time.sleep(REPORT_S)

    threading.Thread(target=write, daemon=True).start()


def bare(size: int):
    from starlette.applications import Starlette
    from starlette.responses import Response, StreamingResponse
    from starlette.routing import Route

    queues: set[asyncio.Queue[bytes]] = set()

    async def stream(_request):
        queue: asyncio.Queue[bytes] = asyncio.Queue(1000)
        queues.add(queue)

        async def body():
            yield b": here\n\n"
            while True:
                yield await queue.get()

        return StreamingResponse(body(), media_type="text/event-stream")

    async def act(request):
        text = (await request.form())["text"]
        message = f"data: {text}".encode().ljust(size - 2, b"x") + b"\n\n"
        for queue in queues:
            queue.put_nowait(message)
        return Response("Done.")

    return Starlette(routes=[Route("/stream", stream), Route("/act", act, methods=["POST"])])


def room(folder: Path):
    from hotwash import bootstrap
    from hotwash.conductor.plan import PERSON, DrillPlan
    from hotwash.drill import commands as c
    from hotwash.warroom.app import make_app
    from hotwash.warroom.door import Door
    from hotwash.warroom.guard import Pace

    house = bootstrap.House(folder)
    seats = list(house.kit.roles.seats)
    plan = DrillPlan(drill="fanout", title="Fan-out", scenario="order-number-alarm", seats=dict.fromkeys(seats, PERSON))
    house.plan(plan)
    live = house.open("fanout").live
    for seat in seats:
        action = c.TakeSeat(seat=seat, person=seat, holder="person")
        live.act(c.Command(id=f"take-{seat}", seat=seat, person=seat, action=action))
    live.act(c.Command(id="start", seat="facilitator", person="facilitator", action=c.StartDrill()))
    live.session.store.close()
    door = Door(house)
    tokens = {who: door.invite("fanout", who, many=True) for who in (*seats, "facilitator", "observer")}
    (folder / "tokens.json").write_text(json.dumps(tokens))
    return make_app(house, pace=Pace(reads=10**6, writes=10**6, links=10**6))


def serve(kind: str, folder: Path, port: int, size: int) -> None:
    from hotwash.warroom.app import server

    report_cpu(folder / "cpu")
    app = room(folder) if kind == "room" else bare(size)
    server(app, "127.0.0.1", port).run()


# ── the client ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Measured:
    kind: str
    listeners: int
    p50_ms: float
    p99_ms: float
    cpu_us: float
    lost: int
    size: int


class Server:
    def __init__(self, kind: str, size: int = 0) -> None:
        self.kind, self.folder = kind, Path(tempfile.mkdtemp(prefix="fanout-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [
            sys.executable,
            __file__,
            "--serve",
            kind,
            "--folder",
            str(self.folder),
            "--port",
            str(self.port),
            "--size",
            str(size),
        ]
        self.process = subprocess.Popen(command, env=dict(os.environ))
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        self.places = self.claim() if kind == "room" else [("/stream", "/act", "")]

    def claim(self) -> list[tuple[str, str, str]]:
        places = []
        for who, token in json.loads((self.folder / "tokens.json").read_text()).items():
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            kind = {"content-type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/join/{token}", urlencode({"person": who}), kind)
            cookie = connection.getresponse().getheader("set-cookie", "").split(";")[0]
            base = f"/drills/fanout/as/{who}"
            places.append((f"{base}/stream?after=1000000", f"{base}/act", cookie))
        return places

    def cpu_s(self) -> float:
        time.sleep(REPORT_S * 1.1)
        return float((self.folder / "cpu").read_text() or 0)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def connect(server: Server, count: int) -> list[socket.socket]:
    streams = []
    for number in range(count):
        path, _, cookie = server.places[number % len(server.places)]
        stream = socket.create_connection(("127.0.0.1", server.port))
        stream.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        streams.append(stream)
    for stream in streams:
        heard = b""
        while b"\n\n" not in heard.partition(b"\r\n\r\n")[2]:
            heard += stream.recv(65536)
        stream.setblocking(False)
    return streams


def post(server: Server, count: int, sent: dict[int, float]) -> None:
    """One form after the other, at the rate, by the first seat (or the bare loop)."""
    _, path, cookie = server.places[0]
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    start = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, start + number / RATE - time.monotonic()))
        form = urlencode(
            {
                "do": "send_message",
                "text": f"mark-{number}- We read five traces and none shows a foreign record.",
                "command": f"c{number}",
            }
        )
        sent[number] = time.monotonic()
        headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded", "hx-request": "true"}
        connection.request("POST", path, form, headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (answer.status, body[:200])


def listen(
    streams: list[socket.socket], wanted: int, done: threading.Event
) -> tuple[dict[tuple[int, int], float], int]:
    """When each message was whole at each stream: (stream, number) → moment; and the size of the longest message."""
    selector = selectors.DefaultSelector()
    for number, stream in enumerate(streams):
        selector.register(stream, selectors.EVENT_READ, number)
    parts = [b""] * len(streams)
    arrived: dict[tuple[int, int], float] = {}
    size, last = 0, time.monotonic()
    while len(arrived) < wanted and (not done.is_set() or time.monotonic() - last < QUIET_S):
        for key, _ in selector.select(0.2):
            piece = key.fileobj.recv(262144)
            now = last = time.monotonic()
            *whole, parts[key.data] = (parts[key.data] + piece).split(b"\n\n")
            for message in whole:
                found = MARK.search(message)
                if found:
                    arrived.setdefault((key.data, int(found[1])), now)
                    size = max(size, len(message) + 2)
    selector.close()
    return arrived, size


def measure(kind: str, listeners: int, seconds: float, size: int) -> Measured:
    server = Server(kind, size)
    try:
        streams = connect(server, listeners)
        count, sent, done = int(seconds * RATE), {}, threading.Event()
        before = server.cpu_s()
        poster = threading.Thread(target=lambda: (post(server, count, sent), done.set()))
        poster.start()
        arrived, seen = listen(streams, count * listeners, done)
        poster.join()
        cpu = server.cpu_s() - before
        waits = sorted(1000 * (moment - sent[number]) for (_, number), moment in arrived.items())
        for stream in streams:
            stream.close()
    finally:
        server.stop()
    lost = count * listeners - len(arrived)
    return Measured(
        kind, listeners, waits[len(waits) // 2], waits[int(len(waits) * 0.99)], 1e6 * cpu / len(arrived), lost, seen
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seats", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", choices=["bare", "room"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=1000, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.folder, given.port, given.size)
        return 0
    results, missed = [], False
    for seats in given.seats:
        rooms, bares = [], []
        for _ in range(given.rounds):
            rooms.append(measure("room", seats, given.seconds, 0))
            bares.append(measure("bare", seats, given.seconds, rooms[-1].size))
        cpu = median(one.cpu_us for one in rooms) / median(one.cpu_us for one in bares)
        p99 = median(one.p99_ms for one in rooms) / median(one.p99_ms for one in bares)
        lost = sum(one.lost for one in rooms)
        reached = cpu <= CPU_GOAL and p99 <= P99_GOAL and not lost
        missed |= not reached
        results.append(
            {
                "seats": seats,
                "cpu ratio": cpu,
                "p99 ratio": p99,
                "lost": lost,
                "runs": [vars(one) for one in rooms + bares],
            }
        )
        if not given.json:
            for name, runs in (("bare", bares), ("room", rooms)):
                figures = [
                    median(getattr(one, field) for one in runs) for field in ("p50_ms", "p99_ms", "cpu_us", "size")
                ]
                print(
                    f"{name}  {seats:4} streams  p50 {figures[0]:6.1f} ms  p99 {figures[1]:6.1f} ms  CPU {figures[2]:6.1f} us a delivery  {figures[3]:.0f} bytes"
                )
            verdict = "reached" if reached else "NOT reached"
            print(f"ratio CPU {cpu:.2f} (goal {CPU_GOAL}), p99 {p99:.2f} (goal {P99_GOAL}), lost {lost}: {verdict}")
    if given.json:
        print(json.dumps(results, indent=1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
