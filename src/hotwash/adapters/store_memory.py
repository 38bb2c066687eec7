"""Events in memory: for tests, rehearsals and drills whose record is written at the end."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from hotwash.kernel.errors import StaleVersionError
from hotwash.kernel.event import GENESIS, Draft, Event, canonical, from_json, seal_all


@dataclass
class _Stream:
    """Positions of its events, and for each command the versions (first, last) that it wrote."""

    positions: list[int] = field(default_factory=list)
    commands: dict[str, tuple[int, int]] = field(default_factory=dict)
    head: str = GENESIS


class MemoryStore:
    """Implements `ports.store.EventStore`. Safe for threads.

    Events are kept as their log lines and read back from them: what one reader does to its copy, no other sees.
    """

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._streams: dict[str, _Stream] = {}
        self._lock = threading.Lock()

    def append(self, stream: str, expected_version: int, drafts: Sequence[Draft], command_id: str) -> list[Event]:
        """Store drafts and return them as events. Raises StaleVersionError; ValueError for an empty command id."""
        if not command_id:
            raise ValueError("an append needs a command id: it is what makes a retry safe")
        with self._lock:
            kept = self._streams.get(stream) or _Stream()
            if command_id in kept.commands:
                first, last = kept.commands[command_id]
                return [self._event(position) for position in kept.positions[first - 1 : last]]
            version = len(kept.positions)
            if version != expected_version:
                raise StaleVersionError(stream, expected_version, version)
            events = seal_all(drafts, stream, version, kept.head, command_id, len(self._lines))
            lines = [canonical(event.to_json()) for event in events]
            if events:
                self._keep(stream, kept, events, lines)
            return events

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Events of one stream with a version above `after`."""
        with self._lock:
            kept = self._streams.get(stream) or _Stream()
            return [self._event(position) for position in kept.positions[max(0, after) :]]

    def read_all(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events of all streams with a position above `after`, at most `limit`."""
        with self._lock:
            first = max(0, after) + 1
            last = min(len(self._lines), first - 1 + max(0, limit))
            return [self._event(position) for position in range(first, last + 1)]

    def streams(self) -> list[str]:
        """Names of all streams, in order of their first event."""
        with self._lock:
            return list(self._streams)

    def close(self) -> None:
        """Nothing to release."""

    def _keep(self, stream: str, kept: _Stream, events: list[Event], lines: list[bytes]) -> None:
        self._streams[stream] = kept
        self._lines += lines
        kept.positions += [event.position for event in events]
        kept.commands[events[0].command_id] = (events[0].version, events[-1].version)
        kept.head = events[-1].hash

    def _event(self, position: int) -> Event:
        return from_json(json.loads(self._lines[position - 1]), position)
