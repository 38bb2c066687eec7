"""What every request passes before any page sees it. Pure ASGI: anything else would wrap every byte of every stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 256 * 1024
"""Bytes. The longest draft that anybody writes in an hour is a tenth of this."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Pace:
    """Requests a minute and address: pages read, forms sent, links claimed, passwords tried. A busy player sends ten forms a
    minute; a room of twenty may share one address. Links are signed, so that guessing at them leads nowhere at any pace."""

    reads: int = 3_000
    writes: int = 400
    links: int = 120
    passwords: int = 10


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
NO_STORE = (b"cache-control", b"no-store")


SMALLEST_TO_PACK = 1_000
"""Bytes from which a page is packed; streams never are, as a packer waits for more, and answers to forms are short."""


class Guard:
    """Known host, same origin, allowed size and rate; then the headers that keep a page to itself."""

    def __init__(
        self, pages: ASGIApp, streams: ASGIApp, hosts: Iterable[str], pace: Pace, now_ms: Callable[[], int]
    ) -> None:
        """`streams` answers what `is_stream` names, and says its headers itself; `now_ms` is wall time, for the pace."""
        self._plain, self._streams, self._hosts = pages, streams, frozenset(hosts)
        self._pages = GZipMiddleware(pages, minimum_size=SMALLEST_TO_PACK)
        self._pace, self._counts, self._now_ms = pace, Counts(), now_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._plain(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        wrapped = _with_headers(send, cacheable=scope["path"].startswith("/static/"))
        refused = self._refusal(scope, headers)
        if refused is not None:
            await PlainTextResponse(refused[1], refused[0])(scope, receive, wrapped)
        elif is_stream(scope["path"]):
            await self._streams(scope, receive, send)
        else:
            pages = self._pages if scope["method"] in SAFE else self._plain
            await pages(scope, _measured(receive), wrapped)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self._hosts and urlsplit(f"//{host}").hostname not in self._hosts:
            return 400, "This server does not answer to that name; start it with --host NAME."
        if scope["method"] not in SAFE and not _same_origin(headers, host):
            return 403, "This form was sent from another site, so nothing was done. Open the page here and try again."
        if int(headers.get("content-length") or 0) > LARGEST_BODY:
            return 413, f"That is more than {LARGEST_BODY // 1024} kB at once; shorten it."
        address = (scope.get("client") or ("unknown", 0))[0]
        allowed, kind = self._allowance(scope)
        if not self._counts.take(f"{kind} {address}", allowed, self._now_ms() / 1000):
            return 429, "Too many requests from here in the last minute; wait a little and try again."
        return None

    def _allowance(self, scope: Scope) -> tuple[int, str]:
        if scope["method"] in SAFE:
            return self._pace.reads, "read"
        if scope["path"] == "/login":
            return self._pace.passwords, "password"
        return (self._pace.links, "link") if scope["path"].startswith("/join/") else (self._pace.writes, "write")


class Counts:
    """A sliding window of a minute: what is left of the minute before counts by the part of it that the window still covers."""

    def __init__(self) -> None:
        self._minute, self._now, self._before = 0, Counter[str](), Counter[str]()

    def take(self, key: str, allowed: int, now_s: float) -> bool:
        """Count one request if it is allowed."""
        minute, into = divmod(now_s, 60.0)
        if int(minute) != self._minute:
            self._before = self._now if int(minute) == self._minute + 1 else Counter()
            self._minute, self._now = int(minute), Counter()
        if self._now[key] + self._before[key] * (1 - into / 60) >= allowed:
            return False
        self._now[key] += 1
        return True


def is_stream(path: str) -> bool:
    """Whether an address is that of a stream: `/drills/{drill}/as/{who}/stream`."""
    parts = path.split("/")
    return len(parts) == 6 and (parts[1], parts[3], parts[5]) == ("drills", "as", "stream")


def _same_origin(headers: dict[str, str], host: str) -> bool:
    """By what the browser says of the request's source; where it says nothing (plain HTTP on a LAN address), by Origin."""
    site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "")
    if site:
        return site in ("same-origin", "none")
    return not origin or urlsplit(origin).netloc == host


def _with_headers(send: Send, *, cacheable: bool) -> Send:
    added = HEADERS if cacheable else (*HEADERS, NO_STORE)

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            named = {name.lower() for name, _ in own}
            message["headers"] = [*own, *(one for one in added if one[0] not in named)]
        await send(message)

    return wrapped


def _measured(receive: Receive) -> Receive:
    """Stops a body that says nothing of its length and is too long all the same."""
    seen = 0

    async def measured() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            return {"type": "http.disconnect"}
        return message

    return measured
