"""Langfuse's trace exports: one object a trace, with observations and scores; texts are JSON inside strings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hotwash.adapters import import_findings, import_names
from hotwash.adapters.import_cells import moment, number, whole
from hotwash.adapters.import_messages import Call, calls, first_said, last_said, messages, text_in, this_turn
from hotwash.adapters.import_span import ROLES
from hotwash.adapters.import_units import Aside, Found, Made, Row, Tally, first, obj, rows, seq, word

MOST = 10_000
"""Observations of a trace that are read; more are counted as left out."""


def made(values: Iterator[Found | Aside], tally: Tally) -> Iterator[Made | Aside]:
    """A row of every trace."""
    yield from rows(values, tally, lambda found: _row(found, tally))


def is_export(value: Any) -> bool:
    """Whether a value is a trace of Langfuse, or one with its observations beside it."""
    if not isinstance(value, Mapping):
        return False
    trace = obj(value.get("trace")) or value
    return (
        "observations" in {*value, *trace}
        and "id" in trace
        and any(n in trace for n in ("projectId", "scores", "sessionId"))
    )


def _row(found: Found, tally: Tally) -> Row | str:
    whole_export = obj(found.value)
    trace = obj(whole_export.get("trace")) or whole_export
    if word(trace.get("id")) is None:
        return "a trace without an id"
    seen = _observations(trace, whole_export, tally)
    models = [one for one in seen if _role(one) == "llm" and (one.get("model") or _tokens(one, "input") is not None)]
    tools = [one for one in seen if _role(one) == "tool"]
    roots = [one for one in seen if not one.get("parentObservationId")]
    start, end = _span(trace, roots, tally)
    talk = [(messages(one.get("input")), messages(one.get("output"))) for one in models]
    acted = _calls(tools, talk)
    request, answer = _text(trace.get("input")), _text(trace.get("output"))
    conversation = messages(trace.get("input"))
    request = last_said(conversation, "user", "human") or request
    metadata = import_names.flat({"metadata": import_names.opened(trace.get("metadata"))})
    return {
        "id": trace.get("id"),
        "at": trace.get("timestamp") if start is None else start,
        "latency_ms": _latency(trace, start, end),
        "source": found.place,
        "kind": "agent" if acted or any(_role(one) == "agent" for one in seen) else "llm",
        "user": trace.get("userId"),
        "session": trace.get("sessionId"),
        "environment": trace.get("environment"),
        "app_version": first(trace.get("version"), trace.get("release")),
        **{name: value for name in import_names.OWN if (value := import_names.named(metadata, name)) is not None},
        "operation": "chat" if models else None,
        **_model(models, seen),
        "input": request,
        "output": answer,
        "system": _told(seen),
        "input_chars": len(request) if request is not None else None,
        "output_chars": len(answer) if answer is not None else None,
        "tool_calls": [one.shown() for one in acted] or None,
        "tool_count": len(acted),
        "tool_errors": sum(one.error is not None for one in acted),
        **_findings(trace, whole_export, models, roots),
        "attributes": {**trace, "observations": seen},
    }


def _observations(trace: Mapping[str, Any], export: Mapping[str, Any], tally: Tally) -> list[Mapping[str, Any]]:
    """Every observation once, in time: exports have them inside the trace and beside it."""
    both = [*seq(trace.get("observations")), *(seq(export.get("observations")) if export is not trace else [])]
    found: dict[str, Mapping[str, Any]] = {}
    for n, one in enumerate(both):
        if not isinstance(one, Mapping):
            tally.note("an observation that is no object: left out")
        elif len(found) < MOST:
            found.setdefault(word(one.get("id")) or str(n), one)
        else:
            tally.note("observations beyond ten thousand in one trace: left out")
    return sorted(found.values(), key=lambda one: word(one.get("startTime")) or "")


def _role(one: Mapping[str, Any]) -> str:
    return ROLES.get((word(one.get("type")) or "").lower(), "")


def _span(trace: Mapping[str, Any], roots: Sequence[Mapping[str, Any]], tally: Tally) -> tuple[int | None, int | None]:
    starts = [at for one in roots if (at := moment(one.get("startTime"), tally)) is not None]
    ends = [at for one in roots if (at := moment(one.get("endTime"), tally)) is not None]
    begun = moment(trace.get("timestamp"), tally)
    return first(begun, min(starts, default=None)), max(ends, default=None)


def _latency(trace: Mapping[str, Any], start: int | None, end: int | None) -> float | None:
    """From the observations' times; a trace's own `latency` is in seconds where an observation's is in ms."""
    if start is not None and end is not None and end >= start:
        return (end - start) / 1000
    said = number(trace.get("latency"))
    return None if said is None else said * 1000


def _tokens(one: Mapping[str, Any], way: str) -> int | None:
    details, usage = obj(one.get("usageDetails")), obj(one.get("usage"))
    said = (
        details.get(way),
        usage.get(way),
        one.get(f"{way}Usage"),
        usage.get(f"{'prompt' if way == 'input' else 'completion'}Tokens"),
    )
    return next((n for value in said if (n := whole(value)) is not None and (n or one.get("model"))), None)


def _model(models: Sequence[Mapping[str, Any]], seen: Sequence[Mapping[str, Any]]) -> Row:
    prompt = next((one for one in seen if one.get("promptName") and one.get("promptVersion") is not None), None)
    read, written = ([n for one in models if (n := _tokens(one, way)) is not None] for way in ("input", "output"))
    parameters = [obj(import_names.opened(one.get("modelParameters"))) for one in reversed(models)]
    return {
        "model": first(*(one.get("model") for one in reversed(models))),
        "provider": first(*(one.get("system") for one in parameters)),
        "prompt_version": f"{prompt.get('promptName')}:{prompt.get('promptVersion')}" if prompt else None,
        "input_tokens": sum(read) if read else None,
        "output_tokens": sum(written) if written else None,
    }


def _text(value: Any) -> str | None:
    value = import_names.opened(value)
    if isinstance(value, str) and value[:1] == '"':
        value = _unquoted(value)
    return None if value is None else text_in(value)


def _unquoted(value: str) -> Any:
    inner = import_names.opened(f"[{value}]")
    return inner[0] if isinstance(inner, list) and len(inner) == 1 else value


def _told(seen: Sequence[Mapping[str, Any]]) -> str | None:
    return next((said for one in seen if (said := first_said(messages(one.get("input")), "system", "developer"))), None)


def _calls(tools: Sequence[Mapping[str, Any]], talk: Sequence[tuple[Any, Any]]) -> list[Call]:
    if tools:
        return [_call(one) for one in tools]
    return [call for asked, said in talk for call in calls([*this_turn(asked), *said])]


def _call(one: Mapping[str, Any]) -> Call:
    about = obj(obj(import_names.opened(one.get("metadata"))).get("attributes"))
    name = first(word(about.get("ai.toolCall.name")), word(about.get("gen_ai.tool.name")), word(one.get("name")))
    failed = first(one.get("statusMessage"), "error") if one.get("level") == "ERROR" else None
    return Call(name or "", import_names.opened(one.get("input")), one.get("output"), failed)


def _findings(
    trace: Mapping[str, Any], export: Mapping[str, Any], models: Sequence[Mapping[str, Any]],
    roots: Sequence[Mapping[str, Any]],
) -> Row:  # fmt: skip
    said = [import_names.opened(one.get("modelParameters")) for one in reversed(models)]
    ended = import_findings.reason(first(*(obj(one).get("finishReason") for one in said)))
    failed = any(one.get("level") == "ERROR" for one in roots)
    scores = [*seq(trace.get("scores")), *(seq(export.get("scores")) if export is not trace else [])]
    judged = [
        import_findings.evaluation(
            one.get("name"), one.get("value"), one.get("stringValue"), one.get("source"), one.get("comment")
        )
        for one in scores
        if isinstance(one, Mapping)
    ]
    return {
        "status": import_findings.status(failed=failed, ended=ended),
        "error": "error" if failed else None,
        "finish_reason": ended,
        **import_findings.judgements(judged),
    }
