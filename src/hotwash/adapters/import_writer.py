"""One Parquet file of rows in our own schema, through DuckDB: staged on disk, each id once, in the order of time."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from hotwash.adapters.import_units import Aside
from hotwash.triage.canonical import FIELDS, Cell

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
MEMORY = "1GB"
"""What DuckDB may hold; the rest lies in a folder beside the target until the import is done."""
BATCH_ROWS, BATCH_CHARACTERS = 2_000, 16_000_000
GROUP_CHARACTERS, GROUP_LEAST, GROUP_MOST = 64_000_000, 2_048, 122_880
"""A row group holds about that much text, and a number of rows between these."""
SQL_TYPES: Mapping[Cell, str] = {
    "text": "VARCHAR", "time": "TIMESTAMP", "integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN", "json": "VARCHAR",
}  # fmt: skip
ALWAYS = ("id", "at", "kind", "source")
"""Columns that are written even when no row fills them; another column without any value is left out."""
SAME_ID = "the same id as an earlier row"
SAME_SPAN = "the same span as an earlier one"


class Stage:
    """A database of its own in a folder of its own, both gone after `close`."""

    def __init__(self, beside: Path) -> None:
        import duckdb

        beside.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=".hotwash-import-", dir=beside))
        self._database = duckdb.connect(str(self.folder / "stage.duckdb"), config={"memory_limit": MEMORY})
        run = self._database.execute
        run("SET TimeZone = 'UTC'")
        run(f"SET temp_directory = '{_quoted(self.folder / 'spill')}'")
        # Batches are arrays of Python's texts, many of them empty at the top: types are not to be guessed from a sample.
        run("SET pandas_analyze_sample = 0")
        run("CREATE TABLE spans (seq BIGINT, trace VARCHAR, span VARCHAR, place VARCHAR, body VARCHAR)")
        columns = ", ".join(f'"{name}" {SQL_TYPES[about.type]}' for name, about in FIELDS.items())
        run(f"CREATE TABLE made (seq BIGINT, units BIGINT, characters BIGINT, place VARCHAR, {columns})")
        self._seq = 0
        self._rows = _Batch(self._database, "made", ("seq", "units", "characters", "place", *FIELDS), _row_values())
        self._spans = _Batch(self._database, "spans", ("seq", "trace", "span", "place", "body"), "*")

    def row(self, cells: Mapping[str, str | None], place: str, units: int) -> None:
        """Stage one row; cells as `import_cells.cells` makes them."""
        self._seq += 1
        size = sum(len(one) for one in cells.values() if one)
        self._rows.add(
            {"seq": str(self._seq), "units": str(units), "characters": str(size), "place": place, **cells}, size
        )

    def span(self, trace: str, span: str, place: str, body: str) -> None:
        """Stage one span until all of its trace are there."""
        self._seq += 1
        self._spans.add({"seq": str(self._seq), "trace": trace, "span": span, "place": place, "body": body}, len(body))

    def traces(self) -> Iterator[tuple[str, str, str, str]]:
        """Every span, those of one trace together: trace, span, place, body."""
        self._spans.flush()
        asked = self._database.cursor()
        asked.execute("SELECT trace, span, place, body FROM spans ORDER BY min(seq) OVER (PARTITION BY trace), seq")
        while found := asked.fetchmany(200):
            yield from found

    def twice(self) -> Iterator[Aside]:
        """Take out every row whose id was there before, and say which."""
        self._rows.flush()
        self._database.execute(
            "CREATE TABLE again AS SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY id ORDER BY seq) AS n FROM made) "
            "WHERE n > 1"
        )
        asked = self._database.cursor()
        asked.execute("SELECT place, units FROM made WHERE seq IN (SELECT seq FROM again) ORDER BY seq")
        while found := asked.fetchmany(1_000):
            yield from (Aside(str(place), SAME_ID, int(units)) for place, units in found)
        self._database.execute("DELETE FROM made WHERE seq IN (SELECT seq FROM again)")

    def counted(self) -> tuple[int, int, dict[str, int], tuple[int | None, int | None]]:
        """Rows, units in them, how many rows fill each column, and the first and last time in ms."""
        self._rows.flush()
        fills = ", ".join(f'COUNT("{name}")' for name in FIELDS)
        asked = f'COUNT(*), COALESCE(SUM(units), 0), epoch_ms(MIN("at")), epoch_ms(MAX("at")), {fills}'
        said = self._database.execute(f"SELECT {asked} FROM made").fetchone()  # noqa: S608 (names of our own columns)
        rows, units, begun, ended, *filled = said or (0, 0, None, None, *(0 for _ in FIELDS))
        return int(rows), int(units), dict(zip(FIELDS, map(int, filled), strict=True)), (begun, ended)

    def write(self, file: Path, columns: Sequence[str], about: Mapping[str, str]) -> None:
        """Write these columns of all rows, earliest first, rows without a time last; `about` as the file's own metadata."""
        average = self._database.execute("SELECT COALESCE(AVG(characters), 0) FROM made").fetchone()
        group = int(GROUP_CHARACTERS / max(float((average or (0,))[0]), 1))
        chosen = ", ".join(f'"{name}"' for name in columns)
        ordered = f'SELECT {chosen} FROM made ORDER BY "at" NULLS LAST, seq'  # noqa: S608 (names of our own columns)
        size = max(GROUP_LEAST, min(group, GROUP_MOST))
        told = ", ".join(f"'{_text(name)}': '{_text(one)}'" for name, one in about.items())
        self._database.execute(
            f"COPY ({ordered}) TO '{_quoted(file)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {size}, "
            f"KV_METADATA {{{told}}})"
        )

    def close(self) -> None:
        """Remove the database and everything beside it."""
        self._database.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class _Batch:
    """Rows that are inserted together: by the row it takes a thousand times as long."""

    def __init__(self, database: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], values: str) -> None:
        self._database, self._columns = database, columns
        self._into = f"INSERT INTO {table} SELECT {values} FROM given"  # noqa: S608 (names of our own columns)
        self._held: list[Mapping[str, str | None]] = []
        self._size = 0

    def add(self, row: Mapping[str, str | None], size: int) -> None:
        self._held.append(row)
        self._size += size
        if len(self._held) >= BATCH_ROWS or self._size >= BATCH_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if not self._held:
            return
        arrays: dict[str, Any] = {}
        for name in self._columns:
            arrays[name] = np.empty(len(self._held), dtype=np.object_)
            arrays[name][:] = [one.get(name) for one in self._held]
        self._database.register("given", arrays)
        try:
            self._database.execute(self._into)
        finally:
            self._database.unregister("given")
        self._held, self._size = [], 0


def _row_values() -> str:
    made = ["CAST(seq AS BIGINT)", "CAST(units AS BIGINT)", "CAST(characters AS BIGINT)", "place"]
    for name, about in FIELDS.items():
        made.append(
            f'make_timestamp(CAST("{name}" AS BIGINT))'
            if about.type == "time"
            else f'CAST("{name}" AS {SQL_TYPES[about.type]})'
        )
    return ", ".join(made)


def _quoted(path: Path) -> str:
    return _text(str(path))


def _text(said: str) -> str:
    return said.replace("'", "''")


class AsideFile:
    """JSON lines of place and reason, made when the first thing is set aside."""

    def __init__(self, file: Path) -> None:
        self.file, self._open = file, file.open("w", encoding="utf-8", errors="backslashreplace")
        self.count = 0

    def __call__(self, one: Aside) -> None:
        self.count += 1
        about = {"place": one.place, "reason": one.reason, **({"units": one.units} if one.units != 1 else {})}
        self._open.write(json.dumps(about, ensure_ascii=True) + "\n")

    def close(self) -> None:
        """Write what is still held."""
        self._open.close()
