"""What every system must show: traces, complaints, suites."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from hotwash.conformance.sight import probed, refusal_of, see
from hotwash.conformance.system_play import SystemPlay
from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.scope import Scope
from hotwash.ports.system import Complaint
from hotwash.ports.traces import Trace, TraceQuery

MANY = 100_000
"""More traces than a look asks for."""


class LookChecks(SystemPlay):
    """What has happened can be read, what has not cannot, and reading changes nothing."""

    def test_looking_changes_nothing(self) -> None:
        looked, left = self.fresh(), self.fresh()
        for minute in range(2, 2 * self.half_ms // MINUTE, 3):
            looked.advance(minute * MINUTE)
            for trace in see(looked).traces[:3]:
                looked.open(trace.id)
        for system in (looked, left):
            system.advance(2 * self.half_ms)
        assert see(looked) == see(left), "looking at signals, traces, complaints or suites changed the run"

    def test_traces_are_of_requests_made_before_now(self) -> None:
        system = self.fresh()
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
        system = self.fresh()
        described = system.describe()
        system.advance(self.half_ms)
        window = TraceQuery(from_ms=self.half_ms * 4 // 5, to_ms=self.half_ms - SECOND, limit=MANY)
        everything = system.find(TraceQuery(limit=MANY))
        found = list(system.find(window))
        inside = [trace for trace in everything if window.from_ms <= trace.at_ms < window.to_ms]
        assert found == inside, "a window [from, to) found other traces than lie in it"
        assert found, "the window holds no traffic"
        for dim, value in found[0].dims.items():
            if dim in described.dimensions:
                wanted = [trace for trace in found if trace.dims[dim] == value]
                scoped = system.find(replace(window, scope=Scope.of({dim: [value]})))
                assert list(scoped) == wanted, f"the scope {dim} {value} found other traces than it names"
        for flag in sorted({flag for trace in found for flag in trace.flags}):
            wanted = [trace for trace in found if flag in trace.flags]
            assert list(system.find(replace(window, flag=flag))) == wanted, f"flag '{flag}' found other traces"

    def test_found_traces_open_and_always_read_the_same(self) -> None:
        system, later = self.fresh(), self.fresh()
        system.advance(self.half_ms)
        later.advance(2 * self.half_ms)
        for trace in system.find(TraceQuery(limit=50)):
            opened, again = system.open(trace.id), later.open(trace.id)
            assert opened.summary == trace, f"trace {trace.id} opened with another summary than it was found with"
            assert opened == system.open(trace.id), f"trace {trace.id} reads differently the second time"
            assert opened.prompt, f"trace {trace.id} has no prompt"
            # Flags may show late; what was asked and answered stays.
            assert _text(again) == _text(opened), f"trace {trace.id} reads differently later"

    def test_traces_of_the_future_are_refused(self) -> None:
        ahead, system = self.fresh(), self.fresh()
        ahead.advance(2 * self.half_ms)
        system.advance(self.half_ms)
        future = ahead.find(TraceQuery(from_ms=self.half_ms, limit=20))
        assert future, "there is no traffic in the second half"
        for trace_id in [*(trace.id for trace in future), "no-such-trace", ""]:
            refused = refusal_of(partial(system.open, trace_id), NotSupportedError)
            assert refused, f"trace '{trace_id}' was opened before it happened, or never does"

    def test_complaints_come_once_and_in_order(self) -> None:
        system = self.fresh()
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
        system = self.fresh()
        system.advance(self.half_ms)
        ran = 0
        for suite in system.describe().suites:
            result = probed(system, suite, trials=60)
            if isinstance(result, str):
                assert result, f"suite '{suite}' does not run now and does not say why"
                continue
            ran += 1
            assert result.suite == suite, f"suite '{suite}' answered as '{result.suite}'"
            assert 0 <= result.failures <= result.trials, f"'{suite}': {result.failures} failures of {result.trials}"
            rate = result.failures * 1_000_000 // max(1, result.trials)
            assert rate <= result.upper_rate <= 1_000_000, f"'{suite}' has an upper rate below its rate of failures"
        assert ran or not system.describe().suites, "no declared suite runs after `half_ms` of traffic"


def _text(trace: Trace) -> tuple[object, ...]:
    return (trace.prompt, trace.output, trace.passages, trace.tool_calls, trace.versions, trace.sensitive)
