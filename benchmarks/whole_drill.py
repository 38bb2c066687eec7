"""How long does a whole drill take, from the command to the report on disk, and where does the time go?

    python benchmarks/whole_drill.py [--repeats 5] [--json]

Every packaged scenario is played by the expert stand-ins as a process of its own, exactly as a user does it. The limit
beside it is a process that imports the same code and does nothing: no drill can be quicker than that. The parts are
timed in this process: laying the table (content, tape), par (the counterfactuals and the search for the best plan), the
play by seven stand-ins, the marks, and the files. Exit code 1 when the goal is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hotwash import bootstrap

GOAL_S = 3.0
SEED = 1


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that a call took, and what it returned."""
    begun = time.perf_counter()
    result = run()
    return time.perf_counter() - begun, result


def process(*words: str) -> float:
    """Seconds of one Python process. Raises CalledProcessError when it fails."""
    return timed(lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True))[0]


def command(scenario: str) -> float:
    """Seconds from the command to its report, in a fresh process and a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "drill")
        run = "from hotwash.cli.main import main; main()"
        return process("-c", run, "drill", "run", scenario, "--seed", str(SEED), "--out", out)


def parts(scenario: str) -> dict[str, float]:
    """Seconds of each part of one drill, in this process."""
    laying, table = timed(lambda: bootstrap.lay_out(bootstrap.content(scenario), SEED))
    search, par = timed(table.par)
    playing, played = timed(lambda: bootstrap.run(table, "expert", par=par))
    files, _ = timed(lambda: played.files)
    return {"lay out": laying, "par": search, "play and mark": playing, "files": files}


def main() -> int:
    """Measure, print, and say by the exit code whether the goal was met."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    bare = min(process("-c", "import hotwash.cli.main") for _ in range(asked.repeats))
    rows: dict[str, Any] = {}
    for scenario in (one.id for one in bootstrap.scenarios() if one.system != "recorded-agent"):
        whole = sorted(command(scenario) for _ in range(asked.repeats))
        rows[scenario] = {
            "best_s": whole[0],
            "worst_s": whole[-1],
            "of_bare": whole[0] / bare,
            "parts": parts(scenario),
        }
    worst = max(row["worst_s"] for row in rows.values())
    report = {"bare_s": bare, "scenarios": rows, "goal_s": GOAL_S, "worst_s": worst, "met": worst < GOAL_S}
    print(json.dumps(report, indent=1) if asked.json else text(report))
    return 0 if report["met"] else 1


def text(report: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [f"a process that imports everything and does nothing: {report['bare_s']:.2f} s"]
    for scenario, row in report["scenarios"].items():
        where = ", ".join(f"{name} {seconds:.2f}" for name, seconds in row["parts"].items())
        took = f"{row['best_s']:.2f} to {row['worst_s']:.2f} s from command to report"
        lines.append(
            f"{scenario}: {took}, {row['of_bare']:.1f} times the bare process, {3600 / row['best_s']:,.0f} times story time"
        )
        lines.append(f"    of it, in seconds: {where}")
    verdict = "met" if report["met"] else "MISSED"
    return "\n".join([*lines, f"goal under {report['goal_s']:.0f} s: {verdict} (slowest {report['worst_s']:.2f} s)"])


if __name__ == "__main__":
    sys.exit(main())
