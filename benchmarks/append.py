"""How fast events are stored, against what the disk and SQLite allow on the same machine in the same minute.

Five ways to make the same events safe, taken in turns so that a busy machine slows all of them alike:

- disk: the log lines of one append written to a file and synced, the least that any durable store must do;
- row: the same lines as one row in a bare SQLite table (WAL, synchronous FULL), one commit each;
- store: `SqliteStore.append`, with sealing, version check, command check, guards and one commit;
- memory: `MemoryStore.append`, the same without a disk;
- chain: a hash chain in a bare SQLite table, without checks and guards.

Chain and store are measured once more at synchronous NORMAL, where no commit waits for the disk and the guards show as they are; the
product always writes at FULL. Then the chain of what was written is verified.

Run `python benchmarks/append.py [--rounds N] [--appends N] [--batch N] [--json]`. Exit code 1 when a goal is missed: the store
at 0.6 of the bare row at FULL and 0.3 of the bare chain at NORMAL, verification at 25 times the rate of appends at FULL.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from hotwash.adapters.store_memory import MemoryStore
from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.kernel.event import GENESIS, Draft, canonical, check_chain, seal_all
from hotwash.ports.store import EventStore

CHAIN = "CREATE TABLE log (version INTEGER PRIMARY KEY, type, data, drill_ms, wall_ms, seat, previous, hash)"
GOALS = {"store/row": 0.6, "store-normal/chain-normal": 0.3, "verify/store": 25.0}
DATA = {
    "kind": "rollback", "scope": {"tenant": ["t-03"]}, "arguments": {"component": "index", "percent": 100},
    "reason": "Two signals agree since the index refresh at T+12; the previous version answered cleanly on replay.",
}  # fmt: skip


def drafts(batch: int) -> list[Draft]:
    return [
        Draft("lever_requested", {**DATA, "part": n}, 754_000, 1_790_000_000_000, "tech", "Kim") for n in range(batch)
    ]


def lines(batch: int) -> bytes:
    events = seal_all(drafts(batch), "drill", 0, GENESIS, "command-1", 0)
    return b"".join(canonical(event.to_json()) + b"\n" for event in events)


class Disk:
    def __init__(self, path: Path, body: bytes) -> None:
        self.file, self.body = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND), body

    def append(self) -> None:
        os.write(self.file, self.body)
        os.fsync(self.file)


class Row:
    def __init__(self, path: Path, body: bytes) -> None:
        self.db, self.body = sqlite3.connect(path, isolation_level=None), body.decode()
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE log (line TEXT)",
        ):
            self.db.execute(statement)

    def append(self) -> None:
        self.db.execute("INSERT INTO log VALUES (?)", (self.body,))


class Chained:
    """A chain in bare SQLite: read the head, seal, insert, commit. No version check, no command check, no guards."""

    def __init__(self, path: Path, batch: int, synchronous: str) -> None:
        self.db, self.drafts, self.number = sqlite3.connect(path, isolation_level=None), drafts(batch), 0
        for statement in ("PRAGMA journal_mode = WAL", f"PRAGMA synchronous = {synchronous}", CHAIN):
            self.db.execute(statement)

    def append(self) -> None:
        self.number += 1
        self.db.execute("BEGIN IMMEDIATE")
        found = self.db.execute("SELECT version, hash FROM log ORDER BY version DESC LIMIT 1").fetchone()
        version, head = found or (0, GENESIS)
        for event in seal_all(self.drafts, "drill", version, head, f"command-{self.number}", version):
            told = (
                event.version,
                event.type,
                canonical(event.data).decode(),
                event.drill_ms,
                event.wall_ms,
                event.seat,
            )
            self.db.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*told, event.previous, event.hash))
        self.db.execute("COMMIT")


class Store:
    def __init__(self, store: EventStore, batch: int) -> None:
        self.store, self.drafts, self.version, self.number = store, drafts(batch), 0, 0

    def append(self) -> None:
        self.number += 1
        self.version = self.store.append("drill", self.version, self.drafts, f"command-{self.number}")[-1].version


def relaxed(store: SqliteStore) -> SqliteStore:
    """The same store where no commit waits for the disk: for this comparison alone."""
    store._db.execute("PRAGMA synchronous = NORMAL")  # noqa: SLF001 the product offers no such thing
    return store


def verification(store: SqliteStore) -> float:
    """Events a second whose hashes are computed again."""
    events = store.read("drill")
    started = time.perf_counter()
    check_chain(events)
    return len(events) / (time.perf_counter() - started)


def rate(append: Callable[[], None], times: int) -> float:
    """Appends a second."""
    started = time.perf_counter()
    for _ in range(times):
        append()
    return times / (time.perf_counter() - started)


def measure(folder: Path, rounds: int, appends: int, batch: int) -> dict[str, float]:
    """Median appends a second by way, over rounds in which each way has its turn; the first round warms up."""
    body = lines(batch)
    full = SqliteStore(folder / "store.db")
    ways = {
        "disk": Disk(folder / "disk.log", body),
        "row": Row(folder / "row.db", body),
        "store": Store(full, batch),
        "chain": Chained(folder / "chain.db", batch, "FULL"),
        "chain-normal": Chained(folder / "chain-normal.db", batch, "NORMAL"),
        "store-normal": Store(relaxed(SqliteStore(folder / "store-normal.db")), batch),
        "memory": Store(MemoryStore(), batch),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            taken[name].append(rate(way.append, appends))
    found = {name: round(median(rates[1:]), 1) for name, rates in taken.items()}
    return {**found, "verify": round(verification(full) / batch, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--appends", type=int, default=300, help="appends a round and way")
    parser.add_argument("--batch", type=int, default=1, help="events an append")
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder if left out")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        rates = measure(Path(folder), wanted.rounds, wanted.appends, wanted.batch)
    pairs = [
        ("store", "disk"),
        ("store", "row"),
        ("store", "chain"),
        ("store-normal", "chain-normal"),
        ("store", "memory"),
        ("verify", "store"),
    ]
    ratios = {f"{one}/{other}": round(rates[one] / rates[other], 3) for one, other in pairs}
    met = all(ratios[name] >= goal for name, goal in GOALS.items())
    if wanted.json:
        size = len(lines(wanted.batch))
        print(json.dumps({"appends_per_second": rates, "ratios": ratios, "bytes": size, "goals": GOALS, "met": met}))
    else:
        print(f"appends a second, {wanted.batch} event(s) of {len(lines(wanted.batch)) // wanted.batch} bytes each")
        for name, value in rates.items():
            print(f"  {name:13}{value:12,.1f}")
        for name, value in ratios.items():
            print(f"  {name:25}{value:7.2f}" + (f"  goal {GOALS[name]}" if name in GOALS else ""))
        print("goals", "met" if met else "missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
