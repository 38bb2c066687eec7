"""One sentence with everything that a rule looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from hotwash.comms.facts import Facts
from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.frames import Names, terms
from hotwash.comms.lint.scope import Scopes, scopes
from hotwash.comms.lint.text import Sentence, Token
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.wording import Family, Wording

INTERNAL = frozenset({"executive", "support", "engineering"})
EXTERNAL = frozenset({"customer", "status", "talk-track", "regulator", "vendor"})


@dataclass(frozen=True)
class Look:
    """A sentence of a draft of one variant, what is known, and the kit."""

    sentence: Sentence
    variant: str
    facts: Facts
    kit: Kit

    @property
    def wording(self) -> Wording:
        """The kit's words."""
        return self.kit.wording

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The sentence's tokens."""
        return self.sentence.tokens

    @property
    def plain(self) -> str:
        """The sentence's text."""
        return self.sentence.plain

    @cached_property
    def scopes(self) -> Scopes:
        """The sentence's contexts."""
        return scopes(self.plain)

    @cached_property
    def names(self) -> Names:
        """What `@component` stands for: the service's components, and those that hypotheses blame."""
        blamed = [one.component for one in self.facts.ideas if one.component]
        return (("@component", tuple(one.replace("_", " ") for one in (*self.facts.components, *blamed))),)

    def terms(self, wanted: Sequence[str]) -> list[range]:
        """Where some terms stand."""
        return terms(self.sentence, wanted, self.names)

    def places(self, start: int, end: int) -> tuple[int, ...]:
        """The tokens between two offsets into the sentence's text."""
        return self.sentence.between(start, end)

    def finding(self, family: Family, places: Sequence[int], why: str, **more: object) -> Finding:
        """A finding at some tokens. `rule`, `write` and `cites` may be given."""
        first, last = self.tokens[min(places)], self.tokens[max(places)]
        offset = self.sentence.start
        return Finding(
            rule=str(more.get("rule") or family),
            family=family,
            weight="warns" if family in self.wording.warns else "blocks",
            sentence=self.plain,
            start=first.start,
            end=last.end,
            words=self.plain[first.start - offset : last.end - offset],
            why=why,
            write=str(more.get("write") or self.wording.remedies.get(family, "")),
            cites=int(str(more.get("cites", 0))),
        )
