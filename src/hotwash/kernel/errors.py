"""One root for every error a person may meet, with a message written for that person."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


class HotwashError(Exception):
    """Root of all errors raised on purpose. `permanent` says whether trying again can help."""

    permanent: bool = True
    code: str = "error"


class StaleVersionError(HotwashError):
    """An append expected a stream version that is no longer the newest: read again, then decide again."""

    permanent = False
    code = "stale-version"

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(
            f"stream '{stream}' is at version {actual}, not {expected}: read it again and repeat the command"
        )
        self.stream, self.expected, self.actual = stream, expected, actual


class StoreError(HotwashError):
    """A store that cannot be used: the wrong file, a newer format, a place where writing is not safe."""

    code = "store"


class StoreBusyError(StoreError):
    """Somebody else is writing to the store; the same append will do in a moment."""

    permanent = False
    code = "store-busy"


class TamperedError(HotwashError):
    """A record does not agree with its own hashes or with what its events say."""

    code = "tampered"


class NotSupportedError(HotwashError):
    """The system under drill does not have what was asked for (a lever, a suite, a dimension)."""

    code = "not-supported"


class QueryError(HotwashError):
    """An engine refused a statement over traces, or cannot do what it was asked; the message holds the engine's own words."""

    code = "query"


@dataclass(frozen=True)
class Located:
    """A place in a content file. Lines and columns count from 1; 0 means the file as a whole. `path` are the steps to it through keys and
    rows, where somebody asked by steps; it may lead further than the file does."""

    file: Path
    line: int = 0
    column: int = 0
    path: tuple[str | int, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)


@dataclass(frozen=True)
class Problem:
    """One mistake in content: where it is, what was found, what to write instead."""

    where: Located
    found: str
    write: str

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.write}"


class ContentError(HotwashError):
    """Content that cannot be used. Carries every problem found, not only the first."""

    code = "content"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems

    @classmethod
    def at(cls, where: Located | Path | str, found: str, write: str) -> Self:
        """One mistake: in a place, in a file as a whole, or in an option of the command line."""
        return cls([Problem(where if isinstance(where, Located) else Located(Path(where)), found, write)])
