"""What can stand in the fields of log entries and in the arguments of levers: words, numbers with their ends, yes or no.

The rooms that own these fields stand above the kit; `tests/rooms/kit/test_values.py` compares the tables with them.
"""

from __future__ import annotations

from typing import get_args

from hotwash.kit.schema.duties import Anchor


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VARIANTS = _words("executive support engineering customer status regulator vendor talk-track")
BUCKETS = _words("model data platform policy")

WORDS: dict[str, frozenset[str]] = {
    "seat_taken.holder": _words("person stand-in"),
    "inject_delivered.kind": _words("contextual expected-action contingency"),
    "inject_delivered.cause": _words("time condition triggered"),
    "classified.bucket": BUCKETS,
    "classified.contributors": BUCKETS,
    "signal_validated.verdict": _words("confirmed spurious unclear"),
    "detector_adjusted.change": _words("suppress-pattern raise-threshold require-second-signal"),
    "test_recorded.result": _words("supports refutes inconclusive"),
    "decision_recorded.kind": _words(
        "declare not-declare severity scope contain rollback notify not-notify communicate accept-risk recover close"
    ),
    "query_run.asks": _words("traces moved"),
    "decision_recorded.confidence": _words("low medium high"),
    "evidence_collected.kind": _words("trace signal message configuration suite"),
    "evidence_accessed.in_form": _words("raw redacted hash metadata"),
    "evidence_refused.in_form": _words("raw redacted hash metadata"),
    "lever_pulled.authority": _words("approved standing-order own-right break-glass"),
    "lever_pulled.provenance": _words("simulated recorded modelled"),
    "fix_expired.kind": _words("lever canary override risk"),
    "canary_looked.verdict": frozenset({"stop", "clear", "not enough evidence"}),
    "case_decided.action": _words("approve edit refuse escalate"),
    "draft_written.variant": VARIANTS,
    "update_published.variant": VARIANTS,
    "question_answered.answer": _words("yes no unknown"),
    "moment_recorded.moment": frozenset(get_args(Anchor)),
    "obligation_clock_started.anchor": frozenset(get_args(Anchor)),
    "obligation_clock_changed.anchor": frozenset(get_args(Anchor)),
    "obligation_assessed.applies": _words("yes no unclear"),
    "recovery_declared.state": _words("recovered contained-monitoring"),
    "observer_rating_given.rating": _words("P S M U"),
}
"""Event and field → the words that it can hold."""

Ends = tuple[float | None, float | None]
OPEN: Ends = (None, None)

NUMBERS: dict[str, Ends] = {
    "severity_set.level": (1, 4),
    "query_run.limit": (1, 200),
    "suite_run.trials": (1, 5000), "suite_run.failures": (0, 5000), "suite_run.upper_ppm": (0, 1_000_000),
    "evidence_collected.bytes": (0, None),
    "scope_set.share_low": (0, 100), "scope_set.share_high": (0, 100),
    "risk_accepted.expires_h": (1, None),
    "lever_requested.needs": (0, 2),
    "alert_fired.count": (1, None), "alert_fired.window_min": (1, 60),
    "impact_assessed.people_low": (0, None), "impact_assessed.people_high": (0, None),
    "impact_assessed.money_low_usd": (0, None), "impact_assessed.money_high_usd": (0, None),
    "speed_changed.num": (1, None), "speed_changed.den": (1, None),
    **{
        f"{event}.{name}": ends
        for event in ("lever_requested", "lever_pulled")
        for name, ends in (("fall_percent", (0, 100)), ("expires_min", (1, 7 * 24 * 60)), ("contained_ppm", (1, None)),
                           ("worse_ppm", (1, None)))
    },
    "fix_renewed.minutes": (1, 7 * 24 * 60), "tripwire_crossed.tripwire": (1, None),
    "canary_looked.asked_contained": (0, None), "canary_looked.found_contained": (0, None),
    "canary_looked.asked_canary": (0, None), "canary_looked.found_canary": (0, None),
    "canary_looked.e_worse": (0, None), "canary_looked.e_clear": (0, None),
    "obligation_clock_started.hours": (0, None), "reminder_snoozed.minutes": (1, None),
    **dict.fromkeys(
        _words(
            "drill_planned.seed drill_planned.endex_ms drill_planned.coast_ms drill_jumped.to_ms inject_delivered.due_ms "
            "inject_delivered.drift_ms expectation_armed.because expectation_armed.due_ms expectation_met.by "
            "rule_armed.because rule_armed.due_ms rule_met.by fact_learned.by change_logged.at_ms scope_set.since_ms "
            "decision_recorded.review_at_ms query_run.from_ms query_run.to_ms lever_pulled.effective_ms "
            "lever_pulled.waited_ms case_decided.waited_ms lever_reverted.effective_ms update_published.next_due_ms obligation_assessed.aware_ms "
            "obligation_clock_started.aware_ms obligation_clock_started.deadline_ms obligation_clock_changed.aware_ms "
            "obligation_clock_changed.deadline_ms moment_recorded.at_ms moment_recorded.earliest_ms moment_recorded.latest_ms "
            "observer_rating_given.about rating_discounted.rating facilitator_noted.happened_ms "
            "draft_written.revision update_published.revision audience_owed.since_ms audience_owed.because reminder_raised.since_ms reminder_snoozed.until_ms "
            "fix_renewed.expires_ms fix_expired.expired_ms tripwire_crossed.crossed_ms"
        ),
        OPEN,
    ),
}  # fmt: skip
"""Event and field → the least and the most that it can be; None where there is no end. Shares are percent."""

FLAGS = _words(
    "rule_armed.knowable impact_assessed.reversible impact_assessed.ongoing decision_recorded.reversible "
    "trace_opened.sensitive evidence_collected.sensitive lever_pulled.destroys_evidence update_published.external "
    "lever_requested.auto_stop lever_pulled.auto_stop"
)
"""Event and field that is true or false."""

ARGUMENT_WORDS = {"tier": _words("a b c"), "rule": _words("all adverse"), "overflow": _words("open closed"), "risk": _words("none a b c"),
    "message": _words("sent none")}  # fmt: skip
"""Argument of a lever → the words that it takes."""

ARGUMENT_NUMBERS: dict[str, Ends] = {
    "percent": (1, 100), "per_minute": (1, 1_000_000), "per_second": (1, 1_000), "reviewers": (1, 10_000),
    "permille": (1, 1_000), "share": (1, 100), "seconds_per_case": (0, 3_600), "level_min": (0, 1_440), "timeout_min": (0, 1_440),
}  # fmt: skip
"""Argument of a lever → the least and the most that it takes."""

MEASURE_PARAMETERS: dict[str, dict[str, Ends]] = {
    "labelled-in-time": {"within_min": (1, 240)},
    "set-in-time": {"within_min": (1, 240)},
    "privacy-told": {"within_min": (1, 240)},
    "clocks-right": {"late_min": (1, 240)},
    "room-staffed": {"within_min": (1, 240)},
    "enough-raised": {"count": (1, 20)},
    "risk-expiry": {"within_h": (1, 8760)},
}
"""Measure → its parameters; one that is not listed has none. Minutes end with the longest drill, hours with a year."""
