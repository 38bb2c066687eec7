"""What every adapter of a port must do, as suites that ship with the package.

Subclass a suite, say how to make your adapter, and let pytest collect it; or call `failures`, which needs no test
runner. docs/how-to/add-an-adapter.md shows both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator


def checks(suite: type) -> Iterator[tuple[str, Callable[[], None]]]:
    """Every check of a suite by name, each bound to a suite object of its own."""
    for name in dir(suite):
        if name.startswith("test_"):
            yield name, getattr(suite(), name)


def failures(suite: type, only: str = "") -> dict[str, str]:
    """Run a suite, or the checks whose name contains `only`, without a test runner: what failed, and what was found."""
    found = {}
    for name, check in checks(suite):
        if only not in name:
            continue
        try:
            check()
        except AssertionError as failure:
            found[name] = str(failure)
        except Exception as error:  # noqa: BLE001 an adapter may fail in any way, and the other checks still count
            found[name] = f"{type(error).__name__}: {error}"
    return found
