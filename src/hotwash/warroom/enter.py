"""The way into one audience's room: who may look, who may act."""

from __future__ import annotations

from starlette.requests import Request

from hotwash.drill.design import FACILITATOR
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

PLACE = "/drills/{drill}/as/{who}"


async def enter(request: Request) -> tuple[Stage, Visitor]:
    """The stage and the visitor, or NoEntryError; an unknown audience is as forbidden as somebody else's."""
    drill, who = request.path_params["drill"], request.path_params["who"]
    here = hall(request)
    visitor = here.door.visitor(request, drill, who)
    stage = await here.stage(drill)
    if who not in stage.live.everybody:
        raise NoEntryError("There is no such seat in this drill.")
    if request.method == "POST" and not visitor.own and who != FACILITATOR:
        held = await stage.read(lambda live: live.session.state.seats.get(who))
        if held != visitor.person:
            raise NoEntryError("You are looking over a shoulder here. Take the seat first, from the console.")
    return stage, visitor


def base_of(request: Request) -> str:
    """The address of the room."""
    drill, who = request.path_params["drill"], request.path_params["who"]
    return f"/drills/{drill}/as/{who}"
