"""After ENDEX: papers as forms, with evidence found in the record. The text beside a form is the same document."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.forms.fields import Sent, one
from hotwash.aftermath.forms.shape import Rows
from hotwash.drill.design import OBSERVER
from hotwash.kernel.errors import ContentError, Problem
from hotwash.warroom.after_papers import NO_FORM, NotYoursError, digest_of
from hotwash.warroom.aftermath import over
from hotwash.warroom.door import Visitor
from hotwash.warroom.form_kinds import KINDS, FormKind
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

PLACE = "/drills/{drill}/papers/{paper}/form"
MOST_FOUND = 12
MOST_FIELDS = 20_000
MEANWHILE = "Somebody else kept a version of this paper while you wrote. What you wrote is below and is not kept."


@dataclass(frozen=True)
class Shown:
    """What the page says beside the rows: `said` is why nothing was kept, `done` what a button did, `theirs` the text that somebody else kept meanwhile."""

    seen: str
    pending: bool = False
    kept: bool = False
    said: str = ""
    done: str = ""
    theirs: str = ""
    wrong: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class At:
    """One request for a form: whose, of which paper, and where that stands."""

    request: Request
    stage: Stage
    visitor: Visitor
    kind: FormKind[Any]
    record: Path

    async def open(self) -> tuple[str, bootstrap.PaperForm[Any]] | None:
        """The paper as it is kept, with its form; None where there is none, or where it is one that only the text can show."""
        text = await asyncio.to_thread(bootstrap.paper, self.record, self.kind.file)
        if text is None:
            return None
        try:
            form = await asyncio.to_thread(self.kind.open, self.record, text)
        except ContentError:
            return None  # a paper that this one leans on is missing: the page of the text says which
        return None if form is None else (text, form)

    def text_page(self) -> Response:
        """Where the paper is shown as text."""
        return RedirectResponse(f"/drills/{self.stage.opened.plan.drill}/papers/{self.kind.slug}?{NO_FORM}", 303)


async def show(request: Request) -> Response:
    """The form, as the paper stands; without a paper, or with one that cannot be shown as a form, the text."""
    at = await _at(request)
    opened = await at.open()
    if opened is None or at.visitor.who == OBSERVER:
        return at.text_page()
    text, form = opened
    rows = form.shape.rows_of(form.paper.whole())
    wrong = form.shape.beside(_not_asked(form.problems), form.paper.document.data, rows)
    return await _page(at, form, rows, Shown(digest_of(text), kept="kept" in request.query_params, wrong=wrong))


async def save(request: Request) -> Response:
    """Keep the paper, or do what a button inside the form asks, which keeps nothing yet."""
    at = await _at(request)
    if at.visitor.who == OBSERVER:
        raise NotYoursError("Observers read this paper; players and the facilitator write it.")
    sent = await _sent(request)
    opened = await at.open()
    if opened is None:
        return at.text_page()
    text, form = opened
    rows = form.shape.rows_sent(sent, form.paper.whole())
    seen, do = one(sent, "seen"), one(sent, "do") or "keep"
    done = "" if form.shape.pressed(rows, do, sent) else at.kind.pressed(form, rows, do)
    if done is not None:
        return await _page(at, form, rows, Shown(seen, pending=True, done=done))
    if seen != digest_of(text):
        return await _meanwhile(at, form, rows, text)
    try:
        written = await asyncio.to_thread(form.written, rows)
    except ContentError as wrong:
        return await _page(at, form, rows, Shown(seen, pending=True, said=_words(wrong.problems)), status=422)
    after = await asyncio.to_thread(form.read, written)
    if after.value is None or not form.shape.shows(after.value):
        beside = form.shape.beside(after.problems, after.document.data, rows)
        return await _page(at, form, rows, Shown(seen, pending=True, said=_refused(beside), wrong=beside), status=422)
    if not await asyncio.to_thread(bootstrap.replace_paper, at.record, at.kind.file, text, written):
        newer = await at.open()
        if newer is None:
            return at.text_page()
        return await _meanwhile(at, newer[1], newer[1].shape.rows_sent(sent, newer[1].paper.whole()), newer[0])
    return RedirectResponse(f"{request.url.path}?kept#kept", 303)


async def _meanwhile(at: At, form: bootstrap.PaperForm[Any], rows: Rows, theirs: str) -> Response:
    """What was written, beside what somebody else kept meanwhile; nothing is kept until it is sent again."""
    return await _page(at, form, rows, Shown(digest_of(theirs), pending=True, said=MEANWHILE, theirs=theirs), status=409)  # fmt: skip


async def _page(at: At, form: bootstrap.PaperForm[Any], rows: Rows, shown: Shown, *, status: int = 200) -> Response:
    plan = at.stage.opened.plan
    differ = form.shape.differ(rows) if shown.theirs else []
    context = await asyncio.to_thread(_context, at, form, rows)
    body = hall(at.request).pages.page(
        f"forms/{at.kind.slug}.html", plan=plan, base=f"/drills/{plan.drill}", kind=at.kind, rows=rows, shown=shown, wrong=shown.wrong, owing=_owing(shown.wrong),
        left=len(form.problems), visitor=at.visitor, differ=[(name, at.kind.title_of(name)) for name in differ], **context,
    )  # fmt: skip
    return HTMLResponse(body, status)


def _context(at: At, form: bootstrap.PaperForm[Any], rows: Rows) -> dict[str, Any]:
    """What takes a walk through the record: what citations say, what was searched, and what this kind of paper offers."""
    cited = {cite for part in rows.parts.values() for row in part for cite in row.get("evidence", ())}
    found = form.search(rows.words, MOST_FOUND) if rows.sought else []
    return {"told": form.said(cited), "found": found, **at.kind.offers(form, rows, at.stage.opened.live.design.kit)}


def _not_asked(problems: Sequence[Problem]) -> list[Problem]:
    """Without questions that nobody has answered: the field itself shows them."""
    return [problem for problem in problems if not problem.found.startswith("still open")]


def _owing(beside: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How much there is to mend by row, as `chain.2`."""
    found: dict[str, int] = {}
    for place, said in beside.items():
        row = ".".join(place.split(".")[:2])
        found[row] = found.get(row, 0) + len(said)
    return found


def _refused(beside: Mapping[str, Sequence[str]]) -> str:
    """Why nothing was kept: how much there is to mend beside fields, and what stands beside none."""
    count = sum(len(said) for place, said in beside.items() if place)
    told = f"Not kept: {count} field{' is' if count == 1 else 's are'} to be mended." if count else "Not kept."
    return " ".join([told, *beside.get("", ())])


def _words(problems: Sequence[Problem]) -> str:
    return " ".join(["Not kept.", *(f"{one.found[0].upper()}{one.found[1:]}. {one.write}" for one in problems)])


async def _sent(request: Request) -> Sent:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: [str(said) for said in form.getlist(name)] for name in form}


async def _at(request: Request) -> At:
    stage, visitor = await over(request)
    kind = KINDS.get(request.path_params["paper"])
    if kind is None:
        raise HTTPException(404)
    await stage.scored()
    return At(request, stage, visitor, kind, stage.opened.home / "record")


ROUTES = [Route(PLACE, show), Route(PLACE, save, methods=["POST"])]
