"""Hypotheses that are not marked as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hotwash.comms.facts import Idea
from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.look import Look
from hotwash.comms.lint.text import SENTENCES

SHARED = 0.6
"""Part of a hypothesis's own words that a sentence repeats when it states it."""
FAULTY = (
    "broken", "corrupt*", "faulty", "stale", "mixing", "mixes", "mixed", "ignores", "ignoring", "leaks", "leaking", "poisoned", "misconfigured", "buggy",
    "outdated", "degraded", "failing", "defective", "out of date", "wrong",
)  # fmt: skip
EMPTY = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "our",
        "own",
        "part",
        "than",
        "that",
        "the",
        "their",
        "they",
        "this",
        "to",
        "up",
        "was",
        "were",
        "what",
        "which",
        "who",
        "will",
        "with",
        "without",
        "your",
        "more",
        "some",
        "should",
        "last",
        "night",
        "new",
        "there",
        "somebody",
        "anything",
    ]
)
EXCUSES = frozenset({"denied", "guessed", "unsaid", "to-come"})
SUPPOSED = re.compile(r"\b(?:if|unless|until|once|in case)\b", re.IGNORECASE)
"""Of conditions, those that leave open what follows; `when` in a hypothesis says how it happens."""


def unmarked(look: Look) -> Iterator[Finding]:
    """A sentence that states an open hypothesis as if it were known: in its words, or by calling what it blames faulty."""
    if look.scopes.asked or look.facts.cause is not None or SUPPOSED.search(look.plain):
        return
    for idea in look.facts.ideas:
        if idea.state != "open":
            continue
        places = _stated(look, idea) or _called_faulty(look, idea)
        own = {i for i, one in enumerate(look.tokens) if one.low in idea.statement.lower().split()}
        if places and not EXCUSES & look.scopes.over(places, own):
            why = f"It is the hypothesis '{idea.id}', which is open."
            yield look.finding("hypothesis", places, why, cites=idea.rests_on)
            return


def _stated(look: Look, idea: Idea) -> tuple[int, ...]:
    wanted = stems(idea.statement)
    places = tuple(i for i, one in enumerate(look.tokens) if one.word and _stem(one.low) in wanted)
    shared = {_stem(look.tokens[i].low) for i in places}
    return places if wanted and len(shared) >= SHARED * len(wanted) else ()


def _called_faulty(look: Look, idea: Idea) -> tuple[int, ...]:
    name = look.terms([idea.component.replace("_", " ")]) if idea.component else []
    fault = [one for one in look.terms(FAULTY) if abs(one.start - name[0].start) <= 6] if name else []
    return (*name[0], *fault[0]) if fault else ()


@lru_cache(SENTENCES)
def stems(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, without their endings."""
    words = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
    return frozenset(_stem(word) for word in words if word not in EMPTY) - {""}


@lru_cache(SENTENCES)
def _stem(word: str) -> str:
    """A rough stem: enough to see "returns" and "returned" as one word, nothing more."""
    if word in EMPTY:
        return ""
    bare = re.sub(r"(?:'s|s')$", "", word)
    for ending in ("ing", "ed", "es", "s", "t"):
        if bare.endswith(ending) and len(bare) - len(ending) >= 4 and (ending != "t" or bare.endswith("ilt")):
            return bare[: -len(ending)].rstrip("e") if ending != "t" else bare[:-1]
    return bare.rstrip("e") if len(bare) > 4 else bare
