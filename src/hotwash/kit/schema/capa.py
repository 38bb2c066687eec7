"""`capa.yaml`: the corrective and preventive actions of one drill, each with an owner, a day and a check that runs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer, model_validator

from hotwash.kit.schema.base import Content, Id, Text

Kind = Literal["correction", "corrective", "preventive", "detective"]
Horizon = Literal["fast", "medium", "structural"]
Points = Annotated[int, Field(ge=1, le=3)]
Word = Annotated[str, StringConstraints(min_length=1)]
"""A word of a command, its spaces kept."""
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
LONGEST_COMMAND_S = 3600


class SuiteCheck(Content):
    """A suite that is run afresh. `file` and a target that is a file are beside `capa.yaml`; green is the suite's own verdict `pass`."""

    file: Text
    target: Text


class CommandCheck(Content):
    """A command: words, no shell. Green is exit code 0 and, if asked for, `prints` in what it printed. Of the environment it gets PATH
    and the variables that are named here."""

    run: list[Word] = Field(min_length=1)
    seconds: int = Field(60, ge=1, le=LONGEST_COMMAND_S)
    prints: str = ""
    environment: list[Variable] = Field(default_factory=list)


class QueryCheck(Content):
    """One number out of traces. `sql` is a SELECT over the table `traces` that gives one row with one number."""

    traces: Text
    sql: Text
    at_most: float | None = None
    at_least: float | None = None
    seconds: int = Field(60, ge=1, le=LONGEST_COMMAND_S)

    @model_validator(mode="after")
    def _has_a_bound(self) -> QueryCheck:
        if self.at_most is None and self.at_least is None:
            raise ValueError("a query needs 'at_most' or 'at_least'")
        return self


class Attestation(Content):
    """What no machine can check, said by a person who is not the owner, with a file that shows it, and until when it counts."""

    says: Text
    by: Text
    evidence: Text
    on: date
    expires: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Attestation:
        if self.expires <= self.on:
            raise ValueError("'expires' is not after 'on'")
        return self


class GateCheck(Content):
    """A gate that is asked afresh. `folder` is a folder of gates beside `capa.yaml`; without `gate`, all of them. Green is a pass of every
    limit with enough known cases: neither an override nor a warning makes it green."""

    folder: Text
    gate: Id | None = None
    target: Text


class Verification(Content):
    """How to see that an action is done: exactly one of the five."""

    suite: SuiteCheck | None = None
    command: CommandCheck | None = None
    query: QueryCheck | None = None
    attestation: Attestation | None = None
    gate: GateCheck | None = None

    @model_validator(mode="after")
    def _one(self) -> Verification:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("write exactly one of suite, command, query, attestation, gate")
        return self

    @model_serializer(mode="wrap")
    def _as_before(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without a gate as it was before there were any: the digest of an action that was verified then stays the same."""
        body: dict[str, Any] = dump(self)
        return body if self.gate is not None else {name: one for name, one in body.items() if name != "gate"}

    @property
    def kind(self) -> str:
        """Which of the five it is."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)


class Priority(Content):
    """1 to 3 each: severities covered, failure modes covered, how soon it protects somebody (3: within days)."""

    severities: Points
    modes: Points
    time_to_value: Points

    @property
    def sum(self) -> int:
        """3 to 9. A plain sum, as the guide `capa-item` has it: three coarse judgements carry no finer arithmetic."""
        return self.severities + self.modes + self.time_to_value


class Decision(Content):
    """A decision that the action waits for: what, whose, until when."""

    what: Text
    by: Text
    due: date


class Effect(Content):
    """Whether it works in practice, checked later: on which day, what is measured, what counts as working."""

    on: date
    metric: Text
    works_if: Text


class CapaAction(Content):
    """One action. `cites` are versions of events in the record. `deadline` is as it was first agreed: `hotwash capa reschedule`
    moves it, with a reason, and the file keeps the first."""

    id: Id
    finding: Text
    cites: list[int] = Field(default_factory=list)
    cause: str = ""
    type: Kind
    horizon: Horizon
    action: Text
    owner: Text
    sponsor: str = ""
    deadline: date
    score: Priority
    verification: Verification
    depends_on: list[Id] = Field(default_factory=list)
    decision: Decision | None = None
    interim: str = ""
    side_effects: str = ""
    effect: Effect | None = None


class CapaFile(Content):
    """The whole file. `created` is the day from which follow-ups at 30, 60 and 90 days count."""

    drill: Text
    created: date
    actions: list[CapaAction] = Field(default_factory=list)
