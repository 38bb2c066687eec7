"""Events in one SQLite file: what was acknowledged survives a crash of the process and a loss of power."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hotwash.kernel.errors import StaleVersionError, StoreBusyError, StoreError
from hotwash.kernel.event import GENESIS, Draft, Event, canonical, seal_all

APPLICATION_ID = 0x486F7477
"""The letters 'Hotw' in the header of the file; `file` and other programs can tell it from any other database."""
FORMAT = 1
"""`user_version` of the file; a file with a higher one is not touched."""
OLDEST_SQLITE = (3, 37)
"""The first version with STRICT tables, without which a number could be stored where text belongs."""
PATIENCE_S = 10.0
"""How long an append waits for another writer before it raises StoreBusyError."""

_COLUMNS = "stream, version, type, data, drill_ms, wall_ms, seat, person, schema, command_id, previous, hash, position"
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({', '.join('?' * 13)})"  # noqa: S608 constants alone

# The triggers hold against other programs and against our own mistakes: no event is changed or removed, and none is
# written that does not continue its stream. The insert trigger also stops INSERT OR REPLACE, which would remove a row
# without firing the delete trigger.
_SCHEMA = (
    """
    CREATE TABLE event (
        position INTEGER PRIMARY KEY CHECK (position > 0),
        stream TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        type TEXT NOT NULL,
        data TEXT NOT NULL,
        drill_ms INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        seat TEXT NOT NULL,
        person TEXT NOT NULL,
        schema INTEGER NOT NULL,
        command_id TEXT NOT NULL CHECK (command_id <> ''),
        previous TEXT NOT NULL CHECK (length(previous) = 64),
        hash TEXT NOT NULL CHECK (length(hash) = 64),
        UNIQUE (stream, version)
    ) STRICT
    """,
    "CREATE INDEX event_by_command ON event (stream, command_id, version)",
    "CREATE INDEX first_event ON event (position) WHERE version = 1",
    """
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only: nothing is changed'); END
    """,
    """
    CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only: nothing is removed'); END
    """,
    f"""
    CREATE TRIGGER event_continues_its_stream BEFORE INSERT ON event
    WHEN NEW.position <= (SELECT coalesce(max(position), 0) FROM event)
        OR NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM event WHERE stream = NEW.stream)
        OR NEW.previous <> coalesce(
            (SELECT hash FROM event WHERE stream = NEW.stream AND version = NEW.version - 1), '{GENESIS}')
    BEGIN SELECT RAISE(ABORT, 'an event continues its stream: next version, next position, hash of the last'); END
    """,  # noqa: S608 GENESIS is a constant of ours
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {FORMAT}",
)

_Row = tuple[str, int, str, str, int, int, str, str, int, str, str, str, int]


class SqliteStore:
    """Implements `ports.store.EventStore`. One connection behind a lock, so it is safe for threads; several processes
    may open one file and take turns writing. Data is kept as canonical JSON: hashes compute again from what is stored.
    """

    def __init__(self, path: Path | str) -> None:
        """Open a file, or make it. Raises StoreError for a file that is not a store of ours or is newer than this code."""
        self._path, self._lock = Path(path), threading.Lock()
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise StoreError(f"this Python has SQLite {sqlite3.sqlite_version}; a store on disk needs 3.37 or newer")
        with self._in_words():
            self._db = sqlite3.connect(self._path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
        try:
            with self._in_words():
                self._prepare()
        except BaseException:  # whatever it was, raised again: no file stays open behind a store that was never made
            self._db.close()
            raise

    def append(self, stream: str, expected_version: int, drafts: Sequence[Draft], command_id: str) -> list[Event]:
        """Store drafts and return them as events, after they have reached the disk.

        Raises StaleVersionError, StoreBusyError, StoreError when the disk refuses; ValueError for an empty command id.
        """
        if not command_id:
            raise ValueError("an append needs a command id: it is what makes a retry safe")
        with self._lock, self._writing():
            stored = self._select("stream = ? AND command_id = ? ORDER BY version", stream, command_id)
            if stored:
                return stored
            version, head = self._head(stream)
            if version != expected_version:
                raise StaleVersionError(stream, expected_version, version)
            (last,) = self._db.execute("SELECT coalesce(max(position), 0) FROM event").fetchone()
            events = seal_all(drafts, stream, version, head, command_id, last)
            self._db.executemany(_INSERT, map(_row, events))
        return events

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Events of one stream with a version above `after`."""
        with self._lock, self._in_words():
            return self._select("stream = ? AND version > ? ORDER BY version", stream, after)

    def read_all(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events of all streams with a position above `after`, at most `limit`."""
        with self._lock, self._in_words():
            return self._select("position > ? ORDER BY position LIMIT ?", after, max(0, limit))

    def streams(self) -> list[str]:
        """Names of all streams, in order of their first event."""
        with self._lock, self._in_words():
            return [
                name for (name,) in self._db.execute("SELECT stream FROM event WHERE version = 1 ORDER BY position")
            ]

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def _prepare(self) -> None:
        """Look before touching: a file of another program is left as it was."""
        if self._is_empty():
            self._switch_to_wal()
            self._create()
        found, version = self._mark()
        if found != APPLICATION_ID:
            raise StoreError(f"{self._path} is a database of another program; name another file")
        if version > FORMAT:
            raise StoreError(
                f"{self._path} was written by a newer version of Hotwash (format {version}, this one reads {FORMAT}); "
                "upgrade Hotwash to open it"
            )
        self._switch_to_wal()

    def _is_empty(self) -> bool:
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return not tables and self._mark() == (0, 0)

    def _mark(self) -> tuple[int, int]:
        (found,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return found, version

    def _switch_to_wal(self) -> None:
        (mode,) = self._db.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise StoreError(f"{self._path} cannot be written safely here (no write-ahead log); use a local disk")
        # FULL syncs the log at every commit; fullfsync does what fsync alone does not do on macOS.
        for setting in ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON", "trusted_schema = OFF"):
            self._db.execute(f"PRAGMA {setting}")

    def _create(self) -> None:
        with self._writing():
            if self._is_empty():  # another process may have been quicker
                for statement in _SCHEMA:
                    self._db.execute(statement)

    def _head(self, stream: str) -> tuple[int, str]:
        newest = "SELECT version, hash FROM event WHERE stream = ? ORDER BY version DESC LIMIT 1"
        found: tuple[int, str] | None = self._db.execute(newest, (stream,)).fetchone()
        return found or (0, GENESIS)

    def _select(self, condition: str, *values: str | int) -> list[Event]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM event WHERE {condition}", values)  # noqa: S608 ours alone
        return [_event(row) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: committed whole, or rolled back whole on any error."""
        with self._in_words():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except (
                BaseException
            ):  # raised again, an interrupt too: half a transaction would lock every other writer out
                # A failed COMMIT may have ended the transaction already.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Database errors as errors for people."""
        try:
            yield
        except sqlite3.Error as broken:
            if getattr(broken, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise StoreBusyError(f"{self._path} is being written by somebody else; try again") from broken
            if getattr(broken, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
                raise StoreError(f"{self._path} is not a database; name another file") from broken
            if getattr(broken, "sqlite_errorcode", 0) == sqlite3.SQLITE_CANTOPEN:
                said = f"{self._path} cannot be opened; name a file in a folder that you can write to"
                raise StoreError(said) from broken
            raise StoreError(f"{self._path}: {broken}") from broken


def _row(event: Event) -> _Row:
    return (
        event.stream,
        event.version,
        event.type,
        canonical(event.data).decode(),
        event.drill_ms,
        event.wall_ms,
        event.seat,
        event.person,
        event.schema,
        event.command_id,
        event.previous,
        event.hash,
        event.position,
    )


def _event(row: _Row) -> Event:
    stream, version, kind, data, drill_ms, wall_ms, seat, person, schema, command_id, previous, own_hash, position = row
    return Event(
        stream,
        version,
        kind,
        json.loads(data),
        drill_ms,
        wall_ms,
        seat,
        person,
        schema,
        command_id,
        previous,
        own_hash,
        position,
    )
