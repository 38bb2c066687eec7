"""Finding what the kit's terms and frames describe in the tokens of a sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

from hotwash.comms.lint.scope import Scopes, clauses
from hotwash.comms.lint.text import Sentence, Token
from hotwash.kit.schema.wording import Frame

Names = tuple[tuple[str, tuple[str, ...]], ...]
"""What terms such as `@component` stand for."""
Spelled = tuple[str, ...]
"""A term as words in lower case."""
MOST = 4
"""Places of one group that are tried in a clause: enough for sentences that people write."""
COMPILED = 4096
"""Groups of terms that are kept as they are looked for: a kit has some hundreds."""


@dataclass(frozen=True)
class _Sought:
    """Terms by what their first word is, or begins with: most sentences have no such word, and are done with at once."""

    whole: Mapping[str, Sequence[Spelled]]
    begun: Sequence[tuple[str, Spelled]]


@lru_cache(COMPILED)
def _sought(wanted: tuple[str, ...], names: Names) -> _Sought:
    stands_for = dict(names)
    whole: dict[str, list[Spelled]] = {}
    begun: list[tuple[str, Spelled]] = []
    for one in (one for term in wanted for one in stands_for.get(term, (term,))):
        words = tuple(one.lower().split())
        if words[0].endswith("*"):
            begun.append((words[0][:-1], words))
        else:
            whole.setdefault(words[0], []).append(words)
    return _Sought(whole, begun)


def terms(sentence: Sentence, wanted: Sequence[str], names: Names) -> list[range]:
    """Where one of some terms stands, as ranges of tokens."""
    sought, places = _sought(tuple(wanted), names), sentence.places
    candidates = [(places[low], words) for low in places.keys() & sought.whole.keys() for words in sought.whole[low]]
    candidates += [(places[low], words) for start, words in sought.begun for low in _beginning(sentence, start)]
    found = {
        range(i, i + len(words)) for starts, words in candidates for i in starts if _goes_on(sentence.tokens, i, words)
    }
    return sorted(found, key=lambda one: (one.start, -len(one)))


def _beginning(sentence: Sentence, start: str) -> Iterator[str]:
    """Words of a sentence that begin so."""
    vocabulary = sentence.vocabulary
    for low in vocabulary[bisect_left(vocabulary, start) :]:
        if not low.startswith(start):
            return
        yield low


def _goes_on(tokens: Sequence[Token], place: int, words: Spelled) -> bool:
    """Do the tokens from a place on spell a term whose first word is known to stand there?"""
    return place + len(words) <= len(tokens) and all(
        _fits(tokens[place + j].low, words[j]) for j in range(1, len(words))
    )


def frame_hits(frame: Frame, sentence: Sentence, scopes: Scopes, names: Names) -> Iterator[tuple[int, ...]]:
    """The tokens of each place at which a frame is said, nearest words first, one a clause."""
    tokens = sentence.tokens
    groups: list[list[range]] = []
    for group in frame.words:
        groups.append(terms(sentence, group, names))
        if not groups[-1]:
            return
    for clause in clauses(tokens):
        inside = [[one for one in group if one.start in clause and one.stop - 1 in clause][:MOST] for group in groups]
        tries = sorted((chosen for chosen in product(*inside) if _together(frame, chosen)), key=_spread)
        for chosen in tries:
            own = tuple(sorted({i for one in chosen for i in one}))
            denied = "denied" in scopes.over(own, own)
            if frame.starts and any(token.word for token in tokens[: own[0]]):
                continue
            if denied == (frame.says == "denied"):
                yield own
                break


def _together(frame: Frame, chosen: Sequence[range]) -> bool:
    apart = all(a.stop <= b.start or b.stop <= a.start for i, a in enumerate(chosen) for b in chosen[i + 1 :])
    in_order = not frame.ordered or all(a.stop <= b.start for a, b in pairwise(chosen))
    return apart and in_order and _spread(chosen) <= frame.within


def _spread(chosen: Sequence[range]) -> int:
    """Tokens between the first and the last word, those of the terms themselves left out."""
    return max(one.stop for one in chosen) - min(one.start for one in chosen) - sum(len(one) for one in chosen)


def _fits(low: str, word: str) -> bool:
    if word.endswith("*"):
        return low.startswith(word[:-1])
    return low in (word, f"{word}'s")
