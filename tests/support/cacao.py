"""What CACAO Security Playbooks 2.0 (OASIS) asks of a playbook, written down anew from the specification (sections 3.1, 4, 5, 7, 10.10) and held
against the JSON schemas of the OASIS repository cacao-json-schemas as of commit 064538ee: what these refuse is refused here. Refused beyond that, as the
specification has it: keys that it does not name, and a reference to something outside with nothing but a name.
"""

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
STAMP = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"


def _id(kind: str) -> dict:
    return {"type": "string", "pattern": f"^{kind}--{UUID}$"}


REFERENCE = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        name: {"type": "string"} for name in ("name", "description", "source", "url", "external_id", "reference_id")
    },
    "minProperties": 2,
}
"""Section 10.9: beside its name at least one other."""
STEP = {"type": "string", "pattern": f"^(start|action|end)--{UUID}$"}
ACTION = {
    "type": "object",
    "required": ["type", "on_completion", "commands", "agent"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "action"}, "name": {"type": "string"}, "description": {"type": "string"}, "on_completion": STEP, "agent": _id("group"),
        "commands": {
            "type": "array", "minItems": 1,
            "items": {
                "type": "object", "required": ["type", "command"], "additionalProperties": False,
                "properties": {"type": {"const": "manual"}, "command": {"type": "string", "minLength": 1}, "playbook_activity": {"type": "string"}},
            },
        },
    },
}  # fmt: skip
PLAYBOOK = {
    "type": "object",
    "required": ["type", "spec_version", "id", "name", "created_by", "created", "modified", "workflow_start", "workflow"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "playbook"}, "spec_version": {"const": "cacao-2.0"}, "id": _id("playbook"), "name": {"type": "string", "minLength": 1},
        "description": {"type": "string"}, "created_by": _id("identity"),
        "created": {"type": "string", "pattern": STAMP}, "modified": {"type": "string", "pattern": STAMP},
        "playbook_types": {
            "type": "array",
            "items": {"enum": ["notification", "detection", "investigation", "prevention", "mitigation", "remediation", "attack", "engagement"]},
        },
        "playbook_activities": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "labels": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "external_references": {"type": "array", "minItems": 1, "items": REFERENCE},
        "workflow_start": _id("start"),
        "workflow": {
            "type": "object", "minProperties": 3, "additionalProperties": False,
            "patternProperties": {
                f"^start--{UUID}$": {"type": "object", "required": ["type", "on_completion"], "additionalProperties": False, "properties": {"type": {"const": "start"}, "on_completion": STEP}},
                f"^action--{UUID}$": ACTION,
                f"^end--{UUID}$": {"type": "object", "required": ["type"], "additionalProperties": False, "properties": {"type": {"const": "end"}}},
            },
        },
        "agent_definitions": {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {
                f"^group--{UUID}$": {
                    "type": "object", "required": ["type", "name"], "additionalProperties": False,
                    "properties": {"type": {"const": "group"}, "name": {"type": "string"}},
                },
            },
            "additionalProperties": False,
        },
    },
}  # fmt: skip
