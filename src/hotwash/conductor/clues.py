"""Whether a good team can find out in time what it is asked to know, and see through what only looks bad."""

from __future__ import annotations

from collections.abc import Iterator

from hotwash.drill import events as e
from hotwash.drill.design import DrillDesign
from hotwash.kernel.clock import MINUTE
from hotwash.ports.scope import Scope
from hotwash.ports.system import SystemUnderDrill
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
