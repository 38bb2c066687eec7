"""Traces in files, on DuckDB: Parquet, CSV and JSON lines, one file, many, or more than memory holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hotwash.adapters.query_duckdb import Looked, look
from hotwash.adapters.relation_reading import Reading, mixed
from hotwash.kernel.errors import ContentError, QueryError
from hotwash.ports.relation import Answer, ColumnType, Provenance

if TYPE_CHECKING:
    import duckdb

WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
TYPES: dict[str, ColumnType] = {"BOOLEAN": "flag", "VARCHAR": "text", "DATE": "time", "UUID": "text", "FLOAT": "number"}
INSTANTS = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
BARE = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
"""Types of times without a zone."""
ZONED = ":[0-9]{2}([.,][0-9]+)? *([Zz]|[+-][0-9]|UTC|GMT)"
"""A text that says its zone after the time of day."""
FIRST_ROWS = 1_000
CSV = "nullstr=['', 'NA', 'null'], sample_size=200000"
FAR_MS = 1 << 47
"""Some 4,000 years from 1970: nearer ones the engine can write."""
READERS = {
    ".parquet": "read_parquet",
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".jsonl": "read_json",
    ".ndjson": "read_json",
}
SCALES = ((10**11, "* 1000"), (10**14, "* 1"), (10**17, "/ 1000"), (1 << 62, "/ 1000000"))
"""What a number since 1970 counts, by its size: seconds, ms, µs, ns. The bounds lie in the years 5138 and 1973."""


class DuckDialect:
    """DuckDB's SQL. Implements `ports.relation.Dialect`."""

    def __init__(self, columns: Mapping[str, ColumnType], instants: Mapping[str, str] = MappingProxyType({})) -> None:
        """`instants` are columns that hold moments in µs, and their type: to these a moment can be compared as it is written."""
        self._columns, self._instants = columns, instants

    def name(self, column: str) -> str:
        return '"' + column.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def as_text(self, expression: str) -> str:
        return f"CAST({expression} AS VARCHAR)"

    def as_number(self, expression: str) -> str:
        return f"CAST({expression} AS DOUBLE)"

    def distinct(self, expression: str) -> str:
        return f"APPROX_COUNT_DISTINCT({expression})"

    def epoch_ms(self, column: str) -> str:
        named = self.name(column)
        match self._columns[column]:
            case "time":
                return _floored(named)
            case "integer":  # whole division: a double does not hold nanoseconds
                size = f"TRY_CAST({named} AS BIGINT)"
                scaled = " ".join(f"WHEN {size} < {most} THEN {size} {by.replace('/', '//')}" for most, by in SCALES)
                return f"(CASE WHEN {size} < 0 THEN NULL {scaled} END)"
            case "number":
                size = f"CAST({named} AS DOUBLE)"
                scaled = " ".join(
                    f"WHEN {size} < {most} THEN CAST(floor({size} {by}) AS BIGINT)" for most, by in SCALES
                )
                return f"(CASE WHEN {size} < 0 THEN NULL {scaled} END)"
            case _:
                return _floored(f"TRY_CAST({named} AS TIMESTAMPTZ)")

    def reached(self, column: str, at_ms: int) -> str:
        if column in self._instants and abs(at_ms) < FAR_MS:
            # Row groups whose times lie elsewhere are passed by, which an expression of the column would hide.
            return f"{self.name(column)} >= CAST(make_timestamp({at_ms * 1000}) AS {self._instants[column]})"
        return f"{self.epoch_ms(column)} >= {at_ms}"

    def matches(self, expression: str, pattern: str) -> str:
        return f"regexp_matches({expression}, {self.text(pattern)})"

    def whole_quotient(self, expression: str, divisor: int) -> str:
        return f"CAST(floor(({expression}) / {divisor}) AS BIGINT)"

    def lot(self, expressions: Sequence[str], lots: int) -> str:
        return mixed(
            [f"CAST('0x' || substr(md5(CAST({one} AS VARCHAR)), 1, 8) AS BIGINT)" for one in expressions], lots
        )


class DuckRelation(Reading):
    """One table on a DuckDB of its own, which can read the table's files and nothing else. Implements
    `ports.relation.Relation`."""

    any_thread = True

    def __init__(self, database: duckdb.DuckDBPyConnection, provenance: Provenance) -> None:
        """A connection in which `traces` is a table or view. It is closed by `close`."""
        self._database = database
        described = database.execute("DESCRIBE traces").fetchall()
        super().__init__({str(row[0]): _type(str(row[1])) for row in described}, provenance)
        self._dialect = DuckDialect(
            self.columns, {str(row[0]): str(row[1]) for row in described if str(row[1]) in INSTANTS}
        )

    @property
    def dialect(self) -> DuckDialect:
        return self._dialect

    def ask(self, sql: str, reads: Sequence[str]) -> Answer:
        import duckdb

        self.note(reads)
        try:
            statements = self._database.extract_statements(sql)
            if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
                raise QueryError("not one SELECT statement")
            found = self._database.execute(statements[0]).fetchnumpy()
        except duckdb.InterruptException as stopped:
            raise KeyboardInterrupt from stopped
        except duckdb.Error as refused:
            raise QueryError(str(refused)) from refused
        return {name: _plain(array) for name, array in found.items()}

    def interrupt(self) -> None:
        self._database.interrupt()

    def look(self, sql: str, *, limit: int, seconds: float) -> Looked:
        """A person's own question; see `query_duckdb.look`. Raises QueryError."""
        return look(self._database, sql, list(self._columns), limit=limit, seconds=seconds)

    def close(self) -> None:
        """Release the files."""
        self._database.close()


def open_files(path: Path, *, memory: str = "2GB", spill: bool = True) -> DuckRelation:
    """The traces of one file, or of every file of one kind in a folder. `spill` lets the engine put on disk for a while what `memory`
    does not hold. Raises ContentError when there are none, or when a file is not what its name says."""
    import duckdb

    files = _files(path)
    kind = _ending(files[0])
    listed = "[" + ", ".join("'" + str(one).replace("'", "''") + "'" for one in files) + "]"
    database = duckdb.connect(":memory:", config={"memory_limit": memory})
    try:
        database.execute("SET TimeZone = 'UTC'")
        database.execute("SET python_enable_replacements = false")
        if not spill:
            database.execute("SET temp_directory = ''")
        database.execute(f"SET allowed_paths = {listed}")
        database.execute("SET enable_external_access = false")
        aside = _READ[READERS[kind]](database, listed)
        database.execute("SET lock_configuration = true")
        size = sum(one.stat().st_size for one in files)
        return DuckRelation(database, Provenance(str(path), len(files), size, aside, _zoneless(database, kind, listed)))
    except duckdb.Error as broken:
        database.close()
        said = f"cannot be read as {kind[1:]}: {str(broken).splitlines()[0]}"
        raise ContentError.at(path, said, "Name a Parquet, CSV or JSON lines file.") from broken


def _parquet(database: duckdb.DuckDBPyConnection, listed: str) -> dict[str, int]:
    database.execute(f"CREATE VIEW traces AS SELECT * FROM read_parquet({listed}, union_by_name=true)")
    return {}


def _csv(database: duckdb.DuckDBPyConnection, listed: str) -> dict[str, int]:
    # Text is read once: a question to Parquet reads its columns, a question to CSV would parse the whole file again.
    database.execute(f"CREATE TABLE traces AS SELECT * FROM read_csv({listed}, {CSV}, store_rejects=true)")
    rejected = database.execute("SELECT error_type, COUNT(*) FROM reject_errors GROUP BY 1 ORDER BY 1").fetchall()
    return {str(reason).lower(): int(count) for reason, count in rejected}


def _json(database: duckdb.DuckDBPyConnection, listed: str) -> dict[str, int]:
    database.execute(
        f"CREATE TABLE traces AS SELECT * FROM read_json({listed}, format='newline_delimited', union_by_name=true, "
        "ignore_errors=true)"
    )
    names = [str(row[0]) for row in database.execute("DESCRIBE traces").fetchall()]
    nothing = " AND ".join('"' + one.replace('"', '""') + '" IS NULL' for one in names)
    lost = database.execute(f"SELECT COUNT(*) FROM traces WHERE {nothing}").fetchone()
    return {"not a json object": int(lost[0])} if lost and lost[0] else {}


_READ = {"read_parquet": _parquet, "read_csv": _csv, "read_json": _json}


def _zoneless(database: duckdb.DuckDBPyConnection, kind: str, listed: str) -> tuple[str, ...]:
    """Columns of times that say no zone. Parquet says so by its type. A text that does say one may still be taken for a time without
    (`... UTC`), after which only the text itself tells: its first rows are read again as they stand."""
    described = database.execute("DESCRIBE traces").fetchall()
    names = [str(row[0]) for row in described if str(row[1]) in BARE]
    if not names or READERS[kind] == "read_parquet":
        return tuple(names)
    quoted = {one: DuckDialect({}).name(one) for one in names}
    as_texts = "{" + ", ".join(f"{one}: 'VARCHAR'" for one in quoted.values()) + "}"
    read = f"read_json({listed}, format='newline_delimited', ignore_errors=true, columns={as_texts})"
    if READERS[kind] == "read_csv":
        read = f"read_csv({listed}, {CSV}, ignore_errors=true, types={as_texts})"
    said = ", ".join(f"COALESCE(BOOL_OR(regexp_matches({one}, '{ZONED}')), false) AS {one}" for one in quoted.values())
    zoned = database.execute(f"SELECT {said} FROM (SELECT * FROM {read} LIMIT {FIRST_ROWS})").fetchone()
    assert zoned is not None
    return tuple(name for name, one in zip(names, zoned, strict=True) if not one)


def from_arrays(columns: Mapping[str, NDArray[Any]], source: str = "memory") -> DuckRelation:
    """A relation over arrays of equal length, as a simulated service has them. Times are datetime64, texts objects."""
    import duckdb

    database = duckdb.connect(":memory:")
    database.execute("SET TimeZone = 'UTC'")
    database.register("given", dict(columns))
    database.execute("CREATE TABLE traces AS SELECT * FROM given")
    database.unregister("given")
    database.execute("SET enable_external_access = false")
    return DuckRelation(database, Provenance(source))


def _floored(moment: str) -> str:
    # epoch_ms() rounds to the nearest from DuckDB 2 on, and the last half of a millisecond would fall into the next bucket
    return f"CAST(floor(epoch_us({moment}) / 1000) AS BIGINT)"


def _files(path: Path) -> list[Path]:
    if path.is_file() and _ending(path) in READERS:
        return [path]
    inside = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else []
    for kind in READERS:
        if found := [one for one in inside if _ending(one) == kind]:
            return found
    said = "no such file" if not path.exists() else "no traces here"
    raise ContentError.at(path, said, f"Name a file or folder of {', '.join(READERS)} (also .gz).")


def _ending(file: Path) -> str:
    return Path(file.name.removesuffix(".gz").removesuffix(".zst")).suffix.lower()


def _type(name: str) -> ColumnType:
    if name in WHOLE:
        return "integer"
    if name.startswith("TIMESTAMP"):
        return "time"
    if name == "DOUBLE" or name.startswith("DECIMAL"):
        return "number"
    return "text" if name.startswith("ENUM") else TYPES.get(name, "other")


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """Without masks, of the types that the port names: null numbers as NaN, null texts as None."""
    mask = np.ma.getmaskarray(array)
    bare = np.ma.getdata(array)
    if bare.dtype.kind in "iuf":
        whole = bare.dtype.kind != "f" and not mask.any() and (bare.dtype != np.uint64 or bare.max(initial=0) < 1 << 63)
        return bare.astype(np.int64) if whole else np.where(mask, np.nan, bare.astype(np.float64))
    if not mask.any():
        return bare
    if bare.dtype.kind == "b":
        return np.where(mask, np.nan, bare.astype(np.float64))
    if bare.dtype.kind == "M":
        return np.where(mask, np.datetime64("NaT"), bare)
    texts: NDArray[Any] = bare.astype(np.object_)
    texts[mask] = None
    return texts
