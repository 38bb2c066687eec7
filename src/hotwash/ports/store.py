"""Where events are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotwash.kernel.event import Draft, Event


class EventStore(Protocol):
    """An append-only store of event streams, each a SHA-256 chain.

    What every adapter must do, as `hotwash.conformance.store` checks it: all events of one append land or none;
    a stale expected version is refused; a command id that was stored before returns its first events and appends
    nothing; positions strictly rise over the whole store and never become visible out of order; what was
    acknowledged survives a crash of the process.
    """

    def append(self, stream: str, expected_version: int, drafts: Sequence[Draft], command_id: str) -> list[Event]:
        """Store drafts after version `expected_version` (0: a new stream) and return them as events.

        Raises StaleVersionError when the stream has moved on, unless `command_id` is already in the stream; ValueError
        for an empty command id; ValueError or TypeError for data that JSON does not have. No drafts store nothing.
        """
        ...

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Events of one stream with a version above `after`, in order; an unknown stream is empty."""
        ...

    def read_all(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events of all streams with a position above `after`, in order of position, at most `limit`."""
        ...

    def streams(self) -> list[str]:
        """Names of all streams, in order of their first event."""
        ...

    def close(self) -> None:
        """Release files and locks; the store is not used afterwards."""
        ...
