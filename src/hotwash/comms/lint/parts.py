"""Parts of the service that contradict the scope: named as hit and not in it, in it and denied, all or only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.look import Look
from hotwash.comms.lint.text import SENTENCES

Dimensions = tuple[tuple[str, tuple[str, ...]], ...]

ALSO = {
    "us": ("US", "USA", "U.S.", "United States", "America", "American"), "eu": ("EU", "Europe", "European", "European Union"),
    "apac": ("APAC", "Asia-Pacific", "Asia Pacific"), "latam": ("LATAM", "Latin America"), "en": ("English",), "de": ("German",),
    "fr": ("French",), "es": ("Spanish",), "ja": ("Japanese",), "pt": ("Portuguese",), "it": ("Italian",), "nl": ("Dutch",), "email": ("E-mail", "e-mail"),
}  # fmt: skip
"""How people write values that systems shorten."""
HIT = re.compile(
    r"affect\w*|concern\w*|impact\w*|\bhit\b|skew\w*|refus\w*|wrong|\bleak\w*|seeing it|see it|happens? in|\babuse\w*|expos\w*|\bare off\b|\bis off\b|"
    r"comes? through|limited to|confined to|\bget(?:s|ting)?\b|reached",
    re.IGNORECASE,
)
ASIDE = re.compile(r"\bclean\b|sample\w*|switched|\boff for\b|rolled|compare\w*|as well as usual", re.IGNORECASE)
ALL = re.compile(
    r"\b(?:all|every|each)\s(?:of our\s|our\s|the\s)?(?:\w+\s)?(?:customers?|users?|shops?|tenants?|regions?|languages?|products?|countries|applicants?|intents?|surfaces?|organisations?)\b|"
    r"\b(?:everyone|everybody|across the board|worldwide|globally)\b",
    re.IGNORECASE,
)
PART = re.compile(r";|\bbut\b|\bwhile\b|\bwhereas\b|\bthough\b")


@dataclass(frozen=True)
class Named:
    """A value of a dimension that a sentence names."""

    dim: str
    value: str
    start: int
    end: int


def segments(look: Look) -> Iterator[Finding]:
    """The first part of a sentence that names another scope than the log."""
    scope = look.facts.scope
    if scope is None or look.scopes.asked:
        return
    for begin, end in _hit(look.plain):
        if found := _part(look, begin, end):
            span, why = found
            yield look.finding("segment", look.places(*span), why, cites=scope.rests_on)
            return


@lru_cache(SENTENCES)
def _hit(plain: str) -> tuple[tuple[int, int], ...]:
    """The parts of a sentence that say of something that it is hit."""
    cuts = [0, *(one.start() for one in PART.finditer(plain)), len(plain)]
    return tuple(
        (begin, end)
        for begin, end in pairwise(cuts)
        if HIT.search(plain[begin:end]) and not ASIDE.search(plain[begin:end])
    )


def _part(look: Look, begin: int, end: int) -> tuple[tuple[int, int], str] | None:
    text = look.plain[begin:end]
    if look.facts.scope is None:
        return None
    scope = {dim: set(values) for dim, values in look.facts.scope.value.items()}
    says = (
        "The scope in the log is "
        + "; ".join(f"{dim} {', '.join(sorted(values))}" for dim, values in scope.items())
        + "."
    )
    everybody = ALL.search(look.plain, begin, end)
    if everybody and not _contexts(look, everybody.span()) & {"denied", "guessed", "conditional", "unsaid", "to-come"}:
        return everybody.span(), says
    dimensions = tuple((dim, tuple(values)) for dim, values in look.facts.dimensions.items())
    named = [one for one in _named(look.plain, begin, end, dimensions) if one.dim in scope]
    for one in named:
        contexts = _contexts(look, (one.start, one.end)) | _hit_contexts(look, begin, end)
        if contexts & {"guessed", "conditional", "unsaid", "to-come"}:
            continue
        inside = one.value in scope[one.dim]
        if inside == ("denied" in contexts):
            return (one.start, one.end), says
    only = re.search(r"\b(?:only|just|solely|limited to|confined to)\b", text, re.IGNORECASE)
    for dim in {one.dim for one in named} if only else ():
        told = {one.value for one in named if one.dim == dim}
        if told < scope[dim] and not re.search(r"\bnot only\b", text, re.IGNORECASE):
            one = next(one for one in named if one.dim == dim)
            return (one.start, one.end), says
    return None


def _contexts(look: Look, span: tuple[int, int]) -> frozenset[str]:
    places = look.places(*span)
    return look.scopes.over(places, places)


def _hit_contexts(look: Look, begin: int, end: int) -> frozenset[str]:
    """Whether being hit is denied: "t-08 is not affected" says it of the verb and not of the name."""
    found = HIT.search(look.plain, begin, end)
    return _contexts(look, found.span()) if found else frozenset()


@lru_cache(SENTENCES)
def _named(plain: str, begin: int, end: int, dimensions: Dimensions) -> tuple[Named, ...]:
    return tuple(
        Named(dim, value, one.start(), one.end())
        for dim, value, pattern in _patterns(dimensions)
        for one in pattern.finditer(plain, begin, end)
    )


@lru_cache(16)
def _patterns(dimensions: Dimensions) -> list[tuple[str, str, re.Pattern[str]]]:
    """How every value of a service is found."""
    return [
        (dim, value, re.compile(rf"(?<![\w-]){spelled}(?:s|es|-speaking)?(?![\w-])", 0 if exact else re.IGNORECASE))
        for dim, values in dimensions
        for value in values
        for spelled, exact in _spellings(dim, value)
    ]


def _spellings(dim: str, value: str) -> Iterator[tuple[str, bool]]:
    """Patterns for a value, and whether capitals matter: two letters are words of English as well."""
    plain = re.escape(value.replace("_", " ")).replace(r"\ ", r"[\s_-]")
    if len(value) > 3 or not value.isalpha():
        yield plain, False
    else:
        yield rf"{re.escape(dim)}\s{plain}", False
        if len(value) > 1 and value in ("api", "web", "ios"):
            yield plain, False
    yield from ((re.escape(one), True) for one in ALSO.get(value.lower(), ()))
