"""Triage on the command line: report, query, compare, and what they refuse."""

import csv
import io
import json
import shlex

import duckdb
import pytest
from typer.testing import CliRunner

from hotwash import bootstrap
from hotwash.cli import triage as shell
from hotwash.cli.main import app
from hotwash.kernel.errors import ContentError
from hotwash.kit.change_log import load_changes
from hotwash.triage.columns_file import columns_yaml
from hotwash.triage.propose import Proposal
from tests.support.incidents import columns
from tests.support.triaged import planted

COLUMNS = """time: when
id: id
dimensions: [region]
signals:
  - {name: refused, column: refused, equals: true}
"""


def hotwash(*words, code=0):
    """`code` None: any but 0."""
    result = CliRunner().invoke(app, list(map(str, words)))
    assert (result.exit_code == code) if code is not None else result.exit_code, result.output
    return result


@pytest.fixture(scope="session")
def incident(tmp_path_factory):
    """A small planted incident as Parquet, with its columns.yaml beside it."""
    folder = tmp_path_factory.mktemp("incident")
    data, truth = planted()
    database = duckdb.connect()
    database.register("made", data)
    database.execute(f"COPY made TO '{folder / 'traces.parquet'}'")
    (folder / "columns.yaml").write_text(columns_yaml(Proposal(columns(data), (), len(data["id"]))))
    return folder / "traces.parquet", truth


@pytest.fixture
def table(tmp_path):
    """Rows of one's own: 200 of two regions, refused in the north from the 100th minute on."""
    rows = [f"2026-05-05 {n // 60:02d}:{n % 60:02d}:00,{n},{'north' if n % 2 else 'south'},{n >= 100 and n % 2 == 1}" for n in range(200)]  # fmt: skip
    (tmp_path / "columns.yaml").write_text(COLUMNS)
    (tmp_path / "rows.csv").write_text("\n".join(["when,id,region,refused", *rows]))
    return tmp_path / "rows.csv"


@pytest.mark.slow
def test_a_report_names_segment_onset_and_change(incident, tmp_path):
    file, truth = incident
    log = tmp_path / "changes.jsonl"
    log.write_text(json.dumps({"at": truth.onset_ms / 1000, "what": "bundle b-42 released", "component": "bundle"}))
    page, text = tmp_path / "new" / "triage.html", tmp_path / "triage.md"
    said = hotwash("triage", "report", file, "--changes", log, "--html", page, "--md", text, "--json").stdout
    told = json.loads(said)
    main = next(one for one in told["found"] if one["signal"] == told["signal"]["name"])
    assert main["segments"][0]["scope"]["dims"] == [["tenant", ["t-001"]]]
    assert main["segments"][0]["onset"]["low_ms"] <= truth.onset_ms <= main["segments"][0]["onset"]["high_ms"]
    assert told["changes"][0]["change"]["what"] == "bundle b-42 released"
    assert told["changes"][0]["place"] == "inside the interval"
    assert told["how"] == "beside"
    assert "NaN" not in said
    for written in (page.read_text(), text.read_text()):
        assert told["statement"]["sentence"] in written
        assert "bundle b-42 released" in written
        assert "EXERCISE" not in written


@pytest.mark.slow
def test_in_a_pipe_the_summary_is_markdown_and_starts_with_the_statement(incident):
    said = hotwash("triage", "report", incident[0], "--no-text").stdout
    assert "\x1b" not in said
    assert said.index("Statement.") < said.index("## Who") < said.index("## Hypotheses") < said.index("## Next tests")
    assert "Leakage and attacks: reading text was not allowed." in said
    command = next(line for line in said.splitlines() if "hotwash triage query" in line)
    assert str(incident[0]) in command


@pytest.mark.slow
def test_without_text_no_text_is_read(incident):
    told = json.loads(hotwash("triage", "report", incident[0], "--no-text", "--json").stdout)
    assert told["leakage"] is None
    assert told["attacks"] is None
    assert not {"input", "output", "documents", "tool_calls"} & set(told["columns_read"])


@pytest.mark.slow
def test_signal_and_window_are_taken_as_given(incident):
    file, _ = incident
    words = ("--signal", "leaks", "--from", "2026-03-02T03:00Z", "--to", "2026-03-02T05:00", "--no-text", "--json")
    told = json.loads(hotwash("triage", "report", file, *words).stdout)
    assert {one["signal"] for one in told["found"]} == {"leaks"}
    assert told["incident"]["to_ms"] - told["incident"]["from_ms"] == 2 * 3_600_000


@pytest.mark.slow
def test_stopped_by_hand_it_shows_what_is_known(incident, monkeypatch):
    whole = shell.triage

    def stopped(*given):
        for number, one in enumerate(whole(*given)):
            if number == 3:
                raise KeyboardInterrupt
            yield one

    monkeypatch.setattr(shell, "triage", stopped)
    result = hotwash("triage", "report", incident[0], "--no-text", code=shell.INTERRUPTED)
    assert "Partial." in result.stdout
    assert "Stopped at step 3 of 9" in result.stdout
    assert "tenant t-001" in result.stdout
    assert "## Hypotheses" not in result.stdout
    told = json.loads(hotwash("triage", "report", incident[0], "--json", code=shell.INTERRUPTED).stdout)
    assert told["partial"]


@pytest.mark.slow
def test_on_a_terminal_it_is_drawn_and_words_stand_beside_colours(incident, monkeypatch):
    from rich.console import Console

    paper = io.StringIO()
    monkeypatch.setattr(shell, "out", Console(file=paper, force_terminal=True, width=140, color_system="standard"))
    hotwash("triage", "report", incident[0], "--no-text")
    said = paper.getvalue()
    for word in ("Statement.", "Rate now", "risen", "Sev-", "supported", "▲ onset"):
        assert word in said
    command = next(line for line in said.splitlines() if "hotwash triage query" in line)
    assert command.rstrip().endswith('"')


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--signal", "refusd"], ["--signal: there is no signal 'refusd'", "refused"]),
        (["--from", "yesterday"], ["'yesterday' is no moment", "2026-05-05T14:20Z"]),
        (["--from", "2027-01-01"], ["the window", "2026-05-05T00:00:00"]),
        (["--from", "2026-05-05T02:00", "--to", "2026-05-05T01:00"], ["ends before it begins"]),
        (["--spark-table", "x"], ["Name a file or folder, an address of a table, or --spark-table."]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_write(table, words, said):
    output = hotwash("triage", "report", table, *words, code=3).output
    for one in said:
        assert one in " ".join(output.split())


def test_a_column_that_is_not_there_is_named_with_those_near_it_before_anything_runs(table, monkeypatch):
    monkeypatch.setattr(shell, "triage", None)
    (table.parent / "columns.yaml").write_text(COLUMNS.replace("[region]", "[regoin]"))
    output = " ".join(hotwash("triage", "report", table, code=3).output.split())
    assert "columns.yaml: 'regoin' (dimension" in output
    assert "region" in output.replace("regoin", "")


def test_no_rows_no_times_nothing_to_ask(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("when,id,refused\n")
    (tmp_path / "columns.yaml").write_text(
        "time: when\nsignals:\n  - {name: refused, column: refused, equals: 'yes'}\n"
    )
    assert "there are no rows" in hotwash("triage", "report", file, code=3).output
    file.write_text("when,id,refused\nsoon,1,yes\nlater,2,no\n")
    assert "No row has a time" in " ".join(hotwash("triage", "report", file).output.split())
    file.write_text("when,id,refused\n2026-05-05 10:00:00,1,yes\n")
    (tmp_path / "columns.yaml").write_text("time: when\n")
    output = " ".join(hotwash("triage", "report", file, code=3).output.split())
    assert "no signal is named" in output
    assert "hotwash traces map" in output


def test_without_a_signal_the_rest_is_still_answered(table):
    (table.parent / "columns.yaml").write_text("time: when\nid: id\ndimensions: [region]\n")
    said = hotwash("triage", "report", table).stdout
    assert "No signal is named" in said
    assert "hotwash traces map" in said


LOGS = {
    "log.csv": "at,what,component,scope\n2026-05-05T14:20Z,index i-7,index,tenant=t-17; region=eu\n",
    "log.json": '[{"at": "2026-05-05T14:20Z", "what": "index i-7", "component": "index", "scope": {"tenant": "t-17", "region": ["eu"]}}]',
    "log.jsonl": '\n{"at": "2026-05-05T14:20:00", "what": "index i-7", "component": "index", "scope": {"tenant": ["t-17"], "region": "eu"}}\n',
    "log.yaml": "- {at: '2026-05-05T16:20+02:00', what: index i-7, component: index, scope: {tenant: t-17, region: [eu]}}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
def test_a_change_log_is_read_in_the_form_that_people_have(tmp_path, name):
    file = tmp_path / name
    file.write_text(LOGS[name])
    (one,) = load_changes(file)
    assert (one.what, one.component, one.scope) == ("index i-7", "index", {"tenant": ["t-17"], "region": ["eu"]})
    assert one.at_ms == 1_777_990_800_000


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("log.csv", "at,what\n2026-05-05,fine\nsoon,wrong\n", ["log.csv:3:1: 'at'", "2026-05-05T14:20Z"]),
        ("log.csv", "at,waht\n2026-05-05,x\n", ["'waht' is not a key of this", "'what' is missing"]),
        ("log.csv", "at,what,scope\n2026-05-05,x,everywhere\n", ["'scope'", "tenant=t-17"]),
        ("log.jsonl", '{"at": "2026-05-05", "what": "x"}\n{"at"\n[1]\n', ["log.jsonl:2:1: is not JSON", "log.jsonl:3:1: is no mapping"]),
        ("log.yaml", "- {at: soon, what: x}\n", ["log.yaml:1:8"]),
    ],
)  # fmt: skip
def test_mistakes_in_a_change_log_are_named_at_their_line(tmp_path, name, text, said):
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ContentError) as wrong:
        load_changes(file)
    for one in said:
        assert one in str(wrong.value)


def test_a_query_answers_and_says_what_it_read(table):
    sql = "SELECT region, COUNT(*) AS n FROM traces WHERE refused GROUP BY region"
    result = hotwash("triage", "query", table, sql, "--csv")
    assert list(csv.reader(io.StringIO(result.stdout))) == [["region", "n"], ["north", "50"]]
    assert "columns read: region, refused" in result.stderr
    told = json.loads(hotwash("triage", "query", table, sql, "--json").stdout)
    assert told == {"columns": ["region", "n"], "rows": [{"region": "north", "n": 50}], "more": False, "read": ["region", "refused"]}  # fmt: skip
    more = json.loads(hotwash("triage", "query", table, "SELECT id FROM traces", "--limit", 3, "--json").stdout)
    assert (len(more["rows"]), more["more"]) == (3, True)


def test_a_query_that_asks_for_more_than_the_rows_is_refused(table):
    output = hotwash("triage", "query", table, "SELECT * FROM read_csv('/etc/passwd')", code=2).output
    assert "may not read from read_csv()" in output
    told = CliRunner().invoke(app, ["triage", "query", str(table), "DROP TABLE traces", "--json"])
    assert told.exit_code == 2
    assert json.loads(told.stdout)["error"]["code"] == "query"


def test_arms_are_compared_by_column_and_by_time(table):
    told = json.loads(
        hotwash("triage", "compare", table, "--one", "region=south", "--other", "region=north", "--json").stdout
    )
    assert (told["rows_one"], told["rows_other"]) == (100, 100)
    assert (told["rates"][0]["found_one"], told["rates"][0]["found_other"]) == (0, 50)
    said = hotwash("triage", "compare", table, "--at", "2026-05-05T01:40").stdout
    assert "From before to after: refused" in said
    assert "| **region north** | refused |" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give --one and --other, or --at."),
        (["--one", "region=north"], "Give --one and --other, or --at."),
        (["--one", "regoin=north", "--other", "region=south"], "'regoin' is no column of the table"),
        (["--one", "region", "--other", "region=south"], "Write column=value."),
        (["--one", "id=many", "--other", "id=1"], "Write a number."),
        (["--at", "2030-01-01"], "Traces are there from"),
    ],
)
def test_arms_that_make_no_sense_are_refused(table, words, said):
    assert said in " ".join(hotwash("triage", "compare", table, *words, code=3).output.split())


def test_spark_is_an_extra_and_says_how_to_get_it(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    output = hotwash("triage", "report", "--spark-table", "requests", code=2).output
    assert "pip install 'hotwash[spark]'" in output


@pytest.mark.slow
def test_a_table_of_spark_gives_the_same_report(spark, incident):
    spark.read.parquet(str(incident[0])).createOrReplaceTempView("incident")
    words = ("--columns", incident[0].parent / "columns.yaml", "--no-text", "--json")
    here = json.loads(hotwash("triage", "report", incident[0], *words).stdout)
    there = json.loads(hotwash("triage", "report", "--spark-table", "incident", *words).stdout)
    assert there["statement"] == here["statement"]
    assert there["severity"] == here["severity"]
    asked = [shlex.split(told["next_tests"][0]["command"])[1:] for told in (here, there)]
    assert asked[1][:4] == ["triage", "query", "--spark-table", "incident"]
    rows = [json.loads(hotwash(*words, "--json").stdout)["rows"] for words in asked]
    assert {one["id"] for one in rows[1]} == {one["id"] for one in rows[0]} != set()
    spark.catalog.dropTempView("incident")


@pytest.mark.slow
def test_a_table_of_spark_answers_a_question_as_the_file_does(spark, incident):
    spark.read.parquet(str(incident[0])).createOrReplaceTempView("asked")
    spark.sql("SELECT 'canary' AS word").createOrReplaceTempView("private")
    sql = ("SELECT tenant AS \"the tenant\", MIN(\"at\") AS first, COUNT(*) AS n, AVG(CASE WHEN tenant LIKE 't-0%' THEN 1.0 ELSE 0.0 END) AS part "
           "FROM traces WHERE tenant <> 'it''s' GROUP BY tenant ORDER BY n DESC, tenant")  # fmt: skip
    here = json.loads(hotwash("triage", "query", incident[0], sql, "--limit", "3", "--json").stdout)
    there = json.loads(hotwash("triage", "query", "--spark-table", "asked", sql, "--limit", "3", "--json").stdout)
    assert there == here
    assert (len(here["rows"]), here["more"], here["read"]) == (3, True, ["at", "tenant"])
    proposals = [
        json.loads(hotwash("traces", "map", *place, "--json").stdout)["columns"]
        for place in ([incident[0]], ["--spark-table", "asked"])
    ]
    assert proposals[1] == proposals[0]
    for refused in ("SELECT * FROM private", "SELECT java_method('java.lang.Math', 'abs', -1)", "SELECT reflect('java.lang.Math', 'abs', -1)",
                    "SELECT * FROM parquet.`/x`", "WITH private AS (SELECT * FROM private) SELECT * FROM private", "SELECT current_user()",
                    "SELECT '${spark.app.name}' AS \"${spark.app.name}\"", "DROP VIEW private"):  # fmt: skip
        output = hotwash("triage", "query", "--spark-table", "asked", refused, code=None).output
        assert "canary" not in output
    slow = "SELECT COUNT(*) FROM traces a, traces b, traces c WHERE a.id || b.id < c.id"
    assert (
        "--seconds" in hotwash("triage", "query", "--spark-table", "asked", slow, "--seconds", "0.5", code=None).output
    )
    for one in ("asked", "private"):
        spark.catalog.dropTempView(one)


def test_the_composition_root_opens_what_it_is_told(table):
    found = bootstrap.look_into(table, "SELECT MAX(id) AS last FROM traces", limit=1, seconds=10)
    assert found.rows == ((199,),)
