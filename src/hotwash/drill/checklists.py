"""Checklists of the kit, and which of their items the team has ticked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hotwash.kit.schema.kit import Guide, Kit

CHARTER = "charter/"
"""How the ids of charters begin; no guide can be called so, as ids hold no slash."""
TICKS = ("item_ticked", "item_unticked")
Item = tuple[str, str]
"""The id of a checklist and the words of an item."""


class Entry(Protocol):
    """An entry of the log or of a view."""

    @property
    def type(self) -> str: ...
    @property
    def data(self) -> Mapping[str, str]: ...


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class Checklist:
    """What is ticked, in order. `seats` are those who work with it; empty: all."""

    id: str
    title: str
    items: tuple[str, ...]
    seats: tuple[str, ...] = ()

    def for_(self, seat: str) -> bool:
        """Whether a seat works with it."""
        return not self.seats or seat in self.seats


def of_guide(guide: Guide) -> Checklist:
    """The checklist of a page of the kit."""
    return Checklist(guide.id, guide.title, tuple(guide.items), tuple(guide.seats))


def of_charter(kit: Kit, seat: str) -> Checklist:
    """The first minutes of a seat."""
    known = kit.roles.seats[seat]
    return Checklist(f"{CHARTER}{seat}", f"{known.title}, first minutes", tuple(known.first_minutes), (seat,))


def checklists(kit: Kit) -> dict[str, Checklist]:
    """Every checklist of a kit by id: first minutes by seat, then pages."""
    charters = [of_charter(kit, seat) for seat in kit.roles.seats]
    return {one.id: one for one in (*charters, *map(of_guide, kit.guides)) if one.items}


def ticked(entries: Iterable[E]) -> dict[Item, E]:
    """Items that are ticked, with the entry that ticked each; of entries in order."""
    found: dict[Item, E] = {}
    for one in entries:
        item = one.data["guide"], one.data["item"]
        if one.type == "item_ticked":
            found[item] = one
        else:
            found.pop(item, None)
    return found
