"""What the scripts that run a peer share: read columns of Parquet with pandas, measure, say the answer as JSON.

A peer's script runs in `.venv-peers` and knows nothing of Hotwash: `python benchmarks/peers_NAME.py FOLDER TRUTH.json`.
Time counts from the first byte read to the answer; imports are not counted, on either side.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIMS = (
    "tenant", "region", "language", "device", "surface", "channel", "intent", "tier", "pool", "model", "prompt_version",
    "index_version", "app_version",
)  # fmt: skip
FEATURES = tuple(f"x{number}" for number in range(1, 13))


@dataclass(frozen=True)
class Case:
    """The traces, and the truth that answers are compared with (never used to find them, but for the incident's window)."""

    folder: Path
    truth: dict[str, Any]

    def read(self, columns: list[str]) -> Any:
        """The columns as a pandas frame, as a user would: `pandas.read_parquet`."""
        import pandas as pd

        return pd.read_parquet(self.folder, columns=columns)

    @property
    def onset(self) -> Any:
        import pandas as pd

        return pd.Timestamp(self.truth["onset_ms"], unit="ms")

    @property
    def slice(self) -> list[list[str]]:
        return [list(one) for one in self.truth["slice"]]


def described(segment: list[list[str]]) -> str:
    return " and ".join(f"{dim}={value}" for dim, value in segment)


def slack_min(truth: dict[str, Any]) -> float:
    """How near a right onset must be: two minutes, or three times the mean gap between the events that the incident added, when
    that is longer. Nearer than the first events nobody can be."""
    lasts = (truth["end_ms"] or truth["to_ms"]) - truth["onset_ms"]
    return max(2.0, 3 * lasts / 60_000 / max(1, next(iter(truth["moved"].values()))))


def peak_mb() -> float:
    """The most memory that this process held, MB. From /proc where there is one: getrusage counts the parent's as well."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def measured(question: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer (with `right` and `rows`), with wall seconds, processor seconds and peak MB."""
    began, spent = time.perf_counter(), time.process_time()
    answer = question()
    return {
        **answer,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - spent,
        "mb": peak_mb(),
    }


def main(question: Callable[[Case], dict[str, Any]]) -> None:
    """Run one question on the case that the arguments name."""
    case = Case(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
    print(json.dumps(measured(lambda: question(case)), default=str))
