"""Whether an action is a statement that can be shown to be false.

"Improve monitoring" cannot fail, so nobody can close it. A statement that can has three parts: a part of the service or of the work
that does something (subject), what is seen when it does (observable), and how much, how often or until when (measure). Rules look for the
parts by words and by form; they read no meaning. Measured on labelled statements: docs/explanation/corrective-actions.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Lack = Literal["wish", "subject", "observable", "measure"]

WISHES = (
    r"improv\w+", r"enhanc\w+", r"strengthen\w*", r"better", r"optimi[sz]e\w*", r"streamlin\w+", r"be (?:more )?careful", r"take care",
    r"(?:more )?attention", r"awareness", r"mindful", r"robust\w*", r"best practices?", r"appropriate\w*", r"adequate\w*", r"properly",
    r"as needed", r"where possible", r"if possible", r"when possible", r"consider\w*", r"explore", r"investigate", r"look into", r"think about",
    r"discuss\w*", r"revisit\w*", r"re-?evaluate", r"try to", r"aim to", r"work (?:on|towards?)", r"continue to", r"make sure", r"ensure",
    r"clarif\w+", r"educate", r"remind\w*", r"communicate", r"align\w*", r"foster", r"culture", r"vigilan\w+", r"reduce risk", r"focus on",
    r"tighten\w*", r"harden\w*", r"raise", r"increase", r"sooner", r"faster", r"more often", r"regularly", r"periodically", r"soon",
)  # fmt: skip
"""Words that promise effort. One alone is allowed where all three parts are there as well."""

OBSERVABLE = (
    r"alerts?", r"pages?", r"blocks?", r"blocked", r"fails?", r"failed", r"passes", r"pass", r"refus\w+", r"reject\w*", r"return(?:s|ed)?", r"deletes?",
    r"empt(?:y|ies|ied)", r"flush(?:es|ed)?", r"stops?", r"shows?", r"logs?", r"records?", r"names?", r"lists?", r"contains?", r"holds?",
    r"prints?", r"sends?", r"receives?", r"opens?", r"closes?", r"switch(?:es)?", r"roll(?:s|ed)? back", r"pulls?", r"is pulled", r"are pulled", r"runs?", r"is run", r"are run",
    r"expires?", r"revok\w+", r"requires?", r"asks?", r"stays?", r"drops?", r"redacts?", r"removes?", r"isolat\w+", r"separat\w+", r"limits?",
    r"throttl\w+", r"falls? back", r"leaves?", r"reach(?:es)?", r"arriv\w+", r"answers?", r"escalates?", r"appears?", r"matches", r"equals?", r"exits?", r"verif\w+", r"tests? (?:for|that|of)",
    r"disabl\w+", r"enabl\w+", r"serv(?:es|ed)", r"tags?", r"carr(?:y|ies)", r"quarantin\w+", r"is (?:set|signed|published|posted|named|met|known|declared|checked|encrypted)",
    r"declar\w+", r"post(?:s|ed)", r"notif\w+", r"creates?", r"writes?", r"measures?", r"detects?", r"routes?", r"covers?", r"replays?", r"agrees?",
)  # fmt: skip
"""Verbs whose happening somebody else can see."""

MEASURE = (
    r"\d", r"\b(?:zero|one|two|three|four|five|six|ten|twelve|twenty|thirty)\b", r"\b(?:every|each|all|any|no|none|never|only|always|both|without)\b",
    r"\b(?:above|below|over|under|at least|at most|more than|less than|within|before|after|until|daily|weekly|monthly|hourly|nightly)\b",
    r"[<>≤≥%]",
    r"`[^`]+` (?:passes|fails)",
)  # fmt: skip
"""How much, how often, until when: a figure, a quantifier or a bound."""

NOBODY = frozenset((
    "we", "us", "our", "they", "them", "everybody", "everyone", "people", "team", "teams", "staff", "somebody", "someone", "it",
    "this", "that", "these", "those", "things", "stuff", "process", "processes", "organisation", "organization", "company", "the",
    "a", "an", "of", "for", "to", "and", "or", "in", "on", "at", "by", "with", "from", "as", "be", "is", "are", "was", "were",
    "will", "would", "should", "must", "shall", "can", "could", "may", "might", "not", "more", "most", "very", "much", "many",
    "further", "also", "again", "all", "any", "every", "each", "both", "none", "never", "only", "always", "without", "within",
    "before", "after", "until", "above", "below", "over", "under", "least", "less", "than", "so",
))  # fmt: skip
"""Words that name no part: pronouns, people in general, and the small words of sentences."""
_BY_WHEN = re.compile(
    r"^\s*(?:by|until|before)\s+[^,]{2,40},\s*(?:[^,]{2,40}?\s+(?:makes?|has|lets?)\s+)?", re.IGNORECASE
)


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


_WISH, _SEEN = _any(WISHES), _any(OBSERVABLE)
_HOW_MUCH = re.compile("|".join(MEASURE), re.IGNORECASE)
_WORD = re.compile(r"[A-Za-zÀ-ÿ][\w-]+")

WRITE: dict[Lack, str] = {
    "wish": "Say what the service does once it is done, and the number that shows it: 'an alert pages tech within 5 minutes when ...'.",
    "subject": "Name the part of the service or of the work that does it.",
    "observable": "Say what somebody else would see: what is blocked, returned, refused, sent, recorded.",
    "measure": "Say how much, how often or until when: a number, 'every', 'none', 'within 5 minutes'.",
}


@dataclass(frozen=True)
class Weakness:
    """What a statement lacks, at which words, and what to write instead."""

    lack: Lack
    words: str
    found: str

    @property
    def write(self) -> str:
        """What to write instead."""
        return WRITE[self.lack]


def weaknesses(text: str) -> list[Weakness]:
    """What keeps this from being a statement that can be shown to be false; nothing, if it can.

    A date at the start is when it is due, not what is measured, so it does not count as a measure."""
    body = _BY_WHEN.sub("", text)
    seen, measured = _SEEN.search(body), _HOW_MUCH.search(body)
    wish = _WISH.search(body)
    lacks: list[Weakness] = []
    if wish and not (seen and measured):
        lacks.append(Weakness("wish", wish[0], f"'{wish[0]}' is a wish: nobody can fail it"))
    if not seen:
        lacks.append(Weakness("observable", "", "it says nothing that somebody could see"))
    if not measured:
        lacks.append(Weakness("measure", "", "it has no threshold, no count and no time"))
    if not _things(body):
        lacks.append(Weakness("subject", "", "it has no subject: no part of the service or of the work"))
    return lacks


def _things(body: str) -> list[str]:
    """Words that can name a part: neither pronouns and people in general, nor wishes, nor the verbs themselves."""
    left = _SEEN.sub(" ", _WISH.sub(" ", body))
    return [word for word in _WORD.findall(left) if word.lower() not in NOBODY and len(word) > 2]
