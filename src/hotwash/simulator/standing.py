"""The levers in effect during one stretch of time, and which rows they act on together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotwash.simulator.arrays import Rows
from hotwash.simulator.levers import Pull
from hotwash.simulator.review import share_reviewers
from hotwash.simulator.stance import Stance, stance_of
from hotwash.simulator.streams import ONE
from hotwash.simulator.tape import Tape

GATES = ("queue", "rate_limit")
"""Levers that decide who gets in; they have no part in how a request is treated."""

FEW = 8
"""Scoped levers at once up to which a row's combination fits into one byte."""
Codes = NDArray[Any]
"""Bit sets, in the narrowest whole numbers that hold them."""


class Standing:
    """Pulls in effect, in order. Rows on which the same pulls act are one group with one stance."""

    def __init__(self, tape: Tape, pulls: Sequence[Pull], tripped: frozenset[str]) -> None:
        self.tape, self.pulls, self.tripped = tape, pulls, tripped
        acting = [one for one in pulls if one.kind not in GATES and (one.kind != "breaker" or one.id in tripped)]
        self._everywhere = [one for one in acting if not one.scope.dims and one.arguments.percent == 100]
        self._somewhere = [one for one in acting if one not in self._everywhere]
        reviews = self.kind("review")
        got = share_reviewers([one.arguments.reviewers for one in reviews], tape.layout.spec.review.reviewers_available)
        self.reviewers = {one.id: number for one, number in zip(reviews, got, strict=True)}
        self._group_of: dict[int, int] = {}
        self._number_of: Rows = np.zeros(1 << FEW, np.intp)
        self._stances: list[Stance] = []
        self._stance_of: dict[int, Stance] = {}

    def kind(self, kind: str) -> list[Pull]:
        """Pulls of one kind."""
        return [one for one in self.pulls if one.kind == kind]

    def groups(self, rows: slice) -> tuple[Rows | None, tuple[Stance, ...]]:
        """Group by row (None: one group only) and the stances of the groups."""
        if not self._somewhere:
            return None, (self._stance(0),)
        code = self.codes(rows)
        present = (
            np.flatnonzero(np.bincount(code)).tolist() if len(self._somewhere) <= FEW else np.unique(code).tolist()
        )
        for one in present:
            self._number(one)
        if len(present) <= 1:
            return None, (self._stance(present[0] if present else 0),)
        if len(self._somewhere) <= FEW:
            return self._number_of[code], tuple(self._stances)
        numbers = np.array([self._group_of[one] for one in present], np.intp)
        group: Rows = numbers[np.searchsorted(present, code)]
        return group, tuple(self._stances)

    def codes(self, rows: slice) -> Codes:
        """Which pulls act on each row, as bits."""
        code: Codes = np.zeros(rows.stop - rows.start, np.uint8 if len(self._somewhere) <= FEW else np.int64)
        for bit, pull in enumerate(self._somewhere):
            code |= self.tape.mask(pull.scope, pull.arguments.percent * ONE // 100)[rows] * code.dtype.type(1 << bit)
        return code

    def stance_at(self, row: int) -> Stance:
        """The stance of one row."""
        return self._stance(int(self.codes(slice(row, row + 1))[0]))

    def _number(self, code: int) -> None:
        if code not in self._group_of:
            self._group_of[code] = len(self._stances)
            if code < len(self._number_of):
                self._number_of[code] = len(self._stances)
            self._stances.append(self._stance(code))

    def _stance(self, code: int) -> Stance:
        if code not in self._stance_of:
            self._stance_of[code] = self._made(code)
        return self._stance_of[code]

    def _made(self, code: int) -> Stance:
        here = [pull for bit, pull in enumerate(self._somewhere) if code >> bit & 1]
        order = {pull.id: place for place, pull in enumerate(self.pulls)}
        acting = sorted([*self._everywhere, *here], key=lambda one: order[one.id])
        return stance_of(acting, self.tape.layout.spec, self.tripped)
