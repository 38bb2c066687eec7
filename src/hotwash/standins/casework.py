"""Sitting down as a reviewer: what a seat takes from the queue, and what it makes of it."""

from __future__ import annotations

from hotwash.drill.commands import DecideCase, OpenTrace
from hotwash.ports.review import Action, Case
from hotwash.ports.traces import Trace
from hotwash.standins.desk import Desk
from hotwash.standins.reading import Sight, read_trace
from hotwash.standins.room import Room
from hotwash.standins.seat import SeatPolicy

MOST, EVERY_MIN = 12, 1.0
"""Cases that one seat takes in a drill, beside its other work, and the time between two."""
VERDICTS: tuple[tuple[Sight, Action, str], ...] = (
    ("leak", "refuse", "It holds what belongs to somebody else. Privacy has to look at it."),
    ("misuse", "refuse", "It does what only a text that was read asks for. Whose instruction is it?"),
    ("overreach", "refuse", "It took a step that a colleague should have confirmed."),
    ("refusal", "edit", "An ordinary question was refused; answered from the documents."),
    ("ungrounded", "edit", "A figure stands in no source; mended to what the document says. Tag: unsupported."),
    ("wrong", "escalate", "The reason does not fit the figures. One looks like chance; count them."),
)
"""What a careful reviewer does about what a trace shows, by the kit's guide, the gravest first."""


class CaseReviewer(SeatPolicy):
    """A seat that may decide cases."""

    def review_cases(self, desk: Desk, room: Room) -> None:
        """One case at a time, the oldest that can still be read in time; whoever does not test ideas does not read either."""
        open_queue = any(one.kind == "review" and one.on for one in room.pulls)
        number = self._counts.get("cases", 0)
        if not open_queue or number >= MOST or not self.may(desk, "decide_case") or self._hands < 2:
            return
        if not self.ripe(desk, f"case-{number}", EVERY_MIN):
            return
        case = self._next(desk)
        if case is None:
            return
        opened = self.do(desk, OpenTrace(trace=case.trace, purpose="review of a case before it goes out"))
        if not opened.done or opened.trace is None:
            return
        action, reason = self._verdict(opened.trace)
        if self.do(desk, DecideCase(case=case.trace, action=action, reason=reason)).done:
            self._counts["cases"] = number + 1

    def _next(self, desk: Desk) -> Case | None:
        waiting = [
            one for one in desk.review_queue().cases if one.decided_ms is None and one.due_ms > desk.now_ms + 1_000
        ]
        return min(waiting, key=lambda one: (one.at_ms, one.trace), default=None)

    def _verdict(self, trace: Trace) -> tuple[Action, str]:
        if self.habits.diagnosis != "tests":
            return "approve", "Looks like all the others."
        sights = read_trace(trace).sights
        found = next(((action, reason) for sight, action, reason in VERDICTS if sight in sights), None)
        return found or ("approve", "Read; nothing wrong with it.")
