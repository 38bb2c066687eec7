"""After ENDEX: papers on causes, the review, risks and controls, shown and edited as text with the check beside it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.blocks import Report
from hotwash.aftermath.html import blocks_to_html
from hotwash.drill.design import OBSERVER
from hotwash.kernel.errors import ContentError, HotwashError, Problem
from hotwash.warroom.aftermath import over
from hotwash.warroom.form_kinds import KINDS as FORMS
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

NO_FORM = "no-form"
"""In the address of a paper that somebody wanted as a form and that only its text can show."""


class NotYoursError(HotwashError):
    """Observers read what others write."""

    code = "not-yours"


@dataclass(frozen=True)
class Looked:
    """One paper as it is: what is wrong, and its report where its form can be read."""

    problems: tuple[Problem, ...]
    report: Report | None


@dataclass(frozen=True)
class Kind:
    """One kind of paper: its address, its file, how it starts, how it is looked at."""

    slug: str
    title: str
    file: str
    lead: str
    start: Callable[[Path], dict[str, str]]
    look: Callable[[Path, str], Looked]


def _causes(record: Path, text: str) -> Looked:
    found = bootstrap.check_causes(record, text)
    return Looked(found.problems, found.report() if found.paper.value else None)


def _meeting(record: Path, text: str) -> Looked:
    found = bootstrap.check_meeting(record, texts={bootstrap.REVIEW: text})
    return Looked(found.problems, found.report() if found.review.value else None)


def _risks(record: Path, text: str) -> Looked:
    found = bootstrap.check_meeting(record, texts={bootstrap.RISKS: text})
    problems = tuple(one for one in found.problems if one.where.file.name == bootstrap.RISKS)
    return Looked(problems, found.register() if found.risks.value else None)


def _controls(record: Path, text: str) -> Looked:
    found = bootstrap.check_controls(record, text)
    return Looked(found.problems, found.report() if found.paper.value else None)


def _only(name: str, draft: Callable[[Path], str]) -> Callable[[Path], dict[str, str]]:
    return lambda record: {name: draft(record)}


KINDS = {
    one.slug: one
    for one in (
        Kind("causes", "Causes", bootstrap.CAUSES, "What led to it, each step with its evidence, and what should have stopped it.",
             _only(bootstrap.CAUSES, bootstrap.draft_causes), _causes),
        Kind("meeting", "Review meeting", bootstrap.REVIEW, "Six agenda items, with what the record says filled in.", bootstrap.draft_meeting, _meeting),
        Kind("risks", "Risk register", bootstrap.RISKS, "What remains, how bad and how likely, who owns it, until when.", bootstrap.draft_meeting, _risks),
        Kind("controls", "Controls", bootstrap.CONTROLS, "How each new control is operated, and who may change what.",
             _only(bootstrap.CONTROLS, bootstrap.draft_controls), _controls),
    )
}  # fmt: skip


async def show(request: Request) -> Response:
    """One paper, or how to begin it."""
    stage, visitor = await over(request)
    record = await _record(stage)
    kind = _kind(request)
    text = await asyncio.to_thread(bootstrap.paper, record, kind.file)
    return await _page(request, stage, kind, record, text, seen=digest_of(text), writes=visitor.who != OBSERVER)


async def save(request: Request) -> Response:
    """Keep a paper, unless somebody else kept another one since this one was opened."""
    stage, visitor = await over(request)
    if visitor.who == OBSERVER:
        raise NotYoursError("Observers read this paper; players and the facilitator write it.")
    record = await _record(stage)
    kind = _kind(request)
    sent = await request.form()
    there = await asyncio.to_thread(bootstrap.paper, record, kind.file)
    if "start" in sent:
        drafts = await asyncio.to_thread(kind.start, record)
        for name, text in drafts.items():
            if await asyncio.to_thread(bootstrap.paper, record, name) is None:
                await asyncio.to_thread(bootstrap.keep_paper, record, name, text)
        return RedirectResponse(request.url.path, 303)
    text = str(sent.get("text", "")).replace("\r\n", "\n")
    seen = sent.get("seen") == digest_of(there)
    if not seen or not await asyncio.to_thread(bootstrap.replace_paper, record, kind.file, there, text):
        there = await asyncio.to_thread(bootstrap.paper, record, kind.file)
        if text == there:
            return RedirectResponse(request.url.path, 303)
        said = "Somebody else kept a version of this paper while you wrote. Yours is still below and is not kept. Compare it with theirs, then keep it again."
        return await _page(
            request, stage, kind, record, text, seen=digest_of(there), writes=True, said=said, theirs=there or ""
        )
    return RedirectResponse(request.url.path, 303)


async def compare(request: Request) -> Response:
    """Causes beside the answer key, which ENDEX has opened to everybody in the drill."""
    stage, _ = await over(request)
    record = await _record(stage)
    report = await asyncio.to_thread(lambda: bootstrap.check_causes(record).compared(record))
    base = f"/drills/{stage.opened.plan.drill}"
    body = hall(request).pages.page(
        "paper_compared.html", plan=stage.opened.plan, base=base, report=report, body=blocks_to_html(report.blocks)
    )
    return HTMLResponse(body)


async def _page(
    request: Request, stage: Stage, kind: Kind, record: Path, text: str | None, *, seen: str, writes: bool, said: str = "", theirs: str = ""
) -> Response:  # fmt: skip
    looked = Looked((), None) if text is None else await asyncio.to_thread(_looked, kind, record, text)
    base = f"/drills/{stage.opened.plan.drill}"
    shown = blocks_to_html(looked.report.blocks) if looked.report else ""
    body = hall(request).pages.page(
        "paper.html", plan=stage.opened.plan, base=base, kind=kind, text=text, seen=seen, writes=writes, said=said, no_form=NO_FORM in request.query_params, form=kind.slug in FORMS,
        theirs=theirs, problems=[(one.where.line, one.where.file.name, one.found, one.write) for one in looked.problems], shown=shown,
    )  # fmt: skip
    return HTMLResponse(body, 409 if said else 200)


def _looked(kind: Kind, record: Path, text: str) -> Looked:
    """What is wrong in a paper; what it leans on may be missing altogether, which is a problem like any other."""
    try:
        return kind.look(record, text)
    except ContentError as wrong:
        return Looked(tuple(wrong.problems), None)


def _kind(request: Request) -> Kind:
    found = KINDS.get(request.path_params["paper"])
    if found is None:
        raise HTTPException(404)
    return found


async def _record(stage: Stage) -> Path:
    await stage.scored()
    return stage.opened.home / "record"


def digest_of(text: str | None) -> str:
    """What a page has seen of a paper, to be sent back with the next version; empty where there was none."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


ROUTES = [
    Route("/drills/{drill}/papers/causes/compare", compare),
    Route("/drills/{drill}/papers/{paper}", show),
    Route("/drills/{drill}/papers/{paper}", save, methods=["POST"]),
]
