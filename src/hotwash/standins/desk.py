"""What a stand-in works with: its seat's desk. People sit at the same one through the pages of the war room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hotwash.comms.facts import Facts
from hotwash.drill.commands import Action
from hotwash.drill.known import seat_facts
from hotwash.drill.views.player import PlayerView
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.scenario import Scenario
from hotwash.ports.review import ReviewQueue
from hotwash.ports.system import Baseline, LeverReceipt, ProbeResult, SignalFrame, SystemDescription
from hotwash.ports.traces import Trace, TraceSummary


@dataclass(frozen=True)
class Reply:
    """What came back from one command: `refused` in words (empty: done), the versions of the events that it caused,
    and what the system answered. `shows` of a trace or a suite is emptied: what it means is for the reader to see."""

    refused: str = ""
    events: tuple[int, ...] = ()
    traces: tuple[TraceSummary, ...] = ()
    trace: Trace | None = None
    probe: ProbeResult | None = None
    receipt: LeverReceipt | None = None

    @property
    def done(self) -> bool:
        """The command was carried out."""
        return not self.refused


class Desk(Protocol):
    """One seat's view, dashboards and commands. `now_ms` is drill time; `view` is up to the newest event."""

    @property
    def seat(self) -> str:
        """Whose desk it is."""
        ...

    @property
    def now_ms(self) -> int:
        """Drill time in ms."""
        ...

    @property
    def view(self) -> PlayerView:
        """What this seat has been shown so far."""
        ...

    @property
    def kit(self) -> Kit:
        """The kit, open to every player."""
        ...

    @property
    def scenario(self) -> Scenario:
        """The player-safe half of the scenario."""
        ...

    @property
    def system(self) -> SystemDescription:
        """What anybody may know about the system."""
        ...

    def frame(self) -> SignalFrame:
        """Signals up to now."""
        ...

    def baseline(self) -> Baseline:
        """Healthy rates, from other days."""
        ...

    def review_queue(self) -> ReviewQueue:
        """Cases of human review, as the pane shows them."""
        ...

    def act(self, action: Action) -> Reply:
        """Give a command at once. A refusal comes back as words and changes nothing."""
        ...


class StandIn(Protocol):
    """A scripted holder of one seat; `step` is called every 30 seconds of drill time. Deterministic per seed."""

    @property
    def seat(self) -> str:
        """The seat that it holds."""
        ...

    @property
    def profile(self) -> str:
        """The name of its habits."""
        ...

    def step(self, desk: Desk) -> None:
        """Look up from the work, and do what is due."""
        ...


def known(desk: Desk) -> Facts:
    """What may be said, from what this seat was shown."""
    return seat_facts(desk.view, desk.system, desk.kit, desk.scenario.story_start, desk.now_ms)
