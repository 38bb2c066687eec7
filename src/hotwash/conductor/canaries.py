"""A canary inside a drill: what it can show at this traffic, said before it runs, and the sequential verdict while it runs.

The statistics are `triage.canary`'s. The engine may not reach them (drill and triage are neighbours), so what they say is handed to it
as a finding, like everything else that is read off the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from hotwash.drill import canaries as drill
from hotwash.drill.journal import Journal
from hotwash.drill.payloads import LeverPayload, Promise
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE
from hotwash.ports.scope import Scope
from hotwash.ports.system import ProbeResult, SystemUnderDrill
from hotwash.triage import canary

TRAFFIC_MIN = 10
"""Traffic is that of the last minutes."""
MILLION = 1_000_000
MOST_SHARE = 0.5
CONTAINED_PPM, WORSE_PPM = 1_000, 3_000
"""Where a plan names no rates: 0.1 % against 0.3 %."""


def promised(
    system: SystemUnderDrill, action: LeverPayload, effective_ms: int, now_ms: int, endex_ms: int
) -> Promise | None:
    """What this canary can show, and whether before ENDEX; None for what is no canary."""
    percent = int(action.arguments.get("percent", 100))
    if action.kind != "rollback" or percent >= 100 or action.contained_ppm >= action.worse_ppm:
        return None
    traffic = per_minute(system, Scope.of(action.scope), now_ms)
    return plan(percent, action.contained_ppm, action.worse_ppm, traffic, endex_ms - effective_ms)


def per_minute(system: SystemUnderDrill, scope: Scope, now_ms: int) -> float:
    """Requests a minute in a scope, over the last minutes."""
    minutes = min(TRAFFIC_MIN, max(1, now_ms // MINUTE))
    return len(system.requests(now_ms - minutes * MINUTE, now_ms, scope)) / minutes


def plan(percent: int, contained_ppm: int, worse_ppm: int, traffic: float, left_ms: int) -> Promise:
    """The promise of `triage.canary` at this traffic, and the steps to all of it."""
    share = min(MOST_SHARE, percent / 100)
    try:
        said = canary.promise(contained_ppm / MILLION, worse_ppm / MILLION, share)
    except ValueError:
        return Promise(share_percent=percent, requests=None, per_minute=traffic, minutes=None, before_endex=False)
    if not traffic > 0:
        return Promise(share_percent=percent, requests=said.requests, per_minute=0.0, minutes=None, before_endex=False)
    minutes = said.requests / traffic
    return Promise(
        share_percent=percent,
        requests=said.requests,
        per_minute=traffic,
        minutes=round(minutes, 1),
        before_endex=minutes * MINUTE <= left_ms,
        steps=tuple((round(100 * one.share), round(one.minutes, 1)) for one in canary.steps(said, traffic)),
    )


def canary_looks(system: SystemUnderDrill, state: DrillState, now_ms: int) -> tuple[drill.Look, ...]:
    """A look at the newest running canary, once a minute and until it was stopped or cleared."""
    running = drill.running(state)
    if not running:
        return ()
    newest = max(running, key=lambda one: (one.effective_ms or 0, one.call))
    last = state.journal.last("canary_looked", call=newest.call)
    minute = (now_ms - (newest.effective_ms or 0)) // MINUTE
    settled = last is not None and last.data["verdict"] != "not enough evidence"
    looked = last is not None and (last.at_ms - (newest.effective_ms or 0)) // MINUTE == minute
    if settled or looked or minute < 1:
        return ()
    probe = system.probe("canary", Scope.of(newest.scope), 1)
    found = look(newest.call, probe, newest.record)
    return () if found is None else (found,)


def look(call: str, probe: ProbeResult, rates: Mapping[str, object]) -> drill.Look | None:
    """The verdict over all minutes of a canary's arms; None before anything was asked in both."""
    arms = np.array(probe.arms, np.int64).reshape(-1, 4)
    if not arms[:, 0].sum() or not arms[:, 2].sum():
        return None
    contained, worse = (
        int(str(rates.get(name) or usual)) / MILLION
        for name, usual in (("contained_ppm", CONTAINED_PPM), ("worse_ppm", WORSE_PPM))
    )
    share = min(MOST_SHARE, float(arms[:, 2].sum() / (arms[:, 0].sum() + arms[:, 2].sum())))
    agreed = canary.Promise(contained, worse, share, 0.05, 0.8, 0, 0)
    last = canary.watch(agreed, arms[:, 1], arms[:, 0], arms[:, 3], arms[:, 2])[-1]
    return drill.Look(
        call, int(arms[:, 0].sum()), last.found_contained, int(arms[:, 2].sum()), last.found_canary,
        round(min(last.e_worse, 1e9), 4), round(min(last.e_clear, 1e9), 4), last.verdict,
    )  # fmt: skip


def verdict_of(probe: ProbeResult, journal: Journal) -> drill.Verdict | Literal[""]:
    """The sequential verdict of a canary suite at the rates that the running canary's plan agreed on; empty for other suites."""
    if probe.suite != "canary" or not probe.arms:
        return ""
    pulls = [line.data for line in journal.of("lever_pulled") if int(line.data["arguments"].get("percent", 100)) < 100]
    found = look("", probe, pulls[-1] if pulls else {})
    return "not enough evidence" if found is None else found.verdict
