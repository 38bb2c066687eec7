"""From stored events to typed payloads, through upcasters for events of older schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from hotwash.drill.events import EVENTS
from hotwash.drill.payloads import Payload
from hotwash.kernel.errors import NotSupportedError, TamperedError
from hotwash.kernel.event import Event

Body = Mapping[str, Any]
Upcaster = Callable[[Body], Body]
UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(type, schema version) → how to make the next version's data from it. Empty while every type is at version 1."""


def current(event: Event) -> Event:
    """The event as today's version would have written its data. Raises NotSupportedError for one of a later version."""
    body, version = event.data, event.schema
    while (event.type, version) in UPCASTERS:
        body, version = UPCASTERS[event.type, version](body), version + 1
    newest = 1 + max((schema for kind, schema in UPCASTERS if kind == event.type), default=0) if UPCASTERS else 1
    if version > newest:
        raise NotSupportedError(
            f"event {event.version} ({event.type}) was written by a later version of hotwash: update, then read it"
        )
    return event if version == event.schema else replace(event, data=body, schema=version)


def read(event: Event) -> Payload:
    """The typed payload of an event. Raises TamperedError for a type or data that no version ever had."""
    model = EVENTS.get(event.type)
    if model is None:
        raise TamperedError(f"event {event.version} has the unknown type '{event.type}'")
    try:
        return model.model_validate(current(event).data)
    except ValidationError as wrong:
        raise TamperedError(
            f"event {event.version} ({event.type}) holds other data than such an event: {wrong}"
        ) from wrong
