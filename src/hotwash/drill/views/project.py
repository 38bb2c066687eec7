"""From an event to what one audience sees of it, if anything.

Players see by an explicit list: a type that is not on it is hidden, and fields that would tell a secret are left out.
Positions are numbered per audience without gaps, so that a gap never tells that something hidden just happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hotwash.drill.design import DrillDesign
from hotwash.drill.read import current
from hotwash.kernel.audience import Audience
from hotwash.kernel.event import Event

To = Literal["all", "recipients", "conversation", "knowable", "players"]


@dataclass(frozen=True)
class ViewEvent:
    """One event as an audience sees it. `position` counts that audience's events from 1."""

    position: int
    type: str
    drill_ms: int
    wall_ms: int
    seat: str
    person: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Show:
    """How players see a type: who of them, without which fields, under which name."""

    to: To = "all"
    without: frozenset[str] = frozenset()
    named: str = ""


def _show(*without: str, to: To = "all", named: str = "") -> Show:
    return Show(to, frozenset(without), named)


OPEN = Show()
PLAYERS: Mapping[str, Show] = {
    "drill_planned": _show("drill", "scenario", "scenario_digest", "kit_digest", "seed", "coast_ms"),
    **dict.fromkeys(
        (
            "seat_taken", "seat_handed_over", "comms_checked", "drill_started", "drill_paused", "drill_resumed", "speed_changed",
            "drill_jumped", "drill_ended", "alert_fired", "complaint_received", "change_logged", "incident_opened",
            "incident_stated", "classified", "severity_set", "major_incident_declared", "incident_stood_down", "impact_assessed",
            "scope_set", "signal_validated", "detector_adjusted", "hypothesis_raised", "test_recorded", "decision_recorded",
            "disagreement_recorded", "query_run", "evidence_accessed", "evidence_refused", "legal_hold_placed", "legal_hold_lifted", "snapshot_taken", "lever_requested", "lever_approved",
            "lever_refused", "lever_pulled", "lever_took_effect", "lever_reverted", "case_decided", "draft_written", "draft_linted",
            "review_requested", "changes_requested", "draft_approved", "update_published", "update_corrected",
            "question_answered", "moment_recorded", "obligation_assessed", "obligation_clock_started", "obligation_clock_changed",
            "authority_notified", "no_duty_recorded", "risk_accepted",
            "fix_renewed", "fix_expired", "tripwire_crossed", "canary_looked",
            "recovery_declared", "hotwash_noted", "item_ticked", "item_unticked", "reminder_raised", "reminder_snoozed", "reminder_cleared",
        ),
        OPEN,
    ),
    "inject_delivered": _show("kind", "due_ms", "drift_ms", "cause", "reveals", to="recipients"),
    "inject_improvised": _show("reveals", to="recipients", named="inject_delivered"),
    "audience_owed": _show("because"),
    "finding_raised": _show(to="players"),
    "trace_opened": _show("shows"),
    "evidence_collected": _show("shows"),
    "suite_run": _show("shows"),
    "message_sent": _show(to="conversation"),
    "rule_armed": _show("because", "knowable", to="knowable"),
    "rule_met": _show("by", to="knowable"),
    "rule_missed": _show(to="knowable"),
}  # fmt: skip
"""How players see each type."""
HIDDEN = frozenset({
    "inject_held", "inject_skipped", "expectation_armed", "expectation_met", "expectation_missed", "fact_learned",
    "observer_rating_given", "rating_discounted", "facilitator_noted",
})  # fmt: skip
"""Types that players never see. A test holds that every type of the log is in one of the two."""
EVERYBODY = "all"


@dataclass
class ViewLog:
    """Numbers what one audience sees of one drill. Show it every event, in order."""

    audience: Audience
    design: DrillDesign
    position: int = 0
    _duties: set[str] = field(default_factory=set)
    _positions: dict[int, int] = field(default_factory=dict)

    def show(self, event: Event) -> ViewEvent | None:
        """The event as this audience sees it, or None."""
        event = current(event)
        if event.type == "rule_armed" and event.data["knowable"]:
            self._duties.add(event.data["duty"])
        seen = (event.type, event.data) if self.audience.knows_answer_key else self._to_player(event)
        if seen is None:
            return None
        self.position += 1
        self._positions[event.version] = self.position
        data = self._with_own_links(seen[1]) if seen[1].get("links") else seen[1]
        return ViewEvent(self.position, seen[0], event.drill_ms, event.wall_ms, event.seat, event.person, data)

    @property
    def versions(self) -> Mapping[int, int]:
        """Position → version of the log, for everything that was shown."""
        return {position: version for version, position in self._positions.items()}

    def _with_own_links(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Links of sentences by this audience's positions; entries that it was not shown are left out."""
        links = [
            {"sentence": one["sentence"], "events": [self._positions[v] for v in one["events"] if v in self._positions]}
            for one in data["links"]
        ]
        return {**data, "links": links}

    def _to_player(self, event: Event) -> tuple[str, Mapping[str, Any]] | None:
        how = PLAYERS.get(event.type)
        if how is OPEN:
            return event.type, event.data
        if how is None or not self._reaches(how.to, event):
            return None
        data = event.data if not how.without else {k: v for k, v in event.data.items() if k not in how.without}
        return how.named or event.type, data

    def _reaches(self, to: To, event: Event) -> bool:
        match to:
            case "recipients":
                return self.audience.seat in event.data["to"]
            case "conversation":
                present = (event.seat, *event.data["to"])
                return not event.data["to"] or EVERYBODY in present or self.audience.seat in present
            case "players":
                return event.seat in self.design.seats
            case "knowable":
                return event.data["duty"] in self._duties
            case _:
                return True
