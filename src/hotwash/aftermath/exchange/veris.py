"""A drill in the shape of VERIS (community schema 1.4, Verizon RISK team): the four A's, timeline, impact.

VERIS describes what happens to data and systems. It has no word for an answer that is wrong, refused or unfair: those modes are told as an
error of the service, and `plus` says what they really are.
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


def to_veris(told: Account) -> dict[str, Any]:
    """One incident."""
    action, variety, vector = ERRORS.get(told.mode, MALFUNCTION)
    outside = action == "hacking"
    found: dict[str, Any] = {
        "schema_version": "1.4",
        "source_id": "hotwash-exercise",
        "incident_id": f"EXERCISE-{told.scenario}",
        "security_incident": "Confirmed" if told.incident else "False positive",
        "summary": f"{NOT_REAL} {told.what}",
        "confidence": "High",
        "timeline": {
            "incident": {"year": told.onset.year, "month": told.onset.month, "day": told.onset.day},
            **{
                name: _after(told, reached)
                for name, reached in (("discovery", "detected"), ("containment", "contained"))
            },
        },
        "actor": {"external": {"variety": ["Unknown"], "motive": ["Unknown"]}}
        if outside
        else {"internal": {"variety": ["Unknown"], "motive": ["NA"]}},
        "action": {action: {"variety": [variety], "vector": [vector]}},
        "asset": {"assets": [{"variety": "S - Web application"}]},
        "attribute": _attribute(told),
        "discovery_method": {"internal": {"variety": ["Unknown"]}},
        "impact": {"overall_rating": RATINGS.get(told.severity or 0, "Unknown")},
        "plus": {"exercise": True, "failure_mode": told.mode, "bucket": told.bucket, "versions": dict(told.components)},
    }
    return found


def _after(told: Account, reached: str) -> dict[str, Any]:
    """Time from the onset, as VERIS counts it; unit NA for what never happened."""
    at, onset = told.minutes.get(reached), told.minutes.get("onset")
    if at is None:
        return {"unit": "NA"}
    return {"unit": "Minutes", "value": round(max(0.0, at - (onset or 0.0)), 1)}


def _attribute(told: Account) -> dict[str, Any]:
    if told.leaked_records:
        return {
            "confidentiality": {
                "data_disclosure": "Yes",
                "data": [{"variety": "Personal", "amount": told.leaked_records}],
            }
        }
    return {"integrity": {"variety": ["Alter behavior"]}}
