"""Finding what the kit's terms and frames describe in the tokens of a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, product

from hotwash.comms.lint.scope import Scopes, clauses
from hotwash.comms.lint.text import Sentence
from hotwash.kit.schema.wording import Frame

Names = Mapping[str, Sequence[str]]
"""What a term such as `@component` stands for."""
MOST = 4
"""Places of one group that are tried in a clause: enough for sentences that people write."""


def terms(sentence: Sentence, wanted: Sequence[str], names: Names) -> list[range]:
    """Where one of some terms stands, as ranges of tokens."""
    tokens = sentence.tokens
    found = {
        range(i, i + len(words))
        for term in wanted
        for words in _spelled(term, names)
        for i in _places(sentence, words[0])
        if i + len(words) <= len(tokens) and all(_fits(tokens[i + j].low, word) for j, word in enumerate(words))
    }
    return sorted(found, key=lambda one: (one.start, -len(one)))


def _places(sentence: Sentence, word: str) -> Sequence[int]:
    """Tokens that fit the first word of a term."""
    if not word.endswith("*"):
        return sentence.places.get(word, ())
    return [i for low, places in sentence.places.items() if low.startswith(word[:-1]) for i in places]


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


def _spelled(term: str, names: Names) -> Iterator[tuple[str, ...]]:
    for one in names.get(term, (term,)):
        yield _words(one)


@cache
def _words(term: str) -> tuple[str, ...]:
    return tuple(term.lower().split())


def _fits(low: str, word: str) -> bool:
    if word.endswith("*"):
        return low.startswith(word[:-1])
    return low in (word, f"{word}'s")
