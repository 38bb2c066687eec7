"""What happens by itself as time goes on: injects, alerts, complaints, changes, effects, deadlines, ENDEX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hotwash.drill import deadlines, msel
from hotwash.drill import events as e
from hotwash.drill.alerts import fired, standing
from hotwash.drill.conditions import World
from hotwash.drill.design import DrillDesign
from hotwash.drill.moment import Moment
from hotwash.drill.payloads import Payload
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.scenario import Change
from hotwash.ports.system import Baseline, Complaint, SignalFrame

REPEAT_MS = 20 * MINUTE
"""An alert that still stands fires again after this long: people forget what scrolled away."""
SPREAD_MS = 3 * MINUTE
"""An alert that reaches another dimension fires again after this long: that is news."""


@dataclass(frozen=True)
class Observation:
    """What the system showed since the last tick: dashboards up to now, healthy rates, complaints that arrived."""

    frame: SignalFrame
    baseline: Baseline
    complaints: tuple[Complaint, ...] = ()


def tick(state: DrillState, design: DrillDesign, at: Moment, seen: Observation) -> list[Payload]:
    """Everything that is due at a moment, in the order in which it is put on record."""
    if state.phase != "running":
        return []
    world = World(state.journal, at.drill_ms, design.system, design.secret.key.facts, seen.frame)
    due: list[Payload] = [
        *_changes(state, design, at),
        *_effects(state, at),
        *_alerts(state, design, at, seen),
        *(e.ComplaintReceived(about=one.about, dims=dict(one.dims), text=one.text) for one in seen.complaints),
        *msel.due(state, design, world),
        *deadlines.rules(state, design, world),
        *deadlines.expectations(state, design, world),
    ]
    if at.drill_ms >= design.endex_ms:
        due.append(e.DrillEnded(reason="ENDEX as planned"))
    return due


def next_due(state: DrillState, design: DrillDesign) -> int | None:
    """The next moment of drill time at which something timed happens; None once the drill has ended."""
    if state.phase != "running":
        return None
    logged = len(state.journal.of("change_logged"))
    moments = [design.endex_ms]
    moments += [round(one.at_min * MINUTE) for one in _in_order(design)[logged : logged + 1]]
    moments += [
        one.effective_ms for one in state.calls.values() if one.status == "pulled" and one.effective_ms is not None
    ]
    moments += msel.timed(state, design)
    moments += deadlines.timed(state)
    return min(moments)


def _in_order(design: DrillDesign) -> list[Change]:
    return sorted(design.scenario.changes, key=lambda one: one.at_min)


def _changes(state: DrillState, design: DrillDesign, at: Moment) -> Iterator[Payload]:
    for one in _in_order(design)[len(state.journal.of("change_logged")) :]:
        when = round(one.at_min * MINUTE)
        if when > at.drill_ms:
            return
        yield e.ChangeLogged(
            at_ms=when,
            component=one.component,
            from_version=one.from_version,
            to_version=one.to_version,
            note=one.note,
        )


def _effects(state: DrillState, at: Moment) -> Iterator[Payload]:
    for one in state.calls.values():
        if one.status == "pulled" and one.effective_ms is not None and one.effective_ms <= at.drill_ms:
            yield e.LeverTookEffect(call=one.call, kind=one.kind)


def _alerts(state: DrillState, design: DrillDesign, at: Moment, seen: Observation) -> Iterator[Payload]:
    minute = at.drill_ms // MINUTE
    for alert in design.alerts.values():
        cells = standing(alert, design.system, seen.frame, seen.baseline, minute)
        if not cells:
            continue
        last = state.journal.last("alert_fired", alert=alert.id)
        if last is not None:
            waited = at.drill_ms - last.at_ms
            named = {
                dim for line in state.journal.where("alert_fired", alert=alert.id) for dim, _, _ in line.data["cells"]
            }
            spread = any(dim not in named for dim, _, _ in cells)
            if waited < (SPREAD_MS if spread else REPEAT_MS):
                continue
        yield fired(alert, cells, seen.frame, minute)
