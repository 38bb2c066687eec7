"""Legal counsel: which duties have started, and what may leave the room."""

from __future__ import annotations

from typing import ClassVar

from hotwash.drill.commands import CollectEvidence, PlaceHold
from hotwash.standins.desk import Desk
from hotwash.standins.duties import DutyBearer
from hotwash.standins.letters import Correspondent, writer_of
from hotwash.standins.levers import Approver
from hotwash.standins.reviewing import Reviewer
from hotwash.standins.room import Room
from hotwash.standins.view import look
from hotwash.standins.words import HOLD, clock


class Legal(DutyBearer, Reviewer, Approver, Correspondent):
    """Reads before it goes out; starts clocks without waiting for certainty."""

    seat: ClassVar[str] = "legal"
    own_first = False

    def work(self, desk: Desk) -> None:
        """Reviews hold others up, so they come first."""
        room = look(desk)
        self.review_drafts(desk, room)
        self.decide_levers(desk, room)
        if room.incident and self.ripe(desk, "arrive", 1.5 + self.habits.duty_delay_min):
            self.say_once(desk, room, "Legal is here. Please keep the evidence as it is, and send me whatever is to leave the room before it does.",
            )  # fmt: skip
        if room.incident or room.stood_down:
            self.assess_duties(desk, room)
        self.hold_records(desk, room)
        self.answer_letters(desk, room)

    def hold_records(self, desk: Desk, room: Room) -> None:
        """An authority is in touch: from now on nothing may be lost, and the letter itself is evidence."""
        for letter in room.inbox:
            if writer_of(letter) != "regulator" or not self.ripe(
                desk, f"hold-{letter.inject}", 1.5 + self.habits.duty_delay_min / 4
            ):
                continue
            text = f"{HOLD}: {letter.sender} is in touch. Scribe, please keep the state of the service and a sample as of now."
            self.say_once(desk, room, text, ("scribe", "tech", "ic"))
            if not list(desk.view.of("legal_hold_placed")):
                self.do(desk, PlaceHold(hold="legal-hold-1", reason=f"{letter.sender} is in touch"))
            if all(ref != letter.inject for _, ref in room.evidence.values()):
                note = f"{letter.sender}, {clock(letter.at_ms)}: {letter.subject}"
                item = self.name("message", room.evidence)
                self.do(desk, CollectEvidence(item=item, kind="message", ref=letter.inject, note=note))
