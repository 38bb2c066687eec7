"""What a run left: every trial with its state by outcome, and cases put together from trials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotwash.gates.evidence import worst
from hotwash.gates.graders import Context, Grade, State, grade
from hotwash.gates.planned import Planned, Question
from hotwash.kit.schema.suite import Suite
from hotwash.ports.endpoint import NoReply, Reply


@dataclass(frozen=True)
class Graded:
    """One trial. `outcomes` has every outcome that the case is asked for; `why` says in words what failed or is unknown."""

    case: str
    trial: int
    outcomes: Mapping[str, State]
    why: tuple[str, ...] = ()
    answered: bool = True


def graded(suite: Suite, question: Question, reply: Reply | NoReply | None) -> Graded:
    """Hold one reply against everything that its case is asked for. Without an answer all of it is unknown: an endpoint that did
    not answer has neither failed nor held."""
    planned = question.planned
    if not isinstance(reply, Reply):
        said = f"no answer: {reply.fault.replace('_', ' ')}" if reply is not None else "not asked"
        return Graded(
            planned.case, question.trial, {one.counts_as: "unknown" for one in planned.checks}, (said,), False
        )
    context = Context(planned.said, planned.sources, {one.id: one.value for one in suite.canaries})
    grades = [grade(check, reply, context) for check in planned.checks]
    why = tuple(_words(one) for one in grades if one.state != "held")
    return Graded(planned.case, question.trial, _by_outcome(grades), why)


def _by_outcome(grades: Sequence[Grade]) -> dict[str, State]:
    names = dict.fromkeys(one.outcome for one in grades)
    return {name: worst([one.state for one in grades if one.outcome == name]) for name in names}


def _words(one: Grade) -> str:
    return f"{one.outcome}, {one.check}: {one.why}" if one.state == "failed" else f"{one.outcome} unknown: {one.why}"


def by_case(trials: Iterable[Graded]) -> dict[str, dict[str, State]]:
    """Case → outcome → the worst of its trials."""
    found: dict[str, dict[str, list[State]]] = {}
    for one in trials:
        for outcome, state in one.outcomes.items():
            found.setdefault(one.case, {}).setdefault(outcome, []).append(state)
    return {case: {outcome: worst(states) for outcome, states in outcomes.items()} for case, outcomes in found.items()}


def segments_of(planned: Sequence[Planned], by: Sequence[str]) -> dict[str, list[Planned]]:
    """Segment → its cases: `dimension=value`, every value of every dimension."""
    found: dict[str, list[Planned]] = {}
    for dim in by:
        for one in planned:
            if dim in one.segment:
                found.setdefault(f"{dim}={one.segment[dim]}", []).append(one)
    return found
