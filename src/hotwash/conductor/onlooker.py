"""One audience at one drill: everything that it has been shown, up to the newest event."""

from __future__ import annotations

from typing import Generic, TypeVar

from hotwash.conductor.session import Session
from hotwash.drill.design import DrillDesign
from hotwash.drill.views.facilitator import FacilitatorView
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.observer import ObserverView
from hotwash.drill.views.player import PlayerView
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import Audience

V = TypeVar("V", bound=Fold)


class Onlooker(Generic[V]):
    """Shows a session's events to a fold, each once and in order."""

    def __init__(self, session: Session, audience: Audience, fold: V) -> None:
        self._session, self.audience, self._fold = session, audience, fold
        self._log = ViewLog(audience, session.design)
        self._read = 0

    @property
    def view(self) -> V:
        """The fold, up to the newest event."""
        events = self._session.events
        if self._read == len(events):
            return self._fold
        for event in events[self._read :]:
            shown = self._log.show(event)
            if shown is not None:
                self._fold.apply(shown)
        self._read = len(events)
        return self._fold


def onlooker(session: Session, audience: Audience) -> Onlooker[Fold]:
    """The onlooker of any audience, with the fold that is made for it."""
    return Onlooker[Fold](session, audience, fold_of(session.design, audience))


def fold_of(design: DrillDesign, audience: Audience) -> Fold:
    """The fold that is made for an audience, empty."""
    if audience.kind == "facilitator":
        return FacilitatorView(design)
    return ObserverView(design) if audience.kind == "observer" else PlayerView(audience.seat)
