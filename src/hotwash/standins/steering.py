"""What a commander says aloud early, because nobody can act on it later: stop changing things, and what the end will be."""

from __future__ import annotations

from hotwash.standins.desk import Desk
from hotwash.standins.letters import Correspondent
from hotwash.standins.room import Room
from hotwash.standins.words import joined

FREEZE_MIN, END_MIN = 1.5, 3.0
"""Minutes after the first confirmed verdict, and after the first lever that works, at which it is said."""


class Steering(Correspondent):
    """A seat that sets the terms of the response."""

    def freeze(self, desk: Desk, room: Room) -> None:
        """Nobody changes anything on the side while causes are looked for."""
        if not room.confirmed or self.habits.thin or not self.ripe(desk, "freeze", FREEZE_MIN):
            return
        text = "Freeze: nobody changes or releases anything on this service until further notice, except what this room decides."
        self.say_once(desk, room, text)

    def define_the_end(self, desk: Desk, room: Room) -> None:
        """What 'recovered' will mean is settled before anybody wants to go home."""
        works = any(one.effective_ms is not None and one.effective_ms <= room.now_ms for one in room.active)
        if not works or self.habits.thin or not self.ripe(desk, "define-the-end", END_MIN):
            return
        suites = joined(one for one in self.habits.proof if one in desk.system.suites)
        text = f"We call it recovered when {suites} are clean on what runs then, without our temporary levers, and four minutes stay quiet. I call it."
        self.say_once(desk, room, text)
