"""Statements that must not be made: prohibited ones, closing words without proof, causes before they are confirmed, blame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hotwash.comms.facts import Facts
from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.frames import Names, frame_hits
from hotwash.comms.lint.lexicon import Context
from hotwash.comms.lint.look import EXTERNAL, Look
from hotwash.comms.lint.same import Same
from hotwash.comms.lint.scope import scopes
from hotwash.comms.lint.text import SENTENCES, Sentence, alone
from hotwash.kit.schema.kit import Kit, Prohibited
from hotwash.kit.schema.wording import Family, Proof

EXCUSES: dict[str, frozenset[Context]] = {
    "statement": frozenset({"denied", "unsaid", "conditional"}),
    "closing": frozenset({"denied", "unsaid", "conditional", "to-come"}),
    "cause": frozenset({"denied", "unsaid", "conditional", "to-come", "guessed"}),
    "blame": frozenset({"denied", "unsaid", "conditional"}),
}
"""What a sentence may do with each kind of statement without making it. A guess excuses a cause, which it marks as one; it does not
excuse a reassurance, which the reader hears all the same."""
FAMILIES: dict[str, Family] = {"statement": "prohibited", "closing": "closing", "cause": "cause", "blame": "blame"}


def statements(look: Look) -> Iterator[Finding]:
    """Statements of the kit that a sentence makes, one finding each; of two reassurances or two of a family at the same words, the first."""
    taken: list[tuple[str, int, int]] = []
    external = look.variant in EXTERNAL
    for one, places in _made(look.plain, Same(look.kit), look.names):
        family = FAMILIES[one.kind]
        if (one.external_only and not external) or _allowed(one, look.facts):
            continue
        start, end = look.tokens[min(places)].start, look.tokens[max(places)].end
        group = "reassurance" if family in ("closing", "prohibited") else family
        if any(kind == group and start < stop and begin < end for kind, begin, stop in taken):
            continue
        finding = _finding(look, one, family, places)
        if finding is not None:
            taken.append((group, start, end))
            yield finding


@lru_cache(SENTENCES)
def _made(plain: str, kit: Same[Kit], names: Names) -> tuple[tuple[Prohibited, tuple[int, ...]], ...]:
    """Statements that a sentence makes, whatever is known, with their tokens: the same whoever reads it and when."""
    sentence = alone(plain)
    if sentence.asks:
        return ()
    return tuple((one, places) for one in kit.it.prohibited if (places := said(sentence, one, names)))


def said(sentence: Sentence, one: Prohibited, names: Names) -> tuple[int, ...]:
    """The tokens at which a sentence that is no question makes a prohibited statement; empty when it does not."""
    excuses, contexts = EXCUSES[one.kind], scopes(sentence.plain)
    over = contexts.over
    for found in re.finditer(one.pattern, sentence.plain, re.IGNORECASE):
        places = sentence.between(*found.span())
        if places and not excuses & over(places, places):
            return places
    for frame in one.frames:
        for places in frame_hits(frame, sentence, contexts, names):
            if not (excuses - {"denied"}) & over(places, places):
                return places
    return ()


def _finding(look: Look, one: Prohibited, family: Family, places: tuple[int, ...]) -> Finding | None:
    if one.kind != "cause":
        return look.finding(family, places, _why(one, look.facts), rule=one.id, write=one.instead)
    cause = look.facts.cause
    if cause is None:
        why = f"No test supports a cause yet. {one.why}"
        return look.finding("cause", places, why, rule=one.id, write=one.instead)
    blamed = {look.tokens[i].low for place in look.terms(["@component"]) for i in place}
    if not blamed or not cause.component or set(cause.component.lower().replace("_", " ").split()) & blamed:
        return None
    why = f"A test supports {cause.component.replace('_', ' ')} as the cause, and this sentence names {' and '.join(sorted(blamed))}."
    return look.finding("cause", places, why, rule=one.id, cites=cause.rests_on)


def _why(one: Prohibited, facts: Facts) -> str:
    lacking = lacks(one.proof, facts) if one.proof else ""
    return f"{one.why} What is lacking: {lacking}." if lacking else one.why


def _allowed(one: Prohibited, facts: Facts) -> bool:
    """The record makes it true: its condition, its proof, or for closing words that there was nothing."""
    if one.id in facts.lifted or (one.kind == "closing" and facts.false_alarm):
        return True
    return one.proof is not None and not lacks(one.proof, facts)


def lacks(proof: Proof, facts: Facts) -> str:
    """What is lacking for a closing word to be true, in words; empty when nothing is."""
    missing = [
        f"a clean run of '{suite}' with at least {proof.least_trials} trials since the last change"
        for suite in proof.suites
        if suite in facts.suites and facts.proved(suite, proof.least_trials) is None
    ]
    if proof.declared and (facts.closing is None or facts.closing.value != "recovered"):
        missing.append("the declaration that it is recovered")
    if proof.data_review and facts.data_cleared is None:
        missing.append("a review which found that no data was involved")
    return "; ".join(missing)
