"""Whether a good team can find out in time what it is asked to know, and see through what only looks bad."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hotwash.drill import events as e
from hotwash.drill.alerts import alerting
from hotwash.drill.design import DrillDesign
from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Counterfactuals
from hotwash.ports.scope import Scope
from hotwash.ports.system import Baseline, SignalFrame, SystemUnderDrill
from hotwash.ports.traces import TraceQuery
from hotwash.scoring.case import Case
from hotwash.scoring.milestones import milestones

READ, HARMLESS = 12, 3
"""A team reads about a dozen traces of one suspicion; three of them at least must be kept and be plainly in order, and so
must half of what there is."""


def unreached(case: Case) -> Iterator[str]:
    """What an expert team did not find out before ENDEX, though the key asks for it."""
    key = case.design.secret.key
    judged = {one.event.obligation for one in case.all(e.ObligationAssessed)}
    judged |= {one.event.obligation for one in case.all(e.NoDutyRecorded)}
    for duty in key.obligations:
        if duty.obligation not in judged:
            yield f"the expert team never came to judge the duty '{duty.obligation}': let something raise it"
    if not key.incident:
        return
    reached = milestones(case)
    for step in ("detected", "scoped", "contained"):
        if reached[step] is None:
            yield f"the expert team had nothing {step} by ENDEX: its clues come too late or are out of reach"
    suspects = {one.event.hypothesis: one.event.component for one in case.all(e.HypothesisRaised)}
    supported = {
        suspects.get(one.event.hypothesis) for one in case.all(e.TestRecorded) if one.event.result == "supports"
    }
    if key.cause is not None and key.cause not in supported:
        yield f"no test that the expert team ran speaks for the cause, '{key.cause}': let traces or a suite show it"


def unrefuted(design: DrillDesign, system: SystemUnderDrill) -> Iterator[str]:
    """Distractors that no trace in players' reach shows to be harmless. `system` is played hands-off to ENDEX by this."""
    system.advance(design.scenario.endex_min * MINUTE)
    harms = {weight.fact for weight in design.kit.harm.categories.values()}
    for one in design.secret.world.distractors:
        window = (round(one.from_min * MINUTE), round(one.to_min * MINUTE))
        found = system.find(TraceQuery(*window, Scope.of(one.slice), one.signal, READ))
        clean = [line for line in found if harms.isdisjoint(system.open(line.id).shows)]
        if len(clean) < HARMLESS or 2 * len(clean) < len(found):
            yield (
                f"the distractor on '{one.signal}' at {Scope.of(one.slice)} cannot be refuted: {len(clean)} of {len(found)} "
                "traces behind it can be read and are in order; raise its rate, or keep its traces"
            )


def met_by_health(
    design: DrillDesign, what_if: Counterfactuals, quiet: Sequence[SignalFrame], baseline: Baseline
) -> Iterator[str]:
    """Failure signals that a healthy service sets off as well, on most of some days without fault, distractor and surge.

    A failure signal is an alert, with its place, that stands in the hands-off play and not at that minute in the same
    play without the fault: what a distractor raises by itself is none. One page in ten healthy hours is chance
    (`benchmarks/alert_noise.py`), the same page on most days is not.
    """
    endex, onset = design.scenario.endex_min, int(design.secret.key.onset_min or 0)
    alerts = [one for one in design.kit.alerts if one.signal in design.system.signals]

    def standing_at(frame: SignalFrame, minute: int) -> set[tuple[str, str, str]]:
        return alerting(alerts, design.system, frame, baseline, minute)

    broken, sound = what_if.replay_frame(()), what_if.replay_frame((), healthy=True)
    failing = {
        one for minute in range(onset, endex + 1) for one in standing_at(broken, minute) - standing_at(sound, minute)
    }
    days = [{one for minute in range(1, endex + 1) for one in standing_at(frame, minute)} for frame in quiet]
    for alert, dim, value in sorted(failing):
        met = sum((alert, dim, value) in day for day in days)
        if 2 * met > len(days):
            place = f"{dim} {value}" if dim else "all traffic"
            yield (
                f"alert '{alert}' at {place} stands on {met} of {len(days)} quiet days as well: a healthy service must not "
                "meet a failure signal; raise the alert's limits or its least count"
            )
