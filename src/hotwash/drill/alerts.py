"""The kit's alert catalogue over the dashboards: which alerts stand, and where.

The score of a cell is z = (x - mu) / sqrt(1.3 mu + 1), with x the count over the window and mu what the healthy baseline
gives for the same denominator. 1.3 allows for counts that vary more than Poisson's; the 1 keeps rare signals quiet.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from hotwash.drill.events import AlertFired
from hotwash.kit.schema.kit import Alert
from hotwash.ports.system import Baseline, SignalFrame, SystemDescription

OVERDISPERSION = 1.3
MOST_CELLS = 12

Cell = tuple[str, str, int]


def scores(
    alert: Alert, system: SystemDescription, frame: SignalFrame, baseline: Baseline, minute: int
) -> NDArray[np.float64] | None:
    """z by cell over the window that ends with the last complete minute before `minute`; None while a window is filling, and where no
    cell has the least count.

    A delayed signal is compared with the traffic of the minutes that it is about.
    """
    spec = system.signals[alert.signal]
    stop = min(minute, frame.minutes)
    start = stop - alert.window_min
    if start < spec.delay_min:
        return None
    x = frame.total(alert.signal, start, stop)
    if x[0] < alert.min_count:  # all traffic: no other cell has more
        return None
    late = spec.delay_min if spec.denominator == "requests" else 0
    base = frame.total(spec.denominator or "requests", start - late, stop - late)
    mu = baseline.rates[baseline.signals.index(alert.signal)] * base
    z: NDArray[np.float64] = np.where(x >= alert.min_count, (x - mu) / np.sqrt(OVERDISPERSION * mu + 1), 0.0)
    return z


def standing(
    alert: Alert, system: SystemDescription, frame: SignalFrame, baseline: Baseline, minute: int
) -> tuple[Cell, ...]:
    """Cells over their threshold, strongest first, as (dimension, value, z × 10); all traffic has an empty dimension."""
    z = scores(alert, system, frame, baseline, minute)
    if z is None:
        return ()
    limit = np.full(len(z), alert.z_segment)
    limit[0] = alert.z_overall
    hot = np.flatnonzero(z >= limit)
    ranked = sorted(hot.tolist(), key=lambda cell: (-z[cell], cell))[:MOST_CELLS]
    return tuple((*frame.cells[cell], round(10 * float(z[cell]))) for cell in ranked)


def alerting(
    alerts: Iterable[Alert], system: SystemDescription, frame: SignalFrame, baseline: Baseline, minute: int
) -> set[tuple[str, str, str]]:
    """Alerts that stand at a minute, each with where: (alert, dimension, value)."""
    return {
        (one.id, dim, value)
        for one in alerts
        for dim, value, _ in standing(one, system, frame, baseline, minute)
    }  # fmt: skip


def fired(alert: Alert, cells: tuple[Cell, ...], frame: SignalFrame, minute: int) -> AlertFired:
    """The event of an alert that stands."""
    stop = min(minute, frame.minutes)
    count = int(frame.total(alert.signal, stop - alert.window_min, stop)[0])
    return AlertFired(
        alert=alert.id, signal=alert.signal, pages=alert.pages, cells=cells, count=count, window_min=alert.window_min
    )
