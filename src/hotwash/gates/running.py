"""A run: every question asked once, tried again where that can help, noted as it is answered, stopped where the budget ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hotwash.gates.pace import Gate, Patience, Spent, over, wait_before_next
from hotwash.gates.planned import Question
from hotwash.kernel.errors import HotwashError
from hotwash.kit.schema.endpoint import Price
from hotwash.kit.schema.suite import Budget
from hotwash.ports.clock import Clock
from hotwash.ports.endpoint import LATER, Ask, Endpoint, NoReply, Reply

HOPELESS = 10
"""Questions in a row that came to nothing, each with all of its tries, after which a run stops: the rest would fare no better."""
LOOK_AT: Mapping[str, str] = {
    "not_allowed": "; look at the key, and at the variable that holds it",
    "unreachable": "; look at the address",
    "rejected": "; look at the model, and at what the endpoint's file sends",
}
"""Fault → what to look at when every question ends in it."""
T = TypeVar("T")
R = TypeVar("R")


class ChangedSuiteError(HotwashError):
    """A run that was begun with another suite, or against another target."""

    code = "changed-suite"


@dataclass(frozen=True)
class Begun:
    """What a run is about; a journal starts with it. `digest` is the suite's content id."""

    suite: str
    digest: str
    target: str
    at_ms: int

    def same_as(self, other: Begun) -> None:
        """Raises ChangedSuiteError unless the other is the same suite, unchanged, against the same target."""
        if self.digest != other.digest:
            raise ChangedSuiteError(
                f"the suite was changed after this run began: it was {self.digest[:12]} and is {other.digest[:12]}. "
                "Limits and cases are agreed before answers are seen: set them back, or begin a new run in another journal"
            )
        if self.target != other.target:
            raise ChangedSuiteError(
                f"this journal belongs to {self.target}, not to {other.target}: name another with --journal"
            )


@dataclass(frozen=True)
class Answered:
    """What one question came to, with the requests that it took."""

    key: str
    reply: Reply | NoReply
    requests: int
    at_ms: int = 0

    @property
    def settled(self) -> bool:
        """Whether it is not to be asked again when the run goes on: it was answered, or another try cannot help."""
        return isinstance(self.reply, Reply) or self.reply.fault not in LATER


class Journal(Protocol):
    """Where answers are kept as they come."""

    def note(self, answered: Answered) -> None:
        """Keep one; it is on disk when this returns."""
        ...


class Each(Protocol):
    """Does a piece of work for each item, several at once perhaps; yields results as they come. It takes an item only when somebody
    is free to do it."""

    def __call__(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]: ...


def one_by_one(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The plain way to do it: one after the other."""
    return map(work, items)


@dataclass(frozen=True)
class Terms:
    """How a run may ask."""

    budget: Budget
    price: Price | None
    patience: Patience


@dataclass
class Run:
    """A run under way. `known` holds what an earlier sitting left; `stopped` says which budget ended it."""

    questions: Sequence[Question]
    endpoint: Endpoint
    clock: Clock
    terms: Terms
    journal: Journal
    known: Mapping[str, Answered]
    spent: Spent
    stopped: str = ""

    def __post_init__(self) -> None:
        self._gate, self._began = Gate(), self.clock.now()
        minutes = self.terms.budget.minutes
        self._ends = None if minutes is None else self._began + round(minutes * 60_000)

    def go(self, each: Each = one_by_one) -> Iterator[Answered]:
        """Ask everything that is not settled yet. Each answer is in the journal before it is yielded; a run that is broken off
        after that never asks for it again."""
        silent = 0
        for answered in each(self._settle, self._open()):
            if answered is None:
                continue
            self.journal.note(answered)
            silent = 0 if isinstance(answered.reply, Reply) else silent + 1
            if silent >= HOPELESS and isinstance(answered.reply, NoReply):
                told = f"{answered.reply.said}{LOOK_AT.get(answered.reply.fault, '')}"
                self.stopped = self.stopped or f"silence: {HOPELESS} questions in a row had no answer ({told})"
            yield answered

    def _open(self) -> Iterator[Question]:
        for question in self.questions:
            before = self.known.get(question.ask.key)
            if before is not None and before.settled:
                continue
            if self._spent_up():
                return
            yield question

    def _spent_up(self) -> bool:
        self.spent.ms = self.clock.now() - self._began
        self.stopped = self.stopped or over(self.terms.budget, self.spent, self.terms.price)
        return bool(self.stopped)

    def _settle(self, question: Question) -> Answered | None:
        """One question to its end: answered, given up, or left because the budget is used up before the first try."""
        ask, requests = question.ask, 0
        reply: Reply | NoReply | None = None
        while not self._spent_up():
            self._wait(self._gate.opens_at)
            if self._spent_up():
                break
            reply, requests = self._try(ask), requests + 1
            if isinstance(reply, Reply):
                break
            wait = wait_before_next(reply, requests, self.terms.patience, ask.key)
            if wait is None:
                break
            until = self.clock.now() + wait
            if reply.wait_ms is not None:
                self._gate.close_until(until)
            self._wait(until)
        return None if reply is None else Answered(ask.key, reply, requests, self.clock.now())

    def _wait(self, until: int) -> None:
        """Wait, but not beyond the end of the budget: there is nothing to wait for then."""
        self.clock.wait_until(until if self._ends is None else min(until, self._ends))

    def _try(self, ask: Ask) -> Reply | NoReply:
        reply = self.endpoint.ask(ask)
        self.spent.add(1, reply)
        return reply
