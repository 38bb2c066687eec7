"""The room of one audience: its page, its stream, its charts, and the commands that it gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash.bootstrap import relate
from hotwash.conductor.inquiry import inquiry
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.plan import DrillPlan
from hotwash.conductor.session import Done
from hotwash.drill import commands as c
from hotwash.drill.design import FACILITATOR, OBSERVER
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.traces import Trace, TraceSummary
from hotwash.warroom.catalogue import FORMS
from hotwash.warroom.control import picture_for, truth
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.drafts import links_of
from hotwash.warroom.enter import PLACE, base_of, enter
from hotwash.warroom.forms import FormError, Submitted, read_action
from hotwash.warroom.hall import hall
from hotwash.warroom.moved import card
from hotwash.warroom.picture import Picture
from hotwash.warroom.plans import flush_too
from hotwash.warroom.render import timeline_items
from hotwash.warroom.signals import signals
from hotwash.warroom.stage import Stage

PAGES = {FACILITATOR: "console.html", OBSERVER: "observer.html"}
DONE = "Done."


@dataclass(frozen=True)
class RoomPage:
    """What the template of a room is filled with. `position` is where the stream goes on; `own` is whether the visitor may act here."""

    p: Picture
    plan: DrillPlan
    visitor: Visitor
    base: str
    holds: bool


async def show(request: Request) -> Response:
    """The page of a seat, of exercise control, of an observer, or (with `screen`) of the projector."""
    stage, visitor = await enter(request)
    who = visitor.who
    template = "screen.html" if request.url.path.endswith("/screen") else PAGES.get(who, "player.html")
    pages = hall(request).pages

    def draw(live: LiveDrill) -> str:
        holds = live.session.state.seats.get(who) == visitor.person
        context = RoomPage(
            picture_for(live, who, base_of(request)), stage.opened.plan, visitor, base_of(request), holds
        )
        return pages.page(template, **vars(context))

    return HTMLResponse(await stage.read(draw))


async def charts(request: Request) -> Response:
    """The dashboards of one cell as JSON."""
    stage, visitor = await enter(request)
    dim, value = request.query_params.get("dim", ""), request.query_params.get("value", "")
    return JSONResponse(await stage.read(lambda live: signals(live, visitor.who, dim, value)))


async def true_harm(request: Request) -> Response:
    """The harm curves, for exercise control."""
    stage, visitor = await enter(request)
    if visitor.who != FACILITATOR:
        raise NoEntryError("This is exercise control's.")
    par = await stage.par_of()
    return HTMLResponse(await stage.beside(lambda opened: truth(opened, par)))


async def older(request: Request) -> Response:
    """Lines of the timeline before a position."""
    stage, visitor = await enter(request)
    asked = request.query_params.get("before", "1")
    before = int(asked) if asked.isdigit() else 1

    def draw(live: LiveDrill) -> str:
        picture = picture_for(live, visitor.who, base_of(request))
        items = list(reversed(picture.view.events[max(0, before - 1 - 200) : before - 1]))
        return timeline_items(items, picture)

    return HTMLResponse(await stage.read(draw))


async def act(request: Request) -> Response:
    """Carry out a command that a form, or a program with JSON, gives."""
    stage, visitor = await enter(request)
    sent = await request.form(max_files=0, max_fields=400)
    try:
        if [str(one) for one in sent.getlist("asks")] == ["moved"]:
            async with stage.question(visitor.who):
                return await _moved(request, stage, visitor, sent)
        done = await give(stage, visitor, sent)
    except (RefusedError, NotSupportedError, FormError) as refused:
        return _answer(request, str(refused), refused=True)
    more = await flush_too(stage, visitor, sent, done)
    looked = any(event.type in ("trace_opened", "query_run", "evidence_accessed") for event in done.events)
    found = await stage.read(lambda live: _found(request, live, visitor, done)) if looked else ""
    return _answer(
        request,
        DONE + more,
        found=found,
        versions=[event.version for event in done.events] if visitor.facilitates else [],
    )


async def _moved(request: Request, stage: Stage, visitor: Visitor, sent: Submitted) -> Response:
    """Put the question on record, work out the answer beside play, and show it."""
    done = await give(stage, visitor, sent)
    asked = await stage.read(lambda live: inquiry(live, visitor.who, done))
    if asked is None:  # a retry of a question that was answered
        return _answer(request, DONE)
    found = await stage.answer(lambda: asked.answer(relate))
    told = card(found, asked.start_ms, asked.system.dimensions)

    def draw(live: LiveDrill) -> str:
        picture = picture_for(live, visitor.who, base_of(request))
        return hall(request).pages.page("fragments/moved.html", p=picture, card=told, base=base_of(request))

    return _answer(request, told.statement.sentence, found=await stage.read(draw))


async def give(stage: Stage, visitor: Visitor, sent: Submitted) -> Done:
    """One command from a form. Raises RefusedError, NotSupportedError or FormError."""
    do = next((str(one) for one in sent.getlist("do")), "")
    form = FORMS.get(do)
    if form is None:
        raise FormError("do", f"there is no command '{do}'")
    named = next((str(one) for one in sent.getlist("command")), "")

    def carry_out(live: LiveDrill) -> Done:
        action = read_action(form, sent, lambda kind: _fresh(live, visitor.who, kind), _given(live, do, sent, visitor))
        seat = _speaks_as(visitor, action)
        command_id = named or f"after-{live.session.state.version}"
        command = c.Command(
            id=f"{visitor.who}-{visitor.person}-{command_id}", seat=seat, person=visitor.person, action=action
        )
        return live.act(command, settle=False)

    return await stage.do(carry_out)


def _speaks_as(visitor: Visitor, action: c.Action) -> str:
    """Facilitators seat people from exercise control; everybody else speaks from the place that they are in."""
    return FACILITATOR if isinstance(action, c.TakeSeat) and visitor.facilitates else visitor.who


def _given(live: LiveDrill, do: str, sent: Submitted, visitor: Visitor) -> dict[str, Any]:
    """What a command needs and nobody is asked for."""
    if do == "write_draft":
        template = live.design.templates.get(next((str(one) for one in sent.getlist("template")), ""))
        return {"variant": template.variant, "links": links_of(sent)} if template else {}
    if do == "take_seat":
        profile = next((str(one) for one in sent.getlist("profile")), "")
        seat = next((str(one) for one in sent.getlist("seat")), visitor.who)
        person = f"stand-in {seat}" if profile else visitor.person
        return {"seat": seat, "person": person, "holder": "stand-in" if profile else "person", "profile": profile}
    if do == "send_message":
        return {"channel": "war-room"}
    return {}


SHORT = {
    "hypothesis": "h", "decision": "d", "item": "e", "call": "lever", "draft": "draft", "inject": "improvised", "hold": "hold",
}  # fmt: skip
"""What a form makes → how its id begins."""


def _fresh(live: LiveDrill, who: str, kind: str) -> str:
    """The next id of its kind that this audience makes; unique, and telling nothing of what others do."""
    short = SHORT[kind]
    taken = {str(event.data.get(kind)) for event in live.view(who).events}
    taken |= (
        {name for _, name in live.session.state.ids} | set(live.session.state.calls) | set(live.session.state.papers)
    )
    number = 1
    while f"{who}-{short}-{number}" in taken:
        number += 1
    return f"{who}-{short}-{number}"


def _found(request: Request, live: LiveDrill, visitor: Visitor, done: Done) -> str:
    """What the system answered, as a fragment: traces found, a trace opened. What they mean is for the reader to see."""
    pages, given = hall(request).pages, done.given
    picture = picture_for(live, visitor.who, base_of(request))
    if given.trace is not None and any(event.type == "trace_opened" for event in done.events):
        trace: Trace = replace(given.trace, shows=())
        return pages.page(
            "fragments/trace.html", p=picture, trace=trace, base=base_of(request), attributes=_json(trace)
        )
    if any(event.type == "evidence_accessed" for event in done.events):
        shown = None if given.content is None else json.dumps(json.loads(given.content), indent=1, ensure_ascii=False)
        return pages.page(
            "fragments/evidence.html", p=picture, base=base_of(request), event=done.events[0], shown=shown
        )
    if any(event.type == "query_run" for event in done.events):
        found: tuple[TraceSummary, ...] = given.found
        return pages.page("fragments/traces.html", p=picture, traces=found, base=base_of(request))
    return ""


def _json(trace: Trace) -> str:
    return json.dumps(
        {"versions": dict(trace.versions), **dict(trace.attributes)}, indent=1, default=str, ensure_ascii=False
    )


def _answer(
    request: Request, said: str, *, refused: bool = False, found: str = "", versions: list[int] | None = None
) -> Response:
    """For a page a fragment, for a program JSON, for a form without script the page again."""
    headers = {"x-hotwash-refused": "1"} if refused else {}
    if "application/json" in request.headers.get("accept", ""):
        body = {"refused": said} if refused else {"done": True, "said": said, "events": versions or []}
        return JSONResponse(body, 422 if refused else 200, headers)
    if request.headers.get("hx-request"):
        pages = hall(request).pages
        return HTMLResponse(found or pages.said(said, refused=refused), 200, headers)
    if refused:
        return HTMLResponse(
            hall(request).pages.page("message.html", title="Not done", said=said, back=base_of(request)), 422, headers
        )
    return RedirectResponse(base_of(request), 303)


ROUTES = [
    Route(f"{PLACE}/act", act, methods=["POST"]),
    Route(PLACE, show),
    Route(f"{PLACE}/screen", show),
    Route(f"{PLACE}/signals", charts),
    Route(f"{PLACE}/truth", true_harm),
    Route(f"{PLACE}/timeline", older),
]
