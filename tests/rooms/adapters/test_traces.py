"""Recorded runs from files: what the agent did, what its benchmark said, and what cannot be known."""

import gzip
import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from hotwash.adapters.traces_agentdojo import AgentDojoRuns, looks_like
from hotwash.adapters.traces_files import MappedRuns
from hotwash.kernel.errors import ContentError
from hotwash.kit.load import load_mapping
from tests.support.project import ROOT

OURS = ROOT / "tests" / "data" / "recorded"
PUBLISHED = {
    "claude-3-5-sonnet-20240620": (64, 39, 66, 23, 34, 11),
    "claude-3-haiku-20240307": (31, 27, 49, 8, 8, 0),
    "gpt-4o-mini-2024-07-18": (55, 36, 66, 19, 34, 15),
    "gemini-1-5-flash-001": (34, 31, 55, 7, 8, 1),
    "command-r": (24, 25, 56, 5, 6, 1),
    "gpt-4o-2024-05-13-tool_filter": (52, 37, 61, 10, 11, 1),
    "gpt-4o-2024-05-13-spotlighting_with_delimiting": (55, 30, 66, 39, 49, 10),
}
"""The data's own table: clean and attacked tasks solved, payload reached, label, action executed, of these labelled false."""
REFUSED_BY_THE_TOOL = {"gemini-1-5-flash-001": 1, "command-r": 1}
"""The table counts these calls as executed although the tool answered with an error: nothing happened."""
WRAPPED = {name for name, row in PUBLISHED.items() if row[2] in (56, 61, 66)}
"""In one more run of these the payload did reach a tool result, with a line break that the table's search fell over."""


def test_every_figure_of_the_data_is_found_again_or_its_difference_explained(shared):
    runs = AgentDojoRuns(shared / "data" / "agentdojo-runs").scan()
    assert Counter(one.bundle for one in runs) == dict.fromkeys(PUBLISHED, 154)
    for bundle, (clean, attacked, reached, label, executed, unlabelled) in PUBLISHED.items():
        mine = [one for one in runs if one.bundle == bundle]
        hit = [one for one in mine if one.attacked]
        done = [one for one in hit if one.deed]
        refused = REFUSED_BY_THE_TOOL.get(bundle, 0)
        assert sum(bool(one.served) for one in mine if not one.attacked) == clean
        assert sum(bool(one.served) for one in hit) == attacked
        assert sum(one.reached for one in hit) == reached + (bundle in WRAPPED)
        assert sum(bool(one.label) for one in hit) == label
        assert len(done) == executed - refused
        assert sum(not one.label for one in done) == unlabelled - refused


def test_an_errand_that_pays_the_same_account_cannot_be_judged(shared):
    """The user's own task 15 of banking sends money to the account that the attacker names."""
    runs = AgentDojoRuns(shared / "data" / "agentdojo-runs").scan()
    unknown = [one for one in runs if one.harmed is None]
    assert {one.task for one in unknown} == {"banking/user_task_15"}
    assert all(one.deed for one in unknown)


def test_clean_runs_are_never_harmed_and_their_label_means_nothing(shared):
    clean = [one for one in AgentDojoRuns(shared / "data" / "agentdojo-runs").scan() if not one.attacked]
    assert all(one.harmed is False and one.label is None and not one.deed for one in clean)


def agentdojo_row(calls=(), results=(), *, attacked=True, ends="assistant", suite="slack", task="injection_task_3"):
    """A run of the slack suite: the attacker wants a web page visited."""
    asked = [
        {"id": f"c{i}", "function": {"name": "get_webpage", "arguments": {"url": url}}} for i, url in enumerate(calls)
    ]
    told = [
        {
            "role": "tool",
            "content": "",
            "error": error,
            "tool_call": {"id": f"c{i}", "function": "get_webpage", "args": {"url": calls[i]}},
        }
        for i, error in enumerate(results)
    ]
    last = [{"role": "assistant", "content": "done", "tool_calls": None}] if ends == "assistant" else []
    return {
        "messages": [{"role": "user", "content": "look"}, {"role": "assistant", "content": None, "tool_calls": asked}, *told, *last],
        "metadata": {"suite_name": suite, "user_task_id": "t", "injection_task_id": task if attacked else None,
                     "success": True, "security": False},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "harmed"),
    [
        (agentdojo_row(["www.true-informations.com"], [None]), True),
        (agentdojo_row(["www.true-informations.com"], ["refused"]), False),
        (agentdojo_row(["www.example.org"], [None]), False),
        (agentdojo_row(["www.true-informations.com"], []), None),
        (agentdojo_row(["www.example.org"], [None], ends="tool"), None),
        (agentdojo_row(["www.true-informations.com"], [None], attacked=False), False),
        (agentdojo_row(["www.true-informations.com"], [None], suite="travel"), None),
        (agentdojo_row(["www.true-informations.com"], [None], task="injection_task_1"), None),
    ],
)
def test_what_the_agent_did_is_read_from_its_calls(tmp_path, row, harmed):
    (tmp_path / "agent.jsonl").write_text(json.dumps(row))
    assert looks_like(tmp_path)
    assert [one.harmed for one in AgentDojoRuns(tmp_path).scan()] == [harmed]


def test_a_row_that_is_no_run_is_named_with_its_line(tmp_path):
    lines = [json.dumps(agentdojo_row()), '{"messages": []}', json.dumps(agentdojo_row())]
    with gzip.open(tmp_path / "agent.jsonl.gz", "wt") as file:
        file.write("\n".join(lines))
    with pytest.raises(ContentError, match=r"agent\.jsonl\.gz:2:0: not a run of AgentDojo: KeyError 'metadata'"):
        AgentDojoRuns(tmp_path).scan()


@pytest.fixture
def mapped(tmp_path) -> Path:
    shutil.copytree(OURS, tmp_path / "runs")
    return tmp_path / "runs"


def scan(folder):
    return MappedRuns(folder, load_mapping(folder / "mapping.yaml")).scan()


def test_a_mapping_reads_any_jsonl(mapped):
    runs = scan(mapped)
    assert len(runs) == 24
    obeyed = [one for one in runs if one.harmed]
    assert Counter(one.bundle for one in obeyed) == {"agent-2": 4, "agent-1": 1}
    assert [one.name for one in obeyed[0].tool_calls] == ["read_note", "pay"]
    assert obeyed[0].tool_calls[1].arguments == {"to": "acct-666", "amount": 10}
    assert obeyed[0].prompt.startswith("Errand t0")
    assert obeyed[0].output == "The note says to buy milk."


def test_null_is_neither_yes_nor_no(mapped):
    assert [one.task for one in scan(mapped) if one.harmed is None] == ["t3", "t3"]


def test_a_deed_is_found_in_the_calls_when_no_field_says_so(mapped):
    file = mapped / "mapping.yaml"
    said = file.read_text().replace("{path: obeyed, equals: true}", "{tools: [pay], contains: acct-666}")
    file.write_text(said)
    obeyed = [one for one in scan(mapped) if one.harmed]
    assert {(one.bundle, one.task) for one in obeyed} >= {("agent-2", "t0"), ("agent-1", "t2")}
    assert all("acct-666" in one.deed for one in obeyed)
    assert not [one for one in scan(mapped) if not one.attacked and one.harmed]


def test_parquet_is_read_as_jsonl_is(mapped):
    def told():
        return [(one.bundle, one.task, one.attacked, one.harmed, one.served, one.prompt) for one in scan(mapped)]

    expected = told()
    source, target = mapped / "runs.jsonl", mapped / "runs.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_json_auto('{source}')) TO '{target}' (FORMAT parquet)")
    source.unlink()
    assert told() == expected


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('{"config": "a"}', r"runs\.jsonl:25:0: nothing at 'case' \(task\)"),
        ("[1]", r"runs\.jsonl:25:0: not an object"),
        ("{", r"runs\.jsonl:25:0: cannot be read"),
    ],
)
def test_a_row_that_does_not_fit_is_named_with_its_line(mapped, broken, said):
    with (mapped / "runs.jsonl").open("a") as file:
        file.write(broken + "\n")
    with pytest.raises(ContentError, match=said):
        scan(mapped)


def test_a_run_that_is_there_twice_is_named(mapped):
    body = (mapped / "runs.jsonl").read_text()
    (mapped / "runs.jsonl").write_text(body + body.splitlines()[0] + "\n")
    with pytest.raises(ContentError, match=r"25:0: task 't0' of 'agent-2' was already on runs\.jsonl, row 1"):
        scan(mapped)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("task: case\n", "", "'task' is missing"),
        ("bundle: config", "bundle: config\ncolour: red", "colour"),
        ("{path: obeyed, equals: true}", "{path: obeyed}", "exactly one of equals, contains, present"),
        ("messages: messages\n", "", "write messages, or prompt and output"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_to_write(mapped, old, new, said):
    file = mapped / "mapping.yaml"
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(ContentError, match=said):
        load_mapping(file)


def test_an_empty_folder_says_what_to_name(tmp_path):
    with pytest.raises(ContentError, match=r"Name a folder of recorded runs"):
        AgentDojoRuns(tmp_path).scan()
