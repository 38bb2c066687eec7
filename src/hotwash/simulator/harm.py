"""The harm ledger: what a play did, in excess of a fault-free, hands-off play of the same tape."""

from __future__ import annotations

import numpy as np

from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Outcome
from hotwash.simulator.arrays import I32, I64, U16
from hotwash.simulator.layout import CATEGORIES
from hotwash.simulator.outcomes import BLOCK, CAUGHT, HELD, LOST, SERVED, STATUS, Outcomes
from hotwash.simulator.tape import Tape

JOINT = 4096
"""Dimensions are counted together while their combinations are fewer than this."""


class Ledger:
    """Compares plays of one tape with its healthy play."""

    def __init__(self, tape: Tape, healthy: Outcomes) -> None:
        self.tape, self.healthy = tape, healthy
        minutes = -(-tape.end_ms // MINUTE)
        self._edges = np.append(np.searchsorted(tape.at_ms, np.arange(minutes) * MINUTE), len(tape))
        self._joints = _joints(tape)

    def outcome(self, out: Outcomes) -> Outcome:
        """The ledger of a whole play."""
        healthy = self.healthy
        harm = _excess(out.harm, healthy.harm)
        expected = _excess(out.expected, healthy.expected)
        collateral = _excess(out.collateral, healthy.collateral)
        was_bad = healthy.category > 0
        bad = np.flatnonzero(out.category)
        bad = bad[~was_bad[bad]]
        status = out.status[bad]
        delivered = np.bincount(out.category[bad[status == SERVED]], minlength=len(CATEGORIES))
        lost = np.bincount(out.status[LOST[out.status] & ~LOST[healthy.status]], minlength=len(STATUS))
        return Outcome(
            harm=self._by_minute(harm),
            expected_harm=self._by_minute(expected),
            collateral=self._by_minute(collateral),
            harm_from_cache=self._by_minute(np.where(out.leader > 0, harm, 0).astype(np.int32)),
            by_segment=self._by_segment(expected, collateral),
            delivered={CATEGORIES[code]: int(n) for code, n in enumerate(delivered) if n},
            near_misses=int(np.count_nonzero((status == BLOCK) | (status == CAUGHT) | (status == HELD))),
            requests=len(self.tape),
            lost={STATUS[code]: int(n) for code, n in enumerate(lost) if n},
        )

    def loss(self, out: Outcomes) -> int:
        """The loss of that ledger, without the ledger."""
        expected = _excess(out.expected, self.healthy.expected)
        return int(self._by_minute(expected + _excess(out.collateral, self.healthy.collateral)).sum())

    def lost_before(self, row: int, out: Outcomes) -> int:
        """What a play has lost by a row: of that loss at least so much, as nothing that was lost is got back."""
        expected = _excess(out.expected[:row], self.healthy.expected[:row]).sum(dtype=np.int64)
        return int(expected + _excess(out.collateral[:row], self.healthy.collateral[:row]).sum(dtype=np.int64))

    def _by_minute(self, amounts: I32) -> I64:
        total = np.zeros(len(amounts) + 1, np.int64)
        np.cumsum(amounts, out=total[1:])
        sums: I64 = np.diff(total[self._edges])
        return sums

    def _by_segment(self, expected: I32, collateral: I32) -> dict[tuple[str, str], tuple[int, int]]:
        rows = np.flatnonzero(expected | collateral)
        parts = [expected[rows], collateral[rows]]
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for code, sizes, dims in self._joints:
            size = int(np.prod(sizes))
            # Sums stay far below 2**53, up to which bincount's arithmetic is exact.
            sums = [np.bincount(code[rows], part, minlength=size).astype(np.int64).reshape(sizes) for part in parts]
            for axis, dim in enumerate(dims):
                others = tuple(other for other in range(len(sizes)) if other != axis)
                harm, cost = (one.sum(axis=others) for one in sums)
                column = self.tape.layout.columns[dim]
                for number, value in enumerate(column.values):
                    found[column.name, value] = (int(harm[number]), int(cost[number]))
        return found


def _excess(amounts: I32, healthy: I32) -> I32:
    over: I32 = np.maximum(amounts - healthy, 0)
    return over


def _joints(tape: Tape) -> list[tuple[U16, tuple[int, ...], tuple[int, ...]]]:
    """Dimensions in groups: one code for each group, its shape and the dimensions in it."""
    groups: list[list[int]] = []
    sizes = [len(column.values) for column in tape.layout.columns]
    for dim in sorted(range(len(sizes)), key=lambda one: sizes[one]):
        for group in groups:
            if int(np.prod([sizes[one] for one in (*group, dim)])) <= JOINT:
                group.append(dim)
                break
        else:
            groups.append([dim])
    joints: list[tuple[U16, tuple[int, ...], tuple[int, ...]]] = []
    for group in groups:
        code = np.zeros(len(tape), np.uint16)
        for dim in group:
            code = (code * np.uint16(sizes[dim]) + tape.dims[dim]).astype(np.uint16)
        joints.append((code, tuple(sizes[dim] for dim in group), tuple(group)))
    return joints
