"""hotwash kit: init, check, show, diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from hotwash import bootstrap
from hotwash.aftermath.markdown import to_markdown
from hotwash.cli.options import Json
from hotwash.cli.screen import emit, err, errors, out, write_pages
from hotwash.kernel.errors import ContentError, Problem

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Folder of your kit.")]
SHORT = 70
"""Characters of a value in a comparison."""
LEAD = 24
"""Characters before the first difference, so that a reader finds the place."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="New or empty folder for your kit.")],
    title: Annotated[str, typer.Option(help="What your kit is called.")] = "Our kit",
    name: Annotated[str, typer.Option("--id", help="Its id: small letters, digits, hyphens.")] = "our-kit",
    as_json: Json = False,
) -> None:
    """Start a kit of your own from the base: all files, schemas for editors, and the base for later comparison."""
    with errors(as_json=as_json):
        kit = bootstrap.start_kit(folder, name, title)
    if as_json:
        emit({"id": kit.id, "version": kit.version, "extends": kit.extends, "folder": str(folder)})
        return
    out.print(f"{kit.title} ({kit.id} {kit.version}) extends {kit.extends}: {folder}", markup=False)
    out.print(f"edit its files, then: hotwash kit check {folder}", markup=False, style="dim")


@app.command()
def check(
    folder: Folder,
    scenarios: Annotated[
        Path | None, typer.Option(help="Check all scenarios below this folder on the kit too.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Name every mistake in a kit with its line, what was found, and what to write. Exit code 1 when there is one."""
    problems: list[Problem] = []
    summary = ""
    try:
        found, problems = bootstrap.check_kit(folder, scenarios)
        if found is not None:
            summary = f"{len(found.rules)} rules, {len(found.alerts)} alerts, {len(found.obligations)} obligations"
    except ContentError as wrong:
        problems = wrong.problems
    if as_json:
        emit({"ready": not problems, "problems": [_problem(one) for one in problems]})
    else:
        for one in problems:
            err.print(str(one), markup=False, soft_wrap=True)
        counted = f"{len(problems)} mistake{'s' if len(problems) > 1 else ''}"
        out.print(f"[green]ready[/]  {summary}" if not problems else f"[bold red]{counted}[/]")
    if problems:
        raise typer.Exit(1)


@app.command()
def show(
    folder: Annotated[Path | None, typer.Argument(help="Folder of your kit; the base otherwise.")] = None,
    part: Annotated[
        str, typer.Option(help="One part (severity, rules, roles ...) or one page (runbook-drift ...); all otherwise.")
    ] = "",
    html: Annotated[
        Path | None, typer.Option(help="Write pages for print to this file instead.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a kit, one part or one page of it, on the terminal or as pages for print."""
    with errors(as_json=as_json):
        report = bootstrap.show_kit(folder, part)
        if as_json:
            body = bootstrap.own_kit(folder).model_dump(mode="json", by_alias=True)
            pages = {one["id"]: one for one in (*body["guides"], *body["messages"])}
            emit((body.get(part) or pages[part]) if part else body)
            return
        if html is not None:
            write_pages(report, html)
            return
    out.print(Markdown(to_markdown(report)))


@app.command()
def diff(folder: Folder, as_json: Json = False) -> None:
    """Say what your kit changed against its base, and what an upgrade of the base would change for you."""
    with errors(as_json=as_json):
        ours, steps = bootstrap.compare_kit(folder)
    if as_json:
        emit(
            {
                "yours": [{"place": one.place, "base": one.before, "yours": one.after} for one in ours],
                "upgrade": [
                    {"place": one.change.place, "base": one.change.before, "new": one.change.after, "yours": one.ours,
                     "verdict": one.verdict}
                    for one in steps
                ],
            }
        )  # fmt: skip
        return
    _list("What you changed", ("where", "base", "yours"), [(one.place, one.before, one.after) for one in ours])
    rows = [(one.verdict, one.change.place, one.change.before, one.change.after, one.ours) for one in steps]
    _list("What an upgrade of the base would change", ("for you", "where", "base was", "base is", "yours"), rows)


def _list(title: str, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    out.print(f"[bold]{title}[/]")
    if not rows:
        out.print("nothing", style="dim")
        return
    table = Table(box=None, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    first = head.index("where") + 1
    for row in rows:
        table.add_row(*(escape(one) for one in (*row[:first], *_side_by_side(row[first:]))))
    out.print(table)


def _side_by_side(values: tuple[Any, ...]) -> list[str]:
    """Values that are compared, each cut to what fits, long ones from a little before the first letter that differs."""
    texts = ["" if one is None else _plain(one) for one in values]
    said = [one for one in texts if one]
    differs = next((i for i, letters in enumerate(zip(*said, strict=False)) if len(set(letters)) > 1), 0)
    start = max(0, differs - LEAD) if max(map(len, texts)) > SHORT else 0
    cut = [f"…{one[start + 1 :]}" if start and len(one) > start else one for one in texts]
    return [(one if len(one) <= SHORT else f"{one[: SHORT - 1]}…") or "–" for one in cut]


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())


def _problem(one: Problem) -> dict[str, Any]:
    where = one.where
    return {"file": str(where.file), "line": where.line, "column": where.column, "found": one.found, "write": one.write}
