"""Reads public frameworks: those that ship, or an organisation's own file of the same form."""

from __future__ import annotations

from pathlib import Path

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.load import CONTENT
from hotwash.kit.names import instead
from hotwash.kit.reader import Reader
from hotwash.kit.schema.frameworks import Framework


def load_frameworks(file: Path | None = None) -> list[Framework]:
    """All frameworks of a file; the packaged ones without. Raises ContentError with every mistake."""
    reader = Reader()
    found: list[Framework] = reader.model(file or CONTENT / "frameworks.yaml", ("frameworks",), list[Framework])
    return reader.done(found)


def check_signs(frameworks: list[Framework], events: frozenset[str], file: Path) -> list[Problem]:
    """Signs that name no event of the log."""
    return [
        Problem(Located(file), f"{one.id} {entry.id}: there is no event '{sign.event}'", instead(sign.event, events))
        for one in frameworks
        for entry in one.entries
        for sign in entry.shown_by
        if sign.event not in events
    ]


def frameworks_checked(file: Path | None, events: frozenset[str]) -> list[Framework]:
    """As `load_frameworks`, with signs that exist. Raises ContentError."""
    found = load_frameworks(file)
    wrong = check_signs(found, events, file or CONTENT / "frameworks.yaml")
    if wrong:
        raise ContentError(wrong)
    return found
