"""What every request passes before any page sees it. Pure ASGI: anything else would wrap every byte of every stream."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
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


class Guard:
    """Known host, same origin, allowed size and rate; then the headers that keep a page to itself."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = (), pace: Pace = Pace()) -> None:
        self._app, self._hosts = app, frozenset(hosts)
        self._reads, self._writes = RateLimitItemPerMinute(pace.reads), RateLimitItemPerMinute(pace.writes)
        self._links, self._passwords = RateLimitItemPerMinute(pace.links), RateLimitItemPerMinute(pace.passwords)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        wrapped = _with_headers(send, cacheable=scope["path"].startswith("/static/"))
        refused = self._refusal(scope, headers)
        if refused is not None:
            await PlainTextResponse(refused[1], refused[0])(scope, receive, wrapped)
            return
        await self._app(scope, _measured(receive), wrapped)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self._hosts and urlsplit(f"//{host}").hostname not in self._hosts:
            return 400, "This server does not answer to that name; start it with --host NAME."
        if scope["method"] not in SAFE and not _same_origin(headers, host):
            return 403, "This form was sent from another site, so nothing was done. Open the page here and try again."
        if int(headers.get("content-length") or 0) > LARGEST_BODY:
            return 413, f"That is more than {LARGEST_BODY // 1024} kB at once; shorten it."
        address = (scope.get("client") or ("unknown", 0))[0]
        if not self._limiter.hit(*self._allowance(scope), address):
            return 429, "Too many requests from here in the last minute; wait a little and try again."
        return None

    def _allowance(self, scope: Scope) -> tuple[RateLimitItem, str]:
        if scope["method"] in SAFE:
            return self._reads, "read"
        if scope["path"] == "/login":
            return self._passwords, "password"
        return (self._links, "link") if scope["path"].startswith("/join/") else (self._writes, "write")


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
