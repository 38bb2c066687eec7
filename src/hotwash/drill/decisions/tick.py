"""Ticks of checklists: shared by the whole team, by whoever holds a seat that works with the list."""

from __future__ import annotations

from hotwash.drill import events as e
from hotwash.drill.checklists import checklists
from hotwash.drill.decisions.case import Asked
from hotwash.drill.payloads import Payload


def tick(asked: Asked) -> list[Payload]:
    """The item is done. What somebody else ticked a moment before is not ticked twice."""
    _listed(asked)
    return [] if _is_ticked(asked) else [asked.becomes(e.ItemTicked)]


def untick(asked: Asked) -> list[Payload]:
    """It is not done after all."""
    _listed(asked)
    return [asked.becomes(e.ItemUnticked)] if _is_ticked(asked) else []


def _listed(asked: Asked) -> None:
    action, known = asked.action, checklists(asked.design.kit).get(asked.action.guide)
    if known is None:
        raise asked.refuse("checklists", f"the kit has no checklist '{action.guide}'")
    asked.must(action.item in known.items, "checklists", f"'{known.title}' has no item '{action.item}'")
    asked.must(known.for_(asked.command.seat), "checklists", "another seat works with this list", known.seats)


def _is_ticked(asked: Asked) -> bool:
    """By the last entry on this item."""
    same = {"guide": asked.action.guide, "item": asked.action.item}
    last = [asked.state.journal.last(kind, **same) for kind in ("item_ticked", "item_unticked")]
    on, off = (one.version if one else 0 for one in last)
    return on > off


DECIDERS = {"tick_item": tick, "untick_item": untick}
