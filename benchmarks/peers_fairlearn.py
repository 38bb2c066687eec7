"""Fairlearn: selection rates, true and false positive rates by group, without intervals (its bootstrap takes minutes)."""

import peers_common
from fairlearn.metrics import MetricFrame, count, false_positive_rate, selection_rate, true_positive_rate


def question(case: peers_common.Case) -> dict:
    frame = case.read(["at", "group", "decision", "label"])
    total = len(frame)
    frame = frame[frame["decision"].notna()]
    chosen = (frame["decision"] == "approve").astype(int)
    rates = MetricFrame(
        metrics={"selected": selection_rate, "count": count},
        y_true=chosen,
        y_pred=chosen,
        sensitive_features=frame["group"],
    ).by_group
    told = frame["label"].notna()
    truths = MetricFrame(
        metrics={"tpr": true_positive_rate, "fpr": false_positive_rate},
        y_true=(frame.loc[told, "label"] == "good").astype(int),
        y_pred=chosen[told],
        sensitive_features=frame.loc[told, "group"],
    ).by_group
    found = {
        str(group): [float(rates.loc[group, "selected"]), *(float(truths.loc[group, one]) for one in ("tpr", "fpr"))]
        for group in rates.index
    }
    return {"rows": total, "rates": found, "said": f"{len(found)} groups", "right": None}


if __name__ == "__main__":
    peers_common.main(question)
