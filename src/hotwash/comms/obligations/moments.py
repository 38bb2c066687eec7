"""Moments that clocks run from: what was put on record, by whom, why, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hotwash.kit.schema.duties import Anchor

WORDS: dict[Anchor, str] = {
    "occurred": "it happened", "detected": "it was noticed", "aware": "somebody knew, with reasonable certainty",
    "high-risk": "the high risk was known", "classified": "it was classified as major",
    "determined": "it was determined to be reportable", "causal-link": "a causal link, or its likelihood, was established",
    "received": "the application or request was received", "mitigated": "a remedy was available",
    "submitted": "the earlier notice was submitted",
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """A moment on record. `earliest` and `latest` are what can be argued; `of` is the obligation that it is about, or empty.
    `rests_on` is the entry of a log that said it, 0 for a file."""

    anchor: Anchor
    at: datetime
    who: str
    why: str
    of: str = ""
    earliest: datetime | None = None
    latest: datetime | None = None
    rests_on: int = 0

    @property
    def first(self) -> datetime:
        """The earliest that can be argued."""
        return self.earliest or self.at

    @property
    def last(self) -> datetime:
        """The latest that can be argued."""
        return self.latest or self.at


@dataclass(frozen=True)
class Moments:
    """All moments in the order in which they were put on record; the last of each kind holds."""

    recorded: tuple[Moment, ...] = ()

    @classmethod
    def of(cls, moments: Iterable[Moment]) -> Moments:
        """From any order-keeping source."""
        return cls(tuple(moments))

    def history(self, anchor: Anchor, of: str = "") -> tuple[Moment, ...]:
        """Every version of a moment, oldest first: those about an obligation, or those about the whole incident where there
        is none."""
        own = tuple(one for one in self.recorded if one.anchor == anchor and one.of == of)
        if own or not of or anchor == "submitted":
            return own
        return self.history(anchor)

    def holds(self, anchor: Anchor, of: str = "") -> Moment | None:
        """The version that holds."""
        known = self.history(anchor, of)
        return known[-1] if known else None

    def replaced(self, anchor: Anchor, of: str = "") -> Moment | None:
        """The version before the one that holds, where the moment was changed."""
        known = self.history(anchor, of)
        return known[-2] if len(known) > 1 else None
