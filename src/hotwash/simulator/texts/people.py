"""Invented people: names of the voice's language, addresses at example.com, card numbers that no issuer can give out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from hotwash.kernel.seeds import Pick
from hotwash.kit.schema.phrases import Names

UNASSIGNED = "40000"
"""Test prefix; with a wrong check digit the number is no card anywhere."""
_LETTERS = "ABCDEFGHKLMNPRSTUVWX"
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ı": "i"})


def person(names: Names, pick: Pick) -> dict[str, str]:
    """Slots of one person: name, mail, card."""
    first, last = pick.of(names.first).partition("/"), pick.of(names.last).partition("/")
    latin = f"{_latin(first[2] or first[0])}.{_latin(last[2] or last[0])}{pick.below(90) + 10}"
    full = names.full.replace("{first}", first[0]).replace("{last}", last[0])
    return {"name": full, "mail": f"{latin}@example.com", "card": card_number(pick)}


def order_number(pick: Pick) -> str:
    """One letter and six digits."""
    return f"{pick.of(_LETTERS)}{pick.below(900_000) + 100_000}"


def parcel_number(pick: Pick) -> str:
    """Sixteen digits in groups of four, as a detector of card numbers likes them; no card begins with 80."""
    return _groups(f"80{pick.below(10**7):07d}{pick.below(10**7):07d}")


def long_order_number(pick: Pick) -> str:
    """Sixteen digits of a newer order system: prefix 41 to 48, year and month, counter, check digit. They pass the same
    test as card numbers do, which is what a detector trips over."""
    head = f"4{1 + pick.below(8)}2611{pick.below(10**4):04d}{pick.below(10**5):05d}"
    return _groups(head + str(check_digit(head)))


def card_number(pick: Pick) -> str:
    """Sixteen digits whose check digit is wrong (Luhn, ISO/IEC 7812-1 annex B)."""
    head = f"{UNASSIGNED}{pick.below(10**5):05d}{pick.below(10**5):05d}"
    return _groups(head + str((check_digit(head) + 1 + pick.below(9)) % 10))


def check_digit(head: str) -> int:
    """The digit that would make `head` plus it a valid number by Luhn's formula."""
    return -sum(_luhn_terms(head)) % 10


def _luhn_terms(head: str) -> Iterator[int]:
    for place, digit in enumerate(reversed(head)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        yield doubled - 9 if doubled > 9 else doubled


def _groups(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _latin(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())
