"""Production changes with a record: what it must hold, renewing a temporary fix, and accepting what risk remains."""

from __future__ import annotations

from typing import Any

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked
from hotwash.drill.fixes import commander, fixes_now
from hotwash.drill.payloads import Payload, Tripwire
from hotwash.drill.state import RECORD, Call
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.levers import Lever

NEEDED = {
    "approver": "the approver (a seat)",
    "trigger": "the trigger metric (a signal)",
    "effect": "the expected effect",
    "expires_min": "the expiry in minutes",
    "step_down": "the step-down plan",
}
"""What a change record holds, as a refusal names what is missing."""


def whole(asked: Asked, call: Call | None) -> dict[str, Any]:
    """The record of a pull: what the pull says, and for what it leaves open, what was asked for and approved. Refused where the two differ."""
    said = {name: value for name in RECORD if (value := _said(asked, name))}
    if call is None:
        return said
    changed = [name for name, value in said.items() if call.record.get(name) not in (None, value)]
    asked.must(not changed, "change record", f"{', '.join(changed)}: not as it was asked for and approved; ask again")
    return {**said, **call.record}


def _said(asked: Asked, name: str) -> Any:
    """What the person wrote; a default that nobody wrote says nothing."""
    return getattr(asked.action, name) if name in asked.action.model_fields_set else None


def check(asked: Asked, lever: Lever, record: dict[str, Any], approved_by: tuple[str, ...] = ()) -> None:
    """Refuse a lever that is a production change by the kit without a whole record, and a record that names what is not there."""
    kind, system = asked.action.kind, asked.design.system
    if lever.change_record:
        missing = [words for name, words in NEEDED.items() if not str(record.get(name) or "").strip()]
        asked.must(not missing, "change record", f"{kind} is a production change; missing: {', '.join(missing)}")
    trigger, approver = record.get("trigger"), record.get("approver")
    asked.must(
        not trigger or trigger in system.signals,
        "change record",
        f"there is no signal '{trigger}': write one of {', '.join(system.signals)}",
    )
    able = tuple(lever.rights.approvers or lever.rights.may_pull)
    asked.must(not approver or approver in able, "change record", f"'{approver}' does not approve {kind}", able)
    asked.must(
        not approver or not approved_by or approver in approved_by,
        "change record",
        f"the record names '{approver}' as its approver, and it was approved by {', '.join(approved_by)}",
    )
    _expiry(asked, lever, record.get("expires_min"))
    worse = record.get("worse_ppm") or asked.action.worse_ppm
    contained = record.get("contained_ppm") or asked.action.contained_ppm
    asked.must(contained < worse, "canary", "the rate that must not pass has to be above the contained one")


def _expiry(asked: Asked, lever: Lever, minutes: int | None) -> None:
    if asked.action.kind != "guardrail" or minutes is None or not lever.change_record:
        return
    tiers = {str(name): guide for name, guide in asked.design.kit.tiers.items()}
    tier = tiers.get(str(asked.action.arguments.get("tier", "")).lower())
    most = tier.expires_h * 60 if tier else minutes
    asked.must(minutes <= most, "change record", f"this tier stands for at most {most} minutes: then renew it")


def renew(asked: Asked) -> list[Payload]:
    """A fix that stands, by its owner or who commands, with a reason."""
    found = {one.fix: one for one in fixes_now(asked.state.journal) if one.stands}
    fix = found.get(asked.action.fix)
    if fix is None:
        raise asked.refuse("change record", f"there is no temporary fix '{asked.action.fix}' that stands")
    may = tuple(dict.fromkeys((fix.owner, *commander(asked.design))))
    asked.must(asked.command.seat in may, "change record", "only its owner or who commands may renew it", may)
    asked.must(bool(asked.action.reason.strip()), "completeness", "say why it has to stand longer")
    until = asked.at.drill_ms + asked.action.minutes * MINUTE
    asked.must(until > fix.expires_ms, "change record", "that ends before its present expiry: let it run, or step down")
    return [asked.becomes(e.FixRenewed, expires_ms=until)]


def accept(asked: Asked) -> list[Payload]:
    """Residual risk with everything that makes it one: who watches, who approves, and what ends it."""
    action, design = asked.action, asked.design
    missing = [name for name in ("residual", "exposed", "why") if not getattr(action, name).strip()]
    asked.must(not missing, "completeness", f"'{', '.join(missing)}' is empty: say it in one sentence")
    ends = bool(action.conditions.strip()) or bool(action.tripwires)
    asked.must(ends, "completeness", "say under which conditions, or name a tripwire: what would end the acceptance?")
    for wire in action.tripwires:
        _known(asked, wire)
    owner, approver = action.owner or asked.command.seat, action.approver or asked.command.seat
    asked.must(owner in design.seats, "risk", f"there is no seat '{owner}' to own it", design.seats)
    rights = tuple(design.kit.roles.rights.get("accept_risk", design.seats))
    asked.must(approver in rights, "decision rights: accept_risk", f"'{approver}' may not approve a risk", rights)
    taken = {one.fix for one in fixes_now(asked.state.journal)}
    name = action.risk or f"risk-{1 + len(asked.state.journal.of('risk_accepted'))}"
    asked.must(name not in taken, "id", f"'{name}' exists already: choose another id")
    return [asked.becomes(e.RiskAccepted, risk=name, owner=owner, approver=approver)]


def _known(asked: Asked, wire: Tripwire) -> None:
    system = asked.design.system
    asked.must(
        wire.signal in system.signals,
        "tripwires",
        f"there is no signal '{wire.signal}': write one of {', '.join(system.signals)}",
    )
    values = system.dimensions.get(wire.dim, ())
    asked.must(
        not wire.dim or wire.value in values, "tripwires", f"there is no {wire.dim} '{wire.value}' in this system"
    )


DECIDERS = {"renew_fix": renew, "accept_risk": accept}
