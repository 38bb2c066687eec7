"""What a user installs holds everything that the checkout holds."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.project import ROOT, SOURCE, files


@pytest.mark.slow
def test_the_wheel_carries_code_content_types_and_licence(tmp_path: Path):
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = list(files(".py", ".yaml", ".md", ".json", ".csv", ".typed", under=SOURCE))
    assert {path.relative_to(SOURCE.parent).as_posix() for path in ours} <= names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert any(name.endswith("/licenses/NOTICE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "tools", "docs", "benchmarks"))]
