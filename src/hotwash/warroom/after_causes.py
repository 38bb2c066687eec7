"""Causes as a form after ENDEX, with evidence found in the record. The text beside it is the same document."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.causes.form import Rows, Sent, pressed, rows_of, rows_sent
from hotwash.aftermath.causes.form_rows import paths
from hotwash.aftermath.causes.hops import TITLES
from hotwash.aftermath.html import blocks_to_html
from hotwash.drill.design import OBSERVER
from hotwash.kernel.errors import ContentError
from hotwash.kit.schema.causes import EFFECTS, KINDS, Held
from hotwash.kit.schema.kit import Bucket
from hotwash.warroom.after_papers import NotYoursError, digest_of
from hotwash.warroom.aftermath import over
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

PLACE = "/drills/{drill}/papers/causes/form"
MOST_FOUND = 12
MOST_FIELDS = 10_000
STATES = ("open", "broke", "passed-on", "held")
VERDICTS = ("open", "confirmed", "possible", "ruled-out")
CAME = ("open", "happened", "lessened", "prevented")
MEANWHILE = "Somebody else kept a version of this paper while you wrote. What you wrote is below and is not kept. Keep it again to put it in the place of the same parts of theirs."


@dataclass(frozen=True)
class Shown:
    """What the page says beside the rows."""

    seen: str
    pending: bool = False
    said: str = ""


async def show(request: Request) -> Response:
    """The form, as the paper stands; without a paper, or with one that cannot be read, the text."""
    stage, visitor = await over(request)
    record = await _record(stage)
    text = await asyncio.to_thread(bootstrap.paper, record, bootstrap.CAUSES)
    paper = await asyncio.to_thread(_read, record, text)
    if paper is None or paper.paper.value is None or visitor.who == OBSERVER or rows_of(paper.paper.value).too_many:
        return RedirectResponse(_text_page(stage), 303)
    return _page(request, stage, paper, rows_of(paper.paper.value), Shown(digest_of(text)))


async def save(request: Request) -> Response:
    """Keep the paper, or do what a button inside the form asks, which keeps nothing yet."""
    stage, visitor = await over(request)
    if visitor.who == OBSERVER:
        raise NotYoursError("Observers read this paper; players and the facilitator write it.")
    record = await _record(stage)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    sent: Sent = {name: [str(one) for one in form.getlist(name)] for name in form}
    seen, do = next(iter(sent.get("seen", ())), ""), next(iter(sent.get("do", ())), "keep")
    text = await asyncio.to_thread(bootstrap.paper, record, bootstrap.CAUSES)
    paper = await asyncio.to_thread(_read, record, text)
    if text is None or paper is None or paper.paper.value is None:
        return RedirectResponse(_text_page(stage), 303)
    rows = rows_sent(sent, paper.paper.value)
    if pressed(rows, do, sent):
        return _page(request, stage, paper, rows, Shown(seen, pending=True))
    if seen != digest_of(text):
        return _page(request, stage, paper, rows, Shown(digest_of(text), pending=True, said=MEANWHILE), status=409)
    try:
        written = await asyncio.to_thread(paper.written, rows)
    except ContentError as wrong:
        said = " ".join(f"{one.found[0].upper()}{one.found[1:]}. {one.write}" for one in wrong.problems)
        return _page(request, stage, paper, rows, Shown(seen, pending=True, said=said), status=422)
    await asyncio.to_thread(bootstrap.keep_paper, record, bootstrap.CAUSES, written)
    return RedirectResponse(request.url.path, 303)


def _page(request: Request, stage: Stage, paper: bootstrap.Causes, rows: Rows, shown: Shown, *, status: int = 200) -> Response:  # fmt: skip
    plan = stage.opened.plan
    value = paper.paper.value
    assert value is not None
    cited = {one for part in rows.parts.values() for row in part for one in row.get("evidence", ())}
    body = hall(request).pages.page(
        "causes_form.html", plan=plan, base=f"/drills/{plan.drill}", rows=rows, shown=shown, hops=TITLES, states=STATES,
        factor_kinds=KINDS, effects=EFFECTS, verdicts=VERDICTS, came=CAME, held=get_args(Held), buckets=get_args(Bucket), told=paper.said(cited),
        controls=[row for row in rows.parts["controls"] if row["id"]], bow_tie=blocks_to_html(paper.bow_tie().blocks),
        found=paper.search(rows.words, MOST_FOUND) if rows.sought else [], wrong=_beside(paper), left=len(paper.problems),
        matrix=blocks_to_html([paper.matrix()]),
    )  # fmt: skip
    return HTMLResponse(body, status)


def _beside(paper: bootstrap.Causes) -> Mapping[str, Sequence[str]]:
    """What is to be mended in each row of the paper that is kept, by `whys.2`; in the whole of a part, by its name."""
    found: dict[str, list[str]] = {}
    data = paper.paper.document.data
    starts = [(paper.paper.document.where((part,), key=True).line, part) for part in data]
    for part in data:
        rows = paths(data[part]) if part == "tree" else ((part, n) for n in range(len(data[part]))) if isinstance(data[part], list) else ()  # fmt: skip
        starts += [(paper.paper.at(*path).line, f"{part}.{n}") for n, path in enumerate(rows)]
    starts.sort()
    for one in paper.problems:
        if one.found.startswith("still open"):
            continue  # the field itself says so
        before = [where for line, where in starts if line <= one.where.line]
        if before:
            found.setdefault(before[-1], []).append(f"{one.found[0].upper()}{one.found[1:]}. {one.write}")
    return found


def _read(record: Path, text: str | None) -> bootstrap.Causes | None:
    return None if text is None else bootstrap.check_causes(record, text)


def _text_page(stage: Stage) -> str:
    return f"/drills/{stage.opened.plan.drill}/papers/causes"


async def _record(stage: Stage) -> Path:
    await stage.scored()
    return stage.opened.home / "record"


ROUTES = [Route(PLACE, show), Route(PLACE, save, methods=["POST"])]
