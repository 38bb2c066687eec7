"""The technical lead: reads traces, keeps evidence, pulls levers, proves that it is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from hotwash.kernel.clock import MINUTE
from hotwash.standins.analysis import Analyst
from hotwash.standins.casework import CaseReviewer
from hotwash.standins.desk import Desk
from hotwash.standins.fixing import Fixer
from hotwash.standins.leads import Leads
from hotwash.standins.letters import Correspondent
from hotwash.standins.levers import Approver, Wish
from hotwash.standins.playbook import Play
from hotwash.standins.room import Room
from hotwash.standins.view import look

LOOKS, LOOK_MIN = 4, 3
"""How often the cache is looked at after the first flush while it is not clean, and the pause between two looks."""


class TechLead(Leads, Analyst, Fixer, Approver, Correspondent, CaseReviewer):
    """Hands on the service."""

    seat: ClassVar[str] = "tech"
    pages = ("tech", "scribe", "ic", "comms", "legal", "privacy")
    first = frozenset({"bridges", "detectors"})

    def work(self, desk: Desk) -> None:
        """In order of urgency: what is approved, what stops harm, what finds out, what proves."""
        room = look(desk)
        self.carry_out(desk, room)
        self.decide_levers(desk, room)
        if self.habits.containment == "everything":
            self.stop_everything(desk, room)
        else:
            if self.habits.diagnosis == "fixation":
                self.dig(desk, room)
            if self.looks(desk, room):
                self.report(desk, room)
                self.inquire(desk, room)
                self.follow_complaints(desk, room)
                self.follow_letters(desk, room)
            play = self.play_now(desk, room)
            if play and room.confirmed and not room.over:
                self.repair(desk, room, play)
            self.explain_false_alarm(desk, room)
            self.mend_detectors(desk, room)
        self.answer_letters(desk, room)
        self.review_cases(desk, room)

    def report(self, desk: Desk, room: Room) -> None:
        """Who has which alert, so that two people do not read the same traces."""
        for alarm in room.unread:
            if alarm.pages in self.pages and self.ripe(desk, f"say-{alarm.alert}", 1) and not self.habits.thin:
                self.say_once(desk, room, f"I have {alarm.alert}, reading traces now.")

    def repair(self, desk: Desk, room: Room, play: Play) -> None:
        """Stop it, take the cause out, and cover for the other engineer where nothing comes."""
        if self.habits.diagnosis == "tests":
            self.contain(desk, room, play)
            if self.habits.flushes_cache and "cache" in play.suites and "cache_flush" in desk.system.levers:
                self.flush_once(desk, room, play)
            self.measure(desk, room, play)
            self.fix(desk, room, play)
        self.locate(desk, room, play)
        self.explain(desk, room, play)

    def stop_everything(self, desk: Desk, room: Room) -> None:
        """The reflex: at the first red light of any kind, everything off and the strictest tier."""
        if not room.alarms or not self.ripe(desk, "reflex", 1):
            return
        light = room.alarms[0].alert
        reason = f"{light} is red. Everything off until we know what this is."
        self.want(desk, room, Wish("feature_off", {}, {}, reason, "no more output at all"))
        self.want(desk, room, Wish("guardrail", {}, {"tier": "c"}, reason, "what still runs is filtered hard"))

    def flush_once(self, desk: Desk, room: Room, play: Play) -> None:
        """Old answers go once nothing bad is made any more: emptied earlier, the cache fills up with it again."""
        works = [one for one in room.bridges if one.effective_ms is not None and one.effective_ms <= room.now_ms]
        if works or room.fixes:
            self.flush(desk, room, play, "the path is cut")

    def measure(self, desk: Desk, room: Room, play: Play) -> None:
        """Containment is executed and measured: look into the cache once it was emptied, and empty it again while what
        comes out of it is the thing itself."""
        flushed = [one.effective_ms for one in room.pulls if one.kind == "cache_flush" and one.effective_ms is not None]
        wanted = "cache" in desk.system.suites and "cache" in self.habits.proof
        if not flushed or not wanted or room.fixes:
            return
        runs = [one for one in room.proofs if one.suite == "cache" and one.at_ms >= max(flushed)]
        if runs and not runs[-1].sound and self.only_ordinary(desk, play, self.failing.get("cache", ())) is False:
            self.flush_again(desk, room, play, runs[-1])
        elif (not runs or not runs[-1].sound) and len(runs) < LOOKS:
            last = max([*flushed, *(one.at_ms + LOOK_MIN * MINUTE for one in runs)])
            if room.now_ms >= last + MINUTE:
                self.run_suite(desk, room, "cache")

    def only_ordinary(self, desk: Desk, play: Play, samples: Sequence[str]) -> bool | None:
        """Read what a suite found: everyday mistakes, or the thing itself?"""
        readings = self.read_ids(desk, samples, "what did the suite find?")
        return None if readings is None else not any(play.sight in one.sights for one in readings)
