"""A person's own SQL: the rows of `traces` and nothing else, within limits, and the columns that it read are said."""

import json
import threading

import duckdb
import pytest

from hotwash.adapters.relation_duckdb import open_files
from hotwash.kernel.errors import QueryError
from tests.support.patience import until

SECRET = "canary-of-the-machine"


@pytest.fixture
def traces(tmp_path):
    file = tmp_path / "traces.parquet"
    (tmp_path / "other.csv").write_text(f"a,b\n1,{SECRET}\n")
    duckdb.connect().execute(
        "COPY (SELECT range AS id, TIMESTAMP '2026-05-05' + INTERVAL (range) MINUTE AS at, 't-' || range % 3 AS tenant, "
        f"'text ' || range AS output, CASE WHEN range = 1 THEN 'nan'::DOUBLE ELSE 0.5 END AS score FROM range(200)) TO '{file}'"
    )
    relation = open_files(file)
    yield relation
    relation.close()


def ask(relation, sql, limit=100, seconds=60):
    return relation.look(sql, limit=limit, seconds=seconds)


REFUSED = [
    "SELECT * FROM read_csv('{folder}/other.csv')",
    "SELECT * FROM '{folder}/other.csv'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "WITH t AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM t",
    "SELECT id FROM traces UNION ALL SELECT 1 FROM read_csv('/etc/passwd')",
    "SELECT * FROM traces WHERE id IN (SELECT 1 FROM read_blob('/etc/passwd'))",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "ATTACH '{folder}/new.db' AS other",
    "COPY traces TO '{folder}/out.csv'",
    "COPY (SELECT * FROM traces) TO '{folder}/out.csv'",
    "WITH made AS (COPY traces TO '{folder}/traces.parquet') SELECT 1",
    "WITH made AS (COPY (SELECT 1 AS a) TO '{folder}/traces.parquet' (USE_TMP_FILE false)) SELECT * FROM made",
    "WITH gone AS (DELETE FROM traces RETURNING *) SELECT * FROM gone",
    "WITH sqlite_master AS (SELECT * FROM sqlite_master) SELECT * FROM sqlite_master",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA version",
    "SET memory_limit = '100GB'",
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT getvariable('x')",
    "SELECT current_user",
    "SELECT sleep_ms(1)",
    "SELECT write_log('x')",
    "SELECT pg_sleep(1)",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM main.reject_errors",
    "SELECT * FROM query('DROP TABLE traces')",
    "SELECT * FROM query_table('traces')",
    "SHOW TABLES",
    "DESCRIBE traces",
    "SUMMARIZE traces",
    "DROP VIEW traces",
    "DELETE FROM traces",
    "CREATE TABLE x AS SELECT 1",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW traces",
    "EXPLAIN ANALYZE SELECT 1",
    "CALL pragma_version()",
    "secret",
    "SELECT * FROM secret",
    "",
    "SELECT FROM WHERE",
]  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_nothing_but_a_select_over_traces_is_answered(traces, tmp_path, sql):
    secret = {"a": SECRET}  # a variable that an engine in the same process could find by its name
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(QueryError) as refused:
        ask(traces, sql.format(folder=tmp_path))
    assert SECRET not in str(refused.value)
    assert secret
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
    assert ask(traces, "SELECT COUNT(*) FROM traces").rows == ((200,),)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT tenant, COUNT(*) AS n FROM traces GROUP BY tenant ORDER BY 1", (("t-0", 67), ("t-1", 67), ("t-2", 66))),
        ("WITH few AS (SELECT * FROM traces WHERE id < 2) SELECT id, \"at\" FROM few ORDER BY id", ((0, "2026-05-05T00:00:00"), (1, "2026-05-05T00:01:00"))),
        ("FROM traces SELECT id ORDER BY id DESC LIMIT 1", ((199,),)),
        ("SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM traces ORDER BY id LIMIT 1", ((0, 200),)),
        ("SELECT unnest([1, 2]) AS one", ((1,), (2,))),
        ("SELECT score FROM traces WHERE id = 1", ((None,),)),
        ("SELECT list_sum([1, 2]), nullif(1, 1), split_part('a-b', '-', 2) FROM traces LIMIT 1", ((3, None, "b"),)),
        ("SELECT a.id FROM traces a JOIN traces b USING (id) WHERE a.tenant = 't-1' AND b.id = 4", ((4,),)),
    ],
)  # fmt: skip
def test_what_a_responder_asks_is_answered(traces, sql, rows):
    found = ask(traces, sql)
    assert found.rows == rows
    assert not found.more
    json.dumps(found.rows, allow_nan=False)


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("SELECT COUNT(*) FROM traces", ()),
        ("SELECT COUNT(*) FROM traces WHERE Tenant = 't-1'", ("tenant",)),
        ("SELECT t.id FROM traces t ORDER BY t.at", ("id", "at")),
        ("SELECT * FROM traces LIMIT 1", ("id", "at", "tenant", "output", "score")),
        ("SELECT COLUMNS('o.*') FROM traces LIMIT 1", ("id", "at", "tenant", "output", "score")),
        ("SELECT traces FROM traces LIMIT 1", ("id", "at", "tenant", "output", "score")),
        ("SELECT x FROM traces x LIMIT 1", ("id", "at", "tenant", "output", "score")),
        ("SELECT n FROM (SELECT length(output) AS n FROM traces) LIMIT 1", ("output",)),
        ("SELECT a.id FROM traces a JOIN traces b USING (tenant) LIMIT 1", ("id", "tenant")),
        ("SELECT a.id FROM traces a NATURAL JOIN traces b LIMIT 1", ("id", "at", "tenant", "output", "score")),
    ],
)
def test_what_was_read_is_said(traces, sql, read):
    assert ask(traces, sql).read == read


def test_rows_beyond_the_limit_are_left_off_and_that_is_said(traces):
    found = ask(traces, "SELECT id FROM traces ORDER BY id", limit=3)
    assert (found.rows, found.more) == (((0,), (1,), (2,)), True)


def test_a_question_that_takes_too_long_is_stopped(traces):
    before = threading.active_count()
    endless = "SELECT COUNT(*) FROM traces a, traces b, traces c, traces d, traces e, traces f WHERE a.id + b.id * c.id = d.id - e.id * f.id"
    with pytest.raises(QueryError, match="--seconds"):
        ask(traces, endless, seconds=0.2)
    assert ask(traces, "SELECT COUNT(*) FROM traces").rows == ((200,),)
    until(lambda: threading.active_count() <= before, what="the end of the watch on each question")


def test_a_question_that_needs_too_much_memory_is_refused(tmp_path):
    file = tmp_path / "traces.parquet"
    duckdb.connect().execute(f"COPY (SELECT range AS id FROM range(300_000)) TO '{file}'")
    relation = open_files(file, memory="30MB", spill=False)
    with pytest.raises(QueryError, match="memory"):
        ask(relation, "SELECT list(repeat(id::VARCHAR, 100)) FROM traces")
    relation.close()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["traces.parquet"]
