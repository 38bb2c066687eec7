"""The simulated service behind `ports.system`, with its exact what-ifs behind `ports.outcome`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.levers import HarmWeights, Lever
from hotwash.kit.schema.scenario import Change
from hotwash.kit.schema.system import SystemSpec, World
from hotwash.ports.outcome import Outcome, Reviewed
from hotwash.ports.requests import RequestTable
from hotwash.ports.review import ReviewForecast, ReviewQueue
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import (
    Baseline,
    Complaint,
    LeverCall,
    LeverReceipt,
    Mode,
    ProbeResult,
    SignalFrame,
    SystemDescription,
)  # fmt: skip
from hotwash.ports.traces import Trace, TraceQuery, TraceSummary
from hotwash.simulator.arrays import Bools
from hotwash.simulator.baseline import baseline_of
from hotwash.simulator.casebook import Casebook
from hotwash.simulator.configuration import lever_spec, provenance, running
from hotwash.simulator.counterfactuals import WhatIf
from hotwash.simulator.decide import still_waits
from hotwash.simulator.facts import Facts, shown_facts
from hotwash.simulator.faults import compile_faults
from hotwash.simulator.ids import row_of, trace_id
from hotwash.simulator.layout import Layout
from hotwash.simulator.levers import DECISION, Catalogue, LeverLog, Pull
from hotwash.simulator.play import Play
from hotwash.simulator.probe import SUITES, Prober
from hotwash.simulator.request_table import request_table
from hotwash.simulator.signals import bit, signals_of
from hotwash.simulator.stance import Effecter
from hotwash.simulator.tape import Tape
from hotwash.simulator.telemetry import Cells, Telemetry
from hotwash.simulator.traffic import make_tape
from hotwash.simulator.words import Words


class SimulatedSystem:
    """One service in one scenario, from STARTEX to the end of the coast after ENDEX. Implements `SystemUnderDrill` and
    `Counterfactuals`. Raises NotSupportedError for a world that names what the system does not have."""

    def __init__(
        self,
        spec: SystemSpec,
        world: World,
        levers: Mapping[str, Lever],
        harm: HarmWeights,
        changes: Sequence[Change],
        minutes: int,
        coast_minutes: int,
        seed: int,
        words: Words,
        baseline: Baseline | None = None,
    ) -> None:
        """`baseline` is that of the same system in the same world, where it was measured before."""
        self.layout, self.world, self.words = Layout(spec, harm), world, words
        self.catalogue = Catalogue(self.layout, levers)
        self.faults = compile_faults(world, self.layout)
        self.changes = tuple(changes)
        self.fact_of = {str(category): weight.fact for category, weight in harm.categories.items()}
        self.signals = signals_of(self.layout)
        self._end_ms = (minutes + coast_minutes) * MINUTE
        self._baseline = baseline
        self._purges_ms = tuple(round(minute * MINUTE) // SECOND * SECOND for minute in world.purge_min)
        self._world(seed)
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Back to the start, with the same seed or another. What hangs on the seed alone (tape, what-ifs) is kept for the same one."""
        if seed != self.seed:
            self._world(seed)
        self._telemetry = Telemetry(self.tape, Cells(self.tape))
        log = LeverLog(self.catalogue)
        self.play = Play(self.tape, self._effecter, log, telemetry=self._telemetry, purges_ms=self._purges_ms)
        self.facts = Facts(self.play, self.changes)
        self.casebook = Casebook(self.facts)

    def _world(self, seed: int) -> None:
        """What a seed decides."""
        self.seed = seed
        self.tape = self.make_tape(with_faults=True)
        self._effecter = Effecter(self.tape)
        self.what_if = WhatIf(
            self.tape, self._effecter, self.catalogue, self._purges_ms, lambda: self.make_tape(with_faults=False)
        )
        self._kept = self._logged()

    def _logged(self) -> Bools:
        """Rows whose traces were kept."""
        kept = np.ones(len(self.tape), np.bool_)
        for gap in self.world.unlogged:
            first, last = (self.tape.row_at(round(minute * MINUTE)) for minute in (gap.from_min, gap.to_min))
            kept[first:last] &= ~self.tape.mask(Scope.of(gap.slice))[first:last]
        return kept

    def make_tape(self, *, with_faults: bool) -> Tape:
        """The tape of the present seed."""
        names = tuple(signal.name for signal in self.signals)
        return make_tape(self.layout, self.world, self.faults if with_faults else (), self.seed, self._end_ms, names)

    def describe(self) -> SystemDescription:
        """What the system is."""
        layout, spec = self.layout, self.layout.spec
        return SystemDescription(
            name=spec.id,
            title=spec.title,
            dimensions={column.name: column.values for column in layout.columns},
            routable=layout.routable,
            levers={kind: lever_spec(kind, lever, spec) for kind, lever in self.catalogue.levers.items()},
            signals={
                one.name: one if spec.recorded_runs is None else replace(one, provenance="modelled")
                for one in self.signals
            },
            versions={name: part.current for name, part in spec.components.items()},
            previous_versions={name: part.previous for name, part in spec.components.items()},
            suites=SUITES,
            rollback_delay_s=self.catalogue.rollback_delays(),
            note=spec.note,
        )

    @property
    def now_ms(self) -> int:
        """How far the system has been played."""
        return self.play.now_ms

    def advance(self, to_ms: int) -> None:
        """Play on; a moment past the end of the tape is its end. Raises ValueError for going back."""
        if to_ms < self.now_ms:
            raise ValueError(f"the system is at {self.now_ms} ms and cannot go back to {to_ms} ms")
        self.play.advance(max(self.now_ms, to_ms // SECOND * SECOND))

    def pull(self, call: LeverCall, mode: Mode = "simulated") -> LeverReceipt:
        """Pull a lever. Raises NotSupportedError, or ValueError for a call in the past."""
        log = self.play.log
        known = log.pulls.get(call.id)
        if known is None:
            if call.at_ms < self.now_ms:
                raise ValueError(f"'{call.id}' was pulled at {call.at_ms} ms, but the system is at {self.now_ms} ms")
            known = self.catalogue.read(call, log.pulls) if mode == "dry" else log.add(call)
            if known.kind == DECISION and mode == "dry":
                self._must_wait(known)
        answer = self.catalogue.receipt(known, log.pulls)
        return replace(answer, provenance=provenance(self.layout.spec, call.kind))

    def _must_wait(self, pull: Pull) -> None:
        row, already = row_of(pull.arguments.target), self.play.log.pulls.values()
        taken = any(one.kind == DECISION and one.arguments.target == pull.arguments.target for one in already)
        if taken or not (0 <= row < self.play.row and still_waits(self.play.flow, row, pull.start_ms)):
            raise NotSupportedError(f"'{pull.arguments.target}' waits for no decision: take a case of the queue")

    def review_queue(self) -> ReviewQueue:
        """Cases of human review up to now."""
        return self.casebook.queue()

    def foresee_review(self, call: LeverCall) -> ReviewForecast:
        """What a review would be like, from the traffic seen so far."""
        return self.casebook.forecast(self.catalogue.read(call, self.play.log.pulls))

    def replay_review(self, plan: Sequence[LeverCall], until_ms: int) -> Reviewed:
        """Human review under a plan, as it stands at a moment."""
        return Casebook(Facts(self.what_if.play(plan, until_ms), self.changes)).reviewed()

    def frame(self) -> SignalFrame:
        """Signals up to the last whole minute."""
        return self._telemetry.frame(self.now_ms)

    def baseline(self) -> Baseline:
        """Healthy rates of this system."""
        if self._baseline is None:
            self._baseline = baseline_of(self.layout, self.world)
        return self._baseline

    def complaints(self, after_ms: int, until_ms: int) -> Sequence[Complaint]:
        """Complaints that arrived in (after, until], and not after now."""
        until_ms = min(until_ms, self.now_ms)
        if until_ms <= after_ms:
            return []
        arrive, rows = self.tape.would_complain(after_ms, until_ms)
        there = rows < self.play.row
        there[there] = (self.play.out.bits[rows[there]] & bit(self.layout, "complaints")) > 0
        return [
            Complaint(at_ms, trace_id(row), self.facts.dims(row), self.words.complaint(self.facts.of(row)))
            for at_ms, row in zip(arrive[there].tolist(), rows[there].tolist(), strict=True)
        ]

    def find(self, query: TraceQuery) -> Sequence[TraceSummary]:
        """Traces of requests that were made before now, newest first. Raises NotSupportedError for a dimension, value
        or flag that does not exist."""
        self.layout.check(query.scope, to_route=False)
        names = [signal.name for signal in self.signals]
        if query.flag and query.flag not in names:
            raise NotSupportedError(f"there is no signal '{query.flag}': write one of {', '.join(names)}")
        first, last = self._played(query.from_ms, query.to_ms)
        inside = self.tape.mask(query.scope)[first:last] & self._kept[first:last]
        if query.flag:
            inside = inside & ((self.play.out.bits[first:last] & bit(self.layout, query.flag)) > 0)
        found: list[TraceSummary] = []
        for row in reversed(np.flatnonzero(inside).tolist()):
            number = names.index(query.flag) if query.flag else -1
            late = number >= 0 and self.facts.shows_at(first + row, number) > self.now_ms
            if late or (number >= 0 and self.casebook.waits(first + row)):
                continue
            found.append(self._summary(first + row))
            if len(found) >= query.limit:
                break
        return found

    def requests(self, from_ms: int, to_ms: int, scope: Scope = EVERYTHING) -> RequestTable:
        """Requests made in [from, to) and before now whose traces were kept. Raises NotSupportedError for a scope that does not exist."""
        self.layout.check(scope, to_route=False)
        first, last = self._played(from_ms, to_ms)
        inside = self.tape.mask(scope)[first:last] & self._kept[first:last]
        rows = first + np.flatnonzero(inside)
        return self.casebook.veiled(request_table(self.facts, rows, self.now_ms), rows)

    def _played(self, from_ms: int, to_ms: int) -> tuple[int, int]:
        first = self.tape.row_at(max(0, min(from_ms, self._end_ms)))
        last = min(self.play.row, self.tape.row_at(max(0, min(to_ms, self._end_ms))))
        return first, max(first, last)

    def open(self, trace_id: str) -> Trace:
        """One trace in full. Raises NotSupportedError for an id that does not exist or lies in the future."""
        row = row_of(trace_id)
        if not 0 <= row < self.play.row:
            raise NotSupportedError(f"there is no trace '{trace_id}': take an id from a list of traces or a complaint")
        if not self._kept[row]:
            raise NotSupportedError(f"the trace '{trace_id}' was not kept: what was asked and answered is lost")
        facts = self.facts.of(row)
        seen = replace(facts, flags=self.facts.flags(row, self.now_ms))
        if self.casebook.waits(
            row
        ):  # what its reviewer will make of it is not known, and the answer stands whole in front of them
            seen = replace(seen, status="served", flags=())
        trace = self.words.trace(seen)
        shows = tuple(dict.fromkeys((*trace.shows, *shown_facts(seen, self.fact_of))))
        return replace(trace, summary=self._summary(row), shows=shows)

    def probe(self, suite: str, scope: Scope = EVERYTHING, trials: int = 200) -> ProbeResult:
        """Run a suite against the configuration of this moment."""
        return Prober(self.play, self.facts, self.fact_of).run(suite, scope, trials)

    def configuration(self) -> Mapping[str, Any]:
        """What is running now, as JSON: versions, levers in effect or on their way, open breakers."""
        return running(self.play, self.facts)

    def _summary(self, row: int) -> TraceSummary:
        out, facts = self.play.out, self.facts
        return TraceSummary(
            id=trace_id(row),
            at_ms=int(self.tape.at_ms[row]),
            dims=facts.dims(row),
            status=self.casebook.status(row),
            flags=() if self.casebook.waits(row) else facts.flags(row, self.now_ms),
            cached=bool(out.leader[row] > 0),
        )

    def replay(self, plan: Sequence[LeverCall]) -> Outcome:
        """The ledger of the whole play under a plan; the empty plan is hands-off."""
        return self.what_if.replay(plan)

    def loss(self, plan: Sequence[LeverCall], enough: int | None = None) -> int:
        """Expected harm and collateral of the whole play under a plan, in mhp; above `enough` no more than that it is above."""
        return self.what_if.loss(plan, enough)

    def replay_frame(self, plan: Sequence[LeverCall], *, healthy: bool = False) -> SignalFrame:
        """The signals of the whole play under a plan; `healthy` takes every fault away."""
        return self.what_if.replay_frame(plan, healthy=healthy)

    @property
    def traffic_value(self) -> int:
        """Value of all legitimate requests in mhp."""
        return self.what_if.traffic_value

    @property
    def end_ms(self) -> int:
        """Where the tape ends: ENDEX plus the coast."""
        return self._end_ms
