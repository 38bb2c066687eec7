"""Bundles in a room: what runs, what is last good, and what a rollback forgets, told before it is pulled."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hotwash.conductor.canaries import CONTAINED_PPM, MILLION, WORSE_PPM, per_minute
from hotwash.conductor.canaries import plan as promised
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.session import Done
from hotwash.drill import commands as c
from hotwash.drill.refusal import RefusedError
from hotwash.drill.rollback import FLUSH
from hotwash.kernel.clock import SECOND
from hotwash.ports.scope import Scope
from hotwash.warroom.bundles import Bundles
from hotwash.warroom.control import picture_for
from hotwash.warroom.door import Visitor
from hotwash.warroom.enter import PLACE, base_of, enter
from hotwash.warroom.forms import Submitted
from hotwash.warroom.hall import hall
from hotwash.warroom.picture_levers import promise_words
from hotwash.warroom.stage import Stage

WITH_FLUSH = "with_flush"


async def plan(request: Request) -> Response:
    """What a rollback of a component would forget, and what it can show on a part of the traffic, as a fragment for the dialog that asks
    whether somebody is sure."""
    stage, visitor = await enter(request)
    component, share = request.query_params.get("component", "").strip(), _number(request, "percent", 100)
    promise = await _promise(request, stage, component, share) if share < 100 else None

    def draw(live: LiveDrill) -> str:
        known = Bundles(live.view(visitor.who), live.design, live.now_ms)
        context = {"plan": known.plan(component), "component": component, "percent": share, "promise": promise}
        return hall(request).pages.page("fragments/plan.html", delay_min=known.delay_min(component), **context)

    return HTMLResponse(await stage.read(draw))


async def _promise(request: Request, stage: Stage, component: str, share: int) -> tuple[str, bool]:
    """The sample size of a canary before anybody asks for it, and whether there is time for it: counted on the drill's thread, promised
    beside it."""
    contained, worse = _number(request, "contained_ppm", CONTAINED_PPM), _number(request, "worse_ppm", WORSE_PPM)
    asked = request.query_params

    def room(live: LiveDrill) -> tuple[float, int]:
        system = live.design.system
        scope = Scope.of({dim: asked.getlist(f"scope.{dim}") for dim in system.routable})
        left_ms = live.design.endex_ms - live.now_ms - system.rollback_delay_s.get(component, 0) * SECOND
        return per_minute(live.session.system, scope, live.now_ms), left_ms

    traffic, left_ms = await stage.read(room)
    said = await stage.beside(lambda _opened: promised(share, contained, worse, traffic, left_ms))
    return promise_words(said.model_dump(), contained, worse), said.before_endex


def _number(request: Request, name: str, usual: int) -> int:
    text = request.query_params.get(name, "").strip()
    return int(text) if text.isdecimal() and 0 < int(text) < MILLION else usual


async def flush(request: Request) -> Response:
    """What a flush now would forget, as a fragment for the same dialog."""
    stage, visitor = await enter(request)

    def draw(live: LiveDrill) -> str:
        known = Bundles(live.view(visitor.who), live.design, live.now_ms)
        return hall(request).pages.page("fragments/flush.html", coming=known.coming)

    return HTMLResponse(await stage.read(draw))


async def bundles(request: Request) -> Response:
    """What runs and what is last good, as it is now."""
    stage, _ = await enter(request)

    def draw(live: LiveDrill) -> str:
        found = picture_for(live, request.path_params["who"], base_of(request))
        return hall(request).pages.page("fragments/bundles.html", p=found)

    return HTMLResponse(await stage.read(draw))


async def flush_too(stage: Stage, visitor: Visitor, sent: Submitted, done: Done) -> str:
    """Ask for the flush that belongs to a rollback, where whoever asked for or pulled the rollback wants both; says what came of it.

    It is asked for and not pulled: a flush before the rollback is in effect is filled again by what still runs.
    """
    wanted = any(str(one) for one in sent.getlist(WITH_FLUSH))
    rollback = next((one for one in done.events if one.type in ("lever_requested", "lever_pulled") and one.data["kind"] == "rollback"), None)  # fmt: skip
    if not wanted or rollback is None:
        return ""
    call = f"{rollback.data['call']}-flush"
    action = c.RequestLever(
        call=call,
        kind=FLUSH,
        scope=rollback.data["scope"],
        reason=f"Belongs to the rollback {rollback.data['call']}: pull it once that is in effect.",
        effect="no stored answer of the earlier bundle is served",
    )
    command = c.Command(
        id=f"{visitor.who}-{visitor.person}-{call}", seat=visitor.who, person=visitor.person, action=action
    )
    try:
        await stage.do(lambda live: live.act(command, settle=False))
    except RefusedError as refused:
        return f" The flush was not asked for: {refused}"
    return " The flush was asked for: pull it once the rollback is in effect."


ROUTES = [Route(f"{PLACE}/plan", plan), Route(f"{PLACE}/flush", flush), Route(f"{PLACE}/bundles", bundles)]
