"""Getting a lever pulled within one's rights: at once where the kit allows it, on approval otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hotwash.drill.commands import ApproveLever, PullLever, RefuseLever, RenewFix, RequestLever, RevertLever
from hotwash.drill.payloads import CallPayload, LeverPayload
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Kit
from hotwash.standins.desk import Desk
from hotwash.standins.room import Dims, Pull, Room
from hotwash.standins.seat import SeatPolicy
from hotwash.standins.words import bare


@dataclass(frozen=True)
class Wish:
    """A lever somebody wants pulled, and why."""

    kind: str
    scope: Dims
    arguments: Mapping[str, int | str]
    reason: str
    effect: str

    def same(self, pull: Pull) -> bool:
        """Is this what a call asks for?"""
        return (pull.kind, _sorted(pull.scope), dict(pull.arguments)) == (
            self.kind, _sorted(self.scope), dict(self.arguments),
        )  # fmt: skip

    def payload(self, call: str) -> LeverPayload:
        """The wish as a request or pull would carry it."""
        return LeverPayload(
            call=call, kind=self.kind, scope=self.scope, arguments=dict(self.arguments), reason=self.reason,
            effect=self.effect,
        )  # fmt: skip


FOR_GOOD = ("rollback", "failover", "cache_flush", "restore")
"""Levers that are no temporary fix."""
STANDS_MIN, RENEWED_MIN = 25, 30
"""How long a bridge may stand before somebody has to look at it again, and how long a renewal lasts."""
FALLS_PERCENT = 80
"""What a lever that hits the cause is expected to do to the signal that raised the alarm."""


def on_record(desk: Desk, room: Room, payload: LeverPayload, *, ends: bool) -> LeverPayload:
    """A bridge with its change record. `ends`: whoever asks has thought of how it ends."""
    lever = next((one for name, one in desk.kit.levers.items() if name == payload.kind), None)
    if lever is None or payload.kind in FOR_GOOD:
        return payload
    rights = lever.rights
    able = [one for one in rights.approvers or rights.may_pull if one != room.seat] or [*rights.approvers, room.seat]
    alarm = room.first_alarm
    signals = (alarm.signal if alarm else "", *desk.system.signals)
    return payload.model_copy(
        update={
            "approver": able[0],
            "trigger": next(one for one in signals if one in desk.system.signals),
            "fall_percent": FALLS_PERCENT if ends else None,
            "expires_min": STANDS_MIN,
            "step_down": "Taken back in its scope once replay and bias are clean under the fix; proved again without it."
            if ends
            else "When it is calm again.",
        }
    )


def may_pull_at_once(kit: Kit, seat: str, kind: str, facts: Collection[str]) -> bool:
    """In the seat's own right, or under a standing order whose fact the seat has seen with its own eyes."""
    lever = next((one for name, one in kit.levers.items() if name == kind), None)
    if lever is None:
        return False
    order = lever.rights.standing_order
    if order is not None and order.when_fact in facts and seat in order.may_pull:
        return True
    return seat in lever.rights.may_pull and lever.rights.approvals == 0


def may_pull(kit: Kit, seat: str, kind: str) -> bool:
    """May the seat pull this lever once it is approved?"""
    return any(name == kind and seat in lever.rights.may_pull for name, lever in kit.levers.items())


class LeverHand(SeatPolicy):
    """A seat that works levers."""

    def want(self, desk: Desk, room: Room, wish: Wish, facts: Collection[str] = ()) -> Pull | None:
        """See to it that a lever is on: pull it, or ask once and wait. Returns its call as the room knows it."""
        known = [one for one in room.pulls if wish.same(one) and one.state not in ("refused", "reverted")]
        if known:
            return known[-1]
        if any(wish.same(one) and one.state == "refused" for one in room.pulls):
            return None
        payload = wish.payload(self.name("lever", {one.call for one in room.pulls}))
        self.ask_or_pull(desk, on_record(desk, room, payload, ends=self.habits.steps_back), facts)
        return None

    def keep_up(self, desk: Desk, room: Room) -> None:
        """Renew what runs out before its time has come, with the reason; those who leave things on do not look."""
        if not self.habits.steps_back or room.over:
            return
        for (reminder, fix), _ in list(desk.view.reminders.items()):
            mine = any(one.call == fix and one.on and one.seat == self.seat for one in room.pulls)
            if reminder == "fix-expiring" and mine and self.ripe(desk, f"renew-{fix}-{desk.now_ms // MINUTE // 10}", 1):
                reason = (
                    "The cause is not out yet: without it the harm starts again. Looked at anew when this runs out."
                )
                self.do(desk, RenewFix(fix=fix, minutes=RENEWED_MIN, reason=reason))

    def ask_or_pull(self, desk: Desk, payload: LeverPayload, facts: Collection[str]) -> bool:
        """Pull at once where that is allowed, ask for it otherwise; False when this seat may do neither."""
        if may_pull_at_once(desk.kit, self.seat, payload.kind, facts):
            return self.do(desk, self._pull(desk, payload)).done
        if may_pull(desk.kit, self.seat, payload.kind):
            return self.do(desk, RequestLever(**payload.model_dump(exclude_unset=True))).done
        return False

    def carry_out(self, desk: Desk, room: Room) -> None:
        """Pull what was approved; whoever asked goes first, anybody with the right steps in after two minutes."""
        self.keep_up(desk, room)
        for one in room.pulls:
            if one.state != "approved" or not may_pull(desk.kit, self.seat, one.kind):
                continue
            if one.seat == self.seat or self.ripe(desk, f"stand-in-for-{one.call}", 2):
                self.do(desk, self._pull(desk, _again(one)))

    def _pull(self, desk: Desk, payload: LeverPayload) -> PullLever:
        """The pull, with the snapshot that is offered where it destroys evidence: taken by those who look before they act."""
        destroys = desk.system.levers[payload.kind].destroys_evidence
        return PullLever(
            **payload.model_dump(exclude_unset=True), snapshot_first=destroys and self.habits.diagnosis == "tests"
        )

    def take_back(self, desk: Desk, pull: Pull, reason: str) -> bool:
        """Undo a lever."""
        return self.do(desk, RevertLever(call=pull.call, reason=reason)).done


class Approver(SeatPolicy):
    """A seat that is asked for approvals."""

    def decide_levers(self, desk: Desk, room: Room) -> None:
        """Answer every request that waits for this seat."""
        for one in room.pulls:
            waits = one.state == "requested" and self.seat in one.approvers and self.seat not in one.approved_by
            if not waits or one.seat == self.seat or not self.ripe(desk, f"approve-{one.call}", 0.8):
                continue
            against = self.objection(room, one)
            if against:
                self.do(desk, RefuseLever(**CallPayload(call=one.call, reason=against).model_dump()))
            else:
                reason = self.agreement(desk, one)
                self.do(desk, ApproveLever(**CallPayload(call=one.call, reason=reason).model_dump()))

    def objection(self, room: Room, pull: Pull) -> str:
        """Why not, or nothing. Stopping everything needs more than one red light; thin profiles wave all through."""
        if self.habits.thin or self.habits.containment == "everything" or self.habits.diagnosis == "fixation":
            return ""
        if room.false_alarm or room.stood_down:
            return (
                "Every alert so far was read and found spurious. There is nothing to contain; users would pay for it."
            )
        if pull.kind in ("rollback", "failover") and not room.confirmed:
            return "Nothing is confirmed yet, and a rollback takes evidence with it. Read traces and keep some first."
        sweeping = pull.kind == "feature_off" or pull.arguments.get("tier") == "c"
        if sweeping and not pull.scope and not room.confirmed:
            return "Nothing is confirmed yet. Read a handful of traces and ask for the narrowest lever that stops it."
        if sweeping and not pull.scope and room.extent and room.extent.scope:
            return (
                f"We know where it is: {room.extent.statement} Ask for the same lever in that scope, or a smaller one."
            )
        return ""

    def agreement(self, desk: Desk, pull: Pull) -> str:
        """Why yes."""
        lever = desk.system.levers.get(pull.kind)
        back = "can be taken back" if lever and lever.reversible else "cannot be taken back"
        return "ok" if self.habits.thin else f"Agreed: {bare(pull.reason)}. It {back}; tell me when it works."


def _again(pull: Pull) -> LeverPayload:
    return LeverPayload(
        call=pull.call, kind=pull.kind, scope=pull.scope, arguments=dict(pull.arguments), reason=pull.reason
    )


def _sorted(scope: Dims) -> dict[str, list[str]]:
    return {dim: sorted(values) for dim, values in sorted(scope.items()) if values}
