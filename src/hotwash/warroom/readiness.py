"""Readiness over the house's drills: for facilitators, and as figures for monitoring."""

from __future__ import annotations

import asyncio
import hmac

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.html import to_html
from hotwash.readiness.openmetrics import CONTENT_TYPE, to_openmetrics
from hotwash.readiness.report import readiness_report
from hotwash.readiness.state import Readiness
from hotwash.readiness.year import to_calendar
from hotwash.warroom.aftermath import REPORT_POLICY
from hotwash.warroom.door import NoEntryError
from hotwash.warroom.hall import hall

BEARER = "Bearer "
BESIDE = (("/drills", "Drills"), ("/drills/new", "Plan"))
"""Pages that it stands between."""
COUNTED = "?stand-ins=yes"
"""Counts drills in which no person played, too."""


async def report(request: Request) -> Response:
    """The report of the command line."""
    asked, other = (COUNTED, "") if _stand_ins(request) else ("", COUNTED)
    ways = (
        *BESIDE, (f"/readiness.pdf{asked}", "PDF"), (f"/readiness.ics{asked}", "Programme as a calendar"),
        (f"/readiness{other}", "Without drills of stand-ins alone" if asked else "With drills of stand-ins alone"),
    )  # fmt: skip
    page = to_html(readiness_report(await _found(request)), ways)
    return Response(page, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})


async def pdf(request: Request) -> Response:
    """For print."""
    body = await asyncio.to_thread(bootstrap.readiness_pdf, await _found(request))
    return _download(body, "EXERCISE-readiness.pdf", "application/pdf")


async def calendar(request: Request) -> Response:
    """The programme of the next twelve months."""
    return _download(to_calendar(await _found(request)).encode(), "EXERCISE-programme.ics", "text/calendar")


async def metrics(request: Request) -> Response:
    """OpenMetrics, to facilitators and to whoever shows the house's token."""
    here = hall(request)
    shown = request.headers.get("authorization", "")
    known = hmac.compare_digest(shown.encode(), f"{BEARER}{bootstrap.metrics_token(here.house)}".encode())
    found = await _found(request, known=known)
    return Response(to_openmetrics(found), headers={"content-type": CONTENT_TYPE})


async def _found(request: Request, *, known: bool = False) -> Readiness:
    here = hall(request)
    if not known and here.door.facilitator(request) is None:
        raise NoEntryError("Readiness is for facilitators: it names what scenarios are about. Sign in first.")
    return await asyncio.to_thread(
        bootstrap.readiness, [here.house.folder], bootstrap.today(), stand_ins=_stand_ins(request)
    )


def _stand_ins(request: Request) -> bool:
    return request.query_params.get("stand-ins") == "yes"


def _download(body: bytes, name: str, kind: str) -> Response:
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTES = [
    Route("/readiness", report),
    Route("/readiness.pdf", pdf),
    Route("/readiness.ics", calendar),
    Route("/metrics", metrics),
]
