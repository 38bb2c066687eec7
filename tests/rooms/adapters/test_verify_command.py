"""Commands of verifications: no shell, a short environment, an end in time, and trust that is of one exact command."""

import fcntl
import hashlib
import os
import sys
from typing import TextIO

import pytest

from hotwash.adapters.verify_command import MOST, command_digest, is_trusted, run_command, trust
from hotwash.kit.schema.capa import CommandCheck
from tests.support.patience import at_some_pace, until


def check(*words: str, **more) -> CommandCheck:
    return CommandCheck(run=[*words], **more)


def python(code: str, **more) -> CommandCheck:
    return check(sys.executable, "-c", code, **more)


def test_exit_code_and_output_come_back(tmp_path):
    ran = run_command(python("import sys; print('hello'); print('there', file=sys.stderr); sys.exit(3)"), tmp_path)
    assert (ran.exit_code, ran.stopped) == (3, "")
    assert sorted(ran.tail.split()) == ["hello", "there"]
    ran = run_command(python("print('hello')"), tmp_path)
    assert ran.output_sha256 == hashlib.sha256(f"hello{os.linesep}".encode()).hexdigest()


def test_words_are_words_and_no_shell_reads_them(tmp_path):
    bad = "$(touch made) `touch made`; touch made > made & *"
    ran = run_command(python("import sys; print(sys.argv[1])").model_copy(update={"run": [sys.executable, "-c", "import sys; print(sys.argv[1])", bad]}), tmp_path)  # fmt: skip
    assert ran.tail.strip() == bad
    assert list(tmp_path.iterdir()) == []


def test_it_runs_in_the_folder_and_gets_what_it_names_and_nothing_else(tmp_path):
    around = {"PATH": os.environ["PATH"], "SECRET": "s", "WANTED": "w", "HOME": "h"}
    code = "import os; print(sorted(set(os.environ) & {'SECRET', 'WANTED', 'HOME', 'PATH'})); print(os.getcwd())"
    assert run_command(python(code), tmp_path, around).tail.split("\n")[0] == "['PATH']"
    ran = run_command(python(code, environment=["WANTED", "MISSING"]), tmp_path, around)
    assert ran.tail.split("\n")[:2] == ["['PATH', 'WANTED']", str(tmp_path.resolve())]


@pytest.mark.slow
def test_it_is_stopped_in_time_with_all_that_it_started(tmp_path):
    holds = "import fcntl, time; f = open('held', 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('begun', flush=True); time.sleep(600)"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {holds!r}])"

    def stopped(seconds: float) -> None:
        ran = run_command(python(starts, seconds=int(seconds)), tmp_path)
        assert (ran.exit_code, ran.stopped) == (None, f"it was stopped after {int(seconds)} s")
        assert ran.tail.strip() == "begun", "it was stopped before what it started had begun"

    at_some_pace(stopped, 2)
    with (tmp_path / "held").open("w") as file:
        until(lambda: is_free(file), what="the end of what was started")


def is_free(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def test_it_has_nothing_on_its_input(tmp_path):
    assert run_command(python("import sys; print(repr(sys.stdin.read()))"), tmp_path).tail.strip() == "''"


def test_one_that_prints_without_end_is_stopped(tmp_path):
    ran = run_command(python("import sys\nwhile True: sys.stdout.write('x' * 1_000_000)"), tmp_path)
    assert ran.exit_code is None
    assert f"{MOST:,} bytes" in ran.stopped
    assert len(ran.tail) == 8192


@pytest.mark.parametrize("words", [["no-such-program-here"], ["a\0b"]], ids=["missing", "null"])
def test_one_that_cannot_be_started_is_told(tmp_path, words):
    ran = run_command(check(*words), tmp_path)
    assert ran.exit_code is None
    assert "could not be started" in ran.stopped


def test_trust_is_of_one_command_in_one_place_with_one_script(tmp_path):
    keys, here, there = tmp_path / "keys", tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "check.py").write_text("print(1)")
    one = command_digest(check("python3", "check.py"), here)
    assert not is_trusted(keys, one)
    trust(keys, one, "python3 check.py")
    trust(keys, "another", "x")
    assert is_trusted(keys, one)
    others = [
        command_digest(check("python3", "check.py", "-x"), here),
        command_digest(check("python3", "check.py", environment=["A"]), here),
        command_digest(check("python3", "check.py"), there),
    ]
    (here / "check.py").write_text("print(2)")
    others.append(command_digest(check("python3", "check.py"), here))
    assert not any(is_trusted(keys, other) for other in others)
    assert len({one, *others}) == 5


def test_a_list_that_cannot_be_read_trusts_nothing(tmp_path):
    (tmp_path / "trusted-commands.json").write_text("[")
    assert not is_trusted(tmp_path, "x")
