"""Traces for benchmarks/triage.py: one planted incident, one drifted tenant, personal data in a few answers, as Parquet.

    python benchmarks/triage_data.py ROWS [--folder out/triage]

Written in parts, in order of time, as a store keeps them; kept for the next run under a name that says what is in it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support import incident_rows, incident_traffic, incidents  # noqa: E402  # the path is set above

FOLDER = ROOT / "out" / "triage"
PART = 250_000
SEED = 20_260_302
SLICE = (("channel", "channel-3"), ("index_version", "i-1"), ("region", "region-1"))
"""About one percent of all traffic: averages hide it."""
TENANT = "t-017"
"""One percent of all traffic: the tenant whose feature moves."""


def spec(rows: int) -> incidents.Spec:
    """0.4 % ungrounded answers become about 4 % in one cell of three attributes, whatever the number of rows."""
    share, base, judged, left = 0.009, 0.004, 0.7, 0.5
    usual = rows * share * judged * left * base
    return incidents.Spec(
        rows=rows,
        hours=48,
        mode="hallucination",
        slice=SLICE,
        shifted=(("tenant", TENANT),),
        effect=9 * usual**0.5,
        onset=0.5,
        rollout=True,
        surge=True,
        text=True,
        base={"ungrounded": base, "declined": 0.05},
    )


def name_of(rows: int) -> str:
    """A folder's name that changes with anything that decides what is in it."""
    digest = hashlib.sha256(repr((spec(rows), SEED, PART)).encode())
    for module in (incident_rows, incident_traffic, incidents):
        digest.update(Path(module.__file__).read_bytes())
    return f"{rows}-{digest.hexdigest()[:12]}"


def ready(rows: int, folder: Path = FOLDER) -> Path:
    """The folder with `*.parquet` and, beside it, `<name>.json` with the truth; written when it is not there."""
    there = folder / name_of(rows)
    told = truth_file(there)
    if told.exists():
        return there
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(parents=True)
    world = incidents.plan(spec(rows), SEED)
    parts = max(1, rows // PART)
    truths = []
    for number in range(parts):
        data, truth = incidents.chunk(world, rows // parts, (number, parts))
        write(data, there / f"part-{number:03}.parquet")
        truths.append(truth)
        print(f"  wrote {(number + 1) * rows // parts:,} of {rows:,} rows", file=sys.stderr, flush=True)
    told.write_text(json.dumps(asdict(incidents.together(truths)), indent=1))
    return there


def truth_file(there: Path) -> Path:
    """Where the truth about a folder lies: beside it, so that the folder holds traces alone."""
    return there.with_name(there.name + ".json")


def write(data: dict[str, Any], path: Path) -> None:
    """One Parquet file, zstd, texts as dictionaries."""
    import duckdb

    with duckdb.connect(":memory:", config={"memory_limit": "1GB"}) as database:
        database.execute("SET enable_progress_bar = false")
        database.register("given", data)
        quoted = str(path).replace("'", "''")
        database.execute(f"COPY given TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write traces with a planted incident to Parquet.")
    parser.add_argument("rows", type=int)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    print(ready(arguments.rows, arguments.folder))
