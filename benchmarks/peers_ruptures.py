"""ruptures: when did it begin? Binary segmentation, one change, on the rate by minute, overall and in the segment (which it is
told). Right when the one in the segment is as near as the events allow (`peers_common.slack_min`)."""

import numpy as np
import peers_common
import ruptures


def change(failed, moment) -> float:
    """The moment (ms) at which the mean of the rate by minute changes most."""
    rate = failed.groupby(moment.dt.floor("min")).mean()
    cut = ruptures.Binseg(model="l2", jump=1).fit(rate.to_numpy()[:, None].astype(np.float64)).predict(n_bkps=1)[0]
    return rate.index[cut].value / 1e6 if rate.index.unit == "ns" else rate.index[cut].timestamp() * 1000


def question(case: peers_common.Case) -> dict:
    frame = case.read(["at", "groundedness", *(dim for dim, _ in case.slice)])
    total = len(frame)
    frame = frame[frame["groundedness"].notna()]
    failed = frame["groundedness"] == "fail"
    within = np.logical_and.reduce([frame[dim] == value for dim, value in case.slice])
    off = [
        (change(failed[where], frame["at"][where]) - case.truth["onset_ms"]) / 60_000
        for where in (np.ones(len(frame), dtype=bool), within)
    ]
    return {
        "rows": total,
        "said": f"{off[0]:+.0f} min overall, {off[1]:+.0f} min in the segment",
        "right": abs(off[1]) <= peers_common.slack_min(case.truth),
    }


if __name__ == "__main__":
    peers_common.main(question)
