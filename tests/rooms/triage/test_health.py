"""Whether the data can be trusted."""

import csv
import gzip
import json
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.kit.schema.columns import Test as Ask
from hotwash.kit.schema.columns import TraceColumns
from hotwash.triage.health import health
from hotwash.triage.labels import DAY, HOUR
from hotwash.triage.timeline import Timeline, Window, extent, timeline
from hotwash.triage.volume import silences

DAYS = 20
BEFORE, NOW = Window(0, 10 * DAY), Window(10 * DAY, DAYS * DAY)
COLUMNS = TraceColumns(
    time="at",
    id="id",
    dimensions=["region"],
    versions=["model"],
    features=["f"],
    label=Ask(column="label", equals="good"),
    label_time="label_at",
    retrieved="docs",
)


def table(n=20_000, seed=1):
    """Twenty days of healthy decisions: labels come after one day on average, every row has everything."""
    g = np.random.default_rng(seed)
    at = np.sort(g.integers(0, DAYS * DAY, n))
    came = at + (g.exponential(DAY, n)).astype(np.int64)
    known = came < DAYS * DAY
    return {
        "at": at,
        "id": np.array([f"r{one}" for one in range(n)], dtype=object),
        "region": g.choice(np.array(["eu", "us"], dtype=object), n),
        "model": np.full(n, "m1", dtype=object),
        "f": g.normal(size=n),
        "label": np.where(known, "good", None).astype(object),
        "label_at": np.where(known, came, -1),
        "docs": g.poisson(4.0, n).astype(np.float64),
    }


def check(given):
    at = given["at"].astype("datetime64[ms]")
    came = np.where(given["label_at"] >= 0, given["label_at"], np.iinfo(np.int64).min).astype("datetime64[ms]")
    relation = from_arrays({**given, "at": at, "label_at": came})
    counted = timeline(relation, COLUMNS, [], extent(relation, COLUMNS))
    found = health(relation, COLUMNS, BEFORE, NOW, counted)
    json.dumps(asdict(found), allow_nan=False)
    return found


def missing(found, column):
    return next(one for one in found.missing if one.column == column)


def test_healthy_data_is_said_to_be_healthy():
    """Young rows have fewer labels: that is their age, and no delay."""
    found = check(table())
    assert found.labels.open_now > 2 * found.labels.open_before
    assert not found.labels.slower
    assert {one.age_ms for one in found.labels.ages} >= {HOUR, DAY, 7 * DAY}
    assert [one.column for one in found.missing if one.moved and one.column in {"f", "region", "docs"}] == []
    assert not found.retrieval.worse
    assert found.twice == 0
    assert found.volume.silences == ()
    assert found.volume.ratio_low < 1 < found.volume.ratio_high


def test_labels_that_come_later_are_seen_at_the_same_age():
    given = table()
    late = given["at"] >= BEFORE.to_ms
    came = given["at"] + 4 * (given["label_at"] - given["at"])
    given["label_at"] = np.where(late & (given["label_at"] >= 0), came, given["label_at"])
    gone = given["label_at"] >= DAYS * DAY
    given["label_at"][gone], given["label"][gone] = -1, None
    labels = check(given).labels
    assert labels.slower
    day = next(one for one in labels.ages if one.age_ms == DAY)
    assert day.later
    assert day.shares.before == pytest.approx(1 - np.exp(-1), abs=0.02)
    assert day.shares.now == pytest.approx(1 - np.exp(-1 / 4), abs=0.02)


def test_labels_older_than_their_row_are_impossible():
    given = table()
    given["label_at"][:7] = 0
    given["at"][:7] = np.maximum(given["at"][:7], 1)
    assert check(given).labels.impossible == 7


def test_a_feature_that_emptied_leads_the_list():
    given = table()
    lost = (given["at"] >= BEFORE.to_ms) & (np.arange(len(given["at"])) % 4 == 0)
    given["f"][lost] = np.nan
    given["f"] = np.ma.masked_invalid(given["f"]).filled(np.nan)
    texts = np.array([None if np.isnan(one) else float(one) for one in given["f"]], dtype=object)
    found = check({**given, "f": texts})
    assert missing(found, "f").moved
    assert missing(found, "f").shares.now == pytest.approx(0.25, abs=0.02)
    assert missing(found, "f").roles == ("feature",)
    assert missing(found, "f").shares.change_low > 0.2


def test_ids_that_occur_twice_are_counted():
    given = table()
    given["id"][100:130] = given["id"][200:230]
    assert check(given).twice == 30


def test_searches_that_find_nothing_are_compared_among_searches():
    given = table()
    late = given["at"] >= BEFORE.to_ms
    docs = np.where(late & (np.arange(len(late)) % 3 == 0), 0.0, given["docs"])
    docs = np.array([None if n % 5 == 0 else one for n, one in enumerate(docs)], dtype=object)
    found = check({**given, "docs": docs}).retrieval
    assert found.worse
    assert found.nothing.asked_before + found.nothing.asked_now == 16_000
    assert found.nothing.now == pytest.approx(1 / 3 + 2 / 3 * np.exp(-4), abs=0.02)
    assert found.mean_now == pytest.approx(8 / 3, abs=0.1)


def test_versions_say_when_they_were_first_seen():
    given = table()
    given["model"][given["at"] >= 12 * DAY] = "m2"
    found = {one.version: one for one in check(given).versions}
    first = int(given["at"][given["at"] >= 12 * DAY].min())
    assert (found["m2"].first_ms, found["m2"].before) == (first, 0.0)
    assert found["m2"].now == pytest.approx(0.8, abs=0.02)
    assert found["m1"].last_ms < first


def hours(rows):
    return Timeline(0, HOUR, np.asarray(rows, dtype=np.int64), {}, {})


def test_an_hour_without_rows_is_a_silence_and_a_night_is_none():
    day = [0] * 7 + [300] * 17
    rows = np.array(day * 6)
    assert silences(hours(rows)) == ()
    rows[2 * 24 + 12 : 2 * 24 + 14] = 0
    found = silences(hours(rows))
    assert [(one.from_ms, one.to_ms) for one in found] == [((2 * 24 + 12) * HOUR, (2 * 24 + 14) * HOUR)]
    assert found[0].expected == 600
    assert found[0].chance < 1e-9


def test_quiet_traffic_may_have_empty_hours():
    assert silences(hours(np.random.default_rng(1).poisson(3, 300))) == ()


def test_flights_sleep_at_night_and_no_night_is_a_silence(shared):
    with gzip.open(shared / "data" / "nyc-flights" / "flights-2013-01-to-06.csv.gz", "rt", newline="") as file:
        hour_of = [(row["month"], row["day"], row["hour"]) for row in csv.DictReader(file)]
    start = int(datetime(2013, 1, 1, tzinfo=UTC).timestamp()) // 3600
    places = np.array([int(datetime(2013, int(m), int(d), int(h) % 24, tzinfo=UTC).timestamp()) // 3600 for m, d, h in hour_of]) - start  # fmt: skip
    rows = np.bincount(places, minlength=181 * 24)
    assert np.mean(rows == 0) > 0.1
    counted = Timeline(start * 3_600_000, HOUR, rows, {}, {})
    assert silences(counted) == ()
    rows[40 * 24 + 8 : 40 * 24 + 11] = 0
    assert len(silences(counted)) == 1
