"""What a trace says of itself: status, why generation ended, guardrail verdicts, evaluations, votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotwash.adapters.import_cells import number
from hotwash.adapters.import_messages import Message, text_in
from hotwash.adapters.import_names import named, opened
from hotwash.adapters.import_span import Span, listed
from hotwash.adapters.import_units import Row, first, obj, word

VERDICTS = {
    "deny": ("deny", "denied", "block", "blocked", "reject", "rejected", "fail", "failed", "intervened"),
    "escalate": ("escalate", "escalated", "review"),
    "modify": ("modify", "modified", "redact", "redacted", "mask", "masked", "anonymized"),
    "warn": ("warn", "warned", "flag", "flagged"),
    "allow": ("allow", "allowed", "pass", "passed", "ok", "none"),
}
"""Our verdict, the strictest first → what guardrails call it."""
GROUNDED = ("groundedness", "grounded", "faithfulness", "hallucination", "factuality")
FAILS = ("fail", "failed", "ungrounded", "unfaithful", "hallucinated", "not grounded", "no")
PASSES = ("pass", "passed", "grounded", "faithful", "factual", "yes")
VOTES = ("user-feedback", "user_feedback", "user feedback", "feedback", "thumbs", "thumbs_up", "thumbs-up", "vote")
EVALUATION = ("name", "score.value", "score.label", "explanation")
"""Of `gen_ai.evaluation.*`."""
ANNOTATION = ("name", "score", "label", "annotator_kind", "explanation")
"""Of OpenInference's `annotations` and `evaluations`, in the order of `evaluation`."""
BLOCKED = ("content_filter", "content-filter", "safety", "guardrail_intervened")
REFUSED = ("refusal", "refused")
REASONS = {"max_tokens": "length", "model_length": "length", "max_output_tokens": "length", "end_turn": "stop",
           "eos": "stop", "stop_sequence": "stop", "tool-calls": "tool_calls", "tool_use": "tool_calls"}  # fmt: skip
"""Providers' words for why generation ended → the one that the conventions use."""


def of(
    tree: Sequence[Span], by_role: Mapping[str, Sequence[Span]], talk: Sequence[tuple[list[Message], list[Message]]]
) -> Row:
    """Status, error, finish reason, guardrail verdict and rule, evaluations and what they say of groundedness and votes."""
    models = by_role.get("llm") or tree
    ended = reason(
        first(*(named(one.attributes, "finish_reason") for one in reversed(models)))
        or next((one.ended for _, answer in reversed(talk) for one in reversed(answer) if one.ended), None)
    )
    ids = {one.id for one in tree}
    failed = any(one.status == "error" for one in tree if not one.parent or one.parent not in ids)
    verdict, rule = _verdict(tree, by_role.get("guardrail", ()))
    judged = [*_evaluators(by_role.get("evaluator", ())), *(each for one in tree for each in _evaluations(one))]
    return {
        "status": status(failed=failed, ended=ended, verdict=verdict),
        "error": _error(tree) if failed else None,
        "finish_reason": ended,
        "guardrail_verdict": verdict,
        "guardrail_rule": rule,
        **judgements(judged),
    }


def reason(value: Any) -> str | None:
    """Why generation ended, in the conventions' words; of a list the last."""
    value = opened(value)
    said = word(value[-1] if isinstance(value, list) and value else value)
    return REASONS.get(said.lower(), said) if said else None


def status(*, failed: bool, ended: str | None, verdict: str | None = None) -> str:
    """ok, error, refused or blocked, as far as the record itself says; the words of an answer are not judged here."""
    if failed:
        return "error"
    if verdict == "deny" or (ended or "").lower() in BLOCKED:
        return "blocked"
    return "refused" if (ended or "").lower() in REFUSED else "ok"


def judgements(judged: Sequence[Row]) -> Row:
    """The column of evaluations, and what they say of groundedness and of the person who asked."""
    grounded = vote = None
    for one in judged:
        name = (word(one.get("name")) or "").lower()
        label = (word(one.get("label")) or "").lower()
        if any(part in name for part in GROUNDED):
            grounded = "fail" if label in FAILS else "pass" if label in PASSES else grounded
        if name in VOTES:
            score = number(one.get("score"))
            up = label in ("up", "positive", "thumbs_up") or (score is not None and score > 0)
            vote = "up" if up else "down" if label or score is not None else vote
    return {"evaluations": list(judged) or None, "groundedness": grounded, "feedback": vote}


def evaluation(name: Any, score: Any = None, label: Any = None, annotator: Any = None, explanation: Any = None) -> Row:
    """One entry of the column `evaluations`; what is not said is left out."""
    about = {
        "name": word(name),
        "score": number(score),
        "label": word(label),
        "annotator": word(annotator),
        "explanation": word(explanation),
    }
    return {key: value for key, value in about.items() if value is not None}


def _error(tree: Sequence[Span]) -> str:
    for one in tree:
        raised = (obj(event.get("attributes")).get("exception.type") for event in one.events)
        if one.status == "error" and (found := first(named(one.attributes, "error"), *raised)):
            return str(found)
    return "error"


def _verdict(tree: Sequence[Span], guardrails: Sequence[Span]) -> tuple[str | None, str | None]:
    given: dict[str, str | None] = {}
    for one in tree:
        said = named(one.attributes, "guardrail_verdict")
        if said is None and one in guardrails:
            said = text_in(one.attributes.get("output.value"))
        called = (word(said) or "").lower()
        for verdict, words in VERDICTS.items():
            if called in words:
                named_rule = word(named(one.attributes, "guardrail_rule"))
                given.setdefault(verdict, named_rule or (one.name if one in guardrails else None))
    strictest = next((one for one in VERDICTS if one in given), None)
    return strictest, given.get(strictest) if strictest else None


def _evaluators(spans: Sequence[Span]) -> list[Row]:
    found = []
    for one in spans:
        said = obj(opened(one.attributes.get("output.value")))
        label = said.get("label") if said else text_in(one.attributes.get("output.value"))
        found.append(evaluation(one.name, said.get("score"), label, "evaluator", said.get("explanation")))
    return found


def _evaluations(span: Span) -> list[Row]:
    found = []
    for event in span.events:
        if event.get("name") == "gen_ai.evaluation.result":
            said = obj(event.get("attributes"))
            name, score, label, why = (said.get(f"gen_ai.evaluation.{part}") for part in EVALUATION)
            found.append(evaluation(name, score, label, None, why))
    for prefix in ("annotations", "evaluations"):
        for one in listed(span.attributes, prefix):
            said = {
                name.removeprefix("annotation.").removeprefix("evaluation."): part for name, part in obj(one).items()
            }
            found.append(evaluation(*(said.get(key) for key in ANNOTATION)))
    return found
