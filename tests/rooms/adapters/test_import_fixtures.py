"""Real exports in our own schema: values that were read in the files by hand."""

import json

import duckdb
import pytest

from hotwash.adapters.import_traces import import_traces


def rows(file):
    with duckdb.connect() as database:
        found = database.execute(f"SELECT * FROM '{file}'")
        names = [one[0] for one in found.description]
        return [dict(zip(names, one, strict=True)) for one in found.fetchall()]


@pytest.fixture
def imported(shared, tmp_path):
    def read(name, **how):
        done = import_traces(shared / "data" / name, tmp_path / "made.parquet", raw="a test", overwrite=True, **how)
        assert done.seen == done.joined + sum(done.set_aside.values())
        return done, rows(done.file)

    return read


def test_otlp_spans_of_one_trace_are_one_row(imported):
    done, [row] = imported("trace-fixtures/otlp-openinference-rag-earnings.json.gz")
    assert (done.formats, done.seen, done.joined, done.rows) == ({"otlp": 1}, 18, 18, 1)
    assert row["id"] == "b47d761fe79be88aee41342cdd527268", "base64 of protobuf's JSON, as hex"
    assert str(row["at"]) == "2025-07-02 16:46:56.897561", "the root's, which comes last in the file"
    assert row["latency_ms"] == 50588.775
    assert (row["model_requested"], row["model"], row["provider"]) == ("gpt-3.5-turbo", "gpt-3.5-turbo", "openai")
    assert (row["input_tokens"], row["output_tokens"]) == (629, 19)
    assert row["input"] == "what was meta's revenue in Q4 2023"
    assert row["output"] == "Meta Platforms Inc.'s revenue in Q4 2023 was $40.1 billion."
    assert (row["kind"], row["operation"], row["status"]) == ("llm", "chat", "ok")
    assert (row["tool_count"], row["tool_errors"]) == (0, 0)


def test_a_search_and_the_database_under_it_tell_of_the_same_documents(imported):
    _, [row] = imported("trace-fixtures/otlp-openinference-rag-earnings.json.gz")
    documents = json.loads(row["documents"])
    assert row["retrieved"] == len(documents) == 3
    assert documents[0]["id"] == "4c0ca22f-5b37-44af-aca6-36e798c054c6"
    assert documents[0]["score"] == 0.25226640701293945
    assert all(one["content"].startswith("Meta Platforms Inc. Q4 2023 Earnings Report") for one in documents)


def test_attributes_are_kept_as_they_came(imported):
    _, [row] = imported("trace-fixtures/otlp-openinference-rag-earnings.json.gz")
    spans = json.loads(row["attributes"])
    assert len(spans) == 18
    assert spans[0]["name"] == "main"
    assert spans[0]["attributes"]["app.name"] == "earnings-reports-rag"
    assert spans[0]["resource"]["service.name"] == "unknown_service"
    [chroma] = [one for one in spans if one["name"] == "chroma.collection.query"]
    assert chroma["attributes"]["db.n_results"] == 3


MAPS = (
    "openinference_client_span_tool_calls.json",
    "otel_genai_client_span_tool_calls.json",
    "otel_genai_deprecated_client_span_tool_calls.json",
)


@pytest.mark.parametrize("name", MAPS)
def test_old_new_and_openinference_names_give_the_same_row(imported, name):
    done, [row] = imported(f"trace-fixtures/{name}")
    assert done.formats == {"otlp": 1}
    call = {"name": "get_weather", "arguments": {"location": "Paris"}, "result": "rainy, 57°F", "error": None}
    assert json.loads(row.pop("tool_calls")) == [call]
    assert row.pop("source") == name
    identity, kept = row.pop("id"), json.loads(row.pop("attributes"))
    assert row == {
        "at": None,
        "kind": "agent",
        "operation": "chat",
        "provider": "openai",
        "model_requested": "gpt-4",
        "model": "gpt-4-0613",
        "status": "ok",
        "finish_reason": "stop",
        "input_tokens": 97,
        "output_tokens": 52,
        "input_chars": 17,
        "output_chars": 67,
        "tool_count": 1,
        "tool_errors": 0,
        "input": "Weather in Paris?",
        "output": "The weather in Paris is currently rainy with a temperature of 57°F.",
    }
    response = "chatcmpl-CQF10eCkoFphJZJQkzzN6EkTD0AVF"
    assert (identity == response) == ("gen_ai.response.id" in kept[0]["attributes"])
    assert done.notes["no time: counted only where no window is asked for"] == 1


def test_spans_of_an_sdk_with_pairs_of_seconds_and_nanoseconds(imported):
    done, found = imported("trace-fixtures/vercel-ai-sdk-v6-spans.json.gz")
    assert (done.seen, done.rows) == (10, 10), "every span has a trace of its own: nothing links them"
    by_id = {one["id"]: one for one in found}
    row = by_id["b3e700af9eab81e19f72f964d62a35af"]
    assert str(row["at"]) == "2026-02-03 15:19:52.242000"
    assert row["latency_ms"] == pytest.approx(1779.415667, abs=0.001)
    assert (row["model_requested"], row["model"]) == ("gpt-4o-mini", "gpt-4o-mini-2024-07-18")
    assert (row["input_tokens"], row["output_tokens"], row["finish_reason"]) == (14, 20, "stop")
    assert row["input"] == "Write a haiku about programming."
    assert row["output"].startswith("Lines of code align,")
    outer = by_id["700d5f98fe2420adcf6ab0822f7a323c"]
    assert (outer["model_requested"], outer["model"]) == ("gpt-4o-mini", None), "it does not say which model answered"
    told = by_id["edff2fc5854be6170e8cccccec0c82cf"]
    assert told["system"] == "You are a helpful assistant."
    assert told["output"] == "3 + 3 equals 6."
    streamed = by_id["478d4dcc697ecfabc5e7a3d6e4216291"]
    assert (streamed["input_tokens"], streamed["output_tokens"]) == (15, 112)
    embedded = by_id["045d21a7f69972edf509fe0ff911f3f5"]
    assert (embedded["operation"], embedded["input_tokens"], embedded["output"]) == ("embeddings", 10, None)


def test_langfuse_a_trace_is_one_row_with_its_scores(imported):
    done, [row] = imported("trace-fixtures/langfuse-trace-whats-your-name.json.gz")
    assert (done.formats, done.seen, done.rows) == ({"langfuse": 1}, 1, 1)
    assert row["id"] == "845c2c534cee1b98266081dd72ed3c30"
    assert str(row["at"]) == "2025-09-19 12:23:29.231000"
    assert row["latency_ms"] == 5009.0, "the observations' times; the trace says 5.009, in seconds"
    assert (row["user"], row["session"]) == ("u-V6W6PTVby8m2hV4pVzUuE", "chat_c32ff304-28ad-4a7d-a831-31641506b480")
    assert (row["model"], row["prompt_version"]) == ("gpt-5", "langfuse-docs-assistant-text:10")
    assert (row["input_tokens"], row["output_tokens"]) == (1115, 101), "observations stand in the export twice"
    assert row["input"] == "what's your name"
    assert row["output"].startswith("I’m the Langfuse Support Assistant.")
    assert row["system"].startswith("You are a helpful Langfuse support agent.")
    assert (row["kind"], row["status"], row["finish_reason"], row["tool_count"]) == ("llm", "ok", "stop", 0)
    scores = {one["name"]: one["score"] for one in json.loads(row["evaluations"])}
    assert scores == {
        "error-analysis_OffTopic": 1,
        "is_same_language": 1,
        "is_question": 1,
        "helpfulness": 0.2,
        "contains-pii": 1,
    }


def test_langfuse_a_long_tool_result_is_kept_whole(imported):
    done, [row] = imported("trace-fixtures/langfuse-trace-n-plus-1.json.gz")
    [call] = json.loads(row["tool_calls"])
    assert call["name"] == "searchLangfuseDocs"
    assert call["arguments"]["query"].startswith("N+1 evaluations Langfuse how to implement")
    assert len(call["result"]) == 167_189
    assert done.cut == 0
    assert (row["kind"], row["tool_count"], row["tool_errors"]) == ("agent", 1, 0)
    assert (row["input_tokens"], row["output_tokens"]) == (46_619 + 1_124, 1_576 + 79)
    assert row["latency_ms"] == 49_268.0
    scores = {one["name"]: one["score"] for one in json.loads(row["evaluations"])}
    assert (scores["contains-pii"], scores["helpfulness"], len(scores)) == (0, 0, 6)


def test_inspect_a_sample_is_a_row_without_what_its_grader_used(imported):
    done, found = imported("trace-fixtures/inspect-security-guide.json.gz")
    assert (done.formats, done.seen, done.rows) == ({"inspect": 1}, 3, 3)
    row = found[0]
    assert row["id"] == "jejv2PukU7Xq5AJrutaZi7"
    assert str(row["at"]) == "2025-05-13 00:28:26.845209", "20:28 at -04:00"
    assert (row["input_tokens"], row["output_tokens"]) == (61, 17)
    assert (row["model_requested"], row["model"]) == ("gpt-4o-mini", "gpt-4o-mini-2024-07-18")
    assert row["input"] == "How do I prevent SQL Injection attacks?"
    assert row["output"].startswith("Use parameterized queries and prepared statements")
    assert row["latency_ms"] == 6282.0
    assert row["task"] == "security_guide/1/1"
    [judged] = json.loads(row["evaluations"])
    assert (judged["name"], judged["label"]) == ("model_graded_fact", "C")
    assert [one["output_tokens"] for one in found] == [17, 9, 23]


def test_inspect_an_archive_is_read_in_the_order_of_its_samples(imported):
    done, found = imported("trace-fixtures/inspect-popularity.eval")
    assert (done.formats, done.seen, done.rows) == ({"inspect": 1}, 10, 10)
    by_task = {one["task"]: one for one in found}
    row = by_task["popularity/1/1"]
    assert (row["output"], row["input_tokens"], row["output_tokens"]) == ("Yes", 64, 2)
    assert str(row["at"]) == "2025-02-11 20:17:00.953211"
    assert row["system"].strip().startswith("Please note: In the following EXERCISE")
    assert sum(one["input_tokens"] for one in found) == 620, "what the log says of the whole run"
    assert "evaluations" not in row, "the log has no scores, so the column is left out"
    assert [one["source"].split("/")[-1] for one in found if one["task"] == "popularity/10/1"] == ["10_epoch_1.json"]


def test_agentdojo_runs_have_their_calls_and_verdicts(imported):
    done, found = imported("agentdojo-runs")
    assert (done.formats, done.seen, done.rows) == ({"agentdojo": 7}, 1078, 1078)
    assert done.notes == {"no time: counted only where no window is asked for": 1078}
    row = next(one for one in found if one["source"] == "gpt-4o-mini-2024-07-18.jsonl.gz:1")
    assert (row["task"], row["bundle"]) == ("banking/user_task_0", "gpt-4o-mini-2024-07-18")
    first = json.loads(row["tool_calls"])[0]
    assert (first["name"], first["arguments"]) == ("read_file", {"file_path": "bill-december-2023.txt"})
    assert first["result"].startswith("Bill for the month of December 2023")
    assert {one["name"]: one["score"] for one in json.loads(row["evaluations"])} == {"success": 1, "security": 1}


def test_taubench_conversations_have_their_refused_calls(imported):
    done, found = imported("taubench-airline-gpt4o")
    assert (done.formats, done.rows) == ({"tau-bench": 1}, 200)
    succeeded = [one for one in found if json.loads(one["evaluations"])[0]["score"] == 1]
    assert len(succeeded) == 84
    assert found[0]["user"] == "mia_li_3668"
    assert found[0]["tool_errors"] == 1
    refused = [one for one in json.loads(found[0]["tool_calls"]) if one["error"]]
    assert refused[0]["error"].startswith("Error")


def test_a_folder_of_exports_is_one_file_in_the_order_of_time(imported):
    done, found = imported("trace-fixtures")
    assert done.formats == {"inspect": 2, "langfuse": 2, "otlp": 5}
    assert done.seen == 18 + 10 + 3 + 2 + 3 + 10
    assert done.set_aside == {"the same span as an earlier one": 1}, "two attribute maps are of one response"
    times = [one["at"] for one in found if one["at"] is not None]
    assert times == sorted(times)
    assert [one["at"] for one in found[len(times) :]] == [None, None]
    assert json.loads(done.aside_file.read_text()) == {
        "place": "otel_genai_deprecated_client_span_tool_calls.json",
        "reason": "the same span as an earlier one",
    }


def test_without_text_no_raw_column_is_written(imported):
    _, [row] = imported("trace-fixtures/langfuse-trace-whats-your-name.json.gz", text=False)
    assert not {"input", "output", "system", "documents", "tool_calls", "evaluations", "attributes"} & set(row)
    assert (row["input_chars"], row["output_chars"], row["model"]) == (16, 103, "gpt-5")
