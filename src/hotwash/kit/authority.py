"""Rules that nobody may execute: what a duty asks for, against who may do it by decision rights and lever rights."""

from __future__ import annotations

from collections.abc import Iterable

from hotwash.kit.names import STAFF
from hotwash.kit.partial import Unread
from hotwash.kit.schema.conditions import AllOf, AnyOf, Condition, Expectation, Seen, Since
from hotwash.kit.schema.kit import Duty, Kit
from hotwash.kit.schema.levers import Lever
from hotwash.kit.sources import Findings, Place
from hotwash.kit.vocabulary import ACTIONS, CONTROL_EVENTS

FOLLOWS = {
    "lever_took_effect": "lever_pulled", "draft_linted": "draft_written", "obligation_clock_started": "obligation_assessed",
    "obligation_clock_changed": "moment_recorded",
}  # fmt: skip
"""What the engine writes because of what a seat did."""


def check_duty(findings: Findings, place: Place, duty: Duty | Expectation, kit: Kit) -> None:
    """Note a duty that no seat may meet, or that the seat that owes it may not even begin to meet."""
    able = actors(duty.meet, kit)
    if able is None or duty.seat in able or duty.seat not in kit.roles.seats:
        return
    if not able:
        found = f"nobody may do '{duty.id}': {_why(duty.meet, kit)}"
        write = "Give a seat the right in roles.yaml or levers.yaml, or ask for something else."
        findings.add((*place, "meet"), found, write)
        return
    who = sorted(able)
    found = f"'{duty.seat}' owes '{duty.id}', and only {' or '.join(who)} may do it"
    findings.add((*place, "seat"), found, f"Write '{who[0]}', or let '{duty.seat}' do it, in 'meet' and in roles.yaml.")


def actors(meet: Condition, kit: Kit) -> set[str] | None:
    """Seats that can do something that a condition asks for; empty where it cannot be met, None where nobody has to act."""
    if isinstance(meet, Seen):
        return _doers(meet, kit)
    if isinstance(meet, Since):
        return actors(meet.since, kit)
    if isinstance(meet, AnyOf):
        ways = [actors(one, kit) for one in meet.any]
        return None if None in ways else set().union(*(way for way in ways if way))
    if isinstance(meet, AllOf):
        parts = [part for one in meet.all if (part := actors(one, kit)) is not None]
        return None if not parts else set() if set() in parts else set().union(*parts)
    return None


def _doers(seen: Seen, kit: Kit) -> set[str] | None:
    if seen.event in CONTROL_EVENTS:
        return set()
    able = _allowed(seen, kit)
    if able is None or set(seen.by) & STAFF:
        return None
    return able & set(seen.by) if seen.by else able


def _allowed(seen: Seen, kit: Kit) -> set[str] | None:
    """Seats that may bring about an event, whoever `by` names; None where no command of a player does."""
    event = FOLLOWS.get(seen.event, seen.event)
    command = ACTIONS.get(event)
    if command is None:
        return None
    seats = set(kit.roles.rights.get(command, kit.roles.seats))
    levers = _levers(seen, kit)
    if event == "lever_pulled":
        return seats & set().union(*map(pullers, levers))
    if event == "lever_reverted":
        back = [one for one in levers if one.reversible]
        return seats & set().union(*(pullers(one) | set(one.rights.approvers) for one in back))
    if event in ("lever_approved", "lever_refused"):
        return seats & set().union(*(one.rights.approvers for one in levers))
    return seats


def pullers(lever: Lever) -> set[str]:
    """Seats that may pull a lever, approved or on a standing order."""
    order = lever.rights.standing_order
    return {*lever.rights.may_pull, *(order.may_pull if order else ())}


def _levers(seen: Seen, kit: Kit) -> list[Lever]:
    wanted = seen.where.get("kind")
    kinds: Iterable[object] = wanted if isinstance(wanted, list) else [wanted]
    return [lever for kind, lever in kit.levers.items() if not isinstance(wanted, str | list) or kind in kinds]


def _why(meet: Condition, kit: Kit) -> str:
    """The first reason why nobody can meet a condition."""
    if isinstance(meet, Since):
        return _why(meet.since, kit)
    if isinstance(meet, AnyOf | AllOf):
        parts = meet.any if isinstance(meet, AnyOf) else meet.all
        return next(_why(one, kit) for one in parts if actors(one, kit) == set())
    assert isinstance(meet, Seen)
    what = ACTIONS.get(FOLLOWS.get(meet.event, meet.event), meet.event).replace("_", " ")
    if meet.event in CONTROL_EVENTS:
        return f"'{meet.event}' is written by exercise control"
    allowed = _allowed(meet, kit)
    if not allowed:
        return f"no seat may {what}"
    return f"{', '.join(sorted(meet.by))} may not {what}; {', '.join(sorted(allowed))} may"


def check_rights(findings: Findings, kit: Kit, unread: Unread) -> None:
    """Note rights that nobody has, and approvals that those who are named may not give."""
    if unread.touches("roles"):
        return
    rights = kit.roles.rights
    for command, seats in rights.items():
        if not seats:
            found = f"no seat may {command.replace('_', ' ')}"
            findings.add(("roles", "rights", command), found, "Name a seat, or take the line out: then every seat may.")
    if not unread.lacks("levers"):
        for kind, lever in kit.levers.items():
            place: Place = ("levers", kind, "rights")
            able = [one for one in lever.rights.approvers if one in rights.get("approve_lever", kit.roles.seats)]
            if len(able) < lever.rights.approvals <= len(lever.rights.approvers):
                found = (
                    f"approvals asked for: {lever.rights.approvals}; of the seats named, {len(able)} may approve lever"
                )
                findings.add((*place, "approvers"), found, "Name seats that 'approve_lever' in roles.yaml names.")
            if not pullers(lever) & set(rights.get("pull_lever", kit.roles.seats)):
                findings.add((*place, "may_pull"), f"nobody may pull '{kind}'", "Name a seat.")
    if not unread.lacks("messages"):
        may = rights.get("approve_draft", kit.roles.seats)
        for i, message in enumerate(kit.messages):
            for j, seat in enumerate(message.approvals):
                if seat in kit.roles.seats and seat not in may:
                    found = f"'{seat}' is to approve '{message.id}' and may not approve draft"
                    write = "Name a seat that 'approve_draft' in roles.yaml names, or add this one there."
                    findings.add(("messages", i, "approvals", j), found, write)
