"""The queue in front of the model: throughput, patience, and the retries of people who were turned away.

A fluid of whole requests, second by second. Retries are load like any other: they compete for places with new requests,
and some who are turned away again come back again. A queue set too tight therefore feeds its own storm.
"""

from __future__ import annotations

import numpy as np

from hotwash.kernel.clock import SECOND
from hotwash.kit.schema.system import Gateway
from hotwash.simulator.arrays import I32, I64, Bools
from hotwash.simulator.streams import ONE, chance


class Queue:
    """Backlog and coming retries of one gateway; `per_second` requests pass."""

    def __init__(self, per_second: int, gateway: Gateway) -> None:
        self.per_second, self.gateway = per_second, gateway
        self.backlog = 0
        self.retries: dict[int, int] = {}

    def copy(self) -> Queue:
        """The same state, to be continued apart."""
        other = Queue(self.per_second, self.gateway)
        other.backlog, other.retries = self.backlog, dict(self.retries)
        return other

    def admit(self, at_ms: I32, start_ms: int, stop_ms: int) -> tuple[Bools, I32]:
        """Which requests of [start, stop) get in, and how long in ms they wait. Both arguments on whole seconds."""
        first, seconds = start_ms // SECOND, (stop_ms - start_ms) // SECOND
        second = (at_ms // SECOND - first).astype(np.intp)
        arrivals = np.bincount(second, minlength=seconds)
        before, room = self._seconds(first, arrivals.tolist())
        rank = np.arange(len(at_ms)) - (np.cumsum(arrivals) - arrivals)[second]
        admitted: Bools = rank < room[second]
        wait = np.where(admitted, (before[second] + rank) * SECOND // self.per_second, 0)
        return admitted, wait.astype(np.int32)

    def _seconds(self, first: int, arrivals: list[int]) -> tuple[I64, I64]:
        """Second by second: backlog before it, and how many of its new requests get in."""
        share, later = chance(self.gateway.retry_share), self.gateway.retry_after_s
        limit = self.per_second * self.gateway.patience_s
        before, room = np.zeros(len(arrivals), np.int64), np.zeros(len(arrivals), np.int64)
        for index, fresh in enumerate(arrivals):
            second = first + index
            again = self.retries.pop(second, 0)
            asking, places = fresh + again, max(0, limit + self.per_second - self.backlog)
            entering = min(asking, places)
            new = entering * fresh // asking if asking else 0
            before[index], room[index] = self.backlog, new
            self.backlog = max(0, self.backlog + entering - self.per_second)
            if asking > entering and (back := (asking - entering) * share // ONE):
                self.retries[second + later] = self.retries.get(second + later, 0) + back
        return before, room
