"""Figures and places in words, the same wherever they are read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from hotwash.ports.scope import Scope
from hotwash.triage.stats import Rate


def moment(at_ms: int, *, day: bool = True) -> str:
    """A moment, to the minute, UTC."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at:%Y-%m-%d %H:%M}" if day else f"{at:%H:%M}"


def between(low_ms: int, high_ms: int, to: str = " to ") -> str:
    """An interval of moments, the day said once where it is the same."""
    same = moment(low_ms)[:10] == moment(high_ms)[:10]
    return f"{moment(low_ms, day=not same)}{to}{moment(high_ms, day=not same)}"


def length(ms: int) -> str:
    """A stretch of time."""
    minutes = ms / 60_000
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} days"


def share(value: float | None) -> str:
    """A share in per cent, with digits enough to tell it from nothing."""
    if value is None or math.isnan(value):
        return "an unknown share"
    percent = 100 * value
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %" if percent >= 1 else f"{percent:.2g} %"


def rated(one: Rate) -> str:
    """A share with its interval and what it rests on."""
    return f"{share(one.share)} ({share(one.low)} to {share(one.high)}; {one.found:,.0f} of {one.asked:,.0f})"


def counted(number: int, one: str, many: str) -> str:
    """So many of something."""
    return f"{number:,} {one if number == 1 else many}"


def place(scope: Scope) -> str:
    """A segment: "tenant t-17 and index i-7"."""
    return " and ".join(f"{dim.replace('_', ' ')} {' or '.join(values)}" for dim, values in scope.dims) or "all traffic"


def joined(parts: Sequence[str]) -> str:
    """Items of a sentence."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
