"""One line for each thing that an audience was shown. Made from the view event alone, so a line cannot say more than it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotwash.aftermath.called import called
from hotwash.aftermath.names import in_titles
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import stamp
from hotwash.kit.schema.kit import Kit

LINES: Mapping[str, tuple[str, str]] = {
    "drill_planned": ("conduct", "Drill planned with kit {kit} and system {system}"),
    "seat_taken": ("conduct", "{seat} is held by {person}"),
    "seat_handed_over": ("conduct", "Handed over to {to_person}: {note}"),
    "comms_checked": ("conduct", "Comms check: reads and can act"),
    "drill_started": ("conduct", "STARTEX"),
    "drill_paused": ("conduct", "Paused. {reason}"),
    "drill_resumed": ("conduct", "Resumed"),
    "speed_changed": ("conduct", "Drill time now runs at {num}{den}×"),
    "drill_jumped": ("conduct", "Drill time jumped to {to_ms}"),
    "drill_ended": ("conduct", "ENDEX. {reason}"),
    "inject_delivered": ("inject", "{sender} ({channel}) to {to}: {subject}"),
    "inject_improvised": ("inject", "{sender} ({channel}) to {to}: {subject} (improvised)"),
    "inject_held": ("control", "Inject {inject} held. {reason}"),
    "inject_skipped": ("control", "Inject {inject} skipped. {reason}"),
    "expectation_armed": ("control", "Expected of {seat} by {due_ms}: {expectation}"),
    "expectation_met": ("control", "Expectation met by {seat}: {expectation}"),
    "expectation_missed": ("missed", "Expectation missed by {seat}: {expectation}"),
    "rule_armed": ("duty", "{rule}. {seat}, by {due_ms}: {what}"),
    "rule_met": ("duty", "Done by {seat}: {duty}"),
    "rule_missed": ("missed", "Not done by {seat}: {duty}"),
    "fact_learned": ("control", "Now known to {seats}: {fact}"),
    "alert_fired": ("alert", "Alert {alert}: {count} in {window_min} min{cells}"),
    "complaint_received": ("inject", "Complaint about {about}: {text}"),
    "change_logged": ("change", "Change log: {component} {from_version} → {to_version}. {note}"),
    "incident_opened": ("decision", "Incident opened: {title}. {observation}"),
    "incident_stated": ("decision", "Incident statement: {statement}"),
    "classified": ("decision", "Labelled {bucket}, {mode}. {reason}"),
    "severity_set": ("decision", "Severity Sev-{level}. {reason}"),
    "major_incident_declared": ("decision", "Major incident declared ({criteria}). {reason}"),
    "incident_stood_down": ("decision", "Stood down: no incident. {reason}"),
    "impact_assessed": ("decision", "Impact: {who}, {people_low} to {people_high} people, {data_involved}"),
    "scope_set": ("decision", "Scope: {statement}"),
    "signal_validated": ("look", "{alert} is {verdict} ({second}). {note}"),
    "detector_adjusted": ("lever", "Detector of {alert}: {change}. {detail}"),
    "hypothesis_raised": ("look", "Hypothesis {hypothesis}: {statement}"),
    "test_recorded": ("look", "Test of {hypothesis} {result}: {method}. {note}"),
    "decision_recorded": ("decision", "{what} Because: {reason}"),
    "disagreement_recorded": ("decision", "Disagrees with {decision}: {reason}"),
    "query_run": ("look", "Searched traces {scope} {flag}: {found}"),
    "trace_opened": ("look", "Opened trace {trace}. {purpose}"),
    "evidence_collected": ("evidence", "Evidence {item}: {kind} {ref}. {note}"),
    "evidence_accessed": ("evidence", "Looked at evidence {item} ({in_form}): {purpose}"),
    "evidence_refused": ("evidence", "Was not shown evidence {item} ({in_form}): {purpose}"),
    "legal_hold_placed": ("evidence", "Legal hold {hold}: {reason}"),
    "legal_hold_lifted": ("evidence", "Legal hold {hold} lifted: {reason}"),
    "snapshot_taken": ("evidence", "Snapshot {item} of what is running. {note}"),
    "lever_requested": ("lever", "Asks for {kind} {scope} {arguments}: {reason}"),
    "lever_approved": ("lever", "Approves {call}. {reason}"),
    "lever_refused": ("lever", "Refuses {call}: {reason}"),
    "lever_pulled": ("lever", "Pulls {kind} {scope} {arguments} ({authority}): {reason}"),
    "lever_took_effect": ("effect", "{kind} is in effect ({call})"),
    "lever_reverted": ("lever", "Takes {kind} back ({call}). {reason}"),
    "case_decided": ("look", "Decides case {case}: {action}. {reason}"),
    "suite_run": ("look", "Suite {suite} {scope}: {failures} of {trials} failed. {worst_cell} {verdict}"),
    "draft_written": ("speak", "Draft {draft} ({variant}) written, version {revision}"),
    "draft_linted": ("speak", "Draft {draft} checked: {problems}"),
    "review_requested": ("speak", "Review of {draft} asked of {reviewers}"),
    "changes_requested": ("speak", "Changes wanted in {draft}: {note}"),
    "draft_approved": ("speak", "Approves draft {draft}. {note}"),
    "update_published": ("update", "Update published ({variant}): {text}"),
    "update_corrected": ("update", "Correction of {update}: {text}"),
    "audience_owed": ("duty", "Updates are owed to {audience} from now on, by {owner}"),
    "reminder_raised": ("duty", "Reminder to {seat}: {title} {about}"),
    "reminder_snoozed": ("duty", "Reminder {reminder} {about} put off until {until_ms}: {reason}"),
    "reminder_cleared": ("duty", "Reminder {reminder} {about} is settled"),
    "item_ticked": ("look", "Ticked: {item}"),
    "item_unticked": ("look", "Not done after all: {item}"),
    "message_sent": ("message", "{text}"),
    "question_answered": ("duty", "{question} Answered: {answer}. {reason}"),
    "moment_recorded": ("duty", "On record: {moment} at {at_ms} {obligation}. {reason}"),
    "obligation_clock_changed": (
        "duty",
        "Clock of {obligation} counted again: due {deadline}, it was {before}. {reason}",
    ),
    "obligation_assessed": ("duty", "{obligation} applies: {applies}. {reason}"),
    "obligation_clock_started": ("duty", "Clock of {obligation} runs; due {deadline}"),
    "authority_notified": ("duty", "{recipient} notified under {obligation}"),
    "no_duty_recorded": ("duty", "No duty under {obligation}: {reason}"),
    "risk_accepted": ("decision", "Residual risk accepted for {expires_h} h: {residual} {risk}"),
    "fix_renewed": ("decision", "Renews {fix} until {expires_ms}: {reason}"),
    "fix_expired": ("missed", "Past its expiry ({expired_ms}), and still there: {what} ({fix}), owned by {owner}"),
    "tripwire_crossed": ("alert", "Tripwire of an accepted risk crossed: {words} {risk}"),
    "canary_looked": (
        "look",
        "Canary {call}: {found_canary} of {asked_canary}, contained state {found_contained} of {asked_contained}: {verdict}",
    ),
    "recovery_declared": ("decision", "Declared {state}: {statement}"),
    "finding_raised": ("finding", "Finding: {text} {owner}"),
    "observer_rating_given": ("rating", "Rated {rating}: {objective}. {note}"),
    "rating_discounted": ("rating", "Rating {rating} discounted: {reason}"),
    "facilitator_noted": ("rating", "Note: {text}"),
    "hotwash_noted": ("finding", "Hot wash: {text} {owner}"),
}
"""Event type → kind and words. A test holds that every type of the log is here."""
MOVED = "Asked what moved {scope} {flag}"
"""A search of traces that lists none."""
LONGEST = 300
NOTHING = "\0"
"""Stands for a field without a word in it, and goes with the space before it."""


@dataclass(frozen=True)
class TimelineLine:
    """One line of the timeline. `position` is the audience's own."""

    position: int
    drill_ms: int
    seat: str
    person: str
    kind: str
    text: str


def line(event: ViewEvent, kit: Kit | None = None) -> TimelineLine:
    """The line of a view event, as long as a line may be."""
    kind, text = told(event, kit)
    return TimelineLine(event.position, event.drill_ms, event.seat, event.person, kind, _cut(text))


def told(event: ViewEvent, kit: Kit | None = None) -> tuple[str, str]:
    """Kind and whole words of a view event; a field that the audience does not get is left out. By `kit`, what it has a title for
    goes by that: levers, seats, rules, duties, questions, obligations, alerts, reminders."""
    kind, words = LINES[event.type]
    words = MOVED if event.data.get("asks") == "moved" else words
    said = words.format_map(_Said(event, kit)).replace(f" {NOTHING}", "").replace(NOTHING, "")
    said = in_titles(said, kit.lever_titles) if kit and event.type == "snapshot_taken" else said
    return kind, " ".join((said.replace("**", "") if kind == "update" else said).split())


class _Said(dict[str, str]):
    """Fields as people say them."""

    def __init__(self, event: ViewEvent, kit: Kit | None) -> None:
        super().__init__()
        self._type, self._data, self._kit = event.type, event.data, kit

    def __missing__(self, key: str) -> str:
        if key not in self._data:
            return NOTHING
        named = called(self._kit, self._type, key, self._data) if self._kit else ""
        return named or _plain(key, self._data[key]) or NOTHING


def _plain(name: str, value: Any) -> str:
    if name.endswith("_ms") and isinstance(value, int):
        return stamp(value)
    if name == "cells":
        return "".join(f", {dim} {one}" for dim, one, _ in value[:3] if dim)
    if name == "den":
        return "" if value == 1 else f"/{value}"
    if name == "risk" and value:
        return f"({value})"
    if name in ("deadline", "before") and value is None:
        return "without undue delay"
    if name in ("authority", "change"):
        return str(value).replace("-", " ")
    if name in ("problems", "found"):
        return f"{len(value)} found" if value else "nothing found"
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_plain('', one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain("", one) for one in value)
    return "not said" if value is None else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
