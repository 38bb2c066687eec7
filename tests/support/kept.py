"""What takes long to make and decides itself: made once in a run of the tests, for every test and every worker."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

STORE = "HOTWASH_TESTS_KEPT"
"""The folder of a run: the process that starts the workers names it to them, and removes it at the end."""


def open_store() -> Path | None:
    """A new store, unless this process is in a run that has one: whoever gets a folder removes it with `close_store`."""
    if STORE in os.environ:
        return None
    os.environ[STORE] = tempfile.mkdtemp(prefix="hotwash-kept-")
    return Path(os.environ[STORE])


def close_store(folder: Path | None) -> None:
    """Remove what `open_store` made."""
    if folder is not None:
        os.environ.pop(STORE, None)
        shutil.rmtree(folder, ignore_errors=True)


def kept(make: Callable[..., None], *key: object) -> Path:
    """The folder that `make(folder, *key)` fills; `key` is everything that decides what comes of it. Nobody writes into it: copy it.

    Whoever comes first makes it while the others wait; a maker that fails leaves nothing behind, and the next one tries.
    """
    name = sha256(repr((make.__module__, make.__qualname__, key)).encode()).hexdigest()[:24]
    done = Path(os.environ[STORE]) / name
    if not done.is_dir():
        with _alone(done.with_suffix(".lock")):
            if not done.is_dir():
                begun = Path(tempfile.mkdtemp(prefix="begun-", dir=done.parent))
                make(begun, *key)
                begun.rename(done)
    return done


@contextmanager
def _alone(lock: Path):
    """One process at a time; the lock of a process that died is free."""
    import fcntl

    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
