"""Before and around a drill: who may come in, the library, planning, invitations."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import segno
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.plan import PERSON, DrillPlan
from hotwash.drill import commands as c
from hotwash.drill.design import FACILITATOR, OBSERVER
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.errors import HotwashError
from hotwash.standins.profiles import PROFILES
from hotwash.warroom.alone import sit_down
from hotwash.warroom.calendar import invitation
from hotwash.warroom.door import EVERY_DRILL, NoEntryError
from hotwash.warroom.hall import free_id, hall, is_taken
from hotwash.warroom.shelf import shelf

LONGEST_NAME = 60
SEAT = re.compile(r"/drills/(?P<drill>[a-z0-9-]+)/as/(?P<seat>[a-z_]+)")
OWN_NAMES = ("localhost", "127.0.0.1", "::1")
"""Host names under which a machine knows itself, and nobody else does."""


async def home(request: Request) -> Response:
    """The library for a facilitator; the one drill of somebody who was invited to one."""
    here = hall(request)
    if here.door.facilitator(request) is not None:
        return RedirectResponse("/drills", 303)
    places = here.door.places(request)
    if places:
        return RedirectResponse(f"/drills/{places[0][0]}/as/{places[0][1]}", 303)
    return RedirectResponse("/login", 303)


async def log_in(request: Request) -> Response:
    """The facilitators' way in."""
    here, said = hall(request), ""
    if request.method == "POST":
        sent = await request.form(max_files=0, max_fields=10)
        person = _name(sent) or "Facilitator"
        try:
            session = await asyncio.to_thread(here.door.log_in, str(sent.get("password", "")), person, request)
        except NoEntryError as refused:
            said = str(refused)
        else:
            response = RedirectResponse("/drills", 303)
            here.door.keep(response, session)
            return response
    return HTMLResponse(here.pages.page("login.html", said=said), 403 if said else 200)


async def join(request: Request) -> Response:
    """A link to a place: looking at it shows what it is, taking it is a form. Preview robots take nothing."""
    here, said = hall(request), ""
    token = request.path_params["token"]
    _, drill, who = here.door.read(token)
    if request.method == "POST":
        sent = await request.form(max_files=0, max_fields=10)
        person = _name(sent)
        if not person:
            said = "Write your name: it stands beside what you do."
        else:
            session = here.door.claim(token, person, request)
            home = _on_from(request) if drill == EVERY_DRILL else f"/drills/{drill}/as/{who}"
            response = RedirectResponse(home, 303)
            here.door.keep(response, session)
            if drill != EVERY_DRILL:
                await _sit_down(request, drill, who, person)
            elif request.query_params.get("sit") and (place := SEAT.fullmatch(home)):
                await sit_down(request, place["drill"], place["seat"], person)
            return response
    plan = None if drill == EVERY_DRILL else here.house.plan_of(drill)
    page = here.pages.page("join.html", plan=plan, title=_title(request, who), alone=_alone(request, drill), said=said)
    return HTMLResponse(page, 422 if said else 200)


def _alone(request: Request, drill: str) -> tuple[str, DrillPlan] | None:
    """What somebody who steers and plays sits down to: the seat's title and the drill."""
    place = SEAT.fullmatch(_on_from(request)) if drill == EVERY_DRILL and request.query_params.get("sit") else None
    plan = hall(request).house.plan_of(place["drill"]) if place else None
    return (_title(request, place["seat"]), plan) if place and plan else None


def _on_from(request: Request) -> str:
    """Where a facilitator's link leads on to: a page of ours, or the library."""
    wanted = request.query_params.get("to", "")
    return wanted if wanted.startswith("/drills/") and "//" not in wanted and "\\" not in wanted else "/drills"


async def _sit_down(request: Request, drill: str, who: str, person: str) -> None:
    """Take the seat, if it is a seat and free. Somebody whose seat is held all the same may look."""
    stage = await hall(request).stage(drill)
    if who in (FACILITATOR, OBSERVER):
        return
    taking = c.TakeSeat(seat=who, person=person, holder="person")

    def sit(live: LiveDrill) -> None:
        if live.session.state.seats.get(who) != person:
            live.act(c.Command(id=f"join-{who}-{live.session.state.version}", seat=who, person=person, action=taking))

    try:
        await stage.do(sit)
    except RefusedError:
        return  # held by somebody else, or over: the page says so


async def library(request: Request) -> Response:
    """Past and present drills, and the scenarios that can be played."""
    here = hall(request)
    _facilitator(request)
    phases = {plan.drill: await here.phase(plan.drill) for plan in here.house.drills()}
    drills = [await asyncio.to_thread(shelf, here.house, plan, phases[plan.drill]) for plan in here.house.drills()]
    scenarios = bootstrap.scenarios()
    titles = {one.id: one.title for one in scenarios}
    return HTMLResponse(
        here.pages.page("library.html", drills=drills, scenarios=scenarios, titles=titles, kit=here.house.kit)
    )


async def new(request: Request) -> Response:
    """Plan a drill: the form, and what comes of it."""
    here, said = hall(request), ""
    _facilitator(request)
    sent = FormData()
    if request.method == "POST":
        sent = await request.form(max_files=0, max_fields=60)
        try:
            plan = _plan(request, sent)
            await asyncio.to_thread(here.house.plan, plan)
        except (HotwashError, ValueError) as refused:
            said = str(refused).splitlines()[0]
        else:
            return RedirectResponse(f"/drills/{plan.drill}/invite", 303)
    playable = [one for one in bootstrap.scenarios() if one.id != "recorded"]
    chosen = str(sent.get("scenario") or request.query_params.get("scenario") or playable[0].id)
    page = here.pages.page(
        "plan.html", scenarios=playable, chosen=chosen, cards=bootstrap.constraints(), kit=here.house.kit,
        profiles=PROFILES.values(), said=said, sent=sent,
        cards_chosen=sent.getlist("card"),
    )  # fmt: skip
    return HTMLResponse(page, 422 if said else 200)


def _plan(request: Request, sent: FormData) -> DrillPlan:
    here = hall(request)
    title = str(sent.get("title", "")).strip() or "Drill"
    minutes = str(sent.get("minutes", "")).strip()
    seats = {seat: str(sent.get(f"seat.{seat}", PERSON)) for seat in here.house.kit.roles.seats}
    seed = str(sent.get("seed", "")).strip() or "1"
    if not seed.isdigit() or (minutes and not minutes.isdigit()):
        raise ValueError("Write seed and minutes as whole numbers.")
    return DrillPlan(
        drill=free_id(title, is_taken(here.house)), title=title, scenario=str(sent.get("scenario", "")),
        cards=tuple(str(one) for one in sent.getlist("card")), seed=int(seed), minutes=int(minutes) if minutes else None,
        seats=seats, rules=str(sent.get("rules", "")).strip(), when=str(sent.get("when", "")).strip(),
    )  # fmt: skip


async def invite(request: Request) -> Response:
    """One link and QR code for each place; new links, revoked ones, links for more than one browser."""
    here = hall(request)
    _facilitator(request)
    drill = request.path_params["drill"]
    plan = here.house.plan_of(drill)
    if request.method == "POST":
        sent = await request.form(max_files=0, max_fields=10)
        link, who = str(sent.get("link", "")), str(sent.get("who", ""))
        if str(sent.get("deed")) == "many":
            here.house.access.allow_many(link)
        elif link:
            here.turn_out(link)
        if str(sent.get("deed")) == "renew" and who in (*plan.seats, OBSERVER, FACILITATOR):
            here.door.invite(drill, who, many=who == OBSERVER)
        return RedirectResponse(f"/drills/{drill}/invite", 303)
    known = {one.who for one in here.house.access.links(drill)}
    for who in [*(seat for seat, holder in plan.seats.items() if holder == PERSON), OBSERVER]:
        if who not in known:
            here.door.invite(drill, who, many=who == OBSERVER)
    cards = []
    order = [*plan.seats, OBSERVER]
    links = here.house.access.links(drill)
    for one in sorted(links, key=lambda link: order.index(link.who) if link.who in order else len(order)):
        address = str(request.url.replace(path=f"/join/{here.door.token(one.id)}", query=""))
        code = segno.make(address, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
        cards.append({"link": one, "address": address, "code": code, "title": _title(request, one.who)})
    missing = [seat for seat, holder in plan.seats.items() if holder != PERSON]
    page = here.pages.page(
        "invite.html",
        plan=plan,
        cards=cards,
        stand_ins=missing,
        titles={s: _title(request, s) for s in missing},
        alone=request.url.hostname in OWN_NAMES,
    )
    return HTMLResponse(page)


async def calendar(request: Request) -> Response:
    """The drill as a calendar file, for whoever plans it. It holds no link: each person has one of their own."""
    here = hall(request)
    _facilitator(request)
    plan = here.house.plan_of(request.path_params["drill"])
    minutes = plan.minutes or bootstrap.content(plan.scenario).scenario.endex_min
    start = (
        datetime.fromisoformat(plan.when)
        if plan.when
        else datetime.fromtimestamp(here.door.now_ms / 1000, UTC) + timedelta(days=7)
    )
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    body = invitation(plan.drill, plan.title, start, minutes)
    headers = {"content-disposition": f'attachment; filename="EXERCISE-{plan.drill}.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


async def log_out(request: Request) -> Response:
    """Forget this browser's session."""
    response = RedirectResponse("/login", 303)
    hall(request).door.log_out(request, response)
    return response


def _facilitator(request: Request) -> None:
    if hall(request).door.facilitator(request) is None:
        raise NoEntryError("This page is exercise control's. Sign in as facilitator first.")


def _name(sent: FormData) -> str:
    return " ".join(str(sent.get("person", "")).split())[:LONGEST_NAME]


def _title(request: Request, who: str) -> str:
    seat = hall(request).house.kit.roles.seats.get(who)
    return seat.title if seat else who.capitalize()


ROUTES = [
    Route("/", home),
    Route("/login", log_in, methods=["GET", "POST"]),
    Route("/logout", log_out, methods=["POST"]),
    Route("/join/{token}", join, methods=["GET", "POST"]),
    Route("/drills", library),
    Route("/drills/new", new, methods=["GET", "POST"]),
    Route("/drills/{drill}/invite", invite, methods=["GET", "POST"]),
    Route("/drills/{drill}/calendar.ics", calendar),
]
