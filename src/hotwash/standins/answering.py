"""The kit's questions on obligations, answered from what a seat knows; what it cannot tell stays unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hotwash.comms.obligations.check import Incident, check
from hotwash.comms.obligations.moments import Moments
from hotwash.comms.obligations.tree import Answer
from hotwash.drill.commands import AnswerQuestion
from hotwash.drill.duty_facts import answers_of, of_view
from hotwash.kit.schema.duties import Question
from hotwash.standins.desk import Desk


def to_answer(desk: Desk) -> tuple[Question, ...]:
    """What the tree asks next, of the answers that this seat has been shown."""
    view = desk.view

    def asked() -> tuple[Question, ...]:
        return check(desk.kit, Incident(desk.scenario.story_start.date(), answers_of(of_view(view)), Moments())).to_ask

    return view.kept.get("to answer", ("question_answered",), asked)


def answers(
    desk: Desk, facts: Collection[str], regions: Collection[str], *, for_others: bool, in_uk: bool, settled: bool
) -> Iterator[AnswerQuestion]:
    """An answer to each open question. `settled`: what happened is known, so that a fact which nobody has seen is a no."""
    brief = "As our brief and the scope on the board say."
    known: dict[str, tuple[Answer, str]] = {
        "controller": ("no" if for_others else "yes", brief),
        "processor": ("yes" if for_others else "no", brief),
        "in-eu": ("yes" if "eu" in regions else "no", brief),
        "in-us": ("yes" if "us" in regions else "no", brief),
        "in-uk": ("yes" if in_uk else "no", brief),
        "contract-clause": ("yes", "The contracts of the exercise have a clause on it."),
    }
    for question in to_answer(desk):
        answer, why = known.get(question.id, ("unknown", "Not known to us yet."))
        seen = [fact for fact in question.facts if fact in facts]
        if seen:
            answer, why = "yes", f"We have seen it: {seen[0].replace('_', ' ')}."
        elif question.facts and settled:
            answer, why = "no", "Nothing that we have read shows it."
        yield AnswerQuestion(question=question.id, answer=answer, reason=why)
