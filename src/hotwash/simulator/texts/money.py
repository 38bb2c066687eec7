"""Amounts and other numbers as people of a region and language write them."""

from __future__ import annotations

from hotwash.kit.schema.phrases import Currency, Phrases

DOLLARS = Currency(sign="$", per_dollar=1, decimals=2)
HOUSE_LANGUAGE = "en"
"""Documents and records of the shops are kept in it."""


class Money:
    """Writes amounts, given in dollars, in a region's currency."""

    def __init__(self, phrases: Phrases) -> None:
        self.currencies, self.comma = phrases.currencies, frozenset(phrases.comma_languages)

    def write(self, dollars: float, region: str, language: str) -> str:
        """One amount: "$12.90", "12,90 €", "¥1,935"."""
        currency = self.currencies.get(region, DOLLARS)
        text = f"{dollars * currency.per_dollar:,.{currency.decimals}f}"
        if language not in self.comma:
            return currency.sign + text
        return f"{text.translate(str.maketrans(',.', '.,'))}\u00a0{currency.sign}"


def plain(value: float) -> str:
    """A number without needless decimals."""
    return str(int(value)) if value == int(value) else str(value)
