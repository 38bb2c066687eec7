"""Temporary fixes, what levers did as far as signals tell, and canaries: what stands under the levers of a page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hotwash.bootstrap import Opened
from hotwash.conductor.canaries import CONTAINED_PPM, WORSE_PPM, plan
from hotwash.conductor.effects import Estimate, estimates, without
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.session import lever_log
from hotwash.drill.design import FACILITATOR
from hotwash.drill.payloads import Promise
from hotwash.kernel.clock import SECOND
from hotwash.scoring.containment import MHP
from hotwash.warroom.control import picture_for
from hotwash.warroom.enter import PLACE, base_of, enter
from hotwash.warroom.hall import hall

SHARES = (1, 5, 20, 50)
"""Percent of the traffic for which the promise of a canary is shown before anybody asks for one."""
TRAFFIC_MIN = 10


@dataclass(frozen=True)
class ExactCard:
    """One lever against the same tape without it, up to the end of the tape if nothing else is done. For exercise control alone."""

    call: str
    avoided: float
    refused: int
    cost: float


@dataclass(frozen=True)
class Room:
    """What a canary has: requests a minute over the last minutes, and the time that is left for it."""

    per_minute: float
    left_ms: int


def room_for(live: LiveDrill) -> Room | None:
    """None where nothing can be rolled back, and before there is traffic."""
    frame = live.session.system.frame()
    minutes = min(TRAFFIC_MIN, frame.minutes)
    if "rollback" not in live.design.system.levers or not minutes:
        return None
    delay_ms = max(live.design.system.rollback_delay_s.values(), default=0) * SECOND
    traffic = float(frame.series("requests")[-minutes:].sum()) / minutes
    return Room(traffic, live.design.endex_ms - live.now_ms - delay_ms)


def promises(room: Room | None) -> tuple[Promise, ...]:
    """What canaries of some sizes can show, for 0.1 % against 0.3 %. The first time takes seconds: not for the drill's own thread."""
    return (
        tuple(plan(share, CONTAINED_PPM, WORSE_PPM, room.per_minute, room.left_ms) for share in SHARES) if room else ()
    )


def estimated(live: LiveDrill, who: str) -> tuple[Estimate, ...]:
    """What one audience can say about its levers."""
    return estimates(live.view(who), live.session.system)


def exact(opened: Opened) -> tuple[ExactCard, ...]:
    """What each lever with a change record did, exactly."""
    events = list(opened.live.session.events)
    what_if = opened.mirror.what_if
    team = what_if.replay(lever_log(events))
    return tuple(
        ExactCard(
            call,
            float(other.expected_harm.sum() - team.expected_harm.sum()) / MHP,
            sum(team.lost.values()) - sum(other.lost.values()),
            float(team.collateral.sum() - other.collateral.sum()) / MHP,
        )
        for call, other in without(events, what_if).items()
    )


async def effects(request: Request) -> Response:
    """What levers did: estimated for everybody, exact for exercise control."""
    stage, visitor = await enter(request)
    true = await stage.beside(exact) if visitor.who == FACILITATOR else ()
    room = await stage.read(room_for)
    said = await stage.beside(lambda _opened: promises(room))
    pages, base = hall(request).pages, base_of(request)

    def draw(live: LiveDrill) -> str:
        picture = picture_for(live, visitor.who, base)
        return pages.page(
            "fragments/effects.html",
            p=picture, estimates=estimated(live, visitor.who), exact=true, promises=said,
        )  # fmt: skip

    return HTMLResponse(await stage.read(draw))


ROUTES = [Route(f"{PLACE}/effects", effects)]
