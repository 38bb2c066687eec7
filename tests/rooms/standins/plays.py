"""Whole drills with stand-ins, played once a session of tests each."""

from dataclasses import dataclass
from functools import cache

from hotwash.adapters.store_memory import MemoryStore
from hotwash.bootstrap import Table, content, lay_out, open_session, story_clock
from hotwash.conductor.run import play
from hotwash.conductor.session import lever_log
from hotwash.kernel.event import Event
from hotwash.standins.cast import SEATS, cast

SCENARIOS = ("cross-tenant-leak", "bias-after-refresh", "order-number-alarm")
INCIDENTS = SCENARIOS[:2]
SEED = 3
WORDS = (
    "text", "note", "statement", "reason", "what", "effect", "observation", "title", "method", "detail", "who",
    "residual", "why", "conditions",
)  # fmt: skip
"""Fields of events that hold what a person wrote."""


@dataclass(frozen=True)
class Drill:
    table: Table
    events: tuple[Event, ...]
    refusals: dict[str, list[str]]

    def all(self, kind: str, /, **where) -> list[Event]:
        return [
            one for one in self.events
            if one.type == kind and all(one.data.get(name) == value for name, value in where.items())
        ]  # fmt: skip

    def first(self, kind: str, /, **where) -> Event | None:
        return next(iter(self.all(kind, **where)), None)

    @property
    def loss(self) -> float:
        """Loss as a share of hands-off; of the traffic's value where hands-off loses nothing."""
        nothing = self.table.what_if.replay(()).loss
        return self.table.what_if.replay(lever_log(self.events)).loss / (nothing or self.table.what_if.traffic_value)

    def written(self) -> list[str]:
        """Everything that seats wrote."""
        mine = (one for one in self.events if one.seat in SEATS)
        return [str(one.data[name]) for one in mine for name in WORDS if one.data.get(name)]

    def acts(self) -> list[tuple[int, str, str, str]]:
        """What seats did and said: when, who, what, in which words."""
        return [
            (one.drill_ms, one.seat, one.type, " ".join(str(one.data.get(name, "")) for name in WORDS))
            for one in self.events
            if one.seat in SEATS
        ]


def sit_down(table: Table, players: str) -> Drill:
    """Play a laid table to its end."""
    session = open_session(table, MemoryStore(), story_clock(table))
    seats = cast(players, table.planned.seed)
    desks = play(session, table.planned, seats, {seat: one.profile for seat, one in seats.items()})
    return Drill(table, tuple(session.events), {seat: desk.refusals for seat, desk in desks.items() if desk.refusals})


@cache
def drill(scenario: str, players: str = "expert", seed: int = SEED) -> Drill:
    """Play a packaged scenario, once for all tests that look at it."""
    return sit_down(lay_out(content(scenario), seed), players)
