"""Transcripts of agents under test (AgentDojo, tau-bench), and rows that have our own columns' names already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hotwash.adapters import import_findings
from hotwash.adapters.import_cells import number
from hotwash.adapters.import_messages import calls, first_said, last_said, messages
from hotwash.adapters.import_span import derived_id
from hotwash.adapters.import_units import Aside, Found, Made, Row, Tally, first, obj, rows, word
from hotwash.triage.canonical import FIELDS

FAILED = "Error"
"""How a tool of tau-bench begins a result that refuses the call."""
COMMON = ("at", "input", "output", "decision", "score", "status", "model", "tenant")
"""Columns of which one must be there, beside `id`, for a row to be in our own schema."""


def agentdojo(values: Iterator[Found | Aside], tally: Tally) -> Iterator[Made | Aside]:
    """A row of every run. They have no time."""
    yield from rows(values, tally, _agentdojo)


def taubench(values: Iterator[Found | Aside], tally: Tally) -> Iterator[Made | Aside]:
    """A row of every conversation. They have no time."""
    yield from rows(values, tally, _taubench)


def own(values: Iterator[Found | Aside], tally: Tally) -> Iterator[Made | Aside]:
    """A row of every object; what is no column of ours is kept in `attributes`."""
    yield from rows(values, tally, _own)


def is_agentdojo(value: Any) -> bool:
    """Whether a value is a run of AgentDojo: a conversation and the benchmark's metadata."""
    return isinstance(value, Mapping) and "messages" in value and "suite_name" in obj(value.get("metadata"))


def is_taubench(value: Any) -> bool:
    """Whether a value is a conversation of tau-bench."""
    return isinstance(value, Mapping) and isinstance(value.get("traj"), list) and "task_id" in value


def is_own(value: Any) -> bool:
    """Whether a value is a row with our columns' names."""
    return isinstance(value, Mapping) and "id" in value and any(name in value for name in COMMON)


def _agentdojo(found: Found) -> Row | str:
    if not is_agentdojo(found.value):
        return "not a run of AgentDojo"
    about = obj(found.value.get("metadata"))
    attack = word(about.get("injection_task_id"))
    task = f"{about.get('suite_name')}/{about.get('user_task_id')}" + (f"/{attack}" if attack else "")
    verdicts = [
        import_findings.evaluation(name, 1 if about.get(name) else 0, None, "benchmark")
        for name in ("success", "security")
        if isinstance(about.get(name), bool)
    ]
    return {
        **_talk(found, "messages"),
        "id": derived_id(about.get("model"), task, found.value.get("messages")),
        "task": task,
        "intent": about.get("suite_name"),
        "model": about.get("model"),
        "bundle": about.get("model"),
        "evaluations": verdicts or None,
        "attributes": {"metadata": about, "annotations": found.value.get("annotations")},
    }


def _taubench(found: Found) -> Row | str:
    if not is_taubench(found.value):
        return "not a conversation of tau-bench"
    value = found.value
    reward = number(value.get("reward"))
    made = _talk(found, "traj")
    acted = [
        {**one, "error": one["result"]} if str(one["result"] or "").startswith(FAILED) else one
        for one in made["tool_calls"] or []
    ]
    return {
        **made,
        "id": derived_id(value.get("task_id"), value.get("trial"), value.get("traj")),
        "task": str(value.get("task_id")),
        "user": obj(obj(value.get("info")).get("task")).get("user_id"),
        "tool_calls": acted or None,
        "tool_errors": sum(one["error"] is not None for one in acted),
        "evaluations": [import_findings.evaluation("reward", reward, None, "benchmark")]
        if reward is not None
        else None,
        "attributes": {name: part for name, part in value.items() if name != "traj"},
    }


def _talk(found: Found, key: str) -> Row:
    conversation = messages(found.value.get(key))
    acted = calls(conversation)
    request, answer = first_said(conversation, "user"), last_said(conversation, "assistant")
    return {
        "source": found.place,
        "kind": "agent",
        "operation": "invoke_agent",
        "status": "ok",
        "input": request,
        "output": answer,
        "system": first_said(conversation, "system"),
        "input_chars": len(request),
        "output_chars": len(answer),
        "tool_calls": [one.shown() for one in acted] or None,
        "tool_count": len(acted),
        "tool_errors": sum(one.error is not None for one in acted),
    }


def _own(found: Found) -> Row | str:
    if not isinstance(found.value, Mapping):
        return "not an object"
    row: Row = {name: part for name, part in found.value.items() if name in FIELDS}
    if word(row.get("id")) is None:
        return "a row without an id"
    more = {name: part for name, part in found.value.items() if name not in FIELDS}
    return {**row, "source": first(row.get("source"), found.place), "attributes": first(row.get("attributes"), more)}
