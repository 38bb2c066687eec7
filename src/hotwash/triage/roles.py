"""Words in columns' names, and what a column of that name usually says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hotwash.kit.schema.columns import Layer

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

TIME = ("at", "time", "timestamp", "ts", "start", "started", "created", "date", "datetime", "when", "hour", "day")
NOT_THE_TIME = (
    "label",
    "labelled",
    "labeled",
    "truth",
    "end",
    "ended",
    "finished",
    "updated",
    "deleted",
    "birth",
    "dob",
    "expires",
)
CALENDAR = ("year", "quarter", "month", "week", "weekday", "day", "hour", "minute", "second")
"""Parts of a time: a segment of these would only say when."""
LABEL_TIME = ("label", "labelled", "labeled", "truth", "resolved", "outcome")
ID = ("id", "uuid", "guid", "key")
GROUPS = (
    "sex", "gender", "race", "racial", "ethnicity", "ethnic", "age", "disability", "disabled", "religion", "nationality",
    "citizenship", "marital", "pregnant", "pregnancy", "orientation", "veteran",
)  # fmt: skip
"""Protected attributes by their usual names: a proposal that somebody has to confirm."""
TENANT = ("tenant", "customer", "account", "org", "organisation", "organization", "workspace", "company")
USER = ("user", "uid", "enduser", "visitor", "caller")
BUNDLE = ("bundle", "release", "configuration")
REQUEST = ("task", "case", "example")
VERSIONS = (
    "model",
    "version",
    "index",
    "prompt",
    "release",
    "bundle",
    "build",
    "deployment",
    "revision",
    "engine",
    "policy",
    "schema",
)
INPUT = ("input", "prompt", "question", "query", "request", "message", "instruction", "utterance")
OUTPUT = ("output", "answer", "response", "completion", "reply", "generation", "generated")
DOCUMENTS = ("documents", "document", "context", "contexts", "passages", "evidence", "chunks")
TOOL_CALLS = ("toolcalls", "calls", "actions", "functions")
RETRIEVED = ("retrieved", "hits", "ndocs")
EMBEDDING = ("embedding", "embeddings", "vector")
SCORE = ("score", "prob", "probability", "proba", "risk", "confidence")
DECISION = ("decision", "decided", "approved", "accepted", "granted", "prediction", "predicted", "verdict")
LABEL = ("label", "truth", "actual", "target", "gold", "repaid")
STATUS = ("status", "state", "result", "outcome", "verdict", "feedback", "vote", "finish", "reason", "groundedness", "label",
          "annotation", "refusal", "compliance", "type", "severity")  # fmt: skip
ERROR_TEXT = ("error", "exception", "failure")
BAD: Mapping[str, Layer] = {
    "error": "system", "errors": "system", "failed": "system", "failure": "system", "fail": "system", "timeout": "system",
    "truncated": "system", "exception": "system", "cancelled": "system", "canceled": "system", "crashed": "system",
    "refused": "quality", "refusal": "quality", "ungrounded": "quality", "hallucination": "quality", "hallucinated": "quality",
    "incorrect": "quality", "wrong": "quality", "complaint": "quality", "complained": "quality", "escalated": "quality",
    "overturned": "quality", "down": "quality", "violation": "safety-abuse", "violated": "safety-abuse",
    "flagged": "safety-abuse", "blocked": "safety-abuse", "unsafe": "safety-abuse", "toxic": "safety-abuse",
    "harmful": "safety-abuse", "harm": "safety-abuse", "jailbreak": "safety-abuse", "jailbroken": "safety-abuse",
    "injection": "safety-abuse", "denied": "safety-abuse", "deny": "safety-abuse", "misuse": "safety-abuse",
    "leak": "data-privacy", "leaked": "data-privacy", "pii": "data-privacy", "exposed": "data-privacy",
}  # fmt: skip
"""Words for what goes wrong, in the name of a flag or as the value of a status → the layer of the signal."""
FAVOURABLE = (
    "approve",
    "approved",
    "accept",
    "accepted",
    "granted",
    "good",
    "positive",
    "yes",
    "true",
    "repaid",
    "pass",
    "allow",
)
"""Values that are good for the person whom a decision is about."""


def parts(name: str) -> tuple[str, ...]:
    """The words of a name in small letters: `responseModel_v2` has response, model, v, 2."""
    return tuple(one.lower() for one in _PART.findall(name))


def says(name: str, words: Sequence[str]) -> bool:
    """Whether one of the words, or the whole name without its separators, is among these."""
    found = parts(name)
    return any(one in words for one in found) or "".join(found) in words


def rank(name: str, words: Sequence[str]) -> tuple[int, int]:
    """How well a name fits: the place of its best word (their number where none fits), then how many words it has."""
    found = parts(name)
    best = min((words.index(one) for one in (*found, "".join(found)) if one in words), default=len(words))
    return best, len(found)


def is_calendar(name: str) -> bool:
    """Whether a name is nothing but a part of a time."""
    found = parts(name)
    return len(found) == 1 and found[0] in CALENDAR


def bad_word(name: str) -> str | None:
    """The first word of a name that says that something went wrong; none where the name denies it (`no_error`)."""
    found = parts(name)
    if found and found[0] in ("no", "not", "non", "without"):
        return None
    return next((one for one in found if one in BAD), None)
