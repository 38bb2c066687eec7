"""hotwash review plan, as somebody types it."""

import json

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app


def run(*words):
    return CliRunner().invoke(app, ["review", "plan", *words])


def plan(*words):
    told = run(*words, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_a_fifth_of_the_traffic_overwhelms_four_people():
    found = plan("--traffic", "400/min", "--share", "20", "--reviewers", "4", "--minutes-per-case", "3")
    assert found["cases_a_minute"] == 80
    assert found["arriving"] == 80 * 30
    assert found["used"] == pytest.approx(60)
    assert found["late_share"] > 0.9
    assert found["wait_at_end_s"] == pytest.approx(600, rel=0.1)


def test_within_capacity_chance_alone_makes_people_wait():
    found = plan("--traffic", "5", "--share", "20", "--reviewers", "4", "--minutes-per-case", "3")
    assert (found["turned_away"], found["late_share"]) == (0, 0)
    assert 0.2 < found["long_run"]["waits"] < 0.6


@pytest.mark.parametrize(("traffic", "a_minute"), [("7/s", 420), ("600/h", 10), ("30", 30), ("2.5/min", 2.5)])
def test_traffic_has_a_unit(traffic, a_minute):
    assert plan("--traffic", traffic, "--share", "100")["cases_a_minute"] == pytest.approx(a_minute)


def test_a_timeout_below_the_promise_says_that_people_give_up():
    words = ["--traffic", "400", "--timeout", "5"]
    assert plan(*words)["gives_up"]
    assert "gave up" in run(*words).output
    assert "went out unread" in run("--traffic", "400", "--overflow", "open").output


@pytest.mark.parametrize("words", [
    ["--traffic", "none"], ["--traffic", "0"], ["--traffic", "5", "--share", "101"], ["--traffic", "5", "--overflow", "half"],
    ["--traffic", "5", "--minutes-per-case", "0"], ["--traffic", "5", "--retry", "100"],
])  # fmt: skip
def test_what_cannot_be_planned_is_told(words):
    told = run(*words)
    assert told.exit_code == 3
