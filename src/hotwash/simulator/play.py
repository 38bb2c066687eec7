"""Plays the tape under a lever log: the one code path of live drills, replays and counterfactuals.

`advance` cuts time where lever state changes, and works on whole columns inside a cut. What crosses a cut is small and
whole-numbered, so the outcome does not depend on how time was cut: a test plays random logs under random cuts.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.kernel.clock import SECOND
from hotwash.simulator.breaker import CHECK_MS, Breakers
from hotwash.simulator.cache import Cache
from hotwash.simulator.cut import Cut
from hotwash.simulator.decide import carry_out, still_waits, take_out
from hotwash.simulator.flow import Flow
from hotwash.simulator.ids import row_of
from hotwash.simulator.levers import LeverLog
from hotwash.simulator.outcomes import Outcomes
from hotwash.simulator.signals import alarming_bits, signal_bits
from hotwash.simulator.stance import Effecter
from hotwash.simulator.standing import Standing
from hotwash.simulator.tape import Tape
from hotwash.simulator.telemetry import Telemetry

CHUNK = 32_768
"""Rows worked on at once: the temporaries of a cut stay in a core's cache."""


class Play:
    """One play of one tape. Feed it calls through `log`, move it with `advance`, read `out`."""

    def __init__(
        self, tape: Tape, effecter: Effecter, log: LeverLog, *, telemetry: Telemetry | None = None,
        purges_ms: Sequence[int] = (),
    ) -> None:  # fmt: skip
        self.tape, self.effecter, self.log, self.telemetry = tape, effecter, log, telemetry
        self.purges_ms = tuple(purges_ms)
        self.now_ms, self.row = 0, 0
        self.out = Outcomes(len(tape))
        self.cache = Cache(tape.keys, tape.cache_ms)
        self.flow = Flow(tape)
        self.breakers = Breakers(tape)

    def fork(self, log: LeverLog, *, keep: bool = False) -> Play:
        """The same play so far, to be continued under another log (which must agree up to now). One that is only kept,
        to be forked again, reads the rows that this play has written."""
        other = Play(self.tape, self.effecter, log, purges_ms=self.purges_ms)
        other.now_ms, other.row = self.now_ms, self.row
        other.out = self.out if keep else self.out.copy(self.row)
        other.cache = self.cache.copy()
        other.flow = self.flow.copy()
        other.breakers = self.breakers.copy()
        return other

    def advance(self, to_ms: int) -> Play:
        """Play on to a moment on a whole second. Raises ValueError for a moment before `now_ms`."""
        if to_ms < self.now_ms:
            raise ValueError(f"the play is at {self.now_ms} ms and cannot go back to {to_ms} ms")
        to_ms = min(to_ms // SECOND * SECOND, self.tape.end_ms)
        while self.now_ms < to_ms:
            self._flush()
            self._decide()
            self.breakers.check(self.now_ms, self.log.on(self.now_ms), self.out.bits)
            standing = Standing(self.tape, self.log.on(self.now_ms), self.breakers.open)
            until = self._next_boundary(to_ms, standing)
            while self.now_ms < until:
                stop = self._chunk_end(until)
                rows = slice(self.row, self.tape.row_at(stop))
                self._cut(rows, self.now_ms, stop, standing)
                self.now_ms, self.row = stop, rows.stop
        return self

    def _flush(self) -> None:
        if self.now_ms in self.purges_ms:
            self.cache.clear()
        for _, scope in self.log.flushes(self.now_ms, self.now_ms + 1):
            if scope.dims:
                self.cache.drop(self.tape.mask(scope))
            else:
                self.cache.clear()

    def _decide(self) -> None:
        """Decisions of this moment about cases that still wait; any other has no effect."""
        for pull in self.log.decisions(self.now_ms):
            row = row_of(pull.arguments.target)
            if 0 <= row < self.row and still_waits(self.flow, row, self.now_ms):
                self._carry_out(row, pull.arguments.action)

    def _carry_out(self, row: int, action: str) -> None:
        at_ms = int(self.tape.at_ms[row])
        start_ms = at_ms // SECOND * SECOND
        standing = Standing(self.tape, self.log.on(start_ms), self.breakers.open_at(start_ms))
        rows = slice(row, row + 1)
        cut = Cut(self.tape, self.effecter, self.out, rows, start_ms, start_ms + SECOND, standing)
        take_out(self.flow, row, self.now_ms, action)
        carry_out(cut, action, self.now_ms - at_ms)
        before = self.out.bits[rows].copy()
        if self.telemetry is not None:
            self.out.bits[rows] = signal_bits(cut)
            self.telemetry.recount(row, before, self.out.bits[rows])
        elif before[0]:  # zero: nobody looked at it when it was played
            self.out.bits[rows] = alarming_bits(cut)

    def _next_boundary(self, to_ms: int, standing: Standing) -> int:
        moments = {to_ms, *self.purges_ms, *self.log.boundaries()}
        if standing.kind("breaker"):
            moments.add((self.now_ms // CHECK_MS + 1) * CHECK_MS)
        return min(moment for moment in moments if self.now_ms < moment <= to_ms)

    def _chunk_end(self, until: int) -> int:
        """The end of the next chunk: a whole second, at most CHUNK rows away unless one second holds more."""
        far = self.row + CHUNK
        if far >= len(self.tape) or self.tape.at_ms[far] >= until:
            return until
        return max(self.now_ms + SECOND, int(self.tape.at_ms[far]) // SECOND * SECOND)

    def _cut(self, rows: slice, start_ms: int, stop_ms: int, standing: Standing) -> None:
        cut = Cut(self.tape, self.effecter, self.out, rows, start_ms, stop_ms, standing)
        cut.play(self.flow, self.cache)
        if self.telemetry is not None:
            self.out.bits[rows] = signal_bits(cut)
            self.telemetry.count(rows, self.out.bits[rows])
        elif standing.kind("breaker"):
            self.out.bits[rows] = alarming_bits(cut)
