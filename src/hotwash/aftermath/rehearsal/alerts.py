"""Which alerts see a failure while nobody acts, and in which part of the traffic."""

from __future__ import annotations

from collections.abc import Iterator

from hotwash.aftermath.rehearsal.rows import AlertRow
from hotwash.drill.alerts import alerting
from hotwash.drill.design import DrillDesign
from hotwash.ports.outcome import Counterfactuals
from hotwash.ports.system import Baseline

Cell = tuple[str, str]
ALL: Cell = ("", "")


def alert_rows(design: DrillDesign, what_if: Counterfactuals, baseline: Baseline) -> Iterator[AlertRow]:
    """A row for each alert that the kit names for the failure mode of the answer key, for all traffic and each part that is hit.

    An alert counts as seeing the failure at a minute at which it stands with the fault and not in the same play without it. None in a
    false alarm.
    """
    key = design.secret.key
    if not key.incident:
        return
    alerts = [one for one in design.alerts.values() if key.mode in one.modes]
    broken, sound = what_if.replay_frame(()), what_if.replay_frame((), healthy=True)
    fired: dict[tuple[str, str, str], int] = {}
    for minute in range(int(key.onset_min or 0), design.scenario.endex_min + 1):
        seen = alerting(alerts, design.system, broken, baseline, minute)
        for one in seen - alerting(alerts, design.system, sound, baseline, minute):
            fired.setdefault(one, minute)
    nothing = what_if.replay(())
    parts = [ALL, *((dim, value) for dim, values in key.scope.items() for value in values)]
    harm = {cell: nothing.by_segment.get(cell, (0, 0))[0] for cell in parts if cell != ALL}
    whole = int(nothing.expected_harm.sum())
    requests = broken.total("requests", 0, design.scenario.endex_min)
    traffic = {cell: int(requests[broken.cells.index(cell)]) / max(1, int(requests[0])) for cell in parts}
    for alert in alerts:
        for cell in parts:
            share = 1.0 if cell == ALL else harm[cell] / whole if whole else 0.0
            yield AlertRow(alert.id, *cell, fired.get((alert.id, *cell)), round(traffic[cell], 6), round(share, 6))
