"""Descriptions of nearly the same rows, told apart by the rows that only one of them holds.

Two descriptions that share most of their rows share most of what speaks for them, and what was usual in either is known with an error
that is larger than what divides them: each by itself looks better by luck. So they are compared where they differ. If the rise is in the
rows that only the first holds, and not in those that only the second holds, it is the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log

import numpy as np

from hotwash.ports.scope import Scope
from hotwash.triage.cells import Ints, Table, Where
from hotwash.triage.search import Candidate, Rival

OVERLAP = 0.5
"""Descriptions are rivals from so large a part of their rows in common on."""
SAME_ROWS = 1.02
"""A part of a description that holds up to so many times its rows is a rival whether or not it was looked at closely."""
TOLD_APART = log(20)
"""Nats: what lies in the rows that differ must be twenty times as likely under one as under the other."""
MOST = 3


def settled(
    table: Table, signal: str, one: Candidate, others: Sequence[Candidate], tried: Mapping[int, float]
) -> tuple[Where, tuple[Rival, ...]]:
    """The best of a candidate, its parts and its rivals, and what cannot be told from it.

    `others` stand out beyond chance themselves. A longer description must earn what it is longer: the log of how many there are of its length over how many of the shorter one."""
    duel = _Duel(table, signal, one, tried)
    parts = [part for size in range(1, len(one.where)) for part in combinations(one.where, size)]
    rows = table.weigh(one.where)
    same = [part for part in parts if table.weigh(part) <= SAME_ROWS * rows]
    met = dict.fromkeys([*same, *(other.where for other in others if other.where)])
    rivals = [where for where in met if where != one.where and duel.overlap(one.where, where) >= OVERLAP]
    best = one.where
    for where in rivals:
        if duel.ahead(where, best) - duel.price(where) + duel.price(best) > 0:
            best = where
    alike = [
        Rival(Scope.of({name: [value] for name, value in where}), duel.overlap(best, where), nats)
        for where in [one.where, *rivals]
        if where != best and duel.overlap(best, where) >= OVERLAP and (nats := duel.ahead(best, where)) < TOLD_APART
    ]
    return best, _fewest(best, alike)


def _fewest(best: Where, alike: Sequence[Rival]) -> tuple[Rival, ...]:
    """Without those that only add words to the chosen one or to another."""
    said: list[set[tuple[str, tuple[str, ...]]]] = [{(name, (value,)) for name, value in best}]
    kept: list[Rival] = []
    for one in sorted(alike, key=lambda other: (len(other.scope.dims), other.nats)):
        words = set(one.scope.dims)
        if not any(shorter <= words for shorter in said):
            said.append(words)
            kept.append(one)
    return tuple(sorted(kept, key=lambda other: other.nats)[:MOST])


class _Duel:
    """Comparisons within one stretch of time."""

    def __init__(self, table: Table, signal: str, one: Candidate, tried: Mapping[int, float]) -> None:
        self._table, self._signal, self._one, self._tried = table, signal, one, tried
        self._rows: dict[Where, Ints] = {}
        asked = table.tally(signal, self.rows(one.where))[1]
        self._usual = max(one.expected, 1e-3) / max(asked, table.step)

    def rows(self, where: Where) -> Ints:
        if where not in self._rows:
            self._rows[where] = self._table.asked_in(self._signal, where, self._one.from_ms, self._one.to_ms)
        return self._rows[where]

    def price(self, where: Where) -> float:
        return log(max(1.0, self._tried.get(len(where), self._one.tried)))

    def overlap(self, one: Where, other: Where) -> float:
        mine, theirs = self.rows(one), self.rows(other)
        both = np.intersect1d(mine, theirs, assume_unique=True)
        held, whole, rest = (self._table.tally(self._signal, rows)[1] for rows in (both, mine, theirs))
        return held / (whole + rest - held) if held else 0.0

    def ahead(self, one: Where, other: Where) -> float:
        """How much likelier, in nats, `one` makes what is in the rows that only one of the two holds: cases are Poisson, at the raised
        share within a description and at the usual one outside."""
        mine, theirs = self.rows(one), self.rows(other)
        cases, asked = self._table.tally(self._signal, np.intersect1d(mine, theirs, assume_unique=True))
        raised = max((cases + 0.5) / max(asked, self._table.step), 1.5 * self._usual)
        gain = log(raised / self._usual)
        sides = [self._table.tally(self._signal, rows) for rows in (_only(mine, theirs), _only(theirs, mine))]
        speaks = [found * gain - many * (raised - self._usual) for found, many in sides]
        return speaks[0] - speaks[1]


def _only(one: Ints, other: Ints) -> Ints:
    return np.setdiff1d(one, other, assume_unique=True)
