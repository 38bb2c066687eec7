"""Spans as exporters write them, and what each kind of span says of its request."""

import json

import duckdb
import pytest

from hotwash.adapters.import_names import NAMES, flat, named
from hotwash.adapters.import_traces import import_traces

T = "5b8aa5a2d2c872e8321cf37308d69df2"
AT = 1_746_439_200_000_000_000


def attributes(values):
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
    return [
        {"key": name, "value": {kinds[type(one)]: str(one) if type(one) is int else one}}
        for name, one in values.items()
    ]


def span(n, parent, kind, values, **more):
    return {
        "traceId": T,
        "spanId": f"{n:016x}",
        "parentSpanId": f"{parent:016x}" if parent else "",
        "name": f"{kind} {n}",
        "startTimeUnixNano": str(AT + n * 1_000_000),
        "endTimeUnixNano": str(AT + (100 - n) * 1_000_000),
        "status": {},
        "attributes": attributes({**({"gen_ai.operation.name": kind} if kind else {}), **values}),
        **more,
    }


@pytest.fixture
def take(tmp_path):
    def read(*values):
        file = tmp_path / "spans.jsonl"
        file.write_text("".join(json.dumps(one) + "\n" for one in values))
        done = import_traces(file, tmp_path / "made.parquet", raw="a test", overwrite=True)
        with duckdb.connect() as database:
            found = database.execute(f"SELECT * FROM '{done.file}'")
            names = [one[0] for one in found.description]
            return done, [dict(zip(names, one, strict=True)) for one in found.fetchall()]

    return read


def exported(*spans, resource=()):
    return {
        "resourceSpans": [
            {"resource": {"attributes": attributes(dict(resource))}, "scopeSpans": [{"spans": list(spans)}]}
        ]
    }


QUESTION = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Where is my order?"}]}])
CALLED = json.dumps(
    [{"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "track", "arguments": {"order": 7}}]}]
)
AGAIN = json.dumps([*json.loads(QUESTION), *json.loads(CALLED),
                    {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "lost"}]}])  # fmt: skip
SAID = json.dumps(
    [{"role": "assistant", "parts": [{"type": "text", "content": "It is lost."}], "finish_reason": "stop"}]
)


def agent_trace():
    model = {"gen_ai.provider.name": "openai", "gen_ai.request.model": "m", "gen_ai.response.model": "m-2"}
    return [
        span(2, 1, "chat", {**model, "gen_ai.input.messages": QUESTION, "gen_ai.output.messages": CALLED,
                            "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 3}),
        span(3, 1, "execute_tool", {"gen_ai.tool.name": "track", "gen_ai.tool.call.id": "c1", "error.type": "TimeoutError",
                                    "gen_ai.tool.call.arguments": '{"order": 7}'}, status={"code": 2}),
        span(4, 1, "retrieval", {"gen_ai.retrieval.documents": '[{"id": "d1", "score": 0.5}]'}),
        span(5, 1, "run_guardrail", {"gen_ai.guardrail.verdict.type": "warn", "gen_ai.security.policy.rule.id": "r1"}),
        span(6, 1, "run_guardrail", {"gen_ai.guardrail.verdict.type": "deny", "gen_ai.security.policy.rule.id": "r2"}),
        span(7, 1, "chat", {**model, "gen_ai.input.messages": AGAIN, "gen_ai.output.messages": SAID,
                            "gen_ai.usage.input_tokens": 20, "gen_ai.usage.output_tokens": 4},
             events=[{"name": "gen_ai.evaluation.result", "attributes": attributes({
                 "gen_ai.evaluation.name": "groundedness", "gen_ai.evaluation.score.value": 0.1,
                 "gen_ai.evaluation.score.label": "fail"})}]),
        span(1, 0, "invoke_agent", {"gen_ai.conversation.id": "s-1", "hotwash.tenant": "acme", "user.id": "u-1"}),
    ]  # fmt: skip


def test_each_kind_of_span_says_its_part(take):
    spans = agent_trace()
    done, [row] = take(
        exported(*spans, resource={"service.version": "1.4", "deployment.environment.name": "production"})
    )
    assert (done.seen, done.joined) == (7, 7)
    assert (row["id"], row["latency_ms"]) == (T, 98.0)
    assert str(row["at"]) == "2025-05-05 10:00:00.001000"
    assert (row["kind"], row["operation"], row["session"], row["user"], row["tenant"]) == (
        "agent",
        "invoke_agent",
        "s-1",
        "u-1",
        "acme",
    )
    assert (row["app_version"], row["environment"]) == ("1.4", "production")
    assert (row["model_requested"], row["model"], row["input_tokens"], row["output_tokens"]) == ("m", "m-2", 30, 7)
    assert (row["input"], row["output"], row["finish_reason"]) == ("Where is my order?", "It is lost.", "stop")
    assert (row["retrieved"], json.loads(row["documents"])[0]["id"]) == (1, "d1")
    call = {"name": "track", "arguments": {"order": 7}, "result": "lost", "error": "TimeoutError"}
    assert (json.loads(row["tool_calls"]), row["tool_count"], row["tool_errors"]) == ([call], 1, 1)
    assert (row["guardrail_verdict"], row["guardrail_rule"], row["status"]) == ("deny", "r2", "blocked")
    assert row["groundedness"] == "fail"
    assert json.loads(row["evaluations"]) == [{"name": "groundedness", "score": 0.1, "label": "fail"}]


def test_spans_of_one_trace_meet_whatever_their_order_and_request(take):
    spans = agent_trace()
    _, [together] = take(exported(*spans))
    _, [apart] = take(*(exported(one) for one in reversed(spans)))
    for row in (together, apart):
        row.pop("source"), row.pop("attributes")
    assert apart == together


def test_a_search_that_found_nothing_is_not_the_same_as_no_search(take):
    other = [{**one, "traceId": "a" * 32} for one in (span(1, 0, "chat", {"gen_ai.request.model": "m"}),)]
    _, rows = take(exported(span(1, 0, "retrieval", {}), *other))
    assert {one["id"]: one["retrieved"] for one in rows} == {T: 0, "a" * 32: None}


def test_a_failed_root_is_an_error_and_a_failed_try_below_it_is_not(take):
    failed = {"status": {"code": "STATUS_CODE_ERROR"}}
    raised = [{"name": "exception", "attributes": attributes({"exception.type": "RateLimit"})}]
    _, rows = take(
        exported(
            span(1, 0, "chat", {"gen_ai.request.model": "m"}, **failed, events=raised),
            {**span(1, 0, "invoke_agent", {}), "traceId": "a" * 32},
            {**span(2, 1, "chat", {"gen_ai.request.model": "m"}, **failed), "traceId": "a" * 32},
        )
    )
    assert {one["id"]: (one["status"], one["error"]) for one in rows} == {
        T: ("error", "RateLimit"),
        "a" * 32: ("ok", None),
    }


@pytest.mark.parametrize(
    ("ended", "status"), [("stop", "ok"), ("content_filter", "blocked"), ("refusal", "refused"), ("max_tokens", "ok")]
)
def test_why_generation_ended_decides_the_status(take, ended, status):
    _, [row] = take(exported(span(1, 0, "chat", {"gen_ai.response.finish_reasons": json.dumps([ended])})))
    assert (row["status"], row["finish_reason"]) == (status, "length" if ended == "max_tokens" else ended)


PHOENIX = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "m-2",
    "llm.token_count.prompt": 5,
    "input.value": "Hi",
    "output.value": "Hello",
}
NESTED = {"openinference": {"span": {"kind": "LLM"}}, "llm": {"model_name": "m-2", "token_count": {"prompt": 5}},
          "input": {"value": "Hi"}, "output": {"value": "Hello"}}  # fmt: skip


@pytest.mark.parametrize(
    "shape",
    [
        {"context.trace_id": T, "context.span_id": "b" * 16, "parent_id": None, "start_time": "2025-05-05T10:00:00+00:00",
         "end_time": "2025-05-05T10:00:01+00:00", "status_code": "OK", **{f"attributes.{name}": one for name, one in PHOENIX.items()}},
        {"id": "x", "context": {"trace_id": T, "span_id": "b" * 16}, "span_kind": "LLM", "start_time": "2025-05-05T10:00:00Z",
         "end_time": "2025-05-05T10:00:01Z", "status_code": "UNSET", "attributes": PHOENIX},
        {"trace_id": "0x" + T.upper(), "span_id": "b" * 16, "start_time": AT, "end_time": AT + 10**9, "attributes": NESTED},
        {"traceId": T, "spanId": "b" * 16, "startTime": [AT // 10**9, 0], "endTime": [AT // 10**9 + 1, 0],
         "attributes": json.dumps(PHOENIX)},
    ],
    ids=["a data frame's rows", "its web interface", "nested attributes", "attributes as text"],
)  # fmt: skip
def test_phoenix_and_others_write_the_same_span_in_many_ways(take, shape):
    done, [row] = take(shape)
    assert done.formats == {"otlp": 1}
    assert (row["id"], str(row["at"]), row["latency_ms"]) == (T, "2025-05-05 10:00:00", 1000)
    assert (row["model"], row["input_tokens"], row["input"], row["output"]) == ("m-2", 5, "Hi", "Hello")
    assert (row["operation"], row["status"]) == ("chat", "ok")


def test_pages_of_a_web_interface_are_read_item_by_item(take):
    spans = [
        {"id": f"x{n}", "context": {"trace_id": f"{n:032x}", "span_id": f"{n:016x}"}, "attributes": PHOENIX}
        for n in (1, 2)
    ]
    done, rows = take({"data": spans, "next_cursor": None}, {"data": [7], "next_cursor": None})
    assert (done.formats, len(rows), done.seen) == ({"otlp": 1}, 2, 3)
    assert done.set_aside == {"not an object": 1}
    assert sorted(one["source"] for one in rows) == ["spans.jsonl:1, item 1", "spans.jsonl:1, item 2"]


def test_openinference_judges_guards_and_people_are_heard(take):
    judged = {
        "openinference.span.kind": "LLM",
        "annotations.0.annotation.name": "user-feedback",
        "annotations.0.annotation.score": 0,
        "annotations.0.annotation.annotator_kind": "HUMAN",
        "annotations.1.annotation.name": "hallucination",
        "annotations.1.annotation.label": "factual",
    }
    guard = {"openinference.span.kind": "GUARDRAIL", "output.value": "Blocked"}
    evaluator = {"openinference.span.kind": "EVALUATOR", "output.value": '{"label": "toxic", "score": 0.9}'}
    _, [row] = take(exported(span(1, 0, "", judged), span(2, 1, "", guard), span(3, 1, "", evaluator)))
    assert (row["feedback"], row["groundedness"]) == ("down", "pass")
    assert (row["guardrail_verdict"], row["guardrail_rule"], row["status"]) == ("deny", " 2", "blocked")
    assert {one["name"].strip(): one.get("label") for one in json.loads(row["evaluations"])} == {
        "3": "toxic", "user-feedback": None, "hallucination": "factual",
    }  # fmt: skip


def test_calls_without_an_id_that_later_turns_repeat_are_counted_once(take):
    asked = [
        {"role": "user", "content": "go"},
        {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
    ]
    twice = [
        *asked,
        {"role": "tool", "name": "f", "content": "r"},
        asked[1],
        {"role": "tool", "name": "f", "content": "s"},
    ]
    chat = {"gen_ai.request.model": "m"}
    _, [row] = take(
        exported(
            span(1, 0, "chat", {**chat, "gen_ai.prompt": json.dumps(asked)}),
            span(2, 1, "chat", {**chat, "gen_ai.prompt": json.dumps(twice)}),
        )
    )
    assert row["tool_count"] == 2


def test_every_name_in_the_table_fills_its_column():
    """Raw columns are lists and texts that whole exports test; here are the rest."""
    raw = ("input", "output", "system", "documents", "tool_calls", "evaluations")
    for one in NAMES:
        if one.column not in raw:
            assert named(flat({one.name: "said"}), one.column) == "said", one
            first = next(each for each in NAMES if each.column == one.column)
            assert named({one.name: "said", first.name: "said first"}, one.column) == "said first"
