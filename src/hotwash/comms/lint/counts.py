"""Numbers of people, money and shares that contradict the log, or that it does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import isinf

from hotwash.comms.facts import Fact, Range
from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.look import Look
from hotwash.comms.lint.numbers import Quantity, quantities
from hotwash.comms.lint.text import SENTENCES

_WHO = r"(?:people|persons?|individuals?|customers?|users?|applicants?|accounts?|shoppers?|clients?|consumers?|patients?|members?|guests?|data subjects?)\b"
PEOPLE = re.compile(rf"\W{{0,2}}(?:\w+\s){{0,2}}?{_WHO}", re.IGNORECASE)
COUNTED = re.compile(
    rf"\bnumber of\s{_WHO}[^.;]*?(?:\bis\b|\bat\b|:|\bto\b)\W*(?:about|approximately|around|roughly|some|put at)?\W*$",
    re.IGNORECASE,
)
"""A count before which its people stand: "number of people concerned: 12"."""
HARMED = re.compile(
    r"affect\w*|concern\w*|impact\w*|\bhit\b|\bsaw\b|receiv\w*|\bgot\b|\bwere told\b|declin\w*|denied|expos\w*|abus\w*|harm\w*|touched|estimate\w*|skew\w*|refus\w*|"
    r"wrong\w*|\boff\b|involv\w*|individuals|so far|see it in|disclos\w*|taken over|\bshown\b|unanswered|stolen|number of|victims?",
    re.IGNORECASE,
)
PAID = re.compile(
    r"loss\w*|lost|paid|pay\w*|refund\w*|cost\w*|stand at|damage\w*|out of pocket|stolen|gone", re.IGNORECASE
)
ASIDE = re.compile(
    r"canary|rollout|sample\w*|replay\w*|traces?|tickets?|team|engineers?|target|budget|trials?|wrote in|answer it",
    re.IGNORECASE,
)
NAMES = {"count": "people", "money": "money", "percent": "the share of requests"}


def numbers(look: Look) -> Iterator[Finding]:
    """The first number of a sentence about harm that the log contradicts, or does not have."""
    if look.scopes.asked:
        return
    for one in _harmed(look.plain):
        places = look.places(one.start, one.end)
        if not places or look.scopes.over(places, places) & {"unsaid", "conditional", "to-come"}:
            continue
        wrong = _wrong(look, one)
        if wrong:
            yield look.finding("number", places, wrong[0], cites=wrong[1])
            return


@lru_cache(SENTENCES)
def _harmed(plain: str) -> tuple[Quantity, ...]:
    """Quantities of people, money and shares that harm came to."""
    return tuple(one for one in quantities(plain) if _about_harm(plain, one))


def _about_harm(plain: str, one: Quantity) -> bool:
    clause = re.split(r"[;]", plain[: one.start])[-1] + re.split(r"[;]", plain[one.start :])[0]
    if ASIDE.search(clause):
        return False
    if one.unit == "money":
        return bool(PAID.search(clause))
    if one.unit == "count" and not PEOPLE.match(plain, one.end) and not COUNTED.search(plain[: one.start]):
        return False
    return bool(HARMED.search(clause))


def _wrong(look: Look, one: Quantity) -> tuple[str, int] | None:
    facts = look.facts
    if any(one.low == one.high == known.value for known in facts.other_numbers):
        return None
    known: Fact[Range] | None = {"count": facts.people, "money": facts.money_usd, "percent": facts.share}[one.unit]
    if known is None:
        return f"The log has no figure for {NAMES[one.unit]} yet.", 0
    slack = look.wording.tolerance.number
    least, most = known.value.low, known.value.high
    if (
        least is not None
        and most is not None
        and _fits(one, least * (1 - slack), most * (1 + slack), least * (1 + slack), most * (1 - slack))
    ):
        return None
    if (least is None or most is None) and known.value.holds(one.low, one.high):
        return None
    return f"The log says {_said(known.value)} for {NAMES[one.unit]}.", known.rests_on


def _fits(one: Quantity, least: float, most: float, start: float, upper: float) -> bool:
    """Both ends inside what is known. "At most" must reach the upper end, or it plays down; "at least" must not exceed the lower."""
    if isinf(one.low):
        return upper <= one.high <= most
    if isinf(one.high):
        return one.low <= start
    return least <= one.low and one.high <= most


def _said(known: Range) -> str:
    if known.low is None or known.high is None:
        return f"at least {known.low:,g}" if known.high is None else f"at most {known.high:,g}"
    return f"{known.low:,g} to {known.high:,g}"
