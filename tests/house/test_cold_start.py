"""A command imports what it needs: help is there at once, and what lists files loads no statistics and no web server."""

import pkgutil
import subprocess
import sys

import pytest

from hotwash import bootstrap

OUTSIDE = {
    "docx",
    "duckdb",
    "jinja2",
    "openpyxl",
    "pandas",
    "pyarrow",
    "scipy",
    "starlette",
    "typst",
    "urllib3",
    "uvicorn",
}
ENGINE = {"hotwash.bootstrap", "numpy", "pydantic", "yaml"}
NEED_NOT: dict[str, set[str]] = {
    "--help": OUTSIDE | ENGINE,
    "--version": OUTSIDE | ENGINE,
    "scenario list": OUTSIDE | {"hotwash.simulator", "hotwash.triage"},
    "kit check --help": OUTSIDE | {"hotwash.simulator", "hotwash.triage"},
    "drill run --help": {"hotwash.warroom", "starlette", "uvicorn"},
}
IMPORTED = """
import sys
from hotwash.cli.main import app
try:
    app(sys.argv[1:])
finally:
    sys.stderr.write("\\n".join(sys.modules))
"""


@pytest.mark.parametrize("line", NEED_NOT)
def test_a_command_imports_nothing_heavy_that_it_does_not_need(line):
    ran = subprocess.run([sys.executable, "-c", IMPORTED, *line.split()], capture_output=True, text=True, check=True)
    assert not NEED_NOT[line] & set(ran.stderr.splitlines())


def test_every_name_of_the_composition_root_is_there():
    for name in bootstrap.__all__:
        assert getattr(bootstrap, name) is not None


def test_no_name_of_the_composition_root_is_that_of_a_module_in_it():
    """Once somebody imports the module, it would stand where the name stood."""
    assert not set(bootstrap.__all__) & {one.name for one in pkgutil.iter_modules(bootstrap.__path__)}
