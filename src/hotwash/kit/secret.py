"""The half of a scenario that players never receive: MSEL, world, answer key, facilitator guide.

Nothing here may be imported by stand-ins or player views; import contracts hold that.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Dims, Id, Level, Minutes, Text
from hotwash.kit.schema.conditions import Condition, Expectation
from hotwash.kit.schema.kit import Bucket
from hotwash.kit.schema.levers import LeverKind
from hotwash.kit.schema.system import Distractor, Unlogged, World


class Inject(Content):
    """One item of the MSEL. Exactly one of `at_min` (drill time) and `when` (a condition) says when.

    `reveals` are facts that the receiving seats know once they have read it. `subject` and `body` may hold
    slots of `kit.vocabulary.SLOTS`, filled from the log when the inject is delivered.
    """

    id: Id
    kind: Literal["contextual", "expected-action", "contingency"]
    at_min: Minutes | None = None
    when: Condition | None = None
    sender: Text
    channel: Literal["alert", "chat", "e-mail", "phone", "ticket", "press", "portal"]
    to: list[Id] = Field(min_length=1)
    subject: Text
    body: Text
    reveals: list[Id] = Field(default_factory=list)
    expects: list[Expectation] = Field(default_factory=list)
    evaluator: Text
    """What observers look for."""
    notes: str = ""


class TrueFact(Content):
    """A fact that is true in the world from a minute on."""

    fact: Id
    from_min: Minutes


class Clue(Content):
    """A way in which a team can find something out; a scenario is solvable when each step has one."""

    step: Literal["detect", "locate", "contain", "recover"]
    clue: Text
    found_in: Text


class KeyObligation(Content):
    """Whether a duty applies, and why."""

    obligation: Id
    applies: bool
    why: Text


class AnswerKey(Content):
    """What really happened and what should be done."""

    what_happened: Text
    incident: bool
    """False for a false alarm: the right answer is not to declare but to fix the detector."""
    bucket: Bucket | None
    mode: Id | None
    contributors: list[Bucket] = Field(default_factory=list)
    severity: Level
    severity_accepted: list[Level]
    declare: bool
    cause: Id | None
    """The component or dependency that carries the fault."""
    scope: Dims = Field(default_factory=dict)
    onset_min: Minutes | None
    facts: list[TrueFact]
    clues: list[Clue] = Field(min_length=1)
    plan: list[Text] = Field(min_length=1)
    """The proportionate response, step by step, in words."""
    contained_means: Text
    alarms_false: list[Id] = Field(default_factory=list)
    """Alerts that are expected to fire for a harmless reason."""
    obligations: list[KeyObligation] = Field(default_factory=list)
    expectations: list[Expectation] = Field(default_factory=list)


class Constraint(Content):
    """A card that makes any scenario harder in one way. File: `constraints/<id>.yaml`.

    `brief` is added to what players read; everything else is as secret as the scenario's own. `slower` multiplies the delays
    of all levers, `slower_levers` those of single ones; `withdraws` takes levers away; `reviewers_share` of the reviewers
    are on shift. What the system does not have (a signal, a dimension, a lever) is left out of the card.
    """

    id: Id
    title: Text
    brief: Text
    slower: float = Field(1.0, ge=1, le=5)
    slower_levers: dict[LeverKind, float] = Field(default_factory=dict)
    withdraws: list[LeverKind] = Field(default_factory=list)
    reviewers_share: float = Field(1.0, gt=0, le=1)
    unlogged: list[Unlogged] = Field(default_factory=list)
    distractors: list[Distractor] = Field(default_factory=list)
    injects: list[Inject] = Field(min_length=1)


class ScenarioSecret(Content):
    """Everything about a scenario that players must not see before it is revealed."""

    scenario: Id
    world: World
    msel: list[Inject]
    key: AnswerKey
    facilitator_guide: Text
