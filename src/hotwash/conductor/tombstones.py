"""What stands in the place of evidence that was purged: what it was, by its hash, who let it go and why. Each seals the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.kernel.event import GENESIS, digest

FIELDS = ("item", "form", "sha256", "bytes", "at_ms", "by", "reason", "previous")


@dataclass(frozen=True)
class Purged:
    """One form of one item that goes. `at_ms` is wall time, ms since 1970 UTC."""

    item: str
    form: str
    sha256: str
    bytes: int
    at_ms: int
    by: str
    reason: str


def bury(graves: Sequence[Mapping[str, Any]], gone: Iterable[Purged]) -> list[dict[str, Any]]:
    """The tombstones with more at their end."""
    made = [dict(one) for one in graves]
    for one in gone:
        previous = made[-1]["hash"] if made else GENESIS
        body = {**vars(one), "previous": previous}
        made.append({**body, "hash": digest(body)})
    return made


def broken_at(graves: Sequence[Any]) -> str:
    """The first tombstone that was changed, moved or taken out from between others, in words; empty when none was."""
    previous = GENESIS
    for place, one in enumerate(graves, start=1):
        if not isinstance(one, Mapping) or {*one} != {*FIELDS, "hash"}:
            return f"tombstone {place} has other fields than a tombstone"
        if digest({name: one[name] for name in FIELDS}) != one["hash"]:
            return f"tombstone {place} ({one['item']}, {one['form']}) was changed after it was set"
        if one["previous"] != previous:
            return f"tombstone {place} ({one['item']}, {one['form']}) does not follow the one before it"
        previous = one["hash"]
    return ""
