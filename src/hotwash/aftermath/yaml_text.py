"""Values of papers as YAML that reads back to the same value."""

from __future__ import annotations

from collections.abc import Iterable

from hotwash.triage.columns_file import quoted


def text(said: object) -> str:
    """One value on one line, in quotes."""
    return quoted(" ".join(str(said).split()))


def listed(values: Iterable[object]) -> str:
    """A list on one line."""
    return "[" + ", ".join(text(one) for one in values) + "]"
