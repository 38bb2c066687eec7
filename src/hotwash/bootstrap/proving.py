"""A scenario, proved by play: it can be solved, and doing nothing does not solve it."""

from __future__ import annotations

from dataclasses import replace

from hotwash.bootstrap.contents import Content, RecordedTraces, content
from hotwash.bootstrap.drills import run
from hotwash.bootstrap.tables import Table, lay_out, lay_out_recorded
from hotwash.conductor.clues import met_by_health
from hotwash.conductor.prove import Proof, prove
from hotwash.kit.lint import lint_scenario
from hotwash.ports.system import SignalFrame

QUIET_DAYS = 3
"""Healthy days that a scenario's failure signals are held against."""


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
