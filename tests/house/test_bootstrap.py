"""Set-up is quick when nothing changed, and its failures say what to do next."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tools import bootstrap, browser


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("NewConnectionError('Failed to establish a new connection')", "PIP_INDEX_URL"),
        ("SSLError(SSLCertVerificationError(1, 'certificate verify failed'))", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "mirror"),
        ("OSError: [Errno 28] No space left on device", "free about"),
        ("ERROR: No matching distribution found for numpy==9", "another Python"),
        ("something nobody foresaw", "make clean"),
    ],
)
def test_a_failure_names_the_next_step(output: str, advice: str):
    message = str(bootstrap.diagnose("installing", output))
    assert "Next: " in message
    assert advice in message
    assert output in message


def test_a_failed_command_becomes_a_message():
    with pytest.raises(bootstrap.SetupError, match="boom"):
        bootstrap.run("trying", [sys.executable, "-c", "import sys; sys.exit('boom')"])


def test_an_equal_stamp_means_nothing_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", python)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(bootstrap, "run", lambda *_, **__: pytest.fail("it ran something"))
    (tmp_path / "stamp.json").write_text(f'{{"runtime": "{bootstrap.fingerprint("runtime.lock")}"}}')
    bootstrap.install("runtime")


def test_peers_are_installed_once_and_again_when_their_lock_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ran: list[list[str]] = []

    def pretend(_doing: str, command: list[str], *, total: int = 0) -> str:
        ran.append(list(command))
        (tmp_path / "peers").mkdir(exist_ok=True)
        (tmp_path / "peers" / "python").touch()
        return ""

    monkeypatch.setattr(bootstrap, "LOCKS", tmp_path)
    monkeypatch.setattr(bootstrap, "PEERS", tmp_path / "peers")
    monkeypatch.setattr(bootstrap, "PEERS_PYTHON", tmp_path / "peers" / "python")
    monkeypatch.setattr(bootstrap, "run", pretend)
    for lock, commands in (("a==1", 2), ("a==1", 0), ("a==2", 2)):
        (tmp_path / "peers.lock").write_text(lock)
        ran.clear()
        bootstrap.install_peers()
        assert len(ran) == commands, lock
    assert "--require-hashes" in ran[-1]


def test_a_change_of_the_lock_changes_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "LOCKS", tmp_path)
    (tmp_path / "runtime.lock").write_text("a==1")
    before = bootstrap.fingerprint("runtime.lock")
    (tmp_path / "runtime.lock").write_text("a==2")
    assert bootstrap.fingerprint("runtime.lock") != before


def test_a_lock_that_changes_during_an_install_is_not_taken_for_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lock, python = tmp_path / "runtime.lock", tmp_path / "python"
    lock.write_text("a==1")
    ran: list[str] = []

    def pretend(doing: str, _command: list[str], *, total: int = 0) -> str:
        ran.append(doing)
        python.touch()
        if len(ran) == 1:
            lock.write_text("a==2")
        return ""

    monkeypatch.setattr(bootstrap, "LOCKS", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", python)
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    monkeypatch.setattr(bootstrap, "run", pretend)
    bootstrap.install("runtime")
    again = len(ran)
    bootstrap.install("runtime")
    assert len(ran) > again
    bootstrap.install("runtime")
    assert len(ran) == 2 * again


def test_a_browser_that_was_named_wrongly_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(browser.VARIABLE, "no-such-browser")
    with pytest.raises(browser.BrowserError, match="correct or unset"):
        browser.find()


def test_the_named_browser_comes_first_then_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "PLACES", ())
    assert browser.find() is None
    for name in ("google-chrome", "mine"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert browser.find() == str(tmp_path / "google-chrome")
    monkeypatch.setenv(browser.VARIABLE, "mine")
    assert browser.find() == str(tmp_path / "mine")


@pytest.mark.slow
def test_without_a_network_set_up_says_so(tmp_path: Path):
    """The real script in a copy of the tree, with a package index that does not answer."""
    for name in ("tools", "requirements"):
        (tmp_path / name).mkdir()
        for path in (ROOT / name).glob("*.*"):
            (tmp_path / name / path.name).write_bytes(path.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        "PIP_INDEX_URL": "https://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
    }
    command = [sys.executable, str(tmp_path / "tools" / "bootstrap.py"), "runtime"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "The package index could not be reached" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.slow
def test_without_a_network_spark_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "spark.lock").write_text(f"no-such-spark==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(bootstrap, "LOCKS", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", Path(sys.executable))
    for name, value in {"INDEX_URL": "https://127.0.0.1:9/simple", "CONFIG_FILE": os.devnull, "RETRIES": "0"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(
        bootstrap.SetupError, match=r"installing Spark .* failed\.\nThe package index could not be reached"
    ):
        bootstrap.get_spark()
    assert not (tmp_path / "stamp.json").exists()


@pytest.mark.parametrize("engine", ["spark", "postgres", "clickhouse"])
def test_an_engine_that_is_there_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str):
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(bootstrap, "run", lambda *_, **__: pytest.fail("it ran something"))
    (tmp_path / "stamp.json").write_text(f'{{"{engine}": "{bootstrap.fingerprint(f"{engine}.lock")}"}}')
    getattr(bootstrap, f"get_{engine}")()
