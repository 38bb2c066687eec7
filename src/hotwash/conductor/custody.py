"""Chain of custody of every item, from the log alone: whoever has the log can make it again and compare.

Fields as in common forms for digital evidence (NIST's glossary: who handled it, when it was collected or transferred, and for
what purpose).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hotwash.conductor.locker import Item, items
from hotwash.drill.journal import Line
from hotwash.drill.state import fold
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit

LOOKS = {"evidence_accessed": "shown", "evidence_refused": "refused"}


def custody(events: Sequence[Event], kit: Kit, addresses: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Custody of each item in the order in which they were kept. `addresses` are the SHA-256 of the forms that are there."""
    journal, by_version = fold(events).journal, {event.version: event for event in events}
    holds = standing(events)
    policy = kit.declaration.evidence
    looks = sorted(
        ((line, what) for kind, what in LOOKS.items() for line in journal.of(kind)), key=lambda one: one[0].version
    )
    listed = []
    for item in items(journal):
        event = by_version[item.version]
        listed.append(
            {
                **_kept(item, event),
                "forms": dict(sorted(addresses.get(item.item, {}).items())),
                "accesses": [
                    _look(line, by_version[line.version], what)
                    for line, what in looks
                    if line.data["item"] == item.item
                ],
                "readers": dict(sorted(policy.readers.items())),
                "holds": sorted(hold for hold, on in holds.items() if not on or item.item in on),
                "dispose_after": {
                    form: _utc(event.wall_ms, days) for form, days in sorted(policy.retention_days.items())
                },
            }
        )
    return {"exercise": True, "clock": "wall time of exercise control, UTC", "items": listed}


def standing(events: Sequence[Event]) -> dict[str, tuple[str, ...]]:
    """Legal holds in force at the end of a log → the items that they are on; none named: all."""
    placed = {event.data["hold"]: tuple(event.data["items"]) for event in events if event.type == "legal_hold_placed"}
    for event in events:
        if event.type == "legal_hold_lifted":
            placed.pop(event.data["hold"], None)
    return placed


def _kept(item: Item, event: Event) -> dict[str, Any]:
    data = event.data
    return {
        "item": item.item, "kind": item.kind, "ref": item.ref, "description": item.note, "event": item.version,
        "source": data.get("source", ""), "method": data.get("method", ""), "sensitive": data.get("sensitive", False),
        "collected_by": event.person, "seat": event.seat, "collected_at": _utc(event.wall_ms), "drill_ms": event.drill_ms,
        "hash_algorithm": "SHA-256", "sha256": item.sha256, "bytes": data.get("bytes", 0), "original_or_copy": "copy",
    }  # fmt: skip


def _look(line: Line, event: Event, what: str) -> dict[str, Any]:
    data = line.data
    return {"by": event.person, "seat": event.seat, "at": _utc(event.wall_ms), "event": event.version, "form": data.get("in_form", ""),
            "purpose": data["purpose"], "outcome": what}  # fmt: skip


def _utc(wall_ms: int, days: int = 0) -> str:
    """A moment as ISO 8601 in UTC."""
    return (datetime.fromtimestamp(wall_ms / 1000, UTC) + timedelta(days=days)).isoformat(timespec="seconds")
