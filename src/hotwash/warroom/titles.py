"""What people are called."""

from __future__ import annotations

from hotwash.kit.schema.kit import Kit


def title_of(kit: Kit, seat: str) -> str:
    """What a seat, the facilitator or an observer is called on every page."""
    known = kit.roles.seats.get(seat)
    return known.title if known else {"control": "Exercise control", "all": "everybody"}.get(seat, seat.capitalize())
