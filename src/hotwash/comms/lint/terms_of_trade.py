"""Jargon in drafts for people who do not speak it."""

from __future__ import annotations

from collections.abc import Iterator

from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.look import Look
from hotwash.kit.schema.wording import Needs


def jargon(look: Look) -> Iterator[Finding]:
    """One finding a sentence, at the first term of the trade."""
    if not look.wording.variants.get(look.variant, Needs()).plain:  # type: ignore[call-overload]  # any string may be asked for
        return
    found = [(place.start, place, one) for one in look.wording.jargon for place in look.terms(one.terms)]
    if found:
        _, place, one = min(found, key=lambda told: told[0])
        yield look.finding("jargon", place, "Readers of this draft do not know the term.", write=f"Write: {one.write}.")
