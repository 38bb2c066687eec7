"""Jargon in drafts for people who do not speak it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.frames import Names, terms
from hotwash.comms.lint.look import Look
from hotwash.comms.lint.same import Same
from hotwash.comms.lint.text import SENTENCES, alone
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.wording import Jargon, Needs


def jargon(look: Look) -> Iterator[Finding]:
    """One finding a sentence, at the first term of the trade."""
    if not look.wording.variants.get(look.variant, Needs()).plain:  # type: ignore[call-overload]  # any string may be asked for
        return
    found = _first(look.plain, Same(look.kit), look.names)
    if found:
        place, one = found
        yield look.finding("jargon", place, "Readers of this draft do not know the term.", write=f"Write: {one.write}.")


@lru_cache(SENTENCES)
def _first(plain: str, kit: Same[Kit], names: Names) -> tuple[range, Jargon] | None:
    """The first term of the trade in a sentence, with its tokens: the same whoever reads it."""
    found = [(place, one) for one in kit.it.wording.jargon for place in terms(alone(plain), one.terms, names)]
    return min(found, key=lambda told: told[0].start, default=None)
