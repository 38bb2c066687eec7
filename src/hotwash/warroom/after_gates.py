"""Gates after ENDEX: made from the drill, seen case by case, run on what failed and on the last good bundle, overridden, taken along."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hotwash import bootstrap
from hotwash.aftermath.html import blocks_to_html
from hotwash.conductor.gate_corpus_pages import corpus_blocks, trend_blocks
from hotwash.conductor.gate_pages import gates_report
from hotwash.gates.override import Override, Standing
from hotwash.gates.reports import WORDS
from hotwash.kernel.errors import ContentError, HotwashError, Problem
from hotwash.kit.gates import LoadedGates
from hotwash.kit.schema.gate import Gate
from hotwash.warroom.aftermath import over
from hotwash.warroom.door import NoEntryError, Visitor
from hotwash.warroom.gate_job import GateJob
from hotwash.warroom.hall import hall
from hotwash.warroom.progress import OFTEN_S, progress_of
from hotwash.warroom.stage import Stage

PLACE = "/drills/{drill}/papers/gates"
LONGEST = 1_000
"""Characters of one field."""
RUNS_SHOWN = 30
GATES = "gates"
"""The job of this page, among those of its drill."""
ASKED = ("role", "person", "wanted_by", "reason", "watch")
FILES = {"junit.xml": "application/xml", "sarif.json": "application/sarif+json"}


@dataclass
class Seen:
    """What stands beside the record: gates, mistakes in them, what their last run found, and which overrides hold."""

    loaded: LoadedGates | None = None
    problems: list[Problem] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    run: bootstrap.KeptRun | None = None
    standings: Mapping[str, Standing] = field(default_factory=dict)
    overrides: list[Override] = field(default_factory=list)
    askable: list[bootstrap.Askable] = field(default_factory=list)
    roles: tuple[str, ...] = ()


async def show(request: Request) -> Response:
    """Gates, their corpus, their last run, or how to begin."""
    stage, visitor, record = await _record(request)
    return await _page(request, stage, visitor, record)


async def new(request: Request) -> Response:
    """Make gates from the drill; where nothing can be made, the page says why."""
    stage, visitor, record = await _record(request)
    _may_write(visitor)
    try:
        await stage.answer(lambda: bootstrap.gates_from(record))
    except HotwashError as wrong:
        return await _page(request, stage, visitor, record, said=_words(wrong))
    return _back(request)


async def run(request: Request) -> Response:
    """Start a run on a bundle of the drill. One runs at a time."""
    stage, visitor, record = await _record(request)
    _may_write(visitor)
    sent = await request.form(max_files=0, max_fields=10)
    if (going := stage.jobs.get(GATES)) is not None and not going.over:
        return await _page(request, stage, visitor, record, said="A run is going on: wait for it to end.")
    seen = await asyncio.to_thread(_seen, stage, record, "")
    target = next((one for one in seen.askable if one.name == sent.get("target")), None)
    if seen.loaded is None or target is None:
        return await _page(request, stage, visitor, record, said="Choose a bundle to run the gates on.")
    folder, release, kit = seen.loaded.file.parent, str(sent.get("release", "")).strip()[:LONGEST], stage.house.kit  # fmt: skip
    try:
        opened = await asyncio.to_thread(bootstrap.gate_run, folder, target.target, release, kit=kit)
    except HotwashError as wrong:
        return await _page(request, stage, visitor, record, said=_words(wrong))
    stage.begin(GATES, GateJob(opened, target.title))
    return _back(request, "#h-run")


async def progress(request: Request) -> Response:
    """How far the run is; the page is loaded anew when it is over."""
    stage, _ = await over(request)
    job, here = stage.jobs.get(GATES), _here(request)
    return progress_of(
        request, job, here, f"{here}?run={job.came}" if job is not None and job.came else f"{here}?ended"
    )


async def override(request: Request) -> Response:
    """Let releases pass one gate for a while, on record, or say why that may not be."""
    stage, visitor, record = await _record(request)
    _may_write(visitor)
    form = await request.form(max_files=0, max_fields=20)
    sent = {str(name): str(value).strip()[:LONGEST] for name, value in form.items()}
    folder = bootstrap.gates_home(record)
    try:
        hours = bootstrap.hours_until(sent.get("expires", ""))
        role, person, wanted_by, reason, watch = (sent.get(name, "") for name in ASKED)
        asked = bootstrap.Asked(sent.get("gate", ""), role, person, wanted_by, reason, watch, hours)
        await asyncio.to_thread(bootstrap.override_gate, folder, asked, stage.house.kit)
    except HotwashError as wrong:
        return await _page(request, stage, visitor, record, refused=_words(wrong), sent=sent)
    return _back(request, "#h-overrides")


async def take(request: Request) -> Response:
    """The folder of gates for a repository, or the workflow alone."""
    stage, _, record = await _record(request)
    loaded = await asyncio.to_thread(bootstrap.gates_beside, record)
    if request.path_params["file"] == "workflow.yml":
        return _file(bootstrap.gate_workflow().encode(), bootstrap.WORKFLOW, "application/yaml")
    if request.path_params["file"] != "gates.zip" or loaded is None:
        raise HTTPException(404)
    body = await asyncio.to_thread(bootstrap.gates_zip, loaded)
    return _file(body, f"EXERCISE-{stage.opened.plan.drill}-gates.zip", "application/zip")


async def report(request: Request) -> Response:
    """One kept run for a CI system: JUnit or SARIF."""
    stage, _, record = await _record(request)
    ending = request.path_params["file"]
    found = await asyncio.to_thread(_seen, stage, record, request.path_params["run"])
    if ending not in FILES or found.run is None:
        raise HTTPException(404)
    body = found.run.junit() if ending == "junit.xml" else found.run.sarif(found.run.loaded.file.parent.parent)
    name = f"EXERCISE-{stage.opened.plan.drill}-gates-{found.run.name}.{ending}"
    return _file(body.encode(), name, FILES[ending])


async def _page(
    request: Request, stage: Stage, visitor: Visitor, record: Path, *, said: str = "", refused: str = "", sent: Mapping[str, str] | None = None
) -> Response:  # fmt: skip
    seen = await asyncio.to_thread(_seen, stage, record, request.query_params.get("run", ""))
    job = stage.jobs.get(GATES)
    plan = stage.opened.plan
    body = hall(request).pages.page(
        "gates.html", plan=plan, base=f"/drills/{plan.drill}", here=_here(request), writes=visitor.facilitates,
        seen=seen, said=said, refused=refused, sent=sent or {}, job=job, often=OFTEN_S, rows=_runs(seen), overrides=_overrides(seen),
        corpus=blocks_to_html(corpus_blocks(seen.loaded)) if seen.loaded else "", found=_found(seen), words=WORDS,
        trend=blocks_to_html(trend_blocks(seen.loaded, seen.rows)[1:]) if seen.loaded else "", may=_may(seen),
    )  # fmt: skip
    return HTMLResponse(body, 422 if said or refused else 200)


def _found(seen: Seen) -> str:
    """What the run that is looked at found; nothing where its gates are not the same any more."""
    if seen.run is None or not seen.run.decided:
        return ""
    row = seen.run.row
    return blocks_to_html(gates_report(seen.run.loaded, seen.run.name, str(row["release"]), seen.run.decided).blocks)


def _seen(stage: Stage, record: Path, name: str) -> Seen:
    kit = stage.house.kit
    try:
        loaded = bootstrap.gates_beside(record)
        if loaded is None:
            return Seen()
        loaded, problems = bootstrap.gate_problems(loaded.file, kit)
        return Seen(
            loaded, problems, list(bootstrap.gate_history(loaded)), bootstrap.kept_run(loaded, name, kit=kit), bootstrap.standings(loaded, kit),
            bootstrap.overrides_of(loaded), bootstrap.askable(loaded, stage.opened.plan.scenario), bootstrap.rights_of(kit).may,
        )  # fmt: skip
    except ContentError as wrong:
        return Seen(problems=list(wrong.problems))


def _runs(seen: Seen) -> list[tuple[str, int, str, str, list[tuple[str, str, int, int]]]]:
    """Runs, the last one first: name, when, target, release, and by gate its outcome with how many of how many failed."""
    found = []
    for row in reversed(seen.rows[-RUNS_SHOWN:]):
        gates = [(gate, str(one["outcome"]), list(one["cases"].values()).count("failed"), len(one["cases"])) for gate, one in row["gates"].items()]  # fmt: skip
        target = str(row["target"])
        known = next((one.title for one in seen.askable if one.target == target), target)
        found.append((str(row["run"]), int(row["at_ms"]), known, str(row["release"]), gates))
    return found


def _overrides(seen: Seen) -> list[tuple[Override, str]]:
    """Every override, the last one first, with how it stands: only the last of a gate can hold."""
    last = {one.override: one for one in seen.standings.values()}
    told = []
    for one in reversed(seen.overrides):
        stands = last.get(one)
        told.append(
            (one, "holds" if stands and stands.holds else stands.why if stands else "a later one took its place")
        )
    return told


def _may(seen: Seen) -> list[tuple[Gate, list[str]]]:
    """Gates with the roles that may override them, by the gate and the kit."""
    return [(one, [role for role in one.override.by if role in seen.roles]) for one in seen.loaded.spec.gates] if seen.loaded else []  # fmt: skip


async def _record(request: Request) -> tuple[Stage, Visitor, Path]:
    stage, visitor = await over(request)
    await stage.scored()
    return stage, visitor, stage.opened.home / "record"


def _may_write(visitor: Visitor) -> None:
    if not visitor.facilitates:
        raise NoEntryError("The facilitator makes, runs and overrides gates; everybody in the drill reads them here.")


def _words(wrong: HotwashError) -> str:
    if isinstance(wrong, ContentError):
        return " ".join(f"{one.found[0].upper()}{one.found[1:]}. {one.write}" for one in wrong.problems[:3])
    text = str(wrong)
    return f"{text[0].upper()}{text[1:]}."


def _here(request: Request) -> str:
    return f"/drills/{request.path_params['drill']}/papers/gates"


def _back(request: Request, to: str = "") -> Response:
    return RedirectResponse(f"{_here(request)}{to}", 303)


def _file(body: bytes, name: str, kind: str) -> Response:
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTES = [
    Route(PLACE, show),
    Route(f"{PLACE}/new", new, methods=["POST"]),
    Route(f"{PLACE}/run", run, methods=["POST"]),
    Route(f"{PLACE}/progress", progress),
    Route(f"{PLACE}/override", override, methods=["POST"]),
    Route(f"{PLACE}/runs/{{run}}/{{file}}", report),
    Route(f"{PLACE}/{{file}}", take),
]
