"""What the MISP project's editor of exercises asks of one in the Common Exercise Format, written down anew from `schema_cexf.json` of SkillAegis-Editor
(as of commit 2e5898b0), with what `format-description.md` of the format has beyond it: payloads and the references to them.
"""

from typing import Any


def _of(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT = {"type": "string"}
TEXTS = _list(TEXT)
UUID = {"type": "string", "format": "uuid"}
SECONDS = {"type": ["number", "null"]}
ASKED = _of(
    ["comparison", "values"],
    comparison={"enum": ["contains", "equals", "equals_any", "regex", "contains-regex", "count"]},
    values=_list({"type": ["string", "boolean", "number"]}),
)
RULE = _of(
    ["parameters", "result", "evaluation_strategy", "evaluation_context", "score_range"],
    parameters=_list({"type": "object", "additionalProperties": ASKED}),
    result=TEXT,
    evaluation_strategy={"enum": ["data_filtering", "misp_query_search"]},
    evaluation_context={"type": "object"},
    score_range={**_list({"type": "integer"}), "minItems": 2, "maxItems": 2},
)
"""The strategies are those that the editor offers for a webhook."""
EXERCISE = _of(
    ["exercise", "inject_flow", "inject_payloads", "injects"],
    exercise=_of(
        ["description", "meta", "name", "namespace", "uuid", "version"],
        meta=_of(["author", "level", "priority"], author=TEXT, level={"enum": ["beginner", "advanced", "expert"]}, priority={"type": "integer", "minimum": 0}),
        description=TEXT, expanded=TEXT, name=TEXT, namespace=TEXT, tags=TEXTS, total_duration=TEXT, uuid=UUID, version=TEXT,
    ),
    inject_flow=_list(
        _of(
            ["description", "inject_uuid", "requirements", "sequence", "timing"],
            description=TEXT,
            inject_uuid=UUID,
            reporting_callback=TEXTS,
            requirements={**_of([], inject_uuid=UUID, resolution_requirement=TEXT), "additionalProperties": False},
            sequence=_of(["completion_trigger", "followed_by", "trigger"], completion_trigger=TEXTS, followed_by=TEXTS, trigger=TEXTS),
            timing=_of(["triggered_at", "periodic_run_every"], triggered_at=SECONDS, periodic_run_every=SECONDS),
        )
    ),
    inject_payloads=_list(_of(["name", "parameters", "type", "uuid"], name=TEXT, parameters={"type": "object"}, type={"enum": ["file", "tcp_connection"]}, uuid=UUID)),
    injects=_list(
        _of(
            ["action", "inject_evaluation", "name", "target_tool", "uuid"],
            action=TEXT, inject_evaluation=_list(RULE), name=TEXT, target_tool={"enum": ["MISP", "suricata", "webhook"]}, uuid=UUID,
        )
    ),
)  # fmt: skip
