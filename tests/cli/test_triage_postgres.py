"""A report on a PostgreSQL table, figure by figure beside DuckDB's on the same rows."""

import json

import duckdb
import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from hotwash.triage.columns_file import columns_yaml
from hotwash.triage.propose import Proposal
from tests.support.incidents import Spec, columns, make
from tests.support.postgres import copied


def told(*words):
    result = CliRunner().invoke(app, ["triage", *map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def incident(tmp_path):
    data, _ = make(Spec(rows=6_000, text=True, mode="leakage", effect=24, share=0.05, missing=True), seed=5)
    file, meaning = tmp_path / "traces.parquet", tmp_path / "columns.yaml"
    with duckdb.connect() as database:
        database.register("made", data)
        database.execute(f"COPY made TO '{file}'")
    meaning.write_text(columns_yaml(Proposal(columns(data), (), len(data["id"]))))
    return file, meaning


@pytest.mark.slow
def test_a_report_and_a_comparison_are_the_same_as_on_files(postgres, incident):
    file, meaning = incident
    copied(postgres, file, "requests")
    address = f"{postgres}#requests"
    here, there = (told("report", one, "--columns", meaning) for one in (file, address))
    source = there.pop("provenance")["source"]
    assert source == address.replace("owner@", "")
    here.pop("provenance")
    commands = [[test.pop("command") for test in one["next_tests"]] for one in (here, there)]
    assert there == here
    assert here["found"], "nothing was compared"
    assert here["leakage"]["raw_rows"] > 0
    asking = f"hotwash triage query '{source}' "
    assert any(one.startswith(asking) and " FROM traces " in one for one in commands[1]), commands[1]
    arms = ("--columns", meaning, "--one", "region=region-0", "--other", "region=region-1")
    here, there = (told("compare", one, *arms) for one in (file, address))
    # Sums of doubles depend on the order of the rows in their last bits.
    for mine, theirs in zip(here.pop("means"), there.pop("means"), strict=True):
        assert theirs == {name: pytest.approx(one) if isinstance(one, float) else one for name, one in mine.items()}
    assert there == here


@pytest.mark.slow
def test_a_question_and_a_proposal_are_the_same_as_on_files(postgres, incident, tmp_path):
    file, _ = incident
    copied(postgres, file, "asked")
    address = f"{postgres}#asked"
    sql = ('WITH few AS (SELECT tenant, date_trunc(\'hour\', "at") AS hour, status FROM traces WHERE tenant LIKE \'t-00%\') '
           "SELECT tenant, hour, COUNT(*) AS n, COUNT(*) FILTER (WHERE status = 'error') AS bad FROM few GROUP BY tenant, hour "
           "ORDER BY hour, tenant")  # fmt: skip
    here, there = (told("query", one, sql, "--limit", "20") for one in (file, address))
    assert there == here
    assert (len(here["rows"]), here["more"], here["read"]) == (20, True, ["at", "tenant", "status"])
    proposals = []
    for one in (file, address):
        result = CliRunner().invoke(app, ["traces", "map", str(one), "--json"])
        assert result.exit_code == 0, result.output
        proposals.append(json.loads(result.stdout))
    assert proposals[1]["columns"] == proposals[0]["columns"]
    assert [(one["column"], one["role"]) for one in proposals[1]["reasons"]] == [
        (one["column"], one["role"]) for one in proposals[0]["reasons"]
    ]
    result = CliRunner().invoke(app, ["traces", "show", address, "--json"])
    assert json.loads(result.stdout)["rows"] == 6_000
