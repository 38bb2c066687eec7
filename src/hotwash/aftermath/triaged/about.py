"""What pages of a triage know beside its findings, and text from traces made fit to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.scope import Scope

T = TypeVar("T")
LONGEST = 60
"""Characters of a value in a segment's name; what is longer is cut and says so."""


@dataclass(frozen=True)
class About:
    """`types` are the table's columns by name, `how` says where the meaning of columns is from, `changes` whether a change log was given.
    `source` are the words by which a command finds the traces; no secret is among them."""

    columns: TraceColumns
    types: Mapping[str, str] = field(default_factory=dict)
    source: tuple[str, ...] = ("traces",)
    how: str = ""
    changes: bool = False


def legible(value: T) -> T:
    """The same finding with every character that is none replaced by U+FFFD: no value of a trace moves a cursor, turns the direction of
    a line or breaks it. Arrays stay as they are."""
    made: Any = value
    if isinstance(value, str):
        made = "".join(one if one.isprintable() else "\ufffd" for one in value)
    elif isinstance(value, Scope):
        made = Scope(tuple((legible(dim), tuple(_cut(legible(one)) for one in values)) for dim, values in value.dims))
    elif isinstance(value, tuple):
        made = tuple(legible(one) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{one.name: legible(getattr(value, one.name)) for one in fields(value) if one.init})
    return made  # type: ignore[no-any-return]  # of the type that came in


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
