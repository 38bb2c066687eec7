"""What two trackers over HTTP have in common: JSON to one host, tries again where that can help, faults in words, no secret anywhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hotwash.adapters.http_exchange import Exchange, Response, rest_asked_for
from hotwash.kernel.errors import ContentError
from hotwash.ports.clock import Clock
from hotwash.ports.endpoint import NoReply
from hotwash.ports.tracker import Fault, Held, TrackerError

TRIES = 4
LONGEST_WAIT_MS = 60_000
FIRST_WAIT_MS = 500
SECONDS = 20.0
MOST_BYTES = 32 * 1024 * 1024
SNIPPET = 200
IDEMPOTENT = ("GET", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Login:
    """How to sign in. `variable` is the environment's name for the secret, which is what people are told; `user` makes it Basic."""

    variable: str
    secret: str
    user: str = ""

    @property
    def header(self) -> str:
        """The value of `Authorization`."""
        if not self.user:
            return f"Bearer {self.secret}"
        return "Basic " + base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()


def login(around: Mapping[str, str], variable: str, user: str = "") -> Login:
    """The login that the environment holds. Raises ContentError where it holds none: a token never comes from a file or a command line."""
    secret = around.get(variable, "").strip()
    if not secret or not secret.isprintable():
        raise ContentError.at(variable, "is not set in the environment", f"Set {variable} to a token that may write issues.")  # fmt: skip
    return Login(variable, secret, around.get(user, "").strip() if user else "")


def held_by(
    markers: Sequence[str], labelled: Iterable[Held], known: Mapping[str, str], one: Callable[[str], Held | None]
) -> dict[str, Held]:
    """Marker → its ticket: the first of those that are `labelled`, or the one that was known by its reference and is there still."""
    found: dict[str, Held] = {}
    for held in labelled:
        for marker in markers:
            if marker in held.text:
                found.setdefault(marker, held)
    for marker, ref in known.items():
        if marker in markers and marker not in found and (held_there := one(ref)) is not None:
            found[marker] = held_there
    return found


class Rest:
    """JSON over HTTP to one host. `now_and_then` is the clock that waits. Raises ContentError when it is made and a secret would leave this
    machine over plain HTTP."""

    def __init__(self, url: str, who: Login, clock: Clock, *, seconds: float = SECONDS) -> None:
        self._base = urlsplit(url).path.rstrip("/")
        self._exchange = Exchange(url, seconds=seconds, most_bytes=MOST_BYTES, at_once=1)
        if not (self._exchange.is_secret or self._exchange.is_local):
            raise ContentError.at(url, "is plain HTTP, and a token would be sent over it", "Use https.")  # fmt: skip
        self._who, self._clock = who, clock

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[Any, Mapping[str, str]]:
        """Send, wait where the service asks for it, and read JSON; the answer and its headers. Raises TrackerError.

        Without an answer, only what can be repeated without harm is sent again: a POST may have been carried out."""
        sent = {"authorization": self._who.header, "accept": "application/json", "content-type": "application/json",
                "accept-encoding": "identity", "user-agent": "hotwash", **{name.replace("_", "-"): one for name, one in headers.items()}}  # fmt: skip
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        for attempt in range(1, TRIES + 1):
            got = self._exchange.send(method, raw, sent, self._base + path)
            try:
                return self._read(got, method)
            except TrackerError as wrong:
                harmless = method in IDEMPOTENT or wrong.fault == "rate_limited"
                pause = FIRST_WAIT_MS * 2 ** (attempt - 1) if wrong.wait_ms is None else wrong.wait_ms
                if wrong.permanent or not harmless or attempt == TRIES or pause > LONGEST_WAIT_MS:
                    raise
                self._clock.wait_until(self._clock.now() + pause)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Let go of connections."""
        self._exchange.close()

    def _read(self, got: Response | NoReply, method: str) -> tuple[Any, Mapping[str, str]]:
        writes = method != "GET"
        if isinstance(got, NoReply):
            fault: Fault = "timeout" if got.fault == "timeout" else "unreachable"
            raise TrackerError(fault, f"{self._exchange.name}: {got.said}. Try again later.", unknown=writes)
        if got.status // 100 != 2:
            raise self._fault(got, unknown=writes and got.status >= 500)
        if not got.body:
            return None, got.headers
        try:
            return json.loads(got.body), got.headers
        except (ValueError, RecursionError) as wrong:
            raise TrackerError("malformed", f"{self._exchange.name} gave an answer that is no JSON. Is the address right?", unknown=writes) from wrong  # fmt: skip

    def _fault(self, got: Response, *, unknown: bool) -> TrackerError:
        status, said, wait = got.status, self._snippet(got.body), _wait(got.headers, self._clock)
        limited = status == 429 or (status == 403 and (got.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in got.headers))  # fmt: skip
        if limited:
            rest = "later" if wait is None else f"in {wait / 1000:.0f} s"
            return TrackerError("rate_limited", f"{self._exchange.name} asks us to wait. Try again {rest}.", wait_ms=wait)  # fmt: skip
        if status // 100 == 3:
            where = urlsplit(got.headers.get("location", "")).netloc or "another address"
            return TrackerError("redirected", f"{self._exchange.name} sends us to {where}, which is not followed: a token would go there. Write the address where it is now.")  # fmt: skip
        words: dict[int, tuple[Fault, str]] = {
            401: ("not_signed_in", f"does not accept the token in {self._who.variable}. It may have expired: make a new one."),
            403: ("not_allowed", f"does not let the token in {self._who.variable} do this. It needs the right to read and write issues."),
            404: ("not_there", f"has no such place, or the token in {self._who.variable} may not see it. Look at the name and at its rights."),
            410: ("not_there", "says that it is gone: issues may be switched off, or the ticket deleted."),
            409: ("changed", "says that somebody changed it meanwhile."),
            422: ("refused", f"refuses what was sent{said}"),
            400: ("refused", f"refuses what was sent{said}"),
        }  # fmt: skip
        fault, text = words.get(status, ("server" if status >= 500 else "refused", f"answered with HTTP {status}{said}"))  # fmt: skip
        return TrackerError(fault, f"{self._exchange.name} {text}", wait_ms=wait, unknown=unknown)

    def _snippet(self, body: bytes) -> str:
        """The beginning of what it said, without what was sent to sign in: services echo keys that they refuse."""
        text = body.decode("utf-8", "replace")
        for secret in (self._who.secret, self._who.header, self._who.header.partition(" ")[2]):
            text = text.replace(secret, "***")
        short = "".join(one if one.isprintable() else " " for one in text)[:SNIPPET].strip()
        return f": {short}" if short else "."


def _wait(headers: Mapping[str, str], clock: Clock) -> int | None:
    """How long to wait in ms: `Retry-After`, else the second at which the limit is lifted (`X-RateLimit-Reset`, since the epoch)."""
    asked = rest_asked_for(headers)
    reset = headers.get("x-ratelimit-reset", "")
    if asked is None and headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return max(0, 1000 * int(reset[:12]) - clock.now())
    return asked
