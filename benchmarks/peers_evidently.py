"""Evidently: which feature drifted, for whom? Its data-drift preset on a random sample of 50,000 rows a side, as its guide
advises for large data. Right when the feature is named; it has no way to name the tenant."""

import peers_common
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

SIDE = 50_000


def question(case: peers_common.Case) -> dict:
    frame = case.read(["at", *peers_common.FEATURES, *peers_common.DIMS])
    after = frame["at"] >= case.onset
    meaning = DataDefinition(numerical_columns=list(peers_common.FEATURES), categorical_columns=list(peers_common.DIMS))
    sides = [
        Dataset.from_pandas(
            side.drop(columns="at").sample(min(SIDE, len(side)), random_state=0), data_definition=meaning
        )
        for side in (frame[after], frame[~after])
    ]
    found = Report([DataDriftPreset()]).run(*sides).dict()
    drifted = []
    for one in found["metrics"]:
        config = one.get("config", {})
        if "ValueDrift" not in str(config.get("type", "")) and "ValueDrift" not in one.get("metric_name", ""):
            continue
        value, method = float(one["value"]), str(config.get("method", ""))
        line = float(config.get("threshold") or 0.1)
        # Distances drift above their line, p-values below it; the preset takes distances from 1,000 rows on.
        if value > line if "p_value" not in method else value < line:
            drifted.append(config.get("column"))
    return {
        "rows": sum(len(one.as_dataframe()) for one in sides),
        "said": f"drifted: {', '.join(map(str, drifted)) or 'nothing'}",
        "right": drifted == [case.truth["feature"]],
    }


if __name__ == "__main__":
    peers_common.main(question)
