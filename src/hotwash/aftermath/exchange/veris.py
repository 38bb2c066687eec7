"""A drill in the shape of VERIS (community schema 1.4.1, Verizon RISK team): the four A's, timeline, impact.

VERIS describes what happens to data and systems. It has no word for an answer that is wrong, refused or unfair: those modes are told as an
error of the service, and `plus` says what they really are. A false alarm did nothing to anything: its actor, action and asset are unknown,
with a note, because VERIS asks for all three, and so is its attribute.

Beside the schema, VERIS has rules across fields, in the tools that check a record and fill it in (`bin/checkValidity.py`, `bin/rules.py`). What
they ask of an incident of ours is here: victim, region and attribute are always there, unknown if need be, because these tools read them
unasked; an asset is named for each way in, a parent beside its child, a total beside amounts.
"""

from __future__ import annotations

from typing import Any

from hotwash.aftermath.exchange.account import NOT_REAL, Account
from hotwash.kit.exchange.given import stable_uuid

ACTIONS = {
    "data-leakage": ("error", ["Misconfiguration"], ["Inadequate processes"]),
    "agent-action": ("error", ["Malfunction"], ["Inadequate technology"]),
    "misuse": ("hacking", ["Abuse of functionality", "Exploit vuln"], ["Web application"]),
}
"""Mode → action, varieties, vectors; what is not listed is a malfunction. To VERIS, abuse of a function is a kind of exploited weakness."""
MALFUNCTION = ("error", ["Malfunction"], ["Inadequate technology"])
RATINGS = {1: "Catastrophic", 2: "Damaging", 3: "Painful", 4: "Distracting"}
"""Severity level of the kit → overall rating of VERIS, worst first."""

VERSION = "1.4.1"
"""As VERIS's own converter writes it (`bin/convert_1.4.0_to_1.4.1.py`). The schema of 1.4.1 takes any text and recommends 1.4.0 still, but who
goes by the version would then look for `S - LLM application` in lists that do not have it yet."""
NOWHERE = "000000"
"""The region of an unknown country."""
NOTHING = "EXERCISE. A false alarm: nobody acted and nothing was touched."


def to_veris(told: Account) -> dict[str, Any]:
    """One incident. `timeline.discovery` counts from the onset, `timeline.containment` from the discovery, in minutes of drill time."""
    minutes = told.minutes
    return {
        "schema_name": "verisc",
        "schema_version": VERSION,
        "source_id": "hotwash-exercise",
        "incident_id": f"EXERCISE-{told.scenario}-{told.head[:12]}",
        "security_incident": "Confirmed" if told.incident else "False positive",
        "summary": f"{NOT_REAL} {told.what}",
        "confidence": "High",
        "timeline": {
            "incident": {"year": told.onset.year, "month": told.onset.month, "day": told.onset.day},
            "discovery": _between(minutes.get("onset"), minutes.get("detected")),
            "containment": _between(minutes.get("detected"), minutes.get("contained")),
        },
        "victim": {
            "employee_count": "Unknown",
            "industry": "000",
            "government": ["NA"],
            "country": ["Unknown"],
            "region": [NOWHERE],
            "notes": "EXERCISE. An invented organisation.",
        },
        **(_incident(told) if told.incident else _false_alarm()),
        "plus": {
            "master_id": str(stable_uuid("veris", told.head)),
            "exercise": True,
            "failure_mode": told.mode,
            "bucket": told.bucket,
            "versions": dict(told.components),
        },
    }


def _incident(told: Account) -> dict[str, Any]:
    action, varieties, vectors = ACTIONS.get(told.mode, MALFUNCTION)
    actor: dict[str, Any] = {"internal": {"variety": ["Unknown"], "motive": ["NA"]}}
    if action == "hacking":
        unknown = {"variety": ["Unknown"], "motive": ["Unknown"], "country": ["Unknown"], "region": [NOWHERE]}
        actor = {"external": unknown}
    assets = [*(["S - LLM application"] if told.generates else []), "S - Web application"]
    return {
        "actor": actor,
        "action": {action: {"variety": list(varieties), "vector": list(vectors)}},
        "asset": {"assets": [{"variety": one} for one in assets], "cloud": ["Unknown"]},
        "attribute": _attribute(told),
        "discovery_method": {"unknown": True}
        if told.minutes.get("detected") is None
        else {"internal": {"variety": ["Unknown"]}},
        "impact": {"overall_rating": RATINGS.get(told.severity or 0, "Unknown")},
    }


def _false_alarm() -> dict[str, Any]:
    return {
        "actor": {"unknown": {"notes": NOTHING}},
        "action": {"unknown": {"notes": NOTHING}},
        "asset": {"assets": [{"variety": "Unknown"}], "cloud": ["NA"], "notes": NOTHING},
        "attribute": {"unknown": {"notes": NOTHING}},
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
                "data_total": told.leaked_records,
                "data": [{"variety": "Personal", "amount": told.leaked_records}],
            }
        }
    return {"integrity": {"variety": ["Alter behavior"]}}
