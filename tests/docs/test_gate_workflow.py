"""The workflow that the guide shows works: exactly its shell steps, in a fresh repository, against a service on this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from typer.testing import CliRunner

from hotwash.cli.main import app
from hotwash.kit.schema.gate import GateFile
from hotwash.ports.endpoint import Reply, ToolUse
from tests.support.endpoint import serving
from tests.support.markdown import blocks
from tests.support.played import played_drill
from tests.support.project import DOCS

WORKFLOW = yaml.safe_load(CliRunner().invoke(app, ["gate", "workflow"]).stdout)
JOB = WORKFLOW["jobs"]["gate"]
STEPS = [step for step in JOB["steps"] if "run" in step]


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def gates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    words = ("gate", "new", "--from", played_drill().folder, "--to", folder / "gate", "--per", "30")
    assert CliRunner().invoke(app, list(map(str, words))).exit_code == 0
    return folder / "gate"


@pytest.fixture
def repository(gates, tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    here = tmp_path / "service"
    git(tmp_path, "clone", "--quiet", "origin.git", "service")
    subprocess.run(["cp", "-r", gates, here / "gate"], check=True)
    git(here, "checkout", "--quiet", "-b", "main")
    git(here, "add", "-A")
    git(here, "commit", "--quiet", "-m", "Gates")
    git(here, "push", "--quiet", "origin", "main")
    return here


def steps(folder: Path, url: str) -> dict[str, int]:
    """Each shell step as a runner does it: bash, stop at the first failure; `always()` goes on all the same."""
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder.parent), "GATE_TARGET": url, "GATE_MODEL": "rc-2",
        "STAGING_KEY": "sk-very-secret-0123456789", "GATE_RELEASE": git(folder, "rev-parse", "HEAD").strip(), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    assert set(JOB["env"]) <= set(env), "the test gives what the workflow takes from its runner, and no more"
    codes, failed = {}, False
    for step in STEPS:
        if failed and not str(step.get("if", "")).startswith("always()"):
            continue
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env=env,
            check=False,
            capture_output=True,
            text=True,
        )
        codes[step["name"]] = done.returncode
        assert "sk-very-secret" not in done.stdout + done.stderr
        failed |= done.returncode != 0
    return codes


def answers(folder: Path, which: str):
    rows = [json.loads(line) for line in (folder / f"gate/proof/{which}.jsonl").read_text().splitlines()]
    said = {
        row["case"]: Reply(row["answer"], tuple(ToolUse(one["name"], one["arguments"]) for one in row["tool_calls"]))
        for row in rows
    }
    cases = [json.loads(line) for line in (folder / "gate/leakage.jsonl").read_text().splitlines()]
    return {case["turns"][-1]["content"]: said[case["id"]] for case in cases}


@pytest.mark.slow
def test_the_workflows_steps_gate_a_release_in_a_fresh_repository(repository):
    with serving() as service:
        service.answer = answers(repository, "good").get
        assert set(steps(repository, service.url).values()) == {0}
        assert service.seen[0][1]["authorization"] == "Bearer sk-very-secret-0123456789"
        service.answer = answers(repository, "faulty").get
        codes = steps(repository, service.url)
    assert codes == {step["name"]: int(step["name"] == "Ask the release") for step in STEPS}
    history = git(repository, "show", "origin/gate-history:history.jsonl").splitlines()
    assert [json.loads(row)["gates"]["leakage"]["outcome"] for row in history] == ["pass", "blocked"]
    assert int(ET.parse(repository / "gate-reports/gate.xml").getroot()[0].get("failures")) > 0
    assert json.loads((repository / "gate-reports/gate.sarif").read_text())["runs"][0]["results"][0]["level"] == "error"


def test_no_step_takes_anything_from_its_runner_but_by_environment():
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []


def test_the_gate_that_the_guide_shows_is_read_as_it_is_meant():
    shown = [yaml.safe_load(block.text) for block in blocks(DOCS / "how-to" / "gate-a-release.md", "yaml")]
    assert [gate.decides for gate in GateFile.model_validate(shown[0]).gates] == ["blocking"]
