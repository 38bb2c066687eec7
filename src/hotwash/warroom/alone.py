"""One person, one seat, stand-ins in the others: planned and entered with one press."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.plan import alone
from hotwash.drill import commands as c
from hotwash.drill.design import FACILITATOR
from hotwash.kernel.errors import ContentError
from hotwash.warroom.door import NoEntryError
from hotwash.warroom.hall import free_id, hall, is_taken

PROFILE = "expert"
"""Whoever learns alone is best taught by good company; the plan form offers the others."""


async def sit_down(request: Request, drill: str, seat: str, person: str) -> None:
    """Give a free seat to whoever steers the drill. A seat that is held stays with its holder, and the room says so."""
    stage = await hall(request).stage(drill)
    sitting = c.TakeSeat(seat=seat, person=person, holder="person")

    def sit(live: LiveDrill) -> None:
        if seat in live.design.kit.roles.seats and not live.session.state.seats.get(seat):
            live.act(c.Command(id=f"alone-{seat}", seat=FACILITATOR, person=person, action=sitting))

    await stage.do(sit)


async def play(request: Request) -> Response:
    """Plan the drill, sit down, and lead to the room, where STARTEX is one press away. Raises NoEntryError, PlanError, ContentError."""
    here = hall(request)
    visitor = here.door.facilitator(request)
    if visitor is None:
        raise NoEntryError("Whoever plays alone steers the drill too. Sign in as facilitator first.")
    sent = await request.form(max_files=0, max_fields=10)
    scenario, seat = str(sent.get("scenario", "")), str(sent.get("seat", ""))
    title = next((one.title for one in bootstrap.scenarios() if one.id == scenario), "")
    if not title:
        raise ContentError([])
    name = free_id(f"alone {scenario}", is_taken(here.house))
    plan = alone(name, f"{title}, alone", scenario, seat, dict.fromkeys(here.house.kit.roles.seats, PROFILE))
    await asyncio.to_thread(here.house.plan, plan)
    await sit_down(request, name, seat, visitor.person)
    return RedirectResponse(f"/drills/{name}/as/{seat}", 303)


ROUTES = [Route("/drills/alone", play, methods=["POST"])]
