"""What was acknowledged survives: the writing process is killed, and the log is torn."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.kernel.event import Draft, check_chain

LOOP = Path(__file__).with_name("crash_loop.py")
KILLS = 1_000
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process to kill")


def crash_loop(folder: Path, *arguments: object) -> dict[str, object]:
    command = [sys.executable, str(LOOP), str(folder), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert not run.stderr, f"a child ended by itself: {run.stderr[:2000]}"
    return json.loads(run.stdout)


@pytest.mark.slow
def test_a_thousand_kills_lose_nothing_and_double_nothing(tmp_path: Path):
    result = crash_loop(tmp_path, "random", KILLS, 20_261)
    assert result["problems"] == []
    assert result["failed"] == 0, "a child ended before it was killed"
    assert result["retried"] > 10, "no kill fell between storing and acknowledging, so no retry was tested"
    assert result["acknowledged"] > KILLS / 2, "hardly anything was written between the kills, so they tested nothing"


def test_a_death_at_any_statement_leaves_whole_appends(tmp_path: Path):
    result = crash_loop(tmp_path, "statements")
    assert result["problems"] == []
    assert result["status"] == 0
    assert result["statements"] > 20, "making a store and two appends has more statements than that"


def test_a_torn_write_ahead_log_loses_whole_appends_from_the_end(tmp_path: Path):
    """What a loss of power may leave: the log cut off at any byte. Every append is there whole or not at all."""
    store = SqliteStore(tmp_path / "drills.db")
    ends = {0}
    for number in range(12):
        drafts = [Draft("noted", {"text": "x" * 700}, 0, 0, "scribe", "Kim")] * (1 + number % 3)
        ends.add(store.append("drill", max(ends), drafts, f"c{number}")[-1].version)
    log = tmp_path / "drills.db-wal"
    whole, kept = log.read_bytes(), list[int]()
    for length in range(0, len(whole) + 1, max(1, len(whole) // 60)):
        torn = tmp_path / f"torn-{length}.db"
        shutil.copyfile(tmp_path / "drills.db", torn)
        torn.with_name(f"{torn.name}-wal").write_bytes(whole[:length])
        other = SqliteStore(torn)
        events = other.read("drill")
        check_chain(events)
        kept.append(len(events))
        other.append("drill", len(events), [Draft("noted", {}, 0, 0, "scribe", "Kim")], "after")
        other.close()
    store.close()
    assert set(kept) <= ends, "half an append survived"
    assert kept == sorted(kept)
    assert len(set(kept)) > 6, "the log was cut at too few places to show anything"
