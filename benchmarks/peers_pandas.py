"""pandas: group by every combination of up to three dimensions, sort by how far failures exceed what the overall rate explains.

`segments` is used by benchmarks/findings.py as well, as the baseline."""

from itertools import combinations

import numpy as np
import pandas as pd
import peers_common


def segments(
    frame: pd.DataFrame, dims: list[str], failed: pd.Series, *, least: int = 20
) -> list[tuple[float, list[list[str]]]]:
    """(z, description) of the best cell of every combination, best first; a description is a sorted list of [dimension, value]."""
    overall = failed.mean()
    coded = {dim: pd.factorize(frame[dim]) for dim in dims}
    failures, best = failed.to_numpy(dtype=np.float64), []
    for size in (1, 2, 3):
        for chosen in combinations(sorted(dims), size):
            known = np.logical_and.reduce([coded[dim][0] >= 0 for dim in chosen])
            cell = np.zeros(len(frame), dtype=np.int64)
            for dim in chosen:
                cell = cell * len(coded[dim][1]) + coded[dim][0]
            grouped = pd.Series(failures[known]).groupby(cell[known]).agg(["sum", "count"])
            usual = grouped["count"] * overall
            z = (grouped["sum"] - usual) / np.sqrt(np.maximum(usual * (1 - overall), 1))
            z = z[grouped["count"] >= least]
            if len(z):
                top, place = float(z.max()), int(z.idxmax())
                described = []
                for dim in reversed(chosen):
                    place, code = divmod(place, len(coded[dim][1]))
                    described.append([dim, str(coded[dim][1][code])])
                best.append((top, sorted(described)))
    return sorted(best, key=lambda one: -one[0])


def question(case: peers_common.Case) -> dict:
    dims = [*peers_common.DIMS]
    frame = case.read(["at", "groundedness", *dims])
    total = len(frame)
    frame = frame[(frame["at"] >= case.onset) & frame["groundedness"].notna()]
    best = segments(frame, dims, frame["groundedness"] == "fail")
    return {"rows": total, "said": peers_common.described(best[0][1]), "right": best[0][1] == case.slice}


if __name__ == "__main__":
    peers_common.main(question)
