"""The facts behind one request: the shop, the person, the numbers. Everything that is written agrees with these.

Each value is chosen by its own key, so that a row always reads the same and a lever can change an answer but never
the question. People are invented; addresses end in example.com; no card number passes the check of a real one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from hotwash.kernel.seeds import Pick
from hotwash.kit.schema.phrases import Phrases, ShopFact, Topic, Voice
from hotwash.kit.schema.system import SystemSpec
from hotwash.simulator.rows import RowFacts

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
LEAST_CENTS, MOST_CENTS = 1200, 40_000
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class Person:
    """Somebody invented."""

    first: str
    last: str
    name: str
    mail: str
    order: str
    card: str
    cents: int


@dataclass(frozen=True)
class Scene:
    """One request's facts as slot values, with its voice and topic."""

    voice: Voice
    topic: Topic
    language: str
    values: dict[str, str]
    other_tenant: str
    wrong: str
    """What an ungrounded answer would claim instead of the topic's fact; empty when the topic claims none."""


class Stage:
    """Sets scenes for one system."""

    def __init__(self, spec: SystemSpec, phrases: Phrases) -> None:
        self.spec, self.phrases = spec, phrases

    def scene(self, facts: RowFacts) -> Scene:
        """The scene of a row; the same row always has the same."""
        phrases, dims = self.phrases, facts.dims
        language = dims.get("language", FALLBACK_LANGUAGE)
        voice = phrases.voices.get(language) or phrases.voices[FALLBACK_LANGUAGE]
        language = language if language in phrases.voices else FALLBACK_LANGUAGE
        intent = dims.get("intent") or next(iter(phrases.topics))
        topics = phrases.topics.get(intent) or next(iter(phrases.topics.values()))
        topic = topics[facts.question % len(topics)]
        tenant, region = dims.get("tenant", ""), dims.get("region", "")
        shop = self.shop(tenant, region, language)
        person = self.person(voice, facts.seed, tenant, facts.user)
        other_tenant = self._other(facts, tenant)
        other_voice = phrases.voices[FALLBACK_LANGUAGE]
        other = self.person(other_voice, facts.seed, other_tenant, facts.row)
        pick = Pick(facts.seed, tenant, facts.user, facts.question, "numbers")
        item_key = pick.of(sorted(voice.items)) if voice.items else ""
        haul = 20_000 + pick.below(60_000)
        numbers = Pick(facts.seed, facts.row, "reference")
        values = {
            **shop,
            "company": self.company(tenant),
            "name": person.name, "first": person.first, "last": person.last, "mail": person.mail, "order": person.order,
            "amount": self.money(person.cents, region, language), "amount_plain": self.plain(person.cents, region),
            "refund_plain": self.plain(min(person.cents, 5_900), region),
            "item": voice.items.get(item_key, ""), "item_key": item_key,
            "item_en": other_voice.items.get(item_key, ""),
            "parcel": _parcel(pick), "reference": f"{numbers.below(900_000) + 100_000}",
            "doc": f"{self.company(tenant).lower()}/{intent}/{topic.id}",
            "other_name": other.name, "other_mail": other.mail, "other_order": other.order, "other_card": other.card,
            "other_company": self.company(other_tenant), "other_company_key": self.company(other_tenant).lower(),
            "other_amount_plain": self.plain(other.cents, region),
            "haul": self.plain(haul, region), "mule": f"acct-{numbers.below(90_000) + 10_000}",
        }  # fmt: skip
        wrong = ""
        if topic.claim:
            wrong = self._say(
                phrases.facts[topic.claim], Pick(tenant, topic.claim, "wrong"), region, language, wrong=True
            )
        return Scene(voice, topic, language, values, other_tenant, wrong)

    def shop(self, tenant: str, region: str, language: str) -> dict[str, str]:
        """The rules of one tenant: the same for everybody who asks there."""
        return {
            name: self._say(fact, Pick(self.spec.id, tenant, name), region, language)
            for name, fact in self.phrases.facts.items()
        }

    def company(self, tenant: str) -> str:
        """The tenant's name."""
        companies = self.phrases.companies
        digits = "".join(letter for letter in tenant if letter.isdigit())
        return companies[int(digits or 0) % len(companies)]

    def person(self, voice: Voice, seed: int, tenant: str, user: int) -> Person:
        """An invented person, the same whenever they come back."""
        pick = Pick(seed, tenant, user, "person")
        first, last = pick.of(voice.names.first), pick.of(voice.names.last)
        written = {"first": first.partition("/")[0], "last": last.partition("/")[0]}
        latin = [one.partition("/")[2] or one for one in (first, last)]
        address = ".".join(_ascii(one) for one in latin)
        return Person(
            **written,
            name=voice.names.full.format(**written),
            mail=f"{address}{pick.below(90) + 10}@example.com",
            order=f"{pick.of(LETTERS)}{pick.below(900_000) + 100_000}",
            card=f"0000 {pick.below(9000) + 1000} {pick.below(9000) + 1000} {pick.below(9000) + 1000}",
            cents=LEAST_CENTS + pick.below(MOST_CENTS - LEAST_CENTS),
        )

    def money(self, cents: int, region: str, language: str) -> str:
        """An amount as people of the region write it."""
        currency = self.phrases.currencies.get(region)
        if currency is None:
            return f"{cents / 100:.2f}"
        text = f"{cents * currency.per_dollar / 100:.{currency.decimals}f}"
        if language in self.phrases.comma_languages:
            return f"{text.replace('.', ',')} {currency.sign}"
        return f"{currency.sign}{text}"

    def plain(self, cents: int, region: str) -> str:
        """An amount as tools write it."""
        currency = self.phrases.currencies.get(region)
        return f"{cents * (currency.per_dollar if currency else 1) / 100:.{currency.decimals if currency else 2}f}"

    def _say(self, fact: ShopFact, pick: Pick, region: str, language: str, *, wrong: bool = False) -> str:
        value = pick.of(fact.wrong if wrong else fact.values)
        return self.money(round(value * 100), region, language) if fact.unit == "money" else f"{value:g}"

    def _other(self, facts: RowFacts, tenant: str) -> str:
        column = self.spec.dimensions.get("tenant")
        count = column.zipf if column else 0
        pattern = column.pattern if column else ""
        names = [pattern.format(i) for i in range(count)] or (list(column.shares) if column else [])
        others = [name for name in names if name != tenant] or [f"{tenant}-other"]
        return Pick(facts.seed, facts.row, "other").of(others)


def _parcel(pick: Pick) -> str:
    """Sixteen digits that look like a card number and fail its check digit."""
    digits = f"4{pick.below(10_000_000):07d}{pick.below(10_000_000):07d}"
    check = next(one for one in "0123456789" if not _luhn(digits + one))
    return digits + check


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalnum()) or "someone"
