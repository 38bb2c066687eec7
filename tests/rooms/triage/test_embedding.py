"""Embeddings: a planted shift is told with its noise, none is told where none is, and what is no vector is counted."""

import json

import duckdb
import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import DuckRelation, from_arrays
from hotwash.aftermath.blocks import Table
from hotwash.aftermath.triaged.moved import changed_blocks
from hotwash.kit.load import load_kit
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Provenance
from hotwash.triage.embedding import CERTAIN, LEAST_ROWS, MOST_ROWS, compared, embedding_shift
from hotwash.triage.propose import propose
from hotwash.triage.report import triage
from hotwash.triage.timeline import MINUTE, Window

START = 1_770_000_000_000
HALF = 60 * MINUTE
BEFORE, AFTER = Window(START, START + HALF), Window(START + HALF, START + 2 * HALF)
COLUMNS = TraceColumns(
    time="at", id="id", dimensions=["region"], embedding="vector",
    signals=[SignalColumn(name="wrong", column="wrong", equals=True)],
)  # fmt: skip
SIZE = 24


def requests(rows=3_000, moved=0.0, only="", seed=5):
    """Unit vectors around one of three topics; those of the second half (in one region, with `only`) lean to a fourth."""
    made = np.random.default_rng(seed)
    topics = made.normal(size=(4, SIZE))
    at = np.sort(made.integers(0, 2 * HALF, rows))
    region = np.array(["north", "south", "east"], dtype=object)[made.integers(0, 3, rows)]
    late = (at >= HALF) & ((region == only) | (not only))
    vectors = topics[made.integers(0, 3, rows)] + made.normal(size=(rows, SIZE)) * 2 + moved * late[:, None] * topics[3]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {
        "id": np.array([f"r-{n}" for n in range(rows)], dtype=object),
        "at": (START + at).astype("datetime64[ms]"),
        "region": region,
        "wrong": made.random(rows) < np.where(late & (region == "north"), 0.4, 0.01),
        "vector": np.array([json.dumps(one.tolist()) for one in vectors], dtype=object),
    }


def lists(data):
    """The same table with the vectors as an engine's lists."""
    database = duckdb.connect(":memory:")
    database.execute("SET TimeZone = 'UTC'")
    database.register("given", data)
    database.execute("CREATE TABLE traces AS SELECT * REPLACE (CAST(vector AS FLOAT[]) AS vector) FROM given")
    return DuckRelation(database, Provenance("memory"))


def test_a_planted_shift_is_beyond_its_noise():
    found = embedding_shift(lists(requests(moved=0.6)), COLUMNS, BEFORE, AFTER)
    assert found.moved
    assert found.distance > 3 * found.line > 3 * found.noise > 0
    assert found.p == pytest.approx(1 / 1000)
    assert found.cosine < 0.95
    assert found.size == SIZE
    assert 0.8 * MOST_ROWS < found.n_before < 1.2 * MOST_ROWS


def test_texts_and_lists_are_the_same_vectors():
    data = requests(rows=900, moved=0.6)
    listed, written = (embedding_shift(one, COLUMNS, BEFORE, AFTER) for one in (lists(data), from_arrays(data)))
    assert (listed.n_before, listed.n_after) == (written.n_before, written.n_after)
    assert listed.distance == pytest.approx(written.distance, rel=1e-4)


def test_without_a_shift_p_is_small_no_more_often_than_it_says():
    made, small = np.random.default_rng(1), []
    for _ in range(25):
        rows = made.normal(size=(160, 8))
        distance, noise, line, p, _ = compared(rows[:80], rows[80:])
        assert distance >= 0
        assert noise < line
        small.append(p)
    assert sum(one <= 0.1 for one in small) <= 8  # 2.5 expected; more than 8 by chance once in two thousand
    assert 0.25 < np.mean(small) < 0.75
    assert not embedding_shift(lists(requests()), COLUMNS, BEFORE, AFTER).moved


def test_a_spread_that_grows_around_the_same_mean_is_seen():
    made = np.random.default_rng(2)
    *_, p, _ = compared(made.normal(size=(300, 8)), made.normal(size=(300, 8)) * 1.5)
    assert p <= CERTAIN


def test_what_is_no_vector_is_counted_and_too_few_are_not_judged():
    data = requests(rows=600)
    for place, odd in enumerate(("[1, 2]", "no list", "[]", "[null]", "[NaN]", '{"a": 1}', "[true]")):
        data["vector"][place] = odd
    found = embedding_shift(from_arrays(data), COLUMNS, BEFORE, AFTER)
    assert found.set_aside == 7
    assert found.n_before + found.n_after == 593
    few = embedding_shift(from_arrays(requests(rows=LEAST_ROWS)), COLUMNS, BEFORE, AFTER)
    assert (few.distance, few.moved) == (None, False)
    assert embedding_shift(from_arrays(data), COLUMNS.model_copy(update={"embedding": ""}), BEFORE, AFTER) is None


def test_the_report_tells_of_all_traffic_and_of_the_segment():
    *_, (_, known) = triage(lists(requests(rows=4_000, moved=1.2, only="north")), COLUMNS, load_kit(None).severity)
    assert known.embedding_here.moved
    assert known.embedding_here.distance > known.embedding.distance
    assert "vector" in known.columns_read
    (table,) = [one for one in changed_blocks(known) if isinstance(one, Table) and one.caption.startswith("Embeddings")]
    assert [row[1].text for row in table.rows] == ["all traffic", "the segment"]
    assert table.rows[1][-1].word == "moved"
    data_shift = next(one for one in known.hypotheses if one.id == "data-shift")
    assert data_shift.verdict == "supported"
    assert "vector" in data_shift.result


def test_a_list_of_that_name_is_proposed():
    data = requests(rows=600)
    relation = lists(data)
    assert propose(relation).columns.embedding == "vector"
