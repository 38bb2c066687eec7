"""A drill for tests: real kit, real scenario, real engine, and a system on which nothing happens by itself."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from hotwash.adapters.clock_manual import ManualClock
from hotwash.adapters.store_memory import MemoryStore
from hotwash.conductor.session import Session
from hotwash.drill import commands as c
from hotwash.drill.design import DrillDesign
from hotwash.drill.events import DrillPlanned
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.load import load_kit, load_scenario, load_system
from hotwash.ports.requests import RequestTable
from hotwash.ports.review import Case, ReviewQueue
from hotwash.ports.scope import EVERYTHING
from hotwash.ports.system import (
    Baseline,
    LeverReceipt,
    LeverSpec,
    ProbeResult,
    SignalFrame,
    SignalSpec,
    SystemDescription,
)
from hotwash.ports.traces import Trace, TraceSummary

SIGNALS = ("requests", "pii_hits")
CELLS = (("", ""), ("tenant", "t-04"))


@cache
def content():
    scenario, secret = load_scenario("cross-tenant-leak")
    return load_kit(None), scenario, secret, load_system(scenario.system)


def description() -> SystemDescription:
    kit, _, _, spec = content()
    levers = {
        kind: LeverSpec(
            kind,
            one.title,
            one.arguments,
            one.delay_s,
            one.undo_s,
            one.reversible,
            one.destroys_evidence,
            one.side_effect,
        )
        for kind, one in kit.levers.items()
    }
    return SystemDescription(
        name=spec.id,
        title=spec.title,
        dimensions={"tenant": tuple(f"t-{i:02d}" for i in range(24)), "region": ("us", "eu")},
        routable=("tenant", "region"),
        levers=levers,
        signals={
            "requests": SignalSpec("requests", "Requests", "system", "", 0),
            "pii_hits": SignalSpec("pii_hits", "PII detector", "data-privacy", "requests", 0),
        },
        versions={"index": "new"},
        previous_versions={"index": "old"},
        suites=("smoke", "replay"),
        rollback_delay_s={"index": 480, "bundle": 480},
    )


class QuietSystem:
    """A system whose signals a test writes by hand: `hot(minute, count)` makes the PII detector fire for one tenant, `dark(minute)` leaves
    its requests without an answer."""

    def __init__(self) -> None:
        self.now_ms, self.pulled, self._calls, self._dark = 0, [], {}, set()
        self.counts = np.zeros((2, 400, 2), np.int32)
        self.counts[0, :, 0], self.counts[0, :, 1] = 1000, 50

    def describe(self):
        return description()

    def hot(self, minute: int, count: int) -> None:
        self.counts[1, minute] += count

    def dark(self, minute: int) -> None:
        self._dark.add(minute)

    def advance(self, to_ms: int) -> None:
        self.now_ms = max(self.now_ms, to_ms)

    def frame(self) -> SignalFrame:
        return SignalFrame(SIGNALS, CELLS, self.counts, self.now_ms // MINUTE)

    def baseline(self) -> Baseline:
        return Baseline(SIGNALS, CELLS, np.full((2, 2), 0.0005))

    def complaints(self, after_ms: int, until_ms: int):
        return ()

    def find(self, query):
        return (TraceSummary("r-1", 0, {"tenant": "t-04"}, "served"),)

    def requests(self, from_ms: int, to_ms: int, scope=EVERYTHING):
        """As many rows as there were requests, with a moment and a status each."""
        cell = 1 if scope.values("tenant") == ("t-04",) else 0
        first, last = from_ms // MINUTE, to_ms // MINUTE
        minutes = np.repeat(np.arange(first, last), self.counts[0, first:last, cell])
        status = np.where(np.isin(minutes, list(self._dark)), "off", "served").astype(object)
        return RequestTable(minutes * MINUTE, {}, {}, status, np.zeros(len(minutes), bool), {})

    def open(self, trace_id: str) -> Trace:
        if trace_id != "r-1":
            raise NotSupportedError(f"there is no trace '{trace_id}'")
        summary = TraceSummary("r-1", 0, {"tenant": "t-04"}, "served")
        return Trace(
            summary,
            "where is my order",
            "SECRETLY another person's",
            sensitive=True,
            shows=("cross_tenant_content", "personal_data_exposed"),
        )

    def probe(self, suite: str, scope=EVERYTHING, trials: int = 200) -> ProbeResult:
        return ProbeResult(suite, scope, trials, 0, 15_000, "", ())

    def configuration(self) -> dict[str, Any]:
        return {"versions": {"index": "new"}}

    def review_queue(self) -> ReviewQueue:
        """One case, once `review` was pulled: decided by who decides it."""
        sent = [call for call in self.pulled if call.kind == "review"]
        done = next((call for call in self.pulled if call.kind == "decide_case"), None)
        cases = [
            Case("r-1", call.id, call.at_ms, call.at_ms + 30 * MINUTE, {"tenant": "t-04"},
                 done.at_ms if done else None, done.argument("action") if done else None, "table" if done else None)
            for call in sent
        ]  # fmt: skip
        return ReviewQueue(self.now_ms, (), tuple(cases), (), (), ())

    def foresee_review(self, call):
        raise NotSupportedError("nothing has been seen of the traffic yet")

    def pull(self, call, mode="simulated") -> LeverReceipt:
        if call.kind == "decide_case":
            if not any(
                one.trace == call.argument("case") and one.decided_ms is None for one in self.review_queue().cases
            ):
                raise NotSupportedError(f"'{call.argument('case')}' waits for no decision")
            if mode != "dry":
                self.pulled.append(call)
            return LeverReceipt(call.id, call.at_ms, "simulated", {})
        spec = description().levers.get(call.kind)
        if spec is None:
            raise NotSupportedError(f"there is no lever '{call.kind}'")
        if mode != "dry":
            self.pulled.append(call)
        return LeverReceipt(call.id, call.at_ms + 1000 * spec.delay_s, "simulated", {})


@dataclass
class Bench:
    """A running drill at a manual clock; people are called after their seats."""

    session: Session
    clock: ManualClock
    system: QuietSystem
    count: int = 0

    def do(self, seat: str, action: c.Action, name: str = ""):
        self.count += 1
        command = c.Command(id=name or f"c{self.count}", seat=seat, person=seat, action=action)
        return self.session.act(command).events

    def to(self, minute: float) -> None:
        """Let wall time pass until drill time reaches a minute or the drill ends, ticking whenever something is due, as `run` does."""
        target = round(minute * MINUTE)
        while True:
            due = self.session.next_due_ms()
            now = self.session.state.clock.at(self.clock.now())
            step = target if due is None else min(target, max(due, now))
            wall = self.session.state.clock.wall_for(step)
            assert wall is not None, "the drill is paused"
            self.clock.wait_until(wall)
            ticked = self.session.tick()
            if self.session.state.ended or (step >= target and not ticked):
                return

    def all(self, kind: str):
        return [one.data for one in self.session.events if one.type == kind]


def plan(design: DrillDesign) -> DrillPlanned:
    return DrillPlanned(
        drill=f"{design.scenario.id}-1", scenario=design.scenario.id, scenario_digest="0", kit="base", kit_digest="0", system="quiet", seed=1,
        endex_ms=design.endex_ms, coast_ms=0, story_start=design.scenario.story_start.isoformat(), engine="test",
    )  # fmt: skip


def bench(*, started: bool = True, store=None, secret=None, kit=None, seats=None) -> Bench:
    base, scenario, hidden, _ = content()
    design = DrillDesign(kit or base, scenario, secret or hidden, description())
    clock, system = ManualClock(0), QuietSystem()
    made = Bench(Session("drill", design, store or MemoryStore(), system, clock), clock, system)
    made.session.plan(plan(design))
    for seat in seats or design.seats:
        made.do(seat, c.TakeSeat(seat=seat, person=seat, holder="person"))
    if started:
        made.do("facilitator", c.StartDrill())
    return made
