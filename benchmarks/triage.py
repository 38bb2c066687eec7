"""What triage costs: the full report beside a bare scan of the same columns, and question by question beside the tool that people use.

    python benchmarks/triage.py [--rows 1000000] [--repeat 1] [--no-peers] [--only onset,drift] [--minutes 30]
    python benchmarks/triage.py --rows 10000000      report and scan alone: most peers do not fit in memory

Every answer runs in a process of its own, one after the other, over the same Parquet files with a planted incident
(benchmarks/triage_data.py): wall time from the first byte read to the answer (imports are not counted), processor time, peak
memory, and whether the answer was right. Ratios are per row: a peer that is too slow for all rows runs on a sample, as its
users do, and its time is scaled; one without an answer after `--minutes` or within `--peer-memory` is told as that. Exit code 1 when a goal is missed:
report within 6 times the scan, every question at least 5 times faster than the peer, answers right, and at 10 million rows no
more than 4 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import triage_data  # noqa: E402  # the path is set above

from tools.bootstrap import PEERS_PYTHON  # noqa: E402  # the path is set above

PEERS = (
    ("onset", "ruptures"), ("segments", "pysubgroup"), ("segments", "pandas"), ("drift", "evidently"), ("fairness", "fairlearn"),
    ("leakage", "presidio"),
)  # fmt: skip
MOST_SCANS, LEAST_FASTER, MOST_MB = 6.0, 5.0, 4096
MANY = 5_000_000
"""From so many rows on, peers are asked only when told to."""
Found = dict[str, Any]


def ask(command: list[str], repeat: int, minutes: float, memory_mb: int = 0) -> Found:
    """The quickest of some runs; a run that fails, does not end in time or wants more address space than `memory_mb` (0: any) says so."""
    limit = (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))) if memory_mb else None
    best: Found = {}
    for _ in range(repeat):
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=60 * minutes, check=False, env={**os.environ, "PYTHONWARNINGS": "ignore"},
                preexec_fn=limit,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"failed": f"no answer in {minutes:g} min", "slow": 60 * minutes}
        if done.returncode and memory_mb and ("MemoryError" in done.stderr or done.returncode < 0):
            return {"failed": f"no answer within {memory_mb:,} MB"}
        if done.returncode:
            return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1][:200]}
        found = json.loads(done.stdout.strip().splitlines()[-1])
        if not best or found["seconds"] < best["seconds"]:
            best = found
    return best


def ask_in_turn(own: list[str], folder: Path, truth: Path, repeat: int, minutes: float) -> tuple[Found, Found]:
    """The quickest report and the quickest scan of its columns, in turn: what disturbs the machine for a while disturbs both."""
    reports, scans = list[Found](), list[Found]()
    for _ in range(repeat):
        reports.append(ask([*own, "report", str(folder), str(truth)], 1, minutes))
        if "failed" in reports[-1]:
            return reports[-1], {}
        scans.append(ask([*own, "scan", str(folder), str(truth), *reports[-1]["columns"]], 1, minutes))
    report, scan = (min(one, key=lambda found: found.get("seconds", float("inf"))) for one in (reports, scans))
    return report, scan


def exact_rates(folder: Path) -> dict[str, list[float]]:
    """Selection rate, TPR and FPR by group, in plain SQL: what both sides' figures are compared with."""
    import duckdb

    chosen = "CASE WHEN decision = 'approve' THEN 1.0 ELSE 0.0 END"
    rows = duckdb.execute(
        f"""SELECT "group", AVG({chosen}), AVG({chosen}) FILTER (label = 'good'), AVG({chosen}) FILTER (label = 'bad')
        FROM read_parquet('{folder}/*.parquet') WHERE decision IS NOT NULL GROUP BY 1"""
    ).fetchall()
    return {group: [float(one) for one in rates] for group, *rates in rows}


def settle(found: Found, exact: dict[str, list[float]]) -> None:
    """Whether fairness figures are right: the same as in plain SQL, for every group."""
    if found.get("rates") is not None and found.get("right") is None:
        told = found["rates"]
        found["right"] = told.keys() == exact.keys() and all(
            one is not None and abs(one - other) < 1e-9 for group in exact for one, other in zip(told[group], exact[group], strict=True)
        )  # fmt: skip


def line(name: str, found: Found, rows: int, ours: Found | None = None) -> float | None:
    """Print one row; how many times as long the peer takes for a row."""
    if "slow" in found and ours and "seconds" in ours:
        least = found["slow"] / rows / (ours["seconds"] / ours["rows"])
        print(f"  {name:24} {found['failed']}: at least {least:,.0f}×", flush=True)
        return least
    if "failed" in found:
        print(f"  {name:24} failed: {found['failed']}", flush=True)
        return None
    per_row = found["seconds"] / found["rows"]
    ratio = per_row / (ours["seconds"] / ours["rows"]) if ours and "seconds" in ours else None
    spent = found["cpu"] / found["rows"] / (ours["cpu"] / ours["rows"]) if ours and "cpu" in ours else None
    part = "" if found["rows"] == rows else f" on {found['rows']:,} rows"
    times = "" if ratio is None or spent is None else f"{ratio:8.1f}×{spent:8.1f}×"
    verdict = "right" if found["right"] else "WRONG"
    print(
        f"  {name:24}{found['seconds']:9.2f} s{found['mb']:8.0f} MB{times:>18}  {verdict}: {found['said']}{part}",
        flush=True,
    )
    return ratio


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long to wait for one answer")
    parser.add_argument("--peer-memory", type=int, default=8000, help="address space of a peer, MB")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peers", action="store_true", help="ask peers however many rows there are")
    parser.add_argument("--only", default="", help="questions, separated by commas")
    arguments = parser.parse_args()
    rows, missed = arguments.rows, []
    only = set(arguments.only.split(",")) - {""}
    peers = not arguments.no_peers and (rows < MANY or arguments.peers)
    if peers:
        subprocess.run([sys.executable, str(ROOT / "tools" / "bootstrap.py"), "peers"], check=True)
    folder = triage_data.ready(rows)
    truth = triage_data.truth_file(folder)
    own = [sys.executable, str(ROOT / "benchmarks" / "triage_ours.py")]
    print(
        f"{rows:,} rows; times are wall seconds; beside each peer: how many times as long for a row (wall, processor)"
    )
    if not only or "report" in only:
        report, scan = ask_in_turn(own, folder, truth, arguments.repeat, arguments.minutes)
        line("full report", report, rows)
        if "failed" in report:
            missed.append("report failed")
        else:
            line("bare scan", scan, rows)
            times = report["seconds"] / scan["seconds"]
            print(
                f"  the report takes {times:.1f} scans of its {len(report['columns'])} columns (goal {MOST_SCANS:.0f})"
            )
            missed += [f"report: {times:.1f} scans"] if times > MOST_SCANS else []
            missed += [] if report["right"] else ["report: wrong segment"]
            missed += [f"report: {report['mb']:.0f} MB"] if report["mb"] > MOST_MB else []
    exact = exact_rates(folder)
    answered: dict[str, Found] = {}
    for question, peer in PEERS:
        if (only and question not in only) or (not peers and rows >= MANY):
            continue
        if question not in answered:
            answered[question] = ask([*own, question, str(folder), str(truth)], arguments.repeat, arguments.minutes)
            settle(answered[question], exact)
            line(f"{question}: hotwash", answered[question], rows)
            missed += [] if answered[question].get("right") else [f"{question}: wrong"]
        if peers:
            found = ask(
                [str(PEERS_PYTHON), str(ROOT / "benchmarks" / f"peers_{peer}.py"), str(folder), str(truth)],
                arguments.repeat,
                arguments.minutes,
                arguments.peer_memory,
            )
            settle(found, exact)
            ratio = line(f"{question}: {peer}", found, rows, answered[question])
            missed += [f"{question}: {ratio:.1f}× {peer}"] if ratio is not None and ratio < LEAST_FASTER else []
    print("goals: " + ("met" if not missed else "missed: " + "; ".join(missed)))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
