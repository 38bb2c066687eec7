"""Drills without people: played by stand-ins, from the store to the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hotwash.adapters.clock_manual import ManualClock
from hotwash.adapters.clock_paced import PacedClock
from hotwash.adapters.store_memory import MemoryStore
from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.aftermath.aar import Material, after_action_report
from hotwash.aftermath.blocks import Report
from hotwash.bootstrap.tables import Table
from hotwash.conductor.close import Closing, Par, close
from hotwash.conductor.record import Files, record
from hotwash.conductor.run import Watch, play
from hotwash.conductor.session import Session
from hotwash.kernel.event import Event
from hotwash.ports.clock import Clock
from hotwash.ports.store import EventStore
from hotwash.standins.cast import cast
from hotwash.standins.desk import StandIn

STREAM = "drill"


@dataclass(frozen=True)
class Played:
    """A drill that was played and scored, with its record."""

    closing: Closing
    events: list[Event]
    refusals: dict[str, list[str]]
    content: Mapping[str, Any]

    @cached_property
    def files(self) -> Files:
        """The record, made when somebody wants it."""
        return record(self.closing, self.events, self.content)


def open_store(path: Path | None) -> EventStore:
    """SQLite where a path is given, memory otherwise."""
    return SqliteStore(path) if path else MemoryStore()


def open_session(table: Table, store: EventStore, clock: Clock) -> Session:
    """A new or resumed session on a store."""
    return Session(STREAM, table.design, store, table.system, clock)


def story_clock(table: Table, speed: float = 0.0) -> Clock:
    """A clock that starts at the scenario's story time: as fast as it can be computed, or `speed` times wall time."""
    start = int(table.design.scenario.story_start.timestamp() * 1000)
    return PacedClock(start, speed) if speed else ManualClock(start)


def run(
    table: Table,
    players: str | Mapping[str, str],
    *,
    store: EventStore | None = None,
    speed: float = 0.0,
    watch: Watch = lambda _session: None,
    par: Par | None = None,
    pace: float = 1.0,
) -> Played:
    """Play a drill with stand-ins in every seat and score it; its record is made when somebody wants it."""
    seats = cast(players, table.planned.seed, pace)
    session = open_session(table, store or MemoryStore(), story_clock(table, speed))
    profiles = {seat: one.profile for seat, one in seats.items()}
    desks = play(session, table.planned, seats, profiles, watch)
    closing = close(table.design, session.events, table.what_if, par or table.par(), players=profiles)
    refusals = {seat: desk.refusals for seat, desk in desks.items() if desk.refusals}
    return Played(closing, session.events, refusals, table.content)


def casting(seed: int) -> Callable[[str, str], StandIn]:
    """Stand-ins by seat and profile, all of one seed."""
    return lambda seat, profile: cast({seat: profile}, seed)[seat]


def report_pdf(closing: Closing) -> bytes:
    """The after-action report, set for print. The typesetter is loaded when somebody wants a PDF."""
    return set_for_print(after_action_report(Material(closing.case, closing.card, closing.frame, closing.review)))


def set_for_print(report: Report) -> bytes:
    """Any report as PDF."""
    from hotwash.adapters.report_typst import to_pdf

    return to_pdf(report)
