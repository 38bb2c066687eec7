"""What goes into the application's log: what failed and where in the code, and none of the words that people or traces hold.

An exception's message often quotes what it could not read. So its type and the places in the code are written down and its message is
not; nor is a path with somebody's link in it.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Iterator
from typing import Any

LOGGERS = ("hotwash.warroom", "uvicorn.error", "asyncio")
log = logging.getLogger("hotwash.warroom")


def where(error: BaseException) -> str:
    """An exception and what caused it: types and places, innermost last."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    if id(error) in seen:
        return
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before, seen)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _lines(one, seen)


class Wordless(logging.Filter):
    """Puts places where a traceback with words would stand."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record before any handler has it."""
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text, record.exc_info = where(record.exc_info[1]), None
        return True


def keep_words_out() -> None:
    """Once for a process; again does nothing."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, Wordless) for one in logger.filters):
            logger.addFilter(Wordless())


def on_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """In place of the event loop's own handler, which prints the exception whole."""
    error = context.get("exception")
    log.error("on the event loop: %s\n%s", context.get("message", ""), where(error) if error else "")


def safe_path(path: str) -> str:
    """A path that may be logged: the token of a link is not part of it."""
    return "/join/…" if path.startswith("/join/") else path
