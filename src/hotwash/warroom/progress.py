"""What a page shows of a job that it started: how far it is, then the page anew."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hotwash.warroom.hall import hall
from hotwash.warroom.job import Job

OFTEN_S = 1
"""Seconds between two looks of a page at work that goes on."""


def progress_of(request: Request, job: Job | None, page: str, ended: str) -> Response:
    """How far a job of this page is; once it is over, the page is loaded anew at `ended`."""
    if job is None or job.over:
        return Response(headers={"HX-Redirect": ended})
    return HTMLResponse(hall(request).pages.page("fragments/progress.html", job=job, often=OFTEN_S, here=page))
