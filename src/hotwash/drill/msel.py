"""The MSEL: which injects are due, and what happens to those that are held or skipped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hotwash.drill.conditions import Held, World, held
from hotwash.drill.design import DrillDesign
from hotwash.drill.events import InjectDelivered
from hotwash.drill.quiet import NEVER, found, turns
from hotwash.drill.slots import fill
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE
from hotwash.kit.secret import Inject

GONE = ("inject_delivered", "inject_skipped", "inject_held")
"""After these an inject waits no longer."""


def due(state: DrillState, design: DrillDesign, world: World) -> list[InjectDelivered]:
    """Injects whose time or condition has come, earliest first, each with the drift of its delivery."""
    return found(
        "injects",
        design.injects_read,
        world,
        partial(_due, state, design, world),
        partial(_again, state, design, world),
    )


def _again(state: DrillState, design: DrillDesign, world: World) -> int:
    """When an inject may be due though nothing that they wait for came in."""
    conditions = (one.when for one in waiting(state, design) if one.at_min is None and one.when is not None)
    return min([*timed(state, design), *(turns(one, world) for one in conditions)], default=NEVER)


def _due(state: DrillState, design: DrillDesign, world: World) -> Iterator[InjectDelivered]:
    come = [(start, inject) for inject in waiting(state, design) if (start := _since(inject, world)) is not None]
    for start, inject in sorted(come, key=lambda one: (one[0].since_ms, one[1].id)):
        cause = "time" if inject.at_min is not None else "condition"
        yield deliver(inject, start.since_ms, world.now_ms, cause, state, design)


def waiting(state: DrillState, design: DrillDesign) -> list[Inject]:
    """Injects that were neither delivered nor skipped and are not held."""

    def look() -> list[Inject]:
        gone = {line.data["inject"] for kind in GONE for line in state.journal.of(kind)}
        return [one for one in design.secret.msel if one.id not in gone]

    return state.journal.kept.get("injects, waiting", GONE, look)


def timed(state: DrillState, design: DrillDesign) -> list[int]:
    """Moments of drill time at which waiting injects are due by the clock."""
    return [round(one.at_min * MINUTE) for one in waiting(state, design) if one.at_min is not None]


def deliver(
    inject: Inject, due_ms: int, now_ms: int, cause: str, state: DrillState, design: DrillDesign
) -> InjectDelivered:
    """The event of a delivery, with the inject's slots filled from the log."""
    return InjectDelivered.model_validate(
        {
            "inject": inject.id,
            "kind": inject.kind,
            "sender": inject.sender,
            "channel": inject.channel,
            "to": inject.to,
            "subject": fill(inject.subject, state, design, now_ms),
            "body": fill(inject.body, state, design, now_ms),
            "reveals": inject.reveals,
            "due_ms": due_ms,
            "drift_ms": now_ms - due_ms,
            "cause": cause,
        }
    )


def _since(inject: Inject, world: World) -> Held | None:
    if inject.at_min is not None:
        when = round(inject.at_min * MINUTE)
        return Held(when, 0) if world.now_ms >= when else None
    return held(inject.when, world) if inject.when is not None else None
