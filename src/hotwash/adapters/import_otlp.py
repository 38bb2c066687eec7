"""Spans as they are exported: OTLP JSON, span lists of SDKs and of Phoenix, and bare attribute maps."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hotwash.adapters import import_names
from hotwash.adapters.import_cells import moment
from hotwash.adapters.import_span import Span, derived_id
from hotwash.adapters.import_units import UNREADABLE, Aside, Found, Tally, first, obj, seq, word

SPACES = ("gen_ai.", "llm.", "openinference.", "ai.", "input.", "output.", "retrieval.", "traceloop.")
"""What names of attributes begin with: an object with some of these is an attribute map."""
STATUS = {"2": "error", "STATUS_CODE_ERROR": "error", "ERROR": "error", "1": "ok", "STATUS_CODE_OK": "ok", "OK": "ok"}
_HEX = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}")


def spans(values: Iterator[Found | Aside], tally: Tally) -> Iterator[tuple[str, Span] | Aside]:
    """Every span with its place. A value that holds none is one unit set aside."""
    for one in values:
        if isinstance(one, Aside):
            tally.saw(one.units)
            yield one
            continue
        count = 0
        for place, said in _records(one):
            count += 1
            tally.saw()
            if isinstance(said, str):
                yield Aside(place, said)
                continue
            try:
                yield place, said(tally)
            except UNREADABLE as broken:
                deep = isinstance(broken, RecursionError)
                yield Aside(place, "nested too deeply" if deep else "a span whose parts are not of the expected kind")
        if not count:
            tally.saw()
            yield Aside(one.place, "no spans in it")


def is_export(value: Any) -> bool:
    """Whether a value is an OTLP export request, a span, or an attribute map."""
    return isinstance(value, Mapping) and (
        "resourceSpans" in value or "resource_spans" in value or _is_span(value) or _is_map(value)
    )


class _Record:
    """A span to be read: what it is, with resource and ids."""

    def __init__(self, read: Any, value: Mapping[str, Any], resource: Mapping[str, Any]) -> None:
        self._read, self._value, self._resource = read, value, resource

    def __call__(self, tally: Tally) -> Span:
        made: Span = self._read(self._value, self._resource, tally)
        return made


def _records(found: Found) -> Iterator[tuple[str, _Record | str]]:
    value = found.value
    for inner in value if isinstance(value, list) else [value]:
        if not isinstance(inner, Mapping):
            yield found.place, "not an object"
            continue
        groups = first(inner.get("resourceSpans"), inner.get("resource_spans"))
        if groups is not None:
            yield from _exported(found.place, groups)
        elif isinstance(spans := inner.get("spans"), list):
            for n, one in enumerate(spans, start=1):
                yield f"{found.place}, span {n}", _one(one)
        else:
            yield found.place, _one(inner)


def _one(value: Any) -> _Record | str:
    if isinstance(value, Mapping):
        if _is_span(value):
            return _Record(_span, value, {})
        if _is_map(value):
            return _Record(_map, value, {})
    return "neither a span nor an attribute map"


def _exported(place: str, groups: Any) -> Iterator[tuple[str, _Record | str]]:
    n = 0
    for group in seq(groups):
        about = obj(group)
        resource = _attributes(obj(about.get("resource")).get("attributes"))
        scopes = first(about.get("scopeSpans"), about.get("scope_spans"), about.get("instrumentationLibrarySpans"))
        for scope in seq(scopes):
            for one in seq(obj(scope).get("spans")):
                n += 1
                known = isinstance(one, Mapping) and _is_span(one)
                yield f"{place}, span {n}", _Record(_span, one, resource) if known else "not a span"


def _is_span(value: Mapping[str, Any]) -> bool:
    context = first(value.get("spanContext"), value.get("context"))
    if isinstance(context, Mapping):
        return any(name in context for name in ("traceId", "trace_id"))
    named = ("traceId", "trace_id", "context.trace_id")
    return any(name in value for name in named) and any(
        name in value for name in ("spanId", "span_id", "context.span_id", "id")
    )


def _is_map(value: Mapping[str, Any]) -> bool:
    return any(name.startswith(SPACES) for name in value)


def _span(value: Mapping[str, Any], resource: Mapping[str, Any], tally: Tally) -> Span:
    context = {**obj(value.get("context")), **obj(value.get("spanContext"))}
    has = value.get
    attributes = _attributes(has("attributes"))
    for name, part in value.items():
        if name.startswith("attributes.") and part is not None:
            attributes[name.removeprefix("attributes.")] = part
    if (kind := word(has("span_kind"))) and "openinference.span.kind" not in attributes:
        attributes["openinference.span.kind"] = kind
    events = [_event(obj(one)) for one in seq(import_names.opened(has("events")))]
    for one in events:
        for name, part in one["attributes"].items():
            if name in ("gen_ai.prompt", "gen_ai.completion", "gen_ai.input.messages", "gen_ai.output.messages"):
                attributes.setdefault(name, part)
    status = first(obj(has("status")).get("code"), has("status_code"), obj(has("status")).get("status_code"))
    trace = _id(first(*(context.get(n) for n in ("traceId", "trace_id")),
                      *(has(n) for n in ("traceId", "trace_id", "context.trace_id"))))  # fmt: skip
    own = _id(first(*(context.get(n) for n in ("spanId", "span_id")),
                    *(has(n) for n in ("spanId", "span_id", "context.span_id", "id"))))  # fmt: skip
    return Span(
        trace=trace or own or derived_id(dict(value)),
        id=own,
        parent=_id(first(*(has(n) for n in ("parentSpanId", "parent_span_id", "parent_id")),
                         obj(has("parentSpanContext")).get("spanId"))),
        name=word(has("name")) or "",
        start=_moment(first(*(has(n) for n in ("startTimeUnixNano", "start_time_unix_nano", "startTime", "start_time"))), tally),
        end=_moment(first(*(has(n) for n in ("endTimeUnixNano", "end_time_unix_nano", "endTime", "end_time"))), tally),
        status=STATUS.get((word(status) or "").upper(), ""),
        attributes=import_names.flat(attributes),
        events=events,
        resource=import_names.flat(resource),
    )  # fmt: skip


def _map(value: Mapping[str, Any], _: Mapping[str, Any], tally: Tally) -> Span:
    attributes = import_names.flat(value)
    tally.note("attributes without a span: no time, and an id that was derived where there is no response id")
    own = word(attributes.get("gen_ai.response.id")) or word(attributes.get("ai.response.id"))
    own = own or derived_id(dict(value))
    return Span(trace=own, id=own, attributes=attributes)


def _moment(value: Any, tally: Tally) -> int | None:
    """As `import_cells.moment`; a time that is there but cannot be read is counted."""
    found = moment(value, tally)
    if found is None and value is not None:
        tally.note("a span's time that cannot be read: left empty")
    return found


def _event(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": word(value.get("name")) or "", "attributes": _attributes(value.get("attributes"))}


def _attributes(value: Any) -> dict[str, Any]:
    """Attributes as an object: OTLP writes a list of keys and typed values, others an object or JSON of one."""
    value = import_names.opened(value)
    if isinstance(value, Mapping):
        return dict(value)
    pairs = [one for one in seq(value) if isinstance(one, Mapping) and isinstance(one.get("key"), str)]
    return {one["key"]: _typed(one.get("value"), 0) for one in pairs}


def _typed(value: Any, depth: int) -> Any:
    if not isinstance(value, Mapping) or depth > 20:
        return value
    for kind in ("stringValue", "boolValue", "doubleValue", "string_value", "bool_value", "double_value", "bytesValue"):
        if kind in value:
            return value[kind]
    if (number := first(value.get("intValue"), value.get("int_value"))) is not None:
        return int(number) if isinstance(number, str) and re.fullmatch(r"-?\d{1,19}", number) else number
    if "arrayValue" in value or "array_value" in value:
        return [
            _typed(one, depth + 1)
            for one in seq(obj(first(value.get("arrayValue"), value.get("array_value"))).get("values"))
        ]
    if "kvlistValue" in value or "kvlist_value" in value:
        pairs = seq(obj(first(value.get("kvlistValue"), value.get("kvlist_value"))).get("values"))
        return {str(obj(one).get("key")): _typed(obj(one).get("value"), depth + 1) for one in pairs}
    return None


def _id(value: Any) -> str:
    """An id in hex: bytes in base64, as protobuf's JSON writes them, are turned; an id of zeros is none."""
    said = (word(value) or "").strip().removeprefix("0x")
    if _HEX.fullmatch(said.lower()):
        return said.lower() if said.strip("0") else ""
    if len(said) in (12, 24) and said.endswith("="):
        try:
            raw = base64.b64decode(said, validate=True)
        except (binascii.Error, ValueError):
            return said
        if len(raw) in (8, 16):
            return raw.hex() if any(raw) else ""
    return said[:200]
