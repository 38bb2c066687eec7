"""Every fact that a drill's log can hold: a closed union, tagged by `type`, past tense.

`EVENTS` maps the type to its model; a test pins their number, the docs list them, `views` says who sees which.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, TypeAdapter

from hotwash.drill import payloads as p


class DrillPlanned(p.Payload):
    """The first event. Digests are SHA-256 of the kit and scenario that the drill was planned with."""

    type: Literal["drill_planned"] = "drill_planned"
    drill: str
    scenario: str
    scenario_digest: str
    kit: str
    kit_digest: str
    system: str
    seed: int
    endex_ms: int
    coast_ms: int
    story_start: str
    engine: str
    note: str = ""


class SeatTaken(p.SeatPayload):
    type: Literal["seat_taken"] = "seat_taken"


class SeatHandedOver(p.HandOverPayload):
    type: Literal["seat_handed_over"] = "seat_handed_over"
    from_person: str


class CommsChecked(p.Payload):
    type: Literal["comms_checked"] = "comms_checked"


class DrillStarted(p.Payload):
    type: Literal["drill_started"] = "drill_started"


class DrillPaused(p.ReasonPayload):
    type: Literal["drill_paused"] = "drill_paused"


class DrillResumed(p.Payload):
    type: Literal["drill_resumed"] = "drill_resumed"


class SpeedChanged(p.SpeedPayload):
    type: Literal["speed_changed"] = "speed_changed"


class DrillJumped(p.JumpPayload):
    type: Literal["drill_jumped"] = "drill_jumped"


class DrillEnded(p.ReasonPayload):
    type: Literal["drill_ended"] = "drill_ended"


class InjectDelivered(p.MessageBody):
    """`drift_ms` is how late the delivery was against its due time; `cause` what made it due."""

    type: Literal["inject_delivered"] = "inject_delivered"
    inject: str
    kind: Literal["contextual", "expected-action", "contingency"]
    due_ms: int
    drift_ms: int
    cause: Literal["time", "condition", "triggered"]


class InjectImprovised(p.MessageBody):
    type: Literal["inject_improvised"] = "inject_improvised"
    inject: str


class InjectHeld(p.InjectChoicePayload):
    type: Literal["inject_held"] = "inject_held"


class InjectSkipped(p.InjectChoicePayload):
    type: Literal["inject_skipped"] = "inject_skipped"


class ExpectationArmed(p.Payload):
    type: Literal["expectation_armed"] = "expectation_armed"
    expectation: str
    seat: str
    because: int
    due_ms: int


class ExpectationMet(p.Payload):
    """`by` is the version of the event that met it."""

    type: Literal["expectation_met"] = "expectation_met"
    expectation: str
    seat: str
    by: int


class ExpectationMissed(p.Payload):
    type: Literal["expectation_missed"] = "expectation_missed"
    expectation: str
    seat: str
    lacking: str


class RuleArmed(p.Payload):
    """A kit rule's duty now runs. `knowable`: its condition is known to the team, not only true in the world."""

    type: Literal["rule_armed"] = "rule_armed"
    rule: str
    duty: str
    seat: str
    what: str
    because: int
    due_ms: int
    knowable: bool


class RuleMet(p.Payload):
    type: Literal["rule_met"] = "rule_met"
    rule: str
    duty: str
    seat: str
    by: int


class RuleMissed(p.Payload):
    type: Literal["rule_missed"] = "rule_missed"
    rule: str
    duty: str
    seat: str
    lacking: str


class FactLearned(p.Payload):
    """The first time that a fact became known to a seat. `by` is the version of the event that revealed it."""

    type: Literal["fact_learned"] = "fact_learned"
    fact: str
    seats: tuple[str, ...]
    by: int


class AlertFired(p.Payload):
    """`cells` are the (dimension, value, z × 10) that crossed the segment threshold, strongest first; an empty
    dimension is all traffic. `pages` is the seat that is paged."""

    type: Literal["alert_fired"] = "alert_fired"
    alert: str
    signal: str
    pages: str
    cells: tuple[tuple[str, str, int], ...]
    count: int
    window_min: int


class ComplaintReceived(p.Payload):
    type: Literal["complaint_received"] = "complaint_received"
    about: str
    dims: dict[str, str]
    text: str


class ChangeLogged(p.Payload):
    """An entry of the system's change log became visible."""

    type: Literal["change_logged"] = "change_logged"
    at_ms: int
    component: str
    from_version: str
    to_version: str
    note: str


class IncidentOpened(p.IncidentPayload):
    type: Literal["incident_opened"] = "incident_opened"


class IncidentStated(p.StatementPayload):
    type: Literal["incident_stated"] = "incident_stated"


class Classified(p.ClassificationPayload):
    type: Literal["classified"] = "classified"


class SeveritySet(p.SeverityPayload):
    type: Literal["severity_set"] = "severity_set"


class MajorIncidentDeclared(p.MajorPayload):
    type: Literal["major_incident_declared"] = "major_incident_declared"


class IncidentStoodDown(p.StandDownPayload):
    type: Literal["incident_stood_down"] = "incident_stood_down"


class ImpactAssessed(p.ImpactPayload):
    type: Literal["impact_assessed"] = "impact_assessed"


class ScopeSet(p.ScopePayload):
    type: Literal["scope_set"] = "scope_set"


class SignalValidated(p.ValidationPayload):
    type: Literal["signal_validated"] = "signal_validated"


class DetectorAdjusted(p.DetectorPayload):
    type: Literal["detector_adjusted"] = "detector_adjusted"


class HypothesisRaised(p.HypothesisPayload):
    type: Literal["hypothesis_raised"] = "hypothesis_raised"


class TestRecorded(p.TestPayload):
    type: Literal["test_recorded"] = "test_recorded"


class DecisionRecorded(p.DecisionPayload):
    type: Literal["decision_recorded"] = "decision_recorded"


class DisagreementRecorded(p.DisagreementPayload):
    type: Literal["disagreement_recorded"] = "disagreement_recorded"


class QueryRun(p.QueryPayload):
    type: Literal["query_run"] = "query_run"
    found: tuple[str, ...]


class TraceOpened(p.OpenTracePayload):
    """`shows` are the facts that the trace holds: for the record of what the team could know, not for players."""

    type: Literal["trace_opened"] = "trace_opened"
    sensitive: bool
    shows: tuple[str, ...]


class EvidenceCollected(p.EvidencePayload):
    """`sha256` and `bytes` are those of the raw form; `source` is the system that it lies in, `method` what kept it, `sensitive` whether
    it holds personal data. Who kept it and when is the event's own seat, person and time on both clocks."""

    type: Literal["evidence_collected"] = "evidence_collected"
    sha256: str
    shows: tuple[str, ...]
    bytes: int = 0
    sensitive: bool = False
    source: str = ""
    method: str = ""


class EvidenceAccessed(p.AccessPayload):
    """`sha256` is that of the form which was shown; empty for an item whose content is not kept."""

    type: Literal["evidence_accessed"] = "evidence_accessed"
    sha256: str = ""


class EvidenceRefused(p.AccessPayload):
    """A look at evidence that the kit does not give this seat; nothing was shown."""

    type: Literal["evidence_refused"] = "evidence_refused"
    who: tuple[str, ...] = ()


class LegalHoldPlaced(p.HoldPayload):
    type: Literal["legal_hold_placed"] = "legal_hold_placed"


class LegalHoldLifted(p.LiftPayload):
    type: Literal["legal_hold_lifted"] = "legal_hold_lifted"


class SnapshotTaken(p.SnapshotPayload):
    """What ran at this moment: versions, levers in effect, flags. Kept before something destroys it."""

    type: Literal["snapshot_taken"] = "snapshot_taken"
    sha256: str
    configuration: p.Json
    before: str = ""
    """The lever call that it was taken for, in the same breath."""


class LeverRequested(p.LeverPayload):
    """`needs` approvals, from any of `approvers`."""

    type: Literal["lever_requested"] = "lever_requested"
    needs: int
    approvers: tuple[str, ...]
    promise: p.Promise | None = None


class LeverApproved(p.CallPayload):
    type: Literal["lever_approved"] = "lever_approved"


class LeverRefused(p.CallPayload):
    type: Literal["lever_refused"] = "lever_refused"


class LeverPulled(p.LeverPayload):
    """`authority`: on approvals, on a standing order, in the seat's own right, or by breaking the glass."""

    type: Literal["lever_pulled"] = "lever_pulled"
    effective_ms: int
    authority: Literal["approved", "standing-order", "own-right", "break-glass"]
    waited_ms: int
    """From the request to the pull: how long authority took."""
    provenance: Literal["simulated", "recorded", "modelled"]
    destroys_evidence: bool
    promise: p.Promise | None = None


class FixRenewed(p.RenewalPayload):
    type: Literal["fix_renewed"] = "fix_renewed"
    expires_ms: int


class FixExpired(p.Payload):
    """A temporary fix stands past its expiry: nobody renewed it or stepped it down. `kind` is what it is, `what` what it does."""

    type: Literal["fix_expired"] = "fix_expired"
    fix: str
    kind: Literal["lever", "canary", "override", "risk"]
    owner: str
    what: str
    expired_ms: int


class TripwireCrossed(p.Payload):
    """A condition of an accepted risk is broken. `tripwire` counts the risk's tripwires from 1; `words` is how it was written."""

    type: Literal["tripwire_crossed"] = "tripwire_crossed"
    risk: str
    tripwire: int
    words: str
    owner: str
    crossed_ms: int


class CanaryLooked(p.Payload):
    """A look at a running canary against the contained state, both since it took effect. Evidence as e-values: 20 says as much as p = 0.05,
    however often one looks."""

    type: Literal["canary_looked"] = "canary_looked"
    call: str
    asked_contained: int
    found_contained: int
    asked_canary: int
    found_canary: int
    e_worse: float
    e_clear: float
    verdict: Literal["stop", "clear", "not enough evidence"]


class LeverTookEffect(p.Payload):
    type: Literal["lever_took_effect"] = "lever_took_effect"
    call: str
    kind: str


class LeverReverted(p.CallPayload):
    type: Literal["lever_reverted"] = "lever_reverted"
    kind: str
    effective_ms: int


class CaseDecided(p.CasePayload):
    """`call` is the lever whose queue it waited in, `waited_ms` its age. What the request really was stands nowhere in the log."""

    type: Literal["case_decided"] = "case_decided"
    call: str
    waited_ms: int


class SuiteRun(p.SuitePayload):
    type: Literal["suite_run"] = "suite_run"
    failures: int
    upper_ppm: int
    worst_cell: str
    shows: tuple[str, ...]
    verdict: str = ""
    """Of a canary: the sequential one, over everything since it took effect."""


class DraftWritten(p.DraftPayload):
    """`revision` counts the versions of this draft from 1."""

    type: Literal["draft_written"] = "draft_written"
    revision: int = 1


class DraftLinted(p.Payload):
    """`problems` are what would stop the draft: (rule of draft lint, the words found; empty for what is missing)."""

    type: Literal["draft_linted"] = "draft_linted"
    draft: str
    problems: tuple[tuple[str, str], ...]


class ReviewRequested(p.ReviewPayload):
    type: Literal["review_requested"] = "review_requested"


class ChangesRequested(p.DraftChoicePayload):
    type: Literal["changes_requested"] = "changes_requested"


class DraftApproved(p.ApprovalPayload):
    type: Literal["draft_approved"] = "draft_approved"


class UpdatePublished(p.DraftPayload):
    """`problems` are what draft lint would have stopped and was still so when the text left the room, as in `draft_linted`; `override`
    is the reason why it went out although the draft check blocked it, given by the seat `overridden_by`."""

    type: Literal["update_published"] = "update_published"
    external: bool
    approved_by: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    next_due_ms: int | None
    revision: int = 1
    override: str = ""
    overridden_by: str = ""


class UpdateCorrected(p.CorrectionPayload):
    type: Literal["update_corrected"] = "update_corrected"


class AudienceOwed(p.Payload):
    """An audience of the stakeholder map is owed updates from now on. `because` is the version of the event since which."""

    type: Literal["audience_owed"] = "audience_owed"
    audience: str
    owner: str
    since_ms: int
    because: int


class ReminderRaised(p.Payload):
    """The room is reminded of something that the seat owes. `since_ms` is since when it has been so, or when it is due."""

    type: Literal["reminder_raised"] = "reminder_raised"
    reminder: str
    about: str
    seat: str
    since_ms: int
    title: str


class ReminderSnoozed(p.SnoozePayload):
    type: Literal["reminder_snoozed"] = "reminder_snoozed"
    until_ms: int


class ReminderCleared(p.Payload):
    """What the room was reminded of is no longer so."""

    type: Literal["reminder_cleared"] = "reminder_cleared"
    reminder: str
    about: str


class ItemTicked(p.ItemPayload):
    """An item of a checklist is done."""

    type: Literal["item_ticked"] = "item_ticked"


class ItemUnticked(p.ItemPayload):
    """It is not done after all."""

    type: Literal["item_unticked"] = "item_unticked"


class MessageSent(p.ChatPayload):
    type: Literal["message_sent"] = "message_sent"


class ObligationAssessed(p.DutyPayload):
    type: Literal["obligation_assessed"] = "obligation_assessed"


class QuestionAnswered(p.AnswerPayload):
    type: Literal["question_answered"] = "question_answered"


class MomentRecorded(p.MomentPayload):
    type: Literal["moment_recorded"] = "moment_recorded"


class ObligationClockStarted(p.ClockPayload):
    """`hours`, where the period is one in hours."""

    type: Literal["obligation_clock_started"] = "obligation_clock_started"
    hours: int | None


class ObligationClockChanged(p.ClockPayload):
    """A moment was recorded anew, and the deadline is another: `before` is what it was."""

    type: Literal["obligation_clock_changed"] = "obligation_clock_changed"
    before: str | None
    reason: str


class AuthorityNotified(p.NotificationPayload):
    type: Literal["authority_notified"] = "authority_notified"


class NoDutyRecorded(p.NoDutyPayload):
    type: Literal["no_duty_recorded"] = "no_duty_recorded"


class RiskAccepted(p.RiskPayload):
    type: Literal["risk_accepted"] = "risk_accepted"


class RecoveryDeclared(p.RecoveryPayload):
    type: Literal["recovery_declared"] = "recovery_declared"


class FindingRaised(p.FindingPayload):
    type: Literal["finding_raised"] = "finding_raised"


class ObserverRatingGiven(p.RatingPayload):
    type: Literal["observer_rating_given"] = "observer_rating_given"


class RatingDiscounted(p.DiscountPayload):
    type: Literal["rating_discounted"] = "rating_discounted"


class FacilitatorNoted(p.NotePayload):
    type: Literal["facilitator_noted"] = "facilitator_noted"


class HotwashNoted(p.FindingPayload):
    type: Literal["hotwash_noted"] = "hotwash_noted"


DrillEvent = (
    DrillPlanned | SeatTaken | SeatHandedOver | CommsChecked | DrillStarted | DrillPaused | DrillResumed
    | SpeedChanged | DrillJumped | DrillEnded
    | InjectDelivered | InjectImprovised | InjectHeld | InjectSkipped
    | ExpectationArmed | ExpectationMet | ExpectationMissed | RuleArmed | RuleMet | RuleMissed | FactLearned
    | AlertFired | ComplaintReceived | ChangeLogged
    | IncidentOpened | IncidentStated | Classified | SeveritySet | MajorIncidentDeclared | IncidentStoodDown
    | ImpactAssessed | ScopeSet
    | SignalValidated | DetectorAdjusted | HypothesisRaised | TestRecorded | DecisionRecorded | DisagreementRecorded
    | QueryRun | TraceOpened | EvidenceCollected | EvidenceAccessed | EvidenceRefused | SnapshotTaken
    | LegalHoldPlaced | LegalHoldLifted
    | LeverRequested | LeverApproved | LeverRefused | LeverPulled | LeverTookEffect | LeverReverted | SuiteRun
    | FixRenewed | FixExpired | TripwireCrossed | CanaryLooked | CaseDecided
    | DraftWritten | DraftLinted | ReviewRequested | ChangesRequested | DraftApproved | UpdatePublished
    | UpdateCorrected | AudienceOwed | ReminderRaised | ReminderSnoozed | ReminderCleared
    | ItemTicked | ItemUnticked | MessageSent
    | QuestionAnswered | MomentRecorded | ObligationAssessed | ObligationClockStarted | ObligationClockChanged
    | AuthorityNotified | NoDutyRecorded
    | RiskAccepted | RecoveryDeclared | FindingRaised | ObserverRatingGiven | RatingDiscounted | FacilitatorNoted | HotwashNoted
)  # fmt: skip

EVENTS: dict[str, type[p.Payload]] = {model.model_fields["type"].default: model for model in get_args(DrillEvent)}
ANY_EVENT: TypeAdapter[DrillEvent] = TypeAdapter(Annotated[DrillEvent, Field(discriminator="type")])
