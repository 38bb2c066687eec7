"""Two arms side by side: rates, means, segments, the same requests."""

import csv
import gzip
import json
from dataclasses import asdict

import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.kit.schema.columns import Test as Ask
from hotwash.triage.compare import Arm, compare
from hotwash.triage.pairs import mcnemar
from hotwash.triage.timeline import Window

REFUSED = SignalColumn(name="refusals", column="refused", equals=True)


def moments(n):
    return np.datetime64("2026-01-01", "ms") + np.arange(n) * np.timedelta64(1000, "ms")


def canary(n=20_000, seed=1):
    """A canary of a quarter of the traffic that refuses more in one language, and calls one tool more a request."""
    g = np.random.default_rng(seed)
    arm = np.where(g.random(n) < 0.25, "canary", "holdout").astype(object)
    language = g.choice(np.array(["de", "en", "fr", "it"], dtype=object), n)
    refused = g.random(n) < np.where((arm == "canary") & (language == "de"), 0.2, 0.05)
    tools = g.poisson(np.where(arm == "canary", 3.0, 2.0)).astype(np.float64)
    tools[:10] = np.nan
    relation = from_arrays({"at": moments(n), "arm": arm, "language": language, "refused": refused, "tools": tools})
    return relation, TraceColumns(time="at", dimensions=["language", "arm"], features=["tools"], signals=[REFUSED])


def arm(name):
    return Arm(name, (Ask(column="arm", equals=name),))


def test_a_canary_is_worse_in_the_one_segment_where_it_is():
    relation, columns = canary()
    found = compare(relation, columns, columns.signals, arm("holdout"), arm("canary"))
    assert [one.where for one in found.worse] == [(("language", "de"),)]
    assert found.segments == 4
    assert found.worse[0].rates.low > 0.1
    assert found.rows_one + found.rows_other == 20_000
    assert found.rates[0].p < 1e-6
    json.dumps(asdict(found), allow_nan=False)


def test_means_of_numbers_leave_out_what_is_missing():
    relation, columns = canary()
    tools = compare(relation, columns, [], arm("holdout"), arm("canary")).means[0]
    assert tools.n_one + tools.n_other == 19_990
    assert tools.low < 1 < tools.high
    assert tools.high - tools.low < 0.15


def test_rows_that_fit_both_arms_are_in_neither():
    n = 100
    columns = TraceColumns(time="at")
    relation = from_arrays({"at": moments(n), "refused": np.arange(n) % 2 == 0})
    start = int(moments(1)[0].astype(np.int64))
    early = Arm("before", window=Window(start, start + 60_000))
    late = Arm("after", window=Window(start + 50_000, start + 100_000))
    found = compare(relation, columns, [REFUSED], early, late)
    assert (found.rows_one, found.rows_other, found.ambiguous) == (50, 40, 10)
    assert (found.rates[0].found_one, found.rates[0].found_other) == (25, 20)


def test_an_arm_without_rows_has_no_rate_and_no_difference():
    relation, columns = canary(200)
    found = compare(relation, columns, columns.signals, arm("holdout"), arm("nobody"))
    assert found.rates[0].other is None
    assert found.rates[0].difference is None
    assert found.means[0].difference is None
    assert found.worse == ()
    json.dumps(asdict(found), allow_nan=False)


@pytest.mark.slow
def test_without_a_difference_one_run_in_twenty_names_a_segment():
    runs, named = 60, 0
    for seed in range(runs):
        g = np.random.default_rng(seed)
        n = 6_000
        relation = from_arrays(
            {
                "at": moments(n),
                "arm": g.choice(np.array(["canary", "holdout"], dtype=object), n),
                "tenant": np.array([f"t{one}" for one in g.integers(0, 40, n)], dtype=object),
                "refused": g.random(n) < 0.1,
            }
        )
        columns = TraceColumns(time="at", dimensions=["tenant"])
        named += bool(compare(relation, columns, [REFUSED], arm("holdout"), arm("canary")).worse)
    assert named <= 7, "P(more than 7 of 60 at 5 %) is below 1 %"


def test_the_same_requests_are_compared_in_pairs():
    pairs = {(True, True): 5, (True, False): 2, (False, True): 11, (False, False): 30}
    ids, bundle, refused = [], [], []
    for (one, other), times in pairs.items():
        for _ in range(times):
            name = f"r{len(ids)}"
            ids += [name, name]
            bundle += ["a", "b"]
            refused += [one, other]
    ids, bundle, refused = [*ids, "alone"], [*bundle, "a"], [*refused, True]
    given = {
        "at": moments(len(ids)),
        "id": np.array(ids, object),
        "bundle": np.array(bundle, object),
        "refused": np.array(refused),
    }
    columns = TraceColumns(time="at", request="id", bundle="bundle")
    arms = [Arm(one, (Ask(column="bundle", equals=one),)) for one in "ab"]
    found = compare(from_arrays(given), columns, [REFUSED], *arms).paired[0]
    assert (found.both, found.only_one, found.only_other, found.neither, found.unpaired) == (5, 2, 11, 30, 1)
    # 2 · P(X ≥ 11), X binomial with 13 trials: 2 · (78 + 13 + 1) / 8192
    assert found.p == pytest.approx(2 * 92 / 8192)


def test_pairs_that_do_not_differ_prove_nothing():
    assert mcnemar(0, 0) == 1
    assert mcnemar(7, 7) == 1


def xstest(shared):
    rows = []
    for bundle in ("mistralinstruct", "mistralguard"):
        with gzip.open(shared / "data" / "xstest-refusals" / f"{bundle}.csv.gz", "rt", newline="") as file:
            rows += [(bundle, row["id"], row["type"], row["final_label"]) for row in csv.DictReader(file)]
    bundle, ids, kind, label = (np.array(one, dtype=object) for one in zip(*rows, strict=True))
    safe = np.array([not one.startswith("contrast_") for one in kind])
    return from_arrays(
        {"at": moments(len(rows)), "bundle": bundle, "id": ids, "kind": kind, "safe": safe, "label": label}
    )


def test_a_guardrail_cuts_compliance_and_refuses_more_that_is_safe(shared):
    relation = xstest(shared)
    columns = TraceColumns(time="at", request="id", bundle="bundle", dimensions=["safe"])
    refused = SignalColumn(name="refusals", column="label", among=["2_full_refusal", "3_partial_refusal"])
    complied = SignalColumn(name="compliance", column="label", equals="1_full_compliance")

    def arms(safe):
        tests = [Ask(column="safe", equals=safe)]
        return [Arm(one, (Ask(column="bundle", equals=one), *tests)) for one in ("mistralinstruct", "mistralguard")]

    safe = compare(relation, columns, [refused], *arms(True))
    assert [(one.found_one, one.asked_one, one.found_other, one.asked_other) for one in safe.rates] == [
        (4, 250, 47, 250)
    ]
    assert safe.paired[0].only_other - safe.paired[0].only_one == 43
    assert safe.paired[0].p < 1e-9
    unsafe = compare(relation, columns, [complied], *arms(False))
    assert [(one.found_one, one.asked_one, one.found_other, one.asked_other) for one in unsafe.rates] == [
        (128, 200, 7, 200)
    ]
    assert unsafe.rates[0].high < -0.5
    everywhere = [Arm(one, (Ask(column="bundle", equals=one),)) for one in ("mistralinstruct", "mistralguard")]
    both = compare(relation, columns, [refused], *everywhere)
    assert {one.where for one in both.worse} == {(("safe", "true"),), (("safe", "false"),)}


def test_a_swap_to_a_weaker_model_shows_as_contradictions(shared):
    rows = []
    for model in ("gpt4", "davinci001"):
        with gzip.open(shared / "data" / "refchecker-claims" / f"{model}.jsonl.gz", "rt") as file:
            rows += [(model, row["setting"], row["id"], any(claim["human_label"] == "Contradiction" for claim in row["claude2_response_kg"])) for row in map(json.loads, file)]  # fmt: skip
    model, setting, ids, wrong = (np.array(one) for one in zip(*rows, strict=True))
    given = {"model": model, "setting": setting, "id": ids}
    relation = from_arrays(
        {"at": moments(len(rows)), **{name: one.astype(object) for name, one in given.items()}, "wrong": wrong}
    )
    columns = TraceColumns(time="at", request="id", dimensions=["setting"], versions=["model"])
    signal = SignalColumn(name="contradictions", column="wrong", equals=True)
    arms = [Arm(one, (Ask(column="model", equals=one),)) for one in ("gpt4", "davinci001")]
    found = compare(relation, columns, [signal], *arms)
    by_setting = {one.where[0][1]: (one.rates.found_one, one.rates.found_other) for one in found.worse}
    assert by_setting == {"accurate_context": (2, 22), "noisy_context": (2, 29), "zero_context": (21, 67)}
    assert found.worse[0].where == (("setting", "zero_context"),)
