"""A validator for JSON Schema, draft 4, as far as published formats use it: enough to say that a file has the form that its schema asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
KNOWN = {
    "$ref", "$schema", "id", "title", "description", "default", "definitions", "format", "type", "enum", "required", "properties", "minProperties",
    "additionalProperties", "items", "minItems", "uniqueItems", "minimum", "maximum", "pattern", "anyOf", "oneOf", "allOf", "not", "minLength",
    "exclusiveMinimum",
}  # fmt: skip


def misfits(
    value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, at: str = "$"
) -> Iterator[str]:
    """Every place that does not fit. A keyword that is not known raises ValueError: it would be a check that nobody makes."""
    root = schema if root is None else root
    if strange := set(schema) - KNOWN:
        raise ValueError(f"{at}: keywords that this validator does not know: {sorted(strange)}")
    if "$ref" in schema:
        yield from misfits(value, _found(schema["$ref"], root), root, at)
        return
    kinds = schema.get("type", [])
    if kinds and not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{at}: is no {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    yield from _combined(value, schema, root, at)
    if isinstance(value, dict):
        yield from _object(value, schema, root, at)
    elif isinstance(value, list):
        yield from _array(value, schema, root, at)
    elif isinstance(value, str):
        if len(value) < schema.get("minLength", 0) or not re.search(schema.get("pattern", ""), value):
            yield f"{at}: {value!r} has another form than {schema.get('pattern', 'text')}"
    elif isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is out of bounds"


def _object(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    yield from (f"{at}: lacks {name}" for name in schema.get("required", ()) if name not in value)
    if len(value) < schema.get("minProperties", 0):
        yield f"{at}: has too few keys"
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, inner in value.items():
        if name in known:
            yield from misfits(inner, known[name], root, f"{at}.{name}")
        elif more is False:
            yield f"{at}: {name} is no key of this"
        elif isinstance(more, dict):
            yield from misfits(inner, more, root, f"{at}.{name}")


def _array(value: list[Any], schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{at}: has too few items"
    if schema.get("uniqueItems") and any(one in value[:place] for place, one in enumerate(value)):
        yield f"{at}: has an item twice"
    for place, inner in enumerate(value) if "items" in schema else ():
        yield from misfits(inner, schema["items"], root, f"{at}[{place}]")


def _combined(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    for one in schema.get("allOf", ()):
        yield from misfits(value, one, root, at)
    for name in ("anyOf", "oneOf"):
        if name in schema:
            fits = sum(not list(misfits(value, one, root, at)) for one in schema[name])
            if fits == 0 or (name == "oneOf" and fits > 1):
                yield f"{at}: fits {fits} of {name}"
    if "not" in schema and not list(misfits(value, schema["not"], root, at)):
        yield f"{at}: fits what it may not be"


def _is(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        return not isinstance(value, bool) and isinstance(value, int if kind == "integer" else int | float)
    return isinstance(value, TYPES[kind])


def _found(ref: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    for step in ref.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
