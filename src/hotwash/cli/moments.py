"""Moments of drill time as people type them."""

from __future__ import annotations

import re

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import ContentError


def moment_of(text: str) -> int:
    """Drill time in ms from T+23, T+23:30, T+1:02:05 or minutes alone. Raises ContentError."""
    found = re.fullmatch(
        r"(?:[Tt]\+)?(?:(\d{1,3}):(\d{2}):(\d{2})|(\d{1,4}):(\d{2})|(\d{1,4}(?:\.\d+)?))", text.strip()
    )
    if found is None:
        raise ContentError.at(
            "--at", f"'{text}' is no moment", "Write minutes of drill time: T+23, T+23:30 or T+1:02:05."
        )
    hours, minutes, seconds, short, rest, plain = found.groups()
    if plain is not None:
        return int(float(plain) * MINUTE)
    if short is not None:
        return int(short) * MINUTE + int(rest) * SECOND
    return (int(hours) * 60 + int(minutes)) * MINUTE + int(seconds) * SECOND
