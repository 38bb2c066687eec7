"""A drill in the shape of VERIS (community schema 1.4.1, Verizon RISK team): the four A's, timeline, impact.

VERIS describes what happens to data and systems. It has no word for an answer that is wrong, refused or unfair: those modes are told as an
error of the service, and `plus` says what they really are. A false alarm did nothing to anything: its actor, action and asset are unknown,
with a note, because VERIS asks for all three, and it has no attribute.
"""

from __future__ import annotations

from typing import Any

from hotwash.aftermath.exchange.account import NOT_REAL, Account

ERRORS = {
    "data-leakage": ("error", "Misconfiguration", "Inadequate processes"),
    "agent-action": ("error", "Malfunction", "Inadequate technology"),
    "misuse": ("hacking", "Abuse of functionality", "Web application"),
}  # fmt: skip
"""Mode → action, variety, vector; what is not listed is a malfunction."""
MALFUNCTION = ("error", "Malfunction", "Inadequate technology")
RATINGS = {1: "Catastrophic", 2: "Damaging", 3: "Painful", 4: "Distracting"}
"""Severity level of the kit → overall rating of VERIS, worst first."""


VERSION = "1.4.0"
"""What `verisc.json` of 1.4.1 asks to be written as `schema_version`; it gives no other."""
NOTHING = "EXERCISE. A false alarm: nobody acted and nothing was touched."


def to_veris(told: Account) -> dict[str, Any]:
    """One incident. `timeline.discovery` counts from the onset, `timeline.containment` from the discovery, in minutes of drill time."""
    minutes = told.minutes
    return {
        "schema_name": "verisc",
        "schema_version": VERSION,
        "source_id": "hotwash-exercise",
        "incident_id": f"EXERCISE-{told.scenario}",
        "security_incident": "Confirmed" if told.incident else "False positive",
        "summary": f"{NOT_REAL} {told.what}",
        "confidence": "High",
        "timeline": {
            "incident": {"year": told.onset.year, "month": told.onset.month, "day": told.onset.day},
            "discovery": _between(minutes.get("onset"), minutes.get("detected")),
            "containment": _between(minutes.get("detected"), minutes.get("contained")),
        },
        **(_incident(told) if told.incident else _false_alarm()),
        "plus": {"exercise": True, "failure_mode": told.mode, "bucket": told.bucket, "versions": dict(told.components)},
    }


def _incident(told: Account) -> dict[str, Any]:
    action, variety, vector = ERRORS.get(told.mode, MALFUNCTION)
    actor = {"internal": {"variety": ["Unknown"], "motive": ["NA"]}}
    if action == "hacking":
        actor = {"external": {"variety": ["Unknown"], "motive": ["Unknown"]}}
    return {
        "actor": actor,
        "action": {action: {"variety": [variety], "vector": [vector]}},
        "asset": {"assets": [{"variety": "S - Web application"}], "cloud": ["Unknown"]},
        "attribute": _attribute(told),
        "discovery_method": {"internal": {"variety": ["Unknown"]}},
        "impact": {"overall_rating": RATINGS.get(told.severity or 0, "Unknown")},
    }


def _false_alarm() -> dict[str, Any]:
    return {
        "actor": {"unknown": {"notes": NOTHING}},
        "action": {"unknown": {"notes": NOTHING}},
        "asset": {"assets": [{"variety": "Unknown"}], "cloud": ["NA"], "notes": NOTHING},
        "discovery_method": {"unknown": True},
        "impact": {"overall_rating": "Insignificant"},
    }


def _between(since: float | None, until: float | None) -> dict[str, Any]:
    """A stretch as VERIS counts it: NA for what never happened, Unknown for what nothing is known to have begun, 0 for what came first."""
    if until is None:
        return {"unit": "NA"}
    if since is None:
        return {"unit": "Unknown"}
    return {"unit": "Minutes", "value": round(max(0.0, until - since), 1)}


def _attribute(told: Account) -> dict[str, Any]:
    if told.leaked_records:
        return {
            "confidentiality": {
                "data_disclosure": "Yes",
                "data": [{"variety": "Personal", "amount": told.leaked_records}],
            }
        }
    return {"integrity": {"variety": ["Alter behavior"]}}
