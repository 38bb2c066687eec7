"""Drills with people: all of one folder, and who may enter them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from hotwash.adapters.access_sqlite import AccessLedger, make_password
from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.house_folder import DESIGN as HOUSE_DESIGN
from hotwash.adapters.house_folder import LOG, PLAN, RECORD, HouseFolder
from hotwash.adapters.record_folder import write_record
from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.bootstrap.contents import Content, content
from hotwash.bootstrap.drills import casting, open_session
from hotwash.bootstrap.evidence import keep_evidence
from hotwash.bootstrap.tables import Table, lay_out, lay_out_again
from hotwash.conductor.close import Closing, Par, close, players_of
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.plan import PERSON, ROOM_TO_PLAY_MIN, DrillPlan, PlanError
from hotwash.conductor.record import record
from hotwash.conductor.session import Session
from hotwash.drill.commands import Command, TakeSeat
from hotwash.drill.design import FACILITATOR
from hotwash.kit.load import load_kit
from hotwash.ports.clock import Clock
from hotwash.standins.cast import cast


@dataclass(frozen=True)
class Opened:
    """A drill of a house, ready to be played on, looked at or closed. `mirror` is a second system on the same tape, for what-ifs
    beside the one that is played."""

    plan: DrillPlan
    table: Table
    mirror: Table
    live: LiveDrill
    home: Path


class House:
    """All drills of one folder, and who may enter them."""

    def __init__(self, folder: Path, clock: Clock | None = None, kit: Path | None = None) -> None:
        """Raises ContentError for a folder or a kit that cannot be used."""
        self._files, self._kit = HouseFolder(folder), kit
        self.clock = clock or WallClock()
        self.kit = load_kit(kit)
        self.key = self._files.key()
        self.access = AccessLedger(folder / "access.sqlite")

    @property
    def folder(self) -> Path:
        """Where everything of this house is."""
        return self._files.folder

    def drills(self) -> list[DrillPlan]:
        """Every plan, newest first."""
        return [self.plan_of(one) for one in self._files.drills()]

    def new_password(self) -> str:
        """A password that nobody guesses and people can read out."""
        return make_password()

    def plan_of(self, drill: str) -> DrillPlan:
        """One plan. Raises ContentError when there is no such drill."""
        return DrillPlan.model_validate(self._files.read(drill, PLAN))

    def record_of(self, drill: str) -> Path | None:
        """Where a drill's record is; None until it was scored."""
        folder = self._files.home(drill) / RECORD
        return folder if folder.is_dir() else None

    def plan(self, plan: DrillPlan) -> None:
        """Make a drill and seat its stand-ins. Raises PlanError or ContentError for what cannot be played."""
        found = content(plan.scenario, self._kit, plan.cards)
        if plan.minutes is not None:
            least = int(found.secret.key.onset_min or 0) + ROOM_TO_PLAY_MIN
            if plan.minutes < least:
                raise PlanError(f"this scenario needs at least {least} minutes: write {least} or more")
            found = replace(found, scenario=found.scenario.model_copy(update={"endex_min": plan.minutes}))
        if missing := set(found.kit.roles.seats) - set(plan.seats):
            raise PlanError(f"nobody is named for {', '.join(sorted(missing))}: choose a person or a stand-in")
        cast({seat: one for seat, one in plan.seats.items() if one != PERSON}, plan.seed)
        table = lay_out(found, plan.seed, plan.drill)
        home = self._files.make(plan.drill, plan.model_dump(mode="json"), table.content)
        with contextlib.closing(SqliteStore(home / LOG)) as store:
            session = open_session(table, store, self.clock)
            session.plan(table.planned)
            for seat, profile in plan.seats.items():
                if profile != PERSON:
                    seat_stand_in(session, seat, profile)

    def open(self, drill: str) -> Opened:
        """Open a drill where its log stands: planned, in play, or over."""
        plan, body = self.plan_of(drill), self._files.read(drill, HOUSE_DESIGN)
        home = self._files.home(drill)
        laid = [lay_out_again(body, plan.seed, drill) for _ in range(2)]
        session = open_session(laid[0], SqliteStore(home / LOG), self.clock)
        return Opened(
            plan, laid[0], laid[1], LiveDrill(session, casting(plan.seed), Content.from_json(body).spec.card), home
        )

    def close(self, opened: Opened, par: Par) -> Closing:
        """Score a drill that has ended, and write its record beside its log."""
        events = opened.live.session.events
        closing = close(opened.table.design, events, opened.mirror.what_if, par, players=players_of(events))
        files = record(closing, events, opened.table.content)
        write_record(opened.home / RECORD, files, overwrite=True)
        keep_evidence(files, opened.home / RECORD, opened.table.system)
        return closing


def seat_stand_in(session: Session, seat: str, profile: str) -> None:
    """Put a stand-in into a seat, whoever holds it."""
    person = f"stand-in {seat}"
    taking = TakeSeat(seat=seat, person=person, holder="stand-in", profile=profile)
    session.act(Command(id=f"seat-{seat}-{session.state.version}", seat=FACILITATOR, person=FACILITATOR, action=taking))
