"""The privacy lead: is personal data concerned, whose, how many, and what follows."""

from __future__ import annotations

from typing import ClassVar

from hotwash.drill.commands import OpenTrace
from hotwash.kit.duties import asked_of
from hotwash.standins.deciding import Decider
from hotwash.standins.desk import Desk
from hotwash.standins.duties import DutyBearer
from hotwash.standins.letters import Correspondent
from hotwash.standins.levers import Approver
from hotwash.standins.profiles import Profile
from hotwash.standins.reading import TraceReading, read_trace
from hotwash.standins.reviewing import Reviewer
from hotwash.standins.room import Room
from hotwash.standins.story import impact_assessment, story
from hotwash.standins.view import look
from hotwash.standins.words import clock, joined

READ = 2
"""Traces that the privacy lead reads: enough to know what kind of data it is, no more than the question needs."""


class Privacy(DutyBearer, Decider, Reviewer, Approver, Correspondent):
    """Assesses the risk for people, not for the company."""

    seat: ClassVar[str] = "privacy"
    own_first = True

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self.seen: dict[str, TraceReading] = {}

    def work(self, desk: Desk) -> None:
        """Reviews first, then the assessment."""
        room = look(desk)
        self.review_drafts(desk, room)
        self.decide_levers(desk, room)
        if room.incident and self.ripe(desk, "arrive", 1.5 + self.habits.duty_delay_min):
            self.say_once(desk, room, "Privacy is here. Whose data, which kinds, how many people, which countries? No raw records in chat, please.",
            )  # fmt: skip
        if room.incident and not room.stood_down:
            self.read_evidence(desk, room)
            self.assess_people(desk, room)
        if room.incident or room.stood_down:
            self.assess_duties(desk, room)
            self.log_notification(desk, room)
        self.answer_letters(desk, room)

    def read_evidence(self, desk: Desk, room: Room) -> None:
        """See with one's own eyes what kind of data it is."""
        if not room.traces_kept or not self.ripe(desk, "read", 2 + self.habits.duty_delay_min):
            return
        for _, trace in room.traces_kept[:READ]:
            if trace not in self.seen:
                reply = self.do(desk, OpenTrace(trace=trace, purpose="privacy assessment: whose data, which kinds"))
                if reply.trace:
                    self.seen[trace] = read_trace(reply.trace)

    def assess_people(self, desk: Desk, room: Room) -> None:
        """The impact checklist, when personal data is concerned."""
        told = story(desk, room)
        if room.impact or not told.play or not told.play.personal or room.extent is None:
            return
        if self.ripe(desk, "assess", 2 + self.habits.duty_delay_min):
            self.do(desk, impact_assessment(desk, room, told))

    def log_notification(self, desk: Desk, room: Room) -> None:
        """Whether we notify is a decision with a reason, either way."""
        told = story(desk, room)
        applies = [duty for duty, answer in room.duties.items() if answer == "yes"]
        everything = len(room.duties) >= len(asked_of(desk.kit))
        if not room.duties or not everything or not self.ripe(desk, "log-duties", 1):
            return
        since = clock(min([one.at_ms for one in room.confirmed] or [room.now_ms]))
        if applies:
            reason = f"{told.happened()} Aware since {since}; the clocks run from there. {len(self.seen)} traces read for the assessment."
            self.decide(
                desk,
                room,
                "notify",
                "duties",
                f"We prepare notices under {joined(applies)}.",
                reason,
                options=("wait for the exact number of people",),
                effect="first notice drafted within the day",
            )
        else:
            reason = f"{told.happened()} Each duty was gone through, and the reasons are on record."
            self.decide(desk, room, "not-notify", "duties", "No notice is due.", reason, options=("notify to be safe",))
