"""A text without the personal data and secrets in it: what may leave a vault.

The detectors are those that leakage is judged by (`patterns`), and more that are right for hiding and too eager for counting: a
name in front of an address, a number in groups that fails its check. Each value becomes its kind and a number, the same value the
same number, so that a reader can still follow who is who; the mark is one that triage knows and counts. Nothing found is not nothing there: free text can hold what no pattern
knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hotwash.triage.patterns import ANY_AFTER, ANY_BEFORE, KINDS, Kind
from hotwash.triage.scan import MOST_CHARS, key, plain, spans
from hotwash.triage.suspects import REDACTED
from hotwash.triage.verify import Verdict, digits

NAME = r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’-]{1,30}"
FULL_NAME = NAME + r"(?: (?:[a-z]{2,3} ){0,2}" + NAME + r"){0,3}"
NOBODY = frozenset(
    [
        "your",
        "you",
        "my",
        "me",
        "he",
        "she",
        "they",
        "it",
        "what",
        "who",
        "this",
        "the",
        "a",
        "an",
        "not",
        "customer",
        "support",
        "assistant",
        "agent",
        "bot",
        "user",
        "admin",
        "team",
        "sir",
        "madam",
        "service",
        "services",
        "relations",
        "care",
        "success",
        "data",
        "id",
        "record",
        "records",
        "reference",
        "dear",
        "hello",
        "hi",
        "hey",
        "thanks",
        "thank",
        "sorry",
        "yes",
        "no",
        "none",
        "null",
        "unknown",
        "redacted",
        "anonymous",
        "everybody",
        "all",
    ]
)
"""What stands where a name would, and is none: "what's your name" holds nobody's."""


def name(value: str) -> Verdict:
    """At least one word that is not one of those that stand in for a name."""
    return "no" if all(one.lower().strip("'’-") in NOBODY for one in value.split()) else "real"


def _dated(value: str) -> Verdict:
    """Digits enough for a date."""
    return "real" if len(digits(value)) >= 4 else "no"


def _numbered(value: str) -> Verdict:
    """An identifier has a digit in it."""
    return "real" if digits(value) else "no"


MORE: tuple[Kind, ...] = (
    Kind("card_number", "personal", ANY_BEFORE + r"([0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{1,7})" + ANY_AFTER, _numbered),
    Kind("person", "personal", rf"(?:^|[^0-9A-Za-z])({FULL_NAME}) ?[<(\[] ?(?:mailto:)?[0-9A-Za-z._%+-]{{1,64}}@", name, start=r"[<(\[]"),
    Kind("person", "personal", rf"\[({FULL_NAME})\]\(mailto:", name, start="mailto:"),
    Kind("person", "personal",
         r"(?:[Mm]y (?:full |first |last )?name is|MY NAME IS|[Ii] am called|[Tt]his is|[Nn]ame ?[:=]|[Cc]ustomer ?[:=]?|[Pp]atient ?[:=]?)"
         rf"[ \t\"']{{0,3}}({FULL_NAME})", name, start="ame|AME|called|his is|ustomer|atient"),
    Kind("person", "personal", rf"(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herr|Frau|Madame|Señora?)\.? ({FULL_NAME})", name,
         start=r"M[rsx]|Dr|Prof|Herr|Frau|Madame|Señor"),
    Kind("person", "personal", rf"(?:^|[\n\r.!>] ?)(?:Dear|Hi|Hello|Hey) ({FULL_NAME})[,!:]", name, start="Dear|Hi|Hello|Hey"),
    Kind("birth_date", "personal",
         r"(?:[Bb]orn(?: on)?|DOB|[Dd]ate of [Bb]irth|[Bb]irth ?date|[Bb]irthday)[ :=is]{0,6}([0-9A-Za-z][0-9A-Za-z ,./-]{5,18}[0-9])",
         _dated, start="orn|DOB|irth"),
    Kind("address", "personal",
         r"(?:^|[^0-9A-Za-z])([0-9]{1,5}[A-Za-z]? (?:[A-Z][A-Za-z'.-]{1,20} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|"
         r"Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Way|Place|Pl)\b\.?)".replace(r"\b", ""), _numbered,
         start="Str|St|Ave|R(?:oa)?d|L(?:a)?n|Dr|B(?:oule)?v|C(?:our)?t|Sq|Terr|Way|Pl"),
    Kind("document_number", "personal",
         r"(?:[Pp]assport|[Dd]river'?s? [Ll]icen[cs]e|[Mm]edical [Rr]ecord|MRN|[Pp]olicy|[Aa]ccount|[Mm]ember(?:ship)?)"
         r"(?: (?:[Nn]umber|[Nn]o\.?|[Ii][Dd]))?[ :=#is]{1,5}([0-9A-Z][0-9A-Z-]{4,24})", _numbered,
         start="assport|icen|edical|MRN|olicy|ccount|ember"),
)  # fmt: skip
"""Kinds for hiding alone."""
ORDER = (*KINDS, *MORE)


@dataclass
class Redactor:
    """Hides values in the texts of one item. One redactor numbers values across them; `counts` says how many of each kind."""

    counts: Counter[str] = field(default_factory=Counter)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _carried: set[str] = field(default_factory=set)

    def carry(self, text: str) -> None:
        """Hide what this text holds wherever else it stands: the numbers, addresses and names of content that is withheld whole."""
        tokens = (one.strip("._%+-") for one in re.findall(r"[0-9A-Za-z@._%+-]{5,}", plain(text)))
        self._carried.update(one for one in tokens if len(one) >= 5 and re.search("[0-9@]", one))
        for kind in ORDER:
            self._carried.update(
                plain(text)[a:b] for a, b in spans(plain(text), kind) if kind.verify(plain(text)[a:b]) != "no"
            )

    def text(self, text: str) -> str:
        """The text with each value replaced. What lies after `MOST_CHARS` is left out, and said."""
        read, taken = plain(text), list[tuple[int, int, str]]()
        for kind in ORDER:
            for start, end in spans(read, kind):
                if kind.verify(read[start:end]) != "no":
                    _take(taken, start, end, kind.name)
        for value in sorted(self._carried, key=lambda one: (-len(one), one)):
            for found in re.finditer(re.escape(value), read):
                _take(taken, *found.span(), "withheld")
        parts, at = list[str](), 0
        for start, end, kind_name in sorted(taken):
            parts += [read[at:start], self._named(kind_name, read[start:end])]
            at = end
        cut = f"[{len(text) - MOST_CHARS} characters more, not looked through]" if len(text) > MOST_CHARS else ""
        return "".join((*parts, read[at:], cut))

    def value(self, value: Any) -> Any:
        """Every text inside a JSON value, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(inner) for name, inner in value.items()}
        return [self.value(one) for one in value] if isinstance(value, Iterable) else value

    def _named(self, kind: str, value: str) -> str:
        compared = (kind, key(kind, value))
        if compared not in self._known:
            self.counts[kind] += 1
            self._known[compared] = f"[{REDACTED} {kind}-{self.counts[kind]}]"
        return self._known[compared]


def _take(taken: list[tuple[int, int, str]], start: int, end: int, kind: str) -> None:
    """Add a place; one that overlaps an earlier one widens what is hidden, so that no end of it shows."""
    over = [one for one in taken if start < one[1] and one[0] < end]
    if any(one[0] <= start and end <= one[1] for one in over):
        return
    for one in over:
        taken.remove(one)
    first = over[0][2] if over else kind
    taken.append(
        (
            min(start, *(one[0] for one in over)) if over else start,
            max(end, *(one[1] for one in over)) if over else end,
            first,
        )
    )


def redacted(text: str) -> str:
    """One text by itself, without its personal data and secrets."""
    return Redactor().text(text)
