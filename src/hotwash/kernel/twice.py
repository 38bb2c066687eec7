"""Names that should each be there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def twice(names: Iterable[str]) -> list[str]:
    """Those that are there more than once, in the order in which they first stand."""
    return [name for name, n in Counter(names).items() if n > 1]
