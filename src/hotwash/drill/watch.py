"""What happens by itself as time goes on: injects, alerts, complaints, changes, effects, deadlines, ENDEX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hotwash.drill import canaries, deadlines, fixes, msel, reading, rhythm
from hotwash.drill import events as e
from hotwash.drill.alerts import Cell, fired, standing
from hotwash.drill.canaries import Look
from hotwash.drill.conditions import World
from hotwash.drill.design import DrillDesign
from hotwash.drill.journal import Line
from hotwash.drill.moment import Moment
from hotwash.drill.payloads import Payload
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Alert
from hotwash.ports.system import Baseline, Complaint, SignalFrame

REPEAT_MS = 20 * MINUTE
"""An alert that still stands fires again after this long: people forget what scrolled away."""
SPREAD_MS = 3 * MINUTE
"""An alert that reaches another dimension fires again after this long: that is news."""
QUIET_MIN = 10
"""After this many minutes without standing, an alert that stands again is a new one and fires at once."""


@dataclass(frozen=True)
class Observation:
    """What the system showed since the last tick, which was at `since_ms` and left the log at `since_version`: dashboards up to
    now, healthy rates, new complaints, and what the running canaries show."""

    frame: SignalFrame
    baseline: Baseline
    since_ms: int
    since_version: int = 0
    complaints: tuple[Complaint, ...] = ()
    canaries: tuple[Look, ...] = ()


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
        *canaries.looks(state, at, design.system, seen.canaries),
        *fixes.tripped(state, design, world),
        *fixes.overdue(state, design, at.drill_ms),
        *rhythm.owed(state, design, world),
        *rhythm.reminders(state, design, world),
        *reading.reacting(state, design, at.drill_ms),
    ]
    if at.drill_ms >= design.endex_ms:
        due.append(e.DrillEnded(reason="ENDEX as planned"))
    return due


def next_due(state: DrillState, design: DrillDesign, now_ms: int) -> int | None:
    """The next moment of drill time at which something timed happens: at the latest the next whole minute, which brings
    new signals and conditions that wait for a minute; None unless the drill runs."""
    if state.phase != "running":
        return None
    logged = len(state.journal.of("change_logged"))
    moments = [design.endex_ms, (now_ms // MINUTE + 1) * MINUTE]
    moments += [round(one.at_min * MINUTE) for one in design.changes[logged : logged + 1]]
    moments += [
        one.effective_ms for one in state.calls.values() if one.status == "pulled" and one.effective_ms is not None
    ]
    moments += msel.timed(state, design)
    moments += deadlines.timed(state)
    moments += [one for one in fixes.timed(state) if one > now_ms]
    return min(moments)


def _changes(state: DrillState, design: DrillDesign, at: Moment) -> Iterator[Payload]:
    for one in design.changes[len(state.journal.of("change_logged")) :]:
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
    """What fires now, or would have in a minute that a jump went over."""
    now = at.drill_ms // MINUTE
    adjusted = state.journal.of("detector_adjusted")
    if (
        now == seen.since_ms // MINUTE
        and not (adjusted and adjusted[-1].version > seen.since_version)
        and seen.since_version
    ):
        return  # judged in this minute already, on the same complete minutes
    for alert in design.alerts.values():

        def stands(minute: int, alert: Alert = alert) -> tuple[Cell, ...]:
            return standing(alert, design.system, seen.frame, seen.baseline, minute)

        for minute in range(min(seen.since_ms // MINUTE + 1, now), now + 1):
            cells = stands(minute)
            if cells and _history(alert, state).news(cells, min(at.drill_ms, minute * MINUTE), stands):
                yield fired(alert, cells, seen.frame, minute)
                break


def _history(alert: Alert, state: DrillState) -> _History:
    before = state.journal.where("alert_fired", alert=alert.id)
    return _History(tuple(before), state.journal.last("detector_adjusted", alert=alert.id))


@dataclass(frozen=True)
class _History:
    """What one alert has said so far, and whether its detector was changed since."""

    before: tuple[Line, ...]
    adjusted: Line | None

    def news(self, cells: tuple[Cell, ...], at_ms: int, stands: Callable[[int], tuple[Cell, ...]]) -> bool:
        """Is it worth another page? After a change of its detector only where it never fired before."""
        if not self.before:
            return True
        named = {(dim, value) for line in self.before for dim, value, _ in line.data["cells"]}
        last = self.before[-1]
        if self.adjusted is not None and self.adjusted.version > last.version:
            return any((dim, value) not in named for dim, value, _ in cells if dim)
        waited = at_ms - last.at_ms
        if waited >= REPEAT_MS:
            return True
        minute = at_ms // MINUTE
        if waited >= QUIET_MIN * MINUTE and not any(stands(m) for m in range(minute - QUIET_MIN, minute)):
            return True
        spread = any(dim not in {known for known, _ in named} for dim, _, _ in cells)
        return spread and waited >= SPREAD_MS
