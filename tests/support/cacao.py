"""What CACAO Security Playbooks 2.0 (OASIS) asks of a playbook, written down anew from the specification: sections 3.1, 4, 5, 7, 10.10."""

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
STAMP = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"


def _id(kind: str) -> dict:
    return {"type": "string", "pattern": f"^{kind}--{UUID}$"}


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
        "external_references": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["name"]}},
        "workflow_start": _id("start"),
        "workflow": {
            "type": "object", "minProperties": 3, "additionalProperties": False,
            "patternProperties": {
                f"^start--{UUID}$": {"type": "object", "required": ["type", "on_completion"], "properties": {"type": {"const": "start"}, "on_completion": STEP}},
                f"^action--{UUID}$": ACTION,
                f"^end--{UUID}$": {"type": "object", "required": ["type"], "properties": {"type": {"const": "end"}}, "additionalProperties": False},
            },
        },
        "agent_definitions": {
            "type": "object",
            "patternProperties": {f"^group--{UUID}$": {"type": "object", "required": ["type", "name"], "properties": {"type": {"const": "group"}}}},
            "additionalProperties": False,
        },
    },
}  # fmt: skip
