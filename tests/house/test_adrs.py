"""Every decision record has its parts, and names a check that exists."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.project import DOCS, ROOT, shown

RECORDS = sorted(path for path in (DOCS / "adr").glob("*.md") if path.name != "index.md")
PARTS = ("## Context", "## Decision", "## Consequences")


def problems_of_check(check: str) -> str | None:
    """None if the check exists. Three kinds: a test, an import contract, a ruff rule."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    kind, _, name = check.partition(" ")
    if kind == "import-contract":
        known = {contract["id"] for contract in project["importlinter"]["contracts"]}
        return None if name in known else f"no import contract has the id {name!r}"
    if kind == "ruff":
        lint = project["ruff"]["lint"]
        picked = any(name.startswith(prefix) for prefix in lint["select"]) or "ALL" in lint["select"]
        dropped = any(name.startswith(prefix) for prefix in lint["ignore"])
        return None if picked and not dropped else f"ruff does not check {name!r}"
    path, _, test = check.partition("::")
    if not (ROOT / path).is_file():
        return f"there is no file {path!r}"
    if test and f"def {test}(" not in (ROOT / path).read_text():
        return f"{path} has no test {test!r}"
    return None


@pytest.mark.parametrize("record", RECORDS, ids=shown)
def test_a_record_is_whole_and_its_check_exists(record: Path):
    text = record.read_text()
    number = re.match(r"(\d{4})-[a-z0-9-]+\.md$", record.name)
    assert number, "a record is called NNNN-words-in-lower-case.md"
    assert re.match(rf"# {number[1]}: \S", text), f"the title line is '# {number[1]}: What was decided'"
    assert f"\nNumber: {number[1]}\n" in text
    assert re.search(r"^Status: (proposed|accepted|superseded by \d{4})$", text, re.MULTILINE)
    assert [part for part in PARTS if f"\n{part}\n" not in text] == []
    checks = re.findall(r"^Check: `(.+)`$", text, re.MULTILINE)
    assert checks, "a record names what fails when it is broken: Check: `tests/...::test_name`"
    assert [problem for check in checks if (problem := problems_of_check(check))] == []


def test_numbers_run_from_one_without_a_gap():
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_a_check_that_does_not_exist_is_refused():
    assert problems_of_check("tests/house/test_adrs.py::test_nothing_of_the_kind")
    assert problems_of_check("tests/nowhere.py")
    assert problems_of_check("import-contract no-such")
    assert problems_of_check("ruff COM812")
