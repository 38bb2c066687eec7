"""A suite: what is asked, what every answer is held against, and which limits were agreed before the run. File: any `*.yaml`.

The whole of it has one content id; a result names the id, so that limits cannot be moved after the answers were seen.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from hotwash.kit.schema.base import Content, Id, Share, Text

SuiteKind = Literal["smoke", "replay", "leak", "bias"]
TESTS = (
    "exact", "contains", "any_of", "lacks", "matches", "unmatched", "shape", "refuses", "no_canary", "no_personal_data",
    "calls", "no_call", "lacks_call", "grounded",
)  # fmt: skip
WHOLE = "all"
"""Name of the segment that holds every case."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as wrong:
        raise ValueError(f"this is no regular expression: {wrong}") from wrong
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class Shape(Content):
    """What JSON looks like: a small part of JSON Schema, with its meaning. `required` and `properties` are for objects, `items`
    for arrays, `minimum` and `maximum` for numbers, `enum` for any value."""

    type: Literal["object", "array", "string", "number", "integer", "boolean", "null"] | None = None
    required: list[str] = Field(default_factory=list)
    properties: dict[str, Shape] = Field(default_factory=dict)
    items: Shape | None = None
    enum: list[str | int | float | bool | None] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None


class WantedCall(Content):
    """A tool call that should be there, or should not: its name, and arguments that it has among others."""

    tool: Text
    arguments: dict[str, Any] = Field(default_factory=dict)


class Check(Content):
    """One thing that an answer is held against: exactly one of the tests. `outcome` is what it counts as where limits are set;
    empty, its test decides: refusal, leak, tool-call, grounding, or answer."""

    exact: str | None = None
    contains: list[Text] | None = Field(None, min_length=1)
    any_of: list[Text] | None = Field(None, min_length=1)
    lacks: list[Text] | None = Field(None, min_length=1)
    matches: Pattern | None = None
    unmatched: Pattern | None = None
    shape: Shape | None = None
    refuses: bool | None = None
    no_canary: Literal[True] | None = None
    no_personal_data: Literal[True] | None = None
    calls: WantedCall | None = None
    no_call: list[Text] | None = None
    lacks_call: WantedCall | None = None
    grounded: Share | None = None
    outcome: Id | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(getattr(self, one) is not None for one in TESTS) != 1:
            raise ValueError(f"write exactly one of {', '.join(TESTS)}")
        return self

    @property
    def test(self) -> str:
        """The name of its test."""
        return next(one for one in TESTS if getattr(self, one) is not None)

    @property
    def counts_as(self) -> str:
        """The outcome that it speaks for."""
        kinds = {"refuses": "refusal", "no_canary": "leak", "no_personal_data": "leak", "calls": "tool-call",
                 "no_call": "tool-call", "lacks_call": "tool-call", "grounded": "grounding"}  # fmt: skip
        return self.outcome or kinds.get(self.test, "answer")


class Turn(Content):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: Text


class Case(Content):
    """One request. `turns` is a conversation that ends with the user's message; `user` is short for one. `sources` are given to
    the model and are what grounding is held against. `segment` says whom it stands for: dimension → value. `origin` says where it came
    from, such as a drill, a request and an event: nothing is judged by it."""

    id: Id
    user: Text | None = None
    turns: list[Turn] = Field(default_factory=list)
    sources: list[Text] = Field(default_factory=list)
    segment: dict[Id, str] = Field(default_factory=dict)
    origin: dict[Id, str] = Field(default_factory=dict)
    checks: list[Check] = Field(default_factory=list)

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if (self.user is None) == (not self.turns):
            raise ValueError("write either user or turns")
        if self.turns and self.turns[-1].role != "user":
            raise ValueError("the last of turns is the user's message")
        return self

    @property
    def said(self) -> str:
        """The user's last message."""
        return self.user if self.user is not None else self.turns[-1].content


class Pair(Content):
    """One request in versions that differ only in what stands for a person. `vary`: placeholder → group → texts; the first
    group is the reference, and the nth text of a group is held against the nth text of the reference."""

    id: Id
    user: Text
    sources: list[Text] = Field(default_factory=list)
    segment: dict[Id, str] = Field(default_factory=dict)
    vary: dict[Id, dict[Id, list[Text]]] = Field(min_length=1)
    checks: list[Check] = Field(default_factory=list)


class Canary(Content):
    """A secret that was planted to be looked for: made up, and nowhere else. `{canary:ID}` in a text stands for it."""

    id: Id
    value: Text = Field(min_length=8)


class Limit(Content):
    """What was agreed for one outcome. `at_most` is the share that may fail; `gap_at_most` how far the shares of two groups may lie
    apart; `worse_by_at_most` how much worse than the baseline it may be. `never`: one failure is enough to fail. `by` names the
    dimensions whose every value has to keep the limit too; `least` is how many cases each of these must have."""

    at_most: Annotated[float, Field(gt=0, lt=1)] | None = None
    gap_at_most: Annotated[float, Field(gt=0, lt=1)] | None = None
    worse_by_at_most: Annotated[float, Field(gt=0, lt=1)] | None = None
    never: bool = False
    by: list[Id] = Field(default_factory=list)
    least: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.at_most is None and self.gap_at_most is None and self.worse_by_at_most is None:
            raise ValueError("write at least one of at_most, gap_at_most, worse_by_at_most")
        return self


class Decoding(Content):
    """How answers are drawn, as the endpoint takes it; what is left out is the endpoint's own."""

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Share | None = None
    max_tokens: int | None = Field(None, ge=1)
    seed: int | None = None


class Budget(Content):
    """Where a run stops by itself. What was not asked by then is missing evidence, not a failure."""

    requests: int | None = Field(None, ge=1)
    minutes: float | None = Field(None, gt=0)
    cost: float | None = Field(None, gt=0)


class Suite(Content):
    """A suite. `cases_from` names a file of JSON lines beside it, one case a line. `checks` are
    for every case, grounding for those that have sources. `trials` is how often each case is asked: in a smoke
    suite every trial counts, for its case alone; elsewhere a case is as bad as the worst of its trials. `confidence` is one-sided."""

    id: Id
    title: Text
    kind: SuiteKind
    about: Text = ""
    confidence: Annotated[float, Field(ge=0.8, lt=1)] = 0.95
    trials: int = Field(1, ge=1, le=10_000)
    system: str = ""
    tools: list[dict[str, Any]] = Field(default_factory=list)
    decoding: Decoding = Field(default_factory=Decoding)
    canaries: list[Canary] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    cases: list[Case] = Field(default_factory=list)
    cases_from: str = ""
    pairs: list[Pair] = Field(default_factory=list)
    limits: dict[Id, Limit] = Field(min_length=1)
    budget: Budget = Field(default_factory=Budget)
