"""What every system under drill must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import canonical
from hotwash.kernel.seeds import Pick
from hotwash.ports.scope import Scope
from hotwash.ports.system import (
    Complaint,
    LeverCall,
    LeverReceipt,
    LeverSpec,
    Mode,
    ProbeResult,
    SystemDescription,
    SystemUnderDrill,
)
from hotwash.ports.traces import TraceQuery, TraceSummary

RESTORE = "restore"
MANY = 100_000
"""More traces than a look asks for."""


@dataclass(frozen=True)
class Sight:
    """All that can be seen of a system at one moment. Two runs with equal sights are the same run."""

    now_ms: int
    minutes: int
    counts: bytes
    complaints: tuple[Complaint, ...]
    traces: tuple[TraceSummary, ...]
    configuration: bytes
    probes: tuple[ProbeResult, ...]


def see(system: SystemUnderDrill) -> Sight:
    """Look at everything."""
    frame = system.frame()
    return Sight(
        now_ms=system.now_ms,
        minutes=frame.minutes,
        counts=frame.counts[:, : frame.minutes].tobytes(),
        complaints=tuple(system.complaints(-1, system.now_ms)),
        traces=tuple(system.find(TraceQuery(limit=200))),
        configuration=canonical(system.configuration()),
        probes=tuple(system.probe(suite, trials=40) for suite in system.describe().suites),
    )


class SystemConformance(ABC):
    """Subclass it, say how to make the system and which call is an example of each lever.

    `half_ms` is a moment with traffic and complaints behind it, a whole minute; the suite plays up to twice of it.
    `settle_ms` is how long an undone lever may take until nothing of it is left in the configuration.
    """

    seed = 7
    other_seed = 8
    half_ms = 10 * MINUTE
    settle_ms = 60 * MINUTE

    @abstractmethod
    def make(self) -> SystemUnderDrill:
        """A system that nobody else uses; the suite resets it."""

    @abstractmethod
    def examples(self, description: SystemDescription) -> Sequence[LeverCall]:
        """One acceptable call of every declared lever but `restore`; id and time are set by the suite."""

    def test_the_description_agrees_with_itself(self) -> None:
        system = self._fresh()
        described = system.describe()
        assert described.levers, "a system without a lever leaves nothing to do"
        assert set(described.routable) <= set(described.dimensions), "a routable dimension is not a dimension"
        assert all(described.dimensions.values()), "a dimension has no values"
        for name, lever in described.levers.items():
            assert name == lever.kind, f"lever '{name}' calls itself '{lever.kind}'"
            assert lever.delay_s >= 0, f"lever '{name}' takes effect before it is pulled"
            assert lever.undo_s >= 0, f"lever '{name}' is undone before it is restored"
        for name, signal in described.signals.items():
            assert name == signal.name, f"signal '{name}' calls itself '{signal.name}'"
            known = signal.denominator in {"", *described.signals}
            assert known, f"signal '{name}' is a share of the unknown signal '{signal.denominator}'"
        self._play(system, self.half_ms, self._calls(system, SECOND))
        assert system.describe() == described, "the description changed during a drill"

    def test_the_frame_has_the_promised_shape(self) -> None:
        system = self._fresh()
        system.advance(self.half_ms)
        described, frame = system.describe(), system.frame()
        assert set(frame.signals) == set(described.signals), "the frame has other signals than the description"
        values = {(dim, value) for dim, values in described.dimensions.items() for value in values}
        assert frame.cells[0] == ("", ""), "cell 0 is all traffic"
        assert set(frame.cells[1:]) == values, "the frame has other cells than the described dimensions have values"
        shape = (len(frame.signals), frame.counts.shape[1], len(frame.cells))
        assert frame.counts.shape == shape, f"counts have shape {frame.counts.shape}, not signals × minutes × cells"
        assert frame.counts.dtype == np.int32, f"counts are {frame.counts.dtype}, not int32"
        assert int(frame.counts.min()) >= 0, "a count is negative"
        assert int(frame.counts[:, : frame.minutes].sum()) > 0, "nothing was counted up to `half_ms`"

    def test_the_baseline_fits_the_frame(self) -> None:
        system = self._fresh()
        baseline, frame = system.baseline(), system.frame()
        assert (baseline.signals, baseline.cells) == (frame.signals, frame.cells), (
            "baseline and frame name other things"
        )
        assert baseline.rates.shape == (len(frame.signals), len(frame.cells)), (
            f"rates have shape {baseline.rates.shape}"
        )
        assert bool(np.isfinite(baseline.rates).all()), "a healthy rate is not a finite number"
        assert float(baseline.rates.min()) >= 0, "a healthy rate is negative"

    def test_the_same_seed_gives_the_same_run(self) -> None:
        first, second = self._fresh(), self._fresh()
        for system in (first, second):
            self._play(system, 2 * self.half_ms, self._calls(system, self.half_ms))
        assert see(first) == see(second), "two systems with one seed went different ways"
        first.reset(self.seed)
        assert first.now_ms == 0, "reset did not go back to the start"
        self._play(first, 2 * self.half_ms, self._calls(first, self.half_ms))
        assert see(first) == see(second), "a reset system remembers its last run"

    def test_another_seed_gives_another_run(self) -> None:
        first, second = self._fresh(), self._fresh(self.other_seed)
        for system in (first, second):
            system.advance(self.half_ms)
        assert see(first).counts != see(second).counts, "two seeds gave the same counts: the seed is not used"

    def test_how_time_is_cut_changes_nothing(self) -> None:
        whole = self._fresh()
        calls = self._calls(whole, self.half_ms)
        self._play(whole, 2 * self.half_ms, calls)
        for round_ in range(3):
            cut, pick = self._fresh(), Pick("conformance", "cuts", round_)
            cuts = [pick.below(2 * self.half_ms // SECOND) * SECOND for _ in range(25)]
            self._play(cut, 2 * self.half_ms, calls, cuts)
            assert see(cut) == see(whole), f"the run depends on how it was cut, here at {sorted(cuts)} ms"

    def test_time_goes_forward_by_whole_seconds(self) -> None:
        system = self._fresh()
        system.advance(self.half_ms + 999)
        assert system.now_ms == self.half_ms, f"advance({self.half_ms + 999}) went to {system.now_ms}"
        before = see(system)
        system.advance(self.half_ms)
        assert see(system) == before, "advancing to now changed something"
        refused = _raises(lambda: system.advance(self.half_ms - SECOND), ValueError)
        assert refused, "going back in time was not refused with ValueError"
        assert see(system) == before, "a refused advance changed something"

    def test_a_complete_minute_never_changes(self) -> None:
        system = self._fresh()
        system.advance(self.half_ms + 30 * SECOND)
        early = system.frame()
        assert early.minutes == self.half_ms // MINUTE, f"{early.minutes} minutes are complete after {system.now_ms} ms"
        complete = early.counts[:, : early.minutes].copy()
        self._play(system, 2 * self.half_ms, self._calls(system, self.half_ms + 30 * SECOND))
        late = system.frame()
        assert late.minutes == 2 * self.half_ms // MINUTE, (
            f"{late.minutes} minutes are complete after {system.now_ms} ms"
        )
        same = np.array_equal(late.counts[:, : early.minutes], complete)
        assert same, "counts of a complete minute changed afterwards"

    def test_looking_changes_nothing(self) -> None:
        looked, left = self._fresh(), self._fresh()
        for minute in range(2, 2 * self.half_ms // MINUTE, 3):
            looked.advance(minute * MINUTE)
            for trace in see(looked).traces[:3]:
                looked.open(trace.id)
        for system in (looked, left):
            system.advance(2 * self.half_ms)
        assert see(looked) == see(left), "looking at signals, traces, complaints or suites changed the run"

    def test_every_declared_lever_can_be_pulled(self) -> None:
        described = self._fresh().describe()
        calls = self.examples(described)
        missing = set(described.levers) - {call.kind for call in calls} - {RESTORE}
        assert not missing, f"the suite has no example of {sorted(missing)}"
        for call in calls:
            system, receipt = self._pulled(call)
            lever = described.levers[call.kind]
            assert receipt.provenance == lever.provenance, f"'{call.kind}' is {lever.provenance} and answered otherwise"
            assert receipt.effective_ms >= self.half_ms, f"'{call.kind}' took effect before it was pulled"
            system.advance(max(receipt.effective_ms, 2 * self.half_ms))

    def test_a_lever_cannot_be_pulled_in_the_past(self) -> None:
        system = self._fresh()
        call = self._calls(system, self.half_ms - SECOND)[0]
        system.advance(self.half_ms)
        before = see(system)
        assert _raises(lambda: system.pull(call), ValueError), "a pull before now was not refused with ValueError"
        assert see(system) == before, "a refused pull changed something"

    def test_what_is_not_declared_is_refused(self) -> None:
        system = self._fresh()
        system.advance(self.half_ms)
        before = see(system)
        for why, call in self._undeclared(system):
            for mode in ("dry", "simulated"):
                try:
                    system.pull(call, mode)
                except NotSupportedError as refusal:
                    assert str(refusal), f"{why} was refused without a word"
                else:
                    raise AssertionError(f"{why} was accepted ({mode}): {call}")
        refused = _raises(lambda: system.probe("no-such-suite"), NotSupportedError)
        assert refused, "a suite that does not exist ran"
        assert see(system) == before, "a refused request changed something"

    def test_dry_answers_and_changes_nothing(self) -> None:
        left = self._fresh()
        left.advance(2 * self.half_ms)
        system = self._fresh()
        system.advance(self.half_ms)
        before = see(system)
        answers = [system.pull(call, "dry") for call in self._calls(system, self.half_ms)]
        assert see(system) == before, "a dry pull changed something at once"
        system.advance(2 * self.half_ms)
        assert see(system) == see(left), "a dry pull changed something later"
        for answer, call in zip(answers, self._calls(system, self.half_ms), strict=True):
            real = self._pulled(replace(call, id=answer.id))[1]
            assert answer == real, f"'{call.kind}' answered {answer} dry and {real} for real"

    def test_pulling_twice_is_pulling_once(self) -> None:
        for call in self.examples(self._fresh().describe()):
            once, first = self._pulled(call)
            twice, _ = self._pulled(call)
            again = twice.pull(replace(call, id="conformance", at_ms=self.half_ms))
            assert again == first, f"'{call.kind}' answered a repeated pull with {again}, not {first}"
            for system in (once, twice):
                system.advance(2 * self.half_ms)
            assert see(twice) == see(once), f"pulling '{call.kind}' twice with one id is not pulling it once"

    def test_reversible_levers_restore_and_others_say_no(self) -> None:
        described = self._fresh().describe()
        if RESTORE not in described.levers:
            claiming = [name for name, lever in described.levers.items() if lever.reversible]
            assert not claiming, f"there is no '{RESTORE}', so {claiming} cannot be reversible"
            return
        for call in self.examples(described):
            self._restores(call, described.levers[call.kind])

    def test_traces_are_of_requests_made_before_now(self) -> None:
        system = self._fresh()
        system.advance(self.half_ms)
        found = system.find(TraceQuery(limit=MANY))
        assert found, "no trace can be found after `half_ms` of traffic"
        times = [trace.at_ms for trace in found]
        assert times == sorted(times, reverse=True), "traces do not come newest first"
        assert max(times) < self.half_ms, "a trace of the future can be found"
        assert min(times) >= 0, "a trace is older than the start"
        assert len({trace.id for trace in found}) == len(found), "two traces have one id"
        assert list(system.find(TraceQuery(limit=3))) == list(found[:3]), "a limit gave other traces than the newest"

    def test_a_query_finds_what_it_names(self) -> None:
        system = self._fresh()
        described = system.describe()
        system.advance(self.half_ms)
        found = system.find(TraceQuery(limit=MANY))
        window = TraceQuery(from_ms=self.half_ms // 4, to_ms=self.half_ms // 2, limit=MANY)
        inside = [trace for trace in found if window.from_ms <= trace.at_ms < window.to_ms]
        assert list(system.find(window)) == inside, "a window [from, to) found other traces than lie in it"
        for dim, value in found[0].dims.items():
            if dim in described.dimensions:
                wanted = [trace for trace in found if trace.dims[dim] == value]
                scoped = system.find(TraceQuery(scope=Scope.of({dim: [value]}), limit=MANY))
                assert list(scoped) == wanted, f"the scope {dim} {value} found other traces than it names"
        for flag in sorted({flag for trace in found for flag in trace.flags}):
            wanted = [trace for trace in found if flag in trace.flags]
            assert list(system.find(TraceQuery(flag=flag, limit=MANY))) == wanted, f"flag '{flag}' found other traces"

    def test_found_traces_open_and_always_read_the_same(self) -> None:
        system, again = self._fresh(), self._fresh()
        system.advance(self.half_ms)
        again.advance(2 * self.half_ms)
        for trace in system.find(TraceQuery(limit=50)):
            opened = system.open(trace.id)
            assert opened.summary == trace, f"trace {trace.id} opened with another summary than it was found with"
            assert opened.prompt, f"trace {trace.id} has no prompt"
            assert again.open(trace.id) == opened, f"trace {trace.id} reads differently later"

    def test_traces_of_the_future_are_refused(self) -> None:
        ahead, system = self._fresh(), self._fresh()
        ahead.advance(2 * self.half_ms)
        system.advance(self.half_ms)
        future = ahead.find(TraceQuery(from_ms=self.half_ms, limit=20))
        assert future, "there is no traffic in the second half"
        for trace_id in [*(trace.id for trace in future), "no-such-trace", ""]:
            refused = _raises(lambda name=trace_id: system.open(name), NotSupportedError)
            assert refused, f"trace '{trace_id}' was opened before it happened, or never does"

    def test_complaints_come_once_and_in_order(self) -> None:
        system = self._fresh()
        collected: list[Complaint] = []
        step = self.half_ms // 4
        for until in range(step, 2 * self.half_ms + 1, step):
            system.advance(until)
            arrived = system.complaints(until - step if until > step else -1, until)
            assert all(until - step <= one.at_ms <= until for one in arrived), "a complaint came outside of its window"
            collected += arrived
        whole = list(system.complaints(-1, 2 * self.half_ms))
        assert collected == whole, "windows side by side do not add up to the whole"
        times = [one.at_ms for one in whole]
        assert times == sorted(times), "complaints are not in order of arrival"
        for one in whole[:20]:
            assert system.open(one.about).summary.at_ms <= one.at_ms, "somebody complained before it happened"

    def test_suites_count_honestly(self) -> None:
        system = self._fresh()
        system.advance(self.half_ms)
        for suite in system.describe().suites:
            result = system.probe(suite, trials=60)
            assert result.suite == suite, f"suite '{suite}' answered as '{result.suite}'"
            assert 0 <= result.failures <= result.trials, f"'{suite}': {result.failures} failures of {result.trials}"
            if result.trials:
                rate = result.failures * 1_000_000 // result.trials
                assert rate <= result.upper_rate <= 1_000_000, f"'{suite}' has an upper rate below its rate of failures"

    def _fresh(self, seed: int | None = None) -> SystemUnderDrill:
        system = self.make()
        system.reset(self.seed if seed is None else seed)
        return system

    def _calls(self, system: SystemUnderDrill, at_ms: int) -> list[LeverCall]:
        examples = self.examples(system.describe())
        return [replace(call, id=f"conformance-{n}", at_ms=at_ms) for n, call in enumerate(examples)]

    def _play(self, system: SystemUnderDrill, to_ms: int, calls: Sequence[LeverCall], cuts: Sequence[int] = ()) -> None:
        """Advance by cuts and pull every call when its time has come."""
        for moment in sorted({*cuts, *(call.at_ms for call in calls), to_ms}):
            system.advance(moment)
            for call in calls:
                if call.at_ms == moment:
                    system.pull(call)

    def _pulled(self, call: LeverCall) -> tuple[SystemUnderDrill, LeverReceipt]:
        system = self._fresh()
        system.advance(self.half_ms)
        named = call.id if call.id.startswith("conformance") else "conformance"
        return system, system.pull(replace(call, id=named, at_ms=self.half_ms))

    def _undeclared(self, system: SystemUnderDrill) -> list[tuple[str, LeverCall]]:
        """Calls that no system may accept, each with what is wrong with it."""
        described = system.describe()
        call = self._calls(system, self.half_ms)[0]
        nowhere = replace(call, scope=Scope.of({"no-such-dimension": ["x"]}))
        found = [
            ("a lever that does not exist", replace(call, kind="no-such-lever")),
            ("an argument that does not exist", replace(call, arguments=(*call.arguments, ("no-such-argument", 1)))),
            ("a dimension that does not exist", nowhere),
        ]
        for dim, values in described.dimensions.items():
            if dim in described.routable:
                found.append((f"a value that {dim} does not have", replace(call, scope=Scope.of({dim: ["no-such"]}))))
            else:
                found.append(
                    (f"a scope on {dim}, which is not routable", replace(call, scope=Scope.of({dim: values[:1]})))
                )
        if RESTORE in described.levers:
            found.append(("restoring what was never pulled", _restore("never-pulled", self.half_ms)))
        return found

    def _restores(self, call: LeverCall, lever: LeverSpec) -> None:
        untouched = self._fresh()
        untouched.advance(self.half_ms)
        before = canonical(untouched.configuration())
        system, receipt = self._pulled(call)
        system.advance(max(receipt.effective_ms, self.half_ms + MINUTE))
        undo = _restore(receipt.id, system.now_ms)
        if not lever.reversible:
            assert _raises(lambda: system.pull(undo), NotSupportedError), (
                f"'{call.kind}' is not reversible and was undone"
            )
            return
        undone = system.pull(undo)
        system.advance(min(undone.effective_ms + MINUTE, self.half_ms + self.settle_ms))
        assert canonical(system.configuration()) == before, f"'{call.kind}' left something behind after it was restored"


def _restore(target: str, at_ms: int) -> LeverCall:
    return LeverCall(f"undo-{target}", RESTORE, at_ms, Scope(), (("target", target),))


def _raises(action: Callable[[], object], *kinds: type[Exception]) -> bool:
    try:
        action()
    except kinds:
        return True
    return False
