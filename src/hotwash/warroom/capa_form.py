"""The form of one corrective action: from what was sent to an action, and back; every mistake beside its field."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from hotwash.kit.capa import mistakes_in, mistakes_in_words
from hotwash.kit.schema.capa import CapaAction
from hotwash.kit.sources import Place

Mistakes = dict[str, str]
"""Field → what is wrong, and what to write instead."""

PARTS: dict[str, tuple[str, ...]] = {
    "command": ("run", "prints", "seconds"), "suite": ("file", "target"), "query": ("traces", "sql", "at_most", "at_least"),
    "attestation": ("says", "by", "evidence", "on", "expires"), "gate": ("folder", "gate", "target"),
}  # fmt: skip
"""The kinds of verification and their fields; a field is called KIND.FIELD in the form."""
GROUPS: dict[str, tuple[str, ...]] = {
    "score": ("severities", "modes", "time_to_value"), "decision": ("what", "by", "due"), "effect": ("on", "metric", "works_if"),
}  # fmt: skip
TEXTS = (
    "id",
    "finding",
    "cause",
    "type",
    "horizon",
    "action",
    "owner",
    "sponsor",
    "deadline",
    "interim",
    "side_effects",
)
WORDS = {
    "missing": "This is needed.", "string_too_short": "This is needed.", "too_short": "This is needed.", "literal_error": "Choose one.",
    "string_pattern_mismatch": "Write small letters, digits and hyphens.",
}  # fmt: skip


def read_form(sent: Mapping[str, str], ids: Collection[str], events: Collection[int], first: date | None) -> tuple[CapaAction | None, Mistakes]:  # fmt: skip
    """The action of a form, if it has no mistake; and all mistakes by field."""
    wrong: Mistakes = {}
    body: dict[str, Any] = {name: sent[name] for name in TEXTS if sent.get(name)}
    body["cites"] = _numbers(sent.get("cites", ""), wrong)
    body["depends_on"] = sent.get("depends_on", "").replace(",", " ").split()
    for name, fields in GROUPS.items():
        part = {one: sent[f"{name}.{one}"] for one in fields if sent.get(f"{name}.{one}")}
        if part or name == "score":
            body[name] = part
    body["verification"] = _verification(sent, wrong)
    try:
        action = CapaAction.model_validate(body)
    except ValidationError as refused:
        for detail in refused.errors(include_url=False):
            wrong.setdefault(_field(detail["loc"]), _words(detail["type"], str(detail["msg"])))
        _tell(wrong, mistakes_in_words(sent.get("action", ""), sent.get("owner", "")))
        return None, wrong
    _tell(wrong, mistakes_in(action, ids, events, first))
    return (None if wrong else action), wrong


def _tell(wrong: Mistakes, found: Iterable[tuple[Place, str, str]]) -> None:
    for place, what, write in found:
        wrong.setdefault(_field(place), f"{what[0].upper()}{what[1:]}. {write}")


def as_form(action: CapaAction) -> dict[str, str]:
    """The fields of a form that would give this action."""
    body = action.model_dump(mode="json")
    sent = {name: str(body[name]) for name in TEXTS if body[name]}
    sent |= {"cites": ", ".join(map(str, action.cites)), "depends_on": ", ".join(action.depends_on)}
    for name, fields in GROUPS.items():
        sent |= {f"{name}.{one}": str(body[name][one]) for one in fields if body[name]}
    kind = action.verification.kind
    sent["kind"] = kind
    for one in PARTS[kind]:
        value = body["verification"][kind][one]
        if value is not None and value != "":
            sent[f"{kind}.{one}"] = shlex.join(value) if isinstance(value, list) else str(value)
    return sent


def _verification(sent: Mapping[str, str], wrong: Mistakes) -> dict[str, Any]:
    kind = sent.get("kind", "")
    if kind not in PARTS:
        wrong["kind"] = "An action without a verification cannot be saved: choose how it is shown to be done."
        return {}
    part: dict[str, Any] = {one: sent[f"{kind}.{one}"] for one in PARTS[kind] if sent.get(f"{kind}.{one}")}
    if kind == "command":
        try:
            part["run"] = shlex.split(part.get("run", ""))
        except ValueError:
            wrong["command.run"] = "A quotation mark is open: close it."
            part["run"] = ["-"]
    return {kind: part}


def _numbers(text: str, wrong: Mistakes) -> list[int]:
    words = text.replace(",", " ").split()
    if all(one.isascii() and one.isdigit() and len(one) < 10 for one in words):
        return [int(one) for one in words]
    wrong["cites"] = "Write numbers of events, such as 12, 40."
    return []


def _field(place: tuple[str | int, ...]) -> str:
    """The field that a place in the action was typed into."""
    steps = [str(one) for one in place if not isinstance(one, int)]
    if steps[:1] == ["verification"]:
        return ".".join(steps[1:3]) if len(steps) > 2 else _first(steps[1]) if len(steps) > 1 else "kind"
    return ".".join(steps[:2]) if len(steps) > 1 else steps[0]


def _first(kind: str) -> str:
    """Where a mistake of a whole part is shown."""
    return "query.at_most" if kind == "query" else f"{kind}.{PARTS[kind][-1]}" if kind in PARTS else "kind"


def _words(kind: str, said: str) -> str:
    if kind.startswith("date"):
        return "Write a day, such as 2026-12-18."
    if kind in WORDS:
        return WORDS[kind]
    text = said.removeprefix("Value error, ")
    return f"{text[0].upper()}{text[1:]}."
