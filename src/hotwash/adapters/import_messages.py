"""Conversations as exporters write them: roles, texts, tool calls and their results, whatever the dialect."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hotwash.adapters.import_names import opened
from hotwash.adapters.import_units import first, obj, seq, word

CALLS = ("tool_call", "tool_use", "tool-call", "function_call")
RESULTS = ("tool_call_response", "tool_result", "tool-result", "function_call_output")
TEXTS = ("text", "output", "answer", "content", "response", "result", "input", "question", "query", "prompt", "value")
"""Where an object that stands for one text keeps it, the likeliest first."""
MOST = 10_000
"""Messages of a conversation, or parts of a message, that are read."""


@dataclass(frozen=True)
class Call:
    """A tool call; `result` and `error` are None where the record does not have them."""

    name: str
    arguments: Any = None
    result: Any = None
    error: Any = None
    id: str = ""

    def shown(self) -> dict[str, Any]:
        """As the column `tool_calls` has it."""
        return {"name": self.name, "arguments": self.arguments, "result": self.result, "error": self.error}


@dataclass(frozen=True)
class Message:
    """One turn. `answers` are results of calls, by id."""

    role: str
    text: str = ""
    calls: tuple[Call, ...] = ()
    answers: tuple[Call, ...] = ()
    ended: str = ""
    """Why it ended, where the message itself says."""


@dataclass
class _Parts:
    texts: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    answers: list[Call] = field(default_factory=list)


def messages(value: Any) -> list[Message]:
    """The messages in a list, in an object that has one, or in JSON of either. Anything else is no conversation."""
    value = opened(value)
    if isinstance(value, Mapping):
        inner = first(*(value.get(name) for name in ("messages", "choices", "traj")))
        listed = inner if isinstance(inner, list) else [value] if "role" in value else []
        leading = word(value.get("system"))
        made = _listed(listed)
        return [Message("system", leading), *made] if leading and made else made
    return _listed(seq(value))


def _listed(value: list[Any]) -> list[Message]:
    if len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return [_message(one) for one in value[:MOST] if isinstance(one, Mapping)]


def _message(value: Mapping[str, Any]) -> Message:
    inner = value.get("message")
    ended = first(value.get("finish_reason"), value.get("stop_reason"))
    if isinstance(inner, Mapping):
        value = inner
    found = _Parts()
    _read_parts(first(value.get("parts"), value.get("content"), value.get("contents")), found)
    found.calls += [_call(one) for one in seq(value.get("tool_calls"))[:MOST] if isinstance(one, Mapping)]
    role = word(value.get("role")) or ""
    if role == "tool" and not found.answers:
        found.answers.append(_answer(value, found.texts))
    ended = first(ended, value.get("finish_reason"))
    return Message(role, "\n".join(found.texts), tuple(found.calls), tuple(found.answers), word(ended) or "")


def _read_parts(value: Any, found: _Parts) -> None:
    if isinstance(value, str):
        found.texts.append(value)
        return
    for part in seq(value)[:MOST]:
        if isinstance(part, str):
            found.texts.append(part)
        elif isinstance(part, Mapping):
            _read_part(obj(part.get("message_content")) or part, found)


def _read_part(part: Mapping[str, Any], found: _Parts) -> None:
    kind = part.get("type")
    if kind in CALLS:
        found.calls.append(_call(part))
    elif kind in RESULTS:
        found.answers.append(_result(part))
    elif (said := first(part.get("text"), part.get("content"))) is not None and isinstance(said, str):
        found.texts.append(said)


def _call(value: Mapping[str, Any]) -> Call:
    value = obj(value.get("tool_call")) or value
    function = value.get("function")
    inner = obj(function)
    name = first(
        inner.get("name"), function if isinstance(function, str) else None, value.get("name"), value.get("toolName")
    )
    given = (
        inner.get("arguments"),
        *(value.get(one) for one in ("arguments", "args", "input", "kwargs", "parameters")),
    )
    asked = next((one for one in given if one is not None), None)
    return Call(word(name) or "", opened(asked), id=word(first(value.get("id"), value.get("toolCallId"))) or "")


def _result(part: Mapping[str, Any]) -> Call:
    said = first(*(part.get(one) for one in ("response", "result", "output", "content")))
    failed = part.get("is_error") is True or part.get("isError") is True
    called = word(first(part.get("id"), part.get("tool_use_id"), part.get("toolCallId"), part.get("call_id"))) or ""
    name = word(first(part.get("name"), part.get("toolName"))) or ""
    return Call(name, result=said, error=said if failed else None, id=called)


def _answer(value: Mapping[str, Any], texts: Sequence[str]) -> Call:
    """A message of role `tool`: OpenAI's, Inspect's and AgentDojo's, which repeats the call."""
    called = obj(value.get("tool_call"))
    failed = value.get("error")
    name = first(value.get("name"), value.get("function"), called.get("function"))
    return Call(
        word(name) or "",
        called.get("args"),
        "\n".join(texts),
        obj(failed).get("message", failed) if failed else None,
        word(first(value.get("tool_call_id"), called.get("id"))) or "",
    )


def calls(found: Sequence[Message]) -> list[Call]:
    """Every call of a conversation with its result: by id, and without one by the next call of that name."""
    made: list[Call] = []
    for message in found:
        made += message.calls
        for answer in message.answers:
            place = next((n for n, one in enumerate(made) if _fits(one, answer)), None)
            if place is None:
                made.append(answer)
            else:
                made[place] = replace(made[place], result=answer.result, error=answer.error)
    return made


def _fits(call: Call, answer: Call) -> bool:
    if call.result is not None or call.error is not None:
        return False
    return call.id == answer.id if call.id and answer.id else not answer.name or call.name == answer.name


def this_turn(found: Sequence[Message]) -> Sequence[Message]:
    """What came after the last thing that a person said: the calls of this request, not of earlier ones."""
    last = max((n for n, one in enumerate(found) if one.role in ("user", "human")), default=-1)
    return found[last + 1 :]


def last_said(found: Sequence[Message], *roles: str) -> str:
    """The last text that is not empty of one of these roles, or nothing."""
    return next((one.text for one in reversed(found) if one.role in roles and one.text.strip()), "")


def first_said(found: Sequence[Message], *roles: str) -> str:
    """The first text that is not empty of one of these roles, or nothing."""
    return next((one.text for one in found if one.role in roles and one.text.strip()), "")


def text_in(value: Any) -> str:
    """The one text that a value stands for: of an object, the text under its likeliest key; otherwise the value as it is."""
    inner = opened(value)
    for _ in range(3):
        if not isinstance(inner, Mapping):
            break
        said = first(*(inner.get(name) for name in TEXTS))
        if said is None:
            break
        inner = said
    if isinstance(inner, str):
        return inner
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def is_structured(value: Any) -> bool:
    """Whether a value is an object or a list, or JSON of one, rather than a text."""
    return not isinstance(opened(value), str | int | float)
