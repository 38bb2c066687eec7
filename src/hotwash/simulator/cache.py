"""The response cache: time to live from the moment of writing, the first eligible answer per key leads.

It stands in front of model, guardrail and review. A follower gets the leader's answer again, harm and all, whatever has
been put right behind it since: the trap that a rollback without a flush falls into.
"""

from __future__ import annotations

import numpy as np

from hotwash.simulator.arrays import I32, U32, Bools, Rows

NARROW = 65536


class Cache:
    """Leader row and moment by key; row -1 where nothing is kept."""

    def __init__(self, keys: int, keep_ms: int) -> None:
        self.keep_ms = keep_ms
        self.leader: I32 = np.full(keys, -1, np.int32)
        self.since: I32 = np.zeros(keys, np.int32)

    def copy(self) -> Cache:
        """The same content, to be continued apart."""
        other = Cache(0, self.keep_ms)
        other.leader, other.since = self.leader.copy(), self.since.copy()
        return other

    def clear(self) -> None:
        """Empty all of it."""
        self.leader.fill(-1)

    def drop(self, inside: Bools) -> None:
        """Forget answers whose leader lies in a scope (mask over all rows of the tape)."""
        held = np.flatnonzero(self.leader >= 0)
        self.leader[held[inside[self.leader[held]]]] = -1

    def live(self, at_ms: int) -> Rows:
        """Leaders whose answers would be served at a moment."""
        fresh = (self.leader >= 0) & (at_ms - self.since < self.keep_ms)
        leaders: Rows = self.leader[fresh].astype(np.intp)
        return leaders

    def resolve(self, rows: Rows, at_ms: I32, key: U32, may_write: Bools) -> tuple[Rows, Rows]:
        """Serve reading rows (rising, with their moments and keys); those that may write become leaders where nothing
        is kept. Returns for each row the leader that answered it, or -1, and the new leaders."""
        source: Rows = np.full(len(rows), -1, np.intp)
        leader = self.leader[key]
        kept = (leader >= 0) & (at_ms - self.since[key] < self.keep_ms)
        source[kept] = leader[kept]
        open_ = np.flatnonzero(~kept)
        fresh: list[Rows] = []
        # Narrow keys are sorted by radix, several times as fast.
        narrow = key[open_].astype(np.uint16) if len(self.leader) <= NARROW else key[open_]
        open_ = open_[np.argsort(narrow, kind="stable")]
        while len(open_):
            open_, led = self._lead(rows, at_ms, key, may_write, open_, source)
            fresh.append(led)
        return source, np.concatenate(fresh) if fresh else source[:0]

    def _lead(self, rows: Rows, at_ms: I32, key: U32, may_write: Bools, open_: Rows, source: Rows) -> tuple[Rows, Rows]:
        """One round over rows in order of key and time: the first writer of each key leads, later rows follow while its
        answer lasts. Returns the places that are still open (later than that) and the new leaders' rows."""
        keys = key[open_]
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        place = np.where(may_write[open_], np.arange(len(open_)), len(open_))
        first = np.minimum.reduceat(place, starts)
        group = np.repeat(first, np.diff(np.append(starts, len(open_))))
        after = np.arange(len(open_)) > group
        led = open_[first[first < len(open_)]]
        self.leader[key[led]], self.since[key[led]] = rows[led], at_ms[led]
        mine = open_[group[after]]
        follows = at_ms[open_[after]] - at_ms[mine] < self.keep_ms
        source[open_[after][follows]] = rows[mine[follows]]
        return open_[after][~follows], rows[led]
