"""Everything that anybody can ask of a drill: a closed union, tagged by `do`, in the imperative.

`Command` is the envelope: its `id` makes a retry append once. Whether the seat may do it is decided by the kit's
decision rights, in `decide`. Facilitators and observers act from the seats `facilitator` and `observer`.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from hotwash.drill import payloads as p


class TakeSeat(p.SeatPayload):
    do: Literal["take_seat"] = "take_seat"


class HandOver(p.HandOverPayload):
    do: Literal["hand_over"] = "hand_over"


class CheckComms(p.Payload):
    do: Literal["check_comms"] = "check_comms"


class StartDrill(p.Payload):
    do: Literal["start_drill"] = "start_drill"


class PauseDrill(p.ReasonPayload):
    do: Literal["pause_drill"] = "pause_drill"


class ResumeDrill(p.Payload):
    do: Literal["resume_drill"] = "resume_drill"


class ChangeSpeed(p.SpeedPayload):
    do: Literal["change_speed"] = "change_speed"


class JumpTo(p.JumpPayload):
    do: Literal["jump_to"] = "jump_to"


class EndDrill(p.ReasonPayload):
    do: Literal["end_drill"] = "end_drill"


class TriggerInject(p.InjectChoicePayload):
    do: Literal["trigger_inject"] = "trigger_inject"


class HoldInject(p.InjectChoicePayload):
    do: Literal["hold_inject"] = "hold_inject"


class SkipInject(p.InjectChoicePayload):
    do: Literal["skip_inject"] = "skip_inject"


class ImproviseInject(p.MessageBody):
    do: Literal["improvise_inject"] = "improvise_inject"
    inject: str


class OpenIncident(p.IncidentPayload):
    do: Literal["open_incident"] = "open_incident"


class StateIncident(p.StatementPayload):
    do: Literal["state_incident"] = "state_incident"


class Classify(p.ClassificationPayload):
    do: Literal["classify"] = "classify"


class SetSeverity(p.SeverityPayload):
    do: Literal["set_severity"] = "set_severity"


class DeclareMajorIncident(p.MajorPayload):
    do: Literal["declare_major_incident"] = "declare_major_incident"


class StandDown(p.StandDownPayload):
    do: Literal["stand_down"] = "stand_down"


class AssessImpact(p.ImpactPayload):
    do: Literal["assess_impact"] = "assess_impact"


class SetScope(p.ScopePayload):
    do: Literal["set_scope"] = "set_scope"


class ValidateSignal(p.ValidationPayload):
    do: Literal["validate_signal"] = "validate_signal"


class AdjustDetector(p.DetectorPayload):
    do: Literal["adjust_detector"] = "adjust_detector"


class RaiseHypothesis(p.HypothesisPayload):
    do: Literal["raise_hypothesis"] = "raise_hypothesis"


class RecordTest(p.TestPayload):
    do: Literal["record_test"] = "record_test"


class RecordDecision(p.DecisionPayload):
    do: Literal["record_decision"] = "record_decision"


class RecordDisagreement(p.DisagreementPayload):
    do: Literal["record_disagreement"] = "record_disagreement"


class RunQuery(p.QueryPayload):
    do: Literal["run_query"] = "run_query"


class OpenTrace(p.OpenTracePayload):
    do: Literal["open_trace"] = "open_trace"


class CollectEvidence(p.EvidencePayload):
    do: Literal["collect_evidence"] = "collect_evidence"


class AccessEvidence(p.AccessPayload):
    do: Literal["access_evidence"] = "access_evidence"


class PlaceHold(p.HoldPayload):
    do: Literal["place_hold"] = "place_hold"


class LiftHold(p.LiftPayload):
    do: Literal["lift_hold"] = "lift_hold"


class TakeSnapshot(p.SnapshotPayload):
    do: Literal["take_snapshot"] = "take_snapshot"


class RequestLever(p.LeverPayload):
    do: Literal["request_lever"] = "request_lever"


class ApproveLever(p.CallPayload):
    do: Literal["approve_lever"] = "approve_lever"


class RefuseLever(p.CallPayload):
    do: Literal["refuse_lever"] = "refuse_lever"


class PullLever(p.LeverPayload):
    """Pull, after a request with the same `call` or at once where the kit allows it. `break_glass` claims the right
    that the rules of engagement may give. `snapshot_first` keeps what runs now before the lever changes it, whoever pulls."""

    do: Literal["pull_lever"] = "pull_lever"
    break_glass: bool = False
    snapshot_first: bool = False


class RevertLever(p.CallPayload):
    do: Literal["revert_lever"] = "revert_lever"


class RenewFix(p.RenewalPayload):
    do: Literal["renew_fix"] = "renew_fix"


class DecideCase(p.CasePayload):
    """Somebody who has opened the request decides it in a reviewer's place."""

    do: Literal["decide_case"] = "decide_case"


class RunSuite(p.SuitePayload):
    do: Literal["run_suite"] = "run_suite"


class WriteDraft(p.DraftPayload):
    do: Literal["write_draft"] = "write_draft"


class RequestReview(p.ReviewPayload):
    do: Literal["request_review"] = "request_review"


class RequestChanges(p.DraftChoicePayload):
    do: Literal["request_changes"] = "request_changes"


class ApproveDraft(p.ApprovalPayload):
    do: Literal["approve_draft"] = "approve_draft"


class PublishUpdate(p.ApprovalPayload):
    do: Literal["publish_update"] = "publish_update"


class CorrectUpdate(p.CorrectionPayload):
    do: Literal["correct_update"] = "correct_update"


class SnoozeReminder(p.SnoozePayload):
    do: Literal["snooze_reminder"] = "snooze_reminder"


class TickItem(p.ItemPayload):
    do: Literal["tick_item"] = "tick_item"


class UntickItem(p.ItemPayload):
    do: Literal["untick_item"] = "untick_item"


class SendMessage(p.ChatPayload):
    do: Literal["send_message"] = "send_message"


class AnswerQuestion(p.AnswerPayload):
    do: Literal["answer_question"] = "answer_question"


class RecordMoment(p.MomentPayload):
    do: Literal["record_moment"] = "record_moment"


class AssessObligation(p.DutyPayload):
    do: Literal["assess_obligation"] = "assess_obligation"


class NotifyAuthority(p.NotificationPayload):
    do: Literal["notify_authority"] = "notify_authority"


class RecordNoDuty(p.NoDutyPayload):
    do: Literal["record_no_duty"] = "record_no_duty"


class AcceptRisk(p.RiskPayload):
    do: Literal["accept_risk"] = "accept_risk"


class DeclareRecovery(p.RecoveryPayload):
    do: Literal["declare_recovery"] = "declare_recovery"


class RaiseFinding(p.FindingPayload):
    do: Literal["raise_finding"] = "raise_finding"


class GiveRating(p.RatingPayload):
    do: Literal["give_rating"] = "give_rating"


class DiscountRating(p.DiscountPayload):
    do: Literal["discount_rating"] = "discount_rating"


class NoteAsFacilitator(p.NotePayload):
    do: Literal["note_as_facilitator"] = "note_as_facilitator"


class NoteInHotwash(p.FindingPayload):
    do: Literal["note_in_hotwash"] = "note_in_hotwash"


Action = (
    TakeSeat | HandOver | CheckComms | StartDrill | PauseDrill | ResumeDrill | ChangeSpeed | JumpTo | EndDrill
    | TriggerInject | HoldInject | SkipInject | ImproviseInject
    | OpenIncident | StateIncident | Classify | SetSeverity | DeclareMajorIncident | StandDown | AssessImpact | SetScope
    | ValidateSignal | AdjustDetector | RaiseHypothesis | RecordTest | RecordDecision | RecordDisagreement
    | RunQuery | OpenTrace | CollectEvidence | AccessEvidence | TakeSnapshot | PlaceHold | LiftHold
    | RequestLever | ApproveLever | RefuseLever | PullLever | RevertLever | RunSuite
    | RenewFix | DecideCase
    | WriteDraft | RequestReview | RequestChanges | ApproveDraft | PublishUpdate | CorrectUpdate | SnoozeReminder
    | TickItem | UntickItem | SendMessage
    | AnswerQuestion | RecordMoment | AssessObligation | NotifyAuthority | RecordNoDuty
    | AcceptRisk | DeclareRecovery | RaiseFinding | GiveRating | DiscountRating | NoteAsFacilitator | NoteInHotwash
)  # fmt: skip


class Command(p.Payload):
    """Somebody in a seat asks for something. `id` is unique per request; a retry carries the same id."""

    id: str
    seat: str
    person: str
    action: Annotated[Action, Field(discriminator="do")]


COMMANDS: dict[str, type[p.Payload]] = {model.model_fields["do"].default: model for model in get_args(Action)}
