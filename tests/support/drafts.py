"""The labelled drafts of `tests/data/draft_lint`, and how well a reader of drafts does on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from hotwash.comms.facts import Facts
from hotwash.comms.facts_file import facts_of_file
from hotwash.comms.lint.check import check
from hotwash.kit.load import load_kit
from hotwash.kit.schema.facts import FactsFile

FOLDER = Path(__file__).parents[1] / "data" / "draft_lint"
SETS = ("sentences", "adversarial", "documents", "heldout", "heldout-documents", "fresh", "blind")


@dataclass(frozen=True)
class Labelled:
    """A sentence or a whole draft, and the families of findings that a careful editor would mark in it."""

    source: str
    moment: str
    variant: str
    text: str
    want: frozenset[str]
    kind: str = ""

    @property
    def whole(self) -> bool:
        return self.source.endswith("documents")


@dataclass
class Tally:
    """Right, false and missed findings of one family."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)


@dataclass
class Result:
    """Tallies by family, and every draft that was judged otherwise than labelled."""

    by_family: dict[str, Tally] = field(default_factory=dict)
    errors: list[tuple[Labelled, frozenset[str]]] = field(default_factory=list)

    @property
    def overall(self) -> Tally:
        tallies = self.by_family.values()
        return Tally(sum(t.right for t in tallies), sum(t.false for t in tallies), sum(t.missed for t in tallies))


Reader = Callable[[Labelled], frozenset[str]]


def moments() -> dict[str, Facts]:
    """The facts of each moment, by name."""
    found = yaml.safe_load((FOLDER / "facts.yaml").read_text())
    return {name: facts_of_file(FactsFile.model_validate(body)) for name, body in found.items()}


def labelled(*sources: str) -> list[Labelled]:
    """The labelled drafts of some files."""
    return [
        Labelled(source, one["f"], one["v"], one["t"], frozenset(one["want"]), one.get("kind", ""))
        for source in sources
        for one in yaml.safe_load((FOLDER / f"{source}.yaml").read_text())
    ]


def linted() -> Reader:
    """Draft lint with the base kit; of a sentence alone, nothing counts as missing from it."""
    kit, facts = load_kit(), moments()

    def read(one: Labelled) -> frozenset[str]:
        found = check(one.text, one.variant, facts[one.moment], kit)
        return frozenset(finding.family for finding in found if one.whole or finding.sentence)

    return read


def judge(reader: Reader, drafts: list[Labelled]) -> Result:
    """How a reader does on labelled drafts."""
    result = Result()
    for one in drafts:
        got = reader(one)
        for family in one.want | got:
            tally = result.by_family.setdefault(family, Tally())
            tally.right += family in one.want & got
            tally.false += family in got - one.want
            tally.missed += family in one.want - got
        if got != one.want:
            result.errors.append((one, got))
    return result
