"""hotwash traces: import, map, show."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table as Sheet

from hotwash import bootstrap
from hotwash.cli.options import Json, SparkTable, Table
from hotwash.cli.screen import emit, err, errors, out, say, write
from hotwash.kernel.errors import ContentError
from hotwash.triage.canonical import FIELDS
from hotwash.triage.columns_file import columns_yaml, roles_of
from hotwash.triage.overview import overview

RAW = ", ".join(name for name, about in FIELDS.items() if about.raw)
HOW = {
    "file": "by the file that you named",
    "beside": "by columns.yaml beside the data",
    "schema": "our own schema",
    "proposal": "a proposal that nobody has confirmed: write it with `hotwash traces map`, and correct it",
}

app = typer.Typer(no_args_is_help=True)


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="Export, or a folder of exports.")],
    target: Annotated[Path, typer.Option("--out", help="Parquet file to write.")],
    form: Annotated[
        str,
        typer.Option(
            "--from",
            help=f"Kind of export: {', '.join(bootstrap.export_forms())}; found out otherwise.",
            show_default=False,
        ),
    ] = "",
    without_text: Annotated[
        bool,
        typer.Option("--without-text", help=f"Leave out the columns that hold what people wrote or were told: {RAW}."),
    ] = False,
    raw: Annotated[
        str,
        typer.Option(
            "--raw",
            help="Keep texts as they came, for this reason; the file's metadata carries it. Redacted otherwise.",
            show_default=False,
        ),
    ] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what an earlier import wrote.")] = False,
    as_json: Json = False,
) -> None:
    """Read exports of traces into one Parquet file in our own schema. What cannot be read is counted, and listed beside it."""
    with errors(as_json=as_json):
        if raw and without_text:
            said = "cannot go with --without-text"
            raise ContentError.at("--raw", said, "Leave one of the two out.")
    with errors(as_json=as_json), err.status("reading") as status:
        done = bootstrap.import_traces(
            source, target, form=form, text=not without_text, raw=raw, overwrite=overwrite,
            progress=lambda seen: status.update(f"reading: {seen:,} so far"),
        )  # fmt: skip
    if as_json:
        about = dataclasses.asdict(done)
        emit({**about, "file": str(done.file), "aside_file": None if done.aside_file is None else str(done.aside_file)})
        return
    kinds = ", ".join(f"{name} ({count} file{'s' if count > 1 else ''})" for name, count in done.formats.items())
    say(f"{done.file}: {done.rows:,} row{'' if done.rows == 1 else 's'} of {kinds}")
    out.print(f"{done.seen:,} read = {done.joined:,} in rows + {sum(done.set_aside.values()):,} set aside")
    out.print(f"from {_moment(done.first_ms)} to {_moment(done.last_ms)}")
    out.print(f"texts {done.texts}", markup=False)
    _counts("Hidden in texts", done.redacted)
    _counts("Set aside", done.set_aside)
    _counts("Kept, but not as it came", {**done.notes, **({"characters cut off": done.cut} if done.cut else {})})
    filled = sorted(done.filled.items(), key=lambda one: list(FIELDS).index(one[0]))
    _table(
        "Columns", ("column", "filled", "says"), [(name, _share(share), FIELDS[name].says) for name, share in filled]
    )
    if done.aside_file is not None:
        say(f"place and reason of everything set aside: {done.aside_file}")


@app.command("map")
def map_(
    data: Table = "",
    target: Annotated[
        Path | None, typer.Option("--out", help="File to write; shown otherwise.", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    spark_table: SparkTable = "",
    as_json: Json = False,
) -> None:
    """Propose what the columns of a table mean, each with its reason. Reads counts and lengths, no text."""
    with errors(as_json=as_json):
        if target is not None and target.exists() and not overwrite:
            raise ContentError.at(target, "is there already", "Name another file, or add --overwrite.")
        proposal = bootstrap.propose_columns(one_place(data, spark_table), spark=bool(spark_table))
        said = columns_yaml(proposal)
        if target is not None:
            write(target, said)
    if as_json:
        emit(
            {
                "rows": proposal.rows,
                "columns": proposal.columns.model_dump(mode="json", exclude_defaults=True),
                "reasons": [dataclasses.asdict(one) for one in proposal.reasons],
            }
        )
    elif target is None:
        out.print(said, markup=False, soft_wrap=True, end="")
    else:
        say(f"wrote {target}: {len(roles_of(proposal.columns))} roles")
        for one in proposal.reasons:
            if one.confirm:
                out.print(f"  confirm {_plain(one.column)} as {one.role}: {one.why}", markup=False)


@app.command()
def show(
    data: Table = "",
    columns: Annotated[
        Path | None, typer.Option(help="What its columns mean; columns.yaml beside it otherwise.", show_default=False)
    ] = None,
    spark_table: SparkTable = "",
    as_json: Json = False,
) -> None:
    """Show what triage will understand: rows, range, each column's roles and fill. Shows no value of any column."""
    with errors(as_json=as_json):
        place = one_place(data, spark_table)
        opened: Any
        if spark_table:
            opened = bootstrap.open_table_on_spark(place, columns)
        else:
            opened = (
                bootstrap.open_table_at(place, columns)
                if "://" in place
                else bootstrap.open_traces(Path(place), columns)
            )
        relation, meaning, how = opened
        try:
            about = overview(relation, meaning)
            aside = dict(relation.provenance.set_aside or {})
        finally:
            relation.close()
    if as_json:
        emit({**dataclasses.asdict(about), "how": how, "set_aside": aside})
        return
    out.print(f"{about.rows:,} rows from {_moment(about.first_ms)} to {_moment(about.last_ms)}")
    if about.untimed:
        out.print(f"{about.untimed:,} rows without a time: no window holds them", style="yellow")
    say(f"columns: {HOW[how]}")
    _counts("Set aside by the reader", aside)
    rows = [(_plain(one.name), one.type, _share(one.filled), ", ".join(one.roles) or "–") for one in about.columns]
    _table("Columns", ("column", "type", "filled", "roles"), rows)


def one_place(data: str, spark_table: str) -> str:
    """Where traces are, which a command is told in one of two ways. Raises ContentError for both or neither."""
    if bool(data) == bool(spark_table):
        said = "traces are read from files, or from a table of a database or Spark"
        raise ContentError.at("traces", said, "Name a file or folder, an address of a table, or --spark-table.")
    return data or spark_table


def _counts(title: str, counted: Mapping[str, int]) -> None:
    if counted:
        _table(title, ("count", "what"), [(f"{count:,}", reason) for reason, count in counted.items()])


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    out.print(f"[bold]{title}[/]")
    table = Sheet(box=None, pad_edge=False)
    for name in head:
        table.add_column(name, justify="right" if name in ("count", "filled") else "left")
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)


def _plain(name: str) -> str:
    """A name without what would move the cursor."""
    return "".join(one if one.isprintable() else "\ufffd" for one in name)


def _share(share: float) -> str:
    return "all" if share == 1 else f"{share:.1%}"


def _moment(ms: int | None) -> str:
    return "no time" if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
