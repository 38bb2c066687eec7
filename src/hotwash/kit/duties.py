"""Which obligations a kit asks its organisation about."""

from __future__ import annotations

from datetime import date

from hotwash.kit.schema.kit import Kit, Obligation


def asked_of(kit: Kit) -> tuple[Obligation, ...]:
    """Obligations for everybody, and those for an activity that the kit names, in the order of the file."""
    return tuple(one for one in kit.obligations if not one.only_for or set(one.only_for) & set(kit.activities))


def in_force(one: Obligation, day: date) -> bool:
    """Whether an obligation is law on a day, both ends included. A row that is not can never apply."""
    begun = one.in_force_from is None or one.in_force_from <= day
    return begun and (one.in_force_until is None or day <= one.in_force_until)
