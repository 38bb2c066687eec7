"""Descriptions of common rows, told apart by the rows that only one of them holds.

Two descriptions that share rows share much of what speaks for them, and what was usual in either is known with an error that is larger
than what divides them: each by itself looks better by luck. So they are compared by the same pieces of traffic: the rows of both, and those
of either alone. What is usual in a piece is the same under either description. If the rise is in the rows that only the first holds, and
not in those that only the second holds, it is the first; a part of a description is its better name only if the rest of it did not rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from typing import Protocol

import numpy as np

from hotwash.ports.scope import Scope
from hotwash.triage.cells import Table
from hotwash.triage.partners import ROSE_TOO
from hotwash.triage.pieces import Pieces, holding
from hotwash.triage.search import Candidate, Rival, borne, is_new
from hotwash.triage.timeline import Timeline
from hotwash.triage.usual import FEW_ALIKE

OVERLAP = 0.5
"""From so large a part of their rows in common on, a description that is not told from the chosen one is named beside it."""
SAME_ROWS = 1.02
"""A part of a description that holds up to so many times its rows is a rival whether or not it stands out beyond chance itself."""
TOLD_APART = log(20)
"""Nats: what lies in the rows that differ must be twenty times as likely under one as under the other."""
MOST = 3


@dataclass(frozen=True)
class Piece:
    """Rows asked and cases found in a stretch of time, and the same outside it."""

    asked: float
    found: float
    asked_outside: float
    found_outside: float


Cut = tuple[Piece, Piece, Piece]
"""The rows of two descriptions: of both, of the first alone and of the second alone."""


class Rows(Protocol):
    """Rows in which one signal can be counted: those of a sample, or all. It may be without the cases in which another was found too (`less`)."""

    def cut(self, one: Candidate, other: Candidate, from_ms: int, to_ms: int) -> Cut:
        """The rows of two descriptions, about the stretch [from_ms, to_ms)."""
        ...


class Drawn:
    """The rows of a sample, by weight."""

    def __init__(self, table: Table, signal: str, less: str = "") -> None:
        self._table, self._signal, self._less = table, signal, less

    def cut(self, one: Candidate, other: Candidate, from_ms: int, to_ms: int) -> Cut:
        """What both hold and what either does alone."""
        mine, theirs = (self._table.asked(self._signal, each.where) for each in (one, other))
        both = np.intersect1d(mine, theirs, assume_unique=True)
        cut = (both, *(np.setdiff1d(rows, both, assume_unique=True) for rows in (mine, theirs)))
        first, second, third = (
            Piece(*self._table.tally(self._signal, rows, from_ms, to_ms, less=self._less)) for rows in cut
        )
        return first, second, third


class Counted:
    """All rows, in whole buckets."""

    def __init__(self, pieces: Pieces, signal: str, line: Timeline, less: str = "") -> None:
        self._places = pieces.places
        self._sums = cache(lambda *stretch: pieces.sums(signal, line.during(*stretch), less))

    def cut(self, one: Candidate, other: Candidate, from_ms: int, to_ms: int) -> Cut:
        """What both hold and what either does alone."""
        held, sums = self._sums(from_ms, to_ms)
        mine, theirs = (holding(held, self._places[each.scope]) for each in (one, other))
        first, second, third = (
            Piece(*sums[:, among].sum(axis=1).tolist()) for among in (mine & theirs, mine & ~theirs, theirs & ~mine)
        )
        return first, second, third


def settled(rows: Sequence[Rows], one: Candidate, others: Sequence[Candidate], level: float) -> Candidate:
    """The best of a candidate and those that share rows with it, with what cannot be told from it as its rivals. `rows` are those of its
    signal and, where it has one, of its partner: what two signals say of the name is added, when the partner rose as well.

    Others compete that stand out beyond chance themselves, to the `level`, or are parts of the name that hold the same rows. A longer
    description must earn what it is longer: the log of how many there are of its length over how many of the shorter one."""
    duel = _Duel(rows, one)
    met = [other for other in others if other.scope != one.scope and duel.competes(other, level)]
    best = one
    for other in met:
        if duel.ahead(other, best) - log(other.tried) + log(best.tried) > 0:
            best = other
    alike = [
        Rival(other.scope, overlap, nats)
        for other in (one, *met)
        if other.scope != best.scope
        and (overlap := duel.overlap(best, other)) >= OVERLAP
        and (nats := duel.ahead(best, other)) < TOLD_APART
    ]
    known = borne(best, level) or replace(best, p=one.p, together=one.together)
    return replace(known, rivals=_fewest(best, alike))


def _fewest(best: Candidate, alike: Sequence[Rival]) -> tuple[Rival, ...]:
    """Without those that only add words to the chosen one or to another."""
    said = [set(best.scope.dims)]
    kept: list[Rival] = []
    for one in sorted(alike, key=lambda other: (len(other.scope.dims), other.nats)):
        words = set(one.scope.dims)
        if not any(shorter <= words for shorter in said):
            said.append(words)
            kept.append(one)
    return tuple(sorted(kept, key=lambda other: other.nats)[:MOST])


class _Duel:
    """Comparisons within the stretch of time of one candidate, which also tells what is usual where nothing else does."""

    def __init__(self, rows: Sequence[Rows], one: Candidate) -> None:
        self._one = one
        self._speaking = [(rows[0], one.expected)]
        if one.partner is not None and one.partner.chance <= ROSE_TOO:
            self._speaking += [(partner, one.partner.expected) for partner in rows[1:]]
        self._met: dict[tuple[Scope, Scope, int], Cut] = {}

    def cut(self, one: Candidate, other: Candidate, place: int = 0) -> Cut:
        key = (one.scope, other.scope, place)
        if key not in self._met:
            self._met[key] = self._speaking[place][0].cut(one, other, self._one.from_ms, self._one.to_ms)
        return self._met[key]

    def competes(self, other: Candidate, level: float) -> bool:
        both, mine, theirs = self.cut(self._one, other)
        if not both.asked:
            return False
        same = not mine.asked and theirs.asked <= (SAME_ROWS - 1) * both.asked
        return borne(other, level) is not None or same or _arrived(both, mine, theirs)

    def overlap(self, one: Candidate, other: Candidate) -> float:
        both, mine, theirs = self.cut(one, other)
        return both.asked / max(both.asked + mine.asked + theirs.asked, 1e-9)

    def ahead(self, one: Candidate, other: Candidate) -> float:
        """How much likelier, in nats, `one` makes what is in the three pieces: cases are Poisson, at their usual share where a
        description does not hold, and above it by the same for all of its rows where it does."""
        nats = 0.0
        for place, (_, expected) in enumerate(self._speaking):
            cut, (lead, _, _) = self.cut(one, other, place), self.cut(self._one, self._one, place)
            share = max(expected, 1e-3) / max(lead.asked, 1.0)
            share = _usual(sum(piece.asked_outside for piece in cut), sum(piece.found_outside for piece in cut), share)
            both, mine, theirs = ((piece, _usual(piece.asked_outside, piece.found_outside, share)) for piece in cut)
            nats += _gain(both, mine) - _gain(both, theirs)
        return nats


def _arrived(both: Piece, mine: Piece, theirs: Piece) -> bool:
    """Whether the second of two descriptions is a part of the first that was not there before."""
    asked = both.asked + mine.asked
    missed = both.asked / max(asked, 1e-9) * (both.asked_outside + mine.asked_outside)
    return not theirs.asked and bool(is_new(np.array([missed]), np.array([both.asked_outside]))[0])


def _usual(asked: float, found: float, share: float) -> float:
    """What is usual in some rows, by their own past and, as long as little was seen there, by a share."""
    return (found + FEW_ALIKE) / (asked + FEW_ALIKE / share)


def _gain(*pieces: tuple[Piece, float]) -> float:
    """Log-likelihood ratio of one rise over all pieces, each above its usual share, against none."""
    asked = sum(piece.asked for piece, _ in pieces)
    over = sum(piece.found - piece.asked * usual for piece, usual in pieces)
    rise = max(0.0, over / asked) if asked else 0.0
    return sum(piece.found * log((usual + rise) / usual) - piece.asked * rise for piece, usual in pieces)
