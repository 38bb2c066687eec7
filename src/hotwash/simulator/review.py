"""Human review: a pool of reviewers, a backlog, and what happens to items that would wait too long."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from hotwash.kernel.backlog import Backlog, Terms
from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kit.schema.system import Gateway, Review
from hotwash.simulator.arguments import Arguments
from hotwash.simulator.arrays import I32, I64, Bools, Rows
from hotwash.simulator.streams import ONE, chance


def terms_of(arguments: Arguments, review: Review, gateway: Gateway) -> Terms:
    """What a pull of the lever says about capacity and degradation; the system pack's figures where it says nothing."""
    return Terms(
        item_ms=(arguments.seconds or review.seconds_per_item) * SECOND,
        level_ms=(arguments.level_min or review.service_level_min) * MINUTE,
        timeout_ms=arguments.timeout_min * MINUTE,
        again=0 if arguments.told else chance(gateway.retry_share),
        patience_ms=gateway.patience_s * SECOND,
    )


def haste(arguments: Arguments, review: Review) -> int:
    """What part of their catches reviewers keep, in 1/65536. An assumption: half the time a case, half the catches; more time finds
    no more."""
    return min(ONE, ONE * (arguments.seconds or review.seconds_per_item) // review.seconds_per_item)


@dataclass(frozen=True)
class Batch:
    """Items that came to a desk in one stretch, from row `first`: rows of the tape and, for those let in, the moment in ms at which each is decided."""

    first: int
    rows: Rows
    due_ms: I64
    away: Rows


class Desk:
    """Work waiting for one pool, in ms of one reviewer's time. Items of a second see the backlog at its start; those
    that would wait longer than the service level overflow. `came` is what it was sent, in order."""

    def __init__(self, terms: Terms) -> None:
        self.backlog = Backlog(terms)
        self.came: list[Batch] = []

    def copy(self) -> Desk:
        """The same state, to be continued apart."""
        other = Desk(self.backlog.terms)
        other.backlog, other.came = self.backlog.copy(), list(self.came)
        return other

    def take(self, at_ms: I32, start_ms: int, stop_ms: int, reviewers: int) -> tuple[Bools, I32]:
        """Which items of [start, stop) are accepted, and how long in ms each waits until it is reviewed."""
        seconds = (stop_ms - start_ms) // SECOND
        second = ((at_ms - start_ms) // SECOND).astype(np.intp)
        items = np.bincount(second, minlength=seconds).tolist()
        first = start_ms // SECOND
        before: I64 = np.array(
            [self.backlog.second(first + number, count, reviewers) for number, count in enumerate(items)], np.int64
        )
        accepted: Bools = before[second] <= reviewers * self.backlog.terms.longest_ms
        if reviewers == 0:
            accepted = np.zeros(len(at_ms), np.bool_)
        wait = np.where(accepted, before[second] // max(1, reviewers) + self.backlog.terms.item_ms, 0)
        return accepted, wait.astype(np.int32)

    def keep(self, rows: Rows, at_ms: I32, accepted: Bools, wait: I32) -> None:
        """Remember what came."""
        if len(rows):
            due = at_ms[accepted].astype(np.int64) + wait[accepted]
            self.came.append(Batch(int(rows[0]), rows[accepted], due, rows[~accepted]))

    def due_ms(self, row: int) -> int | None:
        """When a row that was let in is decided, None for any other."""
        number = bisect_right(self.came, row, key=lambda one: one.first) - 1
        if number < 0:
            return None
        batch = self.came[number]
        place = int(np.searchsorted(batch.rows, row))
        there = place < len(batch.rows) and batch.rows[place] == row
        return int(batch.due_ms[place]) if there else None


def share_reviewers(wanted: list[int], available: int) -> list[int]:
    """How many reviewers each pool gets when earlier pulls come first."""
    got: list[int] = []
    for number in wanted:
        got.append(min(number, max(0, available - sum(got))))
    return got
