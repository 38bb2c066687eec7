"""Names of requests: the same row always has the same."""

from __future__ import annotations

TRACE_PREFIX = "r-"


def trace_id(row: int) -> str:
    """The id of a row's trace."""
    return f"{TRACE_PREFIX}{row:06d}"


def row_of(name: str) -> int:
    """The row of a trace id, or -1 when it is none."""
    digits = name.removeprefix(TRACE_PREFIX)
    return int(digits) if name.startswith(TRACE_PREFIX) and digits.isdecimal() and trace_id(int(digits)) == name else -1
