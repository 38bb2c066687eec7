"""What the kit calls the things that an event names by their ids, as a line of the timeline says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from hotwash.aftermath.names import about_title, title_of
from hotwash.kit.schema.kit import Kit

NAMES_A_LEVER: Final = {
    **dict.fromkeys(("lever_requested", "lever_pulled", "lever_took_effect", "lever_reverted"), "kind"),
    "fix_expired": "what",
}
"""Types with a field that holds the kind of a lever, and the field."""
FINDINGS: Final = ("finding_raised", "hotwash_noted")
SEATS: Final = ("seat", "seats", "to", "owner", "reviewers", "audience")
"""Fields that may hold seats."""

Data = Mapping[str, Any]


def called(kit: Kit, kind: str, key: str, data: Data) -> str:
    """What the kit calls the field `key` of an event of type `kind`; empty for what it does not name."""
    value = data[key]
    if key == NAMES_A_LEVER.get(kind):
        return _quoted(kit.lever_titles.get(str(value).replace(" ", "_"), ""))
    if key in SEATS:
        seats = [value] if isinstance(value, str) else value or []
        named = ", ".join(_seat(kit, one) for one in seats)
        return f"(owner: {named})" if named and kind in FINDINGS else named
    return CALLED[key](kit, value, data) if key in CALLED and value else ""


def _seat(kit: Kit, name: str) -> str:
    """A seat, or an audience that is owed updates."""
    if name in kit.roles.seats:
        return title_of(kit, name)
    return next((one.title for one in kit.stakeholders if one.id == name), name)


def _quoted(title: str) -> str:
    return f"“{title}”" if title else ""


def _rule(kit: Kit, value: Any, _: Data) -> str:
    return next((one.title for one in kit.rules if one.id == value), "")


def _duty(kit: Kit, value: Any, data: Data) -> str:
    rule = [one for one in kit.rules if one.id == data.get("rule")]
    return next((duty.what for one in rule for duty in one.then if duty.id == value), "")


def _fact(_: Kit, value: Any, __: Data) -> str:
    return str(value).replace("_", " ")


def _question(kit: Kit, value: Any, _: Data) -> str:
    return _quoted(next((one.asks for one in kit.questions if one.id == value), ""))


def _obligation(kit: Kit, value: Any, _: Data) -> str:
    return _quoted(next((one.regime for one in kit.obligations if one.id == value), ""))


def _alert(kit: Kit, value: Any, _: Data) -> str:
    return _quoted(next((one.title for one in kit.alerts if one.id == value), ""))


def _mode(kit: Kit, value: Any, _: Data) -> str:
    return kit.taxonomy.modes[value].title if value in kit.taxonomy.modes else ""


def _reminder(kit: Kit, value: Any, _: Data) -> str:
    return _quoted(next((one.title for one in kit.communication.reminders if one.id == value), ""))


def _about(kit: Kit, value: Any, data: Data) -> str:
    """Of a reminder; what a complaint is about is a request."""
    return f"({about_title(kit, value)})" if "reminder" in data else ""


def _holder(kit: Kit, value: Any, data: Data) -> str:
    """A stand-in has no name of its own."""
    scripted = data.get("holder") == "stand-in" or str(value) in {f"stand-in {seat}" for seat in kit.roles.seats}
    return "a stand-in" if scripted else ""


def _deadline(_: Kit, value: Any, __: Data) -> str:
    moment = datetime.fromisoformat(value)
    return f"{moment:%a} {moment.day} {moment:%b} {moment:%H:%M %Z}".strip()


CALLED: Final[Mapping[str, Callable[[Kit, Any, Data], str]]] = {
    "rule": _rule, "duty": _duty, "fact": _fact, "question": _question, "obligation": _obligation, "alert": _alert,
    "mode": _mode, "reminder": _reminder, "about": _about, "person": _holder, "to_person": _holder,
    "deadline": _deadline, "before": _deadline,
}  # fmt: skip
"""Field → what it is called."""
