"""hotwash rehearse as somebody types it."""

import json

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app

PLAN = """\
scenarios: [order-number-alarm]
seeds: 1
teams:
  - {id: nobody, players: does-nothing}
variations:
  - {id: lower, thresholds: 0.7}
"""


@pytest.fixture
def plan(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    return file


def ask(*arguments):
    return CliRunner().invoke(app, ["rehearse", *map(str, arguments)])


@pytest.mark.slow
def test_a_rehearsal_is_played_reported_and_gone_on_with(plan, tmp_path):
    out = tmp_path / "out"
    first = ask(plan, "--out", out, "--workers", 1, "--json")
    assert first.exit_code == 0, first.output
    body = json.loads(first.stdout)
    assert (body["exercise"], body["drills"], body["trials"][0]["variation"]) == (True, 2, "lower")
    assert body["teams"][0]["against"] is None
    journal = (out / "journal.jsonl").read_bytes()
    again = ask(plan, "--out", out, "--workers", 1)
    assert again.exit_code == 0, again.output
    assert (out / "journal.jsonl").read_bytes() == journal, "nothing was played again"
    assert "EXERCISE" in (out / "report.html").read_text(encoding="utf-8")
    assert json.loads((out / "answers.json").read_bytes()) == {name: body[name] for name in body if name != "out"}


@pytest.mark.slow
def test_who_plays_the_drills_does_not_show_in_the_answers(plan, tmp_path):
    from distributed import LocalCluster

    plan.write_text(PLAN.replace("seeds: 1", "seeds: 2"))
    here = answers_of(plan, tmp_path / "here", "--workers", 2)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        there = answers_of(plan, tmp_path / "there", "--backend", "dask", "--scheduler", cluster.scheduler_address)
    assert here == there
    assert here["drills"] == 4


def answers_of(plan, out, *how):
    """What `--json` prints, but for the folder that it names."""
    answer = ask(plan, "--out", out, *how, "--json")
    assert answer.exit_code == 0, answer.output
    return {name: value for name, value in json.loads(answer.stdout).items() if name != "out"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAN.replace("seeds: 1", "seeds: 0"), "plan.yaml:2"),
        (PLAN.replace("does-nothing", "a-genius"), "a-genius"),
        (PLAN.replace("order-number-alarm", "no-such-thing"), "no such content ships"),
        (PLAN.replace("thresholds: 0.7", "alerts: [no-such-alert]"), "no-such-alert"),
        (PLAN.replace("{id: lower, thresholds: 0.7}", "{id: one}\n  - {id: one}"), "plan.yaml:7"),
        (PLAN.replace("players: does-nothing", "missing: [janitor]"), "janitor"),
        (PLAN.replace("order-number-alarm", "recorded"), "recorded"),
    ],
)
def test_a_plan_that_cannot_be_played_is_refused_before_anything_is(plan, tmp_path, text, said):
    plan.write_text(text)
    answer = ask(plan, "--out", tmp_path / "out", "--json")
    assert answer.exit_code in (2, 3)
    assert said in answer.stdout
    assert not (tmp_path / "out").exists()


def test_a_folder_with_another_rehearsal_is_left_alone(plan, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "journal.jsonl").write_text('{"format":1}\n')
    answer = ask(plan, "--out", out)
    assert answer.exit_code == 3
    assert "--overwrite" in answer.output
    assert (out / "journal.jsonl").read_text() == '{"format":1}\n'
