"""After ENDEX: corrective actions, in the order in which to work, and the form that saves none that cannot be proved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.capa.facts import FollowedUp, Replaced
from hotwash.aftermath.capa.follow import FOLLOW_UPS, WORKS, follow_ups
from hotwash.aftermath.capa.plain import run_words, state_words
from hotwash.aftermath.capa.standing import first_deadlines
from hotwash.drill.design import OBSERVER
from hotwash.kernel.errors import ContentError, HotwashError
from hotwash.warroom.aftermath import over
from hotwash.warroom.capa_form import Mistakes, as_form, read_form
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

LONGEST = 4_000
"""Characters of one field."""


async def actions(request: Request) -> Response:
    """The list, and the form: empty, or filled with the action that is edited."""
    stage, visitor = await over(request)
    desk = await _desk(stage)
    editing = request.query_params.get("edit", "")
    sent: Mapping[str, str] = {}
    if editing and desk is not None:
        sent = await asyncio.to_thread(_filled, desk, editing)
    return _page(request, stage, visitor, desk, sent=sent, editing=editing, wrong={})


async def save(request: Request) -> Response:
    """Save an action, or say what is wrong with it beside each field."""
    stage, visitor = await over(request)
    _may_write(visitor)
    form = await request.form(max_files=0, max_fields=60)
    sent = {str(name): str(value).strip()[:LONGEST] for name, value in form.items()}
    editing = sent.pop("editing", "")
    desk = await _desk(stage)
    known = _ids(desk)
    events = await asyncio.to_thread(_events, stage)
    first = first_deadlines(desk.journal).get(sent.get("id", "")) if desk else None
    action, wrong = read_form(sent, known | {sent.get("id", "")}, events, first)
    if action is not None and action.id != editing and action.id in known:
        wrong = {"id": "There is an action with this id. Choose another, or edit that one."}
    elif action is not None:
        try:
            await asyncio.to_thread(
                bootstrap.save_action, _record(stage), action, visitor.person or visitor.who, editing
            )
        except ContentError as refused:
            wrong = {"form": str(refused.problems[0].found) + ". " + refused.problems[0].write}
        else:
            return RedirectResponse(f"{_base(stage)}/actions", 303)
    return _page(request, stage, visitor, desk, sent=sent, editing=editing, wrong=wrong)


async def draft(request: Request) -> Response:
    """Draft actions from the record."""
    stage, visitor = await over(request)
    _may_write(visitor)
    await stage.scored()
    await asyncio.to_thread(bootstrap.draft_capa, _record(stage))
    return RedirectResponse(f"{_base(stage)}/actions", 303)


async def calendar(request: Request) -> Response:
    """Deadlines and follow-ups as a calendar file."""
    stage, _ = await over(request)
    desk = await _desk(stage)
    if desk is None:
        raise NoEntryError("There is no action yet.")
    body = await asyncio.to_thread(bootstrap.export_capa, desk, "calendar")
    name = f"EXERCISE-{stage.opened.plan.drill}-actions.ics"
    return Response(body, media_type="text/calendar", headers={"content-disposition": f'attachment; filename="{name}"'})


async def verify(request: Request) -> Response:
    """Run the verification of one action that starts nothing and sends nothing, and record what came of it."""
    stage, visitor = await over(request)
    _may_write(visitor)
    typed = await _typed(request)
    return await _recorded(request, stage, visitor, typed, lambda desk: bootstrap.verify_here(desk, typed.get("id", ""), _person(visitor)))  # fmt: skip


async def follow(request: Request) -> Response:
    """Note what was seen of an action at 30, 60 or 90 days."""
    stage, visitor = await over(request)
    _may_write(visitor)
    typed = await _typed(request)
    days = int(typed["days"]) if typed.get("days", "") in map(str, FOLLOW_UPS) else 0
    return await _recorded(request, stage, visitor, typed, lambda desk: desk.follow(
        typed.get("id", ""), days, works=typed.get("works", ""), seen=typed.get("seen", ""), person=_person(visitor)
    ))  # fmt: skip


async def replace(request: Request) -> Response:
    """Put another action in the place of one."""
    stage, visitor = await over(request)
    _may_write(visitor)
    typed = await _typed(request)
    return await _recorded(request, stage, visitor, typed, lambda desk: desk.replace(
        typed.get("id", ""), typed.get("by", ""), typed.get("reason", ""), _person(visitor)
    ))  # fmt: skip


async def _recorded(request: Request, stage: Stage, visitor: Visitor, typed: Mapping[str, str], do: Callable[[bootstrap.CapaDesk], object]) -> Response:  # fmt: skip
    """Do it, one at a time beside drills that are in play; or say why not, with what was typed."""
    desk = await _desk(stage)
    if desk is None:
        raise NoEntryError("There is no action yet.")
    try:
        await stage.answer(lambda: do(desk))
    except HotwashError as refused:
        noted = " ".join(f"{one.found}. {one.write}" for one in refused.problems) if isinstance(refused, ContentError) else str(refused)  # fmt: skip
        return _page(request, stage, visitor, desk, sent={}, editing="", wrong={}, typed=typed, noted=noted)
    return RedirectResponse(f"{_base(stage)}/actions", 303)


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=10)
    return {str(name): str(value).strip()[:LONGEST] for name, value in form.items()}


def _person(visitor: Visitor) -> str:
    return visitor.person or visitor.who


def _notes(desk: bootstrap.CapaDesk) -> list[tuple[str, str, str, str, str]]:
    """Follow-ups and replacements, the newest first: action, what, still effective, what was seen or why, by whom."""
    found = []
    for one in reversed(desk.journal):
        if isinstance(one.fact, FollowedUp):
            found.append((one.fact.action, f"at {one.fact.days} days", one.fact.works, one.fact.seen, one.person))
        elif isinstance(one.fact, Replaced):
            found.append((one.fact.action, f"replaced by {one.fact.by}", "", one.fact.reason, one.person))
    return found


def _page(
    request: Request, stage: Stage, visitor: Visitor, desk: bootstrap.CapaDesk | None, *, sent: Mapping[str, str], editing: str, wrong: Mistakes,
    typed: Mapping[str, str] | None = None, noted: str = "",
) -> Response:  # fmt: skip
    found = desk.all() if desk else []
    rows = [(one, state_words(one), run_words(one)) for one in found]
    body = hall(request).pages.page(
        "actions.html", plan=stage.opened.plan, base=_base(stage), rows=rows, drafts=desk.loaded.drafts if desk else {},
        problems=[str(one.found) for one in desk.loaded.problems if not one.found.endswith("are missing")] if desk else [],
        follow=follow_ups(desk.loaded.plan) if desk else {}, sent=sent, editing=editing, wrong=wrong, writes=visitor.who != OBSERVER,
        notes=_notes(desk) if desk else [], typed=typed or {}, noted=noted, ids=[(one.action.id, one.action.id) for one in found],
        days=[(str(days), f"{days} days, {day}") for days, day in follow_ups(desk.loaded.plan).items()] if desk else [],
        works=[(one, one) for one in WORKS], runnable={one.action.id for one in found if desk and bootstrap.runs_here(one.action, desk.folder)},
    )  # fmt: skip
    return HTMLResponse(body, 422 if wrong or noted else 200)


async def _desk(stage: Stage) -> bootstrap.CapaDesk | None:
    await stage.scored()
    record = _record(stage)
    if await asyncio.to_thread(bootstrap.paper, record, "capa.yaml") is None:
        return None
    return await asyncio.to_thread(bootstrap.open_capa, record)


def _filled(desk: bootstrap.CapaDesk, name: str) -> dict[str, str]:
    """The form of an action; of a draft, what it has."""
    for one in desk.loaded.plan.actions:
        if one.id == name:
            return as_form(one)
    draft = desk.loaded.entries.get(name, {})
    return {
        "id": name, "finding": str(draft.get("finding", "")), "cites": ", ".join(map(str, draft.get("cites") or ())),
    }  # fmt: skip


def _ids(desk: bootstrap.CapaDesk | None) -> set[str]:
    return {one.id for one in desk.loaded.plan.actions} | set(desk.loaded.drafts) if desk else set()


def _events(stage: Stage) -> frozenset[int]:
    return frozenset(one.version for one in stage.opened.live.session.events)


def _record(stage: Stage) -> Path:
    return stage.opened.home / "record"


def _base(stage: Stage) -> str:
    return f"/drills/{stage.opened.plan.drill}"


def _may_write(visitor: Visitor) -> None:
    if visitor.who == OBSERVER:
        raise NoEntryError("Observers read here. Ask a seat or the facilitator to write it.")


ROUTES = [
    Route("/drills/{drill}/actions", actions),
    Route("/drills/{drill}/actions", save, methods=["POST"]),
    Route("/drills/{drill}/actions/draft", draft, methods=["POST"]),
    Route("/drills/{drill}/actions/verify", verify, methods=["POST"]),
    Route("/drills/{drill}/actions/follow", follow, methods=["POST"]),
    Route("/drills/{drill}/actions/replace", replace, methods=["POST"]),
    Route("/drills/{drill}/actions.ics", calendar),
]
