"""The project file, the locks and the package say the same."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import hotwash
from tests.support.project import DOCS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
GROUPS = {
    name: [Requirement(entry) for entry in entries if isinstance(entry, str)]
    for name, entries in PROJECT["dependency-groups"].items()
}


def pins(lock: str) -> dict[str, set[str]]:
    """Package name → locked versions (more than one where the Python version decides)."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements" / lock).read_text(), re.M
    ):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("runtime.lock", [*RUNTIME, *GROUPS["install"]]),
        ("dev.lock", [*RUNTIME, *GROUPS["install"], *GROUPS["dev"]]),
        (
            "spark.lock",
            [*GROUPS["spark"], *(Requirement(one) for one in PROJECT["project"]["optional-dependencies"]["spark"])],
        ),
        (
            "postgres.lock",
            [
                *GROUPS["postgres"],
                *(Requirement(one) for one in PROJECT["project"]["optional-dependencies"]["postgres"]),
            ],
        ),
        ("clickhouse.lock", GROUPS["clickhouse"]),
        ("lock-tool.lock", GROUPS["lock-tool"]),
        ("peers.lock", GROUPS["peers"]),
    ],
)
def test_a_lock_satisfies_the_project_file(lock: str, requirements: list[Requirement]):
    """If this fails, run `make lock`."""
    locked = pins(lock)
    for requirement in requirements:
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not in {lock}: run make lock"
        assert all(version in requirement.specifier for version in versions), f"{requirement}: {lock} has {versions}"


def test_every_locked_package_has_hashes():
    for path in (ROOT / "requirements").glob("*.lock"):
        entries = re.split(r"^(?=[A-Za-z0-9])", path.read_text(), flags=re.MULTILINE)[1:]
        assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_both_locks_pin_the_same():
    runtime, dev = pins("runtime.lock"), pins("dev.lock")
    assert {name: versions for name, versions in runtime.items() if dev.get(name) != versions} == {}


def test_every_direct_dependency_has_its_reason():
    """docs/explanation/dependencies.md has a row for each, and for nothing else."""
    rows = re.findall(r"^\| `(.+?)` \|", (DOCS / "explanation" / "dependencies.md").read_text(), re.MULTILINE)
    wanted = {
        canonicalize_name(item.name) for item in [*RUNTIME, *(item for group in GROUPS.values() for item in group)]
    }
    assert {canonicalize_name(row) for row in rows} == wanted


def test_one_version_everywhere():
    assert importlib.metadata.version("hotwash") == hotwash.__version__
    assert f"## [{hotwash.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_ci_calls_the_one_command():
    script = Path(ROOT / ".ci" / "run")
    commands = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "exec make test"
    assert script.stat().st_mode & 0o111
