"""Rehearsals of a kit: plans read, drills played by processes or a cluster, rows kept in a journal."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hotwash.adapters.pool_joblib import Backend, JoblibPool
from hotwash.adapters.rehearsal_journal import RehearsalJournal
from hotwash.aftermath.rehearsal.alerts import alert_rows
from hotwash.aftermath.rehearsal.drill import drill_row
from hotwash.aftermath.rehearsal.rows import BoutRow
from hotwash.bootstrap.contents import Content, content
from hotwash.bootstrap.drills import run
from hotwash.bootstrap.tables import lay_out
from hotwash.conductor.rehearse import AS_IS, ENGINE, Order, bouts, rehearse
from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kernel.event import canonical, digest
from hotwash.kernel.readable import readable
from hotwash.kit.load import load_rehearsal
from hotwash.kit.schema.rehearsal import RehearsalPlan, Team, Variation
from hotwash.kit.vary import vary
from hotwash.ports.system import Baseline
from hotwash.standins.cast import cast, profiles_by_seat
from hotwash.standins.profiles import ABSENT

JOURNAL = "journal.jsonl"
COLLECT_AFTER = 50_000
"""New objects after which circles are looked for: some megabytes."""
LAID_OUT = 16
"""Contents that a worker keeps as they were read: a plan has few scenarios and variations."""


def rehearsal_plan(file: Path | None = None) -> RehearsalPlan:
    """The plan of a file, or the one that ships. Raises ContentError."""
    return load_rehearsal(file)


class Rehearsal:
    """A plan with everything that its drills need. Raises ContentError, or UnknownPlayerError for a team that cannot be cast, before
    anything is played."""

    def __init__(self, plan: RehearsalPlan, kit: Path | None = None) -> None:
        self.plan = plan
        for team in plan.teams:
            cast(_profiles(team, plan.seed), plan.seed)
        contents = {
            (scenario, one.id): canonical(_varied(scenario, kit, one).to_json())
            for scenario in plan.scenarios
            for one in (AS_IS, *plan.variations)
        }
        self.orders = [Order(one, contents[one.scenario, one.variation], tuple(plan.teams)) for one in bouts(plan)]
        parts = {
            f"{scenario}/{variation}": digest(json.loads(body)) for (scenario, variation), body in contents.items()
        }
        self._head = {
            "format": 1,
            "engine": ENGINE,
            "plan": plan.model_dump(mode="json"),
            "content": parts,
        }

    @property
    def name(self) -> str:
        """The same for the same plan and content: where it was begun, it is gone on with."""
        return digest(self._head)[:12]

    def run(
        self,
        folder: Path,
        *,
        backend: Backend = "loky",
        workers: int = 0,
        scheduler: str = "",
        overwrite: bool = False,
        told: Callable[[BoutRow], None] = lambda _: None,
    ) -> list[BoutRow]:
        """Play what `folder` does not hold yet; every row of the plan in its order. Raises ContentError for a folder that holds another
        rehearsal, NotSupportedError for a cluster that is not there."""
        pool = JoblibPool(backend, workers, scheduler)
        if overwrite:
            (folder / JOURNAL).unlink(missing_ok=True)
        with RehearsalJournal(folder / JOURNAL, self._head) as journal:
            return rehearse(self.orders, play_bout, pool, journal, told)


def play_bout(order: Order) -> tuple[str, BoutRow]:
    """Play one bout: the table is laid and its par computed once, then every team plays on the same tape. Raises NotSupportedError for an
    order of another version: its rows would stand beside others that they are not to be compared with."""
    if order.engine != ENGINE:
        raise NotSupportedError(
            f"a worker has {ENGINE}, the rehearsal is of {order.engine}: install the same on every machine"
        )
    with _seldom_collected():
        return _play_bout(order)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """A bout makes many things and few circles: looking for circles as often as Python does by itself costs a twentieth of its time."""
    usual = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _play_bout(order: Order) -> tuple[str, BoutRow]:
    bout = order.bout
    known = _known(order.content)
    table = lay_out(known.content, bout.seed, baseline=known.baseline)
    baseline = known.baseline = table.system.baseline()
    par, drills = table.par(), []
    for team in order.teams:
        table.system.reset(bout.seed)
        closing = run(table, _profiles(team, bout.seed), par=par, pace=team.pace).closing
        drills.append(drill_row(team.id, closing.case, closing.card))
    alerts = tuple(alert_rows(table.design, table.what_if, baseline))
    key = table.design.secret.key
    onset = key.onset_min if key.incident else None
    return bout.key, BoutRow(bout.scenario, bout.number, bout.seed, bout.variation, onset, alerts, tuple(drills))


@dataclass
class _Known:
    """Content, and once a table of it was laid, what a healthy day of its system looks like, which hangs on no seed."""

    content: Content
    baseline: Baseline | None = None


@lru_cache(LAID_OUT)
def _known(body: bytes) -> _Known:
    return _Known(Content.from_json(json.loads(body)))


def _profiles(team: Team, seed: int) -> dict[str, str]:
    """Seat → profile, for every seat of a team."""
    return {**profiles_by_seat(team.players, seed), **dict.fromkeys(team.missing, ABSENT)}


def _varied(scenario: str, kit: Path | None, tried: Variation) -> Content:
    found = content(scenario, kit, tried.cards)
    if found.spec.recorded_runs is not None:
        raise NotSupportedError(f"scenario '{scenario}' plays recorded runs: rehearse one of the simulated service")
    lost = sorted(set(tried.alerts) - {one.id for one in found.kit.alerts})
    if lost:
        known = ", ".join(one.id for one in found.kit.alerts)
        said = f"variation '{tried.id}' names the alert '{lost[0]}', which the kit does not have"
        raise ContentError.at("variations", said, f"Write one of: {known}.")
    varied, spec = vary(found.kit, found.spec, tried)
    return Content(varied, found.scenario, found.secret, spec, found.phrases)


def answers_json(folder: Path, body: dict[str, Any]) -> Path:
    """Write the answers of a rehearsal beside its journal."""
    file = folder / "answers.json"
    file.write_bytes(readable(body).encode())
    return file
