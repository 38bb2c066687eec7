"""From stored events to typed payloads, through upcasters for events of older schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from hotwash.drill.events import EVENTS
from hotwash.drill.payloads import Payload
from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Event

Body = Mapping[str, Any]
Upcaster = Callable[[Body], Body]
UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(type, schema version) → how to make the next version's data from it. Empty while every type is at version 1."""


def read(event: Event, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS) -> Payload:
    """The typed payload of an event. Raises TamperedError for a type or data that no version ever had."""
    model = EVENTS.get(event.type)
    if model is None:
        raise TamperedError(f"event {event.version} has the unknown type '{event.type}'")
    body, version = event.data, event.schema
    while (event.type, version) in upcasters:
        body, version = upcasters[event.type, version](body), version + 1
    try:
        return model.model_validate(body)
    except ValidationError as wrong:
        raise TamperedError(
            f"event {event.version} ({event.type}) holds other data than such an event: {wrong}"
        ) from wrong
