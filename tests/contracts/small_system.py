"""The smallest system that passes the suite: one request a second, two levers, all state computed from the lever log."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.seeds import Pick
from hotwash.ports.requests import RequestTable
from hotwash.ports.review import ReviewForecast, ReviewQueue
from hotwash.ports.scope import EVERYTHING
from hotwash.ports.system import (
    Baseline,
    Complaint,
    LeverCall,
    LeverReceipt,
    LeverSpec,
    ProbeResult,
    SignalFrame,
    SignalSpec,
    SystemDescription,
)
from hotwash.ports.traces import Trace, TraceQuery, TraceSummary

DIMENSIONS = {"region": ("eu", "us"), "group": ("a", "b")}
CELLS = (("", ""), *((dim, value) for dim, values in DIMENSIONS.items() for value in values))
SIGNALS = ("requests", "refused", "flagged")
ARGUMENTS = {"off": (), "flush": (), "restore": ("target",)}
FOREVER = 1 << 40


@dataclass
class Pull:
    call: LeverCall
    start_ms: int
    stop_ms: int = FOREVER


class SmallSystem:
    def __init__(self) -> None:
        self.reset(0)

    def reset(self, seed: int) -> None:
        self.seed, self.now, self.log = seed, 0, dict[str, Pull]()

    @property
    def now_ms(self) -> int:
        return self.now

    def describe(self) -> SystemDescription:
        levers = {
            kind: LeverSpec(kind, kind, dict.fromkeys(names, "text"), 30, 30, kind == "off", kind == "flush", "-")
            for kind, names in ARGUMENTS.items()
        }
        signals = {
            name: SignalSpec(name, name, "quality", "requests" if name != "requests" else "", 0) for name in SIGNALS
        }
        return SystemDescription(
            "small", "Small", DIMENSIONS, ("region",), levers, signals, {"model": "2"}, {"model": "1"}, ("smoke",), {}
        )

    def advance(self, to_ms: int) -> None:
        if to_ms < self.now:
            raise ValueError(f"the system is at {self.now} ms")
        self.now = max(self.now, to_ms // SECOND * SECOND)

    def pull(self, call: LeverCall, mode: str = "simulated") -> LeverReceipt:
        if call.id in self.log:
            return self.receipt(self.log[call.id])
        if call.at_ms < self.now:
            raise ValueError(f"the system is at {self.now} ms")
        self.check(call)
        pull = Pull(call, call.at_ms + 30 * SECOND)
        if mode != "dry":
            self.log[call.id] = pull
            if call.kind == "restore":
                self.log[str(call.argument("target"))].stop_ms = pull.start_ms
        return self.receipt(pull)

    def check(self, call: LeverCall) -> None:
        if call.kind not in ARGUMENTS:
            raise NotSupportedError(f"there is no lever '{call.kind}'")
        unknown = {name for name, _ in call.arguments} - set(ARGUMENTS[call.kind])
        if unknown:
            raise NotSupportedError(f"'{call.kind}' has no argument {unknown}")
        for dim, values in call.scope.dims:
            if dim != "region" or not set(values) <= set(DIMENSIONS[dim]):
                raise NotSupportedError(f"no lever acts on {call.scope}")
        if call.kind == "restore":
            target = self.log.get(str(call.argument("target")))
            if target is None or target.call.kind != "off":
                raise NotSupportedError("nothing to restore")

    def receipt(self, pull: Pull) -> LeverReceipt:
        return LeverReceipt(pull.call.id, pull.start_ms, "simulated", {})

    def draws(self, second: int) -> tuple[str, str, bool]:
        """What the world decides about the request of a second: region, group, whether a detector flags it."""
        pick = Pick(self.seed, second)
        return pick.of(DIMENSIONS["region"]), pick.of(DIMENSIONS["group"]), pick.below(10) == 0

    def summary(self, second: int) -> TraceSummary:
        region, group, flagged = self.draws(second)
        at_ms = second * SECOND + 500
        refused = any(
            pull.call.kind == "off"
            and pull.start_ms <= at_ms < pull.stop_ms
            and region in (pull.call.scope.values("region") or DIMENSIONS["region"])
            for pull in self.log.values()
        )
        flags = ("flagged",) * (flagged and not refused)
        return TraceSummary(
            f"r{second}", at_ms, {"region": region, "group": group}, "refused" if refused else "ok", flags
        )

    def seen(self) -> Iterator[TraceSummary]:
        return (self.summary(second) for second in range(self.now // SECOND))

    def review_queue(self) -> ReviewQueue:
        minutes = self.now // MINUTE
        return ReviewQueue(self.now, (), (), (0,) * minutes, (0,) * minutes, (0,) * minutes)

    def foresee_review(self, call: LeverCall) -> ReviewForecast:
        raise NotSupportedError(f"'{call.kind}' is no review: this system has none")

    def frame(self) -> SignalFrame:
        minutes = self.now // MINUTE
        counts = np.zeros((len(SIGNALS), minutes, len(CELLS)), np.int32)
        for trace in self.seen():
            if trace.at_ms < minutes * MINUTE:
                cells = [0, *(CELLS.index(pair) for pair in trace.dims.items())]
                for number, on in enumerate((True, trace.status == "refused", "flagged" in trace.flags)):
                    counts[number, trace.at_ms // MINUTE, cells] += on
        return SignalFrame(SIGNALS, CELLS, counts, minutes)

    def baseline(self) -> Baseline:
        return Baseline(SIGNALS, CELLS, np.full((len(SIGNALS), len(CELLS)), 0.1))

    def complaints(self, after_ms: int, until_ms: int) -> list[Complaint]:
        """One in three people whose request was flagged writes in two minutes later."""
        found = []
        for trace in self.seen():
            at_ms = trace.at_ms + 2 * MINUTE
            if trace.flags and int(trace.id[1:]) % 3 == 0 and after_ms < at_ms <= min(until_ms, self.now):
                found.append(Complaint(at_ms, trace.id, trace.dims, "Wrong!"))
        return found

    def find(self, query: TraceQuery) -> list[TraceSummary]:
        def wanted(trace: TraceSummary) -> bool:
            inside = all(trace.dims[dim] in values for dim, values in query.scope.dims)
            return (
                inside and query.from_ms <= trace.at_ms < query.to_ms and (not query.flag or query.flag in trace.flags)
            )

        return [trace for trace in reversed(list(self.seen())) if wanted(trace)][: query.limit]

    def requests(self, from_ms: int, to_ms: int, scope=EVERYTHING) -> RequestTable:
        for dim, _ in scope.dims:
            if dim not in DIMENSIONS:
                raise NotSupportedError(f"there is no dimension '{dim}'")
        found = self.find(TraceQuery(from_ms, to_ms, scope, limit=1 << 30))[::-1]
        on = {
            "requests": [1 for _ in found],
            "refused": [int(one.status == "refused") for one in found],
            "flagged": [int("flagged" in one.flags) for one in found],
        }
        return RequestTable(
            np.array([one.at_ms for one in found], np.int64),
            {dim: np.array([one.dims[dim] for one in found], np.object_) for dim in DIMENSIONS},
            {"model": np.full(len(found), "2", np.object_)},
            np.array([one.status for one in found], np.object_),
            np.zeros(len(found), np.bool_),
            {name: np.array(flags, np.int8) for name, flags in on.items()},
        )

    def open(self, trace_id: str) -> Trace:
        if not trace_id[1:].isdigit() or int(trace_id[1:]) >= self.now // SECOND:
            raise NotSupportedError(f"there is no trace '{trace_id}'")
        found = self.summary(int(trace_id[1:]))
        return Trace(found, prompt=f"Question {trace_id}", output="Answer", versions={"model": "2"})

    def probe(self, suite: str, scope=EVERYTHING, trials: int = 200) -> ProbeResult:
        if suite != "smoke":
            raise NotSupportedError(f"there is no suite '{suite}'")
        failures = trials if self.configuration()["levers"] else 0
        return ProbeResult(suite, scope, trials, failures, 1_000_000 if failures else 3_000_000 // trials, "", ())

    def configuration(self) -> dict[str, object]:
        on = [pull.call.kind for pull in self.log.values() if pull.start_ms <= self.now < pull.stop_ms]
        return {"levers": [kind for kind in on if kind == "off"]}
