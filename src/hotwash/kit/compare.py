"""Two kits beside each other: what differs, item by item, and what an upgrade of the base would change for a kit of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hotwash.kit.schema.kit import Kit

HEAD = ("id", "title", "version", "extends")
KEYS = ("id", "measure", "title")
"""What a member of a list is known by, first that it has: alerts by id, moves by title."""

Verdict = Literal["take", "decide", "same"]


@dataclass(frozen=True)
class Change:
    """One place that differs: `before` or `after` is None where the other kit has nothing."""

    place: str
    before: Any
    after: Any


@dataclass(frozen=True)
class UpgradeStep:
    """One change of the base. `take`: you have it as it was, so the upgrade changes it for you. `decide`: you changed it as
    well; `ours` is what you have. `same`: you have the new one already."""

    change: Change
    verdict: Verdict
    ours: Any = None


def changes(before: Kit, after: Kit) -> list[Change]:
    """Every place in which two kits differ, their own names and versions left out. A new or missing item is one change."""
    return list(_differ(_tree(before), _tree(after), ""))


def upgrade(then: Kit, now: Kit, ours: Kit) -> list[UpgradeStep]:
    """What has changed in the base since a kit was made from it, and what that means for the kit."""
    mine = _tree(ours)
    return [_step(one, mine, _tree(then)) for one in changes(then, now)]


def _step(change: Change, mine: Any, then: Any) -> UpgradeStep:
    have, had = _at(mine, change.place), _at(then, change.place)
    if have == change.after:
        return UpgradeStep(change, "same", have)
    return UpgradeStep(change, "take" if have == had else "decide", have)


def _tree(kit: Kit) -> Any:
    body = kit.model_dump(mode="json", by_alias=True)
    return _named({name: value for name, value in body.items() if name not in HEAD})


def _named(value: Any) -> Any:
    """Lists whose members have names as mappings, so that an order of lines is no difference."""
    if isinstance(value, Mapping):
        return {str(name): _named(inner) for name, inner in value.items()}
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        key = next((key for key in KEYS if all(isinstance(one.get(key), str) for one in value)), None)
        if key is not None and len({one[key] for one in value}) == len(value):
            return {one[key]: _named(one) for one in value}
    return value


def _differ(before: Any, after: Any, place: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*before, *(name for name in after if name not in before)]:
            inner = f"{place}/{name}" if place else name
            if name not in after or name not in before:
                yield Change(inner, before.get(name), after.get(name))
            else:
                yield from _differ(before[name], after[name], inner)
    elif before != after:
        yield Change(place, before, after)


def _at(tree: Any, place: str) -> Any:
    for name in place.split("/"):
        if not isinstance(tree, Mapping) or name not in tree:
            return None
        tree = tree[name]
    return tree
