"""What commands and the events they cause have in common: each fact is written down once.

A command that is accepted becomes an event with the same payload and, where noted in `events`, what the engine adds.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hotwash.kit.schema.duties import Anchor
from hotwash.kit.schema.kit import Bucket

Dims = dict[str, list[str]]
Arguments = dict[str, int | str]
Grade = Literal["low", "medium", "high"]
ReviewAction = Literal["approve", "edit", "refuse", "escalate"]
EvidenceForm = Literal["raw", "redacted", "hash", "metadata"]
Variant = Literal["executive", "support", "engineering", "customer", "status", "regulator", "vendor", "talk-track"]


class Payload(BaseModel):
    """Base of all payloads: frozen and closed, plain JSON when dumped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SeatPayload(Payload):
    seat: str
    person: str
    holder: Literal["person", "stand-in"]
    profile: str = ""


class HandOverPayload(Payload):
    to_person: str
    note: str
    """What the next holder must know: state, open decisions, deadlines."""


class SpeedPayload(Payload):
    num: int = Field(gt=0)
    den: int = Field(1, gt=0)


class JumpPayload(Payload):
    to_ms: int = Field(ge=0)


class ReasonPayload(Payload):
    reason: str


class InjectChoicePayload(Payload):
    inject: str
    reason: str = ""


class MessageBody(Payload):
    sender: str
    channel: str
    to: tuple[str, ...]
    subject: str
    body: str
    reveals: tuple[str, ...] = ()


class IncidentPayload(Payload):
    title: str
    observation: str
    evidence: tuple[str, ...] = ()


class StatementPayload(Payload):
    """The incident statement: who, what, where, since when, in one sentence that a stakeholder can act on."""

    statement: str


class ClassificationPayload(Payload):
    bucket: Bucket
    mode: str
    contributors: tuple[Bucket, ...] = ()
    reason: str


class SeverityPayload(Payload):
    """`dimensions` are the levels by row of the matrix that led to `level`; `rule` names the kit rule, if one did."""

    level: int = Field(ge=1, le=4)
    dimensions: dict[str, int] = Field(default_factory=dict)
    reason: str
    rule: str = ""


class MajorPayload(Payload):
    criteria: tuple[str, ...]
    reason: str


class StandDownPayload(Payload):
    """The call that there is no incident, with what shows it."""

    reason: str
    evidence: tuple[str, ...] = ()


class ImpactPayload(Payload):
    """The five-minute impact checklist. Counts of people and money in ranges; empty means not known yet."""

    who: str
    people_low: int | None = None
    people_high: int | None = None
    data_involved: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    promises: str = ""
    reversible: bool | None = None
    ongoing: bool | None = None
    money_low_usd: int | None = None
    money_high_usd: int | None = None


class ScopePayload(Payload):
    """Who, since when, where. `share_low` to `share_high` of requests in the scope, in percent."""

    scope: Dims
    since_ms: int
    share_low: float | None = None
    share_high: float | None = None
    statement: str


class ValidationPayload(Payload):
    """Is a signal real? `second` is the independent signal or sample that says so."""

    alert: str
    second: str
    verdict: Literal["confirmed", "spurious", "unclear"]
    note: str = ""
    evidence: tuple[str, ...] = ()


class DetectorPayload(Payload):
    """A spurious alert is closed by fixing the detector."""

    alert: str
    change: Literal["suppress-pattern", "raise-threshold", "require-second-signal"]
    detail: str


class HypothesisPayload(Payload):
    hypothesis: str
    statement: str
    component: str = ""
    mode: str = ""


class TestPayload(Payload):
    hypothesis: str
    method: str
    result: Literal["supports", "refutes", "inconclusive"]
    note: str = ""
    evidence: tuple[str, ...] = ()


class DecisionPayload(Payload):
    """One line of the decision log. `effect` is the expected effect and the metric that will show it."""

    decision: str
    kind: Literal[
        "declare", "not-declare", "severity", "scope", "contain", "rollback", "notify", "not-notify", "communicate",
        "accept-risk", "recover", "close",
    ]  # fmt: skip
    what: str
    reason: str
    options: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    confidence: Grade = "medium"
    effect: str = ""
    reversible: bool | None = None
    review_at_ms: int | None = None
    replaces: str = ""


class DisagreementPayload(Payload):
    decision: str
    reason: str


class QueryPayload(Payload):
    """A search over traces in [from_ms, to_ms), inside a scope. `traces` lists them, newest first, with a flag; `moved` asks what moved,
    in one signal (`flag`) or in all."""

    asks: Literal["traces", "moved"] = "traces"
    from_ms: int = 0
    to_ms: int = 1 << 60
    scope: Dims = Field(default_factory=dict)
    flag: str = ""
    limit: int = Field(20, ge=1, le=200)


class OpenTracePayload(Payload):
    """`purpose` is required for a trace that holds sensitive content, and is logged."""

    trace: str
    purpose: str = ""


class EvidencePayload(Payload):
    """An evidence item: a reference into the system, never a copy of raw content."""

    item: str
    kind: Literal["trace", "signal", "message", "configuration", "suite"]
    ref: str
    note: str = ""


class AccessPayload(Payload):
    """Somebody looks at an item in one of its forms; who may see which, the kit says."""

    item: str
    purpose: str
    in_form: EvidenceForm = "redacted"


class HoldPayload(Payload):
    """A legal hold: while it stands, nothing of these items may be purged. No item named: every item, also those to come."""

    hold: str
    items: tuple[str, ...] = ()
    reason: str


class LiftPayload(Payload):
    hold: str
    reason: str


class SnapshotPayload(Payload):
    item: str
    note: str = ""


class LeverPayload(Payload):
    """A lever somebody wants pulled. `call` is the id of this pull for the whole drill."""

    call: str
    kind: str
    scope: Dims = Field(default_factory=dict)
    arguments: Arguments = Field(default_factory=dict)
    reason: str
    effect: str = ""


class CallPayload(Payload):
    call: str
    reason: str = ""


class CasePayload(Payload):
    """What a person at the table decides about a request that waits for a reviewer; `case` is its trace."""

    case: str
    action: ReviewAction
    reason: str


class SuitePayload(Payload):
    suite: str
    scope: Dims = Field(default_factory=dict)
    trials: int = Field(200, ge=1, le=5000)


class Link(Payload):
    """A sentence of a draft and the entries that it rests on: in a command by the writer's own positions in what the seat was
    shown, in an event by versions of the log."""

    sentence: str
    events: tuple[int, ...]


class DraftPayload(Payload):
    draft: str
    template: str
    variant: Variant
    text: str
    links: tuple[Link, ...] = ()


class DraftChoicePayload(Payload):
    draft: str
    note: str = ""


class ApprovalPayload(DraftChoicePayload):
    """`override` is the reason why a text may go out although the draft check blocks it."""

    override: str = ""


class SnoozePayload(Payload):
    """A reminder that somebody wants to hear again later; `about` is what it is about, as it was raised."""

    reminder: str
    about: str = ""
    minutes: float = Field(ge=1)
    reason: str


class ReviewPayload(Payload):
    draft: str
    reviewers: tuple[str, ...]


class CorrectionPayload(Payload):
    update: str
    text: str
    reason: str


class ChatPayload(Payload):
    """A message on a channel; `in_reply_to` names the inject that it answers."""

    channel: str
    to: tuple[str, ...] = ()
    text: str
    in_reply_to: str = ""


class DutyPayload(Payload):
    obligation: str
    applies: Literal["yes", "no", "unclear"]
    reason: str
    aware_ms: int | None = None
    """Drill time at which the clock's starting fact became known."""


class AnswerPayload(Payload):
    """An answer to one of the kit's questions on obligations."""

    question: str
    answer: Literal["yes", "no", "unknown"]
    reason: str


class MomentPayload(Payload):
    """A moment that clocks may run from, in drill time; before STARTEX it is negative. `obligation` is empty where it is
    about the whole incident; `earliest_ms` and `latest_ms` are what can be argued."""

    moment: Anchor
    at_ms: int
    reason: str
    obligation: str = ""
    earliest_ms: int | None = None
    latest_ms: int | None = None


class ClockPayload(Payload):
    """`deadline` and `latest` are story time (ISO 8601): the one to work to and the last that a reading of the rule defends;
    None where the rule says "without undue delay". `aware_ms` is drill time of the moment named by `anchor`, from which
    it is counted; `counted` says how, step by step."""

    obligation: str
    aware_ms: int
    deadline: str | None
    anchor: Anchor = "aware"
    deadline_ms: int | None = None
    latest: str | None = None
    counted: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()


class NotificationPayload(Payload):
    obligation: str
    recipient: str
    text: str


class NoDutyPayload(Payload):
    obligation: str
    reason: str


class RiskPayload(Payload):
    """Residual risk, accepted by its owner until it expires."""

    residual: str
    exposed: str
    why: str
    conditions: str = ""
    expires_h: int = Field(gt=0)


class RecoveryPayload(Payload):
    """`state` recovered needs proof; contained and monitoring is an honest end of a drill too."""

    state: Literal["recovered", "contained-monitoring"]
    statement: str
    evidence: tuple[str, ...] = ()


class FindingPayload(Payload):
    text: str
    owner: str = ""


class RatingPayload(Payload):
    objective: str
    rating: Literal["P", "S", "M", "U"]
    note: str = ""
    about: tuple[int, ...] = ()


class DiscountPayload(Payload):
    """A rating that does not count; `rating` is the version of the event that gave it."""

    rating: int
    reason: str


class NotePayload(Payload):
    """What a facilitator noticed; `happened_ms` may lie before the moment of writing."""

    text: str
    happened_ms: int | None = None


Json = dict[str, Any]
