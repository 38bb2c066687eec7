"""Circuit breakers: trip when the share of alarming requests in a window is too high, close again when it has fallen.

On a copilot an open breaker cuts write tools, on a scoring system it holds adverse decisions. Alarming are requests that
the guardrail or the personal-data detector flags; on a scoring system, denials.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hotwash.simulator.arrays import U16
from hotwash.simulator.levers import Pull
from hotwash.simulator.signals import alarm_bits
from hotwash.simulator.tape import Tape

CHECK_MS = 10_000
WINDOW_MS = 120_000
LEAST_REQUESTS = 100
"""Fewer requests in the window say nothing."""
LEAST_OPEN_MS = 300_000
"""An open breaker is looked at again after five minutes."""


class Breakers:
    """Open breakers by lever id, with the moment at which they tripped."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.since: dict[str, int] = {}
        self.history: list[tuple[str, int, int]] = []

    @property
    def open(self) -> frozenset[str]:
        """Ids of breakers that are open."""
        return frozenset(self.since)

    def open_at(self, at_ms: int) -> frozenset[str]:
        """Ids of breakers that were open at an earlier moment."""
        closed = {name for name, since, until in self.history if since <= at_ms < until}
        return frozenset(closed | {name for name, since in self.since.items() if since <= at_ms})

    def moments(self) -> set[int]:
        """Every moment so far at which one opened or closed."""
        return {moment for _, *ends in self.history for moment in ends} | set(self.since.values())

    def copy(self) -> Breakers:
        """The same state, to be continued apart."""
        other = Breakers(self.tape)
        other.since, other.history = dict(self.since), list(self.history)
        return other

    def check(self, at_ms: int, pulls: Sequence[Pull], bits: U16) -> None:
        """Look at every breaker, every ten seconds, over what was played before this moment."""
        if at_ms % CHECK_MS:
            return
        for pull in pulls:
            if pull.kind != "breaker" or at_ms - self.since.get(pull.id, -LEAST_OPEN_MS) < LEAST_OPEN_MS:
                continue
            high = self._is_high(pull, at_ms, bits)
            if high and pull.id not in self.since:
                self.since[pull.id] = at_ms
            elif not high and pull.id in self.since:
                self.history.append((pull.id, self.since.pop(pull.id), at_ms))

    def _is_high(self, pull: Pull, at_ms: int, bits: U16) -> bool:
        rows = slice(self.tape.row_at(max(pull.start_ms, at_ms - WINDOW_MS)), self.tape.row_at(at_ms))
        inside = self.tape.mask(pull.scope)[rows]
        requests = int(np.count_nonzero(inside))
        alarms = int(np.count_nonzero(inside & ((bits[rows] & alarm_bits(self.tape.layout)) > 0)))
        return requests >= LEAST_REQUESTS and alarms * 1000 > pull.arguments.permille * requests
