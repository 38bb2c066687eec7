"""After ENDEX: the review as others read it, who must sign it, and signing it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.html import blocks_to_html
from hotwash.drill.design import OBSERVER
from hotwash.kernel.errors import ContentError
from hotwash.warroom.after_papers import NotYoursError
from hotwash.warroom.aftermath import over
from hotwash.warroom.door import Visitor
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

PLACE = "/drills/{drill}/papers/meeting/sign"
LONGEST = 200
"""Characters of a name."""
NONE: Mapping[str, str] = {}


async def show(request: Request) -> Response:
    """What is signed, by whom, and since when."""
    stage, visitor = await over(request)
    await stage.scored()
    return await _page(request, stage, visitor)


async def sign(request: Request) -> Response:
    """Sign the papers as they were seen, in a role of one's own; the facilitator for any that must sign. Or say why not."""
    stage, visitor = await over(request)
    if visitor.who == OBSERVER:
        raise NotYoursError("Observers read what is signed; seats and the facilitator sign.")
    await stage.scored()
    form = await request.form(max_files=0, max_fields=10)
    sent = {name: str(form.get(name, "")).strip()[:LONGEST] for name in ("role", "name", "papers")}
    if not visitor.facilitates and sent["role"] != visitor.who:
        refused = "A seat signs for itself. The facilitator may sign for others, in their name."
        return await _page(request, stage, visitor, refused=refused, sent=sent)
    record = stage.opened.home / "record"
    try:
        await asyncio.to_thread(
            bootstrap.sign_meeting, record, sent["role"], sent["name"], seen=sent["papers"] or "nothing"
        )
    except ContentError as wrong:
        refused = " ".join(f"{each.found[0].upper()}{each.found[1:]}. {each.write}" for each in wrong.problems[:3])
        return await _page(request, stage, visitor, refused=refused, sent=sent)
    return RedirectResponse(request.url.path, 303)


async def _page(request: Request, stage: Stage, visitor: Visitor, *, refused: str = "", sent: Mapping[str, str] = NONE) -> Response:  # fmt: skip
    plan, seats = stage.opened.plan, stage.opened.live.design.kit.roles.seats
    try:
        meeting = await asyncio.to_thread(bootstrap.check_meeting, stage.opened.home / "record")
        report = await asyncio.to_thread(meeting.report)
    except ContentError:  # nobody wrote minutes, or they cannot be read: their own page says so
        return RedirectResponse(f"/drills/{plan.drill}/papers/meeting", 303)
    title = {name: one.title for name, one in seats.items()}
    must = [(one, title.get(one, one)) for one in meeting.review.whole().sign_off]
    files = [one.where.file.name for one in meeting.content]
    body = hall(request).pages.page(
        "signoff.html", plan=plan, base=f"/drills/{plan.drill}", here=request.url.path, refused=refused, sent=sent, visitor=visitor,
        papers=meeting.seen(), stands=[(said, *meeting.stand(role)) for role, said in must], must=[said for _, said in must],
        signs=[] if visitor.who == OBSERVER else [one for one in must if visitor.facilitates or one[0] == visitor.who],
        owed=[(slug, said, files.count(name)) for slug, said, name in (("meeting", "the minutes", bootstrap.REVIEW), ("risks", "the risk register", bootstrap.RISKS)) if name in files],
        facts=report.facts, shown=blocks_to_html(report.blocks),
    )  # fmt: skip
    return HTMLResponse(body, 422 if refused else 200)


ROUTES = [Route(PLACE, show), Route(PLACE, sign, methods=["POST"])]
