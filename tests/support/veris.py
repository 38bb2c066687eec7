"""What the VERIS Community Schema 1.4.1 (`verisc-merged.json`, Verizon RISK team, commit d145dd25) asks of an incident, written down anew as far as
one of ours goes, and what its tools ask beyond it (`bin/checkValidity.py` and `bin/rules.py`).

Values are those of its list of enumerations that an incident of ours may take; `additionalProperties` is as strict as there, and what is not
required there but always in ours is required here.
"""

from typing import Any

UNITS = ["Seconds", "Minutes", "Hours", "Days", "Weeks", "Months", "Years", "Never", "NA", "Unknown"]


def _some(*values: str) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(values)}}


def _of(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


def _one_of(**properties: Any) -> dict[str, Any]:
    return {**_of([], **properties), "minProperties": 1}


NOTE = {"type": "string", "minLength": 1}
STRETCH = _of(["unit"], unit={"enum": UNITS}, value={"type": "number", "minimum": 0})
INCIDENT = {
    **_of(
        ["actor", "action", "discovery_method", "schema_version", "asset", "timeline", "incident_id", "security_incident", "summary", "victim", "attribute"],
        schema_name={"const": "verisc"},
        schema_version={"const": "1.4.1"},
        source_id={"type": "string"},
        incident_id={"type": "string"},
        security_incident={"enum": ["Confirmed", "Suspected", "Near miss", "False positive"]},
        summary={"type": "string"},
        confidence={"enum": ["High", "Medium", "Low", "None"]},
        timeline=_of(
            ["incident"],
            incident=_of(
                ["year"],
                year={"type": "integer", "minimum": 1950, "maximum": 2050},
                month={"type": "integer", "minimum": 1, "maximum": 12},
                day={"type": "integer", "minimum": 1, "maximum": 31},
            ),
            discovery=STRETCH,
            containment=STRETCH,
        ),
        victim=_of(
            ["country", "employee_count", "industry", "government"],
            employee_count={"enum": ["Unknown"]},
            industry={"type": "string", "pattern": "^(00|11|2[1-3]|3[1-3]|4[24589]|5[1-6]|6[1-2]|7[12]|81|92)-?[0-9]{0,4}$", "maxLength": 6},
            government=_some("NA"),
            country=_some("Unknown"),
            region=_some("000000"),
            notes=NOTE,
        ),
        actor=_one_of(
            external=_of(["variety", "motive"], country=_some("Unknown"), region=_some("000000"), variety=_some("Customer", "Unaffiliated", "Unknown"), motive=_some("Financial", "NA", "Unknown")),
            internal=_of(["motive", "variety"], variety=_some("Developer", "System admin", "Unknown"), motive=_some("NA", "Unknown")),
            unknown=_of(["notes"], notes=NOTE),
        ),
        action=_one_of(
            error=_of(
                ["variety", "vector"],
                variety=_some("Classification error", "Malfunction", "Misconfiguration", "Misdelivery", "Misinformation", "Programming error", "Unknown"),
                vector=_some("Carelessness", "Inadequate personnel", "Inadequate processes", "Inadequate technology", "Unknown"),
            ),
            hacking=_of(["vector", "variety"], variety=_some("Abuse of functionality", "Exploit vuln", "Prompt injection", "Unknown"), vector=_some("Web application", "Inter-tenant", "Unknown")),
            unknown=_of([], notes=NOTE),
        ),
        asset=_of(
            ["assets", "cloud"],
            assets={"type": "array", "minItems": 1, "items": _of(["variety"], variety={"enum": ["S - LLM application", "S - Web application", "S - Database", "Unknown"]})},
            cloud=_some("On-Premise Asset(s)", "External Cloud Asset(s)", "Other", "Unknown", "NA"),
            notes=NOTE,
        ),
        attribute=_one_of(
            confidentiality=_of(
                ["data_disclosure"],
                data_total={"type": "integer"},
                data_disclosure={"enum": ["No", "Potentially", "Yes", "Unknown"]},
                data={"type": "array", "minItems": 1, "items": _of(["variety"], variety={"enum": ["Personal", "Unknown"]}, amount={"type": "integer"})},
            ),
            integrity=_of(["variety"], variety=_some("Alter behavior", "Misrepresentation", "Unknown")),
            unknown=_of([], notes=NOTE),
        ),
        discovery_method=_one_of(
            internal=_of(["variety"], variety=_some("Incident response", "Reported by employee", "Unknown")),
            unknown={"type": "boolean"},
        ),
        impact=_of(["overall_rating"], overall_rating={"enum": ["Catastrophic", "Damaging", "Painful", "Distracting", "Insignificant", "Unknown"]}),
        plus={"type": "object", "required": ["master_id"]},
    ),
}  # fmt: skip


def disagreements(incident: dict[str, Any]) -> list[str]:
    """Fields that do not agree with each other by the rules of VERIS's tools, as far as actions and attributes of ours can break them.

    Left out: what the checker itself calls advice (parts of the value chain), and what only one who reports to VERIS's own study fills in.
    """
    actions, attribute = incident["action"], incident["attribute"]
    hacking, data = actions.get("hacking", {}), attribute.get("confidentiality", {}).get("data", [])
    assets = {one["variety"] for one in incident["asset"]["assets"]}
    rules = {
        "a confirmed incident has an attribute": incident["security_incident"] != "Confirmed" or set(attribute) - {"unknown"},
        "the total of records is no less than any amount": max((one.get("amount", 0) for one in data), default=0)
        <= attribute.get("confidentiality", {}).get("data_total", 0),
        "a way in by a web application has that asset": "Web application" not in hacking.get("vector", []) or "S - Web application" in assets,
        "abuse of a function is an exploited weakness too": "Abuse of functionality" not in hacking.get("variety", [])
        or "Exploit vuln" in hacking["variety"],
        "a loss is one of availability": "Loss" not in actions.get("error", {}).get("variety", []) or "availability" in attribute,
        "misuse is by somebody inside": "misuse" not in actions or {"internal", "partner"} & set(incident["actor"]),
        "an unknown actor has a note": "unknown" not in incident["actor"] or incident["actor"]["unknown"].get("notes"),
        "a source is written small": incident["source_id"] == incident["source_id"].lower(),
    }  # fmt: skip
    return [rule for rule, kept in rules.items() if not kept]
