"""What every system must say in its table of requests: what can be found, what dashboards count, and nothing of what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hotwash.conformance.sight import refusal_of
from hotwash.conformance.system_play import SystemPlay
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.requests import RequestTable
from hotwash.ports.scope import Scope
from hotwash.ports.system import SignalFrame, SystemUnderDrill
from hotwash.ports.traces import TraceQuery, TraceSummary

EVER, MANY = 1 << 60, 100_000
"""After every drill; more traces than a look asks for."""
COMPLAINTS = "complaints"
"""The signal that shows after a time of its own in each case; the port's `complaints` say when."""
OPENED = 60


class RequestChecks(SystemPlay):
    """An explorer that asks the table and a dashboard that shows the frame can never disagree."""

    keeps_traces = True
    """Whether a trace of every request is kept; where not, the table holds no more than the frame counts."""

    def test_requests_are_the_traces_that_can_be_found(self) -> None:
        system, table, found = self._played()
        assert found, "no trace can be found after levers were pulled"
        assert len(table) == len(found), f"{len(found)} traces can be found, the table has {len(table)} rows"
        assert table.at_ms.tolist() == [one.at_ms for one in found], "the table has other moments than the traces"
        assert table.status.tolist() == [one.status for one in found], "the table has another status than a trace"
        assert table.cached.tolist() == [one.cached for one in found], "the table says otherwise what was cached"
        assert set(table.dims) == set(system.describe().dimensions), "the table has other dimensions than described"
        for dim, column in table.dims.items():
            assert column.tolist() == [one.dims[dim] for one in found], f"the table has another {dim} than a trace"
        for flag in sorted({flag for one in found for flag in one.flags}):
            flagged = [flag in one.flags for one in found]
            assert (table.signals[flag] == 1).tolist() == flagged, f"the table flags '{flag}' on other requests"

    def test_requests_add_up_to_the_dashboards(self) -> None:
        system, table, found = self._played()
        specs, frame = system.describe().signals, system.frame()
        assert set(table.signals) == set(specs), "the table has other signals than described"
        for name, spec in specs.items():
            if name == COMPLAINTS:
                continue
            counts, shown = (
                _counted(table, name, spec.delay_min * MINUTE, frame),
                frame.counts[frame.signals.index(name)],
            )
            assert (counts <= shown[: frame.minutes]).all(), f"more requests are flagged '{name}' than dashboards count"
            if self.keeps_traces:
                assert (counts == shown[: frame.minutes]).all(), (
                    f"dashboards count more '{name}' than requests are flagged"
                )
        if COMPLAINTS in specs:
            about = {one.about for one in system.complaints(-1, system.now_ms)}
            named = {one.id for one, flag in zip(found, table.signals[COMPLAINTS].tolist(), strict=True) if flag == 1}
            assert named == about & {one.id for one in found}, "other requests are complained of than complaints name"

    def test_what_could_not_be_asked_is_said(self) -> None:
        system, table, _ = self._played()
        for name, spec in system.describe().signals.items():
            flags = table.signals[name]
            assert set(np.unique(flags).tolist()) <= {-1, 0, 1}, (
                f"'{name}' is flagged with something else than -1, 0, 1"
            )
            under = table.signals.get(spec.denominator, flags) if spec.denominator != name else flags
            counted = under[flags >= 0]
            assert (counted == 1).all() or spec.denominator in ("", name), (
                f"'{name}' was asked of requests that are not among its '{spec.denominator}'"
            )
            early = table.at_ms + spec.delay_min * MINUTE > system.now_ms
            assert name == COMPLAINTS or not (flags[early] >= 0).any(), f"'{name}' is answered before it can show"

    def test_requests_run_on_the_versions_that_their_traces_name(self) -> None:
        system, table, found = self._played()
        assert set(table.versions) == set(system.describe().versions), "the table has other versions than described"
        for row in range(0, len(found), max(1, len(found) // OPENED)):
            told = system.open(found[row].id).versions
            for name, version in told.items():
                if name in table.versions:
                    said = table.versions[name][row]
                    assert said == version, f"trace {found[row].id} ran on {name} {version}, the table says {said}"

    def test_requests_of_a_window_and_scope_are_part_of_the_whole(self) -> None:
        system, table, _ = self._played()
        low, high = self.half_ms // 2, self.half_ms + MINUTE
        inside = (table.at_ms >= low) & (table.at_ms < high)
        window = system.requests(low, high)
        assert window.at_ms.tolist() == table.at_ms[inside].tolist(), (
            "a window [from, to) has other rows than lie in it"
        )
        for dim, column in table.dims.items():
            wanted = inside & (column == column[0])
            part = system.requests(low, high, Scope.of({dim: [column[0]]}))
            assert part.at_ms.tolist() == table.at_ms[wanted].tolist(), f"the scope {dim} {column[0]} has other rows"
        nowhere = Scope.of({"no-such-dimension": ["x"]})
        refused = refusal_of(partial(system.requests, 0, EVER, nowhere), NotSupportedError)
        assert refused, "a scope on a dimension that does not exist was accepted"

    def test_requests_tell_nothing_of_what_is_to_come(self) -> None:
        system, later = self.fresh(), self.fresh()
        system.advance(self.half_ms)
        later.advance(2 * self.half_ms)
        now, then = system.requests(0, EVER), later.requests(0, EVER)
        rows = len(now)
        assert rows, "the table has no rows after `half_ms` of traffic"
        assert int(now.at_ms.max()) < self.half_ms, "the table holds a request of the future"
        for name, flags in now.signals.items():
            known = flags >= 0
            fallen = (flags == 1) & (then.signals[name][:rows] != 1)
            assert not fallen.any(), f"'{name}' was flagged and is so no more"
            changed = known & (flags != then.signals[name][:rows])
            assert name == COMPLAINTS or not changed.any(), f"'{name}' was answered before it could show"
        assert now.status.tolist() == then.status[:rows].tolist(), "the status of a request changed later"

    def _played(self) -> tuple[SystemUnderDrill, RequestTable, Sequence[TraceSummary]]:
        """A system with all levers pulled, its whole table, and its traces, oldest first."""
        system = self.fresh()
        self.play(system, 2 * self.half_ms, self.calls(system, self.half_ms))
        return system, system.requests(0, EVER), list(system.find(TraceQuery(limit=MANY)))[::-1]


def _counted(table: RequestTable, name: str, delay_ms: int, frame: SignalFrame) -> NDArray[np.int64]:
    """Flags by minute in which they show and by cell, complete minutes only; shape (minutes, cells)."""
    minute = (table.at_ms + delay_ms) // MINUTE
    fired = (table.signals[name] == 1) & (minute < frame.minutes)
    counts = np.zeros((frame.minutes, len(frame.cells)), np.int64)
    for cell, (dim, value) in enumerate(frame.cells):
        here = fired & (table.dims[dim] == value) if dim else fired
        counts[:, cell] = np.bincount(minute[here], minlength=frame.minutes)
    return counts
