"""Span attributes of a trace.

Names follow OpenTelemetry's GenAI conventions where they have one, OpenInference where only that does, and `hotwash.*`
for tenant, versions, guardrail, cache and score, for which neither has.
"""

from __future__ import annotations

import hashlib
from typing import Any

from hotwash.kit.schema.phrases import Phrases
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
        "hotwash.arm": "safe_mode" if facts.arm == "safe_mode" else "main",
        "hotwash.guardrail.tier": facts.guardrail_tier,
        "hotwash.guardrail.verdict": "deny" if facts.status in STOPPED_BY_GUARDRAIL else "allow",
        "hotwash.cache.hit": facts.source is not None,
        "hotwash.gateway.wait_ms": facts.wait_ms,
    }
    found |= {f"hotwash.version.{name}": version for name, version in facts.versions.items()}
    if facts.source is not None:
        found["hotwash.cache.source"] = cached_from
    if "errors" in facts.flags:
        found["error.type"] = "server_error"
    if "downvotes" in facts.flags:
        found["hotwash.feedback"] = "down"
    return found


def withheld(facts: RowFacts, answer: Answer) -> dict[str, Any]:
    """What was generated and stopped, and by whom."""
    if facts.status not in WITHHELD:
        return {}
    by = "guardrail" if facts.status in STOPPED_BY_GUARDRAIL else "reviewer" if facts.status == "caught" else "hold"
    return {"hotwash.withheld.output": answer.text, "hotwash.withheld.by": by}


def detector(facts: RowFacts, scene: Scene, record: str) -> dict[str, Any]:
    """What the detector of personal data fired on."""
    if DETECTOR not in facts.flags or facts.status in UNASKED:
        return {}
    match = record if facts.category == LEAK_CATEGORY else scene.values["parcel"]
    rule = "stored-record" if facts.category == LEAK_CATEGORY else "card-number-16-digits"
    return {"hotwash.detector.rule": rule, "hotwash.detector.match": match}


def genai(scene: Scene, phrases: Phrases, prompt: str, answer: Answer, output: str) -> dict[str, Any]:
    """The attributes of a chat request to a model."""
    facts, model = scene.facts, scene.facts.versions.get("model", "unknown")
    chars = len(prompt) + sum(len(one.content) for one in answer.passages)
    found: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": phrases.provider,
        "gen_ai.request.model": model,
        "gen_ai.conversation.id": f"c-{facts.user:05d}-{facts.question:02d}",
        "gen_ai.usage.input_tokens": SYSTEM_PROMPT_TOKENS + _tokens(chars, scene.language),
        "openinference.span.kind": "CHAIN",
        "llm.prompt_template.version": facts.versions.get("prompt", ""),
    }
    if facts.status not in UNASKED:
        made = answer.text if facts.status in WITHHELD else output
        found |= {
            "gen_ai.response.model": model,
            "gen_ai.response.id": f"resp-{_hash(facts.seed, facts.row)}",
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.usage.output_tokens": _tokens(len(made), scene.language),
        }
    if facts.retrieved and facts.status not in UNASKED:
        found |= {
            "gen_ai.data_source.id": facts.versions.get("index", ""),
            "gen_ai.retrieval.documents": [{"id": one.id, "score": one.score} for one in answer.passages],
        }
    if answer.tool_calls:
        found["gen_ai.tool.name"] = [one.name for one in answer.tool_calls]
        found["gen_ai.tool.call.id"] = [
            f"call-{_hash(facts.seed, facts.row, number)}" for number in range(len(answer.tool_calls))
        ]
    if "groundedness_checked" in facts.flags:
        failed = "groundedness_failed" in facts.flags
        found["gen_ai.evaluation.name"] = "groundedness"
        found["gen_ai.evaluation.score.label"] = "fail" if failed else "pass"
    return found


def _hash(*key: object) -> str:
    return hashlib.blake2b(repr(key).encode(), digest_size=6).hexdigest()


def _tokens(chars: int, language: str) -> int:
    """Roughly: four letters to a token, two signs in Japanese."""
    return max(1, chars // (2 if language == "ja" else 4))
