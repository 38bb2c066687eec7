"""Quantities in a sentence: digits and words, ranges, bounds, shares, money."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Literal

from hotwash.comms.lint.text import SENTENCES

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS: dict[str, float] = {
    **{word: float(i) for i, word in enumerate(ONES.split())},
    **{word: 10.0 * i for i, word in enumerate(TENS.split(), start=2)},
    "dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000,
}  # fmt: skip
PARTS: dict[str, float] = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
SCALES = {"k": 1e3, "m": 1e6, "bn": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9, "hundred": 1e2}

_WORD = rf"(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})"
_ONE = rf"(?:\d[\d,]*(?:\.\d+)?(?:\s?(?:k|m|bn)\b|\s(?:hundred|thousand|million|billion)\b)?|(?:a\s)?\b{_WORD}(?:[\s-](?:and\s)?{_WORD})*\b)"
NUMBER = re.compile(_ONE, re.IGNORECASE)
MONEY = r"(?:USD|US\$|\$)\s?"
RANGE = re.compile(
    rf"(?P<money>{MONEY})?(?P<a>{_ONE})(?P<unit_a>\s?(?:%|percent))?\s?(?:-|–|—|to|and)\s?(?:{MONEY})?(?P<b>{_ONE})",
    re.IGNORECASE,
)
FRACTION = re.compile(
    rf"\b(?P<n>an?|one|two|three|half|\d+)(?:\s|-)?(?P<part>{'|'.join(PARTS)})s?\b|\b(?P<half>half)\b|"
    rf"\b(?P<x>one|two|three|four|five|six|seven|eight|nine|\d+) (?:in|out of) (?P<y>{_ONE})|\bevery (?P<nth>{'|'.join(PARTS)}|second|other)\b",
    re.IGNORECASE,
)
BOUND = re.compile(
    r"(?P<most>up to|at most|no more than|not more than|fewer than|less than|under|below|a maximum of)\s(?:about\s|some\s)?$|"
    r"(?P<least>at least|more than|over|above|no fewer than|no less than|upwards of)\s(?:about\s|some\s)?$",
    re.IGNORECASE,
)
SHARE_AFTER = re.compile(r"\s?(?:%|percent|per cent)", re.IGNORECASE)
MONEY_AFTER = re.compile(r"\s?(?:dollars|USD)\b", re.IGNORECASE)
NOT_A_NUMBER = re.compile(r"[-:/.]\d|\w*-$|(?:sev|severity|t\+|policy|utc|gmt|idx|version)[\s+-]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """A number or a range in a text, from `start` to `end`. An end that the words leave open is infinite."""

    low: float
    high: float
    unit: Literal["count", "money", "percent"]
    start: int
    end: int


@lru_cache(SENTENCES)
def quantities(plain: str) -> tuple[Quantity, ...]:
    """Quantities of a text, in order; what is part of a time, a version or an id is none."""
    return tuple(_quantities(plain))


def _quantities(plain: str) -> Iterator[Quantity]:
    taken: list[tuple[int, int]] = []
    for found in (*_fractions(plain), *_ranges(plain), *_singles(plain)):
        if not any(found.start < end and start < found.end for start, end in taken):
            taken.append((found.start, found.end))
            yield found


def value_of(words: str) -> float | None:
    """A number written in digits or in words; None for what is none."""
    text = words.lower().strip().replace(",", "")
    digits = re.fullmatch(r"(\d+(?:\.\d+)?)\s?([a-z]*)", text)
    if digits:
        scale = SCALES.get(digits[2], None if digits[2] else 1.0)
        return None if scale is None else float(digits[1]) * scale
    total = part = 0.0
    for word in re.split(r"[\s-]+", text):
        if word in ("a", "and"):
            part = part or (1.0 if word == "a" else 0.0)
        elif word not in WORDS:
            return None
        elif WORDS[word] >= 1000:
            total, part = total + (part or 1) * WORDS[word], 0.0
        elif word in ("hundred", "dozen"):
            part = (part or 1) * WORDS[word]
        else:
            part += WORDS[word]
    return total + part


def _fractions(plain: str) -> Iterator[Quantity]:
    spans = [(one, _fraction(one)) for one in FRACTION.finditer(plain)]
    between = [
        (a, b)
        for (a, _), (b, _) in itertools.pairwise(spans)
        if re.fullmatch(r"\s?(?:to|and|-|–)\s?", plain[a.end() : b.start()])
    ]
    for a, b in between:
        low, high = sorted((_fraction(a), _fraction(b)))
        yield Quantity(100 * low, 100 * high, "percent", a.start(), b.end())
    for one, share in spans:
        if not re.match(r"\s(?:of\s)?(?:an?\s)?(?:hour|minute|day)|\s?past", plain[one.end() :]):
            low, high = _bounded(plain, one.start(), 100 * share, 100 * share)
            yield Quantity(low, high, "percent", one.start(), one.end())


def _fraction(found: re.Match[str]) -> float:
    if found["half"]:
        return 0.5
    if found["nth"]:
        return 1 / PARTS.get(found["nth"].lower(), 2)
    if found["x"]:
        return (value_of(found["x"]) or 1) / (value_of(found["y"]) or 1)
    many = 1.0 if found["n"].lower() in ("a", "an") else value_of(found["n"]) or 1.0
    return many / PARTS[found["part"].lower()]


def _ranges(plain: str) -> Iterator[Quantity]:
    for one in RANGE.finditer(plain):
        low, high = value_of(one["a"]), value_of(one["b"])
        if low is None or high is None or high < low or _no_number(plain, one.start(), one.end()):
            continue
        if re.search(r"\band\b", plain[one.end("a") : one.start("b")]) and not re.search(
            r"between\s$", plain[: one.start()], re.IGNORECASE
        ):
            continue
        # "18k to 26" and "18 to 26k" both mean thousands.
        if one["b"].lower().endswith("k") and low < 1000:
            low *= 1000
        yield _unit(plain, low, high, one.start(), one.end(), money=bool(one["money"]))


def _singles(plain: str) -> Iterator[Quantity]:
    for one in NUMBER.finditer(plain):
        value = value_of(one[0])
        if value is None or _no_number(plain, one.start(), one.end()):
            continue
        money = re.search(rf"{MONEY}$", plain[: one.start()], re.IGNORECASE)
        begin = money.start() if money else one.start()
        low, high = _bounded(plain, begin, value, value)
        yield _unit(plain, low, high, begin, one.end(), money=bool(money))


def _bounded(plain: str, start: int, low: float, high: float) -> tuple[float, float]:
    bound = BOUND.search(plain[:start])
    if bound is None:
        return low, high
    return (-inf, high) if bound["most"] else (low, inf)


def _unit(plain: str, low: float, high: float, start: int, end: int, *, money: bool) -> Quantity:
    share, dollars = SHARE_AFTER.match(plain, end), MONEY_AFTER.match(plain, end)
    if share:
        return Quantity(low, high, "percent", start, share.end())
    if money or dollars:
        return Quantity(low, high, "money", start, dollars.end() if dollars else end)
    return Quantity(low, high, "count", start, end)


def _no_number(plain: str, start: int, end: int) -> bool:
    """Part of a time, a date, an id, a version or a severity."""
    before = plain[max(0, start - 12) : start]
    return bool(
        NOT_A_NUMBER.match(plain, end) or (re.search(r"[\w:]-?$|[:/.]$", before[-2:]) and before[-1:].strip())
    ) or bool(re.search(r"(?:sev|severity|t\+|policy|utc|gmt|version|reference)[\s+-]*$", before, re.IGNORECASE))
