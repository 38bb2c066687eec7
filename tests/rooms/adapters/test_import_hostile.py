"""Rows that are broken, huge, repeated or hostile: counted, explained, never fatal, never silently dropped."""

import gzip
import json
import os
import struct
import zipfile
import zlib
from datetime import UTC, datetime

import duckdb
import pytest

from hotwash.adapters import import_cells, import_files, import_inspect, import_traces, import_writer
from hotwash.adapters.import_traces import import_traces as import_
from hotwash.kernel.errors import ContentError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {"id": "good", "at": "2025-05-05T10:00:00Z", "input": "hello", "tenant": "acme"}


@pytest.fixture
def take(tmp_path):
    def read(body, name="export.jsonl", **how):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        if isinstance(body, bytes):
            file.write_bytes(body)
        else:
            file.write_text("".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in body))
        done = import_(file, tmp_path / "made.parquet", raw="a test", overwrite=True, now=NOW, **how)
        assert done.seen == done.joined + sum(done.set_aside.values())
        with duckdb.connect() as database:
            found = database.execute(f"SELECT * FROM '{done.file}'")
            names = [one[0] for one in found.description]
            return done, [dict(zip(names, one, strict=True)) for one in found.fetchall()]

    return read


def asides(done):
    return [json.loads(line) for line in done.aside_file.read_text().splitlines()]


def test_a_line_that_is_broken_is_set_aside_with_its_place(take):
    done, rows = take([GOOD, '{"id": "bad", "at"\n', "\n", {**GOOD, "id": "next"}, "[1, 2]\n", '{"id": "cut off'])
    assert [one["id"] for one in rows] == ["good", "next"]
    assert done.set_aside == {"not JSON": 2, "not an object": 1}
    assert asides(done)[0] == {"place": "export.jsonl:2", "reason": "not JSON"}
    assert [one["place"] for one in asides(done)] == ["export.jsonl:2", "export.jsonl:5", "export.jsonl:6"]


def test_a_first_line_that_is_broken_hides_no_other(take):
    done, rows = take(['{"id": "bad", \n', GOOD])
    assert (len(rows), done.set_aside) == (1, {"not JSON": 1})


def test_the_place_of_what_was_set_aside_never_quotes_it(take):
    done, _ = take([GOOD, {"at": "2025-05-05", "input": "secret-7f3a"}, "secret-9b1c\n"])
    assert "secret" not in done.aside_file.read_text()
    assert done.set_aside == {"a row without an id": 1, "not JSON": 1}


def test_of_rows_with_one_id_the_first_is_kept(take):
    done, rows = take(
        [{**GOOD, "input": "first"}, {**GOOD, "input": "second"}, {**GOOD, "id": "x"}, {**GOOD, "id": "x"}]
    )
    assert sorted((one["id"], one["input"]) for one in rows) == [("good", "first"), ("x", "hello")]
    assert done.set_aside == {import_writer.SAME_ID: 2}
    assert [one["place"] for one in asides(done)] == ["export.jsonl:2", "export.jsonl:4"]


def test_times_honour_their_offset_and_those_without_a_zone_are_utc_and_counted(take):
    times = {
        "z": "2025-05-05T10:00:00Z",
        "offset": "2025-05-05T12:00:00+02:00",
        "bare": "2025-05-05 10:00:00",
        "s": 1746439200,
        "ms": 1746439200000,
        "us": 1746439200000000,
        "ns": "1746439200000000000",
        "pair": [1746439200, 0],
    }
    done, rows = take([{"id": name, "at": at, "input": "x"} for name, at in times.items()])
    assert {str(one["at"]) for one in rows} == {"2025-05-05 10:00:00"}
    assert done.notes == {"time without a zone, taken as UTC": 1}
    assert (done.first_ms, done.last_ms) == (1746439200000, 1746439200000)


def test_times_far_off_and_times_that_are_none_are_counted_and_the_row_is_kept(take):
    odd = {
        "future": "2031-01-01T00:00:00Z",
        "past": "1990-01-01T00:00:00Z",
        "none": "yesterday",
        "nan": float("nan"),
        "minus": -5,
    }
    done, rows = take([{"id": name, "at": at, "input": "x"} for name, at in odd.items()])
    assert len(rows) == 5
    assert done.notes["time in the future"] == 1
    assert done.notes["time before the year 2000"] == 1
    assert done.notes["no time in 'at': left empty"] == 2
    assert done.notes["NaN or infinity: left empty"] == 1
    assert done.notes["no time: counted only where no window is asked for"] == 3


def test_a_span_that_ends_before_it_begins_has_no_duration_and_that_is_counted(take):
    span = {"traceId": "a" * 32, "spanId": "b" * 16, "name": "chat", "startTimeUnixNano": "1746439200500000000", "endTimeUnixNano": "1746439200000000000",
            "attributes": [{"key": "gen_ai.system", "value": {"stringValue": "x"}}]}  # fmt: skip
    done, rows = take(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode(), "otlp.json")
    assert [one.get("latency_ms") for one in rows] == [None]
    assert done.notes["it ends before it begins: duration left empty"] == 1


def test_rows_are_written_in_the_order_of_time(take):
    _, rows = take([{**GOOD, "id": str(n), "at": f"2025-05-{n:02d}T00:00:00Z"} for n in (9, 3, 7, 1)])
    assert [one["id"] for one in rows] == ["1", "3", "7", "9"]


def test_a_line_of_fifty_megabytes_is_cut_and_says_by_how_much(take):
    done, rows = take([GOOD, {**GOOD, "id": "huge", "input": "x" * 50_000_000}])
    huge = next(one for one in rows if one["id"] == "huge")
    assert len(huge["input"]) == import_cells.LONGEST_TEXT
    assert done.cut == 50_000_000 - import_cells.LONGEST_TEXT
    assert done.notes["text cut at its limit"] == 1


def test_a_line_beyond_the_limit_is_set_aside_and_the_next_is_read(take, monkeypatch):
    monkeypatch.setattr(import_files, "LARGEST", 10_000)
    done, rows = take([GOOD, {**GOOD, "id": "huge", "input": "x" * 35_000}, {**GOOD, "id": "after"}])
    assert [one["id"] for one in rows] == ["good", "after"]
    assert done.set_aside == {import_files.TOO_LARGE: 1}


def test_an_item_beyond_the_limit_is_set_aside_and_the_next_is_read(take, monkeypatch):
    monkeypatch.setattr(import_files, "LARGEST", 10_000)
    monkeypatch.setattr(import_files, "CHUNK", 1_000)
    items = [GOOD, {**GOOD, "id": "huge", "input": "x]},{" * 7_000}, {**GOOD, "id": "after"}]
    done, rows = take(json.dumps(items).encode(), "export.json")
    assert [one["id"] for one in rows] == ["good", "after"]
    assert done.set_aside == {import_files.TOO_LARGE: 1}
    assert asides(done)[0]["place"] == "export.json, item 2"


@pytest.mark.parametrize("chunk", [1, 7, 64, 1 << 20])
def test_a_list_is_cut_into_its_items_wherever_a_chunk_ends(take, monkeypatch, chunk):
    monkeypatch.setattr(import_files, "CHUNK", chunk)
    tricky = [{**GOOD, "id": f'q"\\{n}', "input": 'a ] } , [ { "b" \\" \\\\'} for n in range(5)]
    body = json.dumps([*tricky, 7, "text", [1, [2]], None], indent=1).encode()
    done, rows = take(body, "export.json", form="rows")
    assert [one["input"] for one in rows] == [tricky[0]["input"]] * 5
    assert done.set_aside == {"not an object": 4}


def test_a_list_that_breaks_off_keeps_what_came_before(take):
    done, rows = take(json.dumps([GOOD, {**GOOD, "id": "two"}]).encode()[:-20], "export.json")
    assert [one["id"] for one in rows] == ["good"]
    assert done.set_aside == {import_files.BROKEN_OFF: 1}


def test_a_packed_file_that_breaks_off_keeps_what_came_before(take):
    lines = b"".join(
        json.dumps({**GOOD, "id": str(n), "input": os.urandom(400).hex()}).encode() + b"\n" for n in range(2000)
    )
    done, rows = take(gzip.compress(lines)[:-200_000], "export.jsonl.gz")
    assert 0 < len(rows) < 2000
    assert done.set_aside[import_files.BAD_PACKING] == 1


def test_a_packed_file_that_grows_without_end_is_left(take, monkeypatch):
    monkeypatch.setattr(import_files, "SURE_BYTES", 1 << 20)
    body = json.dumps(GOOD).encode() + b"\n" + b" " * (8 << 20) + b"\n"
    done, rows = take(gzip.compress(body), "export.jsonl.gz")
    assert (len(rows), done.set_aside) == (1, {import_files.BOMB: 1})


@pytest.mark.parametrize("form", ["otlp", "langfuse", "inspect", "agentdojo", "tau-bench", "rows"])
def test_nesting_without_end_is_set_aside(take, form):
    deep = {
        "otlp": '{"traceId": "%s", "spanId": "s", "attributes": {"gen_ai.prompt": %s}}',
        "langfuse": '{"id": "%s", "observations": [], "scores": [], "metadata": %s}',
        "inspect": '{"eval": {}, "samples": [{"uuid": "%s", "metadata": %s}]}',
        "agentdojo": '{"messages": [], "metadata": {"suite_name": "%s", "x": %s}}',
        "tau-bench": '{"task_id": "%s", "traj": [], "info": %s}',
        "rows": '{"id": "%s", "at": "2025-01-01T00:00:00Z", "tool_calls": %s}',
    }[form]
    wells = [deep % (n, "[" * depth + "]" * depth) for n, depth in enumerate((1, 60, 900, 100_000))]
    done, rows = take([one + "\n" for one in wells], form=form)
    assert len(rows) >= 2
    assert done.set_aside[import_files.TOO_DEEP] >= 1
    assert done.rows + sum(done.set_aside.values()) == 4


def test_texts_that_no_file_can_hold_are_made_writable_and_counted(take):
    done, rows = take(
        [{**GOOD, "tenant": "a\x1b[2J\u202eb", "input": "a\ud800b\x00c\td", "tool_calls": [{"name": "\udfff"}]}]
    )
    assert rows[0]["tenant"] == "a\ufffd[2J\ufffdb"
    assert rows[0]["input"] == "a\ufffdb\ufffdc\td"
    assert json.loads(rows[0]["tool_calls"]) == [{"name": "\ufffd"}]
    assert done.notes["characters that cannot be shown or stored replaced"] == 3


def test_numbers_that_json_and_columns_cannot_hold_are_left_empty_and_counted(take):
    line = (
        '{"id": "n", "at": 1746439200, "latency_ms": NaN, "input_tokens": 1e400, "output_tokens": 99999999999999999999,'
        ' "retrieved": 2.5, "score": "0.25", "tool_count": "3", "cached": "yes", "tool_calls": [Infinity, 1e999]}\n'
    )
    done, [row] = take([line])
    assert {name: row.get(name) for name in ("latency_ms", "input_tokens", "output_tokens", "retrieved", "cached")} == {
        "latency_ms": None, "input_tokens": None, "output_tokens": None, "retrieved": None, "cached": None,
    }  # fmt: skip
    assert (row["score"], row["tool_count"]) == (0.25, 3)
    assert json.loads(row["tool_calls"]) == [None, None]
    for name in ("input_tokens", "output_tokens", "retrieved"):
        assert done.notes[f"no integer in '{name}': left empty"] == 1
    assert done.notes["no flag in 'cached': left empty"] == 1


def test_statements_in_names_and_values_stay_texts(take):
    hostile = "'); DROP TABLE made; --"
    _, rows = take([{**GOOD, "tenant": hostile, hostile: hostile}], f"{hostile}.jsonl")
    assert rows[0]["tenant"] == hostile
    assert json.loads(rows[0]["attributes"]) == {hostile: hostile}


@pytest.mark.slow
def test_an_object_with_two_hundred_thousand_keys_is_kept_up_to_the_limit(take):
    done, rows = take([{"traceId": "t", "spanId": "s", "attributes": {f"key-{n}": n for n in range(200_000)}}])
    kept = rows[0]["attributes"]
    assert len(kept) < 2 * import_cells.LARGEST_JSON
    assert 10_000 < len(json.loads(kept)[0]["attributes"]) < 100_000
    assert done.notes["parts of a JSON column beyond its limit left out"] > 100_000


@pytest.mark.parametrize("wrong", [None, 7, True, "text", [], [1, None, "x"], {}, {"a": {"b": 1}}])
def test_a_part_of_any_kind_costs_no_more_than_itself(take, wrong):
    """Every field of every kind of export, one after the other, with a value of the wrong kind."""
    span = {"traceId": "t", "spanId": "s", "parentSpanId": "", "name": "n", "startTimeUnixNano": "1", "endTimeUnixNano": "2",
            "status": {}, "attributes": [], "events": []}  # fmt: skip
    trace = {"id": "t", "timestamp": "2025-01-01T00:00:00Z", "observations": [], "scores": [], "metadata": "{}", "input": "x",
             "output": "y", "userId": "u", "latency": 1}  # fmt: skip
    sample = {
        "uuid": "u",
        "input": "x",
        "messages": [],
        "output": {},
        "scores": {},
        "events": [],
        "model_usage": {},
        "attachments": {},
    }
    for form, whole, wrapped in (
        ("otlp", span, lambda one: {"resourceSpans": [{"scopeSpans": [{"spans": [one]}]}]}),
        ("langfuse", trace, lambda one: one),
        ("inspect", sample, lambda one: {"eval": {}, "samples": [one]}),
    ):
        broken = [{**whole, name: wrong} for name in whole]
        bodies = [json.dumps(wrapped(whole)) + "\n", *(json.dumps(wrapped(one)) + "\n" for one in broken)]
        done, rows = take(bodies, form=form)
        assert done.seen == len(bodies)
        assert rows


def test_spans_of_one_trace_beyond_the_limit_are_set_aside(take, monkeypatch):
    monkeypatch.setattr(import_traces, "MOST_SPANS", 5)
    done, rows = take([{"traceId": "t", "spanId": f"s{n}", "attributes": {}} for n in range(9)])
    assert (len(rows), done.joined, done.set_aside) == (1, 5, {import_traces.TOO_MANY: 4})


def test_a_loop_of_parents_is_still_one_row(take):
    spans = [{"traceId": "t", "spanId": a, "parentSpanId": b, "attributes": {}, "startTime": n} for n, (a, b) in
             enumerate((("a", "b"), ("b", "a"), ("c", "c")), start=1_700_000_000)]  # fmt: skip
    done, rows = take(spans)
    assert (len(rows), done.joined) == (1, 3)


def test_an_archive_is_never_unpacked_to_disk_and_its_size_is_not_believed(take, tmp_path, monkeypatch):
    monkeypatch.setattr(import_files, "LARGEST", 100_000)
    file = tmp_path / "log.eval"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("header.json", json.dumps({"eval": {"task": "t", "model": "openai/m", "run_id": "r"}}))
        opened.writestr(
            "samples/1_epoch_1.json", json.dumps({"id": 1, "epoch": 1, "input": "x", "messages": [], "output": {}})
        )
        opened.writestr("samples/../../2_epoch_1.json", json.dumps({"id": 2, "epoch": 1, "input": "x", "output": {}}))
        opened.writestr("samples/3_epoch_1.json", b'{"input": "' + b"x" * 300_000 + b'"}')
        opened.writestr("samples/4_epoch_1.json", b"[" * 50_000)
        opened.writestr("samples/5_epoch_1.json", b"not json")
    done, rows = take(file.read_bytes(), "log.eval")
    assert sorted(one["task"] for one in rows) == ["t/1/1", "t/2/1"]
    assert done.set_aside == {import_files.TOO_LARGE: 1, import_files.TOO_DEEP: 1, import_files.NO_JSON: 1}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["log.eval", "made.parquet", "made.set-aside.jsonl"]


def test_an_archive_that_unpacks_to_more_than_all_may_hold_is_left_there(take, tmp_path, monkeypatch):
    monkeypatch.setattr(import_inspect, "UNPACKED", 60_000)
    file = tmp_path / "log.eval"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for n in range(1, 5):
            sample = {"id": n, "epoch": 1, "input": "x" * 20_000, "output": {}}
            opened.writestr(f"samples/{n}_epoch_1.json", json.dumps(sample))
    done, rows = take(file.read_bytes(), "log.eval")
    assert (len(rows), done.set_aside) == (2, {import_files.BOMB: 2})


def test_a_damaged_member_of_an_archive_costs_no_other(take, tmp_path):
    file = tmp_path / "log.eval"
    with zipfile.ZipFile(file, "w") as opened:
        for n in (1, 2):
            opened.writestr(
                f"samples/{n}_epoch_1.json", json.dumps({"id": n, "epoch": 1, "input": "abcdef", "output": {}})
            )
    body = file.read_bytes().replace(b"abcdef", b"abXdef", 1)
    done, rows = take(body, "log.eval")
    assert (len(rows), done.set_aside) == (1, {"a damaged or encrypted member": 1})


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    outside, folder = tmp_path / "outside.jsonl", tmp_path / "exports"
    outside.write_text(json.dumps({**GOOD, "id": "outside"}) + "\n")
    folder.mkdir()
    (folder / "inside.jsonl").write_text(json.dumps(GOOD) + "\n")
    (folder / "link.jsonl").symlink_to(outside)
    done = import_(folder, tmp_path / "made.parquet", now=NOW)
    assert (done.rows, done.set_aside) == (1, {"a link that leads out of the folder": 1})


def test_one_file_that_is_no_export_costs_no_other(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.json").write_text('{"name": "settings", "x": 1}')
    (folder / "b.jsonl").write_text(json.dumps(GOOD) + "\n")
    (folder / "c.eval").write_bytes(b"PK\x03\x04" + struct.pack("<L", zlib.crc32(b"")))
    done = import_(folder, tmp_path / "made.parquet", now=NOW)
    assert done.rows == 1
    assert sum(done.set_aside.values()) == 2


def test_nothing_is_written_where_nothing_can_be_read(tmp_path):
    file, target = tmp_path / "settings.json", tmp_path / "out" / "made.parquet"
    file.write_text('{"name": "settings"}')
    with pytest.raises(
        ContentError, match=r"no kind of export that we know \(1\).*Name an export of one of these kinds: langfuse"
    ):
        import_(file, target)
    assert list(target.parent.iterdir()) == []


def test_what_is_there_is_replaced_only_on_request_and_as_a_whole(take, tmp_path):
    take([GOOD, "broken\n"])
    target, aside = tmp_path / "made.parquet", tmp_path / "made.set-aside.jsonl"
    before = target.read_bytes()
    with pytest.raises(ContentError, match="is there already"):
        import_(tmp_path / "export.jsonl", target)
    (tmp_path / "empty.json").write_text("{}")
    with pytest.raises(ContentError):
        import_(tmp_path / "empty.json", target, overwrite=True)
    assert target.read_bytes() == before
    assert aside.exists()
    take([GOOD])
    assert not aside.exists(), "an earlier import's list would not fit this file"


@pytest.mark.parametrize("name", ["made.csv", "made"])
def test_the_target_must_be_called_a_parquet_file(tmp_path, name):
    (tmp_path / "export.jsonl").write_text(json.dumps(GOOD) + "\n")
    with pytest.raises(ContentError, match=r"Let it end in \.parquet"):
        import_(tmp_path / "export.jsonl", tmp_path / name)


def test_a_place_where_nothing_can_be_written_is_named(tmp_path):
    (tmp_path / "export.jsonl").write_text(json.dumps(GOOD) + "\n")
    with pytest.raises(ContentError, match="cannot be written"):
        import_(tmp_path / "export.jsonl", tmp_path / "export.jsonl" / "made.parquet")


def test_a_form_that_does_not_exist_is_named_with_those_that_do(tmp_path):
    (tmp_path / "export.jsonl").write_text(json.dumps(GOOD) + "\n")
    with pytest.raises(ContentError, match="Write one of: langfuse, inspect, agentdojo, tau-bench, otlp, rows"):
        import_(tmp_path / "export.jsonl", tmp_path / "made.parquet", form="splunk")
