"""Shares before and now, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotwash.triage import stats

Counts = NDArray[np.int64]
MOVED = 0.02
"""A share of missing values that moved by less than two points is noted and not called broken. Our choice."""


@dataclass(frozen=True)
class Shares:
    """A share before and now with Wilson intervals, and their difference (Newcombe). None where nothing was asked."""

    found_before: int
    asked_before: int
    before: float | None
    before_low: float
    before_high: float
    found_now: int
    asked_now: int
    now: float | None
    now_low: float
    now_high: float
    change: float | None
    change_low: float | None
    change_high: float | None
    p: float | None


def shares(found: Counts, asked: Counts) -> Shares:
    """Cases `found` among those `asked`, each as (before, now)."""
    before, now = (stats.rate(int(one), int(of)) for one, of in zip(found, asked, strict=True))
    both = stats.difference(now, before) if before.asked and now.asked else None
    return Shares(
        int(before.found),
        int(before.asked),
        before.share if before.asked else None,
        before.low,
        before.high,
        int(now.found),
        int(now.asked),
        now.share if now.asked else None,
        now.low,
        now.high,
        *((both.value, both.low, both.high, both.p) if both else (None, None, None, None)),
    )
