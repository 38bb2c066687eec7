"""The technical lead: reads traces, keeps evidence, pulls levers, proves that it is over."""

from __future__ import annotations

from typing import ClassVar

from hotwash.drill.commands import AdjustDetector
from hotwash.standins.desk import Desk
from hotwash.standins.fixing import Fixer
from hotwash.standins.inquiry import Inquiry
from hotwash.standins.letters import Correspondent
from hotwash.standins.levers import Approver, Wish
from hotwash.standins.playbook import Play, bridge_for
from hotwash.standins.room import Room
from hotwash.standins.view import look
from hotwash.standins.words import place


class TechLead(Inquiry, Fixer, Approver, Correspondent):
    """Hands on the service."""

    seat: ClassVar[str] = "tech"
    pages = ("tech", "scribe", "ic", "comms", "legal", "privacy")

    def work(self, desk: Desk) -> None:
        """In order of urgency: what is approved, what stops harm, what finds out, what proves."""
        room = look(desk)
        self.carry_out(desk, room)
        self.decide_levers(desk, room)
        if self.habits.containment == "everything":
            self.stop_everything(desk, room)
        else:
            self.inquire(desk, room)
            self.contain(desk, room)
            self.fix(desk, room, self.play())
            self.mend_detectors(desk, room)
        self.answer_letters(desk, room)

    def stop_everything(self, desk: Desk, room: Room) -> None:
        """The reflex: at the first red light of any kind, everything off and the strictest tier."""
        if not room.alarms or not self.ripe(desk, "reflex", 1):
            return
        light = room.alarms[0].alert
        reason = f"{light} is red. Everything off until we know what this is."
        self.want(desk, room, Wish("feature_off", {}, {}, reason, "no more output at all"))
        self.want(desk, room, Wish("guardrail", {}, {"tier": "c"}, reason, "what still runs is filtered hard"))

    def inquire(self, desk: Desk, room: Room) -> None:
        """Look into open alerts, oldest first; a verdict needs traces that were read."""
        for alarm in room.open_alarms:
            if alarm.signal in SHARES or not self.mine(desk, alarm):
                continue
            if self.ripe(desk, f"say-{alarm.alert}", 0):
                self.say_once(desk, room, f"looking-{alarm.alert}", f"I have {alarm.alert}, reading traces now.")
            readings = self.read_list(desk, room, alarm)
            if readings is not None:
                self.judge(desk, room, alarm, readings)
            return

    def contain(self, desk: Desk, room: Room) -> None:
        """The narrowest reversible lever that stops the harm, as soon as something is confirmed."""
        play = self.play()
        if play is None or not room.confirmed or room.over or not self.ripe(desk, "contain", 0.5):
            return
        bridge = bridge_for(play, desk.system, self.scope_now(room, play))
        if bridge and not self.stepped_back:
            lever, scope = bridge
            reason = f"{play.what}. Until the cause is out, {play.safe}."
            effect = f"no new case in {place(scope)} within minutes; watch the traces and {room.confirmed[0].alert}"
            self.want(desk, room, Wish(lever.kind, scope, dict(lever.arguments), reason, effect), play.facts)
        if self.habits.flushes_cache and "cache_flush" in desk.system.levers and self.cached_seen():
            self.flush(desk, room, play, "first")

    def scope_now(self, room: Room, play: Play) -> dict[str, list[str]]:
        """Where it is: the room's scope, or the tenants of the traces that show it until somebody has set one."""
        if room.extent:
            return room.extent.scope
        tenants = {
            one.dims["tenant"] for one in self.readings.values() if play.sight in one.sights and "tenant" in one.dims
        }
        return {"tenant": sorted(tenants)} if tenants else {}

    def cached_seen(self) -> bool:
        """Was any of the bad answers served from the cache?"""
        return any(one.cached and one.main not in ("harmless", "number-alarm") for one in self.readings.values())

    def mend_detectors(self, desk: Desk, room: Room) -> None:
        """A spurious alert is closed by fixing what raised it."""
        for one in room.findings.values():
            if one.verdict == "spurious" and one.alert not in room.adjusted and self.ripe(desk, f"mend-{one.alert}", 2):
                pattern = "number" in one.note
                detail = (
                    "Numbers that stand in the requester's own question or order are not card numbers: take their format out of the pattern."
                    if pattern
                    else f"Page only when a second signal moves with it: {one.note}."
                )
                change = "suppress-pattern" if pattern else "require-second-signal"
                self.do(desk, AdjustDetector.model_validate({"alert": one.alert, "change": change, "detail": detail}))


SHARES = ("denials", "appeals", "score_shift", "feature_missing")
"""Signals of decisions, where no single case shows what is wrong: the ML engineer compares shares."""
