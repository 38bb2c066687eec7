"""Which contexts each token of a sentence stands in: denied, guessed, to come, conditional, unsaid. See `lexicon` for the method."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotwash.comms.lint.lexicon import (
    CLAUSE_STARTS,
    FIRST,
    FOREIGN_SPEECH,
    JOINS,
    OURSELVES,
    SPEECH,
    STOPS,
    Context,
    Trigger,
)
from hotwash.comms.lint.text import SENTENCES, Token, alone

REACH = 14
"""Tokens that a negation reaches at most. NegEx took five, for notes in telegram style; updates are whole sentences."""
LOOK_BACK = 8
"""Tokens before a verb of speech in which its subject is looked for."""


@dataclass(frozen=True)
class Opened:
    """A trigger in a sentence: its tokens from `start` to `stop`, and the tokens that it covers."""

    context: Context
    start: int
    stop: int
    covers: range


@dataclass(frozen=True)
class Scopes:
    """All contexts of one sentence."""

    opened: tuple[Opened, ...]
    asked: bool

    def at(self, place: int, own: Collection[int] = ()) -> frozenset[Context]:
        """Contexts of one token, of triggers that do not lie inside the tokens in `own`. Denied twice is not denied."""
        over = [one for one in self.opened if place in one.covers and not set(range(one.start, one.stop)) <= set(own)]
        found: set[Context] = {one.context for one in over if one.context != "denied"}
        if sum(one.context == "denied" for one in over) % 2:
            found.add("denied")
        return frozenset(found)

    def over(self, places: Collection[int], own: Collection[int] = ()) -> frozenset[Context]:
        """Contexts of any of some tokens."""
        return frozenset[Context]().union(*(self.at(one, own) for one in places))


@lru_cache(SENTENCES)
def scopes(plain: str) -> Scopes:
    """The contexts of a sentence, wherever it stands."""
    sentence = alone(plain)
    tokens = sentence.tokens
    opened = list(_triggered(tokens))
    opened += _speech(tokens, opened)
    return Scopes(tuple(opened), sentence.asks)


def clauses(tokens: Sequence[Token]) -> list[range]:
    """The clauses of a sentence. A colon parts them unless what stands before it is a label of four words or fewer."""
    ends = [0]
    for i in range(1, len(tokens)):
        low = tokens[i].low
        label = low == ":" and i - ends[-1] <= 4
        if low in STOPS or (low == ":" and not label) or _joined_clause(tokens, i):
            ends.append(i)
    ends.append(len(tokens))
    return [range(low, high) for low, high in itertools.pairwise(ends) if high > low]


def _joined_clause(tokens: Sequence[Token], i: int) -> bool:
    """Does a clause of its own begin at a comma or a joining word?"""
    after = [one.low for one in tokens[i + 1 : i + 3]]
    if tokens[i].low == ",":
        return bool(after) and (
            after[0] in CLAUSE_STARTS or (after[0] in JOINS and after[1:2] != [] and after[1] in CLAUSE_STARTS)
        )
    return (
        tokens[i].low in ("and", "so", "because")
        and bool(after)
        and after[0] in CLAUSE_STARTS - {"the", "that", "those", "all"}
    )


def _triggered(tokens: Sequence[Token]) -> Iterator[Opened]:
    taken: set[int] = set()
    for i, trigger in sorted(_candidates(tokens), key=lambda one: -len(one[1].words)):
        here = range(i, i + len(trigger.words))
        if taken & set(here):
            continue
        taken |= set(here)
        if trigger.context == "none":
            continue
        if trigger.way in ("forward", "both"):
            yield Opened(trigger.context, i, here.stop, _forward(tokens, here.stop, trigger.context))
        if trigger.way in ("back", "both"):
            yield Opened(trigger.context, i, here.stop, _back(tokens, i, trigger.context))
    for i, one in enumerate(tokens):
        if one.low.endswith("n't") and i not in taken:
            yield Opened("denied", i, i + 1, _forward(tokens, i + 1, "denied"))


def _candidates(tokens: Sequence[Token]) -> Iterator[tuple[int, Trigger]]:
    """Triggers at their places, before the longer ones hide the shorter."""
    for i, one in enumerate(tokens):
        known = FIRST.get("cannot" if one.low == "can't" else one.low, ())
        for trigger in known:
            rest = tokens[i + 1 : i + len(trigger.words)]
            if len(rest) == len(trigger.words) - 1 and all(map(_is, rest, trigger.words[1:])):
                yield i, trigger


def _is(token: Token, word: str) -> bool:
    return (
        token.low == word
        or (word == "not" and token.low.endswith("n't"))
        or (word == "cannot" and token.low == "can't")
    )


def _forward(tokens: Sequence[Token], start: int, context: Context) -> range:
    stop = start
    while stop < len(tokens):
        low = tokens[stop].low
        if low in STOPS or (context == "denied" and (low == ":" or stop - start >= REACH)):
            break
        if stop > start and context != "unsaid" and _joined_clause(tokens, stop):
            break
        if context in ("conditional", "to-come") and low == ",":
            break
        stop += 1
    return range(start, stop)


def _back(tokens: Sequence[Token], end: int, context: Context) -> range:
    """Backward to the start of the clause; "the index, we suspect" guesses at what stands before its comma."""
    start = end
    while start > 0 and tokens[start - 1].low not in STOPS:
        aside = context == "guessed" and tokens[start - 1].low == ","
        if _joined_clause(tokens, start - 1) and not aside:
            break
        start -= 1
    return range(start, end)


def _speech(tokens: Sequence[Token], opened: Sequence[Opened]) -> Iterator[Opened]:
    """What somebody else says, and what we say that we do not, cannot, should not or will only later say."""
    for i, one in enumerate(tokens):
        if one.low not in SPEECH:
            continue
        over = {scope.context for scope in opened if i in scope.covers}
        before = [token.low for token in tokens[max(0, i - LOOK_BACK) : i]]
        foreign = (
            one.low in FOREIGN_SPEECH and any(word[0].isalpha() for word in before) and not OURSELVES & set(before)
        )
        quoted = any(token.low in ("that", '"', "'", ":", ",", "whether", "if") for token in tokens[i + 1 : i + 3])
        if over & {"denied", "conditional", "to-come"} or (foreign and quoted):
            yield Opened("unsaid", i, i + 1, _forward(tokens, i + 1, "unsaid"))
