"""From a command to the events that it causes, or a refusal: the core of the engine, pure."""

from __future__ import annotations

from collections.abc import Callable

from hotwash.drill.commands import COMMANDS, Command
from hotwash.drill.decisions import act, changes, conduct, duties, look, papers, speak, think, tick
from hotwash.drill.decisions.case import Asked
from hotwash.drill.design import FACILITATOR, OBSERVER, DrillDesign
from hotwash.drill.moment import Given, Moment
from hotwash.drill.payloads import Payload
from hotwash.drill.refusal import RefusedError
from hotwash.drill.state import DrillState

Decider = Callable[[Asked], list[Payload]]

DECIDERS: dict[str, Decider] = {
    **conduct.DECIDERS, **think.DECIDERS, **look.DECIDERS, **act.DECIDERS, **papers.DECIDERS, **speak.DECIDERS,
    **duties.DECIDERS, **changes.DECIDERS, **tick.DECIDERS,
}  # fmt: skip

BEFORE = frozenset({
    "take_seat", "hand_over", "check_comms", "start_drill", "change_speed", "note_as_facilitator", "skip_inject",
})  # fmt: skip
WHILE_PAUSED = frozenset({
    "take_seat", "hand_over", "resume_drill", "change_speed", "end_drill", "jump_to", "trigger_inject", "hold_inject",
    "skip_inject", "improvise_inject", "note_as_facilitator", "send_message", "give_rating", "discount_rating",
})  # fmt: skip
AFTER = frozenset({"raise_finding", "note_in_hotwash", "give_rating", "discount_rating", "note_as_facilitator"})
CONTROL = frozenset({
    "start_drill", "pause_drill", "resume_drill", "change_speed", "jump_to", "end_drill", "trigger_inject", "hold_inject",
    "skip_inject", "improvise_inject", "note_as_facilitator", "discount_rating",
})  # fmt: skip


WITHOUT_A_SEAT = {
    FACILITATOR: frozenset({"send_message", "raise_finding", "note_in_hotwash"}),
    OBSERVER: frozenset({"raise_finding", "note_in_hotwash"}),
}
"""What people who hold no player's seat may do besides their own commands."""

REVIEWS = frozenset({"open_trace", "decide_case"})
"""What an observer may do whom the kit lets sit as a reviewer."""


def decide(state: DrillState, design: DrillDesign, command: Command, at: Moment, given: Given) -> list[Payload]:
    """The events of a command; none for a command id that was carried out before, whose events the store returns.

    Raises RefusedError, with the rule that refused and who could do it.
    """
    if command.id in state.commands:
        return []
    _phase(state, command.action.do)
    _seat(state, design, command)
    return DECIDERS[command.action.do](Asked(state, design, command, at, given))


def _phase(state: DrillState, do: str) -> None:
    allowed, now = {
        "unplanned": (frozenset[str](), "has not been planned"),
        "planned": (BEFORE, "has not started: wait for STARTEX"),
        "running": (frozenset(COMMANDS) - {"start_drill", "resume_drill", "note_in_hotwash"}, "is running"),
        "paused": (WHILE_PAUSED, "is paused: wait for the facilitator to resume it"),
        "ended": (AFTER, "has ended"),
    }[state.phase]
    if do not in allowed:
        raise RefusedError("phase", f"the drill {now}; '{do.replace('_', ' ')}' is not possible now", permanent=False)


def _seat(state: DrillState, design: DrillDesign, command: Command) -> None:
    do, seat = command.action.do, command.seat
    if do in CONTROL:
        if seat != FACILITATOR:
            raise RefusedError("control", f"'{do.replace('_', ' ')}' is exercise control's", (FACILITATOR,))
        return
    if do == "give_rating":
        if seat not in (OBSERVER, FACILITATOR):
            raise RefusedError("control", "ratings are given by observers", (OBSERVER,))
        return
    if seat == OBSERVER and do in REVIEWS and OBSERVER in design.kit.roles.rights.get("decide_case", ()):
        return
    if do == "take_seat" or do in WITHOUT_A_SEAT.get(seat, ()):
        return
    if seat not in design.seats:
        raise RefusedError("seat", f"there is no seat '{seat}'", design.seats)
    if state.seats.get(seat) != command.person:
        raise RefusedError("seat", f"the seat '{seat}' is held by {state.seats.get(seat, 'nobody')}: take it first")
    rights = design.kit.roles.rights.get(do)
    if rights is not None and seat not in rights:
        raise RefusedError(
            f"decision rights: {do}", f"the kit does not let '{seat}' {do.replace('_', ' ')}", tuple(rights)
        )
