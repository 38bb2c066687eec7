"""The import contracts catch what they are there to catch: one violation each is planted in a stub tree."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.kept import kept
from tests.support.project import ROOT, SOURCE

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIGURATION["contracts"]}

# The smallest tree that the contracts accept: every layer, and every outside module where it is allowed.
STUB = {
    "cli/main.py": "import rich\nimport typer\nfrom hotwash import bootstrap\n",
    "warroom/app.py": "import itsdangerous\nimport jinja2\nimport markupsafe\nimport segno\nimport starlette\nimport uvicorn\n",
    "bootstrap/drills.py": "import lazy_loader\nfrom hotwash.adapters import store\nfrom hotwash.simulator import play\n",
    "conductor/act.py": "from hotwash.drill import decide\n",
    "adapters/store.py": "import asyncio\nimport cryptography\nimport distributed\nimport docx\nimport duckdb\nimport joblib\nimport jsonschema\nimport jsonschema_specifications\nimport openpyxl\nimport psycopg\nimport pyspark\nimport ray\nimport referencing\nimport sqlite3\nimport urllib3\nfrom hotwash.ports import store\n",
    "conformance/store.py": "from hotwash.ports import store\n",
    "aftermath/postmortem.py": "from hotwash.scoring import scorecard\n",
    "readiness/trend.py": "from hotwash.aftermath import postmortem\n",
    "gates/verdict.py": "from hotwash.triage import onset\n",
    "scoring/scorecard.py": "from hotwash.kit import secret\n",
    "standins/expert.py": "from hotwash.drill import decide\nfrom hotwash.drill.views import player\n",
    "drill/decide.py": "from hotwash.comms import cadence\nfrom hotwash.kit import secret\nfrom hotwash.drill import state\n",
    "comms/cadence.py": "from hotwash.kit import load\n",
    "drill/state.py": "",
    "drill/views/__init__.py": "",
    "drill/views/player.py": "from hotwash.kit import load\n",
    "simulator/play.py": "import numpy\nfrom hotwash.kit import load\n",
    "triage/onset.py": "import numpy\nfrom hotwash.kit import load\n",
    "kit/load.py": "import pydantic\nimport yaml\nfrom hotwash.kernel import ids\n",
    "kit/secret.py": "",
    "ports/store.py": "from hotwash.kernel import ids\n",
    "kernel/ids.py": "import hashlib\n",
}

# (contract that must catch it, file that is added or extended, the offending line)
VIOLATIONS = [
    ("layers", "kit/rules.py", "from hotwash.drill import decide"),
    ("layers", "scoring/peek.py", "from hotwash.standins import expert"),
    ("layers", "comms/peek.py", "from hotwash.drill import decide"),
    ("pure-rooms", "comms/send.py", "import socket"),
    ("layers", "drill/peek.py", "from hotwash.simulator import play"),
    ("layers", "triage/peek.py", "from hotwash.drill import decide"),
    ("pure-rooms", "triage/peek.py", "import duckdb"),
    ("layers", "conductor/pick.py", "from hotwash.adapters import store"),
    ("layers", "kernel/up.py", "from hotwash.ports import store"),
    ("layers", "lounge/__init__.py", "'''A package that nobody placed.'''"),
    ("acyclic", "drill/state.py", "from hotwash.drill import decide"),
    ("one-composition-root", "cli/direct.py", "from hotwash.adapters import store"),
    ("simulator-behind-its-port", "aftermath/peek.py", "from hotwash.simulator import play"),
    ("simulator-behind-its-port", "scoring/peek.py", "from hotwash.simulator import play"),
    ("simulator-behind-its-port", "cli/peek.py", "from hotwash.simulator import play"),
    ("kernel-stdlib", "kernel/arrays.py", "import numpy"),
    ("kernel-stdlib", "kernel/models.py", "from pydantic import BaseModel"),
    ("pure-rooms", "drill/log.py", "import sqlite3"),
    ("pure-rooms", "conductor/loop.py", "import asyncio"),
    ("pure-rooms", "standins/ask.py", "from urllib.request import urlopen"),
    ("pure-rooms", "simulator/shell.py", "import subprocess"),
    ("pure-rooms", "scoring/fetch.py", "import http.client"),
    ("layers", "gates/peek.py", "from hotwash.readiness import trend"),
    ("pure-rooms", "readiness/post.py", "import urllib3"),
    ("pure-rooms", "aftermath/query.py", "def late():\n    import duckdb"),
    ("yaml-in-kit", "cli/content.py", "import yaml"),
    ("signatures-in-adapters", "conductor/sign.py", "import cryptography"),
    ("workbooks-in-adapters", "aftermath/sheets.py", "import openpyxl"),
    ("yaml-in-kit", "scoring/rubric.py", "from yaml import safe_load"),
    ("drivers-in-adapters", "cli/query.py", "import duckdb"),
    ("drivers-in-adapters", "bootstrap/drills.py", "import sqlite3"),
    ("drivers-in-adapters", "cli/cluster.py", "from pyspark.sql import SparkSession"),
    ("drivers-in-adapters", "cli/database.py", "import psycopg"),
    ("pure-rooms", "scoring/cluster.py", "def late():\n    from pyspark.sql import SparkSession"),
    ("network-in-adapters", "bootstrap/call.py", "import urllib3"),
    ("word-in-adapters", "aftermath/word.py", "from docx import Document"),
    ("workers-in-adapters", "conductor/pool.py", "import joblib"),
    ("schemas-in-adapters", "aftermath/fit.py", "import jsonschema"),
    ("pure-rooms", "gates/call.py", "import urllib3"),
    ("pure-rooms", "gates/fetch.py", "import http.client"),
    ("layers", "gates/page.py", "from hotwash.aftermath import postmortem"),
    ("layers", "scoring/gate.py", "from hotwash.gates import verdict"),
    ("late-in-bootstrap", "conductor/late.py", "import lazy_loader"),
    ("web-in-warroom", "conductor/page.py", "from starlette.responses import Response"),
    ("web-in-warroom", "cli/serve.py", "import uvicorn"),
    ("layers", "conductor/page.py", "from hotwash.warroom import app"),
    ("terminal-in-cli", "adapters/console.py", "from rich.console import Console"),
    ("terminal-in-cli", "aftermath/show.py", "import typer"),
    ("standins-know-no-secret", "standins/cheat.py", "from hotwash.kit.secret import AnswerKey"),
    ("standins-know-no-secret", "standins/cheat.py", "from hotwash.scoring import scorecard"),
    ("player-views-know-no-secret", "drill/views/player.py", "from hotwash.kit import secret"),
]


LINTER = """
import contextlib, io, json, os, sys
from importlinter.cli import lint_imports
said = {}
for name in sorted(os.listdir("trees")):
    os.chdir(f"trees/{name}")
    sys.path.insert(0, os.getcwd())
    with contextlib.redirect_stdout(io.StringIO()) as out:
        lint_imports(config_filename=sys.argv[1], no_cache=True)
    said[name] = out.getvalue()
    assert sys.path.pop(0) == os.getcwd() and "hotwash" not in sys.modules
    os.chdir("../..")
json.dump(said, open("said.json", "w"))
"""
"""import-linter on one tree after the other: starting it takes far longer than looking at a tree of this size."""


def plant(folder: Path, extra: dict[str, str]) -> None:
    """A stub tree with what is added to it."""
    package = folder / "hotwash"
    for name, text in STUB.items():
        write(package / name, text)
    for name, text in extra.items():
        path = package / name
        write(path, (path.read_text() if path.exists() else "") + text + "\n")
    for directory in [package, *(path for path in package.rglob("*") if path.is_dir())]:
        (directory / "__init__.py").touch()


def lint_all(folder: Path) -> None:
    """Run the project's own contracts on the stub tree, on one tree for each violation, and on the stub tree again."""
    extras = [{}, *({file: line} for _, file, line in VIOLATIONS), {}]
    for number, extra in enumerate(extras):
        plant(folder / "trees" / f"{number:03}", extra)
    command = [sys.executable, "-c", LINTER, str(ROOT / "pyproject.toml")]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def verdicts(number: int) -> dict[str, bool]:
    """Contract id → kept, of one tree. Missing ids mean that import-linter stopped."""
    said = json.loads((kept(lint_all) / "said.json").read_text())[f"{number:03}"]
    found = {}
    for identity, contract in CONTRACTS.items():
        verdict = re.search(re.escape(contract["name"]) + r"\s+(KEPT|BROKEN)", said)
        if verdict:
            found[identity] = verdict[1] == "KEPT"
    assert found, said
    return found


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("number", [0, len(VIOLATIONS) + 1])
def test_the_stub_tree_keeps_every_contract(number: int):
    assert verdicts(number) == dict.fromkeys(CONTRACTS, True)


@pytest.mark.parametrize("number", range(len(VIOLATIONS)), ids=lambda n: "-".join(VIOLATIONS[n]).split("\n")[0][:90])
def test_a_planted_violation_is_caught(number: int):
    assert verdicts(number + 1)[VIOLATIONS[number][0]] is False


def test_every_contract_has_a_planted_violation():
    assert {contract for contract, _, _ in VIOLATIONS} == set(CONTRACTS)


def test_every_room_is_named_by_the_purity_contract():
    """A room that is written later joins `pure-rooms`, unless it is a shell or drives a database on purpose."""
    shells = {"bootstrap", "cli", "warroom", "adapters", "conformance", "triage", "content", "__pycache__"}
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")} - shells
    assert rooms <= {name.removeprefix("hotwash.") for name in CONTRACTS["pure-rooms"]["source_modules"]}
