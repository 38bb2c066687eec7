"""The relation suite on ClickHouse inside this process, and what its session may not do."""

from itertools import count

import pytest

from hotwash.adapters.engine_clickhouse import ClickHouseDialect, from_connection
from hotwash.conformance.relation import RelationConformance, Table
from hotwash.kernel.errors import QueryError
from hotwash.ports.relation import Relation

TYPES = {"integer": "Int64", "number": "Float64", "flag": "Bool", "text": "String", "naive": "DateTime64(6, 'UTC')",
         "instant": "DateTime64(6, 'UTC')", "day": "Date32"}  # fmt: skip
NUMBERS = count()
DIALECT = ClickHouseDialect({})


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """What makes connections, each a session of its own, a cursor of one that may write, and what the driver raises."""
    pytest.importorskip("chdb", reason="there is no ClickHouse inside a process for this machine")
    from chdb import dbapi

    place = str(tmp_path_factory.mktemp("clickhouse"))
    first = dbapi.connect(place)
    first.cursor().execute("CREATE DATABASE made")
    yield lambda: dbapi.connect(place), first.cursor(), (RuntimeError,)
    first.close()


def literal(value, kind):
    if value is None:
        return "NULL"
    if kind == "text":
        return DIALECT.text(value)
    return (
        f"'{value:%Y-%m-%d %H:%M:%S.%f}'"
        if kind in ("naive", "instant")
        else f"'{value}'"
        if kind == "day"
        else repr(value)
    )


def filled(cursor, table: Table) -> str:
    made = f"made.t{next(NUMBERS)}"
    typed = ", ".join(f"{DIALECT.name(name)} Nullable({TYPES[one.type]})" for name, one in table.items())
    cursor.execute(f"CREATE TABLE {made} ({typed}) ENGINE = Memory")
    rows = list(zip(*(one.values for one in table.values()), strict=True))
    if rows:
        kinds = [one.type for one in table.values()]
        said = ", ".join("(" + ", ".join(map(literal, row, kinds)) + ")" for row in rows)
        cursor.execute(f"INSERT INTO {made} VALUES {said}")
    return made


class TestClickHouse(RelationConformance):
    @pytest.fixture(autouse=True)
    def _engine(self, engine):
        self.connect, self.cursor, self.refusals, self.open = *engine, list[Relation]()
        yield
        for one in self.open:
            one.close()

    def make(self, table: Table) -> Relation:
        made = from_connection(self.connect(), filled(self.cursor, table), self.refusals)
        self.open.append(made)
        return made


def test_types_of_the_server_are_read_as_what_they_are(engine):
    connect, cursor, refusals = engine
    cursor.execute(
        "CREATE TABLE made.odd (a UInt8, b LowCardinality(Nullable(String)), c Enum8('good' = 1, 'bad' = 2), d UUID, e Array(Float64), "
        "f DateTime, g Date, h Decimal(12, 2), i Map(String, String)) ENGINE = Memory"
    )
    cursor.execute(
        "INSERT INTO made.odd VALUES (1, NULL, 'bad', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', [0.5, 2], '2026-01-01 00:00:01', '2026-01-02', 12.25, {})"
    )
    relation = from_connection(connect(), "made.odd", refusals)
    wanted = ["integer", "text", "text", "text", "other", "time", "time", "number", "other"]
    assert list(relation.columns.values()) == wanted
    dialect = relation.dialect
    chosen = ", ".join(
        [
            "a",
            "b",
            "c",
            "d",
            f"{dialect.as_text('e')} AS e",
            f"{dialect.epoch_ms('f')} AS f",
            f"{dialect.epoch_ms('g')} AS g",
            "h",
        ]
    )
    found = relation.ask(f"SELECT {chosen} FROM traces", list("abcdefgh"))
    assert [one.tolist()[0] for one in found.values()] == [
        1, None, "bad", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "[0.5,2]", 1_767_225_601_000, 1_767_312_000_000, 12.25,
    ]  # fmt: skip
    relation.close()


def test_a_session_reads_the_one_table_and_does_nothing_else(engine):
    connect, cursor, refusals = engine
    cursor.execute("CREATE TABLE made.mine (n Int64, region String) ENGINE = Memory")
    cursor.execute("INSERT INTO made.mine SELECT number, if(number % 2, 'eu', 'it\\'s') FROM numbers(50)")
    relation = from_connection(connect(), "made.mine", refusals)
    for statement in ("SELECT 1) AS a; DROP TABLE made.mine; SELECT (1", "SELECT 1) AS a; SET readonly = 0; SELECT (1"):
        with pytest.raises(QueryError):
            relation.ask(statement, [])
    found = relation.look(
        "SELECT region AS r, COUNT(*) AS n FROM traces WHERE \"region\" <> 'x''\\' GROUP BY region ORDER BY r",
        limit=1,
        seconds=60,
    )
    assert (found.names, found.rows, found.more, found.read) == (("r", "n"), (("eu", 25),), True, ("region",))
    for refused in ("SELECT * FROM system.tables", "SELECT * FROM file('/etc/hostname', 'LineAsString')", "SELECT sleep(1)", "SELECT hostName()",
                    "SELECT currentUser()", "SELECT * FROM numbers(3)", "DROP TABLE made.mine", "SELECT * FROM made.mine"):  # fmt: skip
        with pytest.raises(QueryError):
            relation.look(refused, limit=10, seconds=60)
    with pytest.raises(QueryError, match="--seconds"):
        relation.look(
            "SELECT SUM(a.n * b.n % 7) FROM traces a, traces b, traces c, traces d, traces e, traces f, traces g",
            limit=1,
            seconds=0.3,
        )
    assert relation.ask("SELECT COUNT(*) AS n FROM traces", [])["n"].tolist() == [50]
    with pytest.raises(LookupError):
        from_connection(connect(), "made.absent", refusals)
    relation.close()
