"""Our own trace schema: one row a request (LLM or agent) or scored decision, whatever export it came from.

Names follow OpenTelemetry's GenAI conventions where they have one, in snake case. Every importer writes these columns,
leaves empty what its source does not say, and keeps the source's own attributes as JSON in `attributes`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns

Cell = Literal["text", "time", "integer", "number", "flag", "json"]


@dataclass(frozen=True)
class Field:
    """One column: its type, what it says, and whether it may hold what a person wrote or was told (`raw`)."""

    type: Cell
    says: str
    raw: bool = False


FIELDS: Mapping[str, Field] = {
    "id": Field("text", "trace or decision id; unique"),
    "at": Field("time", "when the request began, UTC"),
    "kind": Field("text", "llm, agent or decision"),
    "source": Field("text", "file and place that the row was read from"),
    "tenant": Field("text", "whose customer this is"),
    "user": Field("text", "user, as a pseudonym"),
    "session": Field("text", "conversation or session"),
    "environment": Field("text", "production, staging ..."),
    "region": Field("text", "region that served it"),
    "language": Field("text", "language of the request"),
    "device": Field("text", "device or client"),
    "surface": Field("text", "where in the product it was asked"),
    "channel": Field("text", "channel or partner it came through"),
    "intent": Field("text", "what was wanted, as classified"),
    "operation": Field("text", "chat, invoke_agent, execute_tool, retrieval ..."),
    "provider": Field("text", "who runs the model"),
    "model_requested": Field("text", "model that was asked for"),
    "model": Field("text", "model that answered"),
    "prompt_version": Field("text", "prompt template's version"),
    "index_version": Field("text", "retrieval index's version"),
    "policy_version": Field("text", "guardrail policy's version"),
    "app_version": Field("text", "release of the application"),
    "bundle": Field("text", "immutable release that answered, as one id"),
    "cached": Field("flag", "answered from a cache"),
    "status": Field("text", "ok, error, refused or blocked"),
    "error": Field("text", "error type; empty when it worked"),
    "finish_reason": Field("text", "why generation ended"),
    "latency_ms": Field("number", "duration in ms"),
    "input_tokens": Field("integer", "tokens read"),
    "output_tokens": Field("integer", "tokens written"),
    "input_chars": Field("integer", "length of the input text"),
    "output_chars": Field("integer", "length of the output text"),
    "retrieved": Field("integer", "documents that a search found; empty where none was made"),
    "tool_count": Field("integer", "tool calls made"),
    "tool_errors": Field("integer", "tool calls that failed"),
    "guardrail_verdict": Field("text", "allow, deny, modify, warn or escalate"),
    "guardrail_rule": Field("text", "rule that decided"),
    "groundedness": Field("text", "pass or fail, by an evaluator"),
    "feedback": Field("text", "up or down, by the person who asked"),
    "score": Field("number", "model score of a decision"),
    "threshold": Field("number", "bound that the score was compared with"),
    "decision": Field("text", "outcome of a decision"),
    "label": Field("text", "truth that arrived later"),
    "label_at": Field("time", "when it arrived, UTC"),
    "task": Field("text", "names the same request under several bundles"),
    "input": Field("text", "what was asked", raw=True),
    "output": Field("text", "what was answered", raw=True),
    "system": Field("text", "what the model was told to be", raw=True),
    "documents": Field("json", "list of retrieved documents: id, tenant, score, content", raw=True),
    "tool_calls": Field("json", "list of calls: name, arguments, result, error", raw=True),
    "evaluations": Field("json", "list of evaluations: name, score, label, annotator, explanation", raw=True),
    "attributes": Field("json", "attributes as the source had them", raw=True),
}
"""Column → what it is. A table need not have all of them."""

DIMENSIONS = (
    "tenant",
    "region",
    "language",
    "device",
    "surface",
    "channel",
    "intent",
    "environment",
    "operation",
    "cached",
)
VERSIONS = ("model", "prompt_version", "index_version", "policy_version", "app_version", "bundle")
FEATURES = ("latency_ms", "input_tokens", "output_tokens", "input_chars", "output_chars", "retrieved", "tool_count")

_SIGNALS = (
    SignalColumn(name="errors", title="Requests that failed", layer="system", column="status", equals="error"),
    SignalColumn(name="truncated", title="Answers cut off", layer="system", column="finish_reason", equals="length"),
    SignalColumn(name="tool_errors", title="Requests with a failed tool call", layer="system", column="tool_errors", above=0),
    SignalColumn(name="refusals", title="Requests refused", layer="quality", column="status", equals="refused", source="answers"),
    SignalColumn(name="ungrounded", title="Answers judged ungrounded", layer="quality", column="groundedness", equals="fail"),
    SignalColumn(name="downvotes", title="Answers voted down", layer="quality", column="feedback", equals="down"),
    SignalColumn(name="empty_retrievals", title="Searches that found nothing", layer="quality", column="retrieved", below=1),
    SignalColumn(name="blocked", title="Requests stopped by a guardrail", layer="safety-abuse", column="guardrail_verdict",
                 equals="deny"),
)  # fmt: skip


def imported(there: Collection[str]) -> bool:
    """Whether a table is what an import wrote: its times are UTC, whatever they were."""
    return {"id", "at", "kind", "source"} <= set(there)


def columns_of(there: Collection[str]) -> TraceColumns:
    """What the columns of a table in our own schema mean, for those that are there."""

    def kept(*names: str) -> list[str]:
        return [one for one in names if one in there]

    def one(name: str) -> str:
        return name if name in there else ""

    return TraceColumns(
        time="at",
        id=one("id"),
        dimensions=kept(*DIMENSIONS),
        versions=kept(*VERSIONS),
        features=kept(*FEATURES),
        signals=[signal for signal in _SIGNALS if signal.column in there],
        decision=Test(column="decision", equals="approve") if "decision" in there else None,
        label=Test(column="label", equals="good") if "label" in there else None,
        label_time=one("label_at"),
        score=one("score"),
        tenant=one("tenant"),
        user=one("user"),
        request=one("task"),
        bundle=one("bundle"),
        input=one("input"),
        output=one("output"),
        documents=one("documents"),
        tool_calls=one("tool_calls"),
        retrieved=one("retrieved"),
        embedding=one("embedding"),
    )
