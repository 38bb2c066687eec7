"""After ENDEX: corrective actions, in the order in which to work, and the form that saves none that cannot be proved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.capa.facts import Closed, EffectChecked, FollowedUp, Replaced, Rescheduled
from hotwash.aftermath.capa.follow import RESULTS, WORKS, follow_ups
from hotwash.aftermath.capa.plain import run_words, state_words
from hotwash.aftermath.capa.standing import Standing, first_deadlines, is_green
from hotwash.drill.design import OBSERVER
from hotwash.kernel.errors import ContentError, HotwashError
from hotwash.warroom.aftermath import over
from hotwash.warroom.capa_form import Mistakes, as_form, read_form
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.hall import hall
from hotwash.warroom.progress import OFTEN_S
from hotwash.warroom.stage import Stage

PLACE = "/drills/{drill}/actions"
ACTIONS = "actions"
"""The job of this page, among those of its drill."""
FILES = {"ics": ("calendar", "text/calendar"), "csv": ("csv", "text/csv"), "oscal.json": ("oscal", "application/json")}
"""Ending of a file → the form that it is exported as, and its media type."""
LONGEST = 4_000
"""Characters of one field."""
Sent = Mapping[str, str]


async def actions(request: Request) -> Response:
    """The list, and the form: empty, or filled with the action that is edited."""
    stage, visitor = await over(request)
    desk = await desk_of(stage)
    editing = request.query_params.get("edit", "")
    sent: Sent = {}
    if editing and desk is not None:
        sent = await asyncio.to_thread(_filled, desk, editing)
    return show(request, stage, visitor, desk, sent=sent, editing=editing)


async def save(request: Request) -> Response:
    """Save an action, or say what is wrong with it beside each field."""
    stage, visitor = await over(request)
    may_write(visitor)
    form = await request.form(max_files=0, max_fields=60)
    sent = {str(name): str(value).strip()[:LONGEST] for name, value in form.items()}
    editing = sent.pop("editing", "")
    desk = await desk_of(stage)
    known = _ids(desk)
    events = await asyncio.to_thread(_events, stage)
    first = first_deadlines(desk.journal).get(sent.get("id", "")) if desk else None
    action, wrong = read_form(sent, known | {sent.get("id", "")}, events, first)
    if action is not None and action.id != editing and action.id in known:
        wrong = {"id": "There is an action with this id. Choose another, or edit that one."}
    elif action is not None:
        try:
            await asyncio.to_thread(bootstrap.save_action, _record(stage), action, person_of(visitor), editing)
        except ContentError as refused:
            wrong = {"form": str(refused.problems[0].found) + ". " + refused.problems[0].write}
        else:
            return RedirectResponse(f"{_base(stage)}/actions", 303)
    return show(request, stage, visitor, desk, sent=sent, editing=editing, wrong=wrong)


async def draft(request: Request) -> Response:
    """Draft actions from the record."""
    stage, visitor = await over(request)
    may_write(visitor)
    await stage.scored()
    await asyncio.to_thread(bootstrap.draft_capa, _record(stage))
    return RedirectResponse(f"{_base(stage)}/actions", 303)


async def take(request: Request) -> Response:
    """The actions as a file: deadlines and follow-ups for a calendar, a table, or a plan of action and milestones."""
    stage, visitor = await over(request)
    desk = await desk_of(stage)
    ending = request.path_params["ending"]
    if ending not in FILES:
        raise HTTPException(404)
    if desk is None:
        raise NoEntryError("There is no action yet.")
    form, kind = FILES[ending]
    try:
        body = await asyncio.to_thread(bootstrap.export_capa, desk, form)
    except ContentError as refused:
        return show(request, stage, visitor, desk, noted=f"{refused.problems[0].found}. {refused.problems[0].write}")
    name = f"EXERCISE-{stage.opened.plan.drill}-actions.{ending}"
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _notes(desk: bootstrap.CapaDesk) -> list[tuple[str, str, str, str, str]]:
    """What was done with them, the newest first: action, what, whether it works, what was seen or why, by whom."""
    found = []
    for one in reversed(desk.journal):
        match one.fact:
            case FollowedUp() as fact:
                told = (f"at {fact.days} days", fact.works, fact.seen)
            case Replaced() as fact:
                told = (f"replaced by {fact.by}", "", fact.reason)
            case Closed() as fact:
                told = ("closed", "", f"on its green verification, entry {fact.verification} of the journal")
            case Rescheduled() as fact:
                told = (f"due on {fact.to}, before on {fact.was}", "", fact.reason)
            case EffectChecked() as fact:
                told = ("effect looked for", "yes" if fact.works else "no", ". Harm: ".join(filter(None, (fact.found, fact.harm))))  # fmt: skip
            case _:
                continue
        found.append((one.fact.action, *told, one.person))
    return found


def show(
    request: Request, stage: Stage, visitor: Visitor, desk: bootstrap.CapaDesk | None, *, sent: Sent | None = None, editing: str = "",
    wrong: Mistakes | None = None, typed: Sent | None = None, noted: str = "",
) -> Response:  # fmt: skip
    """The page: `sent` and `wrong` fill the form of an action, `typed` and `noted` (why it was refused) what is done with one."""
    found = desk.all() if desk else []
    here = _base(stage) + "/actions"
    closes = {one.action.id: _closes(desk, one, person_of(visitor)) for one in found if desk and one.is_open and one.verified and is_green(one.verified, desk.today)}  # fmt: skip
    body = hall(request).pages.page(
        "actions.html", plan=stage.opened.plan, base=_base(stage), here=here, rows=[(one, state_words(one), run_words(one)) for one in found],
        drafts=desk.loaded.drafts if desk else {}, common=_common(desk.loaded.drafts) if desk else [], findings={name: str(one.get("finding", "")) for name, one in desk.loaded.entries.items()} if desk else {},
        problems=[str(one.found) for one in desk.loaded.problems if not one.found.endswith("are missing")] if desk else [],
        follow=follow_ups(desk.loaded.plan) if desk else {}, sent=sent or {}, editing=editing, wrong=wrong or {}, writes=visitor.who != OBSERVER,
        notes=_notes(desk) if desk else [], typed=typed or {}, noted=noted, ids=_choices(found), open=_choices(one for one in found if one.is_open),
        looked=_choices(one for one in found if one.closed and one.action.effect), closes=closes,
        days=[(str(days), f"{days} days, {day}") for days, day in follow_ups(desk.loaded.plan).items()] if desk else [],
        works=[(one, one) for one in WORKS], results=[(one, one) for one in RESULTS], runnable={one.action.id for one in found if desk and bootstrap.runs_here(one.action, desk.folder)},
        job=stage.jobs.get(ACTIONS), often=OFTEN_S,
    )  # fmt: skip
    return HTMLResponse(body, 422 if wrong or noted else 200)


def _common(drafts: Mapping[str, Iterable[str]]) -> list[str]:
    """What every draft lacks, where there are several: it is said once."""
    first, *others = drafts.values() or [()]
    return [one for one in first if all(one in other for other in others)] if others else []


def _choices(found: Iterable[Standing]) -> list[tuple[str, str]]:
    return [(one.action.id, one.action.id) for one in found]


def _closes(desk: bootstrap.CapaDesk, one: Standing, person: str) -> str:
    """Why this person cannot close an action that was verified; empty where they can."""
    try:
        desk.may_close(one.action.id, person)
    except HotwashError as refused:
        return str(refused)
    return ""


async def desk_of(stage: Stage) -> bootstrap.CapaDesk | None:
    """The actions of a drill that has ended; None where nobody wrote one."""
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


def person_of(visitor: Visitor) -> str:
    """In whose name something is noted."""
    return visitor.person or visitor.who


def may_write(visitor: Visitor) -> None:
    """Raises NoEntryError for somebody who only reads."""
    if visitor.who == OBSERVER:
        raise NoEntryError("Observers read here. Ask a seat or the facilitator to write it.")


ROUTES = [
    Route(PLACE, actions),
    Route(PLACE, save, methods=["POST"]),
    Route(f"{PLACE}/draft", draft, methods=["POST"]),
    Route(f"{PLACE}.{{ending}}", take),
]
