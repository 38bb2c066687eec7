"""Moments of drill time, and traffic, as people type them."""

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


def traffic_of(text: str) -> float:
    """Requests a minute from 400/min, 7/s, 24000/h or a number alone. Raises ContentError."""
    told = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:/\s*(s|min|h))?\s*", text)
    value = float(told.group(1)) * {"s": 60.0, "min": 1.0, "h": 1 / 60, None: 1.0}[told.group(2)] if told else 0.0
    if not 0 < value <= 1_000_000:
        raise ContentError.at(
            "--traffic", f"'{text}' is no traffic", "Write a number above 0 with its unit, such as 400/min."
        )
    return value
