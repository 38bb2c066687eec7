"""Readiness as OpenMetrics 1.0 text, for the monitoring that an organisation has already."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from hotwash.readiness.state import Readiness

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
SECONDS = 60.0

Sample = tuple[Mapping[str, str], float]


def to_openmetrics(found: Readiness) -> str:
    """Gauges with the prefix `hotwash_readiness_`; times in seconds, a time that never ended as +Inf. Ends with `# EOF`."""
    lines: list[str] = []
    for name, unit, text, samples in _families(found):
        full = f"hotwash_readiness_{name}{f'_{unit}' if unit else ''}"
        lines += [f"# TYPE {full} gauge", *([f"# UNIT {full} {unit}"] if unit else []), f"# HELP {full} {text}"]
        lines += [f"{full}{_labels(labels)} {_number(value)}" for labels, value in samples]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _families(found: Readiness) -> Iterable[tuple[str, str, str, list[Sample]]]:
    modes = sorted({one.mode_title for one in found.drills})
    counted: list[Sample] = [({"mode": mode}, sum(one.mode_title == mode for one in found.drills)) for mode in modes]
    yield "drills", "", "Scored drills that count.", counted
    times: list[Sample] = []
    for one in found.fast:
        if one.drills:
            stats = (
                ("median", one.drills.middle),
                ("low", one.drills.low),
                ("high", one.drills.high),
                ("worst", one.drills.worst),
            )
            times += [({"time": one.time.id, "stat": stat}, value * SECONDS) for stat, value in stats]
    yield "time", "seconds", "Times over drills: median, ends of its interval, worst.", times
    shares: list[Sample] = []
    for well in found.well:
        values = (("found", well.part.found / well.part.asked), ("least", well.part.least), ("most", well.part.most))
        shares += [({"measure": well.share.measure, "stat": stat}, value) for stat, value in values]
    yield "done", "ratio", "Shares of drills in which it was done in full, with one-sided 95 % bounds.", shares
    yield (
        "control_confidence",
        "ratio",
        "Confidence left in a control since it was last exercised.",
        [({"control": one.id}, one.confidence) for one in found.controls],
    )
    yield (
        "mode_confidence",
        "ratio",
        "Confidence left in a failure mode since it was last drilled.",
        [({"mode": mode}, one.confidence) for mode, one in found.modes.items()],
    )
    actions = [action for one in found.drills for action in one.papers.actions or ()]
    late = sum(one.open and one.due is not None and one.due < found.today for one in actions)
    states: list[Sample] = [
        ({"state": "open"}, sum(one.open for one in actions)),
        ({"state": "late"}, late),
        ({"state": "verified"}, sum(one.verified for one in actions)),
    ]
    yield "actions", "", "Corrective actions of all drills.", states


def _labels(labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return "+Inf" if math.isinf(value) else f"{value:.10g}"
