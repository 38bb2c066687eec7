"""The whole triage on generated incidents and on real data: step by step, in agreement with itself, and honest about what it cannot know."""

import dataclasses
import json

import duckdb
import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import from_arrays, open_files
from hotwash.bootstrap import import_traces, open_traces
from hotwash.kit.load import load_kit
from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns
from hotwash.ports.scope import Scope
from hotwash.triage.changes import Change
from hotwash.triage.report import STEPS, Question, triage
from hotwash.triage.timeline import MINUTE, Window
from tests.support.incidents import Spec, columns, make


@pytest.fixture(scope="module")
def matrix():
    return load_kit(None).severity


@pytest.fixture(scope="module")
def incident():
    return make(Spec(rows=60_000, mode="hallucination", attributes=2, share=0.03, effect=30), seed=7)


def asked(data, meaning, matrix, question=None):
    steps = list(triage(from_arrays(data), meaning, matrix, question))
    return steps[-1][1], [name for name, _ in steps]


def test_an_incident_is_told_as_who_what_when_where_how_bad(incident, matrix):
    data, truth = incident
    change = Change(truth.onset_ms - 2 * MINUTE, "bundle b-42", "bundle")
    told, steps = asked(data, columns(data), matrix, Question(changes=(change,)))
    assert tuple(steps) == STEPS
    assert told.signal.name in truth.moved
    segment = told.main.segments[0]
    assert segment.scope == Scope.of({dim: [value] for dim, value in truth.slice})
    assert told.incident == segment.window
    assert told.baseline.to_ms <= told.incident.from_ms
    assert told.validity.verdict == "confirmed"
    assert told.changes[0].change == change
    for word in (*[value for _, value in truth.slice], "UTC", "usually", "more than usual"):
        assert word in told.statement.sentence
    assert told.severity.level in {2, 3}
    assert next(one for one in told.severity.rows if one.dimension == told.severity.decided_by).text
    assert {one.id for one in told.hypotheses} == {"data-shift", "labels", "retrieval", "change", "attack"}
    assert set(told.columns_read) <= set(data)
    assert not set(told.columns_read) & {"input", "output"}


def test_the_report_is_json_without_nan(incident, matrix):
    data, _ = incident
    told, _ = asked(data, columns(data), matrix)
    text = json.dumps(
        dataclasses.asdict(dataclasses.replace(told, line=None, inside=None, signal=None)), allow_nan=False
    )
    assert json.loads(text)["statement"]["sentence"] == told.statement.sentence


def test_parts_are_there_as_soon_as_they_are_known(incident, matrix):
    data, _ = incident
    for place, (_, known) in enumerate(triage(from_arrays(data), columns(data), matrix)):
        assert (known.line is not None) == (place >= 1)
        assert bool(known.found) == (place >= 2)
        assert (known.drift is not None) == (place >= 5)
        assert (known.statement is not None) == (place == len(STEPS) - 1)


def test_clean_data_is_compared_with_its_own_past_and_the_guess_is_said(matrix):
    data, _ = make(Spec(rows=30_000, mode="clean"), seed=3)
    told, _ = asked(data, columns(data), matrix)
    assert told.signal is None
    assert told.guessed
    assert any("last quarter" in one for one in told.unknown)
    assert "No signal rose" in told.statement.sentence
    assert all(one.verdict != "supported" for one in told.hypotheses if one.id in {"data-shift", "retrieval", "labels"})


def test_a_window_and_a_signal_can_be_given(incident, matrix):
    data, truth = incident
    window = Window(truth.onset_ms, truth.onset_ms + 120 * MINUTE)
    told, _ = asked(data, columns(data), matrix, Question(signal="refusals", incident=window))
    assert told.incident == window
    assert [one.signal for one in told.found] == ["refusals"]


def test_no_rows_and_no_times_are_answers_and_no_errors(matrix):
    meaning = TraceColumns(time="at", dimensions=["d"], signals=[SignalColumn(name="bad", column="bad", equals=True)])
    empty = {"at": np.zeros(0, dtype="datetime64[ms]"), "d": np.zeros(0, dtype=object), "bad": np.zeros(0, dtype=bool)}
    told, _ = asked(empty, meaning, matrix)
    assert told.statement.limits == ("There are no rows.",)
    undated = {
        "at": np.full(400, np.datetime64("NaT"), dtype="datetime64[ms]"),
        "d": np.array(["a", "b"] * 200, dtype=object),
        "bad": np.array([True] + [False] * 399),
    }
    told, _ = asked(undated, meaning, matrix)
    assert told.timeless
    assert told.extent.rows == 400
    assert "No row has a time" in told.statement.sentence
    within = np.datetime64("2026-05-05T10:00", "ms") + (np.arange(400) % 60).astype("timedelta64[s]")
    region = np.where(np.arange(400) % 4 == 0, "a", "b").astype(object)
    told, _ = asked({"at": within, "d": region, "bad": (region == "a") & (np.arange(400) % 60 > 30)}, meaning, matrix)
    assert (
        told.statement.sentence
        == "All rows lie within one minute (2026-05-05 10:00 UTC): whether anything rose cannot be told."
    )
    assert (told.found[0].segments, told.severity.level) == ((), None)


def test_text_is_read_where_it_is_needed_and_not_when_forbidden(matrix):
    made = np.random.default_rng(5)
    rows = 4_000
    at = np.sort(made.integers(0, 600 * MINUTE, rows))
    leak = (at > 300 * MINUTE) & (np.arange(rows) % 40 == 0)
    data = {
        "at": (1_770_000_000_000 + at).astype("datetime64[ms]"),
        "id": np.array([f"r-{one}" for one in range(rows)], dtype=object),
        "tenant": np.array(["a", "b"], dtype=object)[made.integers(0, 2, rows)],
        "output": np.where(leak, "Write to maria.keller@kellerbau.de please", "All is well with your order").astype(
            object
        ),
        "flag": leak,
    }
    meaning = TraceColumns(
        time="at", id="id", dimensions=["tenant"], tenant="tenant", output="output",
        signals=[SignalColumn(name="leaks", column="flag", equals=True, layer="data-privacy")],
    )  # fmt: skip
    told, _ = asked(data, meaning, matrix)
    assert sum(one.found.found for one in told.leakage.kinds if one.kind == "email") == leak.sum()
    assert next(one for one in told.severity.rows if one.dimension == "privacy").level == 2
    assert "output" in told.columns_read
    assert any("mail" in one.lower() for one in told.statement.beside)
    assert "keller" not in json.dumps(
        dataclasses.asdict(dataclasses.replace(told, line=None, inside=None, signal=None)), default=str
    )
    blind, _ = asked(data, meaning, matrix, Question(texts=False))
    assert blind.leakage is None
    assert "output" not in blind.columns_read
    assert any("not allowed" in one for one in blind.unknown)


def day(at_ms):
    return str(np.datetime64(at_ms, "ms"))[:10]


def test_storms_are_found_on_their_days_and_missing_values_are_said(shared, matrix):
    relation = open_files(shared / "data" / "nyc-flights" / "flights-2013-01-to-06.csv.gz")
    meaning = TraceColumns(
        time="time_hour",
        dimensions=["carrier", "origin", "dest"],
        features=["distance", "dep_delay"],
        signals=[
            SignalColumn(name="cancelled", column="dep_time", missing=True),
            SignalColumn(name="late", column="arr_delay", above=15),
        ],
    )
    *_, (_, told) = triage(relation, meaning, matrix, Question(signal="cancelled"))
    storm = told.main.segments[0]
    assert (storm.scope, day(storm.onset.at_ms), day(storm.onset.ended_ms)) == (Scope(), "2013-02-08", "2013-02-09")
    assert storm.rate.share == pytest.approx(0.88, abs=0.05)
    assert told.validity.verdict in {"confirmed", "one source only"}
    covered = [(day(one.at_ms), day(one.ended_ms or told.line.end_ms)) for one in storm.others]
    for bad in ("2013-03-06", "2013-03-08", "2013-05-23", "2013-06-28"):
        assert any(first <= bad <= last for first, last in covered), bad
    assert {"dep_delay"} <= {one.column for one in told.health.missing if one.moved}
    # A carrier that always cancels more is standing, and no segment.
    assert {str(one.scope) for one in told.main.standing} & {"carrier EV", "carrier 9E"}


def test_a_large_gap_that_was_always_there_is_no_spike(shared, matrix):
    file = shared / "data" / "acs-employment" / "acs-ma-employment-2015-2016.parquet"
    found = duckdb.sql(
        f"SELECT year, SEX, RAC1P, DIS, AGEP, prediction, employed FROM read_parquet('{file}')"
    ).fetchnumpy()
    year = np.asarray(found["year"]).astype(np.int64)
    spread = np.random.default_rng(1).integers(0, 365 * 24 * 60, len(year)) * MINUTE
    data = {name: np.asarray(one) for name, one in found.items() if name != "year"}
    data["at"] = (year - 1970).astype("datetime64[Y]").astype("datetime64[ms]") + spread.astype("timedelta64[ms]")
    data["wrong"] = data["prediction"] != data["employed"]
    meaning = TraceColumns(
        time="at",
        dimensions=["SEX", "RAC1P", "DIS"],
        features=["AGEP"],
        groups=["SEX", "DIS"],
        decision=Test(column="prediction", equals=1),
        label=Test(column="employed", equals=1),
        signals=[SignalColumn(name="wrong", column="wrong", equals=True)],
    )
    second = Window(*(int(np.datetime64(one, "ms").astype(np.int64)) for one in ("2016-01-01", "2017-01-01")))
    told, _ = asked(data, meaning, matrix, Question(incident=second))
    assert told.main is None
    assert told.fairness.spikes() == ()
    disabled = next(one for one in told.fairness.groups if one.member == (("DIS", "1"),))
    assert {gap.status for gap in disabled.gaps if gap.measure == "tpr"} == {"standing"}
    assert all(one.level is None for one in told.severity.rows if one.dimension == "fairness")


def test_transcripts_without_a_time_still_tell_who_was_obeyed(shared, matrix, tmp_path):
    import_traces(shared / "data" / "agentdojo-runs", tmp_path / "runs.parquet", raw="a test")
    opened = open_traces(tmp_path / "runs.parquet")
    *_, (_, told) = triage(opened.relation, opened.columns, matrix)
    opened.relation.close()
    assert told.timeless
    states = {one.state: one.share.found for one in told.attacks.states}
    # README of the data: 419 attacked runs read the payload; 150 ended in the attacker's action, of which a few cannot be told from the
    # user's own errand.
    assert states["executed"] == pytest.approx(150, abs=10)
    assert states["executed"] + states["resisted"] + states["cannot_be_known"] == pytest.approx(419, abs=8)
    assert next(one for one in told.hypotheses if one.id == "attack").verdict == "supported"
