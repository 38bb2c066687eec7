"""Runs the command of a verification: no shell, a short environment, an end in time, and only what was read and trusted before."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotwash.kernel.event import digest
from hotwash.kit.schema.capa import CommandCheck

KEPT = 8_192
"""Bytes of the end of what was printed that are shown and searched."""
MOST = 64 * 1024 * 1024
"""Bytes after which a command is stopped: nobody reads that."""
TRUSTED = "trusted-commands.json"
LARGEST_FILE = 16 * 1024 * 1024


@dataclass(frozen=True)
class Ran:
    """A command that was run. `exit_code` is None where it was stopped or could not be started; `tail` is the end of what it printed."""

    exit_code: int | None
    tail: str
    output_sha256: str
    seconds: float
    stopped: str = ""


def command_digest(check: CommandCheck, folder: Path) -> str:
    """What is trusted: the words, the variables that it gets, and the content of every word that is a file here. A script that was changed is
    another command."""
    files = {word: hashlib.sha256(path.read_bytes()).hexdigest() for word in check.run if (path := folder / word).is_file() and path.stat().st_size <= LARGEST_FILE}  # fmt: skip
    return digest({"run": check.run, "environment": check.environment, "files": files, "folder": str(folder.resolve())})


def run_command(check: CommandCheck, folder: Path, around: Mapping[str, str] | None = None) -> Ran:
    """Run it in `folder` with nothing on its standard input, and stop it and what it started when its time is over."""
    given = os.environ if around is None else around
    names = ("PATH", "SYSTEMROOT", *check.environment)
    environment = {"LANG": "C.UTF-8", **{name: given[name] for name in names if name in given}}
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 words without a shell, shown and confirmed before
            check.run, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as wrong:
        said = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        return Ran(None, "", hashlib.sha256(b"").hexdigest(), 0.0, f"it could not be started: {said}")
    ended = threading.Event()

    def end() -> None:
        ended.set()
        _kill(process)

    late = threading.Timer(check.seconds, end)
    late.daemon = True
    late.start()
    try:
        tail, whole, size = _read(process)
        code = process.wait()
    finally:
        late.cancel()
        _kill(process)
    stopped = f"it was stopped after {check.seconds} s" if ended.is_set() else f"it printed more than {MOST:,} bytes" if size > MOST else ""  # fmt: skip
    return Ran(None if stopped else code, tail, whole, time.monotonic() - began, stopped)


def _read(process: subprocess.Popen[bytes]) -> tuple[str, str, int]:
    whole, tail, size = hashlib.sha256(), b"", 0
    assert process.stdout is not None
    with process.stdout as out:
        while part := os.read(out.fileno(), 65_536):
            whole.update(part)
            tail, size = (tail + part)[-KEPT:], size + len(part)
            if size > MOST:
                _kill(process)
                break
    return tail.decode("utf-8", "replace"), whole.hexdigest(), size


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The whole group: what a command started must not outlive it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def is_trusted(folder: Path, one: str) -> bool:
    """Whether this person has confirmed that command before. The list is kept with one's own keys, never beside what somebody sent."""
    return one in _trusted(folder)


def trust(folder: Path, one: str, shown: str) -> None:
    """Note that it was shown and confirmed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f".{TRUSTED}.part"
    part.write_text(json.dumps({**_trusted(folder), one: shown}, indent=1, ensure_ascii=False), encoding="utf-8")
    part.replace(folder / TRUSTED)


def _trusted(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / TRUSTED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
