"""What draft lint says: one finding per rule and sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotwash.kit.schema.wording import Family

Weight = Literal["blocks", "warns"]


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a draft.

    `rule` is the id of a prohibited statement of the kit, or the name of the family where the rule is not a statement. `sentence` is the text of the
    sentence, empty for what is missing from the draft as a whole; `start` and `end` are offsets into the draft of the words
    that were found (equal where something is missing: there it would have to stand). `why` is the reason, `write` what to write
    instead. `cites` is the entry of the log that the draft contradicts or lacks (0: none).
    """

    rule: str
    family: Family | Literal["opinion"]
    weight: Weight
    sentence: str
    start: int
    end: int
    words: str
    why: str
    write: str
    cites: int = 0
    opinion_of: str = ""
    """Empty for a rule; the name of the reader, where it is the opinion of a language model and not a rule."""

    @property
    def blocks(self) -> bool:
        """Whether the draft must not be published like this."""
        return self.weight == "blocks"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where an offset stands in a text, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
