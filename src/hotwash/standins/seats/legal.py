"""Legal counsel: which duties have started, and what may leave the room."""

from __future__ import annotations

from typing import ClassVar

from hotwash.standins.desk import Desk
from hotwash.standins.duties import DutyBearer
from hotwash.standins.letters import Correspondent
from hotwash.standins.levers import Approver
from hotwash.standins.reviewing import Reviewer
from hotwash.standins.view import look


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
            self.say_once(
                desk, room, "arrive",
                "Legal is here. Please keep the evidence as it is, and send me whatever is to leave the room before it does.",
            )  # fmt: skip
        if room.incident or room.stood_down:
            self.assess_duties(desk, room)
        self.answer_letters(desk, room)
