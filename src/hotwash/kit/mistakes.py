"""From what pydantic found to problems that say where, what, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hotwash.kernel.errors import Problem
from hotwash.kit.schema import conditions
from hotwash.kit.text import Document

Loc = tuple[str | int, ...]
KINDS = {"string": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "list": "a list"}
FORMS: dict[str, str] = {
    "At": "at_min", "Seen": "event", "Known": "fact", "SignalAbove": "signal", "Since": "since", "AllOf": "all",
    "AnyOf": "any", "Not": "not",
}  # fmt: skip
"""Condition models and the key that tells one from another."""
FIRST_FORM = next(iter(FORMS))
SCALARS = ("constrained-str", "int", "float", "bool")
"""How pydantic names the plain members of a bound in `where`."""


def problems_of(error: ValidationError, document: Document, annotation: Any, name: str) -> list[Problem]:
    """One problem for each thing to mend. `annotation` is the type that the document was read as, `name` what it is."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False):
        loc = _meant(detail["loc"], document.data)
        if loc is None:
            continue
        problem = _not_one_of_many(loc, document) or _problem(detail, loc, document, annotation, name)
        found.setdefault(f"{problem.where}{problem.found}", problem)
    return list(found.values()) or [Problem(document.where(), f"'{name}' cannot be read", f"Mend this: {error}.")]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems file by file, each file's from top to bottom, each once; files in the order in which they first come."""
    once = list(dict.fromkeys(problems))
    files = list(dict.fromkeys(one.where.file for one in once))
    return sorted(once, key=lambda one: (files.index(one.where.file), one.where.line, one.where.column))


def _meant(loc: Loc, data: Any) -> Loc | None:
    """The place of an error, or None where it is about a member of a union that was not meant.

    A union of conditions is told apart by its keys, a bound in `where` by whether it is a mapping, a list or a value. A
    place that ends in the union's first member is about all of them: nothing says which one was meant.
    """
    for index, step in enumerate(loc):
        value = _at(data, loc[:index])
        if step in FORMS:
            keys = [form for form, key in FORMS.items() if isinstance(value, dict) and key in value]
            if step != (keys[0] if keys else FIRST_FORM):
                return None
            if not keys:
                return loc[: index + 1]
        elif step == "Between" or str(step).startswith("list[") or step in SCALARS:
            inside = any(str(one).startswith("list[") for one in loc[:index])
            wanted = "Between" if isinstance(value, dict) else "list[" if isinstance(value, list) else SCALARS[0]
            wanted = SCALARS[0] if inside else wanted
            if not str(step).startswith(wanted):
                return None
            if step == SCALARS[0]:
                return loc[: index + 1]
    return loc


def _not_one_of_many(loc: Loc, document: Document) -> Problem | None:
    where, value = document.where(loc), _at(document.data, loc)
    if loc[-1:] == (SCALARS[0],):
        write = "Write a value, a list of values, or bounds such as {min: 1, max: 3}."
        return Problem(where, f"{_shown(value)} is nothing to compare with", write)
    if loc[-1:] != (FIRST_FORM,) or (isinstance(value, dict) and FORMS[FIRST_FORM] in value):
        return None
    what = f"'{', '.join(map(str, value))}'" if isinstance(value, dict) and value else _shown(value)
    write = f"Write a mapping with one of: {', '.join(FORMS.values())}."
    return Problem(where, f"{what} is not a condition", write)


def _at(data: Any, loc: Sequence[str | int]) -> Any:
    for step in loc:
        if isinstance(data, dict):
            data = data.get(step, data)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
    return data


def _problem(detail: ErrorDetails, loc: Loc, document: Document, annotation: Any, whole: str) -> Problem:
    kind, last = detail["type"], str(loc[-1]) if loc else ""
    if kind == "missing":
        wanted = _describe(_annotation_at(annotation, loc))
        where = replace(document.where(loc[:-1]), path=loc)
        return Problem(where, f"'{last}' is missing", f"Add '{last}:' with {wanted}.")
    if kind == "extra_forbidden":
        allowed = _keys(_annotation_at(annotation, loc[:-1]))
        near = difflib.get_close_matches(last, allowed, 1, 0.6)
        write = f"Write '{near[0]}'." if near else f"Write one of: {', '.join(allowed)}."
        return Problem(document.where(loc, key=True), f"'{last}' is not a key of this", write)
    on_key = loc[-1:] == ("[key]",)
    where = document.where(loc[:-1] if on_key else loc, key=on_key)
    return Problem(where, _found(detail, loc, whole), _write(detail))


def _found(detail: ErrorDetails, loc: Loc, whole: str) -> str:
    name = next((str(step) for step in reversed(loc) if isinstance(step, str) and step != "[key]"), whole)
    value = detail["input"]
    if value is None:
        return f"'{name}' is empty"
    return f"'{name}' is {_shown(value)}"


def _shown(value: Any) -> str:
    shown = "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)
    return shown if len(shown) < 80 else shown[:77] + "..."


def _write(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "literal_error":
        return f"Write {context['expected']}."
    if kind == "string_pattern_mismatch":
        return "Write small letters, digits and hyphens, starting with a letter or digit."
    if kind == "string_type":
        return "Write text; put quotes around something that looks like a number."
    if kind.startswith("date"):
        return "Write a day that there is, as 2026-10-31."
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "Write a mapping, one 'key: value' a line."
    if kind == "value_error":
        return f"Mend this: {context['error']}."
    bounds = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below", "min_length": "at least this many:"}
    for bound, words in bounds.items():
        if bound in context:
            return f"Write {words} {context[bound]}."
    wanted = KINDS.get(kind.split("_")[0])
    return f"Write {wanted}." if wanted else f"{detail['msg']}."


def _annotation_at(annotation: Any, loc: Loc) -> Any:
    """The type that stands at a place, as far as it can be followed."""
    for step in loc:
        annotation = _stripped(annotation, step)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation.__name__ == step:
                continue
            fields = {info.alias or name: info.annotation for name, info in annotation.model_fields.items()}
            annotation = fields.get(str(step))
        elif get_args(annotation) and step != "[key]":
            annotation = get_args(annotation)[-1]
    return _stripped(annotation, "")


def _stripped(annotation: Any, step: str | int) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        models = [arg for arg in get_args(annotation) if arg is not type(None)]
        chosen = [model for model in models if getattr(model, "__name__", "") == step]
        return chosen[0] if chosen else models[0] if len(models) == 1 else annotation
    return annotation


def _keys(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [info.alias or name for name, info in annotation.model_fields.items()]
    return []


def _describe(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Literal:
        return "one of: " + ", ".join(map(str, get_args(annotation)))
    if annotation is conditions.Condition or origin in (Union, UnionType):
        return (
            "a condition" if set(FORMS) & {getattr(arg, "__name__", "") for arg in get_args(annotation)} else "a value"
        )
    if origin in (list, dict):
        return "a list" if origin is list else "a mapping"
    words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return words.get(annotation, "a mapping" if _keys(annotation) else "a value")
