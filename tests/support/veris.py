"""What the VERIS Community Schema 1.4.1 (`verisc.json`, Verizon RISK team) asks of an incident, written down anew as far as one of ours goes.

Values are those of its list of enumerations that an incident of ours may take; `additionalProperties` is as strict as there.
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
        ["actor", "action", "discovery_method", "schema_version", "asset", "timeline", "incident_id", "security_incident", "summary"],
        schema_name={"const": "verisc"},
        schema_version={"const": "1.4.0"},
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
        actor=_one_of(
            external=_of(["variety", "motive"], variety=_some("Customer", "Unaffiliated", "Unknown"), motive=_some("Financial", "NA", "Unknown")),
            internal=_of(["motive", "variety"], variety=_some("Developer", "System admin", "Unknown"), motive=_some("NA", "Unknown")),
            unknown=_of(["notes"], notes=NOTE),
        ),
        action=_one_of(
            error=_of(
                ["variety", "vector"],
                variety=_some("Classification error", "Malfunction", "Misconfiguration", "Misdelivery", "Misinformation", "Programming error", "Unknown"),
                vector=_some("Carelessness", "Inadequate personnel", "Inadequate processes", "Inadequate technology", "Unknown"),
            ),
            hacking=_of(["vector", "variety"], variety=_some("Abuse of functionality", "Unknown"), vector=_some("Web application", "Inter-tenant", "Unknown")),
            unknown=_of([], notes=NOTE),
        ),
        asset=_of(
            ["assets", "cloud"],
            assets={"type": "array", "minItems": 1, "items": _of(["variety"], variety={"enum": ["S - Web application", "S - Database", "Unknown"]})},
            cloud=_some("On-Premise Asset(s)", "External Cloud Asset(s)", "Other", "Unknown", "NA"),
            notes=NOTE,
        ),
        attribute=_one_of(
            confidentiality=_of(
                ["data_disclosure"],
                data_disclosure={"enum": ["No", "Potentially", "Yes", "Unknown"]},
                data={"type": "array", "minItems": 1, "items": _of(["variety"], variety={"enum": ["Personal", "Unknown"]}, amount={"type": "integer"})},
            ),
            integrity=_of(["variety"], variety=_some("Alter behavior", "Misrepresentation", "Unknown")),
        ),
        discovery_method=_one_of(
            internal=_of(["variety"], variety=_some("Incident response", "Reported by employee", "Unknown")),
            unknown={"type": "boolean"},
        ),
        impact=_of(["overall_rating"], overall_rating={"enum": ["Catastrophic", "Damaging", "Painful", "Distracting", "Insignificant", "Unknown"]}),
        plus={"type": "object"},
    ),
}  # fmt: skip
