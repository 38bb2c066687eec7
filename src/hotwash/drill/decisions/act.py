"""Levers: asking, granting and pulling are separate, so that the time that authority took can be measured."""

from __future__ import annotations

from typing import Literal

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked
from hotwash.drill.decisions.changes import check, whole
from hotwash.drill.payloads import Payload
from hotwash.drill.state import Call
from hotwash.kit.schema.levers import Lever
from hotwash.ports.scope import Scope

Authority = Literal["approved", "standing-order", "own-right", "break-glass"]


def request(asked: Asked) -> list[Payload]:
    """Any seat may ask; the answer says how many approvals are needed and from whom."""
    lever = _lever(asked, asked.action.kind)
    asked.must(asked.action.call not in asked.state.calls, "id", f"the lever call '{asked.action.call}' exists already")
    asked.must(bool(asked.action.reason.strip()), "completeness", "say what the lever is for")
    rights = lever.rights
    check(asked, lever, asked.action.model_dump())
    promise = asked.given.promise
    return [asked.becomes(e.LeverRequested, needs=rights.approvals, approvers=tuple(rights.approvers), promise=promise)]


def approve(asked: Asked) -> list[Payload]:
    """By an approver who did not ask, once. Where the kit names nobody else, the asker's own approval counts and stands
    on record: a commander who is alone at night must be able to act, and must be seen to have acted alone."""
    call = _call(asked)
    approvers = tuple(_lever(asked, call.kind).rights.approvers)
    seat = asked.command.seat
    asked.must(seat in approvers, f"rights of {call.kind}", f"'{seat}' may not approve {call.kind}", approvers)
    asked.must(call.status == "requested", "levers", f"'{call.call}' is {call.status} already")
    asked.must(seat not in call.approved_by, "levers", f"'{seat}' has approved '{call.call}' already")
    own = seat == call.requested_by and len(approvers) > 1
    asked.must(
        not own, "separation of duties", "whoever asks does not approve", tuple(one for one in approvers if one != seat)
    )
    return [asked.becomes(e.LeverApproved)]


def refuse(asked: Asked) -> list[Payload]:
    """By an approver, with a reason."""
    call = _call(asked)
    approvers = tuple(_lever(asked, call.kind).rights.approvers)
    asked.must(asked.command.seat in approvers, f"rights of {call.kind}", "only an approver may refuse", approvers)
    asked.must(call.status == "requested", "levers", f"'{call.call}' is {call.status} already")
    asked.must(bool(asked.action.reason.strip()), "completeness", "say why")
    return [asked.becomes(e.LeverRefused)]


def pull(asked: Asked) -> list[Payload]:
    """On approvals, on a standing order, in one's own right, or by breaking the glass where the kit allows it."""
    action, receipt = asked.action, asked.given.receipt
    lever = _lever(asked, action.kind)
    call = asked.state.calls.get(action.call)
    if call is not None:
        asked.must(call.status == "requested", "levers", f"'{call.call}' is {call.status} already")
        same = (call.kind, Scope.of(call.scope), call.arguments) == (
            action.kind,
            Scope.of(action.scope),
            action.arguments,
        )
        asked.must(same, "levers", "what is pulled differs from what was asked for: ask again under another id")
    if receipt is None:
        raise asked.refuse("levers", f"the system has no lever '{action.kind}'")
    record = whole(asked, call)
    authority = _authority(asked, lever, call)
    if authority != "break-glass":
        check(asked, lever, record, call.approved_by if call and authority == "approved" else ())
    asked_ms = call.requested_ms if call and call.requested_ms is not None else asked.at.drill_ms
    pulled = asked.becomes(
        e.LeverPulled,
        effective_ms=receipt.effective_ms,
        authority=authority,
        promise=asked.given.promise,
        waited_ms=asked.at.drill_ms - asked_ms,
        provenance=receipt.provenance,
        destroys_evidence=asked.design.system.levers[action.kind].destroys_evidence,
        **record,
    )
    return [*_kept_before(asked), pulled]


def _kept_before(asked: Asked) -> list[Payload]:
    """The snapshot that was offered with the pull, if whoever pulls took the offer."""
    item, given = f"{asked.action.call}-before", asked.given
    taken = any(name == item for _, name in asked.state.ids)
    if not asked.action.snapshot_first or given.configuration is None or taken:
        return []
    kept = e.SnapshotTaken(
        item=item,
        note=f"before {asked.action.kind}",
        sha256=given.sha256,
        configuration=dict(given.configuration),
        before=asked.action.call,
    )
    return [kept]


def _authority(asked: Asked, lever: Lever, call: Call | None) -> Authority:
    rights, seat = lever.rights, asked.command.seat
    order = rights.standing_order
    if order is not None and seat in order.may_pull and order.when_fact in asked.state.facts:
        return "standing-order"
    if seat in rights.may_pull:
        if rights.approvals == 0:
            return "own-right"
        if call is not None and len(call.approved_by) >= rights.approvals:
            return "approved"
    if asked.action.break_glass:
        asked.must(
            asked.design.kit.engagement.break_glass, "rules of engagement", "this kit does not allow breaking the glass"
        )
        return "break-glass"
    if seat not in rights.may_pull:
        raise asked.refuse(
            f"rights of {asked.action.kind}", f"'{seat}' may not pull {asked.action.kind}", tuple(rights.may_pull)
        )
    have = len(call.approved_by) if call else 0
    missing = rights.approvals - have
    raise asked.refuse(
        f"rights of {asked.action.kind}",
        f"{missing} approval{'s' if missing > 1 else ''} missing for {asked.action.kind}: request it, then pull under the same id",
        tuple(rights.approvers),
    )


def revert(asked: Asked) -> list[Payload]:
    """Whoever may pull a lever may take it back, if it can be taken back."""
    call = _call(asked)
    lever = _lever(asked, call.kind)
    order = lever.rights.standing_order
    may = (*lever.rights.may_pull, *(order.may_pull if order else ()), *lever.rights.approvers)
    asked.must(
        asked.command.seat in may,
        f"rights of {call.kind}",
        f"you may not take {call.kind} back",
        tuple(dict.fromkeys(may)),
    )
    asked.must(
        call.status in ("pulled", "in-effect"), "levers", f"'{call.call}' is {call.status} and cannot be taken back"
    )
    asked.must(lever.reversible, "levers", f"{call.kind} cannot be taken back")
    if asked.given.receipt is None:
        raise asked.refuse("levers", f"the system cannot take {call.kind} back")
    return [asked.becomes(e.LeverReverted, kind=call.kind, effective_ms=asked.given.receipt.effective_ms)]


def _call(asked: Asked) -> Call:
    call = asked.state.calls.get(asked.action.call)
    if call is None:
        raise asked.refuse("levers", f"there is no lever call '{asked.action.call}'")
    return call


def _lever(asked: Asked, kind: str) -> Lever:
    found = {str(name): lever for name, lever in asked.design.kit.levers.items() if name in asked.design.system.levers}
    if kind not in found:
        raise asked.refuse("levers", f"there is no lever '{kind}': this system has {', '.join(found)}")
    return found[kind]


DECIDERS = {
    "request_lever": request,
    "approve_lever": approve,
    "refuse_lever": refuse,
    "pull_lever": pull,
    "revert_lever": revert,
}
