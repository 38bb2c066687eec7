"""What columns seem to mean: by name, type, fill and number of values, and never by reading a text."""

import re

import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import from_arrays, open_files
from hotwash.kernel.errors import ContentError
from hotwash.kit.load import load_columns
from hotwash.kit.writing import quoted
from hotwash.triage.columns_file import columns_yaml
from hotwash.triage.propose import propose

N = 2_000
GENERATOR = np.random.default_rng(5)


def texts(*values):
    return np.array([values[n % len(values)] for n in range(N)], dtype=object)


def table(**more):
    return {
        "request_time": np.datetime64("2025-05-05T10:00:00") + np.arange(N).astype("timedelta64[s]"),
        "labelledAt": np.datetime64("2025-06-05T10:00:00") + np.arange(N).astype("timedelta64[s]"),
        "trace_id": np.array([f"t{n}" for n in range(N)], dtype=object),
        "customer": texts("acme", "bell", "core"),
        "region": texts("north", "south"),
        "modelVersion": texts("m1", "m2"),
        "gender": texts("f", "m", "x"),
        "response_time": GENERATOR.uniform(10, 900, N),
        "amount": GENERATOR.normal(100, 20, N),
        "risk_score": GENERATOR.uniform(0, 1, N),
        "decision": texts("approve", "decline"),
        "status": texts("ok", "ok", "ERROR", "refused"),
        "policy_violation": GENERATOR.uniform(0, 1, N) < 0.05,
        "is_leak": (np.arange(N) % 100 == 0).astype(np.int64),
        "no_error": GENERATOR.uniform(0, 1, N) < 0.9,
        "question": np.array([f"What about order {n}, which has not come, and what will you do?" for n in range(N)], dtype=object),
        "answer": np.array([f"Order {n} is on its way to you and should arrive by tomorrow noon." for n in range(N)], dtype=object),
        "day": np.arange(N) % 7,
        "note": texts("the same"),
        **more,
    }  # fmt: skip


@pytest.fixture
def proposal():
    return propose(from_arrays(table()))


def test_every_column_gets_the_role_that_its_name_type_and_values_say(proposal):
    columns = proposal.columns
    assert (columns.time, columns.label_time, columns.id) == ("request_time", "labelledAt", "trace_id")
    assert (columns.tenant, columns.score) == ("customer", "risk_score")
    assert columns.versions == ["modelVersion"]
    assert columns.groups == ["gender"]
    assert columns.dimensions == ["customer", "region", "status", "no_error"]
    assert columns.features == ["response_time", "amount"]
    assert (columns.input, columns.output) == ("question", "answer")
    assert (columns.decision.column, columns.decision.equals) == ("decision", "approve")
    assert proposal.rows == N


def test_what_goes_wrong_becomes_signals_with_the_value_as_it_is_written(proposal):
    found = {one.name: (one.column, one.equals, one.layer) for one in proposal.columns.signals}
    assert found == {
        "status_error": ("status", "ERROR", "system"),
        "status_refused": ("status", "refused", "quality"),
        "policy_violation": ("policy_violation", True, "safety-abuse"),
        "is_leak": ("is_leak", 1, "data-privacy"),
    }


def test_every_proposal_has_a_reason_and_what_people_must_confirm_says_so(proposal):
    by = {(one.column, one.role): one for one in proposal.reasons}
    assert by["gender", "groups"].confirm
    assert by["decision", "decision"].confirm
    assert not by["region", "dimensions"].confirm
    assert by["note", ""].why == "one value only"
    assert by["day", ""].why == "a part of the time"
    assert all(one.why for one in proposal.reasons)
    assert [one.column for one in proposal.reasons] == sorted(
        (one.column for one in proposal.reasons), key=list(table()).index
    )


def test_no_text_is_read_and_two_queries_are_enough():
    relation = from_arrays(table())
    asked = []
    ask = relation.ask
    relation.ask = lambda sql, reads: asked.append(sql) or ask(sql, reads)
    propose(relation)
    assert len(asked) == 2
    for name in ("question", "answer"):
        used = [re.sub(r".*?(\w+)\($", r"\1", one) for sql in asked for one in sql.split(f'"{name}"')[:-1]]
        assert set(used) <= {"COUNT", "APPROX_COUNT_DISTINCT", "LENGTH"}


def test_a_duration_named_time_is_no_time_and_text_can_be_one():
    stamps = np.array([f"2025-05-05T10:{n % 60:02d}:00Z" for n in range(N)], dtype=object)
    relation = from_arrays({"time": GENERATOR.uniform(0, 9, N), "started": stamps, "country": texts("a", "b")})
    assert propose(relation).columns.time == "started"


def test_a_number_since_1970_is_a_time():
    relation = from_arrays({"ts": 1_746_439_200 + np.arange(N), "country": texts("a", "b")})
    assert propose(relation).columns.time == "ts"


def test_a_column_named_id_that_repeats_is_no_id():
    proposal = propose(from_arrays(table(trace_id=texts("a", "b"))))
    assert proposal.columns.id == ""


def test_codes_of_http_are_errors_from_400():
    proposal = propose(from_arrays(table(http_status=np.array([200, 200, 404, 500] * (N // 4)))))
    found = {one.column: (one.above, one.layer) for one in proposal.columns.signals}
    assert found["http_status"] == (399, "system")


def test_an_error_text_is_a_signal_by_being_there():
    proposal = propose(from_arrays(table(error_type=texts("TimeoutError", None, None))))
    [signal] = [one for one in proposal.columns.signals if one.column == "error_type"]
    assert (signal.missing, signal.layer) == (False, "system")


def test_a_column_that_is_empty_or_cannot_be_named_says_so():
    proposal = propose(from_arrays({**table(), "nothing": texts(None), " spaced": texts("a", "b")}))
    why = {one.column: one.why for one in proposal.reasons if not one.role}
    assert why["nothing"] == "empty"
    assert why[" spaced"] == "its name begins or ends with a space: rename it"


def test_a_table_without_times_says_what_to_do():
    with pytest.raises(ContentError, match="no column holds times"):
        propose(from_arrays({"x": np.arange(5)}))


def test_an_empty_table_has_no_column_that_holds_times():
    empty = {name: values[:0] for name, values in table().items()}
    with pytest.raises(ContentError, match="no column holds times"):
        propose(from_arrays(empty))


def test_the_file_reads_back_to_the_same_columns(proposal, tmp_path):
    file = tmp_path / "columns.yaml"
    file.write_text(columns_yaml(proposal), encoding="utf-8")
    assert load_columns(file) == proposal.columns
    said = file.read_text()
    assert 'groups:\n  - "gender"  # named like a protected attribute: confirm it (3 values)' in said
    assert '# Without a role:\n#   "day": a part of the time' in said


@pytest.mark.parametrize(
    "name",
    [
        "a: b # c",
        "'quoted\"",
        "new\nline",
        "\x1b[2J",
        "\u202eabc",
        "ключ",
        "- x",
        "{y}",
        "\U0001f600",
        "null",
        "1e3",
        "a\x85b",
    ],
)
def test_any_name_of_a_column_is_written_so_that_it_reads_back(tmp_path, name):
    file = tmp_path / "columns.yaml"
    relation = from_arrays({"at": table()["request_time"], name: texts("a", "b")})
    proposal = propose(relation)
    assert proposal.columns.dimensions == [name]
    file.write_text(columns_yaml(proposal), encoding="utf-8")
    assert load_columns(file) == proposal.columns
    assert quoted(name).isprintable()


def test_mistakes_in_the_file_are_located(tmp_path):
    file = tmp_path / "columns.yaml"
    file.write_text("time: at\ndimension: [region]\nsignals:\n  - {name: x, column: y}\n")
    with pytest.raises(ContentError) as wrong:
        load_columns(file)
    assert [one.where.line for one in wrong.value.problems] == [2, 4]


def test_flights_get_a_sensible_beginning(shared):
    proposal = propose(open_files(shared / "data" / "nyc-flights"))
    columns = proposal.columns
    assert columns.time == "time_hour"
    assert columns.dimensions == ["carrier", "origin", "dest"]
    assert "dep_delay" in columns.features
    assert not columns.groups
