"""The scribe: what happened when, what was kept, who decided and why."""

from __future__ import annotations

from typing import ClassVar

from hotwash.drill.commands import CollectEvidence, TakeSnapshot
from hotwash.kernel.clock import MINUTE
from hotwash.standins.deciding import Decider
from hotwash.standins.desk import Desk
from hotwash.standins.letters import Correspondent, writer_of
from hotwash.standins.profiles import Profile
from hotwash.standins.room import Room
from hotwash.standins.view import look
from hotwash.standins.words import HOLD, clock, joined, lever_words, place, some

EVERY_MIN = 10
"""Minutes between two readings of the record to the room."""
UNLOGGED_MIN = 3.0
"""How long the scribe waits for whoever decided to write it down."""


class Scribe(Decider, Correspondent):
    """Keeps the record, and asks for reasons."""

    seat: ClassVar[str] = "scribe"

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self._held: set[str] = set()

    def work(self, desk: Desk) -> None:
        """Evidence first: it may be gone in ten minutes."""
        room = look(desk)
        self.keep_signals(desk, room)
        self.keep_letters(desk, room)
        self.keep_state(desk, room)
        self.obey_hold(desk, room)
        self.log_what_nobody_logged(desk, room)
        self.log_what_went_out(desk, room)
        self.read_out(desk, room)
        self.answer_letters(desk, room)

    def keep_signals(self, desk: Desk, room: Room) -> None:
        """The chart behind each alert that matters, by reference."""
        kept = {ref for kind, ref in room.evidence.values() if kind == "signal"}
        for one in room.alarms:
            if one.signal not in kept and self.ripe(desk, f"keep-{one.signal}", 3):
                where = place({dim: [value] for dim, value in one.cells[:1] if dim})
                note = f"{one.alert}, {one.count} in its window at {clock(one.at_ms)}, strongest in {where}"
                self.do(
                    desk,
                    CollectEvidence(item=self.name("signal", room.evidence), kind="signal", ref=one.signal, note=note),
                )

    def keep_letters(self, desk: Desk, room: Room) -> None:
        """What people outside wrote, by reference."""
        kept = {ref for kind, ref in room.evidence.values() if kind == "message"}
        for one in room.inbox:
            outside = writer_of(one) in ("press", "regulator", "customer", "vendor")
            if outside and one.inject not in kept and self.ripe(desk, f"letter-kept-{one.inject}", 2):
                note = f"{one.sender}, {one.channel}, {clock(one.at_ms)}: {one.subject}"
                self.do(
                    desk,
                    CollectEvidence(
                        item=self.name("message", room.evidence), kind="message", ref=one.inject, note=note
                    ),
                )

    def keep_state(self, desk: Desk, room: Room) -> None:
        """What ran, and a trace that shows it, where the engineers have not kept them."""
        if not room.confirmed:
            return
        if not any(kind == "configuration" for kind, _ in room.evidence.values()) and self.ripe(desk, "snapshot", 3):
            self.do(desk, TakeSnapshot(item=self.name("snapshot", room.evidence), note="nobody had kept what runs"))
        about = room.complaints
        if not room.traces_kept and about and self.ripe(desk, "trace", 5):
            note = "the trace that a complaint is about"
            self.do(
                desk, CollectEvidence(item=self.name("trace", room.evidence), kind="trace", ref=about[-1], note=note)
            )

    def obey_hold(self, desk: Desk, room: Room) -> None:
        """Legal counsel asks to keep everything: one more snapshot, as of now."""
        for _, _, text in room.said:
            if text.startswith(HOLD) and text not in self._held and self.ripe(desk, text, 1):
                note = f"records hold: {text}"
                if self.do(desk, TakeSnapshot(item=self.name("snapshot", room.evidence), note=note)).done:
                    self._held.add(text)

    def log_what_nobody_logged(self, desk: Desk, room: Room) -> None:
        """A lever that is on without a decision on record gets one, with the reason that was given."""
        for one in room.active:
            logged = any(name.endswith(one.call) for name in room.decisions)
            if not logged and self.ripe(desk, f"unlogged-{one.call}", UNLOGGED_MIN):
                kind = "rollback" if one.kind in ("rollback", "failover") else "contain"
                what = f"{one.seat}: {lever_words(one.kind, one.scope, one.arguments)}, asked at {clock(one.asked_ms)}"
                self.decide(
                    desk,
                    room,
                    kind,
                    one.call,
                    what,
                    one.reason or "no reason was given",
                    reversible=not one.destroys_evidence,
                )

    def log_what_went_out(self, desk: Desk, room: Room) -> None:
        """What left the organisation is a decision: which text, released by whom, and how long it was read."""
        outside = {one.id: one.title for one in desk.kit.messages if one.external}
        for one in room.papers:
            if one.published_ms is None or one.template not in outside or self.habits.thin:
                continue
            if self.ripe(desk, f"went-out-{one.draft}", UNLOGGED_MIN):
                waited = (one.published_ms - one.at_ms) // MINUTE
                what = f"{outside[one.template]} went out at {clock(one.published_ms)} ({one.draft})."
                by = joined(one.approved_by)
                reason = f"Read by {by} in {some(waited, 'minute')}." if by else "No approval is asked for by the kit."
                self.decide(desk, room, "communicate", one.draft, what, reason, reversible=False)

    def read_out(self, desk: Desk, room: Room) -> None:
        """Every ten minutes, what stands on record and what is missing."""
        if not room.alarms or self.habits.thin:
            return
        turn = (room.now_ms - room.alarms[0].at_ms) // (EVERY_MIN * MINUTE)
        if turn < 1 and not self.ripe(desk, "first-note", 1):
            return
        if self._counts.get("turn", -1) >= turn:
            return
        missing = [
            word
            for word, there in (
                ("a severity", room.severity), ("a scope", room.extent), ("a trace", room.traces_kept),
                ("a snapshot", any(kind == "configuration" for kind, _ in room.evidence.values())),
            )
            if not there
        ]  # fmt: skip
        text = (
            f"On record at {clock(room.now_ms)}: {some(len(room.alarms), 'alert')}, "
            f"{some(len(room.evidence), 'evidence item')}, {some(len(room.decisions), 'decision')}, "
            f"{some(len(room.ideas), 'hypothesis')}, {some(len(room.active), 'lever')} on."
        )
        text += f" Still missing: {joined(missing)}." if missing and not room.false_alarm else ""
        if self.say(desk, text):
            self._counts["turn"] = turn
