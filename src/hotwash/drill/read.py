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


def _risk_with_tripwires(body: Body) -> Body:
    """0.1.0 had neither an id, nor tripwires, nor names: nothing watched an accepted risk."""
    return {**body, "risk": "", "tripwires": [], "owner": "", "approver": ""}


UPCASTERS: dict[tuple[str, int], Upcaster] = {("risk_accepted", 1): _risk_with_tripwires}
"""(type, schema version) → how to make the next version's data from it. A type that is not here is at version 1."""


def schema_of(kind: str) -> int:
    """The schema version in which events of a type are written today."""
    return 1 + max((schema for name, schema in UPCASTERS if name == kind), default=0)


def current(event: Event) -> Event:
    """The event as today's version would have written its data. Raises NotSupportedError for one of a later version."""
    body, version = event.data, event.schema
    if version == 1 and (event.type, 1) not in UPCASTERS:
        return event  # nearly all of them, for each audience
    while (event.type, version) in UPCASTERS:
        body, version = UPCASTERS[event.type, version](body), version + 1
    if version > schema_of(event.type):
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
