"""hotwash scenario: list, cards, pack, show, new, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from hotwash import bootstrap
from hotwash.aftermath.markdown import to_markdown
from hotwash.cli.options import Json
from hotwash.cli.screen import emit, err, errors, out, write_pages
from hotwash.kernel.errors import ContentError
from hotwash.kit.secret import ScenarioSecret

app = typer.Typer(no_args_is_help=True)

NARROW = 70
"""Columns; on a narrower terminal a table would lose words, and the list is written in lines."""
Name = Annotated[str, typer.Argument(help="Name of a packaged scenario, or the folder of your own.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Name every scenario, with one line that gives nothing away."""
    with errors(as_json=as_json):
        found = bootstrap.scenarios()
    if as_json:
        emit(
            [
                one.model_dump(mode="json", include={"id", "title", "summary", "system", "endex_min", "difficulty"})
                for one in found
            ]
        )
        return
    if out.width < NARROW:
        for one in found:
            out.print(f"{one.id}\n  {one.title}, {one.endex_min} min, difficulty {one.difficulty} of 5", markup=False)
        return
    table = Table(box=None, pad_edge=False)
    for title in ("scenario", "title", "system", "minutes", "difficulty"):
        table.add_column(title, style="bold" if title == "scenario" else "", no_wrap=title in ("scenario", "system"))
    for one in found:
        table.add_row(
            one.id, one.title, one.system, str(one.endex_min), "●" * one.difficulty + "○" * (5 - one.difficulty)
        )
    out.print(table)


@app.command()
def cards(as_json: Json = False) -> None:
    """Name the constraint cards that make any scenario harder, with what players are told."""
    with errors(as_json=as_json):
        found = bootstrap.constraints()
    if as_json:
        emit([one.model_dump(mode="json", include={"id", "title", "brief"}) for one in found])
        return
    table = Table(box=None, pad_edge=False)
    for title in ("card", "title", "what players are told"):
        table.add_column(title, style="bold" if title == "card" else "", no_wrap=title == "card")
    for one in found:
        table.add_row(one.id, one.title, one.brief)
    out.print(table)


@app.command()
def pack(
    system: Annotated[
        str, typer.Argument(help="Name of a packaged system, or the folder of one; all are named otherwise.")
    ] = "",
    html: Annotated[
        Path | None, typer.Option(help="Write two pages for print to this file instead.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the pack of a system: half a minute's reading first, then all that a team may know about it."""
    with errors(as_json=as_json):
        if not system:
            names = bootstrap.systems()
            if as_json:
                emit(list(names))
            else:
                out.print("\n".join(names), markup=False)
            return
        report = bootstrap.show_pack(system)
        if as_json:
            emit({"title": report.title, "card": to_markdown(report)})
        elif html is not None:
            write_pages(report, html)
        else:
            out.print(Markdown(to_markdown(report)))


@app.command()
def show(
    scenario: Name,
    facilitator: Annotated[
        bool, typer.Option("--facilitator", help="The guide and MSEL too. Spoils the drill.")
    ] = False,
    inject: Annotated[
        str, typer.Option(help="Read one inject as its recipients will; nothing is recorded.", show_default=False)
    ] = "",
    as_json: Json = False,
) -> None:
    """Show what players may know before STARTEX; with --facilitator, everything."""
    with errors(as_json=as_json):
        found = bootstrap.content(scenario)
        if inject:
            _inject(found.secret, inject, as_json=as_json)
            return
    if as_json:
        body = found.scenario.model_dump(mode="json")
        emit({**body, "secret": found.secret.model_dump(mode="json", by_alias=True)} if facilitator else body)
        return
    out.print(f"[bold]{found.scenario.title}[/]  {found.spec.title}, {found.scenario.endex_min} min")
    out.print(Markdown(found.scenario.brief))
    out.print(Markdown(found.spec.card))
    if not facilitator:
        err.print("players may read this; add --facilitator for the guide and the MSEL", style="dim")
        return
    out.print(Markdown(found.secret.facilitator_guide))
    table = Table(title="MSEL", box=None, pad_edge=False)
    for title in ("when", "inject", "kind", "from", "to", "subject"):
        table.add_column(title)
    for one in found.secret.msel:
        when = f"{one.at_min:g} min" if one.at_min is not None else "on condition"
        table.add_row(when, one.id, one.kind, one.sender, ", ".join(one.to), one.subject)
    out.print(table)


def _inject(secret: ScenarioSecret, name: str, *, as_json: bool) -> None:
    """One inject on its own. Raises ContentError for one that the MSEL does not have."""
    known = {one.id: one for one in secret.msel}
    if name not in known:
        write = f"Write one of: {', '.join(known)}."
        raise ContentError.at("--inject", f"the MSEL has no '{name}'", write)
    one = known[name]
    if as_json:
        emit(one.model_dump(mode="json", by_alias=True))
        return
    when = f"minute {one.at_min:g}" if one.at_min is not None else "on a condition"
    out.print(f"{one.sender}, by {one.channel} to {', '.join(one.to)} ({when})", markup=False, style="dim")
    out.print(f"[bold]{escape(one.subject)}[/]")
    out.print(one.body, markup=False)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="New folder; its name becomes the scenario's id.")],
    template: Annotated[str, typer.Option("--from", help="Packaged scenario to start from.")] = "cross-tenant-leak",
    as_json: Json = False,
) -> None:
    """Start a scenario of your own as a copy of one that works."""
    with errors(as_json=as_json):
        made = bootstrap.start_scenario(folder, template)
    if as_json:
        emit({"id": made.id, "folder": str(folder), "from": template})
        return
    out.print(f"{made.id} in {folder}, from {template}", markup=False)
    out.print(f"change its files, then: hotwash scenario check {folder}/", markup=False, style="dim")


@app.command()
def check(
    scenario: Name,
    seed: Annotated[int, typer.Option(min=0, help="Seed to play the proof on.")] = 1,
    traces: Annotated[Path | None, typer.Option(help="Recorded traces to prove it on.", show_default=False)] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="How to read --traces; mapping.yaml beside them otherwise.", show_default=False)
    ] = None,
    running: Annotated[str, typer.Option(help="Recorded configuration that runs at STARTEX.", show_default=False)] = "",
    fallback: Annotated[str, typer.Option(help="Recorded configuration a rollback brings.", show_default=False)] = "",
    as_json: Json = False,
) -> None:
    """Check a scenario's files, and prove by play that it can be noticed and contained."""
    with errors(as_json=as_json):
        if not as_json:
            err.print("playing: hands off, best plan, expert, does-nothing", style="dim")
        recorded = bootstrap.RecordedTraces(traces, mapping, running, fallback) if traces else None
        found = bootstrap.check_scenario(scenario, seed, recorded)
    if as_json:
        emit({"ready": found.ready, "problems": [str(one) for one in found.problems], "proof": found.proof})
    else:
        for problem in found.problems:
            err.print(str(problem), markup=False, soft_wrap=True)
        for name, value in found.proof.items():
            out.print(f"{name:<24} {value}", markup=False)
        out.print("[green]ready[/]" if found.ready else "[bold red]not ready[/]")
    if not found.ready:
        raise typer.Exit(1)
