"""Spans of one trace as one row a request: each kind of span says its part."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hotwash.adapters import import_findings, import_names
from hotwash.adapters.import_cells import number, whole
from hotwash.adapters.import_messages import (
    Call,
    Message,
    calls,
    first_said,
    is_structured,
    last_said,
    messages,
    text_in,
    this_turn,
)
from hotwash.adapters.import_names import named
from hotwash.adapters.import_span import OPERATIONS, Span, listed, role
from hotwash.adapters.import_units import Row, first, obj, word

SEGMENTS = (*import_names.OWN, "environment", "region", "device", "app_version")


def row(spans: Sequence[Span], place: str) -> Row:
    """One row of the spans of one trace, in any order."""
    tree = _outermost_first(spans)
    root = tree[0]
    by_role: dict[str, list[Span]] = {}
    for one in sorted(spans, key=lambda span: span.start or 0):
        by_role.setdefault(role(one), []).append(one)
    models = by_role.get("llm") or [one for one in tree if _has_model(one)]
    talk = [(_asked(one), _answered(one)) for one in models]
    made = _tool_calls(by_role.get("tool", []), talk)
    agent = bool(by_role.get("agent") or made)
    return {
        "id": root.trace,
        "at": root.start,
        "latency_ms": (root.end - root.start) / 1000 if root.start is not None and root.end is not None else None,
        "source": place,
        "kind": "agent" if agent else "llm",
        "operation": _operation(root, by_role, models),
        **_segments(tree),
        **_model(models),
        **_texts(tree, talk),
        **_retrieved(by_role),
        "tool_calls": [one.shown() for one in made] or None,
        "tool_count": len(made),
        "tool_errors": sum(one.error is not None for one in made),
        **import_findings.of(tree, by_role, talk),
        "attributes": [_kept(one) for one in tree],
    }


def _outermost_first(spans: Sequence[Span]) -> list[Span]:
    """Roots first, the longest of several in front; then by level and time. A loop of parents counts as roots."""
    level = _levels(spans)

    def order(one: Span) -> tuple[int, bool, int, int]:
        depth = level[id(one)]
        return depth, bool(one.parent), 0 if depth else (one.start or 0) - (one.end or 0), one.start or 0

    return sorted(spans, key=order)


def _levels(spans: Sequence[Span]) -> dict[int, int]:
    """How many spans stand above each one, by the span's identity."""
    by_id = {one.id: one for one in spans if one.id}
    known: dict[int, int] = {}
    for one in spans:
        path: dict[int, Span] = {}
        above: Span | None = one
        while above is not None and id(above) not in known and id(above) not in path:
            path[id(above)] = above
            above = by_id.get(above.parent)
        base = known[id(above)] + 1 if above is not None and id(above) in known else 0
        for n, step in enumerate(reversed(path)):
            known[step] = base + n
    return known


def _has_model(span: Span) -> bool:
    return any(named(span.attributes, column) is not None for column in ("model", "model_requested", "input_tokens"))


def _segments(tree: Sequence[Span]) -> Row:
    merged: dict[str, Any] = {}
    for one in reversed(tree):
        merged |= {**one.resource, **one.attributes}
    return {
        column: found
        for column in SEGMENTS
        if (found := named(merged, column)) is not None and not is_structured(found)
    }


def _model(models: Sequence[Span]) -> Row:
    def last(column: str) -> Any:
        return first(*(named(one.attributes, column) for one in reversed(models)))

    def total(column: str) -> int | None:
        counted = [n for one in models if (n := whole(named(one.attributes, column))) is not None]
        return sum(counted) if counted else None

    return {
        "provider": last("provider"),
        "model_requested": last("model_requested"),
        "model": last("model"),
        "prompt_version": last("prompt_version"),
        "input_tokens": total("input_tokens"),
        "output_tokens": total("output_tokens"),
    }


def _operation(root: Span, by_role: Mapping[str, Sequence[Span]], models: Sequence[Span]) -> str | None:
    if by_role.get("agent"):
        return OPERATIONS["agent"]
    main = models[-1] if models else root
    return word(main.attributes.get("gen_ai.operation.name")) or OPERATIONS.get(role(main))


def _asked(span: Span) -> list[Message]:
    has = span.attributes.get
    numbered = listed(span.attributes, "llm.input_messages")
    ways = (
        has("gen_ai.input.messages"),
        has("gen_ai.prompt"),
        _nested(numbered),
        has("ai.prompt.messages"),
        has("ai.prompt"),
    )
    found = next((made for way in ways if (made := messages(way))), [])
    told = import_names.opened(has("gen_ai.system_instructions"))
    if told and not any(one.role == "system" for one in found):
        parts = [text_in(one) for one in told] if isinstance(told, list) else [text_in(told)]
        found = [Message("system", "\n".join(parts)), *found]
    return found


def _answered(span: Span) -> list[Message]:
    has = span.attributes.get
    numbered = listed(span.attributes, "llm.output_messages")
    ways = (has("gen_ai.output.messages"), _nested(numbered), has("gen_ai.completion"))
    found = next((made for way in ways if (made := messages(way))), [])
    ended = (
        word(obj(import_names.opened(first(has("gen_ai.completion"), has("output.value")))).get("finish_reason")) or ""
    )
    if found:
        return found if any(one.ended for one in found) or not ended else [*found[:-1], Message(
            found[-1].role, found[-1].text, found[-1].calls, found[-1].answers, ended)]  # fmt: skip
    said = first(has("ai.response.text"), has("ai.response.object"), has("gen_ai.completion"), has("output.value"))
    return [] if said is None else [Message("assistant", text_in(said), ended=ended)]


def _nested(numbered: Sequence[Any]) -> list[Any]:
    """OpenInference's numbered names as objects: `message.tool_calls.0.tool_call.function.name` and the like."""
    return [_unfold(obj(one)) for one in numbered]


def _unfold(flat: Mapping[str, Any]) -> dict[str, Any]:
    about = {name.removeprefix("message."): value for name, value in flat.items()}
    if isinstance(about.get("message"), Mapping):
        about = dict(about["message"])
    contents = [obj(one) for one in listed(about, "contents")]
    about["contents"] = [
        one if "message_content" in one else {name.removeprefix("message_content."): part for name, part in one.items()}
        for one in contents
    ]
    about["tool_calls"] = [_unfold_call(obj(one)) for one in listed(about, "tool_calls")]
    return about


def _unfold_call(flat: Mapping[str, Any]) -> dict[str, Any]:
    about = {name.removeprefix("tool_call."): value for name, value in flat.items()}
    if isinstance(about.get("tool_call"), Mapping):
        return dict(about["tool_call"])
    return {
        "id": about.get("id"),
        "name": about.get("function.name"),
        "arguments": about.get("function.arguments"),
        **about,
    }


def _texts(tree: Sequence[Span], talk: Sequence[tuple[list[Message], list[Message]]]) -> Row:
    asked = next((value for one in tree if (value := one.attributes.get("input.value")) is not None), None)
    said = next((value for one in tree if (value := one.attributes.get("output.value")) is not None), None)
    heard = next((text for conversation, _ in talk if (text := last_said(conversation, "user", "human"))), "")
    spoken = next(
        (text for _, answer in reversed(talk) if (text := last_said(answer, "assistant", "ai", "model", ""))), ""
    )
    asked = first(asked, *(first(one.attributes.get("ai.prompt"), one.attributes.get("ai.value")) for one in tree))
    request = asked if asked is not None and not is_structured(asked) else first(heard, asked and text_in(asked))
    answer = said if said is not None and not is_structured(said) else first(spoken, said and text_in(said))
    told = next((text for conversation, _ in talk if (text := first_said(conversation, "system", "developer"))), None)
    return {
        "input": request,
        "output": answer,
        "system": told,
        "input_chars": len(str(request)) if request is not None else None,
        "output_chars": len(str(answer)) if answer is not None else None,
    }


def _retrieved(by_role: Mapping[str, Sequence[Span]]) -> Row:
    searched = by_role.get("retriever", [])
    if not searched:
        return {}
    found: list[dict[str, Any]] = []
    for one in searched:
        for prefix in ("retrieval.documents", "gen_ai.retrieval.documents", "db.query.retrieved_documents"):
            _join(found, [_document(obj(each)) for each in listed(one.attributes, prefix)])
    return {"documents": found or None, "retrieved": len(found)}


def _document(value: Mapping[str, Any]) -> dict[str, Any]:
    about = {name.removeprefix("document."): part for name, part in (obj(value.get("document")) or value).items()}
    more = obj(import_names.opened(about.get("metadata")))
    more = {
        **more,
        **{name.removeprefix("metadata."): part for name, part in about.items() if name.startswith("metadata.")},
    }
    return {
        "id": first(*(word(about.get("id")), *(word(more.get(name)) for name in ("id", "doc_id", "source")))),
        "tenant": first(word(about.get("tenant")), word(more.get("tenant")), word(more.get("tenant_id"))),
        "score": number(about.get("score")),
        "content": word(about.get("content")),
    }


def _join(found: list[dict[str, Any]], more: Sequence[dict[str, Any]]) -> None:
    """Add documents. A search and the database under it tell of the same ones: what one lacks, the other fills in."""
    open_still = [one for one in found if one["score"] is None and one["content"] is not None]
    for document in more:
        same = next((one for one in open_still if one["content"] == document["content"]), None)
        if same is None:
            found.append(document)
        else:
            open_still.remove(same)
            same |= {name: value for name, value in document.items() if value is not None}


def _tool_calls(spans: Sequence[Span], talk: Sequence[tuple[list[Message], list[Message]]]) -> list[Call]:
    """Every call once: a span, the turn that asked for it and later turns that repeat it tell of the same one."""
    made = [_span_call(one) for one in spans]
    known = {one.id: n for n, one in enumerate(made) if one.id}
    told, nameless = Counter(map(_same, made)), Counter(_same(one) for one in made if not one.id)
    for conversation, answer in talk:
        here: Counter[str] = Counter()
        for call in calls([*this_turn(conversation), *answer]):
            same = _same(call)
            here[same] += 1
            if call.id in known:
                made[known[call.id]] = _completed(made[known[call.id]], call)
            elif call.id and nameless[same]:
                nameless[same] -= 1
                known[call.id] = next(n for n, one in enumerate(made) if not one.id and _same(one) == same)
            elif call.id or here[same] > told[same]:
                told[same] += 1
                made.append(call)
                if call.id:
                    known[call.id] = len(made) - 1
    return made


def _completed(one: Call, more: Call) -> Call:
    """A call with what another telling of it adds: spans often have no result where the next turn has."""
    return replace(
        one,
        arguments=one.arguments if one.arguments is not None else more.arguments,
        result=one.result if one.result is not None else more.result,
        error=one.error if one.error is not None else more.error,
    )


def _span_call(span: Span) -> Call:
    has = span.attributes.get
    name = first(
        *(word(has(one)) for one in ("gen_ai.tool.name", "tool.name", "tool_call.function.name", "ai.toolCall.name"))
    )
    asked = (
        "gen_ai.tool.call.arguments",
        "tool_call.function.arguments",
        "ai.toolCall.args",
        "tool.parameters",
        "input.value",
    )
    said = first(*(has(one) for one in ("gen_ai.tool.call.result", "ai.toolCall.result", "output.value")))
    failed = first(named(span.attributes, "error"), "error") if span.status == "error" else None
    called = word(first(has("gen_ai.tool.call.id"), has("ai.toolCall.id"), has("tool_call.id"))) or ""
    return Call(name or span.name, import_names.opened(first(*(has(one) for one in asked))), said, failed, called)


def _same(call: Call) -> str:
    return json.dumps([call.name, call.arguments], sort_keys=True, default=str)


def _kept(span: Span) -> Row:
    about = {"name": span.name, "id": span.id, "parent": span.parent, "start_us": span.start, "end_us": span.end,
             "status": span.status, "attributes": dict(span.attributes), "events": list(span.events),
             "resource": dict(span.resource)}  # fmt: skip
    return {name: value for name, value in about.items() if value not in ("", None, {}, [])}
