"""After ENDEX: the papers of the review are signed from the page of the minutes."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.forms.fields import one
from hotwash.kernel.errors import ContentError
from hotwash.warroom.after_forms import Shown, as_kept, at_of, sent_by
from hotwash.warroom.after_papers import digest_of

PLACE = "/drills/{drill}/papers/meeting/sign"
LONGEST = 200
"""Characters of a name."""


async def sign(request: Request) -> Response:
    """Sign the papers as they were seen, in a role of one's own; the facilitator for any that must sign. Or say why not."""
    at = await at_of(request, "meeting")
    sent = await sent_by(at)
    role, name, seen = one(sent, "role"), one(sent, "name").strip()[:LONGEST], one(sent, "papers")
    opened = await at.open()
    if opened is None:
        return at.text_page()
    refused = (
        ""
        if at.visitor.facilitates or role == at.visitor.who
        else "A seat signs for itself. The facilitator may sign for others, in their name."
    )
    if not refused:
        try:
            await asyncio.to_thread(bootstrap.sign_meeting, at.record, role, name, seen=seen or "-")
        except ContentError as wrong:
            refused = " ".join(f"{each.found[0].upper()}{each.found[1:]}. {each.write}" for each in wrong.problems[:3])
    if refused:
        shown = Shown(digest_of(opened[0]), refused=refused, signing={"role": role, "name": name})
        return await as_kept(at, opened[1], shown, status=422)
    return RedirectResponse(f"/drills/{at.stage.opened.plan.drill}/papers/meeting/form#h-signoff", 303)


ROUTES = [Route(PLACE, sign, methods=["POST"])]
