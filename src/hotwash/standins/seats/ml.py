"""The ML engineer: where it is, since when, which explanations stand, and whether people are treated alike."""

from __future__ import annotations

from typing import ClassVar

from hotwash.standins.analysis import Analyst
from hotwash.standins.casework import CaseReviewer
from hotwash.standins.desk import Desk
from hotwash.standins.letters import Correspondent, Writer
from hotwash.standins.levers import Approver
from hotwash.standins.room import Letter, Room
from hotwash.standins.story import story
from hotwash.standins.view import look


class MlEngineer(Analyst, Approver, Correspondent, CaseReviewer):
    """Segments, explanations, fairness."""

    seat: ClassVar[str] = "ml"
    pages = ("ml",)
    first = frozenset({"decisions", "scope", "ideas"})

    def work(self, desk: Desk) -> None:
        """Verdicts first, then where, then why."""
        room = look(desk)
        self.carry_out(desk, room)
        self.decide_levers(desk, room)
        if self.habits.containment == "narrow":
            if self.looks(desk, room):
                self.inquire(desk, room)
            play = self.play_now(desk, room)
            if play and room.confirmed and not room.over:
                if self.habits.diagnosis == "tests":
                    self.contain(desk, room, play)
                self.locate(desk, room, play)
                self.explain(desk, room, play)
            self.explain_false_alarm(desk, room)
            self.mend_detectors(desk, room)
        self.answer_letters(desk, room)
        self.review_cases(desk, room)

    def reply(self, desk: Desk, room: Room, letter: Letter, writer: Writer) -> str:
        """A question in the house about a measured disparity gets the measurement, with its interval."""
        if writer == "colleague" and self.found and not self.habits.thin:
            return f"Thank you. {self.found.sentence()} {story(desk, room).status()}"
        return super().reply(desk, room, letter, writer)
