"""Traces on Spark, where they lie: a table, a Parquet folder or any DataFrame. Only answers travel.

Nothing here depends on how a session is set up (time zone, escapes in literals, case of names), and no setting is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from hotwash.adapters.query_duckdb import Looked
from hotwash.adapters.query_spark import instants, look
from hotwash.adapters.relation_reading import Reading, mixed
from hotwash.kernel.errors import ContentError, NotSupportedError, QueryError
from hotwash.kernel.twice import twice
from hotwash.ports.relation import Answer, ColumnType, Provenance

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

INSTALL = "Traces on Spark need PySpark, which is not installed.\nNext: pip install 'hotwash[spark]'"
TYPES: dict[str, ColumnType] = {
    "tinyint": "integer",
    "smallint": "integer",
    "int": "integer",
    "bigint": "integer",
    "float": "number",
    "double": "number",
    "boolean": "flag",
    "string": "text",
    "timestamp": "time",
    "timestamp_ntz": "time",
    "date": "time",
}
"""By Spark's simple names; `decimal(p,s)` and sized texts are looked at apart."""
PLAIN = re.compile(r"[A-Za-z0-9 _.,:;()=+-]*")
"""Literals that every setting of Spark's parser reads alike."""
FIRST = "TIMESTAMP_NTZ'1970-01-01 00:00:00'"
DAY = "^ *[0-9]{4}-[0-9]+-[0-9]+"
ZONED = ":[0-9]+([.][0-9]+)? ?[A-Za-z+-]"
"""A text that says more after its time of day has a zone."""
MOMENT = "hotwash_moment_"
"""How columns of moments are called. Statements name a moment many times over, and Spark compiles whatever is written again again: a
time without a zone takes it seconds each."""
NULLABLE = {"integer": np.float64, "number": np.float64, "flag": np.float64}
WHOLE = {"integer": np.int64, "number": np.float64, "flag": np.bool_}


class SparkDialect:
    """Spark's SQL. Implements `ports.relation.Dialect`."""

    def __init__(self, types: Mapping[str, str], names: Mapping[str, str]) -> None:
        """`types` are Spark's own names of types, `names` what each column is called in the view."""
        self._types, self._names = types, names
        taken = {one.casefold() for one in names.values()}
        stem = MOMENT
        while any(one.startswith(stem) for one in taken):
            stem += "_"
        self._moments = {column: f"`{stem}{number}`" for number, column in enumerate(types)}

    def name(self, column: str) -> str:
        return "`" + self._names[column].replace("`", "``") + "`"

    def text(self, value: str) -> str:
        if PLAIN.fullmatch(value):
            return f"'{value}'"
        # Backslashes, quotes and ${variables} are read in one way or another by a session's settings; bytes are not.
        return f"CAST(X'{value.encode().hex()}' AS STRING)"

    def as_text(self, expression: str) -> str:
        return f"CAST({expression} AS STRING)"

    def as_number(self, expression: str) -> str:
        return f"CAST({expression} AS DOUBLE)"

    def distinct(self, expression: str) -> str:
        return f"APPROX_COUNT_DISTINCT({expression})"

    def epoch_ms(self, column: str) -> str:
        return self._moments[column]

    def moments(self, sql: str) -> str:
        """The columns of moments that a statement names, for the source that it selects from."""
        asked = [one for one, named in self._moments.items() if named in sql]
        return "".join(f", {self._moment(one)} AS {self._moments[one]}" for one in asked)

    def _moment(self, column: str) -> str:
        named, kind = self.name(column), self._types[column]
        match _type(kind):
            case "time" if kind == "timestamp":
                return f"unix_millis({named})"
            case "time" if kind == "date":
                return f"(CAST(unix_date({named}) AS BIGINT) * 86400000)"
            case "time":
                return _since_1970(named)
            case "integer":
                return (
                    f"(CASE WHEN {named} < 0 THEN NULL WHEN {named} < 100000000000 THEN CAST({named} AS BIGINT) * 1000 "
                    f"WHEN {named} < 100000000000000 THEN {named} WHEN {named} < 100000000000000000 THEN {named} DIV 1000 "
                    f"WHEN {named} < {1 << 62} THEN {named} DIV 1000000 END)"
                )
            case "number":
                size = f"CAST({named} AS DOUBLE)"
                return (
                    f"(CASE WHEN {size} < 0 THEN NULL WHEN {size} < 1e11 THEN CAST(FLOOR({size} * 1000) AS BIGINT) "
                    f"WHEN {size} < 1e14 THEN CAST(FLOOR({size}) AS BIGINT) "
                    f"WHEN {size} < 1e17 THEN CAST(FLOOR({size} / 1000) AS BIGINT) "
                    f"WHEN {size} < {float(1 << 62)!r} THEN CAST(FLOOR({size} / 1000000) AS BIGINT) END)"
                )
            case _:
                return _from_text(named)

    def reached(self, column: str, at_ms: int) -> str:
        return f"{self.epoch_ms(column)} >= {at_ms}"

    def matches(self, expression: str, pattern: str) -> str:
        # (?d): a dot stops at a line feed alone, as in RE2
        return f"({expression} RLIKE {self.text('(?d)' + pattern)})"

    def whole_quotient(self, expression: str, divisor: int) -> str:
        return f"CAST(FLOOR(({expression}) / {divisor}) AS BIGINT)"

    def lot(self, expressions: Sequence[str], lots: int) -> str:
        return mixed(
            [f"CAST(CONV(SUBSTRING(MD5(CAST({one} AS STRING)), 1, 8), 16, 10) AS BIGINT)" for one in expressions], lots
        )


class SparkRelation(Reading):
    """One DataFrame, asked in its own session. Implements `ports.relation.Relation`."""

    def __init__(self, frame: DataFrame, provenance: Provenance) -> None:
        """A view with a name of its own is made in the frame's session, and removed by `close`."""
        types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
        names = _names(list(types))
        if again := twice(frame.columns):
            raise QueryError(f"these columns are there twice: {', '.join(again)}")
        zoneless = tuple(name for name, kind in types.items() if kind == "timestamp_ntz")
        super().__init__({name: _type(kind) for name, kind in types.items()}, replace(provenance, zoneless=zoneless))
        self._dialect = SparkDialect(types, names)
        self._session, self._view = frame.sparkSession, f"hotwash_{uuid4().hex}"
        frame.toDF(*(names[one] for one in types)).createOrReplaceTempView(self._view)

    @property
    def dialect(self) -> SparkDialect:
        return self._dialect

    def ask(self, sql: str, reads: Sequence[str]) -> Answer:
        from pyspark.errors import PySparkException

        self.note(reads)
        # As a subquery nothing but a SELECT can be read.
        source = f"SELECT *{self._dialect.moments(sql)} FROM {self._view}"
        whole = f"WITH traces AS ({source}) SELECT * FROM (\n{sql}\n)"
        try:
            found = self._session.sql(whole)
            kinds = [(field.name, field.dataType.simpleString()) for field in found.schema.fields]
            rows = instants(found, kinds).collect()
        except PySparkException as refused:
            raise QueryError(str(refused)) from refused
        series = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
        return {name: _array(column, kind) for (name, kind), column in zip(kinds, series, strict=True)}

    def look(self, sql: str, *, limit: int, seconds: float) -> Looked:
        """A person's own question, one SELECT over `traces`; see `query_spark`. Raises QueryError."""
        found = look(self._session, self._view, self._dialect, self._columns, sql, limit=limit, seconds=seconds)
        self.note(found.read)
        return found

    def close(self) -> None:
        """Remove the view. The session stays as it is: it belongs to somebody else."""
        self._session.catalog.dropTempView(self._view)


def from_frame(frame: DataFrame, source: str = "a DataFrame") -> SparkRelation:
    """Traces in a DataFrame. `source` is what the report calls it."""
    return SparkRelation(frame, Provenance(source, files=len(frame.inputFiles())))


def from_table(name: str, session: SparkSession | None = None) -> SparkRelation:
    """Traces in a table or view, named as Spark names it (`catalog.schema.table`). Raises ContentError when there is none."""
    spark = session or running()
    return _opened(lambda: spark.table(name), name, "a table", "Name a table that this Spark session can read.")


def from_parquet(path: str | Path, session: SparkSession | None = None) -> SparkRelation:
    """Traces in Parquet, a file or a folder, at any address that the session can read. Raises ContentError when it cannot."""
    spark, place = session or running(), str(path)
    return _opened(lambda: spark.read.parquet(place), place, "Parquet", "Name a Parquet file or a folder of them.")


def running() -> SparkSession:
    """The session that runs here, or one made as this machine's Spark is set up. Raises NotSupportedError without PySpark."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as absent:
        raise NotSupportedError(INSTALL) from absent
    found: SparkSession = SparkSession.builder.appName("hotwash").getOrCreate()
    return found


def _opened(read: Callable[[], DataFrame], source: str, kind: str, write: str) -> SparkRelation:
    from pyspark.errors import PySparkException

    try:
        return from_frame(read(), source)
    except PySparkException as broken:
        said = f"cannot be read as {kind}: {str(broken).splitlines()[0]}"
        raise ContentError.at(source, said, write) from broken


def _names(columns: Sequence[str]) -> dict[str, str]:
    """What each column is called in the view: its own name, unless the parser would put a variable into it, or another
    column's name differs by case alone."""
    taken, found = {one.casefold() for one in columns}, dict[str, str]()
    for number, one in enumerate(columns):
        alone = [each.casefold() for each in columns].count(one.casefold()) == 1
        found[one] = one if alone and "${" not in one else f"column_{number}"
        while found[one] != one and found[one].casefold() in taken:
            found[one] += "_"
        taken.add(found[one].casefold())
    return found


def _type(kind: str) -> ColumnType:
    if kind.startswith("decimal"):
        return "number"
    if kind.startswith(("varchar", "char", "string")):
        return "text"
    return TYPES.get(kind, "other")


def _since_1970(moment: str) -> str:
    """A time without a zone, as UTC: the difference of two of them knows no zone, and a cast would take the session's."""
    passed = f"({moment} - {FIRST})"
    parts = (("DAY", 86_400_000), ("HOUR", 3_600_000), ("MINUTE", 60_000))
    whole = " + ".join(f"CAST(EXTRACT({part} FROM {passed}) AS BIGINT) * {ms}" for part, ms in parts)
    return f"({whole} + CAST(FLOOR(EXTRACT(SECOND FROM {passed}) * 1000) AS BIGINT))"


def _from_text(text: str) -> str:
    """A text that begins with a day as an instant; without a zone it is UTC. Spark would take a time of day alone for today's,
    and the session's zone where none is written."""
    bare = f"TRIM({text})"
    return (
        f"unix_millis(CASE WHEN {text} RLIKE '{ZONED}' AND {text} RLIKE '{DAY}' THEN TRY_CAST({text} AS TIMESTAMP) "
        f"WHEN {text} RLIKE '{DAY}[ T][0-9]+:[0-9]+ *$' THEN TRY_CAST(CONCAT({bare}, ':00Z') AS TIMESTAMP) "
        f"WHEN {text} RLIKE '{DAY} *$' THEN TRY_CAST(CONCAT({bare}, ' 00:00:00Z') AS TIMESTAMP) "
        f"WHEN {text} RLIKE '{DAY}[ T]' THEN TRY_CAST(CONCAT({bare}, 'Z') AS TIMESTAMP) END)"
    )


def _array(column: Sequence[Any], kind: str) -> NDArray[Any]:
    """One column of an answer, of the types that the port names; times as datetime64[us]."""
    type_ = "number" if kind == "void" else _type(kind)
    if type_ == "time":
        return np.array(column, dtype="datetime64[us]")
    if type_ in WHOLE:
        holes = any(one is None for one in column)
        return np.array(column, dtype=NULLABLE[type_] if holes else WHOLE[type_])
    texts = np.empty(len(column), dtype=np.object_)
    texts[:] = column
    return texts
