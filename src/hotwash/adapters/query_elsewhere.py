"""A person's own SQL over `traces` where they lie: judged here, then written for the engine that runs it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from hotwash.adapters.query_duckdb import TABLE, reads_elsewhere
from hotwash.adapters.query_words import standard, words, written
from hotwash.kernel.errors import QueryError


class Judged(NamedTuple):
    """One SELECT over `traces` in an engine's own quoting, and the columns that it may read, in the table's order."""

    sql: str
    read: tuple[str, ...]


def judged(
    sql: str, columns: Collection[str], functions: Mapping[str, bool], name: Callable[[str], str], text: Callable[[str], str],
    told: Collection[str] = (),
) -> Judged:  # fmt: skip
    """Raises QueryError unless it is one SELECT over `traces` with functions of its rows. `functions` are the engine's, by name: whether
    each depends on its arguments alone; `name` and `text` quote for it; `told` are words of its own that tell of it or of who is logged in."""
    said = words(sql)
    if not said:
        raise QueryError(f"not one SELECT statement over {TABLE}")
    read = reads_elsewhere(standard(said), columns, functions, told)
    return Judged(written(said, name, text), read)
