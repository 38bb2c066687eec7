"""What a vault holds of a drill, and what may go from it: contents from log and system, retention, legal holds, purges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from hotwash.conductor.custody import standing
from hotwash.conductor.locker import FORMS, Form, Item, forms, items, raw_form, value_of
from hotwash.conductor.session import lever_call
from hotwash.conductor.tombstones import Purged, bury
from hotwash.drill.journal import Journal
from hotwash.drill.state import fold
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit
from hotwash.ports.system import SystemUnderDrill

Contents = Mapping[str, Mapping[str, bytes]]
DAY_MS = 24 * 3600 * 1000


def values(system: SystemUnderDrill, events: Sequence[Event], live: SystemUnderDrill | None = None) -> dict[str, Any]:
    """Item → its value, for those whose value still has the hash that the log gives it.

    `system` is at its start and is played along the log. `live` is the one that was played, where it knows more: recorded runs are
    not part of a record.
    """
    journal = fold(events).journal
    kept = {item.version: item for item in items(journal)}
    found = dict[str, Any]()
    for event in events:
        call = lever_call(event)
        if call is not None:
            system.advance(call.at_ms)
            system.pull(call)
        item = kept.get(event.version)
        if item is None:
            continue
        system.advance(event.drill_ms)
        for source in (system, live):
            if source is not None and item.item not in found and (value := _value(source, journal, item)) is not None:
                found[item.item] = value
    return found


def _value(system: SystemUnderDrill, journal: Journal, item: Item) -> Any:
    try:
        value = value_of(system, journal, item.kind, item.ref or item.item, item.at_ms)
    except NotSupportedError:
        return None
    return value if sha256(raw_form(value)).hexdigest() == item.sha256 else None


def in_forms(found: Mapping[str, Any], key: bytes, wanted: Collection[str] = FORMS) -> dict[str, dict[str, bytes]]:
    """Item → form → bytes. `key` is the vault's, for keyed hashes."""
    return {
        item: {form: body for form, body in forms(value, key).items() if form in wanted}
        for item, value in found.items()
    }


@dataclass(frozen=True)
class Asked:
    """What is to be purged: of these items (none: all) these forms; with `expired`, only what its retention has run out for."""

    items: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ("raw",)
    expired: bool = False


@dataclass(frozen=True)
class Plan:
    """What goes, what a hold keeps (item, form, hold), and what is kept because its time has not come (item, form, last ms)."""

    goes: tuple[tuple[str, Form], ...]
    held: tuple[tuple[str, Form, str], ...]
    early: tuple[tuple[str, Form, int], ...]


def plan_purge(contents: Contents, events: Sequence[Event], kit: Kit, asked: Asked, now_ms: int) -> Plan:
    """Sort what is asked for. A hold overrides retention and whoever asks."""
    holds, kept_ms = standing(events), _kept_ms(events)
    goes, held, early = list[tuple[str, Form]](), list[tuple[str, Form, str]](), list[tuple[str, Form, int]]()
    for item, form in _wanted(contents, asked):
        hold = next((name for name, on in sorted(holds.items()) if not on or item in on), "")
        days = kit.declaration.evidence.retention_days.get(form)
        ends = kept_ms[item] + days * DAY_MS if days is not None else None
        if hold:
            held.append((item, form, hold))
        elif asked.expired and (ends is None or now_ms < ends):
            early.append((item, form, ends if ends is not None else -1))
        else:
            goes.append((item, form))
    return Plan(tuple(goes), tuple(held), tuple(early))


def _wanted(contents: Contents, asked: Asked) -> Iterator[tuple[str, Form]]:
    for item, by_form in contents.items():
        if not asked.items or item in asked.items:
            yield from ((item, form) for form in FORMS if form in by_form and form in asked.forms)


def _kept_ms(events: Sequence[Event]) -> dict[str, int]:
    by_version = {event.version: event.wall_ms for event in events}
    return {item.item: by_version[item.version] for item in items(fold(events).journal)}


def without(contents: Contents, plan: Plan) -> dict[str, dict[str, bytes]]:
    """What is left."""
    gone = set(plan.goes)
    return {
        item: {form: body for form, body in by_form.items() if (item, form) not in gone}
        for item, by_form in contents.items()
    }


def graves(
    old: Sequence[Mapping[str, Any]], contents: Contents, plan: Plan, now_ms: int, by: str, reason: str
) -> list[dict[str, Any]]:
    """The tombstones with those of a purge."""
    gone = (
        Purged(item, form, sha256(contents[item][form]).hexdigest(), len(contents[item][form]), now_ms, by, reason)
        for item, form in plan.goes
    )
    return bury(old, gone)


def difference(contents: Contents, buried: Sequence[Mapping[str, Any]], events: Sequence[Event]) -> str:
    """The first item whose raw form is neither there with the log's hash nor under a tombstone, in words; empty when there is none.

    Items whose content was never kept (none of their forms is there or buried) are no difference: the log has the reference.
    """
    dead = {(one["item"], one["form"]): one["sha256"] for one in buried}
    for item in items(fold(events).journal):
        by_form = contents.get(item.item, {})
        raw = by_form.get("raw")
        address = sha256(raw).hexdigest() if raw is not None else dead.get((item.item, "raw"))
        if address is None and by_form:
            return f"the raw form of {item.item} is missing, and no tombstone stands for it"
        if address is not None and address != item.sha256:
            where = "the tombstone" if raw is None else "the raw form"
            return f"{where} of {item.item} is of other content than the log has ({item.sha256[:16]}…)"
    return ""
