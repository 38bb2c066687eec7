"""Attribute names of the conventions that exporters follow, and the column of ours that each fills.

Names change: they are mapped when a file is imported, and the attributes stay as they came in `attributes`. A name that
is learnt later is added here, and the same files are imported again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotwash.triage.canonical import DIMENSIONS, VERSIONS

NEW = "OpenTelemetry GenAI conventions"
OLD = "OpenTelemetry GenAI conventions, deprecated"
OTEL = "OpenTelemetry semantic conventions"
PROPOSED = "OpenTelemetry GenAI conventions, proposed"
OPEN = "OpenInference"
OPEN_OLD = "OpenInference, earlier name"
VERCEL = "Vercel AI SDK"
LOOP = "OpenLLMetry"


@dataclass(frozen=True)
class Name:
    """An attribute's name, the column that it fills, and whose name it is."""

    name: str
    column: str
    source: str


NAMES: tuple[Name, ...] = (
    Name("tenant.id", "tenant", "common use"),
    Name("user.id", "user", OTEL),
    Name("enduser.id", "user", OTEL),
    Name("gen_ai.conversation.id", "session", NEW),
    Name("session.id", "session", OPEN),
    Name("deployment.environment.name", "environment", OTEL),
    Name("deployment.environment", "environment", "OpenTelemetry semantic conventions, deprecated"),
    Name("cloud.region", "region", OTEL),
    Name("device.model.name", "device", OTEL),
    Name("user_agent.name", "device", OTEL),
    Name("gen_ai.operation.name", "operation", NEW),
    Name("gen_ai.provider.name", "provider", NEW),
    Name("gen_ai.system", "provider", OLD),
    Name("llm.provider", "provider", OPEN),
    Name("llm.system", "provider", OPEN),
    Name("ai.model.provider", "provider", VERCEL),
    Name("metadata.ls_provider", "provider", "LangChain, in OpenInference's metadata"),
    Name("gen_ai.request.model", "model_requested", NEW),
    Name("llm.request.model_name", "model_requested", OPEN),
    Name("llm.invocation_parameters.model", "model_requested", OPEN),
    Name("ai.model.id", "model_requested", VERCEL),
    Name("gen_ai.response.model", "model", NEW),
    Name("llm.response.model_name", "model", OPEN),
    Name("llm.model_name", "model", OPEN_OLD),
    Name("embedding.model_name", "model", OPEN),
    Name("ai.response.model", "model", VERCEL),
    Name("llm.prompt_template.version", "prompt_version", OPEN),
    Name("service.version", "app_version", OTEL),
    Name("gen_ai.agent.version", "app_version", NEW),
    Name("error.type", "error", OTEL),
    Name("exception.type", "error", OTEL),
    Name("gen_ai.response.finish_reasons", "finish_reason", NEW),
    Name("llm.finish_reason", "finish_reason", OPEN),
    Name("ai.response.finishReason", "finish_reason", VERCEL),
    Name("gen_ai.usage.input_tokens", "input_tokens", NEW),
    Name("gen_ai.usage.prompt_tokens", "input_tokens", OLD),
    Name("llm.token_count.prompt", "input_tokens", OPEN),
    Name("llm.usage.prompt_tokens", "input_tokens", LOOP),
    Name("ai.usage.inputTokens", "input_tokens", VERCEL),
    Name("ai.usage.promptTokens", "input_tokens", VERCEL),
    Name("ai.usage.tokens", "input_tokens", VERCEL),
    Name("gen_ai.usage.output_tokens", "output_tokens", NEW),
    Name("gen_ai.usage.completion_tokens", "output_tokens", OLD),
    Name("llm.token_count.completion", "output_tokens", OPEN),
    Name("llm.usage.completion_tokens", "output_tokens", LOOP),
    Name("ai.usage.outputTokens", "output_tokens", VERCEL),
    Name("ai.usage.completionTokens", "output_tokens", VERCEL),
    Name("gen_ai.guardrail.verdict.type", "guardrail_verdict", PROPOSED),
    Name("gen_ai.security.policy.rule.id", "guardrail_rule", PROPOSED),
    Name("gen_ai.input.messages", "input", NEW),
    Name("gen_ai.prompt", "input", OLD),
    Name("llm.input_messages", "input", OPEN),
    Name("input.value", "input", OPEN),
    Name("ai.prompt.messages", "input", VERCEL),
    Name("ai.prompt", "input", VERCEL),
    Name("ai.value", "input", VERCEL),
    Name("ai.values", "input", VERCEL),
    Name("gen_ai.output.messages", "output", NEW),
    Name("gen_ai.completion", "output", OLD),
    Name("llm.output_messages", "output", OPEN),
    Name("output.value", "output", OPEN),
    Name("ai.response.text", "output", VERCEL),
    Name("ai.response.object", "output", VERCEL),
    Name("gen_ai.system_instructions", "system", NEW),
    Name("gen_ai.retrieval.documents", "documents", NEW),
    Name("retrieval.documents", "documents", OPEN),
    Name("reranker.output_documents", "documents", OPEN),
    Name("db.query.retrieved_documents", "documents", "Quotient's instrumentation of Chroma"),
    Name("gen_ai.tool.name", "tool_calls", NEW),
    Name("gen_ai.tool.call.arguments", "tool_calls", NEW),
    Name("gen_ai.tool.call.result", "tool_calls", NEW),
    Name("tool.name", "tool_calls", OPEN),
    Name("ai.toolCall.name", "tool_calls", VERCEL),
    Name("ai.toolCall.args", "tool_calls", VERCEL),
    Name("ai.toolCall.result", "tool_calls", VERCEL),
    Name("gen_ai.evaluation.result", "evaluations", NEW + " (an event)"),
    Name("annotations", "evaluations", OPEN),
    Name("evaluations", "evaluations", OPEN),
)  # fmt: skip
"""Of several names for one column, the first that says something counts."""

OWN = (*DIMENSIONS, *VERSIONS, "user", "session", "policy_version", "task", "intent")
PREFIXES = ("hotwash.", "metadata.", "ai.telemetry.metadata.")
"""What may stand before a column's own name: no convention has a name for tenant, index version and most of our segments."""

_BY_COLUMN: dict[str, tuple[str, ...]] = {
    column: (
        *(one.name for one in NAMES if one.column == column),
        *(prefix + column for prefix in PREFIXES if column in OWN),
        *(prefix + column + "_id" for prefix in PREFIXES if column in ("tenant", "user", "session")),
    )
    for column in (*OWN, *dict.fromkeys(one.column for one in NAMES))
}


def names_of(column: str) -> tuple[str, ...]:
    """The attributes that fill a column, the one that counts most first."""
    return _BY_COLUMN.get(column, ())


def named(attributes: Mapping[str, Any], column: str) -> Any:
    """What attributes say for a column: the first of its names that says something, or None."""
    for name in names_of(column):
        value = attributes.get(name)
        if value is not None and value not in ("", [], {}):
            return value
    return None


def flat(attributes: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Nested objects as dotted names, and the JSON texts that hold objects by convention opened; lists stay lists."""
    found: dict[str, Any] = {}
    for name, value in attributes.items():
        full = f"{prefix}{name}"
        if full in ("metadata", "llm.invocation_parameters") and isinstance(value, str):
            value = opened(value)  # noqa: PLW2901 (the text itself stays in `attributes`)
        if isinstance(value, Mapping) and depth < 12:
            found |= flat(value, f"{full}.", depth + 1)
        else:
            found[full] = value
    return found


def opened(value: Any) -> Any:
    """The value in a JSON text; anything else, and a text that holds no object or list, as it is."""
    if isinstance(value, str) and value[:64].lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            return value
    return value
