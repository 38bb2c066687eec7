"""From one thread that knows what happened to every browser that listens: bytes, made once, sent to all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

LONGEST_QUEUE = 1_000
"""Messages that may wait for one browser. One that is further behind is let go: it comes back with its own position."""
HEARTBEAT_S = 15.0
"""A comment this often, so that a proxy does not take a quiet drill for a dead one."""
BEAT = b": still here\n\n"


class Listener:
    """One open stream. `link` is the invitation that it rests on; it ends when that is revoked, or runs out at `expires_ms`.

    Lighter than a queue of asyncio, which costs more than the sending: one reader, on the event loop only. And with `write`, which is how
    the reader sends: what the socket takes at once does not wake the reader, which costs a third of a delivery. `write` may wait before it
    writes (for a full socket), but not after: uvicorn does so.
    """

    def __init__(
        self, who: str, link: str, expires_ms: int = 1 << 62, write: Callable[[bytes], Coroutine[Any, Any, None]] | None = None
    ) -> None:  # fmt: skip
        self.who, self.link, self.expires_ms, self._write = who, link, expires_ms, write
        self._waiting: deque[bytes] = deque()
        self._reader: asyncio.Future[None] | None = None
        self.ended = False

    def send(self, message: bytes) -> None:
        """Keep a message for the browser; one that is too far behind is let go, and comes back with its own position."""
        if self.ended or self._taken(message):
            return
        if len(self._waiting) >= LONGEST_QUEUE:
            self.end()
            return
        self._waiting.append(message)
        self._wake()

    def end(self) -> None:
        """Let the browser go, after what is waiting for it."""
        self.ended = True
        self._wake()

    async def next(self) -> bytes | None:
        """All that waits to be sent, at once; None at the end."""
        while not self._waiting:
            if self.ended:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        found = self._waiting.popleft() if len(self._waiting) == 1 else b"".join(self._waiting)
        self._waiting.clear()
        return found

    def _taken(self, message: bytes) -> bool:
        """Whether the socket took it at once. It is asked only while the reader has sent everything, so that nothing overtakes."""
        if self._write is None or self._reader is None or self._reader.done():
            return False
        writing = self._write(message)
        try:
            writing.send(None)
        except StopIteration:
            return True
        except Exception:  # noqa: BLE001 one broken socket must not keep the message from others: its own reader meets the same, and ends
            return False
        writing.close()  # it waits, and wrote nothing yet: the reader will
        return False

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class Channel:
    """All listeners of one drill. Used on the event loop only."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}

    def add(self, listener: Listener) -> None:
        """Let a listener in."""
        self._listeners.setdefault(listener.who, set()).add(listener)

    def remove(self, listener: Listener) -> None:
        """A browser is gone."""
        self._listeners.get(listener.who, set()).discard(listener)

    def tell(self, who: str, message: bytes) -> None:
        """Send to everybody who listens as `who`."""
        for listener in tuple(self._listeners.get(who, ())):
            listener.send(message)

    def end(self, link: str = "") -> None:
        """End the streams of one link; of everybody without one."""
        for listeners in self._listeners.values():
            for listener in tuple(listeners):
                if not link or listener.link == link:
                    listener.end()

    def beat(self, now_ms: int) -> None:
        """Say to everybody that the stream is still there; to those whose link has run out, that it is not."""
        for listeners in self._listeners.values():
            for listener in tuple(listeners):
                if now_ms < listener.expires_ms:
                    listener.send(BEAT)
                else:
                    listener.end()

    def present(self) -> dict[str, int]:
        """Who listens, in how many windows."""
        return {who: len(listeners) for who, listeners in self._listeners.items() if listeners}


def message(data: str, *, event: str = "", position: int | None = None) -> bytes:
    """One server-sent event. `position` is the audience's own; a client that comes back names the last one it has."""
    lines = [f"id: {position}"] if position is not None else []
    lines += [f"event: {event}"] if event else []
    lines += [f"data: {line}" for line in data.splitlines() or [""]]
    return ("\n".join(lines) + "\n\n").encode()
