"""Where the tests find a browser, how one is installed, and how it is started. Standard library only."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

VARIABLE = "HOTWASH_BROWSER"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "chromium-headless-shell",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
ADVICE = (
    "No browser for the tests.\n"
    "Next, any one of these, then run the same command again:\n"
    f"  - name a Chromium or Chrome you have:   {VARIABLE}=/path/to/chromium make test\n"
    "  - Debian, Ubuntu:                       sudo apt-get install --no-install-recommends chromium\n"
    "  - anywhere:                             .venv/bin/playwright install chromium-headless-shell\n"
    "  - or leave the browser tests out:       make check"
)


class BrowserError(Exception):
    """The browser that was asked for is not there; the message says what to do."""


def find() -> str | None:
    """The executable to drive: the environment's word first, then PATH, then where macOS keeps applications.

    Raises BrowserError if HOTWASH_BROWSER names nothing that runs: a wish that fails silently helps nobody.
    """
    wished = os.environ.get(VARIABLE)
    if wished:
        found = shutil.which(wished)
        if found is None:
            raise BrowserError(f"{VARIABLE} is {wished!r}, which is no program here.\nNext: correct or unset it.")
        return found
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    return next((place for place in PLACES if os.access(place, os.X_OK)), None)


def playwright_has_its_own() -> bool:
    """Whether `playwright install` has put a Chromium into Playwright's own folder."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = {"darwin": "Library/Caches/ms-playwright", "win32": "AppData/Local/ms-playwright"}
    folder = Path(named) if named else Path.home() / folders.get(sys.platform, ".cache/ms-playwright")
    return any(folder.glob("chromium*/INSTALLATION_COMPLETE"))


def ways_to_install(python: str) -> Iterator[tuple[str, list[Sequence[str]]]]:
    """What to try, in order: a description and the commands. Needs no password and asks nothing."""
    become: list[str] | None = None
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        become = []
    elif shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        become = ["sudo", "-n"]
    if shutil.which("apt-get") and become is not None:
        get = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]
        update = [*get, "update"]
        install = [*get, "install", "--yes", "--no-install-recommends", "chromium"]
        yield "installing Debian's chromium for the tests (about 120 MB)", [update, install]
    yield (
        "installing Playwright's own chromium for the tests (about 100 MB)",
        [[python, "-m", "playwright", "install", "chromium-headless-shell"]],
    )


def flags() -> list[str]:
    """How to start it: quiet, and with no traffic of its own."""
    chosen = [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        # names resolve to nothing but this machine, whatever a page asks for
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        chosen.append("--no-sandbox")  # Chromium refuses to run as root with it
    return chosen
