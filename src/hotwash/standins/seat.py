"""What all stand-ins have in common: they notice, take their time, act within their rights, and do not nag."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from hotwash.drill.commands import Action, PullLever, RequestLever
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.seeds import Pick
from hotwash.standins.desk import Desk, Reply
from hotwash.standins.profiles import Profile

HANDS = 5
"""Commands that one person gives within one look (30 seconds): opening a trace, writing a line."""
AGAIN_MS = 5 * MINUTE
"""A command that was refused is not repeated for this long."""
NOT_NOW = Reply(refused="not now: hands are full, or this was refused a moment ago")


class SeatPolicy(ABC):
    """Base of the seven policies. A policy's state is what it noticed and when; what was done stands in the view."""

    seat: ClassVar[str]

    def __init__(self, profile: Profile, seed: int) -> None:
        self.habits, self.seed = profile, seed
        self.profile = profile.name
        self._noticed: dict[str, int] = {}
        self._quarters: dict[str, int] = {}
        self._refused: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._hands = 0

    def step(self, desk: Desk) -> None:
        """Do what is due. A seat that does nothing does not even look."""
        if not self.habits.active:
            return
        self._hands = HANDS
        self.work(desk)

    @abstractmethod
    def work(self, desk: Desk) -> None:
        """One look at the desk; each policy lists its tasks in order of urgency."""

    def ripe(self, desk: Desk, matter: str, minutes: float) -> bool:
        """True once so many minutes of work, at this person's pace, have passed since the matter was first noticed.

        The time is drawn once per matter, a quarter up or down.
        """
        noticed = self._noticed.setdefault(matter, desk.now_ms)
        quarter = self._quarters.get(matter)
        if quarter is None:
            quarter = self._quarters[matter] = self.pick(matter).below(501) + 750
        return desk.now_ms - noticed >= int(minutes * self.habits.pace * MINUTE) * quarter // 1000

    def forget(self, matter: str) -> None:
        """Start the clock of a matter anew the next time it is noticed."""
        self._noticed.pop(matter, None)

    def pick(self, *purpose: object) -> Pick:
        """Choices for one purpose; never moved by choices for another."""
        return Pick(self.seed, self.seat, *purpose)

    def may(self, desk: Desk, command: str) -> bool:
        """Does the kit give this seat the right to a command?"""
        seats = desk.kit.roles.rights.get(command)
        return seats is None or self.seat in seats

    def do(self, desk: Desk, action: Action) -> Reply:
        """Give a command, if the kit allows it, hands are free and it was not refused just now."""
        if not self.may(desk, action.do) or self._hands <= 0 or self._refused_lately(desk, action):
            return NOT_NOW
        self._hands -= 1
        reply = desk.act(action)
        if not reply.done:
            self._refused[_wording(action)] = desk.now_ms + AGAIN_MS
        return reply

    def _refused_lately(self, desk: Desk, action: Action) -> bool:
        return bool(self._refused) and desk.now_ms < self._refused.get(_wording(action), 0)

    def name(self, kind: str, taken: object) -> str:
        """The next free id of this seat for something it makes. `taken` is any container of ids in use."""
        while True:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            made = f"{self.seat}-{kind}-{self._counts[kind]}"
            if made not in taken:  # type: ignore[operator]  # a collection of names, whichever kind
                return made


def _wording(action: Action) -> str:
    """What a command asks for, whatever it is called."""
    return action.model_dump_json(exclude={"call"} if isinstance(action, RequestLever | PullLever) else set())
