"""hotwash triage: report, query, compare."""

from __future__ import annotations

import csv
import dataclasses
import io
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Sheet

from hotwash import bootstrap
from hotwash.aftermath.triage_pages import HANDLING, plain, triage_data, triage_report, triage_summary
from hotwash.aftermath.triaged.about import About, legible
from hotwash.aftermath.triaged.compared import comparison_report
from hotwash.cli.options import Html, Json, Markdown, SparkTable, Table
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, err, errors, out, write_report
from hotwash.cli.traces import one_place
from hotwash.kernel.errors import ContentError
from hotwash.kit.change_log import load_changes
from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage.asking import arm, halves, question
from hotwash.triage.compare import compare as compare_arms
from hotwash.triage.report import STEPS, Triage, triage
from hotwash.triage.timeline import extent

INTERRUPTED = 130
HOURS = "2026-05-05T14:20Z"
app = typer.Typer(no_args_is_help=True)

Columns = Annotated[
    Path | None, typer.Option(help="What its columns mean; columns.yaml beside it otherwise.", show_default=False)
]


@app.command()
def report(
    data: Table = "",
    columns: Columns = None,
    signal: Annotated[
        str, typer.Option(help="Signal that alerted; the one that moved most otherwise.", show_default=False)
    ] = "",
    since: Annotated[
        str,
        typer.Option(
            "--from", help=f"Where the incident begins, such as {HOURS}; found otherwise.", show_default=False
        ),
    ] = "",
    until: Annotated[
        str, typer.Option("--to", help="Where it ends; the end of the traces otherwise.", show_default=False)
    ] = "",
    changes: Annotated[
        Path | None,
        typer.Option(
            help="Change log: CSV, JSON, JSON lines or YAML with at, what, component, scope.", show_default=False
        ),
    ] = None,
    kit: Annotated[
        Path | None,
        typer.Option(help="Folder of your kit, for its severity matrix; the base kit's otherwise.", show_default=False),
    ] = None,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Read no raw text: no check for leaks and attacks.")
    ] = False,
    all_text: Annotated[
        bool,
        typer.Option(
            "--all-text", help="Read every text, not a fair share of 60,000 and the segment's own: slower, exact."
        ),
    ] = False,
    html: Html = None,
    markdown: Markdown = None,
    spark_table: SparkTable = "",
    as_json: Json = False,
) -> None:
    """Say whether a signal is real, when it began, whom it touches, what changed, what leaked and what cannot be known.

    Ctrl+C stops it and shows what is known until then."""
    with errors(as_json=as_json), _opened(data, spark_table, columns) as (relation, meaning, how, place):
        matrix = bootstrap.own_severity(kit)
        logged = load_changes(changes) if changes is not None else []
        asked = question(
            relation, meaning, signal=signal, since=since, until=until, changes=logged, texts=not no_text, all_texts=all_text
        )  # fmt: skip
        if how == "proposal" and not as_json:
            err.print("what columns mean is a proposal that nobody has confirmed: `hotwash traces map` writes it down", style="yellow")  # fmt: skip
        about = About(meaning, dict(relation.columns), place, how, changes is not None)
        known = _known(triage(relation, meaning, matrix, asked))
        write_report(triage_report(known, about), html, markdown)
    if as_json:
        emit(triage_data(known, about))
    else:
        show_report(out, triage_summary(known, about))
        for file in (html, markdown):
            if file is not None:
                err.print(f"report  {file}", markup=False, soft_wrap=True)
    if known.statement is None:
        raise typer.Exit(INTERRUPTED)


def _known(steps: Iterator[tuple[str, Triage]]) -> Triage:
    """Everything, or what was known when somebody stopped it. Progress is on stderr, and so beside JSON too."""
    known: Triage | None = None
    step = STEPS[0]
    shown = (TextColumn("[dim]{task.description}"), BarColumn(bar_width=24), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())  # fmt: skip
    try:
        with Progress(*shown, console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task(step, total=len(STEPS))
            for named, so_far in steps:
                step, known = named, so_far
                bar.update(task, description=step, completed=STEPS.index(step))
    except KeyboardInterrupt:
        err.print("stopped", style="yellow")
    if known is None:
        raise typer.Exit(INTERRUPTED)
    return known if known.statement is not None else dataclasses.replace(known, unfinished=step)


@app.command()
def query(
    data: Table = "",
    sql: Annotated[
        str,
        typer.Argument(
            help='One SELECT over the table `traces`; names with capitals or spaces in "quotes", and the only argument with --spark-table.',
            show_default=False,
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Rows to show at most.")] = 100,
    seconds: Annotated[float, typer.Option(min=0.1, help="Stop after that long.")] = 60.0,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV and nothing else.")] = False,
    spark_table: SparkTable = "",
    as_json: Json = False,
) -> None:
    """Ask the traces in SQL. It may read the rows of `traces` and nothing else: no file, no network, no setting, no other table.

    Which columns it read is said on stderr."""
    if spark_table and not sql:
        data, sql = "", data
    with errors(as_json=as_json):
        place = one_place(data, spark_table)
        if not sql:
            raise ContentError.at("triage query", "there is no question", "Write one SELECT over the table traces.")
        found = bootstrap.look_into(place, sql, limit=limit, seconds=seconds, spark=bool(spark_table))
    if as_json:
        rows = [dict(zip(found.names, row, strict=True)) for row in found.rows]
        emit({"columns": found.names, "rows": rows, "more": found.more, "read": found.read})
        return
    if as_csv or not out.is_terminal:
        sheet = io.StringIO()
        writer = csv.writer(sheet, lineterminator="\n")
        writer.writerows([found.names, *found.rows])
        sys.stdout.write(sheet.getvalue())
    else:
        table = Sheet(box=None, pad_edge=False)
        for name in found.names:
            table.add_column(escape(legible(name)), overflow="fold")
        for row in found.rows:
            table.add_row(*("–" if one is None else escape(legible(str(one))) for one in row))
        out.print(table)
    more = f", the first {len(found.rows):,} rows; there are more (--limit)" if found.more else f", {len(found.rows):,} rows"  # fmt: skip
    err.print(
        f"columns read: {legible(', '.join(found.read)) or 'none'}{more}", style="dim", markup=False, soft_wrap=True
    )


@app.command()
def compare(
    data: Table = "",
    one: Annotated[
        list[str] | None, typer.Option(help="One arm, as column=value; may be given again.", show_default=False)
    ] = None,
    other: Annotated[
        list[str] | None, typer.Option(help="The other arm, as column=value; may be given again.", show_default=False)
    ] = None,
    at: Annotated[
        str, typer.Option(help="In the place of arms: before against after this moment.", show_default=False)
    ] = "",
    columns: Columns = None,
    html: Html = None,
    markdown: Markdown = None,
    spark_table: SparkTable = "",
    as_json: Json = False,
) -> None:
    """Compare two arms of the traffic: canary and holdout, one bundle and another, before and after.

    Signals, means and segments; the same requests in pairs where a column names them."""
    with errors(as_json=as_json), _opened(data, spark_table, columns) as (relation, meaning, _, _):
        if bool(at) == bool(one or other) or (not at and not (one and other)):
            said = "two arms are compared, or the time before and after a moment"
            raise ContentError.at("compare", said, "Give --one and --other, or --at.")
        if at:
            arms = halves(at, extent(relation, meaning))
        else:
            types = dict(relation.columns)
            arms = arm(one or (), types, "--one"), arm(other or (), types, "--other")
        found = compare_arms(relation, meaning, meaning.signals, *arms)
        made = comparison_report(found, HANDLING)
        write_report(made, html, markdown)
    if as_json:
        emit(plain(found))
    else:
        show_report(out, made)


@contextmanager
def _opened(
    data: str, spark_table: str, columns: Path | None
) -> Iterator[tuple[Relation, TraceColumns, str, tuple[str, ...]]]:
    """The traces, what their columns mean, how that is known, and by which words another command finds them."""
    one_place(data, spark_table)
    opened: Any
    place: tuple[str, ...]
    if spark_table:
        opened, place = bootstrap.open_table_on_spark(spark_table, columns), ("--spark-table", spark_table)
    elif "://" in data:
        opened = bootstrap.open_table_at(data, columns)
        place = (opened.relation.provenance.source,)  # without what the address says of the person
    else:
        opened, place = bootstrap.open_traces(Path(data), columns), (data,)
    with closing(opened.relation):
        yield opened.relation, opened.columns, opened.how, place
