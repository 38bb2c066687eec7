"""Span attributes of a request: OpenTelemetry's GenAI names, and `hotwash.*` for what they lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotwash.kernel.event import digest
from hotwash.ports.traces import Passage, ToolCall
from hotwash.simulator.rows import RowFacts

LETTERS_PER_TOKEN = 4
"""A rule of thumb for European languages; token counts here are for plausibility, not for billing."""


def attributes(
    facts: RowFacts, prompt: str, output: str, passages: Sequence[Passage], calls: Sequence[ToolCall], provider: str
) -> dict[str, Any]:
    """Attributes as JSON. Content stays out of them: it is in the trace's own fields."""
    versions = facts.versions
    model = versions.get("model", "")
    read = sum(len(one.content) for one in passages) + sum(len(one.result) for one in calls)
    found: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "gen_ai.response.model": model,
        "gen_ai.response.id": f"resp-{digest([facts.seed, facts.row])[:12]}",
        "gen_ai.conversation.id": f"conv-{digest([facts.seed, facts.dims.get('tenant', ''), facts.user])[:10]}",
        "gen_ai.usage.input_tokens": (len(prompt) + read) // LETTERS_PER_TOKEN + 240,
        "gen_ai.usage.output_tokens": max(1, len(output) // LETTERS_PER_TOKEN),
        "hotwash.tenant": facts.dims.get("tenant", ""),
        "hotwash.status": facts.status,
        "hotwash.prompt_template.version": versions.get("prompt", ""),
        "hotwash.guardrail.policy": versions.get("policy", ""),
        "hotwash.guardrail.tier": facts.guardrail_tier or "none",
        "hotwash.cache.hit": facts.source is not None,
        "hotwash.wait_ms": facts.wait_ms,
    }
    if facts.source is not None:
        found["hotwash.cache.source"] = f"r-{facts.source.row}"
    if facts.retrieved:
        found["gen_ai.data_source.id"] = versions.get("index", "")
        found["gen_ai.retrieval.documents"] = [{"id": one.id, "score": one.score} for one in passages]
    if calls:
        found["gen_ai.tool.name"] = [one.name for one in calls]
    return found
