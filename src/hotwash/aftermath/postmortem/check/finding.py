"""What the check of a postmortem says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rule = Literal[
    "uncited", "unknown-citation", "unsupported", "figure-differs", "cause-is-symptom", "blame", "name", "section-missing", "section-empty",
    "undecided", "not-marked",
]  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing to mend: where (line and column from 1), the words, why, and what to write."""

    rule: Rule
    line: int
    column: int
    words: str
    why: str
    write: str
