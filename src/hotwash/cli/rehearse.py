"""hotwash rehearse: many drills by stand-ins, to find out what a kit does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from hotwash import bootstrap
from hotwash.aftermath.rehearsal.pages import answers_body, rehearsal_report
from hotwash.aftermath.rehearsal.rows import BoutRow
from hotwash.cli.options import Json, Kit
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, err, errors, out, write_pages
from hotwash.kernel.errors import ContentError
from hotwash.kit.load import load_kit
from hotwash.kit.schema.rehearsal import RehearsalPlan, Team

REPORT = "report.html"


def rehearse(
    plan: Annotated[
        Path | None, typer.Argument(help="File of a plan; the one that ships otherwise.", show_default=False)
    ] = None,
    kit: Kit = None,
    scenario: Annotated[
        list[str] | None, typer.Option(help="Scenario instead of the plan's; may be given again.", show_default=False)
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Seeds a scenario.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Where the seeds come from.", show_default=False)] = None,
    players: Annotated[
        list[str] | None,
        typer.Option(help="Team instead of the plan's, as in `drill run`; may be given again.", show_default=False),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for journal and report; one of its own for each plan otherwise.", show_default=False
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin anew where the folder holds a rehearsal.")
    ] = False,
    workers: Annotated[int, typer.Option(min=0, help="Local processes; 0 takes one a core.")] = 0,
    backend: Annotated[Literal["loky", "dask", "ray"], typer.Option(help="Local processes, or a cluster.")] = "loky",
    scheduler: Annotated[str, typer.Option(help="Address of the cluster.", show_default=False)] = "",
    as_json: Json = False,
) -> None:
    """Rehearse a kit: which threshold never fires, which rule comes too late, who is waited for, and what a change would buy.

    What was played is kept: begun again, it goes on where it was.
    """
    with errors(as_json=as_json):
        chosen = _changed(bootstrap.rehearsal_plan(plan), scenario, seeds, seed, players)
        rehearsal = bootstrap.Rehearsal(chosen, kit)
        place = folder or Path("out/rehearsals") / rehearsal.name
        rows = _played(
            rehearsal, place, quiet=as_json, backend=backend, workers=workers, scheduler=scheduler, overwrite=overwrite
        )
        loaded = load_kit(kit)
        name = f"{loaded.id} {loaded.version}"
        report, body = rehearsal_report(chosen, rows, name), answers_body(chosen, rows, name)
        bootstrap.answers_json(place, body)
        if as_json:
            emit({**body, "out": str(place)})
            return
        show_report(out, report)
        write_pages(report, place / REPORT)


def _changed(
    plan: RehearsalPlan, scenarios: list[str] | None, seeds: int | None, seed: int | None, players: list[str] | None
) -> RehearsalPlan:
    """The plan with what the command line says otherwise. Raises ContentError for two teams of one name."""
    if players and len(set(players)) < len(players):
        raise ContentError.at("--players", "the same team twice", "Name each team once.")
    teams = [Team(id=f"team-{number}", players=one) for number, one in enumerate(players or (), start=1)]
    update: dict[str, Any] = {"scenarios": scenarios, "seeds": seeds, "seed": seed, "teams": teams or None}
    return plan.model_copy(update={name: value for name, value in update.items() if value is not None})


def _played(rehearsal: bootstrap.Rehearsal, place: Path, *, quiet: bool, **how: Any) -> list[BoutRow]:
    teams = len(rehearsal.plan.teams)
    columns = (
        TextColumn("[dim]drills"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("[dim]left"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True, disable=quiet) as bar:
        task = bar.add_task("", total=len(rehearsal.orders) * teams)
        try:
            return rehearsal.run(place, told=lambda _: bar.advance(task, teams), **how)
        except KeyboardInterrupt:
            bar.stop()
            err.print(
                f"stopped: what was played is in {place}, and the same command goes on from there",
                markup=False,
                soft_wrap=True,
            )
            raise
