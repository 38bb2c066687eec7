"""Whatever the bytes, an import loses nothing, counts everything, and fails as a whole or not at all."""

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotwash.adapters.import_sources import FORMS
from hotwash.adapters.import_traces import import_traces
from hotwash.kernel.errors import ContentError

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = st.sampled_from(
    [
        "id", "at", "trace", "traceId", "spanId", "parentSpanId", "name", "attributes", "events", "status", "code", "key", "value",
        "resourceSpans", "scopeSpans", "spans", "startTimeUnixNano", "endTimeUnixNano", "startTime", "endTime", "context",
        "span_id", "trace_id", "observations", "scores", "projectId", "sessionId", "timestamp", "input", "output", "metadata",
        "model", "usageDetails", "eval", "samples", "uuid", "messages", "role", "content", "tool_calls", "function", "arguments",
        "suite_name", "user_task_id", "traj", "task_id", "reward", "score", "status", "tenant", "parts", "type", "choices",
        "gen_ai.input.messages", "gen_ai.prompt", "gen_ai.completion", "gen_ai.request.model", "gen_ai.usage.input_tokens",
        "openinference.span.kind", "llm.input_messages.0.message.role", "llm.input_messages.0.message.tool_calls.0.tool_call.id",
        "retrieval.documents.0.document.score", "annotations.0.annotation.name", "stringValue", "intValue", "arrayValue", "values",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    ["LLM", "TOOL", "RETRIEVER", "GUARDRAIL", "EVALUATOR", "chat", "user", "assistant", "tool", "ERROR", "2", "\ud800", "\x00",
     "tH12H+eb6IruQTQs3VJyaA==", "[{\"role\": \"user\"", "{\"a\": [1]}", "2025-05-12T20:28:26", "1751474840301046016",
     "2025-05-12T20:28:26-04:00", "'; DROP TABLE made; --", "\x1b[2J", "99999999999999999999999", ""]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=5))
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8), max_leaves=40
)
OBJECTS = st.dictionaries(KEYS, JSON, min_size=1, max_size=10)


def lines(values) -> bytes:
    return b"".join(json.dumps(one).encode("ascii") + b"\n" for one in values)


def archive(values) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for n, one in enumerate(values):
            opened.writestr(f"samples/{n}_epoch_1.json", json.dumps(one))
    return made.getvalue()


def packed(body: bytes, cut: int) -> bytes:
    made = gzip.compress(body, mtime=0)
    return made[: max(2, len(made) - cut)]


FILES = st.one_of(
    st.binary(max_size=300),
    st.lists(OBJECTS | JSON, min_size=1, max_size=5).map(lines),
    st.lists(JSON, max_size=5).map(lambda values: json.dumps(values).encode("ascii")),
    OBJECTS.map(lambda value: json.dumps(value, indent=1).encode("ascii")),
    st.lists(OBJECTS, min_size=1, max_size=3).map(archive),
    st.tuples(st.lists(OBJECTS, min_size=1, max_size=3).map(lines), st.integers(0, 30)).map(lambda pair: packed(*pair)),
    st.tuples(st.lists(OBJECTS, min_size=1, max_size=3).map(lines), st.binary(max_size=20), st.integers(0, 200)).map(
        lambda three: three[0][: three[2]] + three[1] + three[0][three[2] :]
    ),
)


def check(body: bytes, form: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, target = Path(folder) / "export.json", Path(folder) / "out" / "made.parquet"
        file.write_bytes(body)
        try:
            done = import_traces(file, target, form=form, raw="a test")
        except ContentError:
            assert not list(target.parent.glob("*")), "something was left behind"
            return
        assert done.seen == done.joined + sum(done.set_aside.values())
        with duckdb.connect() as database:
            found = database.execute(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM '{target}'").fetchone()
        assert found == (done.rows, done.rows)
        aside = done.aside_file.read_text().splitlines() if done.aside_file else []
        assert sum(json.loads(line).get("units", 1) for line in aside) == sum(done.set_aside.values())
        assert sorted(one.name for one in target.parent.iterdir()) == sorted(
            one.name for one in (target, done.aside_file) if one
        )


@pytest.mark.slow
@SETTINGS
@given(FILES, st.sampled_from(["", *FORMS]))
@example(b"", "")
@example(b"\xef\xbb\xbf" + b'{"id": 1, "at": "2025-01-01T00:00:00Z"}', "")
@example(b"[" * 100_000, "")
@example(b'{"a":' * 100_000, "otlp")
@example(b"\x1f\x8b", "")
@example(b"PK\x03\x04 and nothing else", "")
def test_any_bytes_become_rows_and_things_set_aside_or_one_error(body: bytes, form: str):
    check(body, form)
