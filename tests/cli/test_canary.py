"""hotwash canary as somebody types it."""

import json

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app

HEAD = "contained_requests,contained_harmful,canary_requests,canary_harmful\n"
METRIC = ["--metric", "leaks=0.4%:1.6%"]


def ask(*arguments, pipe=""):
    return CliRunner().invoke(app, ["canary", *arguments], input=pipe)


def test_a_plan_says_requests_time_and_steps_before_anything_runs():
    found = json.loads(ask("plan", *METRIC, "--traffic", "40", "--json").stdout)
    requests = found["metrics"]["leaks"]["requests"]
    assert found["steps"][0] == {"share": 0.05, "requests": requests, "minutes": requests / 40}
    said = ask("plan", *METRIC, "--traffic", "40").stdout
    assert f"{requests:,} requests" in " ".join(said.split())


def test_several_metrics_share_the_chance_of_a_wrong_verdict():
    one = json.loads(ask("plan", *METRIC, "--json").stdout)["metrics"]["leaks"]
    two = json.loads(ask("plan", *METRIC, "--metric", "misuse=1%:3%", "--json").stdout)["metrics"]["leaks"]
    assert (one["level"], two["level"]) == (0.05, 0.025)
    assert two["requests"] > one["requests"]


@pytest.mark.parametrize(
    ("rows", "code", "verdict"),
    [
        ("950,4,50,0\n" * 60, 0, "clear"),
        ("950,4,50,0\n" * 3 + "950,4,50,9\n" * 2, 1, "stop"),
        ("950,4,50,0\n" * 2, 5, "not enough evidence"),
    ],
)
def test_a_verdict_is_an_exit_code(tmp_path, rows, code, verdict):
    file = tmp_path / "looks.csv"
    file.write_text(HEAD + rows)
    found = ask("watch", str(file), *METRIC, "--json")
    assert found.exit_code == code, found.stdout
    assert json.loads(found.stdout)["verdict"] == verdict


def test_a_pipe_ends_at_the_look_that_stops_the_canary():
    found = ask("watch", "-", *METRIC, pipe=HEAD + "950,4,50,9\n" * 9)
    assert found.exit_code == 1
    assert found.stdout.count("requests  leaks") == 1


def test_one_metric_stops_and_every_metric_clears():
    head = "metric," + HEAD
    both = [*METRIC, "--metric", "misuse=1%:3%"]
    quiet = "leaks,950,4,50,0\n" * 80
    assert ask("watch", "-", *both, pipe=head + quiet).exit_code == 5
    assert ask("watch", "-", *both, pipe=head + quiet + "misuse,950,9,50,0\n" * 80).exit_code == 0
    assert ask("watch", "-", *both, pipe=head + quiet + "misuse,950,9,50,30\n").exit_code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "contained_requests"),
        (HEAD + "950,4,50,0\n950,x,50,0\n", ":3"),
        (HEAD + "950,4,50,51\n", "more harmful answers than requests"),
        (HEAD + "-1,0,50,0\n", "below 0"),
    ],
)
def test_a_wrong_file_is_told_by_its_line(tmp_path, text, said):
    file = tmp_path / "looks.csv"
    file.write_text(text)
    found = ask("watch", str(file), *METRIC)
    assert found.exit_code == 3
    assert said in found.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Write --metric"), (["--metric", "x"], "Write name=rate:rate"), ([*METRIC, *METRIC], "twice"),
        ([*METRIC, "--share", "20%"], "1% to 5%"), ([*METRIC, "--traffic", "-3"], "Write a number above 0"),
        ([*METRIC, "--traffic", "400/day"], "such as 400/min"),
    ],
)  # fmt: skip
def test_a_wrong_option_says_what_to_write(arguments, said):
    found = ask("plan", *arguments)
    assert found.exit_code == 3
    assert said in " ".join(found.output.split())
