"""Which of two names: told by the rows that only one of them holds, over both signals that rose."""

import numpy as np
import pytest

from hotwash.ports.scope import Scope
from hotwash.triage.partners import Partner
from hotwash.triage.rivals import Piece, settled
from hotwash.triage.search import Candidate
from hotwash.triage.usual import Prior

LEVEL = 0.01
NOTHING = Piece(0, 0, 0, 0)
PRIOR = Prior(np.ones((1, 1)), np.ones((1, 1)))


def candidate(*dims, expected=10.0, tried=1_000.0, partner=None):
    where = tuple((name, "x") for name in dims)
    scope = Scope.of({name: [value] for name, value in where})
    return Candidate(
        where, scope, 0, 1, 50.0, expected, 10.0, tried, 9.0, 1e-6, np.array([0, 1]), PRIOR, partner=partner
    )


def partner(found):
    return Partner("votes", 1, found, 10.0, 10.0)


class Two:
    """Rows of two descriptions: of both, of the first alone, of the second alone."""

    def __init__(self, first, both, alone, other):
        self._first, self._pieces = first.scope, (both, alone, other)

    def cut(self, one, other, from_ms, to_ms):
        if one.scope == other.scope:
            return self._pieces[0], NOTHING, NOTHING
        both, alone, rest = self._pieces
        return (both, alone, rest) if one.scope == self._first else (both, rest, alone)


@pytest.mark.parametrize(("rose", "named"), [(45, "whole"), (10, "part")])
def test_a_part_is_the_better_name_only_if_the_rest_of_the_whole_did_not_rise(rose, named):
    part, whole = candidate("a", "b"), candidate("a")
    rows = Two(part, Piece(1_000, 50, 1_000, 10), NOTHING, Piece(1_000, rose, 1_000, 10))
    for lead, other in ((part, whole), (whole, part)):
        assert settled([rows], lead, [part, whole], LEVEL).scope == {"part": part, "whole": whole}[named].scope, other


def test_a_rest_that_was_always_worse_did_not_rise():
    part, whole = candidate("a", "b"), candidate("a")
    rows = Two(part, Piece(1_000, 50, 1_000, 10), NOTHING, Piece(1_000, 45, 1_000, 45))
    assert settled([rows], whole, [part, whole], LEVEL).scope == part.scope


def test_a_longer_name_must_earn_what_it_is_longer():
    rows = Two(candidate("a"), Piece(1_000, 50, 1_000, 10), Piece(50, 2, 50, 1), Piece(50, 3, 50, 1))
    short = candidate("a")
    for tried, named in ((1_000.0, "b"), (1e6, "a")):
        best = settled([rows], short, [short, candidate("b", tried=tried)], LEVEL)
        assert best.scope == candidate(named).scope


def test_what_a_second_signal_says_of_the_name_is_added_if_it_rose_too():
    alike = Two(candidate("a"), Piece(1_000, 50, 1_000, 10), Piece(100, 3, 100, 1), Piece(100, 3, 100, 1))
    second = Two(candidate("a"), Piece(1_000, 50, 1_000, 10), Piece(100, 1, 100, 1), Piece(100, 9, 100, 1))
    for found, named, beside in ((50, "b", 0), (11, "a", 1)):
        lead = candidate("a", partner=partner(found))
        best = settled([alike, second], lead, [lead, candidate("b")], LEVEL)
        assert best.scope == candidate(named).scope
        assert len(best.rivals) == beside
