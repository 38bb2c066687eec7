"""The baselines of benchmarks/findings.py, in the environment of the peers: reads one path of a `.npz` a line, writes one answer
a line. Both are told which signal to look at and when the incident was, which Hotwash is not."""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import peers_pandas
import peers_pysubgroup


def answers(path: str, peers: list[str]) -> dict:
    with np.load(path, allow_pickle=False) as laid:
        failed = pd.Series(laid["failed"])
        dims = [name[2:] for name in laid.files if name.startswith("d:")]
        frame = pd.DataFrame(
            {dim: pd.Categorical.from_codes(laid[f"d:{dim}"], laid[f"v:{dim}"].tolist()) for dim in dims}
        )
    found = {}
    if "pandas" in peers:
        best = peers_pandas.segments(frame, dims, failed)
        found["pandas"] = best[0][1] if best else []
    if "pysubgroup" in peers:
        found["pysubgroup"] = peers_pysubgroup.segments(frame.assign(failed=failed), dims, "failed", True, results=1)[0]
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(answers(asked["path"], asked["peers"])), flush=True)
