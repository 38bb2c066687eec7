"""Checklists as a page shows them: what is ticked, by whom and when, for everybody the same."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.drill.checklists import TICKS, Checklist, ticked
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent


@dataclass(frozen=True)
class ItemCard:
    """One item, and the entry that ticked it."""

    words: str
    tick: ViewEvent | None


@dataclass(frozen=True)
class ListCard:
    """One checklist and how far it is."""

    id: str
    title: str
    items: tuple[ItemCard, ...]

    @property
    def ticks(self) -> list[ViewEvent]:
        """The entries that ticked its items, oldest first."""
        return sorted((one.tick for one in self.items if one.tick), key=lambda one: one.position)


def list_card(one: Checklist, view: Fold) -> ListCard:
    """A checklist as an audience has been shown it."""
    found = view.kept.get("ticked", TICKS, lambda: ticked(view.of(*TICKS)))
    return ListCard(one.id, one.title, tuple(ItemCard(item, found.get((one.id, item))) for item in one.items))
