"""Set up everything `make` needs, with the standard library alone.

    python3 tools/bootstrap.py runtime    .venv with what the package needs (make demo)
    python3 tools/bootstrap.py dev        the same plus the checks and tests (make check)
    python3 tools/bootstrap.py test       dev plus a browser, PostgreSQL and Spark (make test)
    python3 tools/bootstrap.py peers      .venv-peers with the tools that benchmarks/triage.py compares with
    python3 tools/bootstrap.py lock       write requirements/*.lock afresh from pyproject.toml (make lock)

A second run with nothing changed does nothing: a stamp in .venv holds a hash of everything that decides what is
installed. Whatever goes wrong ends in one message that says what to do next.
"""

import sys

if sys.version_info < (3, 11):  # before anything that an old Python could not read
    import os
    import subprocess

    for minor in (14, 13, 12, 11):
        newer = "python3.%d" % minor  # noqa: UP031  # older Pythons have to be able to say so
        try:
            if subprocess.call([newer, "-c", "pass"], stderr=subprocess.DEVNULL) == 0:
                os.execvp(newer, [newer] + sys.argv)  # noqa: S606, RUF005
        except OSError:
            continue
    sys.exit(
        "hotwash needs Python 3.11 or newer; this is %d.%d and no newer one is on PATH.\n"  # noqa: UP031  # older Pythons have to be able to say so
        "Next: install one (python.org, your system's packages, pyenv), then run the same command again,\n"
        "      naming it if it is not called python3:  make test PYTHON=/path/to/python3.12" % sys.version_info[:2]
    )

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools import browser

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
VENV_PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "hotwash-setup.json"
PEERS = ROOT / ".venv-peers"
PEERS_PYTHON = PEERS / BIN.name / VENV_PYTHON.name
LOCKS = ROOT / "requirements"

# What pip says, and what the reader should do about it. The first match wins.
DIAGNOSES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("DO NOT MATCH THE HASHES", "THESE PACKAGES DO NOT MATCH"),
        (
            "A downloaded package is not the one that the lock names. Do not go on with it.\n"
            "Next: if you use a package mirror, ask who runs it; else run `make clean` and try again."
        ),
    ),
    (
        ("No space left on device", "Disk quota exceeded"),
        "The disk is full.\nNext: free about 600 MB (3 GB for make test), then run the same command again.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SSLError", "SSLCertVerificationError"),
        (
            "The package index's certificate was not accepted (often a company proxy).\n"
            "Next: set PIP_CERT to your organisation's certificate file, then run the same command again."
        ),
    ),
    (
        (
            "Name or service not known",
            "name resolution",
            "NewConnectionError",
            "Failed to establish a new connection",
            "Connection refused",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "Network is unreachable",
            "ProxyError",
            "nodename nor servname",
            "getaddrinfo failed",
            "(from versions: none)",
        ),
        (
            "The package index could not be reached. Only set-up needs a network; Hotwash itself never does.\n"
            "Next: check the connection or proxy (HTTPS_PROXY), or name your mirror (PIP_INDEX_URL), then run it again."
        ),
    ),
    (
        ("No matching distribution found", "Could not find a version that satisfies"),
        (
            "A locked package has no build for this Python and machine, or your mirror lacks it.\n"
            "Next: try another Python (3.11 to 3.14): make clean, then make test PYTHON=python3.12"
        ),
    ),
    (
        ("Permission denied",),
        "A file could not be written.\nNext: check who owns this folder and .venv, or run `make clean` and try again.",
    ),
)


class SetupError(Exception):
    """Set-up cannot go on; the message says what happened and what to do next."""


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def diagnose(doing: str, output: str) -> SetupError:
    """What to tell the reader about a failed command, from what the command wrote."""
    tail = "\n".join("    " + line for line in output.strip().splitlines()[-12:])
    for needles, advice in DIAGNOSES:
        if any(needle in output for needle in needles):
            return SetupError(f"{doing} failed.\n{advice}\nThe last lines it wrote:\n{tail}")
    return SetupError(
        f"{doing} failed.\nNext: read the lines below; `make clean` and the same command again starts afresh.\n{tail}"
    )


def run(doing: str, command: Sequence[str], *, total: int = 0) -> str:
    """Run a command, show that it is alive, return what it wrote. Raises SetupError when it fails."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}
    say(f"{doing} …")
    began = last_word = time.monotonic()
    lines: list[str] = []
    seen = 0
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for raw in process.stdout:
            line = raw.rstrip()
            lines.append(line)
            seen += line.startswith("Collecting ")
            now = time.monotonic()
            if "Retrying (" in line:
                say("  the network does not answer; trying again")
                last_word = now
            elif now - last_word > 2:
                say(f"  {seen} of {total} packages" if total and seen < total else f"  {line.strip()[:100]}")
                last_word = now
    if process.returncode:
        raise diagnose(doing, "\n".join(lines))
    if time.monotonic() - began > 2:
        say(f"  done in {time.monotonic() - began:.0f} s")
    return "\n".join(lines)


def fingerprint(lock: str) -> str:
    """Hash of all that decides what an environment holds: lock, project file, Python, this script, place."""
    config = VENV / "pyvenv.cfg"
    digest = hashlib.sha256()
    for path in (LOCKS / lock, ROOT / "pyproject.toml", Path(__file__), config):
        digest.update(path.read_bytes() if path.exists() else b"-")
        digest.update(b"\0")
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def stamps() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def make_venv() -> None:
    """A working .venv: made if there is none, made again if it is broken, too old or was copied from elsewhere."""
    if VENV.exists():
        moved = stamps().get("root", str(ROOT)) != str(ROOT)
        try:
            probe = [str(VENV_PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
            works = subprocess.call(probe, stderr=subprocess.DEVNULL) == 0
        except OSError:
            works = False
        if works and not moved:
            return
        say("the .venv here does not work (moved, broken or too old): making it again")
        shutil.rmtree(VENV)
    try:
        run(f"making .venv with Python {sys.version.split()[0]}", [sys.executable, "-m", "venv", str(VENV)])
    except SetupError as error:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in str(error) or "No module named venv" in str(error):
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise SetupError(
                "This Python cannot make virtual environments (its venv or ensurepip module is missing).\n"
                f"Next: on Debian or Ubuntu  sudo apt-get install python{version}-venv ; elsewhere install Python from\n"
                "      python.org; then run the same command again."
            ) from error
        raise


def install(level: str) -> None:
    """Bring .venv to what `requirements/<level>.lock` says, plus the project itself; nothing if it is there already."""
    lock = f"{level}.lock"
    if stamps().get(level) == fingerprint(lock) and VENV_PYTHON.exists():
        return
    levels = ["runtime", "dev"] if level == "dev" else [level]
    # Taken now: a lock that changes while pip is at work has not been installed.
    marks = {"root": str(ROOT), **{name: fingerprint(f"{name}.lock") for name in levels}}
    make_venv()
    pip = [str(VENV_PYTHON), "-m", "pip", "install"]
    packages = sum("==" in line for line in (LOCKS / lock).read_text().splitlines())
    run(
        f"installing {packages} locked packages (requirements/{lock})",
        [*pip, "--require-hashes", "--requirement", str(LOCKS / lock)],
        total=packages,
    )
    run("installing hotwash itself", [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    STAMP.write_text(json.dumps({**stamps(), **marks}, indent=1) + "\n")


def install_peers() -> None:
    """Bring .venv-peers to what `requirements/peers.lock` says. The project itself is not in it: peers read files."""
    lock, stamp = LOCKS / "peers.lock", PEERS / STAMP.name
    mark = hashlib.sha256(b"\0".join([lock.read_bytes(), sys.version.encode(), str(ROOT).encode()])).hexdigest()
    if PEERS_PYTHON.exists() and stamp.exists() and stamp.read_text() == mark:
        return
    shutil.rmtree(PEERS, ignore_errors=True)
    run(f"making .venv-peers with Python {sys.version.split()[0]}", [sys.executable, "-m", "venv", str(PEERS)])
    packages = sum("==" in line for line in lock.read_text().splitlines())
    # The lock is whole. Left to resolve again, pip meets an extra (`pandas[parquet]`) that no line of the lock pins, and gives up.
    run(
        f"installing {packages} locked packages (requirements/peers.lock)",
        [str(PEERS_PYTHON), "-m", "pip", "install", "--no-deps", "--require-hashes", "--requirement", str(lock)],
        total=packages,
    )
    stamp.write_text(mark)


def get_browser() -> None:
    """A browser for the tests: found, else installed by the system's packages, else by Playwright."""
    if browser.find() is not None or browser.playwright_has_its_own():
        return
    tried = []
    for doing, commands in browser.ways_to_install(str(VENV_PYTHON)):
        try:
            for command in commands:
                run(doing, command)
        except SetupError as error:
            tried.append(str(error))
            continue
        if browser.find() is not None or browser.playwright_has_its_own():
            return
    raise SetupError(browser.ADVICE + "".join(f"\n\nTried: {text}" for text in tried))


def get_spark() -> None:
    """A second engine for traces and a Java runtime, both as Python packages."""
    # Spark comes as source that holds built jars. Setuptools is there from dev.lock, so that nothing outside the locks
    # builds it; jars are zipped already, and to compress them again takes longer than all the rest.
    how = ["--no-build-isolation", "--use-pep517", "--config-settings=--build-option=--compression=stored"]
    get_engine("spark", "installing Spark and a Java runtime for the tests (about 500 MB to download)", how)


def get_postgres() -> None:
    """A third engine: a PostgreSQL server and its driver, both as Python packages."""
    get_engine("postgres", "installing PostgreSQL for the tests (about 25 MB to download)", [])


def get_clickhouse() -> None:
    """A fourth engine, ClickHouse inside the process of the tests."""
    get_engine("clickhouse", "installing ClickHouse for the tests (about 180 MB to download)", [])


def get_engine(name: str, doing: str, how: Sequence[str]) -> None:
    """What `requirements/NAME.lock` holds, unless it is there."""
    lock = f"{name}.lock"
    if stamps().get(name) == fingerprint(lock):
        return
    run(doing, [str(VENV_PYTHON), "-m", "pip", "install", *how, "--require-hashes", "--requirement", str(LOCKS / lock)])
    STAMP.write_text(json.dumps({**stamps(), name: fingerprint(lock)}, indent=1) + "\n")


def lock(*, upgrade: bool) -> None:
    """Write the locks afresh. They hold names, versions and hashes: no address of any package index."""
    install("dev")
    uv = BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        requirements = ["--require-hashes", "--requirement", str(LOCKS / "lock-tool.lock")]
        run("installing the lock tool", [str(VENV_PYTHON), "-m", "pip", "install", *requirements])
    style = ["--universal", "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-find-links", "--quiet"]
    style += ["--python-version", "3.11", *(["--upgrade"] if upgrade else [])]
    inputs = {
        "runtime.lock": ["pyproject.toml", "--group", "install"],
        "dev.lock": ["pyproject.toml", "--group", "dev", "--constraint", "requirements/runtime.lock"],
        "spark.lock": ["--group", "spark", "--constraint", "requirements/dev.lock"],
        "postgres.lock": ["--group", "postgres", "--constraint", "requirements/dev.lock"],
        "clickhouse.lock": ["--group", "clickhouse", "--constraint", "requirements/dev.lock"],
        "lock-tool.lock": ["--group", "lock-tool"],
        "peers.lock": ["--group", "peers"],
    }
    for name, source in inputs.items():
        run(
            f"locking requirements/{name}",
            [str(uv), "pip", "compile", *source, *style, "--output-file", f"requirements/{name}"],
        )
        if "://" in (LOCKS / name).read_text():
            raise SetupError(
                f"requirements/{name} holds an address.\nNext: look for a URL dependency in pyproject.toml."
            )
    install("dev")


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up what make needs, with the standard library alone.")
    parser.add_argument("level", choices=["runtime", "dev", "test", "peers", "lock"])
    parser.add_argument("--upgrade", action="store_true", help="with lock: take the newest versions that fit")
    arguments = parser.parse_args()
    try:
        if arguments.level == "lock":
            lock(upgrade=arguments.upgrade)
        elif arguments.level == "peers":
            install_peers()
        else:
            install("runtime" if arguments.level == "runtime" else "dev")
            if arguments.level == "test":
                get_browser()
                get_postgres()
                get_clickhouse()
                get_spark()
    except (SetupError, browser.BrowserError) as error:
        print(f"\nSet-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
