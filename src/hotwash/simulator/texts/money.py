"""Amounts and other numbers as people of a region and language write them."""

from __future__ import annotations

from hotwash.kit.schema.phrases import Currency, Phrases

DOLLARS = Currency(sign="$", per_dollar=1, decimals=2, comma=False, behind=False)
HOUSE_LANGUAGE = "en"
"""Documents and records of the shops are kept in it."""
NO_BREAK = "\u00a0"


class Money:
    """Writes amounts, given in dollars, in the currency of a place."""

    def __init__(self, phrases: Phrases) -> None:
        self.currencies = phrases.currencies
        self.comma, self.space = frozenset(phrases.comma_languages), frozenset(phrases.space_languages)

    def local(self, dollars: float, place: str) -> float:
        """The amount in units of the place's currency, as it is written: 1935.0 for ¥1,935."""
        currency = self.currencies.get(place, DOLLARS)
        return round(dollars * currency.per_dollar, currency.decimals)

    def write(self, dollars: float, place: str, language: str) -> str:
        """One amount: "$12.90", "12,90 €", "¥1,935", "US$ 12,90"."""
        currency = self.currencies.get(place, DOLLARS)
        text = f"{self.local(dollars, place):,.{currency.decimals}f}"
        if language not in self.comma or not currency.comma:
            return currency.sign + text
        thousands = NO_BREAK if language in self.space else "."
        text = text.translate(str.maketrans(",.", f"{thousands},"))
        return f"{text}{NO_BREAK}{currency.sign}" if currency.behind else f"{currency.sign}{NO_BREAK}{text}"


def plain(value: float) -> str:
    """A number without needless decimals."""
    return str(int(value)) if value == int(value) else str(value)
