"""Human review: a pool of reviewers, a backlog, and what happens to items that would wait too long."""

from __future__ import annotations

import numpy as np

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kit.schema.system import Review
from hotwash.simulator.arrays import I32, I64, Bools


class Desk:
    """Work waiting for one pool, in ms of one reviewer's time. Items of a second see the backlog at its start; those
    that would wait longer than the service level overflow."""

    def __init__(self, review: Review) -> None:
        self.item_ms = review.seconds_per_item * SECOND
        self.level_ms = review.service_level_min * MINUTE
        self.review = review
        self.backlog_ms = 0

    def copy(self) -> Desk:
        """The same state, to be continued apart."""
        other = Desk(self.review)
        other.backlog_ms = self.backlog_ms
        return other

    def take(self, at_ms: I32, start_ms: int, stop_ms: int, reviewers: int) -> tuple[Bools, I32]:
        """Which items of [start, stop) are accepted, and how long in ms each waits until it is reviewed."""
        seconds = (stop_ms - start_ms) // SECOND
        second = ((at_ms - start_ms) // SECOND).astype(np.intp)
        before = self._seconds(np.bincount(second, minlength=seconds).tolist(), reviewers)
        accepted: Bools = before[second] <= reviewers * self.level_ms
        if reviewers == 0:
            accepted = np.zeros(len(at_ms), np.bool_)
        wait = np.where(accepted, before[second] // max(1, reviewers) + self.item_ms, 0)
        return accepted, wait.astype(np.int32)

    def _seconds(self, items: list[int], reviewers: int) -> I64:
        before = np.zeros(len(items), np.int64)
        backlog, limit = self.backlog_ms, reviewers * self.level_ms
        for index, count in enumerate(items):
            before[index] = backlog
            entering = count * self.item_ms if backlog <= limit and reviewers else 0
            backlog = max(0, backlog + entering - reviewers * SECOND)
        self.backlog_ms = backlog
        return before


def share_reviewers(wanted: list[int], available: int) -> list[int]:
    """How many reviewers each pool gets when earlier pulls come first."""
    got: list[int] = []
    for number in wanted:
        got.append(min(number, max(0, available - sum(got))))
    return got
