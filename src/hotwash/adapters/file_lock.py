"""One process at a time on a file."""

from __future__ import annotations

from hotwash.kernel.errors import ContentError


def hold(handle: int, busy: ContentError | None = None) -> None:
    """Hold an open file until it is closed. Where another process holds it `busy` is raised, or waited for where there is none. On systems
    without such locks nothing is held."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
    except OSError as wrong:
        if busy is None:
            raise
        raise busy from wrong
