"""Bundles: named, and found again in the record of a drill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hotwash.bootstrap.records import must_be_inside, rebuild
from hotwash.conductor.record import Files
from hotwash.conductor.session import lever_log
from hotwash.drill.journal import Line
from hotwash.drill.running import Arm, Running, running_at
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.event import Event
from hotwash.ports.requests import RequestTable
from hotwash.ports.scope import Scope

WINDOW = 5 * MINUTE
"""Drill time whose requests are counted, at most: what ran before the last switch is not counted."""


@dataclass(frozen=True)
class WasRunning:
    """What ran at a moment of a drill, and the requests of the last minutes by part of the traffic."""

    drill: str
    found: Running
    counts: dict[int, int]
    entries: int


def was_running(record: Files, at_ms: int) -> WasRunning:
    """What was running at a moment. Raises ContentError for a moment outside the drill, TamperedError for a broken record."""
    table, events = rebuild(record)
    must_be_inside(events, at_ms)
    until = [one for one in events if one.drill_ms <= at_ms]

    def of(kind: str) -> Sequence[Line]:
        return [Line(one.version, one.drill_ms, one.seat, one.data) for one in until if one.type == kind]

    found = running_at(of, table.design, at_ms)
    for call in lever_log(until):
        table.system.advance(call.at_ms)
        table.system.pull(call)
    table.system.advance(at_ms)
    return WasRunning(
        events[0].data["drill"], found, _counted(found, table.system.requests(_since(found, until), at_ms)), len(until)
    )


def _since(found: Running, events: Sequence[Event]) -> int:
    """The newest switch of anything, or the start of the window."""
    switched = [cause.at_ms for arm in found.arms for cause in arm.because.values()]
    switched += [one.since.at_ms for arm in found.arms for one in arm.levers]
    switched += [
        one.data["effective_ms"]
        for one in events
        if one.type == "lever_reverted" and one.data["effective_ms"] <= found.at_ms
    ]
    return max(found.at_ms - WINDOW, *switched, 0)


def _counted(found: Running, table: RequestTable) -> dict[int, int]:
    """Requests by arm: those in its scopes and in no other, on its versions."""
    scopes = tuple(dict.fromkeys(scope for arm in found.arms for scope in arm.scopes))
    return {number: _count(arm, scopes, table) for number, arm in enumerate(found.arms)}


def _count(arm: Arm, scopes: Sequence[Scope], table: RequestTable) -> int:
    here = np.ones(len(table.at_ms), np.bool_)
    for scope in scopes:
        inside = np.ones(len(table.at_ms), np.bool_)
        for name, values in scope.dims:
            inside &= np.isin(table.dims[name].astype(str), list(values))
        here &= inside if scope in arm.scopes else ~inside
    for name, version in arm.versions.items():
        here &= table.versions[name] == version
    return int(here.sum())
