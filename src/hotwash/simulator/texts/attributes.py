"""Span attributes of a trace.

Names follow OpenTelemetry's GenAI conventions where they have one, OpenInference where only that does, and `hotwash.*`
for tenant, versions, guardrail, cache and score, for which neither has. A request in which no model was asked (turned
away, or answered from the cache) has no attributes of a model call.
"""

from __future__ import annotations

import hashlib
from typing import Any

from hotwash.kit.schema.phrases import Phrases
from hotwash.ports.traces import Passage, ToolCall
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.texts.answer import DETECTOR, LEAK_CATEGORY, UNASKED, WITHHELD, Answer
from hotwash.simulator.texts.scene import Scene

STOPPED_BY_GUARDRAIL = ("blocked", "false_block")
SYSTEM_PROMPT_TOKENS = 220


def common(scene: Scene, cached_from: str) -> dict[str, Any]:
    """What every request has, of any kind of system."""
    facts = scene.facts
    found: dict[str, Any] = {
        "user.id": f"u-{facts.user:05d}",
        "hotwash.tenant": facts.dims.get("tenant", ""),
        "hotwash.company": scene.values["company"],
        "hotwash.guardrail.tier": facts.guardrail_tier,
        "hotwash.cache.hit": facts.source is not None,
        "hotwash.gateway.wait_ms": facts.wait_ms,
    }
    found |= {f"hotwash.version.{name}": version for name, version in facts.versions.items()}
    if facts.status not in UNASKED:
        found["hotwash.arm"] = "safe_mode" if facts.arm == "safe_mode" else "main"
        found["hotwash.guardrail.verdict"] = "deny" if facts.status in STOPPED_BY_GUARDRAIL else "allow"
    if facts.source is not None:
        found["hotwash.cache.source"] = cached_from
        found |= {f"hotwash.cache.version.{name}": version for name, version in facts.source.versions.items()}
    if "errors" in facts.flags:
        found |= {"error.type": "server_error", "hotwash.gateway.attempts": 2}
    if "downvotes" in facts.flags:
        found["hotwash.feedback"] = "down"
    return found


def withheld(facts: RowFacts, answer: Answer) -> dict[str, Any]:
    """What was generated and stopped, and by whom."""
    if facts.status not in WITHHELD:
        return {}
    by = "guardrail" if facts.status in STOPPED_BY_GUARDRAIL else "reviewer" if facts.status == "caught" else "hold"
    return {"hotwash.withheld.output": answer.text, "hotwash.withheld.by": by}


def detector(facts: RowFacts, output: str, record: str, number: str) -> dict[str, Any]:
    """What the detector of personal data fired on, and where: it reads the output and the line with the order's number
    that a shop's page puts under every answer, stored or not."""
    if DETECTOR not in facts.flags or facts.status in UNASKED:
        return {}
    if facts.category == LEAK_CATEGORY:
        return _hit("stored-record", record, "output")
    return _hit("card-number-16-digits", number, "output" if number in output else "order-line")


def genai(scene: Scene, phrases: Phrases, prompt: str, answer: Answer, output: str) -> dict[str, Any]:
    """The attributes of a chat request to a model, and of the retrieval and the tool calls that belong to it."""
    facts = scene.facts
    found: dict[str, Any] = {
        "gen_ai.conversation.id": f"c-{facts.user:05d}-{facts.question:02d}",
        "openinference.span.kind": "CHAIN",
    }
    if answer.tool_calls:
        found["hotwash.tool_spans"] = [
            _tool(one, _hash(facts.seed, facts.row, number)) for number, one in enumerate(answer.tool_calls)
        ]
    if "groundedness_checked" in facts.flags:
        failed = "groundedness_failed" in facts.flags
        found |= {
            "gen_ai.evaluation.name": "groundedness",
            "gen_ai.evaluation.score.label": "fail" if failed else "pass",
        }
    if facts.status in UNASKED or facts.source is not None:
        return found
    model, chars = (
        facts.versions.get("model", "unknown"),
        len(prompt) + sum(len(one.content) for one in answer.passages),
    )
    found |= {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": phrases.provider,
        "gen_ai.request.model": model,
        "gen_ai.response.model": model,
        "gen_ai.response.id": f"resp-{_hash(facts.seed, facts.row)}",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": SYSTEM_PROMPT_TOKENS + _tokens(chars, scene.language),
        "gen_ai.usage.output_tokens": _tokens(len(answer.text if facts.status in WITHHELD else output), scene.language),
        "llm.prompt_template.version": facts.versions.get("prompt", ""),
    }
    if facts.retrieved:
        found |= _retrieval(facts.versions.get("index", ""), answer.passages)
    return found


def _hit(rule: str, match: str, found_in: str) -> dict[str, Any]:
    return {
        "hotwash.detector.rule": rule,
        "hotwash.detector.match": match,
        "hotwash.detector.found_in": found_in,
    }


def _retrieval(index: str, passages: tuple[Passage, ...]) -> dict[str, Any]:
    return {
        "gen_ai.data_source.id": index,
        "gen_ai.retrieval.documents": [{"id": one.id, "score": one.score} for one in passages],
    }


def _tool(one: ToolCall, name: str) -> dict[str, Any]:
    """Attributes of one `execute_tool` span. Arguments and results are opt-in there, and stand in the trace itself."""
    return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": one.name,
        "gen_ai.tool.call.id": f"call-{name}",
        "gen_ai.tool.type": "function",
    }


def _hash(*key: object) -> str:
    return hashlib.blake2b(repr(key).encode(), digest_size=6).hexdigest()


def _tokens(chars: int, language: str) -> int:
    """Roughly: four letters to a token, two signs in Japanese."""
    return max(1, chars // (2 if language == "ja" else 4))
