"""Traces on the command line: brought in, mapped, shown."""

import gzip
import json

import duckdb
import pytest
from typer.testing import CliRunner

from hotwash import bootstrap
from hotwash.cli.main import app
from hotwash.kernel.errors import ContentError
from hotwash.kit.load import load_columns

SPAN = {
    "traceId": "5b8aa5a2d2c872e8321cf37308d69df2",
    "spanId": "051581bf3cb55c13",
    "name": "chat",
    "startTimeUnixNano": "1746439200000000000",
    "endTimeUnixNano": "1746439201250000000",
    "status": {},
    "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {"key": "gen_ai.response.model", "value": {"stringValue": "m-2"}},
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}},
        {"key": "hotwash.tenant", "value": {"stringValue": "acme"}},
        {"key": "gen_ai.prompt", "value": {"stringValue": '[{"role": "user", "content": "canary-31f7"}]'}},
    ],
}


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, list(map(str, words)))
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


@pytest.fixture
def export(tmp_path):
    file = tmp_path / "export.json.gz"
    requests = [{"resourceSpans": [{"scopeSpans": [{"spans": [SPAN, {"name": "no span"}]}]}]}]
    file.write_bytes(gzip.compress(json.dumps(requests).encode()))
    return file


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "data" / "decisions.csv"
    file.parent.mkdir()
    lines = [
        f"2025-05-05 10:00:{n % 60:02d},{n},{'north' if n % 3 else 'south'},{n % 2 == 0},canary-31f7" for n in range(60)
    ]
    file.write_text("\n".join(["decided_at,id,region,refused,note", *lines]))
    return file


def test_an_export_becomes_one_file_and_a_list_of_what_was_set_aside(export, tmp_path):
    said = hotwash("traces", "import", export, "--out", tmp_path / "made.parquet")
    assert "1 row of otlp (1 file)" in said
    assert "2 read = 1 in rows + 1 set aside" in said
    assert "from 2025-05-05 10:00:00 UTC" in said
    assert "not a span" in said
    assert json.loads((tmp_path / "made.set-aside.jsonl").read_text())["place"] == "export.json.gz, item 1, span 2"
    assert "canary" not in said


def test_an_import_for_machines(export, tmp_path):
    said = json.loads(
        hotwash("traces", "import", export, "--out", tmp_path / "made.parquet", "--from", "otlp", "--json")
    )
    assert (said["rows"], said["seen"], said["set_aside"]) == (1, 2, {"not a span": 1})
    assert said["filled"]["tenant"] == 1
    assert said["aside_file"] == str(tmp_path / "made.set-aside.jsonl")


def test_an_import_without_text_has_none(export, tmp_path):
    hotwash("traces", "import", export, "--out", tmp_path / "made.parquet", "--without-text")
    with duckdb.connect() as database:
        found = database.execute(f"SELECT * FROM '{tmp_path / 'made.parquet'}'").fetchall()
    assert "acme" in str(found)
    assert "canary" not in str(found)


def test_the_help_names_the_raw_columns():
    said = " ".join(hotwash("traces", "import", "--help").replace("│", " ").split())
    assert "input, output, system, documents, tool_calls, evaluations, attributes" in said


def test_an_import_that_is_there_is_kept(export, tmp_path):
    hotwash("traces", "import", export, "--out", tmp_path / "made.parquet")
    said = hotwash("traces", "import", export, "--out", tmp_path / "made.parquet", code=3)
    assert "is there already" in said
    hotwash("traces", "import", export, "--out", tmp_path / "made.parquet", "--overwrite")


def test_what_is_no_export_is_an_error_for_machines_too(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    said = json.loads(
        hotwash("traces", "import", tmp_path / "a.json", "--out", tmp_path / "b.parquet", "--json", code=3)
    )
    assert said["error"]["code"] == "content"
    assert "no kind of export that we know" in said["error"]["message"]


def test_an_import_is_understood_without_a_mapping(export, tmp_path):
    hotwash("traces", "import", export, "--out", tmp_path / "made.parquet")
    said = json.loads(hotwash("traces", "show", tmp_path / "made.parquet", "--json"))
    assert (said["how"], said["rows"], said["first_ms"]) == ("schema", 1, 1746439200000)
    by = {one["name"]: one for one in said["columns"]}
    assert (by["tenant"]["roles"], by["tenant"]["filled"]) == (["tenant", "dimensions"], 1)
    assert "canary" not in json.dumps(said)


def test_a_mapping_is_proposed_written_and_used(table):
    proposed = json.loads(hotwash("traces", "show", table, "--json"))
    assert proposed["how"] == "proposal"
    target = table.parent / "columns.yaml"
    assert "wrote" in hotwash("traces", "map", table, "--out", target)
    columns = load_columns(target)
    assert (columns.time, columns.id, columns.dimensions) == ("decided_at", "id", ["region"])
    assert [(one.column, one.equals) for one in columns.signals] == [("refused", True)]
    shown = json.loads(hotwash("traces", "show", table, "--json"))
    assert shown["how"] == "beside"
    assert [one["roles"] for one in shown["columns"]] == [one["roles"] for one in proposed["columns"]]
    assert "is there already" in hotwash("traces", "map", table, "--out", target, code=3)
    hotwash("traces", "map", table, "--out", target, "--overwrite")


def test_a_mapping_is_shown_with_its_reasons(table):
    assert 'time: "decided_at"  # its type is a time' in hotwash("traces", "map", table)
    said = json.loads(hotwash("traces", "map", table, "--json"))
    assert said["columns"]["dimensions"] == ["region"]
    assert {"column": "note", "role": "", "why": "one value only", "confirm": False} in said["reasons"]


def test_show_prints_no_value(table):
    said = hotwash("traces", "show", table)
    assert "60 rows from 2025-05-05 10:00:00 UTC to 2025-05-05 10:00:59 UTC" in said
    assert "region" in said
    assert not {"north", "south", "canary-31f7"} & set(said.split())


def test_a_mapping_with_mistakes_names_them(table):
    (table.parent / "columns.yaml").write_text("time: decided_at\nregions: [region]\n")
    assert "columns.yaml:2" in hotwash("traces", "show", table, code=3)
    (table.parent / "columns.yaml").write_text("time: decided_at\ndimensions: [regoin]\n")
    assert "'regoin' (dimensions) is no column of the table. Write 'region'." in hotwash(
        "traces", "show", table, code=3
    )
    (table.parent / "columns.yaml").write_text("time: refused\n")
    assert "'refused' (time) holds no times" in hotwash("traces", "show", table, code=3)


def test_a_mapping_that_is_named_goes_before_the_one_beside(table, tmp_path):
    (table.parent / "columns.yaml").write_text("time: nothing\n")
    named = tmp_path / "mine.yaml"
    named.write_text("time: decided_at\ngroups: [region]\n")
    relation, columns, how = bootstrap.open_traces(table, named)
    relation.close()
    assert (columns.groups, how) == (["region"], "file")
    with pytest.raises(ContentError):
        bootstrap.open_traces(table)


def test_a_table_that_has_an_id_and_an_at_of_its_own_is_proposed_for_whole(tmp_path):
    rows = [
        f"2026-05-05T10:{n // 60:02d}:{n % 60:02d}Z,{n},{'gold' if n % 3 else 'free'},{'true' if n % 20 == 0 else 'false'}"
        for n in range(400)
    ]
    file = tmp_path / "rows.csv"
    file.write_text("\n".join(["at,id,plan,failed", *rows]))
    said = json.loads(CliRunner().invoke(app, ["traces", "show", str(file), "--json"]).stdout)
    assert said["how"] == "proposal"
    assert {one["name"]: one["roles"] for one in said["columns"]} == {
        "at": ["time"], "id": ["id"], "plan": ["dimensions"], "failed": ["signal failed"],
    }  # fmt: skip
    file.write_text("at,id,region\n2026-05-05T10:00:00Z,1,eu\n")
    assert json.loads(CliRunner().invoke(app, ["traces", "show", str(file), "--json"]).stdout)["how"] == "schema"
