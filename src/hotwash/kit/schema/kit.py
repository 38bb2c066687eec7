"""The base kit: taxonomy, severity, declaration bar, rules, roles, alerts, messages, rubric, timeline, obligations."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Dims, Id, Level, Minutes, Share, Text
from hotwash.kit.schema.comms import Communication, Point, Stakeholder, Variant
from hotwash.kit.schema.conditions import Condition
from hotwash.kit.schema.duties import Confidence, Notice, Obligation, Question, WorkCalendar
from hotwash.kit.schema.levers import BreakerGuide, HarmWeights, Lever, LeverKind, TierGuide
from hotwash.kit.schema.wording import Frame, Proof, Wording, no_needs
from hotwash.ports.system import Layer

Bucket = Literal["model", "data", "platform", "policy"]


class BucketGuide(Content):
    """One of the four buckets of a primary driver."""

    title: Text
    holds: Text
    first_sign: Text
    first_question: Text
    first_safe_move: Text


class Scheme(Content):
    """A public scheme of risks or techniques, in the version that the crosswalks were made with."""

    title: Text
    version: Text
    source: Text
    checked_on: date


class Correspondence(Content):
    """How an entry of a public scheme relates to a mode. `exact`, `narrower` and `broader` are said of the entry, as in
    SKOS; an `adversary-technique` can lead to the mode and is not it."""

    scheme: Id
    id: Text
    name: Text
    relation: Literal["exact", "narrower", "broader", "related", "adversary-technique"]
    note: str = ""


class NearMiss(Content):
    """What a near miss is, and what is written down of one: field → what stands in it."""

    definition: Text
    fields: dict[Id, Text]
    source: Text


class ModeGuide(Content):
    """One failure mode with its one fast containment and its one diagnostic question."""

    title: Text
    what: Text
    likely_buckets: list[Bucket]
    fast_containment: Text
    diagnostic_question: Text
    evidence_first: Text
    recovery_proof: Text
    crosswalk: list[Correspondence] = Field(default_factory=list)


class FactGuide(Content):
    """A fact that a team can learn. `personal_data` marks facts that start privacy duties."""

    title: Text
    personal_data: bool = False


class Taxonomy(Content):
    """`taxonomy.yaml`"""

    buckets: dict[Bucket, BucketGuide]
    modes: dict[Id, ModeGuide]
    facts: dict[Id, FactGuide]
    schemes: dict[Id, Scheme] = Field(default_factory=dict)
    near_miss: NearMiss | None = None


class SeverityDimension(Content):
    """One row of the matrix: what each level means for it."""

    title: Text
    levels: dict[Level, Text]


class SeverityLevel(Content):
    """What a level obliges to: minutes to declare, minutes between updates, who must be in the room."""

    title: Text
    declare_within_min: Minutes
    update_every_min: Minutes
    must_inform: list[Id]
    inform_within_min: Minutes
    review_within_days: int


class Severity(Content):
    """`severity.yaml`: the highest level reached on any dimension counts; only the downgrade rule lowers it."""

    dimensions: dict[Id, SeverityDimension]
    levels: dict[Level, SeverityLevel]
    downgrade_rule: Text
    mandatory: dict[Id, Level] = Field(default_factory=dict)
    """Fact → the mildest level that may be set once the fact is known."""


EvidenceForm = Literal["raw", "redacted", "hash", "metadata"]


class EvidencePolicy(Content):
    """What becomes of evidence once it is kept: who may read which form, and how long each is kept. A form without readers is
    open to every seat; whoever kept an item may read it; a legal hold overrides the days."""

    readers: dict[EvidenceForm, list[Id]] = Field({"raw": []})
    retention_days: dict[EvidenceForm, int] = Field({"raw": 7, "redacted": 30, "hash": 180, "metadata": 180})
    why: str = ""


class Declaration(Content):
    """`declaration.yaml`: the minimum bar, the criteria of a major incident, what must be in the first evidence, who may read it."""

    bar: list[Text]
    major_criteria: dict[Id, Text]
    minimum_evidence: list[Text]
    evidence: EvidencePolicy = Field(default_factory=EvidencePolicy)


class Duty(Content):
    """What a rule makes somebody do."""

    id: Id
    seat: Id
    what: Text
    meet: Condition
    within_min: Minutes


class Rule(Content):
    """An if/then rule. `knowable` says whether it is armed by what the team knows or by what is true."""

    id: Id
    title: Text
    when: Condition
    then: list[Duty] = Field(min_length=1)
    source: Text


class SeatGuide(Content):
    """One seat: charter, what it may do, who takes over."""

    title: Text
    charter: Text
    first_minutes: list[Text]
    decides: list[Text]
    never: list[Text]
    deputy: Id


class Roles(Content):
    """`roles.yaml`: seats, decision rights by command (a missing command is open to every seat), RACI."""

    seats: dict[Id, SeatGuide]
    rights: dict[str, list[Id]]
    raci: dict[Text, dict[Id, Literal["A", "R", "A/R", "C", "I"]]]


class Alert(Content):
    """One alert of the catalogue over a signal.

    It fires when, over `window_min`, a cell has at least `min_count` and its z-score against the healthy baseline is
    at or above `z_overall` (all traffic) or `z_segment` (one value of one dimension).
    """

    id: Id
    title: Text
    layer: Layer
    signal: Id
    systems: list[Literal["copilot", "classifier"]]
    window_min: int = Field(ge=1, le=60)
    min_count: int = Field(ge=1)
    z_overall: float = Field(gt=0)
    z_segment: float = Field(gt=0)
    modes: list[Id]
    rationale: Text
    pages: Id
    first_action: Text
    confirm_with: list[Id]
    false_positive: Text
    runbook: str = ""


class MessageTemplate(Content):
    """A message template. `text` holds {slots}; `approvals` are the seats that must agree before it is published."""

    id: Id
    title: Text
    variant: Variant
    external: bool
    approvals: list[Id]
    text: Text


class Prohibited(Content):
    """A statement that must not leave the room, unless the record makes it true: a condition (`unless`) or a `proof`.

    `kind` says what it is: words that close the matter, a cause, blame, or another statement. Words in another order are
    found by `frames`; what is denied, quoted from others, asked or made conditional is not said, whichever finds it.
    """

    id: Id
    kind: Literal["statement", "closing", "cause", "blame"] = "statement"
    pattern: Text
    """A regular expression, searched ignoring case."""
    frames: list[Frame] = Field(default_factory=list)
    proof: Proof | None = None
    why: Text
    instead: Text
    external_only: bool = True
    unless: Condition | None = None


class Measure(Content):
    """One computed mark inside a rubric dimension. `measure` names the computation; `share` its part of the weight."""

    measure: Id
    share: Share
    says: Text
    earns: Text
    parameters: dict[str, float] = Field(default_factory=dict)


class RubricDimension(Content):
    """One dimension of the rubric; the weights of all dimensions sum to 100."""

    id: Id
    title: Text
    weight: int = Field(ge=1, le=100)
    measures: list[Measure]


class FailFast(Content):
    """Something that caps the total whatever else went well."""

    id: Id
    title: Text
    check: Id
    cap: int = Field(ge=0, le=100)
    why: Text


class TimeMetric(Content):
    """A duration between two milestones."""

    id: Id
    title: Text
    start: Id
    stop: Id


class Rubric(Content):
    """`rubric.yaml`"""

    dimensions: list[RubricDimension]
    fail_fast: list[FailFast]
    ratings: dict[Literal["P", "S", "M", "U"], Share]
    """The least share of a dimension's marks for each rating."""
    time_metrics: list[TimeMetric]


class Move(Content):
    """A phase of the timeline plan."""

    title: Text
    by_min: Minutes
    done_when: list[Text]


class PolicyException(Content):
    """Something that is allowed for a while against the kit's own rules: what, why, who said so, until when."""

    id: Id
    what: Text
    why: Text
    approved_by: Id
    until: date


class Engagement(Content):
    """`rules-of-engagement.yaml`: what play may do."""

    break_glass: bool
    simulated: list[Text]
    boundaries: list[Text]
    stop_conditions: list[Text]
    exceptions: list[PolicyException] = Field(default_factory=list)


GuideKind = Literal["runbook", "checklist", "form", "guide", "template"]


class Guide(Content):
    """A page of the kit that people work from: runbook, checklist, form, guide or template. File: `guides/<id>.md`.

    `modes` and `seats` say whom it is for (empty: all). `items` are what is ticked, in order; `text` is the page.
    `sources` name what facts and thresholds in it rest on.
    """

    id: Id
    title: Text
    kind: GuideKind
    modes: list[Id] = Field(default_factory=list)
    seats: list[Id] = Field(default_factory=list)
    items: list[Text] = Field(default_factory=list)
    sources: list[Text] = Field(default_factory=list)
    text: Text


class Provenance(Content):
    """What the numbers and claims of one part of a kit rest on. File: `provenance.yaml`, by part."""

    rests_on: Text
    confidence: Confidence
    checked_on: date


class Kit(Content):
    """A whole kit."""

    id: Id
    title: Text
    version: Text
    extends: str = ""
    """The base that this kit was made from, with its version."""
    activities: list[Id] = Field(default_factory=list)
    """What the organisation does, in the terms of `Obligation.only_for`."""
    taxonomy: Taxonomy
    severity: Severity
    declaration: Declaration
    rules: list[Rule]
    roles: Roles
    levers: dict[LeverKind, Lever]
    tiers: dict[Literal["a", "b", "c"], TierGuide]
    breaker: BreakerGuide
    harm: HarmWeights
    alerts: list[Alert]
    messages: list[MessageTemplate]
    prohibited: list[Prohibited]
    wording: Wording = Field(default_factory=no_needs)
    rubric: Rubric
    timeline: list[Move]
    obligations: list[Obligation]
    questions: list[Question] = Field(default_factory=list)
    """What is asked to find out which obligations may apply; the base's where a kit has no file of its own."""
    calendars: list[WorkCalendar] = Field(default_factory=list)
    notices: dict[Id, Notice] = Field(default_factory=dict)
    engagement: Engagement
    provenance: dict[Id, Provenance]
    guides: list[Guide] = Field(default_factory=list)
    stakeholders: list[Stakeholder] = Field(default_factory=list)
    communication: Communication = Field(default_factory=Communication)
    sentences: list[Point] = Field(default_factory=list)

    @property
    def lever_titles(self) -> dict[str, str]:
        """What levers are called wherever people read of them, by kind."""
        return {str(kind): one.title for kind, one in self.levers.items()}


__all__ = ["Confidence", "Dims", "Kit", "Obligation"]
