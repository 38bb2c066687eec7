"""The dashboards as numbers: what charts draw, for all traffic or one value of one dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hotwash.conductor.live import LiveDrill
from hotwash.warroom.picture import Picture

MARKS = {
    "change_logged": "change", "lever_pulled": "lever", "lever_reverted": "lever", "incident_opened": "decision",
    "severity_set": "decision", "alert_fired": "alert",
}  # fmt: skip
"""Events that are drawn on the time axis, and how."""


def signals(live: LiveDrill, who: str, dim: str, value: str) -> dict[str, Any]:
    """Counts by signal and complete minute of one cell, with those of all traffic beside them and healthy rates.

    An unknown cell gives all traffic. Rates are shares of the denominator, or counts a minute where there is none.
    """
    system, picture = live.session.system, Picture(live, who)
    frame, baseline = system.frame(), system.baseline()
    cell = (dim, value) if (dim, value) in frame.cells else ("", "")
    at = baseline.cells.index(cell)
    watched = {alert.signal for alert in live.design.alerts.values()}
    series = []
    for name, spec in live.design.system.signals.items():
        if name not in frame.signals:
            continue
        under = spec.denominator if spec.denominator != name else ""
        series.append({
            "name": name,
            "title": spec.title,
            "layer": spec.layer,
            "of": live.design.system.signals[under].title if under else "",
            "counts": frame.series(name, *cell).tolist(),
            "totals": frame.series(under, *cell).tolist() if under else [],
            "healthy": float(baseline.rates[baseline.signals.index(name), at]) if under else 0.0,
            "watched": name in watched,
        })  # fmt: skip
    return {
        "minutes": frame.minutes,
        "endex": picture.endex_ms // 60_000,
        "cell": list(cell),
        "signals": series,
        "marks": [
            {
                "at": event.drill_ms / 60_000,
                "kind": MARKS[event.type],
                "label": _label(event.type, dict(event.data), picture.levers.title),
                "only": event.data["signal"] if event.type == "alert_fired" else "",
            }
            for event in picture.events(*MARKS)
        ],
    }


def _label(kind: str, data: dict[str, Any], called: Callable[[str], str]) -> str:
    match kind:
        case "change_logged":
            return f"{data['component']} {data['to_version']}"
        case "severity_set":
            return f"Sev-{data['level']}"
        case "incident_opened":
            return "opened"
        case "alert_fired":
            return str(data["alert"])
        case "lever_reverted":
            return f"{called(data['kind'])} back"
        case _:
            return called(data["kind"])
