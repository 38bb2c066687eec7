"""Two services on this machine that speak as GitHub and Jira do, page by page, and go wrong as services do."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "t0ken-of-a-test"


@dataclass
class Issue:
    """One issue; `stamp` is a second, and rises with every change."""

    number: int
    title: str
    body: str
    labels: list[str]
    closed: bool = False
    stamp: int = 0
    comments: list[str] = field(default_factory=list)


class Board:
    """What a service holds. `faults` are played first, one a request that `when` picks; `seen` are (method, path, headers, body)."""

    def __init__(self) -> None:
        self.issues: dict[int, Issue] = {}
        self.faults: list[Callable[[Handler], bool]] = []
        self.when: Callable[[str, str], bool] = lambda method, path: True
        self.seen: list[tuple[str, str, dict[str, str], Any]] = []
        self.lock, self.release = threading.RLock(), threading.Event()
        self.url, self.ticks, self.lag = "", 0, 0

    def tick(self) -> int:
        self.ticks += 1
        return self.ticks

    def make(self, title: str, body: str, labels: list[str]) -> Issue:
        number = len(self.issues) + 1
        self.issues[number] = Issue(number, title, body, labels, stamp=self.tick())
        return self.issues[number]

    def touch(self, number: int, *, closed: bool, line: str = "") -> None:
        """Somebody else."""
        one = self.issues[number]
        one.closed, one.stamp = closed, self.tick()
        one.body += f"\r\n{line}" if line else ""

    def writes(self) -> list[str]:
        return [f"{method} {path}" for method, path, _, _ in self.seen if method != "GET"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    board: Board

    def log_message(self, *_: Any) -> None:
        pass

    def _any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        self.body = json.loads(raw) if raw else None
        with self.board.lock:
            self.board.seen.append(
                (self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, self.body)
            )
            fault = self.board.faults.pop(0) if self.board.faults and self.board.when(self.command, self.path) else None
        if fault is not None and fault(self):
            return
        with self.board.lock:
            self.answer()

    do_GET = _any  # noqa: N815 names of the standard library
    do_POST = _any  # noqa: N815 the same
    do_PATCH = _any  # noqa: N815 the same
    do_PUT = _any  # noqa: N815 the same

    def answer(self) -> None:
        raise AssertionError("a service answers")

    def send(self, status: int, body: Any = None, **headers: str) -> None:
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


class Github(Handler):
    def answer(self) -> None:
        parts = urlsplit(self.path)
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.send(401, {"message": f"Bad credentials {self.headers.get('authorization')}"})
        found = re.fullmatch(r"/api/v3/repos/acme/shop/issues(?:/(\d+)(/comments)?)?", parts.path)
        if not found:
            return self.send(404, {"message": "Not Found"})
        issue = self.board.issues.get(int(found[1])) if found[1] else None
        if found[1] and issue is None:
            return self.send(404, {"message": "Not Found"})
        if self.command == "GET":
            return self.send(200, self.shown(issue)) if issue else self.page(parse_qs(parts.query))
        if issue is None:
            if not self.body.get("title"):
                return self.send(
                    422, {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing_field"}]}
                )
            return self.send(
                201, self.shown(self.board.make(self.body["title"], self.body["body"], self.body["labels"]))
            )
        issue.stamp = self.board.tick()
        if found[2]:
            issue.comments.append(self.body["body"])
            return self.send(201, {"id": 1})
        issue.title, issue.body = self.body.get("title", issue.title), self.body.get("body", issue.body)
        issue.closed = self.body.get("state", "closed" if issue.closed else "open") == "closed"
        return self.send(200, self.shown(issue))

    def page(self, asked: dict[str, list[str]]) -> None:
        label, page, per = (
            asked["labels"][0],
            int(asked.get("page", ["1"])[0]),
            min(100, int(asked.get("per_page", ["30"])[0])),
        )
        states = asked.get("state", ["open"])[0]
        held = [
            one for one in self.board.issues.values() if label in one.labels and (states == "all" or not one.closed)
        ]
        shown = [self.shown(one) for one in held] + [{**self.shown(one), "pull_request": {}} for one in held[:1]]
        part = shown[(page - 1) * per : page * per]
        more = {}
        if page * per < len(shown):
            again = "&".join(f"{name}={values[0]}" for name, values in asked.items() if name != "page")
            where = f"{self.board.url}/repos/acme/shop/issues?{again}&page={page + 1}"
            more = {"Link": f'<{where}>; rel="next", <{self.board.url}/x>; rel="last"'}
        self.send(200, part, **more)

    def shown(self, one: Issue) -> dict[str, Any]:
        return {
            "number": one.number,
            "title": one.title,
            "body": one.body or None,
            "state": "closed" if one.closed else "open",
            "updated_at": f"2026-11-28T00:00:{one.stamp // 10 % 60:02d}Z",
            "html_url": f"https://git.example/acme/shop/issues/{one.number}",
        }


class Jira(Handler):
    """Cloud's search unless `old` is set."""

    old = False

    def answer(self) -> None:
        parts = urlsplit(self.path)
        if TOKEN not in self.headers.get("authorization", "") and not self.headers.get("authorization", "").startswith(
            "Basic "
        ):
            return self.send(401, {"errorMessages": ["no"]})
        place = parts.path.removeprefix("/jira/rest/api/2/")
        if place == "search/jql" and not self.old:
            return self.by_token(parse_qs(parts.query))
        if place == "search" and self.old:
            return self.by_start(parse_qs(parts.query))
        if place == "issue" and self.command == "POST":
            return self.created(self.body["fields"])
        found = re.fullmatch(r"issue/SHOP-(\d+)(/transitions|/comment)?", place)
        issue = self.board.issues.get(int(found[1])) if found else None
        if found is None or issue is None:
            return self.send(404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."]})
        return self.one(issue, found[2] or "")

    def created(self, fields: dict[str, Any]) -> None:
        if "\n" in fields["summary"]:
            return self.send(
                400, {"errors": {"summary": "The summary is invalid because it contains newline characters."}}
            )
        made = self.board.make(fields["summary"], fields["description"], fields["labels"])
        return self.send(201, {"id": str(made.number), "key": f"SHOP-{made.number}"})

    def one(self, issue: Issue, what: str) -> None:
        if what == "/transitions":
            if self.command == "GET":
                steps = [("31", "done")] if not issue.closed else [("11", "new"), ("21", "indeterminate")]
                return self.send(
                    200,
                    {"transitions": [{"id": i, "name": i, "to": {"statusCategory": {"key": key}}} for i, key in steps]},
                )
            issue.closed, issue.stamp = self.body["transition"]["id"] == "31", self.board.tick()
            return self.send(204)
        if what == "/comment":
            issue.comments.append(self.body["body"])
            issue.stamp = self.board.tick()
            return self.send(201, {"id": "1"})
        if self.command == "PUT":
            issue.title, issue.body = self.body["fields"]["summary"], self.body["fields"]["description"]
            issue.stamp = self.board.tick()
            return self.send(204)
        return self.send(200, self.shown(issue))

    def held(self, asked: dict[str, list[str]]) -> list[dict[str, Any]]:
        label = re.search(r'labels = "([^"]+)"', asked["jql"][0])
        assert label
        known = list(self.board.issues.values())[: len(self.board.issues) - self.board.lag]
        return [self.shown(one) for one in known if label[1] in one.labels]

    def by_token(self, asked: dict[str, list[str]]) -> None:
        held, start = self.held(asked), int(asked.get("nextPageToken", ["0"])[0])
        end = start + min(50, int(asked["maxResults"][0]))
        body: dict[str, Any] = {"issues": held[start:end], "isLast": end >= len(held)}
        self.send(200, body | ({} if end >= len(held) else {"nextPageToken": str(end)}))

    def by_start(self, asked: dict[str, list[str]]) -> None:
        held, start = self.held(asked), int(asked["startAt"][0])
        self.send(200, {"startAt": start, "maxResults": 50, "total": len(held), "issues": held[start : start + 50]})

    def shown(self, one: Issue) -> dict[str, Any]:
        category = "done" if one.closed else "new"
        return {"key": f"SHOP-{one.number}", "fields": {"summary": one.title, "description": one.body or None, "updated": str(one.stamp // 10),
                "status": {"name": category, "statusCategory": {"key": category}}}}  # fmt: skip


@contextmanager
def serving(kind: type[Handler], **changed: object) -> Iterator[Board]:
    board = Board()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (kind,), {"board": board, **changed}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    board.url = f"http://127.0.0.1:{server.server_port}{'/api/v3' if kind is Github else '/jira'}"
    try:
        yield board
    finally:
        board.release.set()
        server.shutdown()
        server.server_close()


# Faults: each is a function of the handler; True says that it has answered.


def status(code: int, body: Any = None, **headers: str) -> Callable[[Handler], bool]:
    def play(handler: Handler) -> bool:
        said = {"message": f"HTTP {code}, sent {handler.headers.get('authorization')}"} if body is None else body
        handler.send(code, said, **headers)
        return True

    return play


def silence(handler: Handler) -> bool:
    """Nothing until the test is over."""
    handler.board.release.wait(30)
    handler.close_connection = True
    return True


def carried_out_and_silent(handler: Handler) -> bool:
    """It does what it was asked, and the answer is lost."""
    sent = handler.send
    handler.send = lambda *_, **__: None  # type: ignore[method-assign]  # one answer alone goes out in another way
    with handler.board.lock:
        handler.answer()
    handler.send = sent  # type: ignore[method-assign]  # one answer alone goes out in another way
    handler.close_connection = True
    return True
