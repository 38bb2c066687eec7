"""The event envelope and the hash chain that makes a record tamper-evident.

The chain is SHA-256 over canonical JSON (RFC 8785 in spirit: sorted keys, no spaces, UTF-8, no floats in the envelope).
A chain shows that nothing was changed, moved or removed *before* its head. A cut-off tail or a chain forged whole is
only seen by comparing the head with one noted elsewhere: `hotwash drill verify --head`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hotwash.kernel.errors import TamperedError

GENESIS = "0" * 64


@dataclass(frozen=True)
class Draft:
    """An event that has been decided but not yet stored. `data` is JSON; times are whole milliseconds."""

    type: str
    data: Mapping[str, Any]
    drill_ms: int
    wall_ms: int
    seat: str
    person: str
    schema: int = 1


@dataclass(frozen=True)
class Event:
    """One stored fact. `version` counts from 1 in its stream; `position` rises over all streams of a store."""

    stream: str
    version: int
    type: str
    data: Mapping[str, Any]
    drill_ms: int
    wall_ms: int
    seat: str
    person: str
    schema: int
    command_id: str
    previous: str
    hash: str
    position: int = 0

    def to_json(self) -> dict[str, Any]:
        """The event as the log file has it; `position` belongs to one store and stays out."""
        body = asdict(self)
        del body["position"]
        return body


def canonical(value: object) -> bytes:
    """Canonical JSON bytes: sorted keys, no white space, UTF-8. Raises ValueError for NaN and infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: object) -> str:
    """SHA-256 over the canonical JSON of a value, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def seal(draft: Draft, stream: str, version: int, previous: str, command_id: str, position: int = 0) -> Event:
    """Turn a draft into the event that follows the one whose hash is `previous`."""
    body = {**asdict(draft), "stream": stream, "version": version, "command_id": command_id, "previous": previous}
    return Event(**body, hash=digest(body), position=position)


def from_json(body: Mapping[str, Any], position: int = 0) -> Event:
    """Read an event back from its log line. Raises TamperedError when fields are missing or unknown."""
    try:
        return Event(**body, position=position)
    except TypeError as wrong:
        raise TamperedError(f"event {body.get('version', '?')} has other fields than an event: {wrong}") from wrong


def check_chain(events: Iterable[Event]) -> str:
    """Recompute every hash of one stream from its start and return the head.

    Raises TamperedError naming the first event that does not fit, and how.
    """
    previous, expected = GENESIS, 1
    for event in events:
        if event.version != expected:
            raise TamperedError(f"event {expected} is missing: the log goes on with event {event.version}")
        if event.previous != previous:
            raise TamperedError(f"event {event.version} ({event.type}) does not follow the event before it")
        body = event.to_json()
        del body["hash"]
        if digest(body) != event.hash:
            raise TamperedError(f"event {event.version} ({event.type}) was changed after it was written")
        previous, expected = event.hash, expected + 1
    return previous
