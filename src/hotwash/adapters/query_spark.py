"""A person's own SQL over `traces` on Spark: one SELECT as a subquery over the one view, with functions that are known to compute."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from hotwash.adapters.query_duckdb import Looked, held, overdue
from hotwash.adapters.query_elsewhere import judged
from hotwash.kernel.errors import QueryError
from hotwash.ports.relation import ColumnType, Quoting

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COMPUTING = (
    "approx_percentile", "array", "array_join", "array_max", "array_min", "bool_or", "bround", "char", "collect_list",
    "collect_set", "concat_ws", "conv", "count_if", "current_date", "current_timestamp", "date_format", "datediff", "dateadd",
    "element_at", "every", "explode", "explode_outer", "first_value", "from_unixtime", "get_json_object", "grouping",
    "grouping_id", "hour", "if", "ifnull", "initcap", "instr", "json_tuple", "levenshtein", "locate", "map_keys", "map_values",
    "minute", "named_struct", "now", "nvl", "nvl2", "parse_url", "percentile", "percentile_approx", "percentile_cont",
    "percentile_disc", "pmod", "posexplode", "regexp_count", "regexp_like", "regexp_replace", "rlike", "schema_of_json", "second",
    "sentences", "sequence", "shiftleft", "shiftright", "size", "slice", "some", "sort_array", "stack", "struct",
    "substring_index", "timestamp_micros", "timestamp_millis", "timestamp_seconds", "timestampdiff", "to_date", "to_json",
    "to_timestamp", "to_timestamp_ltz", "to_timestamp_ntz", "to_unix_timestamp", "try_add", "try_avg", "try_cast", "try_divide",
    "try_element_at", "try_subtract", "try_sum", "try_to_number", "try_to_timestamp", "unbase64", "unix_date", "unix_micros",
    "unix_millis", "unix_seconds", "unix_timestamp", "weekofyear", "width_bucket", "window", "zeroifnull",
)  # fmt: skip
"""Functions of Spark's own that depend on their arguments and the clock alone, besides those that are called as elsewhere. Spark does not say
which these are; some call any method of Java."""
AGAIN_S = 0.5
"""How long to wait before Spark is told again."""
INTERRUPT = "spark.job.interruptOnCancel"
FUNCTIONS = {**dict.fromkeys(COMPUTING, True), "version": False}


def look(
    session: SparkSession,
    view: str,
    quoting: Quoting,
    columns: Mapping[str, ColumnType],
    sql: str,
    *,
    limit: int,
    seconds: float,
) -> Looked:
    """Answer one question, at most `limit` rows of it, within `seconds`. Raises QueryError for what is refused, fails, or takes longer."""
    from pyspark.errors import PySparkException

    def name(one: str) -> str:
        if one in columns:
            return quoting.name(one)
        if "${" in one:
            raise QueryError(f"may not name '{one}': Spark puts a variable in its place")
        return "`" + one.replace("`", "``") + "`"

    one = judged(sql, columns, FUNCTIONS, name, quoting.text)
    with _watched(session, seconds):
        try:
            # As a subquery nothing but a SELECT can be read.
            whole = f"WITH traces AS (SELECT * FROM {view}) SELECT * FROM (\n{one.sql}\n)"  # noqa: S608 judged above
            found = session.sql(whole).limit(limit + 1)
            kinds = [(field.name, field.dataType.simpleString()) for field in found.schema.fields]
            collected = instants(found, kinds).collect()
        except PySparkException as refused:
            raise QueryError(str(refused)) from refused
    moments = {place for place, (_, kind) in enumerate(kinds) if kind == "timestamp"}
    cells = ([_moment(cell) if place in moments else cell for place, cell in enumerate(row)] for row in collected)
    rows, more = held(cells, limit)
    return Looked(tuple(named for named, _ in kinds), rows, more, one.read)


@contextmanager
def _watched(session: SparkSession, seconds: float) -> Iterator[None]:
    """What this thread asks is stopped after so long, with a QueryError. Nothing else of the session is touched."""
    from pyspark.sql.utils import is_remote

    late, over, tag = threading.Event(), threading.Event(), f"hotwash-{uuid4().hex}"
    # A session that runs here knows its tags by thread, so that another one could not name them; its jobs are stopped by theirs.
    cluster = None if is_remote() else session.sparkContext
    cancel = session.interruptTag if cluster is None else cluster.cancelJobsWithTag

    def stop() -> None:
        late.set()
        while not over.is_set():  # what has not begun by then is not stopped, and begins after all
            cancel(tag)
            over.wait(AGAIN_S)

    timer = threading.Timer(seconds, stop)
    held = "" if cluster is None else cluster.getLocalProperty(INTERRUPT)
    if cluster is None:
        session.addTag(tag)
    else:
        cluster.addJobTag(tag)
        cluster.setInterruptOnCancel(True)
    timer.start()
    try:
        yield
    except Exception as ended:  # what stopped it comes as one of several kinds
        if late.is_set():
            raise QueryError(overdue(seconds)) from ended
        raise
    finally:
        over.set()
        timer.cancel()
        if cluster is None:
            session.removeTag(tag)
        else:
            cluster.removeJobTag(tag)
            cluster.setLocalProperty(INTERRUPT, held)


def instants(found: DataFrame, kinds: Sequence[tuple[str, str]]) -> DataFrame:
    """Instants as µs since 1970: Spark would hand them over in this process's zone."""
    if all(kind != "timestamp" for _, kind in kinds):
        return found
    from pyspark.sql import functions

    numbered = found.toDF(*(f"c{number}" for number in range(len(kinds))))
    return numbered.select(
        *(
            functions.unix_micros(f"c{number}") if kind == "timestamp" else functions.col(f"c{number}")
            for number, (_, kind) in enumerate(kinds)
        )
    )


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + timedelta(microseconds=micros)
