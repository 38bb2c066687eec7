"""The chat completions format: what is sent, and what comes back whole or as a stream of events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hotwash.ports.endpoint import Ask, NoReply, Reply, ToolUse

FILTERED = ("content_filter", "content_policy_violation")
DONE = "[DONE]"


def chat_body(question: Ask, model: str, *, stream: bool) -> dict[str, Any]:
    """The body of a request."""
    body: dict[str, Any] = {
        "messages": [{"role": one.role, "content": one.content} for one in question.messages],
        **question.decoding,
    }
    if model:
        body["model"] = model
    if question.tools:
        body["tools"] = list(question.tools)
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def whole_answer(text: str) -> Reply | NoReply:
    """The answer in one JSON object."""
    try:
        said = json.loads(text)
        choice = said["choices"][0]
        message = choice["message"]
        return _reply(message, str(choice.get("finish_reason") or ""), said.get("usage"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as wrong:
        return _malformed(wrong)


def streamed_answer(text: str) -> Reply | NoReply:
    """The answer put together from server-sent events. A stream that ends before it says so was broken off."""
    content, refusal, calls, reason, usage, ended = "", "", dict[int, dict[str, str]](), "", None, False
    try:
        for data in _events(text):
            if data == DONE:
                ended = True
                break
            said = json.loads(data)
            if said.get("error"):
                return NoReply("server", "the stream ended with an error")
            usage = said.get("usage") or usage
            for choice in (said.get("choices") or ())[:1]:
                part = choice.get("delta") or {}
                content += part.get("content") or ""
                refusal += part.get("refusal") or ""
                reason = choice.get("finish_reason") or reason
                _gather(calls, part.get("tool_calls") or ())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        return NoReply("broken_off", "the stream ended inside an event") if not ended and not text.endswith("\n") else _malformed(wrong)  # fmt: skip
    if not (ended or reason):
        return NoReply("broken_off", "the stream ended before the answer did")
    message = {"content": content, "refusal": refusal, "tool_calls": [{"function": one} for _, one in sorted(calls.items())]}  # fmt: skip
    try:
        return _reply(message, reason, usage)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return _malformed(wrong)


def filtered(text: str) -> bool:
    """Whether the body of an error says that a content filter stopped the request."""
    try:
        error = json.loads(text).get("error") or {}
        return error.get("code") in FILTERED
    except (ValueError, AttributeError, RecursionError):
        return False


def _events(text: str) -> Iterator[str]:
    """The data of every event; an event ends at an empty line, and its data may have several lines."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith("data:"):
            lines.append(line[5:].removeprefix(" "))
        elif not line and lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _gather(calls: dict[int, dict[str, str]], parts: Any) -> None:
    for part in parts:
        call = calls.setdefault(int(part["index"]), {"name": "", "arguments": ""})
        function = part.get("function") or {}
        call["name"] += function.get("name") or ""
        call["arguments"] += function.get("arguments") or ""


def _reply(message: Mapping[str, Any], reason: str, usage: Any) -> Reply:
    content, refusal = message.get("content"), message.get("refusal")
    if not isinstance(content, str | None):
        raise TypeError("content is no text")
    calls = tuple(tool_use(one["function"]) for one in message.get("tool_calls") or ())
    used = usage if isinstance(usage, Mapping) else {}
    return Reply(
        str(content or refusal or ""), calls, reason == "length", bool(refusal) or reason in FILTERED,
        tokens(used.get("prompt_tokens")), tokens(used.get("completion_tokens")),
    )  # fmt: skip


def tool_use(function: Mapping[str, Any]) -> ToolUse:
    """One call; arguments come as an object, or as text that holds one. Raises KeyError without a name."""
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError:
            arguments = None
    return ToolUse(str(function["name"]), arguments if isinstance(arguments, Mapping) else None)


def tokens(value: Any) -> int | None:
    """A count of tokens, where it is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _malformed(wrong: Exception) -> NoReply:
    return NoReply("malformed", f"the answer is not in the chat completions format ({type(wrong).__name__})")
