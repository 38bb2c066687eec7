"""Play a whole drill without a room: stand-ins in every seat, drill time as fast as it can be computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hotwash.conductor.desk import SeatDesk
from hotwash.conductor.session import Session
from hotwash.drill import commands as c
from hotwash.drill.events import DrillPlanned
from hotwash.kernel.clock import SECOND
from hotwash.standins.desk import StandIn

STEP_MS = 30 * SECOND
"""How often each stand-in looks up from what it is doing."""

Watch = Callable[[Session], None]


def play(
    session: Session,
    planned: DrillPlanned,
    seats: Mapping[str, StandIn],
    profiles: Mapping[str, str],
    watch: Watch = lambda _session: None,
) -> dict[str, SeatDesk]:
    """Run a drill from planning to ENDEX. `watch` is called after every step, to print or draw.

    Returns the desks, whose `refusals` say what stand-ins tried and were refused.
    """
    session.plan(planned)
    desks = {seat: _seated(session, seat, profiles[seat]) for seat in seats}
    _control(session, "start", c.StartDrill())
    look = 0
    while not session.state.ended:
        due = session.next_due_ms()
        now = look if due is None else min(look, due)
        _wait(session, now)
        session.tick()
        if now == look:
            for seat, stand_in in seats.items():
                if not session.state.ended:
                    stand_in.step(desks[seat])
            look += STEP_MS
        watch(session)
    return desks


def _wait(session: Session, drill_ms: int) -> None:
    wall = session.state.clock.wall_for(drill_ms)
    if wall is None:
        raise ValueError("the drill is paused; resume it before playing on")
    session.clock.wait_until(wall)


def _seated(session: Session, seat: str, profile: str) -> SeatDesk:
    person = f"stand-in {seat}"
    taking = c.TakeSeat(seat=seat, person=person, holder="stand-in", profile=profile)
    session.act(c.Command(id=f"take-{seat}", seat=seat, person=person, action=taking))
    session.act(c.Command(id=f"comms-{seat}", seat=seat, person=person, action=c.CheckComms()))
    return SeatDesk(session, seat, person)


def _control(session: Session, name: str, action: c.Action) -> None:
    session.act(c.Command(id=name, seat="facilitator", person="facilitator", action=action))
