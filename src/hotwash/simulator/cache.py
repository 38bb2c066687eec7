"""The response cache: time to live from the moment of writing, the first eligible answer per key leads.

It stands in front of model, guardrail and review. A follower gets the leader's answer again, harm and all, whatever has
been put right behind it since: the trap that a rollback without a flush falls into.
"""

from __future__ import annotations

import numpy as np

from hotwash.simulator.arrays import I32, Bools, Rows

NOBODY = np.iinfo(np.intp).max


class Cache:
    """Leader row and moment by key; row -1 where nothing is kept."""

    def __init__(self, keys: int, keep_ms: int) -> None:
        self.keep_ms = keep_ms
        self.leader: I32 = np.full(keys, -1, np.int32)
        self.since: I32 = np.zeros(keys, np.int32)
        self._first: Rows = np.zeros(keys, np.intp)

    def copy(self) -> Cache:
        """The same content, to be continued apart."""
        other = Cache(0, self.keep_ms)
        other._first = np.zeros_like(self._first)
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

    def resolve(self, rows: Rows, at_ms: I32, key: Rows, may_write: Bools) -> tuple[Rows, Rows]:
        """Serve reading rows (rising, with their moments and keys); those that may write become leaders where nothing
        is kept. Returns for each row the leader that answered it, or -1, and the new leaders."""
        leader = self.leader[key]
        kept = leader >= 0
        kept &= at_ms - self.since[key] < self.keep_ms
        source: Rows = np.where(kept, leader, -1).astype(np.intp)
        open_ = np.flatnonzero(~kept)
        fresh: list[Rows] = []
        while len(open_):
            open_, led = self._lead(rows, at_ms, key, may_write, open_, source)
            fresh.append(led)
        return source, np.concatenate(fresh) if fresh else source[:0]

    def _lead(
        self, rows: Rows, at_ms: I32, key: Rows, may_write: Bools, open_: Rows, source: Rows
    ) -> tuple[Rows, Rows]:
        """One round: of the rows that are still open, the first that may write leads its key, and later ones follow
        while its answer lasts. Returns the places that are open after that and the new leaders' rows."""
        mine = key[open_]
        writers = open_[may_write[open_]][::-1]
        self._first[mine] = NOBODY
        # Of several values for one place the last stays, which is the earliest writer.
        self._first[key[writers]] = writers
        first = self._first[mine]
        led = open_[first == open_]
        self.leader[key[led]], self.since[key[led]] = rows[led], at_ms[led]
        after = open_ > first
        later, ahead = open_[after], first[after]
        follows = at_ms[later] - at_ms[ahead] < self.keep_ms
        source[later[follows]] = rows[ahead[follows]]
        return later[~follows], rows[led]
