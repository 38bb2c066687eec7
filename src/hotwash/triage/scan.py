"""Values in one text: unfolded, found by pattern, confirmed by check, and never shown whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.triage.patterns import COMMON, INVISIBLE, KINDS, NEAR, Kind, compiled
from hotwash.triage.suspects import MARKER, MARKER_CHARS
from hotwash.triage.verify import Verdict, iban_of

MOST_CHARS = 1_000_000
"""Of one text that are looked through; a longer one is looked through to here, and counted as cut."""
_HIDDEN = str.maketrans(dict.fromkeys(INVISIBLE, ""))
_SPACED = frozenset({"phone", "payment_card", "us_ssn", "es_dni", "uk_nino", "fr_nir"})
_ESCAPE = re.compile(r"\\u00([0-9a-fA-F]{2})")


@dataclass(frozen=True)
class Hit:
    """A confirmed value. `value` is for comparing only and goes into no finding; `masked` may be shown."""

    kind: str
    group: str
    verdict: Verdict
    value: str
    masked: str


def plain(text: str) -> str:
    """A text as a reader or a browser has it: without invisible characters, full-width signs as ASCII, escapes resolved."""
    short = text[:MOST_CHARS]
    if "\\u00" in short:
        short = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), short)
    if "&#" in short or "%40" in short:
        short = short.replace("&#64;", "@").replace("&#x40;", "@").replace("%40", "@")
    if short.isascii():
        return short
    return unicodedata.normalize("NFKC", short.translate(_HIDDEN))


def mask(kind: str, value: str) -> str:
    """The kind and at most the last two characters; of short or telling kinds nothing."""
    kept = (
        value[-2:]
        if len(value) >= 8 and kind not in {"password", "connection_string", "private_key", "data_in_url"}
        else ""
    )
    return f"[{kind} …{kept}]"


def key(kind: str, value: str) -> str:
    """A value without what people write differently, for comparing."""
    if kind == "iban":
        return iban_of(value)
    return value.lower() if kind == "email" else re.sub(r"[ ()-]", "", value) if kind in _SPACED else value


def hits(text: str, kinds: Sequence[Kind] = KINDS) -> tuple[Hit, ...]:
    """Every confirmed value of a text, each once. A value inside one of an earlier kind counts for the earlier one."""
    read, found, taken = plain(text), dict[tuple[str, str], Hit](), list[tuple[int, int]]()
    for kind in kinds:
        for start, end in spans(read, kind):
            value = read[start:end]
            verdict = kind.verify(value)
            if verdict == "no" or any(start < last and first < end for first, last in taken):
                continue
            taken.append((start, end))
            compared = key(kind.name, value)
            found.setdefault(
                (kind.name, compared), Hit(kind.name, kind.group, verdict, compared, mask(kind.name, compared))
            )
    return tuple(found.values())


def spans(text: str, kind: Kind) -> list[tuple[int, int]]:
    """Where candidates lie; the sign after one may be the sign before the next."""
    if not compiled(kind.start).search(text):
        return []
    pattern, places, at = compiled(kind.pattern), list[tuple[int, int]](), 0
    while match := pattern.search(text, at):
        before = text[max(0, match.start(1) - NEAR) : match.start(1)]
        # A number with a country code, or a card number in groups, is written as no shop writes its own.
        telling = match[1].startswith("+") or (kind.name == COMMON and not match[1].isdigit())
        if telling or not (kind.unless and re.search(kind.unless, before)):
            places.append(match.span(1))
        at = max(match.end(1), at + 1)
    return places


def withheld(text: str | None) -> bool:
    """Whether a text is not there, or a marker stands in its place."""
    return text is None or (len(text) <= MARKER_CHARS and bool(re.search(MARKER, text.lower())))
