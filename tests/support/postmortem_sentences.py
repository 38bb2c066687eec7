"""Labelled sentences of postmortems, and how a reader does on them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from hotwash.aftermath.postmortem.check.check import check

FOLDER = Path(__file__).parents[1] / "data" / "postmortem_check"
SETS = ("tuned", "heldout", "fresh", "blind")
MARKS = ("uncited", "cause", "blame")
RULES = {"uncited": "uncited", "cause-is-symptom": "cause", "blame": "blame"}


@dataclass(frozen=True)
class Labelled:
    text: str
    marks: frozenset[str]


@dataclass
class Tally:
    hits: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.hits / (2 * self.hits + self.false + self.missed) if self.hits else 0.0


def labelled(name: str) -> list[Labelled]:
    found = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert all(set(one["marks"]) <= set(MARKS) for one in found)
    return [Labelled(one["text"], frozenset(one["marks"])) for one in found]


def marked(text: str) -> frozenset[str]:
    """What the check marks in one sentence, without a record."""
    return frozenset(
        RULES[one.rule] for one in check(f"**EXERCISE**\n\n## Summary\n\n{text}\n", None) if one.rule in RULES
    )


def judge(
    sentences: list[Labelled], reader: Callable[[str], frozenset[str]]
) -> tuple[dict[str, Tally], list[tuple[str, str, str]]]:
    """Tallies by mark, and every error as (mark, false or missed, sentence)."""
    tallies, errors = {mark: Tally() for mark in MARKS}, []
    for one in sentences:
        found = reader(one.text)
        for mark, tally in tallies.items():
            if mark in found and mark in one.marks:
                tally.hits += 1
            elif mark in found:
                tally.false += 1
                errors.append((mark, "false", one.text))
            elif mark in one.marks:
                tally.missed += 1
                errors.append((mark, "missed", one.text))
    return tallies, errors
