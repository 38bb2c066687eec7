"""Names that content may use and that rooms above the kit define: log entries, signals, measures, checks, suites.

The kit stands below those rooms and cannot import them. These tables are what a reference in a file is checked
against; `tests/rooms/kit/test_vocabulary.py` compares each table with the room that owns it.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FIELDS = {
    "drill_planned": "drill scenario scenario_digest kit kit_digest system "
    "seed endex_ms coast_ms story_start engine note",
    "seat_taken": "seat person holder profile",
    "seat_handed_over": "to_person note from_person",
    "comms_checked": "",
    "drill_started": "",
    "drill_paused": "reason",
    "drill_resumed": "",
    "speed_changed": "num den",
    "drill_jumped": "to_ms",
    "drill_ended": "reason",
    "inject_delivered": "sender channel to subject body reveals inject kind due_ms drift_ms cause",
    "inject_improvised": "sender channel to subject body reveals inject",
    "inject_held": "inject reason",
    "inject_skipped": "inject reason",
    "expectation_armed": "expectation seat because due_ms",
    "expectation_met": "expectation seat by",
    "expectation_missed": "expectation seat lacking",
    "rule_armed": "rule duty seat what because due_ms knowable",
    "rule_met": "rule duty seat by",
    "rule_missed": "rule duty seat lacking",
    "fact_learned": "fact seats by",
    "alert_fired": "alert signal pages cells count window_min",
    "complaint_received": "about dims text",
    "change_logged": "at_ms component from_version to_version note",
    "incident_opened": "title observation evidence",
    "incident_stated": "statement",
    "classified": "bucket mode contributors reason",
    "severity_set": "level dimensions reason rule",
    "major_incident_declared": "criteria reason",
    "incident_stood_down": "reason evidence",
    "impact_assessed": "who people_low people_high data_involved jurisdictions "
    "promises reversible ongoing money_low_usd money_high_usd",
    "scope_set": "scope since_ms share_low share_high statement",
    "signal_validated": "alert second verdict note evidence",
    "detector_adjusted": "alert change detail",
    "hypothesis_raised": "hypothesis statement component mode",
    "test_recorded": "hypothesis method result note evidence",
    "decision_recorded": "decision kind what reason options "
    "evidence confidence effect reversible review_at_ms replaces",
    "disagreement_recorded": "decision reason",
    "query_run": "asks from_ms to_ms scope flag limit found",
    "trace_opened": "trace purpose sensitive shows",
    "evidence_collected": "item kind ref note sha256 shows bytes sensitive source method",
    "evidence_accessed": "item purpose in_form sha256",
    "evidence_refused": "item purpose in_form who",
    "legal_hold_placed": "hold items reason",
    "legal_hold_lifted": "hold reason",
    "snapshot_taken": "item note sha256 configuration before",
    "lever_requested": "call kind scope arguments reason effect approver trigger fall_percent expires_min step_down contained_ppm "
    "worse_ppm auto_stop needs approvers promise",
    "lever_approved": "call reason",
    "lever_refused": "call reason",
    "lever_pulled": "call kind scope arguments reason "
    "effect approver trigger fall_percent expires_min step_down contained_ppm worse_ppm auto_stop effective_ms authority "
    "waited_ms provenance destroys_evidence promise",
    "lever_took_effect": "call kind",
    "lever_reverted": "call reason kind effective_ms",
    "case_decided": "case action reason call waited_ms",
    "suite_run": "suite scope trials failures upper_ppm worst_cell shows verdict",
    "draft_written": "draft template variant text links revision",
    "draft_linted": "draft problems",
    "review_requested": "draft reviewers",
    "changes_requested": "draft note",
    "draft_approved": "draft note override",
    "update_published": "draft template variant text links external approved_by problems next_due_ms "
    "revision override overridden_by",
    "update_corrected": "update text reason",
    "audience_owed": "audience owner since_ms because",
    "reminder_raised": "reminder about seat since_ms title",
    "reminder_snoozed": "reminder about minutes reason until_ms",
    "reminder_cleared": "reminder about",
    "item_ticked": "guide item",
    "item_unticked": "guide item",
    "message_sent": "channel to text in_reply_to",
    "obligation_assessed": "obligation applies reason aware_ms",
    "question_answered": "question answer reason",
    "moment_recorded": "moment at_ms reason obligation earliest_ms latest_ms",
    "obligation_clock_started": "obligation aware_ms hours deadline anchor deadline_ms latest counted open_points",
    "obligation_clock_changed": "obligation aware_ms before reason deadline anchor deadline_ms latest counted open_points",
    "authority_notified": "obligation recipient text",
    "no_duty_recorded": "obligation reason",
    "risk_accepted": "residual exposed why conditions expires_h risk tripwires owner approver",
    "fix_renewed": "fix minutes reason expires_ms",
    "fix_expired": "fix kind owner what expired_ms",
    "tripwire_crossed": "risk tripwire words owner crossed_ms",
    "canary_looked": "call asked_contained found_contained asked_canary found_canary e_worse e_clear verdict",
    "recovery_declared": "state statement evidence",
    "finding_raised": "text owner",
    "observer_rating_given": "objective rating note about",
    "rating_discounted": "rating reason",
    "facilitator_noted": "text happened_ms",
    "hotwash_noted": "text owner",
}
EVENT_FIELDS: dict[str, frozenset[str]] = {event: _words(fields) for event, fields in _FIELDS.items()}
"""Type of a log entry → the fields of its data that a condition may ask for."""

COMMANDS = _words(
    "open_incident state_incident classify set_severity declare_major_incident stand_down assess_impact set_scope "
    "validate_signal adjust_detector raise_hypothesis record_test record_decision record_disagreement run_query "
    "open_trace collect_evidence access_evidence take_snapshot place_hold lift_hold request_lever approve_lever refuse_lever pull_lever "
    "revert_lever run_suite decide_case write_draft request_review request_changes approve_draft publish_update correct_update "
    "snooze_reminder tick_item untick_item send_message answer_question record_moment assess_obligation notify_authority record_no_duty accept_risk declare_recovery raise_finding "
    "renew_fix"
)
"""Commands of players, on which a kit may give decision rights."""

ACTIONS = {
    "severity_set": "set_severity", "major_incident_declared": "declare_major_incident", "classified": "classify",
    "incident_opened": "open_incident", "incident_stated": "state_incident", "incident_stood_down": "stand_down",
    "impact_assessed": "assess_impact", "scope_set": "set_scope", "signal_validated": "validate_signal",
    "detector_adjusted": "adjust_detector", "hypothesis_raised": "raise_hypothesis", "test_recorded": "record_test",
    "decision_recorded": "record_decision", "query_run": "run_query", "trace_opened": "open_trace",
    "evidence_collected": "collect_evidence", "snapshot_taken": "take_snapshot", "evidence_accessed": "access_evidence",
    "legal_hold_placed": "place_hold", "legal_hold_lifted": "lift_hold", "suite_run": "run_suite",
    "lever_requested": "request_lever", "lever_approved": "approve_lever", "lever_refused": "refuse_lever",
    "lever_pulled": "pull_lever", "lever_reverted": "revert_lever", "case_decided": "decide_case", "draft_written": "write_draft",
    "review_requested": "request_review", "changes_requested": "request_changes", "draft_approved": "approve_draft",
    "update_published": "publish_update", "update_corrected": "correct_update", "reminder_snoozed": "snooze_reminder", "item_ticked": "tick_item", "item_unticked": "untick_item", "message_sent": "send_message",
    "question_answered": "answer_question", "moment_recorded": "record_moment", "obligation_assessed": "assess_obligation", "no_duty_recorded": "record_no_duty",
    "authority_notified": "notify_authority", "risk_accepted": "accept_risk", "recovery_declared": "declare_recovery",
    "fix_renewed": "renew_fix",
}  # fmt: skip
"""Event → the command of a player that brings it about."""

CONTROL_EVENTS = _words(
    "drill_started drill_paused drill_resumed speed_changed drill_jumped drill_ended inject_improvised inject_held "
    "inject_skipped observer_rating_given rating_discounted facilitator_noted hotwash_noted"
)
"""Events that facilitators and observers bring about, and no seat."""

SIGNALS: dict[str, frozenset[str]] = {
    "copilot": _words(
        "requests errors latency_slow downvotes groundedness_checked groundedness_failed guardrail_flags pii_hits "
        "refusals tool_writes retrieval_total retrieval_empty injection_suspected complaints"
    ),
    "classifier": _words(
        "requests errors latency_slow denials appeals feature_missing guardrail_flags score_shift complaints"
    ),
}
"""Signals by kind of system."""

SUITES = frozenset({"smoke", "replay", "cache", "bias", "canary"})
"""Suites that prove a recovery; a system may have some of them."""

LEVER_ARGUMENTS: dict[str, frozenset[str]] = {
    "rollback": frozenset({"component", "percent", "to"}),
    "failover": frozenset({"dependency"}),
    "rate_limit": frozenset({"per_minute"}),
    "queue": frozenset({"per_second"}),
    "guardrail": frozenset({"tier"}),
    "review": _words("reviewers rule overflow share risk seconds_per_case level_min timeout_min message"),
    "breaker": frozenset({"permille"}),
    "restore": frozenset({"target"}),
}
"""Arguments by lever kind; a kind that is not listed takes none."""

SLOTS = {
    "clock": "story time at delivery, 10:42",
    "severity": "the severity in force, Sev-2, or `no severity`",
    "statement": "the team's last incident statement in quotation marks, or `nothing`",
    "minutes_since_update": "minutes since the last published update, or since STARTEX",
    "updates": "how many updates were published",
}
"""What `{slots}` in the subject and body of an inject may name, and what they become."""

READER_SLOTS = frozenset(SLOTS) | {"quote", "late"}
"""What the words of a simulated reader may name besides: the words found in the text, and minutes past the due time."""

FACT_STATES = _words(
    "false-alarm confirmed contained containing fix-in-place proved cause-confirmed recovered monitoring major severe "
    "irreversible personal-data"
)
"""What a wording of an update may ask for; `no-` before it asks for the contrary."""

FACT_SLOTS = _words(
    "service severity statement since detected aware scope people share money who data countries levers cause ideas idea_count "
    "changes proof alerts decide_by next_update"
)
"""What `{slots}` in the sentences of updates may name; a wording whose slot is not known is not said."""

TEMPLATE_SLOTS = _words("time severity incident next_update what_happened impact status next_steps asks")
"""What `{slots}` in message templates may name; stand-ins fill them from what their seat knows."""

MEASURES = _words(
    "bucket-correct mode-correct labelled-in-time level-distance set-in-time declared-rightly containment-score "
    "preserved-before-change minimum-evidence decisions-with-evidence enough-raised tested cause-found second-signal "
    "segment-check worst-segment privacy-told clocks-right no-duty-reasoned cadence-kept variants no-prohibited "
    "injects-answered room-staffed ic-not-debugging rights-kept proof-run honest-end risk-expiry"
)
"""Computed marks that a rubric may name."""

FAIL_FAST_CHECKS = _words(
    "privacy-not-told severity-two-under false-no-data-statement evidence-destroyed harm-ran-on made-worse"
)
"""Checks that a fail-fast item may name."""

MILESTONES = _words(
    "onset first_signal detected opened validated classified severity_set declared scoped first_lever contained "
    "privacy_told first_update stood_down recovered ended"
)
"""Moments between which a time metric may be measured."""
