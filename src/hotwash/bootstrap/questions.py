"""Tables of traces: imported, opened, asked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from hotwash.adapters.import_sources import FORMS
from hotwash.adapters.import_traces import Imported
from hotwash.adapters.import_traces import import_traces as read_exports
from hotwash.adapters.query_duckdb import Looked
from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.adapters.traces_open import OpenedTable, OpenedTraces, open_address, open_spark, relation_at
from hotwash.adapters.traces_open import open_traces as open_table
from hotwash.adapters.traces_open import propose_columns as propose_for
from hotwash.ports.relation import Relation
from hotwash.triage.propose import Proposal


def export_forms() -> dict[str, str]:
    """The kinds of trace export that can be imported, and what each covers."""
    return {name: one.covers for name, one in FORMS.items()}


def import_traces(
    source: Path,
    target: Path,
    *,
    form: str = "",
    text: bool = True,
    raw: str = "",
    overwrite: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Exports at `source` as one Parquet file in our own schema; see `adapters.import_traces`. Raises ContentError."""
    return read_exports(source, target, form=form, text=text, raw=raw, overwrite=overwrite, progress=progress)


def relate(columns: Mapping[str, NDArray[Any]]) -> AbstractContextManager[Relation]:
    """The requests of a drill as a relation, until it is left."""
    return contextlib.closing(from_arrays(columns, "requests of the drill"))


def open_traces(path: Path, columns_file: Path | None = None) -> OpenedTraces:
    """A table of traces, what its columns mean, and how that is known; see `adapters.traces_open`. Raises ContentError."""
    return open_table(path, columns_file)


def open_table_on_spark(table: str, columns_file: Path | None = None) -> OpenedTable:
    """As `open_traces`, where the table lies. Raises NotSupportedError without PySpark."""
    return open_spark(table, columns_file)


def open_table_at(address: str, columns_file: Path | None = None) -> OpenedTable:
    """As `open_traces`, for a table in a database: `postgresql://host/database#schema.table`. Raises NotSupportedError without its driver,
    ContentError for an address that does not say enough, says a password, or cannot be reached."""
    return open_address(address, columns_file)


def look_into(place: str | Path, sql: str, *, limit: int, seconds: float, spark: bool = False) -> Looked:
    """A person's own SELECT over a table of traces: a path, an address of a database, or a name on Spark; see `adapters.query_duckdb` and
    `adapters.query_elsewhere`. Raises QueryError."""
    with contextlib.closing(relation_at(str(place), spark=spark, spill=False)) as relation:
        return relation.look(sql, limit=limit, seconds=seconds)


def propose_columns(place: str | Path, *, spark: bool = False) -> Proposal:
    """What the columns of a table seem to mean; places as for `look_into`. Raises ContentError."""
    return propose_for(str(place), spark=spark)
