"""The computations that a kit's rubric may name, by id."""

from __future__ import annotations

from hotwash.scoring.mark import Measure
from hotwash.scoring.measures import cadence, duties, orientation, people, proof, thinking

MEASURES: dict[str, Measure] = {
    "bucket-correct": orientation.bucket_correct,
    "mode-correct": orientation.mode_correct,
    "labelled-in-time": orientation.labelled_in_time,
    "level-distance": orientation.level_distance,
    "set-in-time": orientation.set_in_time,
    "declared-rightly": orientation.declared_rightly,
    "containment-score": proof.containment_score,
    "preserved-before-change": proof.preserved_before_change,
    "minimum-evidence": proof.minimum_evidence,
    "decisions-with-evidence": proof.decisions_with_evidence,
    "enough-raised": thinking.enough_raised,
    "tested": thinking.tested,
    "cause-found": thinking.cause_found,
    "second-signal": thinking.second_signal,
    "segment-check": thinking.segment_check,
    "worst-segment": thinking.worst_segment_prevented,
    "privacy-told": duties.privacy_told_in_time,
    "clocks-right": duties.clocks_right,
    "no-duty-reasoned": duties.no_duty_reasoned,
    "cadence-kept": cadence.cadence_kept,
    "variants": people.variants,
    "no-prohibited": people.no_prohibited,
    "injects-answered": people.injects_answered,
    "room-staffed": people.room_staffed,
    "ic-not-debugging": people.ic_not_debugging,
    "rights-kept": people.rights_kept,
    "proof-run": proof.proof_run,
    "honest-end": proof.honest_end,
    "risk-expiry": proof.risk_expiry,
}
