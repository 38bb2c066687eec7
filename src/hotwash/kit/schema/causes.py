"""What a team writes about causes after a drill or an incident. File: `causes.yaml` in the improvement folder.

Evidence is `e12` (event 12 of the log) or the id of an evidence item or trace of the record. A text that starts with OPEN is a question
that nobody has answered yet.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Dims, Id, Minutes, Text
from hotwash.kit.schema.kit import Bucket

OPEN = "OPEN"
HopName = Literal["input", "prompt", "retrieval-and-tools", "inference", "post-processing", "decision", "impact"]
HOPS: tuple[HopName, ...] = (
    "input", "prompt", "retrieval-and-tools", "inference", "post-processing", "decision", "impact",
)  # fmt: skip
"""The way of a request, in order."""
FactorKind = Literal["data", "model", "prompt-and-guardrails", "infrastructure", "process", "people"]
KINDS: tuple[FactorKind, ...] = ("data", "model", "prompt-and-guardrails", "infrastructure", "process", "people")
Effect = Literal["created", "hid", "delayed"]
EFFECTS: tuple[Effect, ...] = ("created", "hid", "delayed")
Held = Literal["missing", "failed", "bypassed", "late", "worked", "open"]


class Hop(Content):
    """One hop of the causal chain. `broke`: the fault entered here; `passed-on`: it came through; `held`: it did not come through here or
    has nothing to do with this hop. `changed` is what changed here recently, `assumed` which assumption did not hold."""

    hop: HopName
    state: Literal["open", "broke", "passed-on", "held"]
    what: Text
    changed: str = ""
    assumed: str = ""
    component: str = ""
    evidence: list[Text] = Field(default_factory=list)
    controls: list[Id] = Field(default_factory=list)


class Why(Content):
    """One answer to "why did that happen?", asked of the answer before it."""

    because: Text
    evidence: list[Text] = Field(default_factory=list)


class Factor(Content):
    """Something that created the failure, hid it, or delayed the response."""

    factor: Text
    kind: FactorKind
    effect: Effect
    evidence: list[Text] = Field(default_factory=list)


class Cause(Content):
    """A node of the fault tree: what could have led to the one above it. `gate` says whether all of its causes are needed, or any."""

    cause: Text
    verdict: Literal["open", "confirmed", "possible", "ruled-out"]
    evidence: list[Text] = Field(default_factory=list)
    controls: list[Id] = Field(default_factory=list)
    gate: Literal["any", "all"] = "any"
    causes: list[Cause] = Field(default_factory=list)


class Control(Content):
    """A control that should have stopped, shown or shortened it, and what it did. `answers` are entries of frameworks that it serves, as
    `nist-ai-rmf:MANAGE 2.4`."""

    id: Id
    title: Text
    state: Held
    why: str = ""
    answers: list[Text] = Field(default_factory=list)


class Consequence(Content):
    """What came of the top event, or could have, and the controls that should have kept it small. `happened`: in full; `lessened`: a control
    held a part of it back; `prevented`: it did not come to that."""

    consequence: Text
    verdict: Literal["open", "happened", "lessened", "prevented"]
    evidence: list[Text] = Field(default_factory=list)
    controls: list[Id] = Field(default_factory=list)


class HumanFactor(Content):
    """How the work was arranged for people: a question about the set-up, never about a person."""

    question: Text
    answer: Text
    evidence: list[Text] = Field(default_factory=list)


class Conclusion(Content):
    """What the team holds to be true, in the terms that an answer key has. An empty field says nothing."""

    component: str = ""
    mode: str = ""
    bucket: Bucket | None = None
    contributors: list[Bucket] = Field(default_factory=list)
    since_min: Minutes | None = None
    scope: Dims = Field(default_factory=dict)


class CausesPaper(Content):
    """`causes.yaml`. A paper without `consequences` is one of before there were any."""

    exercise: bool = True
    drill: Text
    log_head: str = ""
    top_event: Text
    conclusion: Conclusion
    chain: list[Hop]
    whys: list[Why]
    factors: list[Factor]
    tree: list[Cause]
    consequences: list[Consequence] = Field(default_factory=list)
    controls: list[Control]
    human_factors: list[HumanFactor]
