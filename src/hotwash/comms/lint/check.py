"""Draft lint: everything that is wrong with a draft of one variant, given what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hotwash.comms.facts import Facts
from hotwash.comms.lint.counts import numbers
from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.guesses import unmarked
from hotwash.comms.lint.lacking import lacking
from hotwash.comms.lint.levels import severity
from hotwash.comms.lint.look import Look
from hotwash.comms.lint.moments import times
from hotwash.comms.lint.parts import segments
from hotwash.comms.lint.said import statements
from hotwash.comms.lint.terms_of_trade import jargon
from hotwash.comms.lint.text import read
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.wording import Needs

RULES: tuple[Callable[[Look], Iterator[Finding]], ...] = (statements, severity, times, numbers, segments, jargon)


def check(text: str, variant: str, facts: Facts, kit: Kit) -> tuple[Finding, ...]:
    """Everything that is wrong with a draft, in the order in which it stands there; what is missing comes last."""
    draft = read(text, kit.wording.headings)
    found = [one for sentence in draft.sentences for one in _of_sentence(Look(sentence, variant, facts, kit))]
    needs = {str(name): one for name, one in kit.wording.variants.items()}.get(variant, Needs())
    return (*sorted(found, key=lambda one: (one.start, one.end, one.rule)), *lacking(draft, needs, facts, kit))


def check_sentences(text: str, variant: str, facts: Facts, kit: Kit) -> tuple[Finding, ...]:
    """The same for a passage that is no whole draft: what it says, and not what it lacks."""
    return tuple(one for one in check(text, variant, facts, kit) if one.sentence)


def _of_sentence(look: Look) -> Iterator[Finding]:
    found = [one for rule in RULES for one in rule(look)]
    yield from found
    if not any(one.family == "cause" for one in found):
        yield from unmarked(look)
