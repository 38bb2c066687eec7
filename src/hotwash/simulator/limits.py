"""Rate limits: so many requests a minute and tenant, counted from the moment at which the limit took effect."""

from __future__ import annotations

import numpy as np

from hotwash.kernel.clock import MINUTE
from hotwash.simulator.arrays import I32, I64, U8, Rows


class RateLimit:
    """Counts of the running minute, by tenant."""

    def __init__(self, start_ms: int, per_minute: int, tenants: int) -> None:
        self.start_ms, self.per_minute = start_ms, per_minute
        self.minute = -1
        self.used: I64 = np.zeros(max(1, tenants), np.int64)

    def copy(self) -> RateLimit:
        """The same counts, to be continued apart."""
        other = RateLimit(self.start_ms, self.per_minute, len(self.used))
        other.minute, other.used = self.minute, self.used.copy()
        return other

    def refused(self, at_ms: I32, tenant: U8) -> Rows:
        """Places (of requests in order of time) that are over the limit."""
        if not len(at_ms):
            return np.zeros(0, np.intp)
        minute = (at_ms.astype(np.int64) - self.start_ms) // MINUTE
        tenants = len(self.used)
        code = (minute - minute[0]) * tenants + tenant
        order = np.argsort(code, kind="stable")
        ranked = code[order]
        starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
        carried = self.used if self.minute == minute[0] else np.zeros_like(self.used)
        rank += np.where(ranked < tenants, carried[ranked % tenants], 0)
        newest = np.bincount(tenant[minute == minute[-1]], minlength=tenants)
        self.used = newest + (carried if minute[0] == minute[-1] else 0)
        self.minute = int(minute[-1])
        over: Rows = order[rank >= self.per_minute]
        return over
