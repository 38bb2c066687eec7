"""JSON in an answer, and whether it has the shape that was asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hotwash.kit.schema.suite import Shape

_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float), "integer": (int,), "boolean": (bool,),
    "null": (type(None),),
}  # fmt: skip


def json_in(text: str) -> Any:
    """The JSON that an answer is, or that its one fenced block is. Raises ValueError when there is none."""
    fenced = _FENCED.findall(text)
    try:
        return json.loads(fenced[0] if len(fenced) == 1 else text)
    except RecursionError as deep:
        raise ValueError("nested too deeply") from deep


def misfits(value: Any, shape: Shape, place: str = "$") -> Iterator[str]:
    """Everything that is not as it should be, with its place."""
    if shape.type and not _is(value, shape.type):
        yield f"{place} is not {shape.type}"
        return
    if shape.enum and not any(one == value and type(one) is type(value) for one in shape.enum):
        yield f"{place} is none of the values allowed"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if shape.minimum is not None and value < shape.minimum:
            yield f"{place} is below {shape.minimum:g}"
        if shape.maximum is not None and value > shape.maximum:
            yield f"{place} is above {shape.maximum:g}"
    if isinstance(value, dict):
        yield from (f"{place}.{name} is missing" for name in shape.required if name not in value)
        for name, inner in shape.properties.items():
            if name in value:
                yield from misfits(value[name], inner, f"{place}.{name}")
    if isinstance(value, list) and shape.items is not None:
        for number, one in enumerate(value):
            yield from misfits(one, shape.items, f"{place}[{number}]")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])
