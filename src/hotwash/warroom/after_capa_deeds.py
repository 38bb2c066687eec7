"""After ENDEX: what is done with a corrective action from its page: verified, closed, moved, followed up, replaced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.capa.follow import FOLLOW_UPS, RESULTS
from hotwash.kernel.errors import ContentError, HotwashError
from hotwash.warroom.after_capa import ACTIONS, LONGEST, PLACE, Sent, desk_of, may_write, person_of, show
from hotwash.warroom.aftermath import over
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.progress import progress_of
from hotwash.warroom.stage import Stage
from hotwash.warroom.verify_job import VerifyJob

Deed = Callable[[bootstrap.CapaDesk, Sent, str], object]
"""From the actions, what was typed and who typed it; raises HotwashError with why it may not be."""


async def verify(request: Request) -> Response:
    """Start the verification of one action, if it starts nothing and sends nothing. One runs at a time."""
    stage, visitor, typed, desk = await _sent(request)
    if (job := stage.jobs.get(ACTIONS)) is not None and not job.over:
        return show(request, stage, visitor, desk, noted="A verification is going on: wait for it to end.")
    try:
        job = await stage.beside(lambda _: VerifyJob(desk, typed.get("id", ""), person_of(visitor)))
    except HotwashError as refused:
        return show(request, stage, visitor, desk, noted=_words(refused))
    stage.begin(ACTIONS, job)
    return RedirectResponse(f"{_here(request)}#h-list", 303)


async def progress(request: Request) -> Response:
    """How far the verification is; the page is loaded anew when it is over."""
    stage, _ = await over(request)
    here = _here(request)
    return progress_of(request, stage.jobs.get(ACTIONS), here, f"{here}?ended#h-list")


def deed(do: Deed) -> Callable[[Request], object]:
    """A handler that does it and shows the list, or says why not, with what was typed."""

    async def handler(request: Request) -> Response:
        stage, visitor, typed, desk = await _sent(request)
        try:
            await stage.beside(lambda _: do(desk, typed, person_of(visitor)))
        except HotwashError as refused:
            return show(request, stage, visitor, desk, typed=typed, noted=_words(refused))
        return RedirectResponse(f"{_here(request)}#h-list", 303)

    return handler


def _close(desk: bootstrap.CapaDesk, typed: Sent, person: str) -> object:
    return desk.close(typed.get("id", ""), person)


def _reschedule(desk: bootstrap.CapaDesk, typed: Sent, person: str) -> object:
    try:
        to = date.fromisoformat(typed.get("to", ""))
    except ValueError as wrong:
        raise ContentError.at("new deadline", "this is no day", "Write it as 2026-12-18.") from wrong
    return desk.reschedule(typed.get("id", ""), to, typed.get("reason", ""), person)


def _effect(desk: bootstrap.CapaDesk, typed: Sent, person: str) -> object:
    result = typed.get("result", "")
    found = typed.get("found", "")
    if result not in RESULTS or not found:
        raise ContentError.at("effect", "it does not say what was measured and whether it works", "Say both.")
    return desk.effect(typed.get("id", ""), works=result == RESULTS[0], found=found, harm=typed.get("harm", ""), person=person)  # fmt: skip


def _follow(desk: bootstrap.CapaDesk, typed: Sent, person: str) -> object:
    days = int(typed["days"]) if typed.get("days", "") in map(str, FOLLOW_UPS) else 0
    return desk.follow(typed.get("id", ""), days, works=typed.get("works", ""), seen=typed.get("seen", ""), person=person)  # fmt: skip


def _replace(desk: bootstrap.CapaDesk, typed: Sent, person: str) -> object:
    return desk.replace(typed.get("id", ""), typed.get("by", ""), typed.get("reason", ""), person)


def _words(refused: HotwashError) -> str:
    if isinstance(refused, ContentError):
        return " ".join(f"{one.found[0].upper()}{one.found[1:]}. {one.write}" for one in refused.problems)
    return str(refused)


async def _sent(request: Request) -> tuple[Stage, Visitor, Sent, bootstrap.CapaDesk]:
    stage, visitor = await over(request)
    may_write(visitor)
    form = await request.form(max_files=0, max_fields=10)
    typed = {str(name): str(value).strip()[:LONGEST] for name, value in form.items()}
    desk = await desk_of(stage)
    if desk is None:
        raise NoEntryError("There is no action yet.")
    return stage, visitor, typed, desk


def _here(request: Request) -> str:
    return PLACE.format(drill=request.path_params["drill"])


DEEDS: dict[str, Deed] = {"close": _close, "reschedule": _reschedule, "effect": _effect, "follow": _follow, "replace": _replace}  # fmt: skip
ROUTES = [
    Route(f"{PLACE}/verify", verify, methods=["POST"]),
    Route(f"{PLACE}/progress", progress),
    *(Route(f"{PLACE}/{name}", deed(do), methods=["POST"]) for name, do in DEEDS.items()),
]
