"""What a decision is made from, and the checks that many decisions share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from hotwash.drill.commands import Command
from hotwash.drill.design import FACILITATOR, DrillDesign
from hotwash.drill.moment import Given, Moment
from hotwash.drill.payloads import Payload
from hotwash.drill.refusal import RefusedError
from hotwash.drill.state import DrillState

P = TypeVar("P", bound=Payload)


@dataclass(frozen=True)
class Asked:
    """One command with everything that it is decided from."""

    state: DrillState
    design: DrillDesign
    command: Command
    at: Moment
    given: Given

    @property
    def action(self) -> Any:
        """The command's action; the dispatch table guarantees its type."""
        return self.command.action

    def becomes(self, event: type[P], **added: object) -> P:
        """The event with the command's payload and what the engine adds."""
        body = self.command.action.model_dump(exclude={"do"})
        wanted = {name: value for name, value in body.items() if name in event.model_fields}
        return event.model_validate({**wanted, **added})

    def refuse(self, rule: str, message: str, who: tuple[str, ...] = ()) -> RefusedError:
        """A refusal to raise."""
        return RefusedError(rule, message, who)

    def must(self, held: bool, rule: str, message: str, who: tuple[str, ...] = ()) -> None:
        """Raise a refusal unless a check holds."""
        if not held:
            raise RefusedError(rule, message, who)

    def received(self, inject: str) -> bool:
        """Has this inject reached the seat that speaks (or, for exercise control, anybody)?"""
        lines = [
            line
            for kind in ("inject_delivered", "inject_improvised")
            for line in self.state.journal.where(kind, inject=inject)
        ]
        return any(self.command.seat in (*line.data["to"], FACILITATOR) for line in lines)

    def cites(self, items: Iterable[str]) -> None:
        """Refuse evidence that nobody collected: what is cited must be there to be looked at."""
        kinds, ids = ("evidence_collected", "snapshot_taken"), self.state.ids
        lost = [item for item in items if not any((kind, item) in ids for kind in kinds)]
        self.must(not lost, "evidence", f"there is no evidence item {', '.join(lost)}: collect it first, then cite it")

    def new_id(self, kind: str, name: str, what: str) -> None:
        """Refuse an empty id or one that is taken."""
        self.must(bool(name.strip()), "id", f"{what} needs an id")
        self.must((kind, name) not in self.state.ids, "id", f"{what} '{name}' exists already: choose another id")


def plain(event: type[Payload]) -> Callable[[Asked], list[Payload]]:
    """A decider for a command that only needs the right to give it."""

    def decide(asked: Asked) -> list[Payload]:
        return [asked.becomes(event)]

    return decide


def told(event: type[Payload], *fields: str) -> Callable[[Asked], list[Payload]]:
    """A decider that refuses empty text in the named fields, and evidence that does not exist."""

    def decide(asked: Asked) -> list[Payload]:
        for name in fields:
            value = getattr(asked.action, name)
            filled = bool(value.strip()) if isinstance(value, str) else bool(value)
            asked.must(filled, "completeness", f"'{name.replace('_', ' ')}' is empty: say it in one sentence")
        asked.cites(getattr(asked.action, "evidence", ()))
        return [asked.becomes(event)]

    return decide
