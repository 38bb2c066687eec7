"""The decision tree: questions answered yes, no or unknown, and what follows from the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hotwash.kit.schema.duties import Obligation, Question

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class Given:
    """An answer that somebody gave, and why. `before` is what it was, if it was changed."""

    answer: Answer
    who: str = ""
    why: str = ""
    before: Answer | None = None


@dataclass(frozen=True)
class Tree:
    """The kit's questions with the answers so far. A question without an answer is unknown, but where unknowns are counted only
    those that somebody said count."""

    questions: Mapping[str, Question]
    given: Mapping[str, Given] = field(default_factory=dict)

    @classmethod
    def of(cls, questions: Sequence[Question], given: Mapping[str, Given]) -> Tree:
        """From the kit's list."""
        return cls({one.id: one for one in questions}, given)

    def answer(self, name: str) -> Answer:
        """The answer to a question, given or derived. An answer that was given overrules what would follow, so that
        counsel can say that something is no breach. A name that is no question is unknown."""
        if name in self.given:
            return self.given[name].answer
        question = self.questions.get(name)
        if question is None:
            return "unknown"
        parts = [self.answer(one) for one in (*question.any, *question.all)]
        if question.any:
            return self._any(question, parts)
        return both(parts) if parts else "unknown"

    def _any(self, question: Question, parts: Sequence[Answer]) -> Answer:
        if "yes" in parts:
            return "yes"
        # A question that nobody has asked yet is no sign of anything; an 'unknown' that somebody said is.
        said = sum(one in self.given and self.given[one].answer == "unknown" for one in question.any)
        if question.unknowns_make_yes is not None and said >= question.unknowns_make_yes:
            return "yes"
        return "unknown" if "unknown" in parts else "no"

    def by_caution(self, name: str) -> bool:
        """Whether an answer is yes only because so much is unknown."""
        question = self.questions.get(name)
        if question is None or name in self.given or self.answer(name) != "yes":
            return False
        parts = (*question.any, *question.all)
        return (
            "yes" not in map(self.answer, question.any)
            if question.any and question.unknowns_make_yes
            else any(self.by_caution(one) for one in parts)
        )

    def leaves(self, name: str) -> tuple[str, ...]:
        """The questions to ask people for an answer, in order: the question itself, or those that it follows from."""
        question = self.questions.get(name)
        parts = (*question.any, *question.all) if question else ()
        found = [leaf for one in parts for leaf in self.leaves(one)]
        return tuple(dict.fromkeys(found)) if parts else (name,)

    def verdict(self, one: Obligation) -> tuple[Answer, tuple[str, ...]]:
        """Whether an obligation's conditions hold, and the questions that decided it: those answered no, or those that lift
        it, or those still open. A row that asks nothing is open: people judge it."""
        lifting = tuple(name for name in one.unless if self.answer(name) == "yes")
        failed = tuple(name for name in one.needs if self.answer(name) == "no")
        if lifting or failed:
            return "no", (*failed, *lifting)
        unsettled = tuple(name for name in one.needs if self.answer(name) == "unknown")
        if unsettled or not one.needs:
            return "unknown", unsettled
        return "yes", tuple(one.needs)

    def to_ask(self, asked: Iterable[Obligation]) -> tuple[Question, ...]:
        """Questions without an answer that can still change something, in the order of the kit. A duty that is out asks
        nothing more; what lifts a duty is asked once everything else about it holds."""
        wanted: set[str] = set()
        for one in asked:
            verdict, names = self.verdict(one)
            if verdict == "unknown":
                wanted |= {leaf for name in names for leaf in self.leaves(name)}
            elif verdict == "yes":
                wanted |= {leaf for name in one.unless for leaf in self.leaves(name)}
        return tuple(question for name, question in self.questions.items() if name in wanted and name not in self.given)


def both(parts: Sequence[Answer]) -> Answer:
    """Three-valued and: one no is no, else one unknown is unknown."""
    return "no" if "no" in parts else "unknown" if "unknown" in parts else "yes"
