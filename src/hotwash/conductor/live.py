"""A drill that people play as time goes by: seats held by people or stand-ins, everybody's view up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hotwash.conductor.desk import SeatDesk
from hotwash.conductor.onlooker import Onlooker, onlooker
from hotwash.conductor.run import STEP_MS
from hotwash.conductor.session import Done, Session
from hotwash.drill import commands as c
from hotwash.drill.design import FACILITATOR, OBSERVER, DrillDesign
from hotwash.drill.views.fold import Fold
from hotwash.kernel.audience import FACILITATOR as CONTROL_ROOM
from hotwash.kernel.audience import OBSERVER as GALLERY
from hotwash.kernel.audience import player
from hotwash.standins.desk import StandIn

Casting = Callable[[str, str], StandIn]
"""From a seat and the name of a profile to a stand-in."""


class LiveDrill:
    """One drill in progress. Not safe for threads: whoever runs it calls it from one thread.

    `who` is a seat of the kit, `facilitator` or `observer` throughout. Nothing here sleeps: the caller asks with `wake_ms` when
    to call `step` again, and calls it after every command.
    """

    def __init__(self, session: Session, casting: Casting, card: str = "") -> None:
        """`card` is the system on two pages, for everybody."""
        self.session, self._casting, self.card = session, casting, card
        self._onlookers: dict[str, Onlooker[Fold]] = {
            FACILITATOR: onlooker(session, CONTROL_ROOM),
            OBSERVER: onlooker(session, GALLERY),
            **{seat: onlooker(session, player(seat)) for seat in session.design.seats},
        }
        self._stand_ins: dict[str, tuple[StandIn, SeatDesk]] = {}
        self._looked = self.now_ms // STEP_MS

    @property
    def design(self) -> DrillDesign:
        """What the drill was planned from."""
        return self.session.design

    @property
    def now_ms(self) -> int:
        """Drill time in ms."""
        return self.session.state.clock.at(self.session.clock.now())

    @property
    def everybody(self) -> tuple[str, ...]:
        """Everyone who can look: seats, facilitator, observer."""
        return tuple(self._onlookers)

    def view(self, who: str) -> Fold:
        """What one audience has been shown, up to the newest event."""
        return self._onlookers[who].view

    def act(self, command: c.Command, *, settle: bool = True) -> Done:
        """Carry out a command. Raises RefusedError or NotSupportedError, and changes nothing, when it may not be done.

        Whoever calls `step` within a moment anyway may leave it to that to `settle` what follows.
        """
        return self.session.act(command, settle=settle)

    def step(self) -> None:
        """Bring the drill up to the present: injects, alerts and deadlines, then stand-ins whose turn it is."""
        self.session.tick()
        look = self.now_ms // STEP_MS
        if self.session.state.phase != "running" or look <= self._looked:
            return
        self._looked = look
        for seat, profile in self.stand_ins().items():
            if not self.session.state.ended:
                stand_in, desk = self._seated(seat, profile)
                stand_in.step(desk)

    def wake_ms(self) -> int | None:
        """The wall time at which `step` has something to do; None while the clock stands still."""
        due = self.session.next_due_ms()
        if due is None:
            return None
        if self.session.state.stand_ins:
            due = min(due, (self.now_ms // STEP_MS + 1) * STEP_MS)
        return self.session.state.clock.wall_for(due)

    def stand_ins(self) -> Mapping[str, str]:
        """Seat → profile, for each seat that a stand-in holds, in the order of the kit."""
        journal, held = self.session.state.journal, self.session.state.stand_ins
        taken = {seat: journal.last("seat_taken", seat=seat) for seat in self.design.seats if seat in held}
        return {seat: str(line.data["profile"]) for seat, line in taken.items() if line is not None}

    def _seated(self, seat: str, profile: str) -> tuple[StandIn, SeatDesk]:
        """A stand-in keeps what it has noticed while it holds its seat; after a restart it looks around anew."""
        known = self._stand_ins.get(seat)
        person = self.session.state.seats[seat]
        if known is None or known[0].profile != profile:
            series = f"{self.session.state.version}."
            known = self._casting(seat, profile), SeatDesk(self.session, seat, person, series)
            self._stand_ins[seat] = known
        return known
