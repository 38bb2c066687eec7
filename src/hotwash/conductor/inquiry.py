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


def meaning(system: SystemDescription, *, decides: bool) -> TraceColumns:
    """What the columns of `arrays` mean. A dimension that nobody may be routed by stands for a protected attribute; a signal that
    others are a share of counts opportunities and is nothing that goes wrong."""
    shared = {one.denominator for one in system.signals.values()}
    signals = [
        SignalColumn(name=name, title=one.title, layer=one.layer, column=name, equals=1)
        for name, one in system.signals.items()
        if name not in shared
    ]
    return TraceColumns(
        time=TIME,
        dimensions=list(system.dimensions),
        versions=[VERSION.format(name) for name in system.versions],
        groups=[dim for dim in system.dimensions if dim not in system.routable],
        signals=signals,
        decision=Asking(column=DECISION, equals="approved") if decides else None,
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
            start_ms + event.drill_ms,
            f"{event.data['component']} {event.data['from_version']} → {event.data['to_version']}",
            event.data["component"],
        )
        for event in events
        if event.type == "change_logged"
    )


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
    columns = meaning(system, decides=table.decision is not None)
    with relate(arrays(table, start_ms)) as relation:
        *_, (_, found) = triage(relation, columns, matrix, Question(signal=signal, changes=changes, texts=False))
    return found
