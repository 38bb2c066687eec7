"""The event envelope and the hash chain that makes a record tamper-evident.

The chain is SHA-256 over canonical JSON (RFC 8785 in spirit: sorted keys, no spaces, UTF-8, no floats in the envelope).
A chain shows that nothing was changed, moved or removed *before* its head. A cut-off tail or a chain forged whole is
only seen by comparing the head with one noted elsewhere: `hotwash drill verify --head`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hotwash.kernel.errors import TamperedError

GENESIS = "0" * 64

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_KINDS: dict[str, type] = {
    "data": dict,
    **dict.fromkeys(("version", "drill_ms", "wall_ms", "schema"), int),
    **dict.fromkeys(("stream", "type", "seat", "person", "command_id", "previous", "hash"), str),
}


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
        return {**_sealed(self, self.stream, self.version, self.previous, self.command_id), "hash": self.hash}


def canonical(value: object) -> bytes:
    """Canonical JSON bytes: sorted keys, no white space, UTF-8.

    Raises ValueError for NaN, infinity and text that is not Unicode; TypeError for what JSON does not have.
    """
    return _CANONICAL.encode(value).encode()


def digest(value: object) -> str:
    """SHA-256 over the canonical JSON of a value, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def seal(draft: Draft, stream: str, version: int, previous: str, command_id: str, position: int = 0) -> Event:
    """Turn a draft into the event that follows the one whose hash is `previous`.

    The event's data is the draft's as JSON reads it back: nobody who still holds the draft can change it, and its hash
    is the same before and after storing. Raises what `canonical` raises.
    """
    plain = replace(draft, data=json.loads(canonical(draft.data)))
    body = _sealed(plain, stream, version, previous, command_id)
    return Event(**body, hash=digest(body), position=position)


def seal_all(
    drafts: Sequence[Draft], stream: str, version: int, previous: str, command_id: str, position: int
) -> list[Event]:
    """Seal drafts one after the other, after version `version`, hash `previous` and position `position`."""
    events: list[Event] = []
    for step, draft in enumerate(drafts, start=1):
        events.append(seal(draft, stream, version + step, previous, command_id, position + step))
        previous = events[-1].hash
    return events


def from_json(body: Mapping[str, Any], position: int = 0) -> Event:
    """Read an event back from its log line. Raises TamperedError when fields are missing, unknown or of another type."""
    if not isinstance(body, Mapping):
        raise TamperedError(f"an event is a JSON object, not {type(body).__name__}")
    try:
        event = Event(**body, position=position)
    except TypeError as wrong:
        raise TamperedError(f"event {body.get('version', '?')} has other fields than an event: {wrong}") from wrong
    for name, kind in _KINDS.items():
        if type(body[name]) is not kind:
            raise TamperedError(f"event {event.version}: '{name}' is {type(body[name]).__name__}, not {kind.__name__}")
    return event


def check_chain(events: Iterable[Event]) -> str:
    """Recompute every hash of one stream from its start and return the head; GENESIS for no events.

    Raises TamperedError naming the first event that does not fit, and how.
    """
    previous, stream = GENESIS, None
    for place, event in enumerate(events, start=1):
        # The event's own hash comes first: a changed version number is then called a change, not a gap.
        if not _hash_fits(event):
            raise TamperedError(f"event {place} ({event.type}) was changed after it was written")
        if event.version > place:
            raise TamperedError(f"event {place} is missing: the log goes on with event {event.version}")
        if event.version < place:
            raise TamperedError(f"event {event.version} ({event.type}) comes again where event {place} is due")
        if event.previous != previous:
            raise TamperedError(f"event {place} ({event.type}) does not follow the event before it")
        if stream not in {None, event.stream}:
            raise TamperedError(f"event {place} ({event.type}) belongs to stream '{event.stream}', not '{stream}'")
        previous, stream = event.hash, event.stream
    return previous


def _hash_fits(event: Event) -> bool:
    body = event.to_json()
    claimed: str = body.pop("hash")
    try:
        return digest(body) == claimed
    except (TypeError, ValueError):
        return False


def _sealed(source: Draft | Event, stream: str, version: int, previous: str, command_id: str) -> dict[str, Any]:
    """What the hash of an event covers. Written out, because `dataclasses.asdict` copies the data and takes longer
    than the hash itself."""
    return {
        "stream": stream,
        "version": version,
        "type": source.type,
        "data": source.data,
        "drill_ms": source.drill_ms,
        "wall_ms": source.wall_ms,
        "seat": source.seat,
        "person": source.person,
        "schema": source.schema,
        "command_id": command_id,
        "previous": previous,
    }
