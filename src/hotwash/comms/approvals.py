"""Whose agreement a text needs before it leaves the room, by the kit: its template, what it is, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotwash.kit.schema.comms import ReviewRule
from hotwash.kit.schema.kit import MessageTemplate


@dataclass(frozen=True)
class Need:
    """A seat whose agreement is needed, and why. `rule` is the kit's review rule; empty for the template's own approvals and for a
    seat that asked for changes. `words` are those of the text that the rule found."""

    seat: str
    why: str
    rule: str = ""
    words: str = ""


def needs(
    rules: Sequence[ReviewRule],
    template: MessageTemplate,
    text: str,
    author: str,
    asked_for_changes: Iterable[str] = (),
) -> tuple[Need, ...]:
    """Everybody who must agree, each seat once, for the first reason that applies.

    The template's approvals come first, then the kit's review rules, then seats that asked for changes in an earlier version:
    whoever found it wrong sees that it was put right. Rules and change requests never make authors review themselves.
    """
    found = [Need(seat, f"template '{template.id}'") for seat in template.approvals]
    touched = ((rule, _touches(rule, template, text)) for rule in rules if rule.seat != author)
    found += [Need(rule.seat, rule.why, rule.id, words) for rule, words in touched if words is not None]
    found += [Need(seat, "asked for changes") for seat in asked_for_changes if seat != author]
    return tuple({one.seat: one for one in reversed(found)}[seat] for seat in dict.fromkeys(one.seat for one in found))


def _touches(rule: ReviewRule, template: MessageTemplate, text: str) -> str | None:
    """The words for which a rule applies to a text, empty where it applies to all of its kind; None where it does not."""
    if (rule.external_only and not template.external) or (rule.variants and template.variant not in rule.variants):
        return None
    if not rule.mentions:
        return ""
    own = _frame(template.text)
    for hit in _pattern(rule.mentions).finditer(text):
        if hit[0].lower() not in own:
            return hit[0]
    return None


@lru_cache(256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@lru_cache(64)
def _frame(template: str) -> frozenset[str]:
    """Words that stand in every text of a template, in lower case: what the template says was agreed on with the template."""
    return frozenset(re.findall(r"[\w'’-]+", template.lower()))
