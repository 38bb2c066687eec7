"""Traceability on tables whose truth is known, on exports of real tools, and on a drill that lost its traces."""

import numpy as np
import pytest

from hotwash import bootstrap
from hotwash.bootstrap.controls import _of_requests
from hotwash.kit.schema.columns import TraceColumns
from hotwash.triage.traceability import columns_for, traceability
from tests.support.played import played_drill

COLUMNS = TraceColumns(
    time="at", dimensions=["tenant", "region"], versions=["model", "prompt_version", "policy_version", "index_version", "bundle"],
    bundle="bundle", retrieved="retrieved",
)  # fmt: skip
N = 1_000


def table(**other) -> dict[str, np.ndarray]:
    text = lambda value: np.array([value] * N, dtype=object)  # one column
    found = {
        "at": (np.arange(N) * 1000).astype("datetime64[ms]"),
        "tenant": np.array([f"t-{n % 10}" for n in range(N)], dtype=object),
        "region": np.array(["eu" if n % 2 else "us" for n in range(N)], dtype=object),
        "model": text("m1"), "prompt_version": text("p1"), "policy_version": text("g1"), "index_version": text("i1"),
        "bundle": text(None), "retrieved": np.ma.masked_array(np.ones(N, np.int64), np.zeros(N, bool)),
    }  # fmt: skip
    return found | other


def blank(where, value=None, of="x") -> np.ndarray:
    return np.array([value if hit else of for hit in where], dtype=object)


def asked(columns=COLUMNS, lost=None, **other):
    with bootstrap.relate(table(**other)) as relation:
        return traceability(relation, columns, lost=lost)


def test_what_is_told_everywhere_is_tied():
    found = asked()
    assert (found.untied.found, found.untied.asked) == (0, N)
    assert found.untied.high < 0.005
    assert not any(one.stands_out for one in found.segments)


def test_each_row_is_counted_once_and_each_part_by_itself():
    rows = np.arange(N)
    found = asked(
        model=blank(rows < 30),
        prompt_version=blank(rows < 20, "  "),
        policy_version=blank((rows >= 100) & (rows < 150)),
    )
    assert found.untied.found == 30 + 50
    assert {one.part: one.untied.found for one in found.parts} == {"model": 30, "prompt": 20, "policy": 50, "index": 0}
    assert found.untied.low < 0.08 < found.untied.high


def test_the_worst_segment_stands_first_and_a_handful_does_not():
    tenant = np.array(["t-9" if n < 200 else "tiny" if n < 202 else f"t-{n % 5}" for n in range(N)], dtype=object)
    rows = np.arange(N)
    found = asked(tenant=tenant, model=blank((rows < 120) | (rows == 200)))
    first = found.segments[0]
    assert (first.dim, first.value, first.untied.found, first.stands_out) == ("tenant", "t-9", 120, True)
    tiny = next(one for one in found.segments if one.value == "tiny")
    assert tiny.untied.share == 0.5
    assert not tiny.stands_out


def test_a_bundle_stands_for_all_parts_and_is_counted():
    rows = np.arange(N)
    found = asked(model=blank(rows < 40), bundle=blank(rows >= 30, None, "b-7"))
    assert found.untied.found == 10
    assert found.by_bundle == 30


def test_index_is_asked_of_rows_that_searched():
    rows = np.arange(N)
    searched = np.ma.masked_array(np.ones(N, np.int64), rows >= 600)
    found = asked(retrieved=searched, index_version=blank((rows < 50) | (rows >= 600)))
    index = next(one for one in found.parts if one.part == "index")
    assert (index.untied.found, index.untied.asked) == (50, 600)
    assert found.untied.found == 50


def test_a_part_without_a_column_is_told_of_nobody():
    with_model = COLUMNS.model_copy(update={"versions": ["model"], "bundle": ""})
    found = asked(columns=with_model)
    assert {one.part: one.column for one in found.parts} == {"model": "model", "prompt": "", "policy": "", "index": ""}
    assert found.untied.found == N


def test_lost_traces_are_tied_to_nothing():
    found = asked(lost={("", ""): 100, ("tenant", "t-3"): 100})
    assert (found.untied.found, found.untied.asked, found.lost) == (100, N + 100, 100)
    assert (found.segments[0].value, found.segments[0].lost, found.segments[0].stands_out) == ("t-3", 100, True)


def test_columns_are_found_by_name_or_as_given():
    there = dict.fromkeys(("model_build", "tpl", "guardrail_version"), "text")
    columns = TraceColumns(time="at", versions=["model_build", "guardrail_version"])
    assert columns_for(columns, {"prompt": "tpl"}, there) == {
        "model": "model_build",
        "prompt": "tpl",
        "policy": "guardrail_version",
        "index": "",
    }
    with pytest.raises(KeyError, match="nothing"):
        columns_for(columns, {"index": "nothing"}, there)


def drill(constraints=()):
    found = played_drill(cards=constraints)
    table, events = bootstrap.rebuild(found.files)
    return _of_requests(table, events), table


@pytest.mark.slow
def test_a_drill_that_lost_its_traces_names_where():
    whole, _ = drill()
    assert (whole.untied.found, whole.lost) == (0, 0)
    found, table = drill(("logs-missing",))
    assert found.lost > 1_000
    first = found.segments[0]
    assert (first.dim, first.value) == ("device", "web")
    assert first.lost == found.lost
    kept = len(table.system.requests(0, table.planned.endex_ms))
    assert int(found.untied.asked) == int(whole.untied.asked), "the same seed is the same traffic, kept or not"
    assert found.lost == int(whole.untied.asked) - kept


@pytest.mark.shared
@pytest.mark.parametrize(("name", "rows"), [("trace-fixtures", 28), ("taubench-airline-gpt4o", 150)])
def test_exports_of_real_tools_say_what_they_do_not_tell(shared, tmp_path, name, rows):
    target = tmp_path / "traces.parquet"
    bootstrap.import_traces(shared / "data" / name, target)
    found, report = bootstrap.traceable_traces(target, None, {})
    assert found.untied.asked >= rows
    parts = {one.part: one.untied for one in found.parts}
    assert parts["policy"].share == 1.0
    assert not report.exercise
