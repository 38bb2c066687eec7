"""The system under drill: what players can see of it and do to it.

All times are whole milliseconds of drill time. Levers and looks change nothing in the past; `advance` is the only
way forward, and its result does not depend on how the way is cut into steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from hotwash.ports.requests import RequestTable
from hotwash.ports.review import ReviewForecast, ReviewQueue
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.traces import Trace, TraceQuery, TraceSummary

Layer = Literal["system", "quality", "safety-abuse", "data-privacy"]
Mode = Literal["dry", "simulated"]
Provenance = Literal["simulated", "recorded", "modelled"]


@dataclass(frozen=True)
class SignalSpec:
    """A counted signal. `denominator` is the signal that it is a share of; `delay_min` how late it shows."""

    name: str
    title: str
    layer: Layer
    denominator: str
    delay_min: int
    provenance: Provenance = "simulated"


@dataclass(frozen=True)
class LeverSpec:
    """What a lever takes and costs on this system. Delays in seconds; `arguments` name → what to write, `choices` name → the only words that
    it can be."""

    kind: str
    title: str
    arguments: Mapping[str, str]
    delay_s: int
    undo_s: int
    reversible: bool
    destroys_evidence: bool
    side_effect: str
    provenance: Provenance = "simulated"
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class SystemDescription:
    """What anybody may know about the system: its dimensions with their values, levers, signals, versions.

    `routable` are the dimensions that a lever's scope may name (a protected attribute may be analysed, never routed
    on). `rollback_delay_s` gives seconds by component, and for `bundle`. `note` is shown wherever the system is: a
    composed timeline says here that it is composed.
    """

    name: str
    title: str
    dimensions: Mapping[str, tuple[str, ...]]
    routable: tuple[str, ...]
    levers: Mapping[str, LeverSpec]
    signals: Mapping[str, SignalSpec]
    versions: Mapping[str, str]
    previous_versions: Mapping[str, str]
    suites: tuple[str, ...]
    rollback_delay_s: Mapping[str, int]
    note: str = ""


@dataclass(frozen=True)
class LeverCall:
    """One pull of one lever. `id` is unique in a drill; `restore` takes the id to undo as its argument `target`."""

    id: str
    kind: str
    at_ms: int
    scope: Scope = EVERYTHING
    arguments: tuple[tuple[str, int | str], ...] = ()

    def argument(self, name: str, default: int | str | None = None) -> int | str | None:
        """One argument by name."""
        return dict(self.arguments).get(name, default)


@dataclass(frozen=True)
class LeverReceipt:
    """What the system answered: when the pull takes effect, and the versions that it will change."""

    id: str
    effective_ms: int
    provenance: Provenance
    changes: Mapping[str, str]


@dataclass(frozen=True)
class SignalFrame:
    """Everything the dashboards can show: counts by signal, whole minute and cell.

    `counts` has shape (signals, minutes, cells), int32; cell 0 is all traffic, the others one value of one dimension.
    A minute is complete when `minutes` is larger than its index; a signal counts in the minute in which it shows.
    """

    signals: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    counts: NDArray[np.int32]
    minutes: int

    def series(self, signal: str, dim: str = "", value: str = "") -> NDArray[np.int32]:
        """Counts of one signal by minute, up to the last complete one; shape (minutes,)."""
        cell = self.cells.index((dim, value))
        series: NDArray[np.int32] = self.counts[self.signals.index(signal), : self.minutes, cell]
        return series

    def total(self, signal: str, start: int, stop: int) -> NDArray[np.int64]:
        """Counts of one signal by cell, summed over minutes [start, stop); shape (cells,)."""
        window = self.counts[self.signals.index(signal), max(0, start) : max(0, stop)]
        total: NDArray[np.int64] = window.sum(axis=0, dtype=np.int64)
        return total


@dataclass(frozen=True)
class Baseline:
    """Healthy rates: expected counts per count of the denominator, float64 of shape (signals, cells), from other
    days than the drill's. This is what alert thresholds are set on."""

    signals: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    rates: NDArray[np.float64]


@dataclass(frozen=True)
class Complaint:
    """Somebody wrote in. `about` is the id of the trace that they mean, which support can look up."""

    at_ms: int
    about: str
    dims: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class ProbeResult:
    """A suite (smoke, replay, bias, cache) run against the configuration of this moment. `failures` of `trials`;
    `upper_rate` is the 95 % upper bound on the failure rate in parts per million (rule of three when clean)."""

    suite: str
    scope: Scope
    trials: int
    failures: int
    upper_rate: int
    worst_cell: str
    samples: tuple[str, ...]
    shows: tuple[str, ...] = ()
    arms: tuple[tuple[int, int, int, int], ...] = ()
    """Of a canary, minute by minute since it took effect: (asked, harmful) of the contained state, (asked, harmful) of the canary."""


class SystemUnderDrill(Protocol):
    """What a drill is played on: the simulator, recorded traces, later a staging system."""

    def describe(self) -> SystemDescription:
        """What the system is; never changes during a drill."""
        ...

    @property
    def now_ms(self) -> int:
        """How far the system has been played, in ms of drill time."""
        ...

    def reset(self, seed: int) -> None:
        """Back to the start with another seed. Same seed, same run, on any machine."""
        ...

    def advance(self, to_ms: int) -> None:
        """Play on to a moment (rounded down to a whole second); going back raises ValueError."""
        ...

    def pull(self, call: LeverCall, mode: Mode = "simulated") -> LeverReceipt:
        """Pull a lever at `call.at_ms`, not before `now_ms`. `dry` answers and changes nothing; the same id twice is
        one pull. Raises NotSupportedError for a lever, scope or argument that the system does not have, ValueError
        for a moment that has passed."""
        ...

    def review_queue(self) -> ReviewQueue:
        """Cases of human review up to now: what waits, what was decided and by whom. A decision is pulled like a lever, as `decide_case`
        with arguments `case` (a trace that waits) and `action`."""
        ...

    def foresee_review(self, call: LeverCall) -> ReviewForecast:
        """What pulling `review` would bring, were the traffic seen so far to come again; nothing is changed. Raises NotSupportedError as
        `pull` does, and while nothing has been seen."""
        ...

    def frame(self) -> SignalFrame:
        """Signals up to now."""
        ...

    def baseline(self) -> Baseline:
        """Healthy rates of this system."""
        ...

    def complaints(self, after_ms: int, until_ms: int) -> Sequence[Complaint]:
        """Complaints that arrived in (after_ms, until_ms], in order of arrival."""
        ...

    def find(self, query: TraceQuery) -> Sequence[TraceSummary]:
        """Traces of requests that were made before now, newest first."""
        ...

    def requests(self, from_ms: int, to_ms: int, scope: Scope = EVERYTHING) -> RequestTable:
        """The traces that `find` finds in [from_ms, to_ms) and a scope without a limit, as a table. Its flags, summed by minute and cell,
        are the counts of `frame` where every trace was kept. Raises NotSupportedError as `find` does."""
        ...

    def open(self, trace_id: str) -> Trace:
        """One trace in full. Raises NotSupportedError for an id that does not exist or lies in the future."""
        ...

    def probe(self, suite: str, scope: Scope = EVERYTHING, trials: int = 200) -> ProbeResult:
        """Run a suite against the configuration of this moment, without touching traffic."""
        ...

    def configuration(self) -> Mapping[str, Any]:
        """What is running now: versions, levers in effect with scope, flags. JSON; this is what a snapshot keeps."""
        ...
