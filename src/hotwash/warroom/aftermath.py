"""After ENDEX: the hot wash, the report as HTML, Markdown and PDF, the record."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import zipfile
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.blocks import Chart
from hotwash.aftermath.html import blocks_to_html
from hotwash.aftermath.names import titled
from hotwash.aftermath.sections.evaluation import RATINGS
from hotwash.aftermath.sections.service import harm_blocks
from hotwash.aftermath.sections.timeline import truth_blocks
from hotwash.aftermath.style import CSS
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.record import REPORT_HTML, REPORT_MD
from hotwash.kernel.errors import HotwashError
from hotwash.warroom.control import picture_for
from hotwash.warroom.door import Visitor
from hotwash.warroom.hall import hall
from hotwash.warroom.stage import Stage

_STYLE = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
REPORT_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The report carries its one style sheet inside; nothing else in it may run, load or be sent."""


class NotOverError(HotwashError):
    """The answer key is shown after ENDEX, and not before."""

    code = "not-over"
    permanent = False


async def over(request: Request) -> tuple[Stage, Visitor]:
    """A member of a drill that has ended, or an error that says what to do."""
    here = hall(request)
    drill = request.path_params["drill"]
    visitor = here.door.member(request, drill)
    stage = await here.stage(drill)
    if not await stage.read(lambda live: live.session.state.ended):
        raise NotOverError("The drill is still on. Hot wash and report open at ENDEX.")
    return stage, visitor


async def hot_wash(request: Request) -> Response:
    """What happened beside what was true, the marks, and findings as they are typed."""
    stage, visitor = await over(request)
    closing = await stage.scored()
    pages = hall(request).pages
    card = titled(closing.card, closing.case.design.kit.lever_titles)
    base = f"/drills/{stage.opened.plan.drill}"
    drawn, ledger = harm_blocks(closing.case, closing.card)[1:3]
    shown = [replace(drawn, flags=True) if isinstance(drawn, Chart) else drawn, ledger, *truth_blocks(closing.case)]
    truth = blocks_to_html(shown, log=f"{base}/report")

    def draw(live: LiveDrill) -> str:
        return pages.page(
            "hotwash.html", p=picture_for(live, visitor.who, f"{base}/as/{visitor.who}"), plan=stage.opened.plan, visitor=visitor, card=card,
            truth=truth, base=base, place=f"{base}/as/{visitor.who}", head=live.session.events[-1].hash,
            count=len(live.session.events), ratings=RATINGS, scored="scored" in request.query_params,
        )  # fmt: skip

    return HTMLResponse(await stage.read(draw))


async def report_html(request: Request) -> Response:
    """The report of the command line."""
    body = (await _files(request))[REPORT_HTML]
    return Response(body, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})


async def report_md(request: Request) -> Response:
    """The report as Markdown."""
    return _download(request, (await _files(request))[REPORT_MD], "md", "text/markdown")


async def report_pdf(request: Request) -> Response:
    """The report for print."""
    stage, _ = await over(request)
    closing = await stage.scored()
    return _download(request, await asyncio.to_thread(bootstrap.report_pdf, closing), "pdf", "application/pdf")


async def record_zip(request: Request) -> Response:
    """Everything that `hotwash drill verify` needs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, body in (await _files(request)).items():
            out.writestr(zipfile.ZipInfo(f"EXERCISE-{request.path_params['drill']}/{name}"), body)
    return _download(request, packed.getvalue(), "zip", "application/zip")


async def rescore(request: Request) -> Response:
    """Score again, so that findings and ratings that came after the first scoring are in the record."""
    stage, visitor = await over(request)
    if visitor.facilitates:
        stage.closing = None
        await stage.scored()
    return RedirectResponse(f"/drills/{request.path_params['drill']}/hotwash?scored=yes#h-scored", 303)


async def _files(request: Request) -> dict[str, bytes]:
    stage, _ = await over(request)
    await stage.scored()
    return await asyncio.to_thread(bootstrap.load_record, stage.opened.home / "record")


def _download(request: Request, body: bytes, ending: str, kind: str) -> Response:
    name = f"EXERCISE-{request.path_params['drill']}.{ending}"
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTES = [
    Route("/drills/{drill}/hotwash", hot_wash),
    Route("/drills/{drill}/rescore", rescore, methods=["POST"]),
    Route("/drills/{drill}/report", report_html),
    Route("/drills/{drill}/report.md", report_md),
    Route("/drills/{drill}/report.pdf", report_pdf),
    Route("/drills/{drill}/record.zip", record_zip),
]
