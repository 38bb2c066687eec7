"""What commands and the events they cause have in common: each fact is written down once.

A command that is accepted becomes an event with the same payload and, where noted in `events`, what the engine adds.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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


class ChangeRecord(Payload):
    """What makes a lever a production change: the seat that approves, the signal that triggered it, the expected effect (in words,
    and where somebody dares a number, by how many percent the trigger should fall), when it expires and how it is stepped down."""

    approver: str = ""
    trigger: str = ""
    effect: str = ""
    fall_percent: int | None = Field(None, ge=0, le=100)
    expires_min: int | None = Field(None, gt=0, le=7 * 24 * 60)
    step_down: str = ""


class LeverPayload(ChangeRecord):
    """A lever somebody wants pulled, with its change record. `call` is the id of this pull for the whole drill. For a rollback of a part
    of the traffic: the rates that the canary has to tell apart, agreed before it runs, and whether the engine takes it back by itself."""

    call: str
    kind: str
    scope: Dims = Field(default_factory=dict)
    arguments: Arguments = Field(default_factory=dict)
    reason: str
    contained_ppm: int = Field(1_000, gt=0, lt=1_000_000)
    worse_ppm: int = Field(3_000, gt=0, lt=1_000_000)
    auto_stop: bool = False


class RenewalPayload(Payload):
    """A temporary fix that has to stand longer: a lever call or an accepted risk, with `minutes` from now."""

    fix: str
    minutes: int = Field(gt=0, le=7 * 24 * 60)
    reason: str


class Promise(Payload):
    """What a canary can show, said before it runs: the requests in both arms by which it is stopped or cleared with a chance of 80 %, at
    this traffic; None where the rates are too close. `steps` are (percent, minutes) on the way to all traffic."""

    share_percent: int
    requests: int | None
    per_minute: float
    minutes: float | None
    before_endex: bool
    steps: tuple[tuple[int, float], ...] = ()


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


class ItemPayload(Payload):
    """One item of a checklist, in the words of the kit. `guide` is the id of the page, or `charter/<seat>` for a seat's first
    minutes."""

    guide: str
    item: str


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


class Tripwire(Payload):
    """A signal above a share of its denominator, over a window of complete minutes that began after the risk was accepted. Where a
    person writes it: `pii_hits above 0.1 % in 10 min`, with `where tenant t-04` behind it if it is about a part."""

    signal: str
    above_ppm: int = Field(gt=0, lt=1_000_000)
    minutes: int = Field(10, ge=1, le=240)
    dim: str = ""
    value: str = ""

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = WRITTEN.fullmatch(value.strip())
        if found is None:
            raise ValueError("write a tripwire like 'pii_hits above 0.1 % in 10 min' or '... where tenant t-04'")
        parts = found.groupdict()
        return {
            "signal": parts["signal"],
            "above_ppm": round(float(parts["above"]) * 10_000),
            "minutes": int(parts["minutes"] or 10),
            "dim": parts["dim"] or "",
            "value": parts["value"] or "",
        }

    @property
    def words(self) -> str:
        """As a person writes it."""
        part = f" where {self.dim} {self.value}" if self.dim else ""
        return f"{self.signal} above {self.above_ppm / 10_000:g} % in {self.minutes} min{part}"


WRITTEN = re.compile(
    r"(?P<signal>\w+) above (?P<above>\d+(?:\.\d+)?) ?%(?: in (?P<minutes>\d+) min)?(?: where (?P<dim>\w+) (?P<value>\S+))?"
)


class RiskPayload(Payload):
    """Residual risk that somebody goes on with: what remains, who is exposed, why, under which conditions and until which signal, until
    when. `owner` is the seat that watches it, `approver` the one that has the right to accept it."""

    residual: str
    exposed: str
    why: str
    conditions: str = ""
    expires_h: int = Field(gt=0)
    risk: str = ""
    tripwires: tuple[Tripwire, ...] = ()
    owner: str = ""
    approver: str = ""


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
