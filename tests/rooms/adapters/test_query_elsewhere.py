"""A question for another engine: judged by words that all engines read alike, and written in that engine's own quoting."""

import pytest

from hotwash.adapters.query_elsewhere import judged
from hotwash.kernel.errors import QueryError

COLUMNS = ("id", "at", "region", "Tenant Name", "output")
FUNCTIONS = {"lower": True, "lo_export": False, "current_setting": False, "date_trunc": True, "row_to_json": True}


def ask(sql):
    return judged(sql, COLUMNS, FUNCTIONS, lambda one: f"`{one}`", lambda one: f"<{one}>", {"system_user"})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM secret",
        "SELECT * FROM public.traces",
        "TABLE secret",
        "SELECT * FROM (WITH secret AS (SELECT 1) SELECT * FROM secret) AS a, secret",
        "WITH secret AS (SELECT * FROM secret) SELECT * FROM secret",
        "WITH secret AS (SELECT 'RECURSIVE_CTE_NODE', * FROM secret) SELECT * FROM secret",
        'WITH "Secret" AS (SELECT 1) SELECT * FROM secret',
        "SELECT lo_export(1, 'x')",
        "SELECT lo_export(1, 'x') OVER () FROM traces",
        "SELECT other(id) FROM traces",
        "SELECT public.lower(region) FROM traces",
        "SELECT id OPERATOR(public.+) 1 FROM traces",
        "SELECT CAST(id AS public.mine) FROM traces",
        "SELECT current_setting('x')",
        "SELECT system_user",
        "SELECT session_user FROM traces",
        "WITH gone AS (DELETE FROM traces RETURNING *) SELECT * FROM gone",
        "SELECT 1 INTO made",
        "SELECT * FROM traces FOR UPDATE",
        "SELECT 1; DROP TABLE traces",
        "SELECT 1) AS a; DROP TABLE traces; --",
        "DELETE FROM traces",
        "SELECT $$x$$",
        "SELECT E'\\'' FROM traces --'",
        "SELECT U&'x'",
        "SELECT U&\"x\" FROM traces",
        "SELECT `id` FROM traces",
        "SELECT 'open FROM traces",
        "SELECT /* a /* b */ lo_export(1, 'x') */ 1",
        "",
        ";",
    ],
)  # fmt: skip
def test_nothing_but_a_select_over_traces_goes_to_another_engine(sql):
    with pytest.raises(QueryError):
        ask(sql)


@pytest.mark.parametrize(
    ("sql", "written", "read"),
    [
        ("SELECT \"Tenant Name\", 'it''s' FROM traces -- all of them\n;", "SELECT `Tenant Name`, <it's> FROM traces", ("Tenant Name",)),
        ("SELECT '\\' FROM traces", "SELECT <\\> FROM traces", ()),  # a letter like any other: the engine is told so
        ("SELECT COUNT(*)/**/FROM traces", "SELECT COUNT(*) FROM traces", ()),
        ("WITH few AS (SELECT id, region AS r FROM traces) SELECT r FROM few", None, ("id", "region")),
        ("WITH RECURSIVE n AS (SELECT 1 AS k UNION ALL SELECT k + 1 FROM n WHERE k < 3) SELECT k FROM n", None, ()),
        ("SELECT traces.row_to_json FROM traces", None, COLUMNS),
        ("SELECT lower(t.region) AS r FROM traces AS t WHERE \"at\" < current_timestamp GROUP BY r", None, ("at", "region")),
        ("SELECT SUM(id) OVER (ORDER BY \"at\") AS s FROM traces", None, ("id", "at")),
    ],
)  # fmt: skip
def test_a_question_is_written_for_the_engine_and_what_it_reads_is_said(sql, written, read):
    one = ask(sql)
    assert one.read == read
    assert one.sql == (written or one.sql)
