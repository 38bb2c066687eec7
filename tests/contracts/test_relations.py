"""The relation suite on each engine, on engines that are wrong in one way each, and one analysis on all of them figure by figure."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from hotwash.adapters import relation_spark
from hotwash.adapters.relation_duckdb import DuckDialect, DuckRelation, from_arrays, open_files
from hotwash.conformance import failures
from hotwash.conformance.relation import RelationConformance, Table
from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Provenance, Relation
from hotwash.ports.scope import Scope
from hotwash.triage.embedding import embedding_shift
from hotwash.triage.pieces import counted
from hotwash.triage.sample import draw
from hotwash.triage.sql import NONE
from hotwash.triage.timeline import Timeline, Window, extent, timeline

TYPES = {"integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN", "text": "VARCHAR", "naive": "TIMESTAMP",
         "instant": "TIMESTAMPTZ", "day": "DATE"}  # fmt: skip


def filled(table: Table) -> duckdb.DuckDBPyConnection:
    """A DuckDB in which `traces` is this table."""
    database = duckdb.connect(":memory:")
    database.execute("SET TimeZone = 'UTC'")
    quoted = ['"' + name.replace('"', '""') + '"' for name in table]
    typed = ", ".join(f"{name} {TYPES[column.type]}" for name, column in zip(quoted, table.values(), strict=True))
    database.execute(f"CREATE TABLE traces ({typed})")
    rows = [list(row) for row in zip(*(column.values for column in table.values()), strict=True)]
    if rows:
        database.executemany(f"INSERT INTO traces VALUES ({', '.join('?' * len(table))})", rows)
    return database


class TestDuckTable(RelationConformance):
    def make(self, table: Table) -> Relation:
        return DuckRelation(filled(table), Provenance("memory"))


class TestDuckParquet(RelationConformance):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.files = (tmp_path / f"{number}.parquet" for number in count())

    def write(self, table: Table) -> Path:
        with filled(table) as database:
            database.execute(f"COPY traces TO '{(path := next(self.files))}'")
        return path

    def make(self, table: Table) -> Relation:
        return open_files(self.write(table))


class TestDuckArrays(RelationConformance):
    """Arrays as NumPy has them, nulls masked; text columns hold None."""

    def make(self, table: Table) -> Relation:
        return from_arrays({name: _array(column.type, list(column.values)) for name, column in table.items()})


def _array(kind: str, values: list[Any]) -> Any:
    if kind == "text":
        return np.array(values, dtype=np.object_)
    if kind in {"naive", "instant", "day"}:
        return np.array([one and np.datetime64(one.replace(tzinfo=None) if kind == "instant" else one) for one in values],
                        dtype="datetime64[us]")  # fmt: skip
    dtype = {"integer": np.int64, "number": np.float64, "flag": np.bool_}[kind]
    filled = np.array([0 if one is None else one for one in values], dtype=dtype)
    return np.ma.masked_array(filled, [one is None for one in values])


@pytest.mark.slow
class TestSparkParquet(TestDuckParquet):
    @pytest.fixture(autouse=True)
    def _session(self, spark) -> None:
        self.spark = spark

    def make(self, table: Table) -> Relation:
        return relation_spark.from_parquet(self.write(table), self.spark)


@pytest.mark.slow
class TestSparkFrame(RelationConformance):
    """Rows of this process as a DataFrame: nothing of it in a file."""

    KINDS = {"integer": "bigint", "number": "double", "flag": "boolean", "text": "string", "naive": "timestamp_ntz",
             "instant": "timestamp", "day": "date"}  # fmt: skip

    @pytest.fixture(autouse=True)
    def _session(self, spark) -> None:
        self.spark = spark

    def make(self, table: Table) -> Relation:
        from pyspark.sql.types import StructType, _parse_datatype_string

        schema = StructType()
        for name, column in table.items():
            schema.add(name, _parse_datatype_string(self.KINDS[column.type]))
        rows = [tuple(row) for row in zip(*(column.values for column in table.values()), strict=True)]
        return relation_spark.from_frame(self.spark.createDataFrame(rows, schema))


class Bare(DuckDialect):
    """Quotes names and texts, and does not look into them."""

    def name(self, column):
        return f'"{column}"'

    def text(self, value):
        return f"'{value}'"


class Escaping(DuckDialect):
    """Escapes backslashes, as another engine wants it."""

    def text(self, value):
        return super().text(value.replace("\\", "\\\\"))


class Local(DuckDialect):
    """Takes a time without a zone for the session's."""

    def epoch_ms(self, column):
        return (
            super()
            .epoch_ms(column)
            .replace(self.name(column), f"(({self.name(column)})::TIMESTAMPTZ - INTERVAL 5 HOUR)")
        )


class Rounding(DuckDialect):
    """Rounds a time to the nearest millisecond."""

    def epoch_ms(self, column):
        return super().epoch_ms(column).replace("floor", "round")


class Later(DuckDialect):
    """A moment has reached itself no more."""

    def reached(self, column, at_ms):
        return super().reached(column, at_ms).replace(">=", ">")


class Seconds(DuckDialect):
    """Takes every number for seconds."""

    def epoch_ms(self, column):
        return (
            f"CAST({self.name(column)} * 1000.0 AS BIGINT)"
            if self._columns[column] in {"integer", "number"}
            else super().epoch_ms(column)
        )


class Dates(DuckDialect):
    """Reads texts as days."""

    def epoch_ms(self, column):
        return super().epoch_ms(column).replace("TIMESTAMPTZ", "DATE")


class Truncating(DuckDialect):
    """Rounds quotients towards zero."""

    def whole_quotient(self, expression, divisor):
        return f"(({expression}) // {divisor})"


class OwnLots(DuckDialect):
    """Draws lots by the engine's own hash."""

    def lot(self, expressions, lots):
        return f"CAST(hash({', '.join(expressions)}) % {lots} AS BIGINT)"


class OneLot(DuckDialect):
    """Puts everything into one lot."""

    def lot(self, expressions, lots):
        return "7"


class Literal(DuckDialect):
    """Looks for the pattern's own letters."""

    def matches(self, expression, pattern):
        return f"contains({expression}, {self.text(pattern)})"


class Anything(DuckRelation):
    """Carries out whatever it is told, answers as the engine does, and forgets what was read."""

    def ask(self, sql, reads):
        found = self._database.execute(sql).fetchnumpy()
        return {name: np.ma.getdata(array) for name, array in found.items()}


@pytest.mark.parametrize(
    ("wrong", "noticed"),
    [
        (Bare, "test_any_name_is_a_name"),
        (Bare, "test_any_text_is_a_text"),
        (Escaping, "test_any_text_is_a_text"),
        (Escaping, "test_every_kind_of_question"),
        (Local, "test_time_is_utc_in_whole_ms"),
        (Rounding, "test_time_is_utc_in_whole_ms"),
        (Rounding, "test_times_as_texts_are_read"),
        (Later, "test_times_as_texts_are_read"),
        (Seconds, "test_numbers_since_1970_are_read_by_their_size"),
        (Dates, "test_times_as_texts_are_read"),
        (Truncating, "test_quotients_are_rounded_down"),
        (OwnLots, "test_a_lot_is_the_same_on_every_engine"),
        (OneLot, "test_lots_are_about_equally_full"),
        (Literal, "test_patterns_are_found"),
        (Anything, "test_answers_have_the_types_of_the_port"),
        (Anything, "test_nulls_are_nulls"),
        (Anything, "test_what_was_read_is_said"),
        (Anything, "test_only_questions_are_answered"),
    ],
)
def test_the_suite_notices_an_engine_that_is_wrong(wrong: type, noticed: str):
    class Suite(RelationConformance):
        def make(self, table: Table) -> Relation:
            kind = wrong if issubclass(wrong, DuckRelation) else DuckRelation
            made = kind(filled(table), Provenance("memory"))
            if issubclass(wrong, DuckDialect):
                made._dialect = wrong(made.columns)
            return made

    found = failures(Suite, only=noticed)
    assert found.get(noticed), f"the suite let {wrong.__doc__} pass"


SIGNALS = (
    SignalColumn(name="errors", column="status", equals="error"),
    SignalColumn(name="votes", column="feedback", among=["down", "bad"]),
    SignalColumn(name="slow", column="latency_ms", above=900),
    SignalColumn(name="empty", column="retrieved", below=1),
)
COLUMNS = TraceColumns(
    time="at", id="id", dimensions=["region", "the tenant"], versions=["model"], features=["latency_ms", "tokens"], score="score",
    signals=list(SIGNALS),
)  # fmt: skip


def incident(path: Path, rows: int = 6_000) -> Path:
    """A day of made requests with an hour of errors, written as Parquet. Values follow from the row's number alone."""
    duckdb.sql(f"""
        COPY (
            SELECT n AS id,
                CASE WHEN n % 211 = 0 THEN NULL ELSE TIMESTAMP '2024-03-09 20:00:00.250' + n * INTERVAL 14400123 MICROSECOND END AS at,
                CASE n % 7 WHEN 0 THEN 'o''hare' WHEN 1 THEN NULL ELSE 'r' || (n % 5) END AS region,
                't' || (n % 41) AS "the tenant",
                'm-' || (n // 2500) AS model,
                CASE WHEN n BETWEEN 3000 AND 3250 AND n % 7 = 0 THEN 'error' WHEN n % 97 = 0 THEN NULL ELSE 'ok' END AS status,
                CASE WHEN n % 31 = 0 THEN 'down' WHEN n % 37 = 0 THEN 'bad' WHEN n % 3 = 0 THEN 'up' END AS feedback,
                CAST((n * 7919 % 1009) AS DOUBLE) AS latency_ms,
                CASE WHEN n % 13 > 0 THEN n * 104729 % 4093 END AS tokens,
                CASE WHEN n % 2 = 0 THEN n * 31 % 9 END AS retrieved,
                (n * 15485863 % 1000) / 1000.0::DOUBLE AS score
            FROM range({rows}) AS counted(n)
        ) TO '{path}'""")
    return path


def rows_of(relation: Relation, line: Timeline, wrong: int, right: int) -> Sequence[tuple[Any, ...]]:
    """A sample as rows."""
    sample = draw(relation, COLUMNS, SIGNALS, line, wrong=wrong, right=right)
    texts = [np.array(one.values, dtype=np.object_)[one.codes] for one in sample.dims.values()]
    numbers = [np.where(np.isnan(one), -1.0, one) for one in sample.numbers.values()]
    series = [sample.at_ms, sample.weight, *texts, *sample.signals.values(), *numbers]
    return list(zip(*(one.tolist() for one in series), strict=True))


def pieces_of(
    relation: Relation, line: Timeline, scopes: Sequence[Scope], pairs: Sequence[tuple[str, str]]
) -> Sequence[tuple[int, ...]]:
    """What some scopes hold, as rows: membership, bucket, then what was asked and found."""
    one = counted(relation, COLUMNS, SIGNALS[:2], line, scopes, pairs)
    series = [one.held, one.bucket, *one.asked.values(), *one.found.values(), *one.both.values()]
    return sorted(zip(*(each.tolist() for each in series), strict=True))


@pytest.mark.slow
def test_spark_and_duckdb_give_the_same_figures(tmp_path: Path, spark):
    path = incident(tmp_path / "traces.parquet")
    duck, cluster = open_files(path), relation_spark.from_parquet(path, spark)
    assert dict(duck.columns) == dict(cluster.columns)
    span = extent(duck, COLUMNS)
    assert extent(cluster, COLUMNS) == span
    assert (span.rows, span.undated) == (6_000, 29)
    ours, theirs = timeline(duck, COLUMNS, SIGNALS, span), timeline(cluster, COLUMNS, SIGNALS, span)
    assert (theirs.start_ms, theirs.width_ms, theirs.undated) == (ours.start_ms, ours.width_ms, ours.undated)
    assert theirs.rows.tolist() == ours.rows.tolist()
    for signal in SIGNALS:
        assert theirs.asked[signal.name].tolist() == ours.asked[signal.name].tolist()
        assert theirs.found[signal.name].tolist() == ours.found[signal.name].tolist()
        assert ours.found[signal.name].sum() > 30
    drawn = rows_of(duck, ours, 500, 500)
    assert rows_of(cluster, theirs, 500, 500) == drawn
    assert 700 < len(drawn) < 1_200
    assert cluster.asked == duck.asked
    # More descriptions than a whole number of 32 bits has digits, a missing value and a quote among them.
    scopes = [Scope.of({"the tenant": [f"t{one}"]}) for one in range(41)]
    scopes += [Scope.of({"region": [NONE, "o'hare"]}), Scope.of({"region": ["r1"], "the tenant": ["t3", "t1"]})]
    pairs = [("errors", "votes")]
    pieces = pieces_of(duck, ours, scopes, pairs)
    assert pieces_of(cluster, theirs, scopes, pairs) == pieces
    assert sum(asked for _, _, asked, *_ in pieces) == ours.asked["errors"].sum()
    assert sum(both for *_, both in pieces) > 0


@pytest.mark.slow
def test_embeddings_are_the_same_vectors_on_spark(tmp_path: Path, spark):
    path = tmp_path / "vectors.parquet"
    duckdb.sql(f"""
        COPY (SELECT n AS id, TIMESTAMP '2024-03-09 20:00:00' + n * INTERVAL 1 SECOND AS at,
                list_transform(range(300), lambda k: CAST(sin(n * k + n // 300) / 1000 AS FLOAT)) AS vector
            FROM range(600) AS counted(n)) TO '{path}'""")
    meaning = TraceColumns(time="at", id="id", embedding="vector")
    span = extent(open_files(path), meaning)
    middle = (span.first_ms + span.last_ms) // 2
    windows = Window(span.first_ms, middle), Window(middle, span.last_ms + 1)
    ours, theirs = (
        embedding_shift(one, meaning, *windows) for one in (open_files(path), relation_spark.from_parquet(path, spark))
    )
    assert ours is not None
    assert (ours.size, ours.set_aside, ours.n_before + ours.n_after) == (300, 0, 600)
    assert theirs == ours


@pytest.mark.slow
def test_a_column_may_be_called_as_moments_are(spark):
    frame = spark.sql("SELECT 5 AS hotwash_moment_0, TIMESTAMP_NTZ'2024-03-09 20:00:00.250' AS at")
    relation = relation_spark.from_frame(frame)
    dialect = relation.dialect
    found = relation.ask(
        f"SELECT {dialect.epoch_ms('at')} AS ms, {dialect.name('hotwash_moment_0')} AS n FROM traces",
        ["at", "hotwash_moment_0"],
    )
    assert (found["ms"].tolist(), found["n"].tolist()) == ([1_710_014_400_250], [5])


@pytest.mark.slow
def test_a_table_is_found_by_name_and_its_view_goes_away(tmp_path: Path, spark):
    spark.read.parquet(str(incident(tmp_path / "traces.parquet", 50))).createOrReplaceTempView("requests")
    before = {one.name for one in spark.catalog.listTables()}
    relation = relation_spark.from_table("requests", spark)
    assert relation.ask("SELECT COUNT(*) AS n FROM traces", [])["n"].tolist() == [50]
    assert (relation.provenance.source, relation.provenance.files) == ("requests", 1)
    relation.close()
    assert {one.name for one in spark.catalog.listTables()} == before
    spark.catalog.dropTempView("requests")


@pytest.mark.slow
def test_what_spark_cannot_open_is_said(tmp_path: Path, spark):
    with pytest.raises(ContentError, match="cannot be read as a table"):
        relation_spark.from_table("no_such_table", spark)
    with pytest.raises(ContentError, match="cannot be read as Parquet"):
        relation_spark.from_parquet(tmp_path / "nowhere", spark)


@pytest.mark.slow
def test_names_that_differ_by_case_alone_are_two_columns(spark):
    relation = relation_spark.from_frame(spark.createDataFrame([(1, 2, 3)], ["a", "A", "column_0"]))
    asked = [(f"c{number}", relation.dialect.name(one)) for number, one in enumerate(relation.columns)]
    found = relation.ask(
        "SELECT " + ", ".join(f"{one} AS {alias}" for alias, one in asked) + " FROM traces", ["a", "A", "column_0"]
    )
    assert [array.tolist() for array in found.values()] == [[1], [2], [3]]


@pytest.mark.slow
def test_no_setting_of_a_session_changes_what_is_read(spark):
    odd = spark.newSession()
    for name, value in {"sql.parser.escapedStringLiterals": "true", "sql.ansi.enabled": "false", "sql.caseSensitive": "true",
                        "sql.ansi.doubleQuotedIdentifiers": "true", "sql.session.timeZone": "Asia/Kolkata"}.items():  # fmt: skip
        odd.conf.set(f"spark.{name}", value)

    class Odd(TestSparkFrame):
        def make(self, table: Table) -> Relation:
            self.spark = odd
            return super().make(table)

    assert {
        name: said
        for one in ("text", "time", "1970", "pattern", "quotient", "lot")
        for name, said in failures(Odd, one).items()
    } == {}


def test_without_pyspark_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(NotSupportedError, match=r"pip install 'hotwash\[spark\]'"):
        relation_spark.from_table("requests")
