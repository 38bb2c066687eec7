"""Which sentences state a fact of what happened, and so have to cite. By form alone: verbs, times, numbers, and the signs of what is no claim."""

from __future__ import annotations

import re

MARKED = re.compile(
    r"\s*(?:believed|not known|unknown|open question|still to be written|assumption|opinion)\s*:", re.IGNORECASE
)
"""Openings with which a sentence says itself that it is no claim."""
PLANS = re.compile(
    r"\b(?:should|must|shall|ought to)(?! (?:not )?have\b)|\bwill\b|\b(?:we|they|the \w+(?: \w+)?|it|this|each|every|all|owners?|nobody|no \w+) (?:will|shall|should|must|has to|have to|needs? to|ought to|is to|are to|may|plans? to|intends? to|"
    r"wants? to|would like to)\b|\b(?:next steps?|we (?:recommend|propose|suggest|plan|intend|want|hope|think|believe|suspect|feel|agree|owe)|in our (?:view|opinion)|let us|let's|"
    r"to be (?:decided|done|written|agreed))\b",
    re.IGNORECASE,
)
ORDERS = re.compile(
    r"^(?:add|ask|agree|alert|assign|build|call|change|check|compare|decide|define|document|do not|drill|ensure|exclude|extend|fix|give|have|hold|keep|let|make|measure|move|name|note|"
    r"page|practise|publish|put|read|record|remove|repeat|replace|require|rerun|review|revise|rotate|run|say|see|send|set|show|take|teach|tell|test|train|treat|update|use|verify|write)\b(?!ing)",
    re.IGNORECASE,
)
COUNTERFACTUAL = re.compile(
    r"\b(?:would|could|might|should|ought to)(?: not)? have\b|\bhad .{3,60}, .{0,60}\bwould\b|\bif .{3,80} had (?:not )?\w+\b",
    re.IGNORECASE,
)
AUXILIARY = re.compile(
    r"\b(?:was|were|had|did|didn't|wasn't|weren't|hadn't|has been|have been|has|have|got|became|began|brought|built|came|caught|chose|cost|cut|drew|fell|felt|found|gave|"
    r"went|grew|held|hit|kept|knew|laid|lay|led|left|let|lost|made|meant|met|paid|put|ran|read|rose|said|sat|saw|sent|set|showed|shut|spoke|spread|stood|stuck|struck|"
    r"swept|took|taught|thought|told|understood|woke|won|wrote|leaked|quit|forgot|forgotten|overwrote|broke|spent|sold|slept|hid|threw|withdrew|overran|overrode|spun|froze|shrank|drove|bore)\b",
    re.IGNORECASE,
)
REGULAR = re.compile(
    r"\b(?!need|indeed|speed|exceed|proceed|feed|seed|bed|red|hundred|shared\b|based\b|related\b|biased\b|limited\b|supposed\b|so-called)[a-z]{3,}ed\b",
    re.IGNORECASE,
)
MEASURED = re.compile(
    r"(?<![\w.-])\d[\d,.]*\s?(?:%|percent\b)|\bT\+\d|\b\d{1,2}:\d{2}\b|(?<![\w.-])\d[\d,]*(?:\.\d+)?\b"
)
COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen|dozens|hundreds|thousands|half|most|none|nobody|no one|everyone|every) (?:of |out of )?(?:the |our |all )?"
    r"(?:\w+ ){0,2}(?:tenants?|customers?|users?|people|persons?|requests?|answers?|alerts?|tickets?|traces?|orders?|records?|complaints?|minutes?|hours?|applicants?|shops?|patients?|passages?|"
    r"documents?|decisions?|reviewers?|teams?)\b",
    re.IGNORECASE,
)
STILL = re.compile(
    r"\b(?:is|are|remains?|stays?) (?:still |now |back |not yet )?(?:open|down|up|live|off|on|back to normal|lost|affected|exposed|compromised|contained|resolved|recovered|restored|unaffected|unknown to|broken|healthy|intact|"
    r"safe|disabled|enabled|running|missing|stale|degraded)\b|\bno (?:customer|user|person|data|record|secret|tenant|request)s? (?:is|are|was|were)\b|"
    r"^(?:nobody|no one|none|nothing|everyone|everybody|every \w+|each \w+|whoever \w+)(?: \w+){0,6} (?:has|have|is|are|\w{3,}s)\b|^(?:nobody|no one) \w+s\b|"
    r"\b(?:cause|reason|explanation) (?:is|was|lies|lay)\b|\b(?:goes|went|traces?) back to\b|^because\b",
    re.IGNORECASE,
)
"""States in the present tense: claims of how things are now."""
ABOUT_PAPER = re.compile(
    r"\b(?:this (?:page|document|postmortem|section|table|paper|report)|the (?:table|section|list|chart) (?:below|above)|stands? under|see (?:the|below|above|section)|below|all times)\b",
    re.IGNORECASE,
)
DEFINES = re.compile(
    r"^(?:an?|the) [\w -]{3,40} (?:is|are) (?:an?|any|when)\b|\b(?:explains?|tells us|means|is defined as|counts as|stands for|refers to|is called)\b",
    re.IGNORECASE,
)
CONDITION = re.compile(r"^(?:whether|we conclude|if|when|whenever|unless|where|once)\b", re.IGNORECASE)


def is_claim(text: str) -> bool:
    """Whether a sentence states what happened or how things stand. Questions, plans, orders, definitions, sentences about the paper itself and
    sentences that say what would have been are none; a number or moment makes a claim of the last two, too."""
    words = text.strip()
    if not words or words.endswith("?") or MARKED.match(words):
        return False
    measured = bool(MEASURED.search(words))
    if ORDERS.match(words) or (PLANS.search(words) and not _past(_before_plan(words))):
        return False
    if ABOUT_PAPER.search(words) and not (measured and _past(words)):
        return False
    if COUNTERFACTUAL.search(words):
        return measured and _past(COUNTERFACTUAL.sub("", words))
    if DEFINES.search(words) or (CONDITION.match(words) and not _past(words)):
        return measured and _past(words)
    return measured or _past(words) or bool(COUNTED.search(words) or STILL.search(words))


def _before_plan(words: str) -> str:
    """The part before a plan begins: `It failed at noon, and we will ...` states a fact first."""
    found = PLANS.search(words)
    return words[: found.start()] if found else words


def _past(words: str) -> bool:
    return bool(AUXILIARY.search(words) or REGULAR.search(words))
