"""What one seat has in front of it: its own view, the dashboards, and the commands that it may give."""

from __future__ import annotations

from dataclasses import replace

from hotwash.conductor.onlooker import Onlooker
from hotwash.conductor.session import Session
from hotwash.drill.commands import Action, Command
from hotwash.drill.refusal import RefusedError
from hotwash.drill.views.player import PlayerView
from hotwash.kernel.audience import player
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.scenario import Scenario
from hotwash.ports.review import ReviewQueue
from hotwash.ports.system import Baseline, SignalFrame, SystemDescription
from hotwash.standins.desk import Reply


class SeatDesk:
    """Implements `standins.desk.Desk` over a session; a page of the war room sees the same and no more."""

    def __init__(self, session: Session, seat: str, person: str, series: str = "") -> None:
        """`series` keeps the ids of commands apart that were given before and after a restart."""
        self._session, self.seat, self._person, self._series = session, seat, person, series
        self._onlooker = Onlooker(session, player(seat), PlayerView(seat))
        self._commands = 0
        self.refusals: list[str] = []

    @property
    def now_ms(self) -> int:
        """Drill time, in ms."""
        session = self._session
        return session.state.clock.at(session.clock.now())

    @property
    def view(self) -> PlayerView:
        """This seat's view, up to the newest event."""
        return self._onlooker.view

    @property
    def kit(self) -> Kit:
        """The kit, which every player may read."""
        return self._session.design.kit

    @property
    def scenario(self) -> Scenario:
        """The player-safe half of the scenario."""
        return self._session.design.scenario

    @property
    def system(self) -> SystemDescription:
        """What anybody may know about the system."""
        return self._session.design.system

    def frame(self) -> SignalFrame:
        """Signals up to now."""
        return self._session.system.frame()

    def baseline(self) -> Baseline:
        """Healthy rates."""
        return self._session.system.baseline()

    def review_queue(self) -> ReviewQueue:
        """Cases of human review, as the pane shows them."""
        return self._session.system.review_queue()

    def act(self, action: Action) -> Reply:
        """Give a command at once. A refusal comes back as words, as a page would show it."""
        self._commands += 1
        name = f"{self.seat}-{self._series}{self._commands}"
        command = Command(id=name, seat=self.seat, person=self._person, action=action)
        try:
            done = self._session.act(command)
        except (RefusedError, NotSupportedError) as refused:
            self.refusals.append(f"{action.do}: {refused}")
            return Reply(refused=str(refused))
        given = done.given
        return Reply(
            events=tuple(event.version for event in done.events),
            traces=tuple(given.found),
            trace=replace(given.trace, shows=()) if given.trace else None,
            probe=replace(given.probe, shows=()) if given.probe else None,
            receipt=given.receipt,
        )
