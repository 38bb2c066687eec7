"""What a drill's own tape holds for a gate: the same request on the bundle that failed and on the last good one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hotwash.drill.design import DrillDesign
from hotwash.drill.events import ComplaintReceived, EvidenceCollected, TraceOpened
from hotwash.drill.read import read
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import Event
from hotwash.kernel.seeds import derive
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall, SystemUnderDrill
from hotwash.ports.traces import Trace, TraceQuery

SERVED = "served"
GOOD = LeverCall("last-good-bundle", "rollback", 0, arguments=(("component", "bundle"),))
"""The whole bundle put back at STARTEX: what the service answered before anything was released."""
STANDBY = "failover"
EVERY = 1 << 30


@dataclass(frozen=True)
class Twice:
    """One request, answered by both bundles. `went_wrong` names the harm category of the failing one's answer, empty where it was sound;
    the good one's answer is always sound. `event` is the log's first event that names the request, 0 where none does."""

    faulty: Trace
    good: Trace
    went_wrong: str
    event: int

    @property
    def dims(self) -> Mapping[str, str]:
        """Whom it stands for."""
        return self.faulty.summary.dims


def roll_back(system: SystemUnderDrill, cause: str, until_ms: int) -> SystemUnderDrill:
    """A fresh system, played to a moment on the last good bundle; where the fault lies in a dependency, on its standby as well. Raises
    NotSupportedError where the system has no last good bundle."""
    about = system.describe()
    if GOOD.kind not in about.levers:
        raise NotSupportedError(
            "this system has no lever 'rollback': there is no last good bundle to hold a gate against"
        )
    system.pull(GOOD)
    if cause and cause not in about.versions and STANDBY in about.levers:
        system.pull(LeverCall("standby", STANDBY, 0, arguments=(("dependency", cause),)))
    system.advance(until_ms)
    return system


def named(events: Sequence[Event]) -> dict[str, int]:
    """Request → version of the first event that names it: opened by somebody, kept as evidence, or complained about."""
    found: dict[str, int] = {}
    for event in events:
        if event.type not in ("trace_opened", "evidence_collected", "complaint_received"):
            continue
        payload = read(event)
        name = payload.trace if isinstance(payload, TraceOpened) else payload.about if isinstance(payload, ComplaintReceived) else payload.ref if isinstance(payload, EvidenceCollected) else ""  # fmt: skip
        found.setdefault(name, event.version)
    return found


def requests_in(
    design: DrillDesign, faulty: SystemUnderDrill, good: SystemUnderDrill, events: Sequence[Event], *, inside: bool
) -> Iterator[Twice]:
    """Requests since the onset that both bundles answered afresh, those that the drill's log names first, the others by lot. `inside`: those in
    the slice that failed; else those around it, in the same intents where the slice names any."""
    key, seen = design.secret.key, named(events)
    facts = {weight.fact: str(category) for category, weight in design.kit.harm.categories.items()}
    onset = round((key.onset_min or 0) * MINUTE)
    scope = (
        Scope.of(key.scope) if inside else Scope.of({name: one for name, one in key.scope.items() if name == "intent"})
    )
    listed = faulty.find(TraceQuery(from_ms=onset, scope=scope if key.scope else EVERYTHING, limit=EVERY))
    within = {name: frozenset(values) for name, values in key.scope.items()}
    wanted = [
        one for one in listed
        if one.status == SERVED and not one.cached and (inside or not all(one.dims.get(name) in values for name, values in within.items()))
    ]  # fmt: skip
    seed = events[0].data["seed"]
    for one in sorted(wanted, key=lambda one: (seen.get(one.id, EVERY), derive(seed, "gate", one.id))):
        here = faulty.open(one.id)
        there = good.open(one.id)
        if there.summary.status == SERVED and not there.summary.cached and not _harm(there, facts):
            yield Twice(here, there, _harm(here, facts), seen.get(one.id, 0))


def _harm(trace: Trace, facts: Mapping[str, str]) -> str:
    return next((facts[fact] for fact in trace.shows if fact in facts), "")
