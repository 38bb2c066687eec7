"""The composition root: the only file that names adapters and the simulator."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from hotwash import __version__
from hotwash.adapters.access_sqlite import AccessLedger, make_password
from hotwash.adapters.clock_manual import ManualClock
from hotwash.adapters.clock_paced import PacedClock
from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.house_folder import DESIGN as HOUSE_DESIGN
from hotwash.adapters.house_folder import LOG, PLAN, RECORD, HouseFolder
from hotwash.adapters.import_sources import FORMS
from hotwash.adapters.import_traces import Imported
from hotwash.adapters.import_traces import import_traces as read_exports
from hotwash.adapters.kit_folder import read_base, write_kit
from hotwash.adapters.query_duckdb import Looked
from hotwash.adapters.record_folder import ensure_free, read_record, write_record
from hotwash.adapters.relation_duckdb import from_arrays, open_files
from hotwash.adapters.scenario_folder import copy_scenario
from hotwash.adapters.store_memory import MemoryStore
from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.adapters.traces_agentdojo import AgentDojoRuns
from hotwash.adapters.traces_agentdojo import looks_like as looks_like_agentdojo
from hotwash.adapters.traces_files import MappedRuns
from hotwash.adapters.traces_open import OpenedTable, OpenedTraces, open_spark
from hotwash.adapters.traces_open import open_traces as open_table
from hotwash.adapters.traces_open import propose_columns as propose_for
from hotwash.aftermath.aar import Material, after_action_report
from hotwash.aftermath.blocks import Report
from hotwash.aftermath.kit_pages import kit_pages
from hotwash.aftermath.kit_pages import parts as kit_parts
from hotwash.aftermath.kit_pages import sheets as kit_sheets
from hotwash.aftermath.pack_pages import pack_pages
from hotwash.conductor.close import Closing, Par, close, par_for, players_of
from hotwash.conductor.clues import met_by_health
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.plan import PERSON, ROOM_TO_PLAY_MIN, DrillPlan, PlanError
from hotwash.conductor.prove import Proof, prove
from hotwash.conductor.record import DESIGN, Files, design_of, digests, record
from hotwash.conductor.run import Watch, play
from hotwash.conductor.session import Session
from hotwash.conductor.verify import Verdict, check_log, compare
from hotwash.drill.commands import Command, TakeSeat
from hotwash.drill.design import FACILITATOR, DrillDesign
from hotwash.drill.events import DrillPlanned
from hotwash.drill.views.project import ViewEvent, ViewLog
from hotwash.kernel.audience import Audience
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError, Located, NotSupportedError, Problem, TamperedError
from hotwash.kernel.event import Event
from hotwash.kit.compare import Change, UpgradeStep, changes, upgrade
from hotwash.kit.constrain import constrain
from hotwash.kit.lint import lint_on, lint_scenario
from hotwash.kit.load import (
    base_kit_folder,
    examine_kit,
    kit_schemas,
    list_constraints,
    list_scenarios,
    list_systems,
    load_constraint,
    load_kit,
    load_mapping,
    load_phrases,
    load_scenario,
    load_system,
    scenario_path,
)
from hotwash.kit.mistakes import in_order
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.phrases import Phrases
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import SystemSpec
from hotwash.kit.secret import Constraint, ScenarioSecret
from hotwash.ports.clock import Clock
from hotwash.ports.outcome import Counterfactuals
from hotwash.ports.relation import Relation
from hotwash.ports.store import EventStore
from hotwash.ports.system import SignalFrame, SystemUnderDrill
from hotwash.ports.traces import RecordedRun, Traces
from hotwash.simulator.recorded.cases import library
from hotwash.simulator.recorded.compose import compose_system, compose_world, composed, judged
from hotwash.simulator.recorded.words import NoWords, RecordedWords
from hotwash.simulator.system import SimulatedSystem
from hotwash.simulator.texts.phrasebook import Phrasebook
from hotwash.simulator.words import Words
from hotwash.standins.cast import cast
from hotwash.standins.desk import StandIn
from hotwash.triage.propose import Proposal

STREAM = "drill"
QUIET_DAYS = 3
"""Healthy days that a scenario's failure signals are held against."""


@dataclass(frozen=True)
class Content:
    """Everything that a drill is made of, as text in files."""

    kit: Kit
    scenario: Scenario
    secret: ScenarioSecret
    spec: SystemSpec
    phrases: Phrases | None
    """None for a system that plays recorded runs: its words are their transcripts."""

    def to_json(self) -> dict[str, Any]:
        """The content as `design.json` keeps it, so that a record explains itself."""
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: one and one.model_dump(mode="json", by_alias=True) for name, one in parts.items()}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Content:
        """Read `design.json` back. Raises pydantic's ValidationError for content that does not fit."""
        return cls(
            kit=Kit.model_validate(body["kit"]),
            scenario=Scenario.model_validate(body["scenario"]),
            secret=ScenarioSecret.model_validate(body["secret"]),
            spec=SystemSpec.model_validate(body["spec"]),
            phrases=Phrases.model_validate(body["phrases"]) if body["phrases"] else None,
        )


@dataclass(frozen=True)
class RecordedTraces:
    """Where recorded runs are, how to read them, and which two configurations play; empty names are chosen."""

    path: Path
    mapping: Path | None = None
    running: str = ""
    fallback: str = ""


@dataclass(frozen=True)
class Table:
    """A drill laid out on the table: content, system, its counterfactuals, and the first event."""

    content: dict[str, Any]
    design: DrillDesign
    system: SystemUnderDrill
    what_if: Counterfactuals
    planned: DrillPlanned

    def par(self) -> Par:
        """Hands-off, best plan and first signal of this tape."""
        return par_for(self.design, self.what_if, self.system.baseline())


@dataclass(frozen=True)
class Played:
    """A drill that was played and scored, with its record."""

    closing: Closing
    events: list[Event]
    refusals: dict[str, list[str]]
    content: dict[str, Any]

    @cached_property
    def files(self) -> Files:
        """The record, made when somebody wants it."""
        return record(self.closing, self.events, self.content)


def content(scenario: str, kit: Path | None = None, cards: Sequence[str] = ()) -> Content:
    """Load and check everything that a scenario needs, with constraint cards on it. Raises ContentError with every
    mistake found."""
    public, secret = load_scenario(scenario)
    spec = load_system(public.system)
    phrases = load_phrases(public.system) if spec.recorded_runs is None else None
    parts = (load_kit(kit), public, secret, spec)
    for card in cards:
        parts = constrain(*parts, load_constraint(card))
    return Content(*parts, phrases)


def constraints() -> list[Constraint]:
    """Every constraint card that ships."""
    return [load_constraint(name) for name in list_constraints()]


def content_recorded(found: Content, traces: RecordedTraces) -> tuple[Content, Words]:
    """Fill a scenario's template with recorded runs. Raises ContentError for traces that cannot be read, and
    NotSupportedError for a scenario without a template or traces without two comparable configurations."""
    if found.spec.recorded_runs is None:
        raise NotSupportedError(f"scenario '{found.scenario.id}' plays a simulated system: leave --traces out")
    runs = library(recorded_runs(traces), traces.running, traces.fallback)
    template = found.secret.world.faults[0]
    secret = found.secret.model_copy(
        update={
            "world": compose_world(found.secret.world, runs),
            "key": found.secret.key.model_copy(
                update={"what_happened": f"{found.secret.key.what_happened} {judged(runs)}"}
            ),
        }
    )
    changes = [
        one.model_copy(update={"from_version": runs.fallback, "to_version": runs.running})
        if one.component == "model"
        else one
        for one in found.scenario.changes
    ]
    scenario = found.scenario.model_copy(update={"changes": changes, "note": composed(runs)})
    filled = Content(found.kit, scenario, secret, compose_system(found.spec, runs), None)
    return filled, RecordedWords(runs, template.rate, round(template.onset_min * MINUTE))


def lay_out_recorded(found: Content, traces: RecordedTraces, seed: int, drill: str = "") -> Table:
    """As `lay_out`, on recorded runs."""
    filled, words = content_recorded(found, traces)
    return lay_out(filled, seed, drill, words)


def recorded_runs(traces: RecordedTraces) -> Sequence[RecordedRun]:
    """Every recorded run of a folder or file, by its mapping where there is one."""
    return _reader(traces).scan()


def _reader(traces: RecordedTraces) -> Traces:
    beside = traces.path / "mapping.yaml"
    mapping = traces.mapping or (beside if beside.is_file() else None)
    if mapping is not None:
        return MappedRuns(traces.path, load_mapping(mapping))
    if looks_like_agentdojo(traces.path):
        return AgentDojoRuns(traces.path)
    said = "these traces are not AgentDojo's, and there is no mapping.yaml beside them"
    raise ContentError([Problem(Located(traces.path), said, "Write one, or name it with --mapping.")])


def lay_out(found: Content, seed: int, drill: str = "", words: Words | None = None) -> Table:
    """Build the system under drill and the plan of a drill on it. Raises NotSupportedError for a template of recorded
    runs that nobody filled."""
    if found.spec.recorded_runs == 0:
        raise NotSupportedError(f"scenario '{found.scenario.id}' plays recorded traces: add --traces FOLDER")
    system = SimulatedSystem(
        spec=found.spec,
        world=found.secret.world,
        levers={str(kind): lever for kind, lever in found.kit.levers.items()},
        harm=found.kit.harm,
        changes=found.scenario.changes,
        minutes=found.scenario.endex_min,
        coast_minutes=found.scenario.coast_min,
        seed=seed,
        words=words or _words(found),
    )
    design = DrillDesign(kit=found.kit, scenario=found.scenario, secret=found.secret, system=system.describe())
    body = found.to_json()
    return Table(body, design, system, system, _planned(found, body, seed, drill))


def _words(found: Content) -> Words:
    if found.phrases is None:
        return NoWords()
    return Phrasebook(found.spec, found.phrases, {name: one.fact for name, one in found.kit.harm.categories.items()})


def _planned(found: Content, body: Mapping[str, Any], seed: int, drill: str) -> DrillPlanned:
    sealed = digests(body)
    return DrillPlanned(
        drill=drill or f"{found.scenario.id}-{seed}",
        scenario=found.scenario.id,
        kit=f"{found.kit.id} {found.kit.version}",
        scenario_digest=sealed["scenario_digest"],
        kit_digest=sealed["kit_digest"],
        system=found.spec.id,
        seed=seed,
        endex_ms=found.scenario.endex_min * MINUTE,
        coast_ms=found.scenario.coast_min * MINUTE,
        story_start=found.scenario.story_start.isoformat(),
        engine=f"hotwash {__version__}",
        note=found.scenario.note,
    )


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
    players: str,
    *,
    store: EventStore | None = None,
    speed: float = 0.0,
    watch: Watch = lambda _session: None,
    par: Par | None = None,
) -> Played:
    """Play a drill with stand-ins in every seat, score it and make its record."""
    seats = cast(players, table.planned.seed)
    session = open_session(table, store or MemoryStore(), story_clock(table, speed))
    profiles = {seat: one.profile for seat, one in seats.items()}
    desks = play(session, table.planned, seats, profiles, watch)
    closing = close(table.design, session.events, table.what_if, par or table.par(), players=profiles)
    refusals = {seat: desk.refusals for seat, desk in desks.items() if desk.refusals}
    return Played(closing, session.events, refusals, table.content)


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
        found = Content.from_json(body)
        laid = [lay_out(found, plan.seed, drill) for _ in range(2)]
        session = open_session(laid[0], SqliteStore(home / LOG), self.clock)
        return Opened(plan, laid[0], laid[1], LiveDrill(session, casting(plan.seed), found.spec.card), home)

    def close(self, opened: Opened, par: Par) -> Closing:
        """Score a drill that has ended, and write its record beside its log."""
        events = opened.live.session.events
        closing = close(opened.table.design, events, opened.mirror.what_if, par, players=players_of(events))
        write_record(opened.home / RECORD, record(closing, events, opened.table.content), overwrite=True)
        return closing


def report_pdf(closing: Closing) -> bytes:
    """The after-action report, set for print. The typesetter is loaded when somebody wants a PDF."""
    from hotwash.adapters.report_typst import to_pdf

    return to_pdf(after_action_report(Material(closing.case, closing.card, closing.frame)))


def score_again(found: Files) -> Closing:
    """The closing of a record, computed anew. Raises TamperedError for a record that does not agree with itself."""
    table, events = rebuild(found)
    return close(table.design, events, table.what_if, table.par(), players=players_of(events))


def casting(seed: int) -> Callable[[str, str], StandIn]:
    """Stand-ins by seat and profile, all of one seed."""
    return lambda seat, profile: cast({seat: profile}, seed)[seat]


def seat_stand_in(session: Session, seat: str, profile: str) -> None:
    """Put a stand-in into a seat, whoever holds it."""
    person = f"stand-in {seat}"
    taking = TakeSeat(seat=seat, person=person, holder="stand-in", profile=profile)
    session.act(Command(id=f"seat-{seat}-{session.state.version}", seat=FACILITATOR, person=FACILITATOR, action=taking))


def start_kit(folder: Path, name: str, title: str) -> Kit:
    """Make an organisation's own kit from the base that ships. Raises ContentError for a folder that is not empty."""
    base = load_kit()
    head = {"id": name, "title": title, "version": "1", "extends": f"{base.id} {base.version}"}
    write_kit(folder, base_kit_folder(), base, head, kit_schemas())
    return load_kit(folder)


def own_kit(folder: Path | None) -> Kit:
    """A kit of one's own, or the base. Raises ContentError with every mistake found."""
    return load_kit(folder)


def check_kit(
    folder: Path, scenarios: Path | None = None, clock: Clock | None = None
) -> tuple[Kit | None, list[Problem]]:
    """Every mistake of a kit, and of all scenarios below another folder on it; the kit, if it has none. Exceptions that have
    run out by the day that the clock shows are mistakes. Raises ContentError where there is no such folder."""
    now_s = (clock or WallClock()).now() / 1000
    ours, problems = examine_kit(folder, datetime.fromtimestamp(now_s, UTC).date())
    kit = None if problems else ours.kit
    if scenarios is not None:
        found = sorted(one.parent for one in scenarios.rglob("scenario.yaml"))
        if not found:
            write = "Name a folder with scenarios below it."
            problems.append(Problem(Located(scenarios), "there is no scenario.yaml below it", write))
        problems += [one for _, said in lint_on(ours, [f"{one}/" for one in found]) for one in said]
    return kit, in_order(problems)


def compare_kit(folder: Path) -> tuple[list[Change], list[UpgradeStep]]:
    """What a kit changed against the base that it came from, and what the base that ships now would change for it."""
    ours, then = load_kit(folder), read_base(folder)
    return changes(then, ours), upgrade(then, load_kit(), ours)


def show_kit(folder: Path | None, part: str) -> Report:
    """A kit, or one part or page of it, as pages. Raises ContentError for what it does not have."""
    kit = load_kit(folder)
    if part and part not in (*kit_parts(kit), *kit_sheets(kit)):
        write = f"Write one of: {', '.join(kit_parts(kit))}; or a page of its own: {', '.join(kit_sheets(kit))}."
        raise ContentError([Problem(Located(Path("--part")), f"a kit has no part '{part}'", write)])
    return kit_pages(kit, part)


def systems() -> tuple[str, ...]:
    """Names of the packaged systems."""
    return list_systems()


def show_pack(system: str) -> Report:
    """A packaged system, or one in a folder, as pages. Raises ContentError for one that does not exist."""
    return pack_pages(load_system(system))


def scenarios() -> list[Scenario]:
    """The player-safe half of every packaged scenario, in order of their names."""
    return [load_scenario(name)[0] for name in list_scenarios()]


def check_scenario(scenario: str, seed: int, traces: RecordedTraces | None = None) -> Proof:
    """Lint a scenario's files and prove by play that it can be solved; a template only with traces."""
    found, problems = content(scenario), lint_scenario(scenario)
    if traces is None and found.spec.recorded_runs == 0:
        return Proof(tuple(problems), (), {"not played": "it takes recorded runs; add --traces FOLDER"})

    def table() -> Table:
        return lay_out_recorded(found, traces, seed) if traces else lay_out(found, seed)

    laid = table()
    par = laid.par()
    plays = {team: run(table(), team, par=par).closing for team in ("expert", "does-nothing")}
    by_health = (
        () if traces else met_by_health(laid.design, laid.what_if, _quiet_days(found, seed), laid.system.baseline())
    )
    return prove(laid.design, par, problems, plays, laid.system, by_health)


def _quiet_days(found: Content, seed: int) -> list[SignalFrame]:
    """The signals of a scenario's service on days on which nothing is wrong and nothing is going on."""
    world = found.secret.world.model_copy(update={"faults": [], "distractors": [], "surges": []})
    quiet = replace(found, secret=found.secret.model_copy(update={"world": world}))
    return [lay_out(quiet, one).what_if.replay_frame(()) for one in range(seed, seed + QUIET_DAYS)]


def start_scenario(folder: Path, template: str) -> Scenario:
    """A new scenario from one that ships, with an id of its own. Raises ContentError for a folder that holds something."""
    copy_scenario(folder, scenario_path(template), template)
    return load_scenario(folder)[0]


def as_seen_by(table: Table, events: list[Event], audience: Audience, until_ms: int | None) -> list[ViewEvent]:
    """The log as one audience saw it, up to a moment of drill time."""
    log = ViewLog(audience, table.design)
    shown = (log.show(one) for one in events if until_ms is None or one.drill_ms <= until_ms)
    return [one for one in shown if one is not None]


def check_free(folder: Path, *, overwrite: bool) -> None:
    """Find out before playing whether a record can be written here. Raises ContentError when it cannot."""
    ensure_free(folder, overwrite=overwrite)


def save(files: Files, folder: Path, *, overwrite: bool = False) -> None:
    """Write a record to its folder."""
    write_record(folder, files, overwrite=overwrite)


def load_record(folder: Path) -> Files:
    """Read a record from its folder."""
    return read_record(folder)


def rebuild(found: Files) -> tuple[Table, list[Event]]:
    """The table and log of a record. Raises TamperedError when content and first event disagree."""
    events, _ = check_log(found)
    first = events[0]
    body = design_of(found)
    for name, digested in digests(body).items():
        if digested != first.data[name]:
            raise TamperedError(f"{DESIGN} is not the content that the drill was planned with: {name} differs")
    return lay_out(Content.from_json(body), first.data["seed"], first.data["drill"]), events


def verify(found: Files, head: str = "") -> Verdict:
    """Play a record again and compare every byte."""
    events: list[Event] = []
    try:
        events, chain = check_log(found, head)
        table, _ = rebuild(found)
        closing = close(table.design, events, table.what_if, table.par(), players=players_of(events))
        difference = compare(found, record(closing, events, table.content))
    except TamperedError as broken:
        return Verdict(len(events), events[-1].hash if events else "", tuple(sorted(found)), str(broken))
    return Verdict(len(events), chain, tuple(sorted(found)), difference)


def export_forms() -> dict[str, str]:
    """The kinds of trace export that can be imported, and what each covers."""
    return {name: one.covers for name, one in FORMS.items()}


def import_traces(
    source: Path,
    target: Path,
    *,
    form: str = "",
    text: bool = True,
    overwrite: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Exports at `source` as one Parquet file in our own schema; see `adapters.import_traces`. Raises ContentError."""
    return read_exports(source, target, form=form, text=text, overwrite=overwrite, progress=progress)


def relate(columns: Mapping[str, NDArray[Any]]) -> AbstractContextManager[Relation]:
    """The requests of a drill as a relation, until it is left."""
    return contextlib.closing(from_arrays(columns, "requests of the drill"))


def open_traces(path: Path, columns_file: Path | None = None) -> OpenedTraces:
    """A table of traces, what its columns mean, and how that is known; see `adapters.traces_open`. Raises ContentError."""
    return open_table(path, columns_file)


def open_table_on_spark(table: str, columns_file: Path | None = None) -> OpenedTable:
    """As `open_traces`, where the table lies. Raises NotSupportedError without PySpark."""
    return open_spark(table, columns_file)


def look_into(path: Path, sql: str, *, limit: int, seconds: float) -> Looked:
    """A person's own SELECT over a file of traces; see `adapters.query_duckdb`. Raises QueryError."""
    with contextlib.closing(open_files(path, spill=False)) as relation:
        return relation.look(sql, limit=limit, seconds=seconds)


def propose_columns(path: Path) -> Proposal:
    """What the columns of a table seem to mean. Raises ContentError."""
    return propose_for(path)
