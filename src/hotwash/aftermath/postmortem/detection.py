"""How it was learnt of, and how long detection, diagnosis and containment took, with the stamps that they are counted from."""

from __future__ import annotations

from typing import Any

from hotwash.aftermath.postmortem.figures import diagnosed_min
from hotwash.aftermath.postmortem.material import Material, Part, say, table
from hotwash.aftermath.postmortem.negative import role_of
from hotwash.aftermath.sections.words import minutes
from hotwash.drill import events as e
from hotwash.scoring.case import Entry

LATENCIES = (
    ("MTTD", "detect", "onset", "detected"),
    ("MTTI", "isolate", "detected", "diagnosed"),
    ("Declaration", "declare", "detected", "declared"),
    ("MTTC", "contain", "detected", "contained"),
    ("Recovery", "recover", "contained", "recovered"),
)
"""What is told, the time metric behind it, and the moments that it lies between. One drill is one sample of each mean."""


def detection(material: Material) -> list[Part]:
    """Source, latencies, and the signal that could have been first."""
    return [_source(material), _latencies(material), _first(material)]


def _source(material: Material) -> Part:
    case = material.case
    read = case.first(e.SignalValidated, lambda one: one.verdict != "spurious")
    opened = case.first(e.IncidentOpened)
    first = min((one for one in (read, opened) if one), key=lambda one: one.version, default=None)
    if first is None:
        return Part("detection-source", (say("Nobody held anything to be wrong", material.endex),))
    told = _told(material, first)
    who = material.seat(first.seat)
    if isinstance(first.event, e.SignalValidated):
        line = say(
            f"The {who} validated alert {first.event.alert} as {first.event.verdict} at {minutes(first.at_min)}",
            f"e{first.version}",
        )
    else:
        line = say(f"The {who} opened an incident at {minutes(first.at_min)}", f"e{first.version}")
    return Part("detection-source", (line, *told))


def _told(material: Material, first: Entry[Any]) -> tuple[str, ...]:
    """The first alert and the first message before it: inside or outside, and which came first."""
    case = material.case
    onset = material.card.milestones.get("onset") or 0.0
    lines = []
    alert = case.first(e.AlertFired)
    alert = (
        next((one for one in case.all(e.AlertFired) if onset <= one.at_min and one.version < first.version), None)
        if alert
        else None
    )
    inject = next(
        (one for one in case.all(e.InjectDelivered) if onset <= one.at_min and one.version < first.version), None
    )
    if alert is not None:
        title = case.design.alerts[alert.event.alert].title
        lines.append(
            say(
                f"Before it, the first alert since the onset was “{title}” at {minutes(alert.at_min)}",
                f"e{alert.version}",
                f"kit:{alert.event.alert}",
            )
        )
    if inject is not None:
        lines.append(
            say(
                f"Before it, the first message from people was that of {role_of(inject.event.sender)} at {minutes(inject.at_min)}",
                f"e{inject.version}",
            )
        )
    return tuple(lines)


def _latencies(material: Material) -> Part:
    reached = {**material.card.milestones, "diagnosed": diagnosed_min(material)}
    rows = []
    for name, metric, start, stop in LATENCIES:
        at, to = reached.get(start), reached.get(stop)
        known = at is not None and to is not None and to >= at
        took = f"{to - at:.1f} min" if known and at is not None and to is not None else "not reached"
        cells = (name, f"{start.replace('_', ' ')} {minutes(at)}", f"{stop.replace('_', ' ')} {minutes(to)}", took)
        rows.append((cells, (f"fig:time-{metric}", f"fig:at-{start}", f"fig:at-{stop}")))
    return Part("latencies", table(("Measure", "From", "To", "Took"), rows))


def _first(material: Material) -> Part:
    at, detected = material.card.milestones.get("first_signal"), material.card.milestones.get("detected")
    if at is None:
        return Part(
            "detection-first", (say("No signal showed it before play ended", material.endex, "fig:at-first-signal"),)
        )
    line = say(f"The first signal that an attentive team could have seen came at {minutes(at)}", "fig:at-first-signal")
    if detected is None:
        return Part("detection-first", (line, say("It was not detected", "fig:at-detected")))
    gap = say(f"Detection followed at {minutes(detected)}", "fig:at-detected")
    return Part("detection-first", (line, gap))
