"""Cases out of traces: a fair draw in every segment, with nothing left in that has the form of personal data."""

import json
from collections import Counter

import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.gates.traffic import MOST_CHARS, as_lines, sanitised, traffic
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.columns import TraceColumns
from hotwash.kit.schema.suite import Case
from hotwash.triage.scan import hits
from hotwash.triage.timeline import Window

COLUMNS = TraceColumns.model_validate(
    {"time": "time", "id": "id", "dimensions": ["Language"], "input": "input", "documents": "documents",
     "signals": [{"name": "bad", "column": "bad", "equals": True}]}
)  # fmt: skip
BAD = COLUMNS.signals[0]


def relation(rows):
    """Rows as (language, input, bad, documents)."""
    texts = [np.array([row[place] for row in rows], dtype=object) for place in (0, 1, 3)]
    return from_arrays(
        {"time": (np.arange(len(rows), dtype=np.int64) * 1000).astype("datetime64[ms]").astype("datetime64[us]"), "id": np.array([f"r{n}" for n in range(len(rows))], dtype=object),
         "Language": texts[0], "input": texts[1], "bad": np.array([row[2] for row in rows]), "documents": texts[2]}, "test",
    )  # fmt: skip


def rows(n=200):
    return [
        (
            "de" if k % 4 == 0 else "en",
            f"Question {k} from maria.{k}@brenner-mail.com",
            k % 5 == 0,
            '["Call +49 30 5012345."]',
        )
        for k in range(n)
    ]


def drawn(given, **more):
    with_relation = relation(given)
    try:
        return traffic(with_relation, COLUMNS, **{"per": 10, **more})
    finally:
        with_relation.close()


def test_every_segment_gets_its_cases_and_the_same_traces_give_the_same_ones():
    found = drawn(rows(), by=["Language"])
    assert found.segments == {"language de": 10, "language en": 10}
    assert Counter(one.segment["language"] for one in found.cases) == {"de": 10, "en": 10}
    assert len({one.id for one in found.cases}) == 20
    assert drawn(rows(), by=["Language"]) == found
    asked = [int(one.user.split()[1]) for one in found.cases]
    assert asked != sorted(asked)


def test_nothing_that_has_the_form_of_personal_data_stays_in():
    found = drawn(rows())
    for one in found.cases:
        assert "[email]" in one.user
        assert one.sources == ["Call [phone]."]
        assert hits(one.user) == hits(one.sources[0]) == ()
    assert found.taken_out == {"email": 10, "phone": 10}


def test_what_the_signal_found_and_the_window_holds_is_drawn_and_nothing_else():
    found = drawn(rows(), per=100, signal=BAD, window=Window(50_000, 100_000))
    assert sorted(int(one.user.split()[1]) for one in found.cases) == list(range(50, 100, 5))


def test_the_same_request_again_is_no_further_case_and_missing_texts_are_counted():
    given = [("en", text, True, None) for text in ["Where is it?"] * 5 + [None, "  ", "[REDACTED]", "When?"]]
    found = drawn(given)
    assert sorted(one.user for one in found.cases) == ["When?", "Where is it?"]
    assert (found.left_out["same_again"], found.left_out["no_text"]) == (4, 3)
    assert found.cases[0].sources == []


def test_a_text_is_cleaned_before_it_is_cut():
    text = "x " * (MOST_CHARS // 2 - 8) + "maria.brenner@brenner-mail.com"
    found = drawn([("en", text, True, None)])
    assert "maria" not in found.cases[0].user
    assert found.left_out["cut"] == 0
    assert drawn([("en", "y" * (MOST_CHARS + 1), True, None)]).left_out["cut"] == 1


@pytest.mark.parametrize(
    "text", ["IBAN DE89 3704 0044 0532 0130 00 ok", "card 4111 1111 1111 1111", "password: hunter2hunter", "mail jane\u200b.roe@corp-mail.com"]
)  # fmt: skip
def test_values_of_every_kind_are_taken_out(text):
    clean, found = sanitised(text)
    ((kind, count),) = found.items()
    assert count == 1
    assert f"[{kind}]" in clean
    assert [one.value for one in hits(text) if one.value in clean.lower().replace(" ", "")] == []


def test_what_is_no_value_stays():
    text = "Order 4111-8, version 3.2.1.9, 30 days [sic]"
    assert sanitised(text) == (text, Counter())


def test_the_file_of_cases_is_read_as_it_is_written():
    cases = drawn(rows(), by=["Language"]).cases
    assert tuple(Case.model_validate(json.loads(line)) for line in as_lines(cases).splitlines()) == cases


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(NotSupportedError, match="no column 'region'"):
        drawn(rows(), by=["region"])
    with_relation = relation(rows(3))
    with pytest.raises(NotSupportedError, match="no column of requests"):
        traffic(with_relation, TraceColumns(time="time"), per=1)
    with_relation.close()
