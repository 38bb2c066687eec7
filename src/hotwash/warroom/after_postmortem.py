"""The postmortem in the war room: built after ENDEX, edited as text with the check beside it, read as a page, taken along."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.postmortem.check.finding import Finding
from hotwash.kernel.errors import ContentError
from hotwash.warroom.aftermath import REPORT_POLICY, over
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

PLACE = "/drills/{drill}/postmortem"
LONGEST = 200_000
"""Characters of a postmortem that is kept from a browser; a built one has some 40,000."""
KINDS = {
    "md": "text/markdown",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
CHANGED = "Somebody saved it meanwhile. Yours is still below and not saved: copy it, open the page anew, and put it in."


async def _record(request: Request) -> tuple[Stage, Visitor, Path]:
    """The record of a drill that has ended; it is scored where that was not done yet."""
    stage, visitor = await over(request)
    await stage.scored()
    return stage, visitor, stage.opened.home / "record"


async def editor(request: Request) -> Response:
    """The text with the check beside it; before it is built, a button."""
    stage, visitor, record = await _record(request)
    text = await asyncio.to_thread(_text, record)
    return await _page(request, stage, visitor, record, text)


async def build(request: Request) -> Response:
    """Build it, or build it again and merge."""
    _, visitor, record = await _record(request)
    _may_write(visitor)
    await asyncio.to_thread(bootstrap.build_postmortem, record)
    return RedirectResponse(f"/drills/{request.path_params['drill']}/postmortem", 303)


async def save(request: Request) -> Response:
    """Keep what was edited, unless somebody else did meanwhile."""
    stage, visitor, record = await _record(request)
    _may_write(visitor)
    sent = await request.form(max_files=0, max_fields=10)
    text, seen = (next((str(one) for one in sent.getlist(name)), "") for name in ("text", "seen"))
    text = text[:LONGEST].replace("\r\n", "\n")
    if not await asyncio.to_thread(bootstrap.write_postmortem, record, text, seen):
        return await _page(request, stage, visitor, record, text, seen=seen, said=CHANGED, status=409)
    return RedirectResponse(f"/drills/{request.path_params['drill']}/postmortem", 303)


async def check_as_typed(request: Request) -> Response:
    """What the check says of a text that is not saved yet."""
    _, _, record = await _record(request)
    sent = await request.form(max_files=0, max_fields=10)
    text = next((str(one) for one in sent.getlist("text")), "")[:LONGEST]
    found = await asyncio.to_thread(bootstrap.check_postmortem, text.replace("\r\n", "\n"), record)
    return HTMLResponse(hall(request).pages.page("fragments/mend.html", found=found))


async def read(request: Request) -> Response:
    """As a page to read, print and forward."""
    _, _, record = await _record(request)
    body = await asyncio.to_thread(bootstrap.show_postmortem, record, "html")
    return Response(body, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})


async def take(request: Request) -> Response:
    """As a file: Markdown, PDF or Word."""
    _, _, record = await _record(request)
    ending = request.path_params["ending"]
    if ending not in KINDS:
        raise NoEntryError("There is no such form of the postmortem.")
    body = await asyncio.to_thread(bootstrap.show_postmortem, record, ending)
    name = f"EXERCISE-{request.path_params['drill']}-postmortem.{ending}"
    return Response(body, media_type=KINDS[ending], headers={"content-disposition": f'attachment; filename="{name}"'})


def _text(record: Path) -> str:
    """What stands there; empty where nobody built it yet."""
    try:
        return bootstrap.read_postmortem(record).text
    except ContentError:
        return ""


def _may_write(visitor: Visitor) -> None:
    if visitor.who == "observer" or not visitor.own:
        raise NoEntryError("Observers read the postmortem; players and facilitators write it.")


async def _page(
    request: Request,
    stage: Stage,
    visitor: Visitor,
    record: Path,
    text: str,
    *,
    seen: str = "",
    said: str = "",
    status: int = 200,
) -> Response:
    found: list[Finding] = await asyncio.to_thread(bootstrap.check_postmortem, text, record) if text else []
    plan = stage.opened.plan
    page = hall(request).pages.page(
        "postmortem.html", plan=plan, base=f"/drills/{plan.drill}", text=text, found=found, said=said,
        seen=seen or bootstrap.digest_of(text), writes=visitor.who != "observer" and visitor.own,
    )  # fmt: skip
    return HTMLResponse(page, status)


ROUTES = [
    Route(PLACE, editor),
    Route(PLACE, save, methods=["POST"]),
    Route(f"{PLACE}/build", build, methods=["POST"]),
    Route(f"{PLACE}/check", check_as_typed, methods=["POST"]),
    Route(f"{PLACE}/read", read),
    Route(f"{PLACE}/as/{{ending}}", take),
]
