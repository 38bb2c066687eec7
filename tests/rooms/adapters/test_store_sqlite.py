"""What the SQLite store does beyond its port: the file, its guards, and its errors in words."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotwash.adapters import store_sqlite
from hotwash.adapters.store_sqlite import APPLICATION_ID, SqliteStore
from hotwash.kernel.errors import StoreBusyError, StoreError
from hotwash.kernel.event import Draft, check_chain

NOTE = Draft("noted", {"text": "é"}, 1, 2, "scribe", "Kim")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "drills.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path)
    opened.append("drill", 0, [NOTE, NOTE], "c1")
    yield opened
    opened.close()


@pytest.fixture
def raw(path: Path, store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """The file as another program opens it."""
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def test_the_file_says_whose_it_is(raw: sqlite3.Connection, path: Path):
    assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert raw.execute("PRAGMA user_version").fetchone() == (1,)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert path.read_bytes()[68:72] == b"Hotw"


def test_every_commit_is_synced(store: SqliteStore):
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._db.execute("PRAGMA fullfsync").fetchone() == (1,)


def test_data_is_kept_as_canonical_json(raw: sqlite3.Connection):
    assert raw.execute("SELECT data FROM event WHERE version = 1").fetchone() == ('{"text":"é"}',)


COPY = "SELECT {} FROM event WHERE version = 2"
COLUMNS = "position, stream, version, type, data, drill_ms, wall_ms, seat, person, schema, command_id, previous, hash"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE event SET person = 'Eve' WHERE version = 1", "nothing is changed"),
        ("DELETE FROM event WHERE version = 2", "nothing is removed"),
        ("DELETE FROM event", "nothing is removed"),
        (f"INSERT OR REPLACE INTO event {COPY.format(COLUMNS)}", "continues its stream"),
        (f"INSERT INTO event {COPY.format(COLUMNS.replace('position', '3', 1))}", "continues its stream"),
        (f"INSERT INTO event {COPY.format('3, stream, 4' + COLUMNS[25:])}", "continues its stream"),
        (f"INSERT INTO event {COPY.format('3, stream, 3' + COLUMNS[25:])}", "continues its stream"),
        (f"INSERT INTO event {COPY.format('2, stream, 3' + COLUMNS[25:].replace('previous', 'hash', 1))}", "continues"),
        (
            f"INSERT INTO event {COPY.format('3, stream, 3' + COLUMNS[25:].replace('drill_ms', '2.5', 1))}",
            "cannot store",
        ),
    ],
)
def test_the_file_itself_refuses_to_be_rewritten(
    raw: sqlite3.Connection, store: SqliteStore, statement: str, said: str
):
    before = store.read_all()
    with pytest.raises(sqlite3.IntegrityError, match=said):
        raw.execute(statement)
    assert store.read_all() == before


def test_what_continues_the_stream_is_let_through(raw: sqlite3.Connection, store: SqliteStore):
    """So that the refusals above are the trigger's choice, not a broken statement."""
    following = COLUMNS[25:].replace("previous, hash", "hash, previous")
    raw.execute(f"INSERT INTO event {COPY.format('3, stream, 3' + following)}")
    assert len(store.read("drill")) == 3


def test_a_database_of_another_program_is_refused_and_left_as_it_was(path: Path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is a database of another program; name another file"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(path: Path):
    path.write_text("Minutes of the meeting, " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a database; name another file"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_a_newer_format_is_refused(path: Path):
    SqliteStore(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 2")
    newer.close()
    with pytest.raises(StoreError, match=r"newer version of Hotwash \(format 2, this one reads 1\); upgrade Hotwash"):
        SqliteStore(path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(StoreError, match="missing"):
        SqliteStore(tmp_path / "missing" / "drills.db")


def test_an_empty_file_becomes_a_store(path: Path):
    path.touch()
    store = SqliteStore(path)
    store.append("drill", 0, [NOTE], "c1")
    store.close()


def test_an_old_sqlite_is_named(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store_sqlite.sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(StoreError, match="needs 3.37 or newer"):
        SqliteStore(path)


def test_a_place_without_a_write_ahead_log_is_refused():
    with pytest.raises(StoreError, match="no write-ahead log"):
        SqliteStore(":memory:")


def test_a_busy_store_says_try_again(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store_sqlite, "PATIENCE_S", 0.0)
    store, other = SqliteStore(path), sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match="try again") as busy:
        store.append("drill", 0, [NOTE], "c1")
    assert not busy.value.permanent
    other.execute("ROLLBACK")
    other.close()
    assert len(store.append("drill", 0, [NOTE], "c1")) == 1
    store.close()


def test_a_full_disk_stores_nothing_and_the_store_goes_on(store: SqliteStore):
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages + 1}")
    large = Draft("noted", {"text": "x" * 100_000}, 0, 0, "scribe", "Kim")
    with pytest.raises(StoreError, match="full"):
        store.append("drill", 2, [NOTE, large], "c2")
    assert len(store.read("drill")) == 2
    store._db.execute("PRAGMA max_page_count = 1073741823")
    store.append("drill", 2, [NOTE, large], "c2")
    check_chain(store.read("drill"))


@pytest.mark.parametrize("field", ["drill_ms", "wall_ms", "schema"])
def test_a_number_beyond_64_bits_stores_nothing(store: SqliteStore, field: str):
    huge = Draft(**{"type": "n", "data": {}, "drill_ms": 0, "wall_ms": 0, "seat": "s", "person": "p", field: 2**63})
    with pytest.raises(OverflowError):
        store.append("drill", 2, [NOTE, huge], "c2")
    assert len(store.read("drill")) == 2
    store.append("drill", 2, [NOTE], "c2")


def test_a_closed_store_says_so(path: Path):
    store = SqliteStore(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.read("drill")


def test_two_processes_that_make_the_file_together_make_one(path: Path):
    others = []

    class Slow(SqliteStore):
        """Another opener comes in between seeing an empty file and making the store in it."""

        def _switch_to_wal(self) -> None:
            super()._switch_to_wal()
            if not others:
                others.append(SqliteStore(path))

    first, (second,) = Slow(path), others
    first.append("drill", 0, [NOTE], "c1")
    second.append("drill", 1, [NOTE], "c2")
    assert first.read("drill") == second.read("drill")
    first.close()
    second.close()
