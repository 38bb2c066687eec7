"""Scenarios and system packs: listed, shown, started, proved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hotwash.adapters.scenario_folder import copy_scenario
from hotwash.aftermath.blocks import Report
from hotwash.aftermath.pack_pages import pack_pages
from hotwash.bootstrap.contents import Content, RecordedTraces, content
from hotwash.bootstrap.drills import run
from hotwash.bootstrap.tables import Table, lay_out, lay_out_recorded
from hotwash.conductor.clues import met_by_health
from hotwash.conductor.prove import Proof, prove
from hotwash.kit.lint import lint_scenario
from hotwash.kit.load import list_scenarios, list_systems, load_scenario, load_system, scenario_path
from hotwash.kit.schema.scenario import Scenario
from hotwash.ports.system import SignalFrame

QUIET_DAYS = 3
"""Healthy days that a scenario's failure signals are held against."""


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
