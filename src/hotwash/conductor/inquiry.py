"""What moved in the traffic so far: the triage engine on the requests of a drill, with what players know and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotwash.conductor.live import LiveDrill
from hotwash.conductor.session import Done
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.kit.schema.columns import Test as Asking  # a name that no test runner collects
from hotwash.kit.schema.kit import Severity
from hotwash.ports.relation import Relation
from hotwash.ports.requests import RequestTable
from hotwash.ports.system import SignalFrame, SystemDescription
from hotwash.triage.changes import Change
from hotwash.triage.report import Question, Triage, triage

Relate = Callable[[Mapping[str, NDArray[Any]]], AbstractContextManager[Relation]]
"""From arrays of equal length to a relation that is released on leaving."""
REQUESTS = "requests"
"""The signal that every request counts in."""
TIME, DECISION = "at", "decision"
VERSION = "{}_version"
SWITCHES = 20
"""From one request to the next, more changes of version than this are no releases and no rollbacks but traffic that is split."""


def meaning(system: SystemDescription, table: RequestTable) -> TraceColumns:
    """What the columns of `arrays` mean. A dimension that nobody may be routed by stands for a protected attribute; a signal that
    others are a share of counts opportunities and is nothing that goes wrong. A version is worth comparing where it was served
    beside another; one that everybody got at one moment is a change at that moment (`first_seen`)."""
    shared = {one.denominator for one in system.signals.values()}
    signals = [
        SignalColumn(name=name, title=one.title, layer=one.layer, column=name, equals=1)
        for name, one in system.signals.items()
        if name not in shared
    ]
    return TraceColumns(
        time=TIME,
        dimensions=list(system.dimensions),
        versions=[VERSION.format(name) for name, column in table.versions.items() if side_by_side(column)],
        groups=[dim for dim in system.dimensions if dim not in system.routable],
        signals=signals,
        decision=Asking(column=DECISION, equals="approved") if table.decision is not None else None,
    )


def arrays(table: RequestTable, start_ms: int) -> dict[str, NDArray[Any]]:
    """A table as columns of a relation: times UTC from `start_ms` (ms since 1970 at STARTEX), flags that could not be asked null."""
    found: dict[str, NDArray[Any]] = {TIME: (table.at_ms + start_ms).astype("datetime64[ms]")}
    found |= dict(table.dims)
    found |= {VERSION.format(name): column for name, column in table.versions.items()}
    found |= {name: np.ma.masked_array(flags, flags < 0) for name, flags in table.signals.items()}
    if table.decision is not None:
        found[DECISION] = table.decision
    return found


def known_changes(events: Iterable[ViewEvent], start_ms: int) -> tuple[Change, ...]:
    """The change log as an audience has been shown it, from its `change_logged` events."""
    return tuple(
        Change(
            start_ms + event.data["at_ms"],
            f"{event.data['component']} {event.data['to_version']}",
            event.data["component"],
        )
        for event in events
    )


def side_by_side(versions: NDArray[np.object_]) -> bool:
    """Whether requests of one time ran on more than one version; shape (rows,), in order of time."""
    return int(np.count_nonzero(versions[1:] != versions[:-1])) > SWITCHES


def first_seen(table: RequestTable, start_ms: int) -> tuple[Change, ...]:
    """Versions that first served after the table begins: what a reader of traces knows without a change log."""
    found = []
    for name, column in table.versions.items():
        new = np.flatnonzero(column[1:] != column[:-1]) + 1
        before = {column[0]} if len(column) else set()
        for row in new.tolist():
            if column[row] not in before:
                before.add(column[row])
                at_ms = start_ms + int(table.at_ms[row])
                found.append(Change(at_ms, f"{name} {column[row]}", name, source="traces"))
    return tuple(found)


@dataclass(frozen=True)
class Inquiry:
    """A question that was put on record, with all that answers it. It needs the drill no more, so that play goes on meanwhile."""

    table: RequestTable
    system: SystemDescription
    matrix: Severity
    start_ms: int
    signal: str = ""
    changes: tuple[Change, ...] = ()
    lost: int = 0
    """Requests of the time that dashboards counted and no kept trace tells of; 0 where a scope leaves that open."""

    def answer(self, relate: Relate) -> Triage:
        """The whole triage. Takes about a second: not for the thread on which a drill is played."""
        told = {one.what for one in self.changes}
        seen = [one for one in first_seen(self.table, self.start_ms) if one.what not in told]
        question = Question(signal=self.signal, changes=(*self.changes, *seen), texts=False)
        with relate(arrays(self.table, self.start_ms)) as relation:
            *_, (_, found) = triage(relation, meaning(self.system, self.table), self.matrix, question)
        if not self.lost or found.statement is None:
            return found
        unknown = (
            f"{self.lost:,} requests were counted and their traces not kept: they are in none of these figures.",
            *found.unknown,
        )
        return replace(found, unknown=unknown, statement=replace(found.statement, limits=unknown))


def inquiry(live: LiveDrill, who: str, done: Done) -> Inquiry | None:
    """What a seat asked with a command that was carried out; None where it asked nothing of the kind. On the drill's thread."""
    event = next((one for one in done.events if one.type == "query_run" and one.data["asks"] == "moved"), None)
    if event is None or done.given.requests is None:
        return None
    design = live.design
    start_ms = round(design.scenario.story_start.timestamp() * 1000)
    changes = known_changes(live.view(who).of("change_logged"), start_ms)
    lost = 0 if event.data["scope"] else untold(live.session.system.frame(), done.given.requests, event.data)
    return Inquiry(done.given.requests, design.system, design.kit.severity, start_ms, event.data["flag"], changes, lost)


def untold(frame: SignalFrame, table: RequestTable, window: Mapping[str, Any]) -> int:
    """How many requests of the complete minutes of a window have no trace."""
    first, last = -(-window["from_ms"] // MINUTE), min(frame.minutes, window["to_ms"] // MINUTE)
    counted = int(frame.total(REQUESTS, first, last)[0]) if REQUESTS in frame.signals else 0
    told = int(np.count_nonzero((table.at_ms >= first * MINUTE) & (table.at_ms < last * MINUTE)))
    return max(0, counted - told)
