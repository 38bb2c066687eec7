"""The baselines of benchmarks/findings.py, in the environment of the peers: reads one JSON line for each incident (path of a `.npz`,
peers), writes one line with their answers. Both are told which signal to look at and when the incident was, which Hotwash is not.

    python benchmarks/peers_findings.py MEMORY_MB SECONDS

No answer is written as a text that says what ran out: memory (address space of this process) or processor seconds. Processor time, since
an answer must not depend on what else the machine does.
"""

import json
import resource
import signal
import sys
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import peers_pandas
import peers_pysubgroup

Said = list | str


class OutOfTimeError(Exception):
    """An answer took more processor time than it may."""


def within(seconds: float, ask: Callable[[], list]) -> Said:
    """What is answered, or what ran out."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return ask()
    except MemoryError:
        return "memory"
    except OutOfTimeError:
        return "time"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def answers(path: str, peers: list[str], seconds: float) -> dict[str, Said]:
    with np.load(path, allow_pickle=False) as laid:
        failed = pd.Series(laid["failed"])
        dims = [name[2:] for name in laid.files if name.startswith("d:")]
        frame = pd.DataFrame(
            {dim: pd.Categorical.from_codes(laid[f"d:{dim}"], laid[f"v:{dim}"].tolist()) for dim in dims}
        )

    def by_pandas() -> list:
        best = peers_pandas.segments(frame, dims, failed)
        return best[0][1] if best else []

    def by_pysubgroup() -> list:
        return peers_pysubgroup.segments(frame.assign(failed=failed), dims, "failed", True, results=1)[0]

    asked = {"pandas": by_pandas, "pysubgroup": by_pysubgroup}
    return {one: within(seconds, asked[one]) for one in peers}


def stop(*_: object) -> None:
    raise OutOfTimeError


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    memory, most = int(sys.argv[1]) << 20, float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGPROF, stop)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(answers(asked["path"], asked["peers"], most)), flush=True)
