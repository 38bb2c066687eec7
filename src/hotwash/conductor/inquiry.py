"""What moved in the traffic so far: the triage engine on the requests of a drill, with what players know and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotwash.drill.views.project import ViewEvent
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.kit.schema.columns import Test as Asking  # a name that no test runner collects
from hotwash.kit.schema.kit import Severity
from hotwash.ports.relation import Relation
from hotwash.ports.requests import RequestTable
from hotwash.ports.system import SystemDescription
from hotwash.triage.changes import Change
from hotwash.triage.report import Question, Triage, triage

Relate = Callable[[Mapping[str, NDArray[Any]]], AbstractContextManager[Relation]]
"""From arrays of equal length to a relation that is released on leaving."""
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
    """The change log as an audience has been shown it."""
    return tuple(
        Change(
            start_ms + event.data["at_ms"],
            f"{event.data['component']} {event.data['from_version']} → {event.data['to_version']}",
            event.data["component"],
        )
        for event in events
        if event.type == "change_logged"
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
                found.append(Change(at_ms, f"{name} {column[row]} first seen", name, source="traces"))
    return tuple(found)


def what_moved(
    table: RequestTable,
    system: SystemDescription,
    matrix: Severity,
    start_ms: int,
    relate: Relate,
    signal: str = "",
    changes: tuple[Change, ...] = (),
) -> Triage:
    """The whole triage of one table; `signal` narrows it to one. Takes about a second: not for the thread on which a drill is played."""
    told = {(one.component, one.what.rsplit(" ", 1)[-1]) for one in changes}
    seen = [one for one in first_seen(table, start_ms) if (one.component, one.what.split(" ")[1]) not in told]
    question = Question(signal=signal, changes=(*changes, *seen), texts=False)
    with relate(arrays(table, start_ms)) as relation:
        *_, (_, found) = triage(relation, meaning(system, table), matrix, question)
    return found
