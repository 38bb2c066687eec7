"""Kills a process that writes to a SQLite store, over and over. A program of its own, because it forks.

Run as `python crash_loop.py <folder> random <kills> <seed>` or `python crash_loop.py <folder> statements`. Prints one
JSON object with what was found; whoever calls it decides whether that is good.
"""

import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hotwash.adapters import store_sqlite
from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.kernel.event import Draft, check_chain

STREAM = "drill"
CONNECT = store_sqlite.sqlite3.connect


def batch(command: int) -> list[Draft]:
    """One to three drafts that say which command they belong to and which part of it they are."""
    return [Draft("noted", {"command": command, "part": n}, 0, 0, "scribe", "Kim") for n in range(1 + command % 3)]


def child(work: Callable[[int], None]) -> tuple[int, int]:
    """Fork, and run `work` with the writing end of a pipe in the child. Returns the child and the reading end."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.close(reading)
        work(writing)
        os._exit(0)
    except BaseException as error:  # the child ends here, whatever happens
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)


def lines_of(reading: int) -> list[list[int]]:
    """The acknowledgements in a pipe whose writer is dead."""
    with os.fdopen(reading) as pipe:
        return [[int(word) for word in line.split()] for line in pipe]


def write_on(path: Path, command: int, version: int) -> Callable[[int], None]:
    """Append command after command for ever, from a possible retry on, and acknowledge each after it is stored."""

    def work(pipe: int) -> None:
        store, number, at = SqliteStore(path), command, version
        landed = int(bool(store.read(STREAM, after=version)))  # the command to retry was stored, its sender was killed
        while True:
            at = store.append(STREAM, at, batch(number), f"c{number}")[-1].version
            os.write(pipe, f"{number} {at} {landed}\n".encode())
            number, landed = number + 1, 0

    return work


def kill_at_random(path: Path, kills: int, seed: int) -> dict[str, object]:
    """Kill after 0 to 6 ms of writing; every third time earlier, while the file is being opened and recovered."""
    chance, acknowledged, failed, retried = random.Random(seed), dict[int, int](), 0, 0
    for kill in range(kills):
        last = max(acknowledged, default=0)
        pid, reading = child(write_on(path, last + 1, acknowledged.get(last, 0)))
        if kill % 3:
            select.select([reading], [], [], 5)
        time.sleep(chance.random() * 0.006)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        failed += not os.WIFSIGNALED(status)
        for number, version, landed in lines_of(reading):
            acknowledged[number] = version
            retried += landed
    store, final = SqliteStore(path), max(acknowledged) + 1
    store.append(STREAM, acknowledged[final - 1], batch(final), f"c{final}")
    events = store.read(STREAM)
    store.close()
    return {
        "kills": kills,
        "failed": failed,
        "acknowledged": len(acknowledged),
        "retried": retried,
        "problems": problems(events, acknowledged, final),
    }


def problems(events, acknowledged: dict[int, int], commands: int) -> list[str]:
    """What is wrong with a store in which commands 1 to `commands` were stored, in words."""
    found = []
    check_chain(events)
    told = [(event.data["command"], event.data["part"]) for event in events]
    wanted = [(n, part) for n in range(1, commands + 1) for part in range(len(batch(n)))]
    if told != wanted:
        found.append(f"{len(told)} events where every command once makes {len(wanted)}")
    for number, version in acknowledged.items():
        if version > len(events) or events[version - 1].command_id != f"c{number}":
            found.append(f"command {number} was acknowledged at version {version} and is not there")
    return found


def dying_at(statement: int) -> Callable[..., object]:
    """`sqlite3.connect`, with a connection on which the process dies when it begins its n-th statement."""

    def connect(*args: object, **settings: object) -> object:
        connection = CONNECT(*args, **settings)
        begun = 0

        def trace(_: str) -> None:
            nonlocal begun
            begun += 1
            if begun == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        connection.set_trace_callback(trace)
        return connection

    return connect


def kill_at_statements(folder: Path) -> dict[str, object]:
    """Make a store and append twice, dying at the 1st, 2nd, 3rd ... statement, until there is none left to die at."""
    found: list[str] = []
    for statement in range(1, 500):
        path = folder / f"at-{statement}.db"

        def work(pipe: int, path: Path = path, statement: int = statement) -> None:
            store_sqlite.sqlite3.connect = dying_at(statement)
            store, at = SqliteStore(path), 0
            for number in (1, 2):
                at = store.append(STREAM, at, batch(number), f"c{number}")[-1].version
                os.write(pipe, f"{number} {at} 0\n".encode())

        pid, reading = child(work)
        _, status = os.waitpid(pid, 0)
        acknowledged = {number: version for number, version, _ in lines_of(reading)}
        store = SqliteStore(path)
        stored = len(store.read(STREAM))
        if stored not in {0, 2, 5}:
            found.append(f"statement {statement}: {stored} events, so half an append")
        at = 0
        for number in (1, 2):
            at = store.append(STREAM, at, batch(number), f"c{number}")[-1].version
        found += [f"statement {statement}: {one}" for one in problems(store.read(STREAM), acknowledged, 2)]
        store.close()
        if not os.WIFSIGNALED(status):
            return {"statements": statement - 1, "status": status, "problems": found}
    raise AssertionError("five hundred statements are not enough to make a store and append twice")


def main() -> None:
    folder, mode, *numbers = sys.argv[1:]
    started = time.perf_counter()
    if mode == "random":
        result = kill_at_random(Path(folder) / "drills.db", *map(int, numbers))
    else:
        result = kill_at_statements(Path(folder))
    print(json.dumps({**result, "seconds": round(time.perf_counter() - started, 1)}))


if __name__ == "__main__":
    main()
