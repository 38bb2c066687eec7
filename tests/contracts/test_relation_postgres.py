"""The relation suite on a PostgreSQL server, and what only an address can get wrong."""

import shlex
import sys
from itertools import count
from urllib.parse import urlsplit

import pytest

from hotwash.adapters import engine_postgres
from hotwash.aftermath.triaged.about import About
from hotwash.aftermath.triaged.next_tests import next_tests
from hotwash.bootstrap import look_into, open_table_at
from hotwash.conformance.relation import RelationConformance, Table
from hotwash.kernel.errors import ContentError, NotSupportedError, QueryError
from hotwash.kit.load import load_kit
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage.report import triage

TYPES = {"integer": "BIGINT", "number": "DOUBLE PRECISION", "flag": "BOOLEAN", "text": "TEXT", "naive": "TIMESTAMP",
         "instant": "TIMESTAMPTZ", "day": "DATE"}  # fmt: skip
NUMBERS = count()


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def filled(address: str, table: Table) -> str:
    """A new table on the server; its name. Names are cut by the server after 63 bytes."""
    import psycopg

    made = f"traces_{next(NUMBERS)}"
    typed = ", ".join(f"{quoted(name)} {TYPES[column.type]}" for name, column in table.items())
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE TABLE {made} ({typed})")
        rows = list(zip(*(column.values for column in table.values()), strict=True))
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {made} VALUES ({', '.join(['%s'] * len(table))})", rows)
    return made


@pytest.mark.slow
class TestPostgres(RelationConformance):
    longest_name = 63

    @pytest.fixture(autouse=True)
    def _server(self, postgres):
        self.address, self.open = postgres, list[Relation]()
        yield
        for one in self.open:
            one.close()

    def make(self, table: Table) -> Relation:
        made = engine_postgres.from_address(f"{self.address}#{filled(self.address, table)}")
        self.open.append(made)
        return made


def run(address: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(address) as connection:
        for one in statements:
            connection.execute(one)


@pytest.mark.slow
def test_types_of_the_server_are_read_as_what_they_are(postgres):
    run(
        postgres,
        "CREATE DOMAIN short AS VARCHAR(5)",
        "CREATE TYPE mood AS ENUM ('good', 'it''s bad')",
        "CREATE TABLE odd (a SMALLINT, b REAL, c NUMERIC(12,2), d CHAR(4), e short, f mood, g UUID, h JSONB, i FLOAT8[], j TIMESTAMP, k BYTEA)",
        "INSERT INTO odd VALUES (1, 0.5, 12.25, 'x', 'abc', 'it''s bad', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{}', '{0.5,1e-7}', 'infinity', 'x')",
    )  # fmt: skip
    relation = engine_postgres.from_address(f"{postgres}#odd")
    wanted = ["integer", "number", "number", "text", "text", "text", "text", "other", "other", "time", "other"]
    assert list(relation.columns.values()) == wanted
    dialect = relation.dialect
    asked = [
        "a",
        "b",
        "c",
        "d",
        "e",
        dialect.as_text("f"),
        "g",
        dialect.as_text("i"),
        dialect.epoch_ms("j"),
        "SUM(a)",
        "AVG(a)",
    ]
    chosen = ", ".join(f"{one} AS c{number}" for number, one in enumerate(asked))
    found = relation.ask(f"SELECT {chosen} FROM traces GROUP BY a, b, c, d, e, f, g, i, j", list("abcdefgij"))
    said = [array.tolist()[0] for array in found.values()]
    assert said[:8] == [1, 0.5, 12.25, "x", "abc", "it's bad", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "[0.5,1e-07]"]
    assert str(said[8]) in {"nan", "None"}, "an infinite moment is none"
    assert [found[name].dtype.kind for name in ("c9", "c10")] == ["i", "f"], (
        "a sum of whole numbers is whole, a mean is not"
    )
    relation.close()


@pytest.mark.slow
def test_a_role_sees_the_columns_it_may_read_and_writes_nothing(postgres):
    run(postgres, "CREATE TABLE mine (at TIMESTAMP, region TEXT, secret TEXT)", "INSERT INTO mine VALUES ('2026-01-01', 'eu', 'x')",
        "CREATE ROLE analyst LOGIN", "GRANT SELECT (at, region) ON mine TO analyst")  # fmt: skip
    address = postgres.replace("owner@", "analyst@")
    relation = engine_postgres.from_address(f"{address}#public.mine")
    assert list(relation.columns) == ["at", "region"]
    assert relation.ask("SELECT COUNT(*) AS n FROM traces", [])["n"].tolist() == [1]
    with pytest.raises(KeyError):
        relation.ask("SELECT MAX(secret) AS m FROM traces", ["secret"])
    relation.close()
    owner = engine_postgres.from_address(f"{postgres}#mine")
    for statement in ("SELECT setval('a', 1)", "SELECT pg_advisory_unlock_all()) AS a; DELETE FROM mine; --",
                      "SELECT lo_create(0) AS made"):  # fmt: skip
        with pytest.raises(QueryError):
            owner.ask(statement, [])
    assert owner.ask("SELECT COUNT(*) AS n FROM traces", [])["n"].tolist() == [1]
    owner.close()


@pytest.mark.slow
def test_a_report_sees_one_state_of_a_table_that_is_written_to(postgres):
    run(postgres, "CREATE TABLE live (n BIGINT)", "INSERT INTO live VALUES (1)")
    relation = engine_postgres.from_address(f"{postgres}#live")
    run(postgres, "INSERT INTO live VALUES (2)")
    assert relation.ask("SELECT COUNT(*) AS n FROM traces", [])["n"].tolist() == [1]
    relation.close()


@pytest.mark.slow
def test_a_statement_that_takes_too_long_is_stopped(postgres):
    run(postgres, "CREATE TABLE many AS SELECT n FROM generate_series(1, 20000) AS s(n)")
    relation = engine_postgres.from_address(f"{postgres}#many", seconds=1)
    with pytest.raises(QueryError, match="statement timeout"):
        relation.ask("SELECT SUM(a.n * b.n % 7) AS s FROM traces AS a, traces AS b, traces AS c", ["n"])
    relation.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one, "the address names no table"),
        (lambda one: f"{one}#no.such.table.here", "cannot be read: improper"),
        (lambda one: f"{one}#nowhere", "no table or view 'nowhere'"),
        (lambda one: one.replace("postgres?", "absent?") + "#x", 'database "absent" does not exist'),
        (lambda _: "postgresql://db.invalid:1/x#y", "cannot be reached"),
    ],
)
def test_an_address_that_leads_nowhere_says_so(postgres, change, said):
    with pytest.raises(ContentError, match=said):
        open_table_at(change(postgres))


@pytest.mark.parametrize("address", ["postgresql://me:pa55@h/d#t", "postgresql://h/d?password=pa55#t"])
def test_a_password_in_an_address_is_refused_and_not_repeated(address):
    with pytest.raises(ContentError, match="Leave the password out") as refused:
        open_table_at(address)
    assert "pa55" not in str(refused.value)


def test_another_kind_of_address_is_refused():
    with pytest.raises(ContentError, match="Begin an address with postgresql://"):
        open_table_at("oracle://h/d#t")


def test_postgres_is_an_extra_and_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(NotSupportedError, match=r"pip install 'hotwash\[postgres\]'"):
        open_table_at("postgresql://h/d#t")


def test_a_report_says_neither_role_nor_settings():
    said = engine_postgres.shown("postgresql://me@h:5433/d?sslrootcert=/etc/ca.pem&host=/run/db#s.t")
    assert said == "postgresql://h:5433/d?host=/run/db#s.t"


@pytest.mark.slow
def test_a_report_says_how_to_ask_the_table_and_that_its_times_have_no_zone(postgres, monkeypatch):
    run(postgres, "CREATE TABLE zoneless AS SELECT TIMESTAMP '2026-05-05' + n * INTERVAL '1 minute' AS at, n AS id, CASE n % 2 WHEN 1 THEN "
        "'north' ELSE 'south' END AS region, n >= 1000 AND n % 2 = 1 AS refused FROM generate_series(1, 2000) AS s(n)")  # fmt: skip
    columns = TraceColumns(time="at", id="id", dimensions=["region"], signals=[SignalColumn(name="refusals", column="refused", equals=True)])  # fmt: skip
    relation = engine_postgres.from_address(f"{postgres}#zoneless")
    *_, (_, known) = triage(relation, columns, load_kit().severity)
    about = About(columns, dict(relation.columns), (relation.provenance.source,))
    relation.close()
    assert known.health.clock.without == 2000
    first, second, address, sql = shlex.split(next_tests(known, about)[0].command)[1:]
    assert (first, second) == ("triage", "query")
    monkeypatch.setenv("PGUSER", urlsplit(postgres).username or "owner")  # the report does not tell who asked
    found = look_into(address, sql, limit=10, seconds=20)
    assert {row[2] for row in found.rows} == {True}


@pytest.mark.slow
def test_a_persons_question_reads_the_one_table_and_does_nothing_else(postgres):
    run(
        postgres,
        "CREATE TABLE looked (id BIGINT, at TIMESTAMPTZ, \"The Region\" TEXT, amount NUMERIC)",
        "INSERT INTO looked SELECT n, TIMESTAMPTZ '2026-05-05 10:00Z' + n * INTERVAL '1 minute', 'it''s \\ r' || n % 2, n / 4.0 FROM generate_series(1, 40) AS s(n)",
        "INSERT INTO looked VALUES (41, NULL, NULL, 'NaN')",
        "CREATE TABLE private (word TEXT)", "INSERT INTO private VALUES ('canary')",
        "CREATE FUNCTION public.lower(BIGINT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS 'SELECT word FROM private'",
    )  # fmt: skip
    relation = engine_postgres.from_address(f"{postgres}#looked")

    def ask(sql, limit=100, seconds=60.0):
        return relation.look(sql, limit=limit, seconds=seconds)

    sql = """SELECT id, "at", "The Region" AS r, amount, amount / 0.5 > 1 AS more FROM traces WHERE "The Region" = 'it''s \\ r1' ORDER BY id DESC"""
    found = ask(sql, limit=2)
    assert found.names == ("id", "at", "r", "amount", "more")
    assert found.rows == (
        (39, "2026-05-05T10:39:00+00:00", "it's \\ r1", 9.75, True),
        (37, "2026-05-05T10:37:00+00:00", "it's \\ r1", 9.25, True),
    )
    assert (found.more, found.read) == (True, ("id", "at", "The Region", "amount"))
    assert ask("SELECT amount FROM traces WHERE id = 41").rows == ((None,),), "a number that is none"
    assert ask(
        'SELECT ROUND(AVG(id), 1) AS a, to_char(MAX("at"), \'HH24:MI\') AS b, EXTRACT(hour FROM MIN("at")) AS c FROM traces'
    ).rows == ((21.0, "10:40", 10.0),)
    assert relation.asked == ["id", "at", "The Region", "amount"]
    for refused in ("SELECT * FROM private", "SELECT * FROM public.private", "SELECT public.lower(id) FROM traces", "SELECT lower(id) FROM traces",
                    "SELECT pg_sleep(1)", "SELECT set_config('transaction_read_only', 'off', false)", "SELECT pg_notify('a', 'b')",
                    "SELECT query_to_xml('SELECT 1', true, true, '')", "SELECT lo_create(0)", "SELECT pg_read_file('/etc/passwd')",
                    "SELECT * FROM pg_roles", "WITH pg_roles AS (SELECT 1) SELECT a.* FROM pg_catalog.pg_roles AS a", "SELECT system_user",
                    "WITH gone AS (DELETE FROM looked RETURNING *) SELECT * FROM gone", "DROP TABLE looked", "COMMIT", "SELECT 1; COMMIT; DROP TABLE looked",
                    "SELECT nothing FROM traces"):  # fmt: skip
        with pytest.raises(QueryError) as said:
            ask(refused)
        assert "canary" not in str(said.value)
    with pytest.raises(QueryError, match="--seconds"):
        ask("SELECT SUM(a.id * b.id % 7) FROM traces a, traces b, traces c, traces d, traces e, traces f", seconds=0.3)
    assert ask("SELECT COUNT(*) FROM traces").rows == ((41,),)
    # What a question was allowed is over with it.
    assert relation.ask("SELECT COUNT(*) AS n FROM traces", [])["n"].tolist() == [41]
    relation.close()
