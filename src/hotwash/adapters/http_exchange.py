"""One request and its whole answer, inside a time and a size, to one host and no other."""

from __future__ import annotations

import email.utils
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, ReadTimeoutError

from hotwash.ports.endpoint import NoReply

CHUNK = 65_536
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Response:
    """What came back: status, headers with small letters, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Watch(threading.local):
    """The exchange of this thread. A socket's own time limit is for one read: a service that sends a byte now and then would never
    reach it. At the end of the time for the whole exchange the socket is shut, which wakes whoever reads from it."""

    def __init__(self) -> None:
        self.ends, self.late = 0.0, False
        self.timer: threading.Timer | None = None

    def begin(self, seconds: float) -> None:
        self.ends, self.late = time.monotonic() + seconds, False

    def over(self, sock: socket.socket | None) -> None:
        self.finish()
        if sock is None:
            return
        self.timer = threading.Timer(max(0.0, self.ends - time.monotonic()), _shut, (sock,))
        self.timer.daemon = True
        self.timer.start()

    def finish(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self.ends


def _shut(sock: socket.socket) -> None:
    try:
        # Not the method of a TLS socket, which takes its state away from the thread that reads.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # it was closed in the meantime


_WATCH = _Watch()


class _Plain(HTTPConnection):
    def getresponse(self) -> Any:
        _WATCH.over(self.sock)
        return super().getresponse()


class _Tls(HTTPSConnection):
    def getresponse(self) -> Any:
        _WATCH.over(self.sock)
        return super().getresponse()


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Tls


class Exchange:
    """A host to talk to. `seconds` and `most_bytes` are for each exchange with all of its answer. Redirects are never followed: where
    they lead, the headers would go too. Proxies of the environment are not used. Certificates are checked against the machine's."""

    def __init__(self, url: str, *, seconds: float, most_bytes: int, at_once: int) -> None:
        parts = urlsplit(url)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._seconds, self._most = seconds, most_bytes
        make = _TlsPool if parts.scheme == "https" else _PlainPool
        self._pool = make(parts.hostname or "", parts.port, maxsize=at_once, block=False)
        self.name = f"{parts.scheme}://{parts.netloc}{parts.path}"
        self.is_local = parts.hostname in LOCAL
        self.is_secret = parts.scheme == "https"

    def send(self, method: str, body: bytes, headers: Mapping[str, str], path: str = "") -> Response | NoReply:
        """Send and read. Everything that goes wrong on the way comes back as a NoReply. `path` with its query stands for the address's own
        where one host has several."""
        _WATCH.begin(self._seconds)
        limit = urllib3.Timeout(connect=self._seconds, read=self._seconds)
        try:
            answer = self._pool.urlopen(
                method, path or self._path, body, dict(headers), redirect=False, retries=False, timeout=limit,
                preload_content=False, decode_content=True,
            )  # fmt: skip
            got = self._read(answer)
            # Only a connection whose answer was read to its end can carry another one.
            if isinstance(got, Response):
                answer.release_conn()
            else:
                answer.close()
        except (ConnectTimeoutError, ReadTimeoutError):
            return NoReply("timeout", f"no answer in {self._seconds:g} s")
        except (HTTPError, OSError, ValueError) as wrong:
            if _WATCH.passed:
                return NoReply("timeout", f"no whole answer in {self._seconds:g} s")
            return NoReply("unreachable", f"{self.name} cannot be reached: {_reason(wrong)}")
        else:
            return got
        finally:
            _WATCH.finish()

    def _read(self, answer: urllib3.BaseHTTPResponse) -> Response | NoReply:
        body = bytearray()
        try:
            while part := answer.read1(CHUNK):
                body += part
                if len(body) > self._most:
                    return NoReply("too_large", f"the answer has more than {self._most:,} bytes")
        except (HTTPError, OSError, ValueError) as wrong:
            if not _WATCH.passed:
                return NoReply("broken_off", f"the connection ended inside the answer: {_reason(wrong)}")
        if _WATCH.passed:
            return NoReply("timeout", f"no whole answer in {self._seconds:g} s")
        told = answer.headers.get("content-length", "")
        if told.isdigit() and not answer.headers.get("content-encoding") and len(body) < int(told):
            return NoReply("broken_off", "the connection ended inside the answer")
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, bytes(body))

    def close(self) -> None:
        """Let go of connections."""
        self._pool.close()


def rest_asked_for(headers: Mapping[str, str]) -> int | None:
    """What Retry-After says, in ms from now: seconds, or a date (RFC 9110, section 10.2.3). None without a sensible one."""
    told = headers.get("retry-after", "").strip()
    if told.isdigit():
        return int(told[:9]) * 1000
    try:
        then = email.utils.parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    return max(0, round((then.timestamp() - time.time()) * 1000))


def _reason(wrong: Exception) -> str:
    """The innermost cause, by its kind: texts of errors can hold what was sent."""
    inner: BaseException = wrong
    while inner.__cause__ is not None or inner.__context__ is not None:
        inner = inner.__cause__ or inner.__context__ or inner
    return type(inner).__name__
