"""One span, whoever wrote it: what it is, the part it plays, and lists in its attributes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotwash.adapters import import_names
from hotwash.adapters.import_names import named
from hotwash.adapters.import_units import word

ROLES = {
    "chat": "llm", "text_completion": "llm", "generate_content": "llm", "llm": "llm", "generation": "llm", "completion": "llm",
    "embeddings": "embedding", "embedding": "embedding", "retrieval": "retriever", "retriever": "retriever",
    "reranker": "reranker", "execute_tool": "tool", "tool": "tool", "invoke_agent": "agent", "create_agent": "agent",
    "agent": "agent", "chain": "chain", "workflow": "chain", "invoke_workflow": "chain", "task": "chain",
    "run_guardrail": "guardrail", "guardrail": "guardrail", "evaluator": "evaluator",
}  # fmt: skip
"""What conventions call a span → the part it plays. `openinference.span.kind` in small letters, GenAI operations,
OpenLLMetry's kinds, Langfuse's types."""
OPERATIONS = {
    "llm": "chat", "embedding": "embeddings", "retriever": "retrieval", "tool": "execute_tool", "agent": "invoke_agent",
    "chain": "invoke_workflow", "guardrail": "run_guardrail",
}  # fmt: skip
"""The operation's name in the GenAI conventions, for spans that follow others."""
_INDEXED = re.compile(r"(\d{1,4})\.(.+)")


@dataclass(frozen=True)
class Span:
    """One span, as far as any exporter says it. Times in µs since 1970 UTC; attributes flat."""

    trace: str
    id: str = ""
    parent: str = ""
    name: str = ""
    start: int | None = None
    end: int | None = None
    status: str = ""
    """ok, error, or nothing."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[Mapping[str, Any]] = ()
    resource: Mapping[str, Any] = field(default_factory=dict)


def role(span: Span) -> str:
    """The part that a span plays: llm, embedding, retriever, reranker, tool, agent, chain, guardrail, evaluator, or nothing."""
    has = span.attributes.get
    operation = word(has("ai.operationId")) or ""
    if operation.endswith((".doGenerate", ".doStream")):
        return "llm"
    if operation:
        return "tool" if operation == "ai.toolCall" else "embedding" if operation.endswith(".doEmbed") else "chain"
    for name in ("openinference.span.kind", "gen_ai.operation.name", "traceloop.span.kind"):
        if found := ROLES.get((word(has(name)) or "").lower()):
            return found
    if span.name.startswith("run_guardrail"):
        return "guardrail"
    if has("db.query.retrieved_documents") is not None:
        return "retriever"
    return (
        "llm" if has("gen_ai.request.model") is not None and named(span.attributes, "input_tokens") is not None else ""
    )


def listed(attributes: Mapping[str, Any], prefix: str) -> list[Any]:
    """A list that stands as one value, as JSON, or as numbered names (`prefix.0.rest`), in the order of its numbers."""
    whole_list = import_names.opened(attributes.get(prefix))
    if isinstance(whole_list, list):
        return whole_list
    found: dict[int, dict[str, Any]] = {}
    for name, value in attributes.items():
        if name.startswith(prefix + ".") and (match := _INDEXED.fullmatch(name, len(prefix) + 1)):
            found.setdefault(int(match[1]), {})[match[2]] = value
    return [found[n] for n in sorted(found)]


def derived_id(*parts: Any) -> str:
    """An id for what has none: the same content has the same id."""
    said = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
